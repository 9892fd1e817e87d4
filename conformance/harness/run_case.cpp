#include "conformance/harness/run_case.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "conformance/harness/stand.hpp"

namespace lunsim::conform {
namespace {

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

}  // namespace lunsim::conform
