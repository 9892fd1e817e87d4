#include "scenarios/explore/outcome_host.hpp"

#include <type_traits>

#include <fmt/format.h>

#include "initiator/host/status_code.hpp"
#include "scenarios/explore/call_outcomes.hpp"

namespace lunsim::explore {

using namespace initiator;

namespace {

constexpr std::uint64_t kMadeHere = std::uint64_t{1} << 63;  // no operation of the inner host

/// What a probe and a fetch ask for, a list that may grow in between.
template <class Asked>
constexpr bool kIsList =
    std::is_same_v<Asked, ListSessions> || std::is_same_v<Asked, ListSessionsWithParameters> ||
    std::is_same_v<Asked, ListMappings> || std::is_same_v<Asked, ReportTargets> ||
    std::is_same_v<Asked, ListSendTargetPortals> || std::is_same_v<Asked, ListTargetPortals> ||
    std::is_same_v<Asked, ListDevices> || std::is_same_v<Asked, ListPersistentLogins> ||
    std::is_same_v<Asked, ListPersistentDevices> || std::is_same_v<Asked, ListInitiators> ||
    std::is_same_v<Asked, ListIsnsServers> || std::is_same_v<Asked, ListRadiusAddresses>;

bool is_list(const Request& request) {
  return std::visit([](const auto& asked) { return kIsList<std::decay_t<decltype(asked)>>; },
                    request);
}

/// One entry more, as the last one.
void grow(Reply& reply) {
  std::visit(
      []<class Data>(Data& data) {
        if constexpr (std::is_same_v<Data, std::vector<std::string>>) {
          data.push_back(data.empty() ? "iqn.2026-11.org.lunsim:grown" : data.back());
        } else if constexpr (requires { data.emplace_back(data.back()); }) {
          auto one = data.empty() ? typename Data::value_type{} : data.back();
          data.push_back(std::move(one));
        }
      },
      reply.data);
}

}  // namespace

OperationId OutcomeHost::start(Request request) {
  if (strikes_started_) {
    if (const auto code = pass(request)) {
      if (*code == status_code::kInsufficientBuffer) {
        due_ = *code;
        const OperationId id = inner_.start(std::move(request));
        grown_.insert(id);
        return id;
      }
      const OperationId id{kMadeHere | next_made_++};
      made_[id] = make(*code, request);
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
  if (found == made_.end()) {
    Reply taken = inner_.take(operation);
    if (grown_.erase(operation) != 0) grow(taken);
    return taken;
  }
  Reply reply = std::move(found->second);
  made_.erase(found);
  return reply;
}

Reply OutcomeHost::call(Request request) {
  const auto code = pass(request);
  if (!code) return inner_.call(std::move(request));
  if (*code != status_code::kInsufficientBuffer) return make(*code, request);
  due_ = *code;
  Reply reply = inner_.call(std::move(request));
  grow(reply);
  return reply;
}

/// Success is what the call does by itself, and in a story a buffer that is too small as well: a
/// row. A program of somebody else's must expect that a list has grown.
std::vector<StatusCode> OutcomeHost::points_of(const Request& request) const {
  const auto* targets = std::get_if<ReportTargets>(&request);
  // Without ForceUpdate nobody is asked, so no discovery can fail.
  const bool asks_nobody = targets != nullptr && !targets->force_update;
  std::vector<StatusCode> points;
  if (function_.empty()) return points;
  for (const StatusCode code : outcomes_of(asks_nobody ? "GetIScsiSessionList" : function_)) {
    if (code == status_code::kSuccess) continue;
    if (code == status_code::kInsufficientBuffer && !(strikes_started_ && is_list(request)))
      continue;
    points.push_back(code);
  }
  return points;
}

/// The outcome at the point; empty if the call is left alone.
std::optional<StatusCode> OutcomeHost::pass(const Request& request) {
  const std::vector<StatusCode> points = points_of(request);
  const auto describe = [&](std::uint64_t which) {
    return fmt::format("{} returned {}", function_, name_of(points[which]));
  };
  const auto struck = strike_.pass(points.size(), describe);
  if (!struck) return std::nullopt;
  return points[*struck];
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
