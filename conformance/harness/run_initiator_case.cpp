#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "conformance/harness/initiator_case.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;

void run_body(const InitiatorCase& one, InitiatorGround& ground, Connection::Surroundings& around,
              const runtime::Endpoint& portal, CaseResult& result) {
  const Profile nothing_probed;
  InitiatorContext context(around, nothing_probed, ground.driver(), portal);
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
  around.deadline = around.world.now() + around.patience * 4;
  context.close_all();
}

std::optional<CaseResult> excused(const InitiatorCase& one, const JudgedTarget& target) {
  CaseResult result;
  result.id = one.about.id;
  result.verdict = Verdict::skipped;
  if (one.wants_chap && target.chap.user.empty()) {
    result.message = "the initiator's CHAP credentials were not given";
    return result;
  }
  if (one.wants_mutual_chap && target.mutual_secret.empty()) {
    result.message = "the secret by which we prove ourselves was not given";
    return result;
  }
  return std::nullopt;
}

}  // namespace

CaseResult run_initiator_case(const InitiatorCase& one, const InitiatorGroundMaker& grounds,
                              const JudgedTarget& target, bool strict) {
  if (auto excuse = excused(one, target)) return std::move(*excuse);
  CaseResult result;
  result.id = one.about.id;
  const std::unique_ptr<InitiatorGround> ground = grounds(one);
  RawEnd end;
  runtime::World& world = ground->world();
  const std::array listen{ground->listen()};
  const std::vector<runtime::Endpoint> portals = world.attach(end, listen[0].address, listen);
  Connection::Surroundings around{
      world, end, result.exchange, target, world.now() + target.scaled(60s), target.scaled(3s)};
  const runtime::TimePoint begin = world.now();
  run_body(one, *ground, around, portals.at(0), result);
  result.duration_ns = (world.now() - begin).count();
  world.detach(end);
  const bool is_advice = one.about.level == Level::should || one.about.level == Level::interop;
  if (result.verdict == Verdict::fail && is_advice && !strict) result.verdict = Verdict::warn;
  return result;
}

}  // namespace lunsim::conform
