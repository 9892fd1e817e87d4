#include "conformance/harness/run_case.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kFirstIsid = 0x8000'0000'0000u;  // a random one          RFC 7143 §11.12.5
constexpr std::uint64_t kIsidsOfACase = 64;

/// A ground with our end attached, and what a body needs on it.
struct Stand {
  Stand(const GroundMaker& grounds, const JudgedTarget& target, Exchange& exchange,
        std::uint64_t number, std::uint32_t seconds)
      : ground(grounds()),
        around{ground->world(),
               end,
               exchange,
               target,
               ground->world().now() + target.scaled(std::max(20s, 10s * seconds)),
               target.scaled(3s),
               kFirstIsid + number * kIsidsOfACase} {
    ground->world().attach(end, "10.0.0.1", {});
  }
  ~Stand() { ground->world().detach(end); }
  Stand(const Stand&) = delete;
  Stand& operator=(const Stand&) = delete;

  std::unique_ptr<Ground> ground;
  RawEnd end;
  Connection::Surroundings around;
};

void run_body(const Case& one, Stand& stand, const Profile& profile, CaseResult& result) {
  CaseContext context(stand.around, profile);
  try {
    one.body(context);
    result.verdict = context.has_judged() ? context.verdict() : Verdict::inconclusive;
    result.message = context.has_judged() ? context.message() : "the case has judged nothing";
  } catch (const Decision& decision) {
    result.verdict = decision.verdict;
    result.message = decision.message;
    result.mark = decision.mark;
  } catch (const Connection::WatchdogBites&) {
    result.verdict = Verdict::time_out;
    result.message = "the case did not end in its time";
  }
  result.was_dropped = std::any_of(
      result.exchange.frames.begin(), result.exchange.frames.end(),
      [](const Frame& frame) { return frame.kind == Frame::Kind::closed && !frame.from_us; });
  stand.around.deadline = stand.around.world.now() + stand.around.patience * 4;
  try {
    context.leave_all();
  } catch (const Connection::WatchdogBites&) {
  }
}

}  // namespace

std::string words_of(const CaseResult& result) {
  return fmt::format("{}{}{}", name_of(result.verdict), result.message.empty() ? "" : ": ",
                     result.message);
}

bool is_there(const GroundMaker& grounds, const JudgedTarget& target) {
  Exchange exchange;
  Stand stand(grounds, target, exchange, 0xFFFF, 5);
  Connection connection(stand.around, 1);
  if (!connection.open()) return false;
  LoginStep step{.csg = 0, .nsg = 1, .transit = true, .keys = connection.names()};
  step.keys.emplace_back("AuthMethod", "None");
  const bool answered = connection.login_step(step).is(pdu::Opcode::login_response);
  connection.close();
  return answered;
}

std::optional<CaseResult> excused(const Case& one, const Profile& profile) {
  for (const Need need : one.needs) {
    const auto found = profile.abilities.find(need);
    if (found != profile.abilities.end() && found->second.has) continue;
    const bool is_choice = found != profile.abilities.end() && found->second.is_choice;
    CaseResult result;
    result.id = one.id;
    result.verdict = is_choice ? Verdict::skipped : Verdict::unsupported;
    result.message =
        fmt::format("needs {}: {}", name_of(need),
                    found == profile.abilities.end() ? "not probed" : found->second.detail);
    return result;
  }
  return std::nullopt;
}

void blame(CaseResult& result, std::string_view why) {
  result.message = fmt::format("{}; before that: {}{}{}", why, name_of(result.verdict),
                               result.message.empty() ? "" : ", ", result.message);
  result.verdict = Verdict::target_gone;
}

CaseResult run_case(const Case& one, const GroundMaker& grounds, const JudgedTarget& target,
                    const Profile& profile, std::uint64_t number, bool strict) {
  CaseResult result;
  result.id = one.id;
  {
    Stand stand(grounds, target, result.exchange, number, one.seconds);
    const runtime::TimePoint begin = stand.around.world.now();
    run_body(one, stand, profile, result);
    result.duration_ns = (stand.around.world.now() - begin).count();
  }
  // Who drops a connection may be dying, however legal that close is.
  if ((is_red(result.verdict) || result.was_dropped) && !is_there(grounds, target))
    blame(result, "nobody answers any more after this case");
  const bool is_advice = one.level == Level::should || one.level == Level::interop;
  if (result.verdict == Verdict::fail && is_advice && !strict) result.verdict = Verdict::warn;
  return result;
}

