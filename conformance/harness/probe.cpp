// What the target can do, asked by logins that offer things; and what was said wrongly to us.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "conformance/harness/stand.hpp"
#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {
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

/// Each is asked for by itself: a target may take the one and not the other.
void probe_task_reporting(const GroundMaker& grounds, const JudgedTarget& target,
                          Profile& profile) {
  std::uint64_t number = 0x10;
  for (const auto& [need, offer] :
       {std::pair{Need::response_fence, std::string("ResponseFence,RFC3720")},
        std::pair{Need::fast_abort, std::string("FastAbort,ResponseFence,RFC3720")}}) {
    LoginPlan plan;
    plan.keys = {{"TaskReporting", offer}};
    const LoginResult result = try_login(grounds, target, plan, number++);
    profile.abilities[need] = negotiated(result, "TaskReporting", offer.substr(0, offer.find(',')));
  }
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

/// "Login Response 0203h".
std::string status_of(const Seen& answer) {
  return answer.is(pdu::Opcode::login_response)
             ? fmt::format("Login Response {:02X}{:02X}h", answer.get("Status-Class"),
                           answer.get("Status-Detail"))
             : describe(answer);
}
bool is_refused(const LoginResult& result, std::uint64_t detail) {
  return !result.ok && result.last.is(pdu::Opcode::login_response) &&
         result.last.get("Status-Class") == 2 && result.last.get("Status-Detail") == detail;
}

/// The names that a discovery session tells, "a, b"; empty if it tells none.
std::string listed_targets(const GroundMaker& grounds, const JudgedTarget& target) {
  Exchange exchange;
  Stand stand(grounds, target, exchange, 0x8006, 5);
  Connection connection(stand.around, 1);
  LoginPlan discovery;
  discovery.discovery = true;
  std::vector<std::string> names;
  try {
    if (!connection.open() || !connection.login(discovery).ok) return {};
    RawPdu request(pdu::Opcode::text_request);
    request.set("F", 1).set("Target Transfer Tag", kReservedTag);
    const Seen seen =
        connection.answer_to(connection.issue(request.with_text({{"SendTargets", "All"}})));
    if (seen.is(pdu::Opcode::text_response))
      for (const auto& [key, value] : seen.pdu.pairs())
        if (key == "TargetName") names.push_back(value);
    connection.leave();
  } catch (const Connection::WatchdogBites&) {
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What whoever runs this has said wrongly, if a login is refused for that.
std::string mistake_in(const GroundMaker& grounds, const JudgedTarget& target,
                       const std::string& name, const LoginResult& login) {
  const std::string status = status_of(login.last);
  if (is_refused(login, 3)) {
    const std::string listed = listed_targets(grounds, target);
    return fmt::format("there is no target {} there ({}){}", name, status,
                       listed.empty() ? "" : "; it lists " + listed);
  }
  if (!is_refused(login, 1) && !is_refused(login, 2)) return {};
  const std::string refused = fmt::format(
      "the target {} refuses the login ({}: {})", name, status,
      login.last.get("Status-Detail") == 1 ? "authentication failure" : "authorization failure");
  if (!target.wants_chap(name))
    return refused +
           "; if it wants CHAP: the user stands in the URL, the secret in the file of "
           "--secret-file";
  return refused + "; is the user in the URL right, and the secret in the file of --secret-file?";
}

/// LUNs as REPORT LUNS tells them, "0, 1"; empty if it tells none.
std::string listed_units(CaseContext& context, Connection& connection) {
  constexpr std::uint32_t kListBytes = 2056;
  std::vector<std::byte> data;
  RawPdu request = context.read_command({0xA0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x08, 0, 0}, kListBytes);
  const std::uint32_t tag = connection.issue(request.set("LUN", 0));
  for (Seen one = connection.answer_to(tag); one.is(pdu::Opcode::data_in);
       one = connection.answer_to(tag)) {
    data.insert(data.end(), one.pdu.data.begin(), one.pdu.data.end());
    if (one.get("S") == 1) break;
  }
  std::vector<std::string> out;
  for (std::size_t at = 8; at + 8 <= data.size() && at + 8 <= 8 + bytes::load_be32(data.data());
       at += 8)
    out.push_back(fmt::format("{}", bytes::load_be16(&data[at]) & 0x3FFF));
  return fmt::format("{}", fmt::join(out, ", "));
}

bool is_no_such_unit(const Seen& answer) {
  // SPC-4: ILLEGAL REQUEST, LOGICAL UNIT NOT SUPPORTED, in fixed format behind its length.
  const auto& data = answer.pdu.data;
  return answer.is(pdu::Opcode::scsi_response) && answer.get("Status") == 2 && data.size() > 15 &&
         (data[4] & std::byte{0x0F}) == std::byte{0x05} && data[14] == std::byte{0x25} &&
         data[15] == std::byte{0};
}

void take_capacity(const std::vector<Seen>& seen, Profile& profile, Ability& lun) {
  const Seen& last = seen.back();
  const bool is_good = (last.is(pdu::Opcode::scsi_response) ||
                        (last.is(pdu::Opcode::data_in) && last.get("S") == 1)) &&
                       last.get("Status") == 0;
  if (!is_good) {
    lun.detail = "READ CAPACITY(10): " + describe(last);
    return;
  }
  for (const Seen& one : seen) {
    if (!one.is(pdu::Opcode::data_in) || one.pdu.data.size() < 8) continue;
    profile.blocks = std::uint64_t{bytes::load_be32(one.pdu.data.data())} + 1;
    profile.block_bytes = bytes::load_be32(&one.pdu.data[4]);
    lun = {profile.block_bytes > 0, false,
           fmt::format("{} blocks of {} bytes", profile.blocks, profile.block_bytes)};
  }
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
    take_capacity(seen, profile, lun);
    if (is_no_such_unit(seen.back())) {
      const std::string listed = listed_units(context, connection);
      profile.mistake = fmt::format("the target has no LUN {}{}", target.lun,
                                    listed.empty() ? "" : "; it has " + listed);
    }
  } catch (const Decision& decision) {
    lun.detail = decision.message;
  } catch (const Connection::WatchdogBites&) {
  }
  context.leave_all();
}

/// The target that wants CHAP, if it is another one than the URL's.
void probe_chap_target(const GroundMaker& grounds, const JudgedTarget& target, Profile& profile) {
  if (target.chap_name.empty() || target.chap_name == target.name || !profile.mistake.empty())
    return;
  LoginPlan plan;
  plan.target = target.chap_name;
  plan.chap = target.chap;
  const LoginResult result = try_login(grounds, target, plan, 6);
  if (!result.ok) profile.mistake = mistake_in(grounds, target, target.chap_name, result);
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
    profile.trouble = !connected ? "nobody takes connections there"
                      : plain.last.kind == Seen::Kind::silence
                          ? "it takes connections and answers no Login Request"
                          : "what answers there is no iSCSI target: " + describe(plain.last);
  profile.abilities[Need::login] = {plain.ok, false,
                                    plain.ok ? "an ordinary login succeeds" : describe(plain.last)};
  if (!profile.reachable) return profile;
  if (!plain.ok) profile.mistake = mistake_in(grounds, target, target.name, plain);
  LoginPlan discovery;
  discovery.discovery = true;
  const LoginResult asked = try_login(grounds, target, discovery, 1);
  profile.abilities[Need::discovery] = {
      asked.ok, false, asked.ok ? "a discovery session opens" : describe(asked.last)};
  if (!plain.ok) return profile;
  probe_offers(grounds, target, profile);
  probe_level(grounds, target, profile);
  probe_task_reporting(grounds, target, profile);
  probe_text(grounds, target, profile);
  probe_unit(grounds, target, profile);
  probe_chap_target(grounds, target, profile);
  return profile;
}

}  // namespace lunsim::conform
