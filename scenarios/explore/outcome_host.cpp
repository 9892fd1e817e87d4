#include "scenarios/explore/outcome_host.hpp"

#include <fmt/format.h>

#include "initiator/host/status_code.hpp"
#include "scenarios/explore/call_outcomes.hpp"

namespace lunsim::explore {

using namespace initiator;

Reply OutcomeHost::call(Request request) {
  // Success and a buffer that is too small are what the call does by itself, rows of the story.
  const auto outcomes = outcomes_of(function_);
  std::vector<StatusCode> points;
  for (const StatusCode code : outcomes)
    if (code != status_code::kSuccess && code != status_code::kInsufficientBuffer)
      points.push_back(code);
  const auto describe = [&](std::uint64_t which) {
    return fmt::format("{} returned {}", function_, name_of(points[which]));
  };
  const auto struck = strike_.pass(points.size(), describe);
  if (!struck) return inner_.call(std::move(request));
  return make(points[*struck], request);
}

Reply OutcomeHost::make(StatusCode code, const Request& request) {
  due_ = code;
  const auto* command = std::get_if<SendScsi>(&request);
  if (command == nullptr || code != status_code::kScsiRequestFailed) return {code, {}};
  // It is the unit's status that makes the call return this.
  constexpr std::uint8_t kBusy = 0x08;
  ScsiReply busy;
  busy.answered = true;
  busy.scsi_status = kBusy;
  return {0, std::move(busy)};
}

}  // namespace lunsim::explore