namespace {

/// One login that offers something.
LoginResult try_login(const GroundMaker& grounds, const JudgedTarget& target, const LoginPlan& plan,
                      std::uint64_t number, bool* connected = nullptr) {
  Exchange exchange;
  Stand stand(grounds, target, exchange, 0x8000 + number, 5);
  LoginResult result;
  Connection connection(stand.around, 1);
  if (!connection.open()) return result;
  if (connected != nullptr) *connected = true;
  try {
    result = connection.login(plan);
    connection.leave();
  } catch (const Connection::WatchdogBites&) {
    result.ok = false;
  }
  return result;
}

Ability negotiated(const LoginResult& result, const std::string& key, const std::string& value) {
  const std::string seen = result.value(key);
  return {result.ok && seen == value, false,
          seen.empty() ? "not answered" : fmt::format("{}={}", key, seen)};
}

void probe_offers(const GroundMaker& grounds, const JudgedTarget& target, Profile& profile) {
  const LoginPlan generous{.keys = {{"InitialR2T", "No"},
                                    {"ImmediateData", "Yes"},
                                    {"MaxConnections", "4"},
                                    {"ErrorRecoveryLevel", "2"},
                                    {"HeaderDigest", "CRC32C,None"},
                                    {"DataDigest", "CRC32C,None"}},
                           .target = {},
                           .initiator = {},
                           .isid = {},
                           .chap = {}};
  const LoginResult result = try_login(grounds, target, generous, 2);
  profile.abilities[Need::unsolicited_data] = negotiated(result, "InitialR2T", "No");
  profile.abilities[Need::immediate_data] = negotiated(result, "ImmediateData", "Yes");
  profile.abilities[Need::header_digest] = negotiated(result, "HeaderDigest", "CRC32C");
  profile.abilities[Need::data_digest] = negotiated(result, "DataDigest", "CRC32C");
  const std::string level = result.value("ErrorRecoveryLevel");
  const std::string told = "ErrorRecoveryLevel=" + level;
  profile.abilities[Need::error_recovery_1] = {level == "1" || level == "2", false, told};
  profile.abilities[Need::error_recovery_2] = {level == "2", false, told};
  profile.abilities[Need::multi_connection] = {result.number("MaxConnections", 1) > 1, false,
                                               "MaxConnections=" + result.value("MaxConnections")};
}

/// RFC 3720 has no such key, and its targets none of the keys that came with it.
void probe_level(const GroundMaker& grounds, const JudgedTarget& target, Profile& profile) {
  LoginPlan plan;
  plan.keys = {{"iSCSIProtocolLevel", "1"}};
  const std::string level = try_login(grounds, target, plan, 4).value("iSCSIProtocolLevel");
  const bool is_number = !level.empty() && level.find_first_not_of("0123456789") == level.npos;
  profile.abilities[Need::protocol_level] = {
      is_number, false, level.empty() ? "not answered" : "iSCSIProtocolLevel=" + level};
}

void probe_text(const GroundMaker& grounds, const JudgedTarget& target, Profile& profile) {
  Exchange exchange;
  Stand stand(grounds, target, exchange, 0x8005, 5);
  CaseContext context(stand.around, profile);
  Ability& ability = profile.abilities[Need::text_request];
  try {
    Connection& connection = context.session();
    RawPdu request(pdu::Opcode::text_request);
    request.set("F", 1).set("Target Transfer Tag", 0xFFFF'FFFFu).with_text({{"SendTargets", ""}});
    const std::uint32_t tag = connection.issue(request);
    const Seen seen = connection.answer_to(tag);
    ability = {seen.is(pdu::Opcode::text_response), false,
               "SendTargets in a normal session: " + describe(seen)};
  } catch (const Decision& decision) {
    ability.detail = decision.message;
  } catch (const Connection::WatchdogBites&) {
    ability.detail = "SendTargets in a normal session was not answered";
  }
  context.leave_all();
}

void probe_unit(const GroundMaker& grounds, const JudgedTarget& target, Profile& profile) {
  Exchange exchange;
  Stand stand(grounds, target, exchange, 0x8003, 5);
  CaseContext context(stand.around, profile);
  Ability& lun = profile.abilities[Need::lun];
  lun.detail = "READ CAPACITY(10) was not answered with a capacity";
  try {
    Connection& connection = context.session();
    context.settle(connection);
    const auto seen = context.read(connection, {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
    for (const Seen& one : seen) {
      if (!one.is(pdu::Opcode::data_in) || one.pdu.data.size() < 8) continue;
      profile.blocks = std::uint64_t{bytes::load_be32(one.pdu.data.data())} + 1;
      profile.block_bytes = bytes::load_be32(&one.pdu.data[4]);
      lun = {profile.block_bytes > 0, false,
             fmt::format("{} blocks of {} bytes", profile.blocks, profile.block_bytes)};
    }
  } catch (const Decision& decision) {
    lun.detail = decision.message;
  } catch (const Connection::WatchdogBites&) {
  }
  context.leave_all();
}

void declare_choices(const JudgedTarget& target, Profile& profile) {
  const auto choice = [&](Need need, bool has, std::string otherwise) {
    profile.abilities[need] = {has, true, has ? "declared" : std::move(otherwise)};
  };
  choice(Need::scratch_lun, target.scratch, "--scratch-lun was not given");
  choice(Need::reset_allowed, target.reset_allowed, "--allow reset was not given");
  choice(Need::destructive_allowed, target.destructive_allowed,
         "--allow destructive was not given");
  choice(Need::chap, !target.chap_name.empty(), "no target with CHAP and no secret was given");
  choice(Need::mutual_chap, !target.mutual_secret.empty(), "the target's secret was not given");
}

}  // namespace

Profile probe(const GroundMaker& grounds, const JudgedTarget& target) {
  Profile profile;
  declare_choices(target, profile);
  bool connected = false;
  const LoginResult plain = try_login(grounds, target, {}, 0, &connected);
  profile.defaults = plain.answers;
  profile.reachable = plain.last.is(pdu::Opcode::login_response);
  if (!profile.reachable)
    profile.trouble = connected ? "what answers there is no iSCSI target: " + describe(plain.last)
                                : "nobody takes connections there";
  profile.abilities[Need::login] = {plain.ok, false,
                                    plain.ok ? "an ordinary login succeeds" : describe(plain.last)};
  if (!profile.reachable) return profile;
  LoginPlan discovery;
  discovery.discovery = true;
  const LoginResult asked = try_login(grounds, target, discovery, 1);
  profile.abilities[Need::discovery] = {
      asked.ok, false, asked.ok ? "a discovery session opens" : describe(asked.last)};
  if (!plain.ok) return profile;
  probe_offers(grounds, target, profile);
  probe_level(grounds, target, profile);
  probe_text(grounds, target, profile);
  probe_unit(grounds, target, profile);
  return profile;
}

}  // namespace lunsim::conform
