#include "scenarios/explore/outcome_host.hpp"

#include <fmt/format.h>

#include "initiator/host/status_code.hpp"
#include "scenarios/explore/call_outcomes.hpp"

namespace lunsim::explore {

using namespace initiator;

namespace {

constexpr std::uint64_t kMadeHere = std::uint64_t{1} << 63;  // no operation of the inner host

}  // namespace

OperationId OutcomeHost::start(Request request) {
  if (strikes_started_) {
    if (auto made = pass(request)) {
      const OperationId id{kMadeHere | next_made_++};
      made_[id] = std::move(*made);
      return id;
    }
  }
  return inner_.start(std::move(request));
}

bool OutcomeHost::poll(OperationId operation) {
  return made_.contains(operation) || inner_.poll(operation);
}

Reply OutcomeHost::take(OperationId operation) {
  const auto found = made_.find(operation);
  if (found == made_.end()) return inner_.take(operation);
  Reply reply = std::move(found->second);
  made_.erase(found);
  return reply;
}

Reply OutcomeHost::call(Request request) {
  if (auto made = pass(request)) return std::move(*made);
  return inner_.call(std::move(request));
}

/// What is made of the call at the point; empty if it is left alone.
std::optional<Reply> OutcomeHost::pass(const Request& request) {
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
  if (!struck) return std::nullopt;
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
