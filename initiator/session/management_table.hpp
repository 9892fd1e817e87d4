// Task management requests that wait for their answer, and what each covers. Bounded. Sends
// nothing. RFC 7143 §11.5, §11.6
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "initiator/session/initiator_session.hpp"

namespace lunsim::initiator {

struct ManagementRequest {
  enum class Purpose : std::uint8_t {
    asked,            // by the application: ends in ManagementDone
    expired_command,  // ABORT TASK for a command whose time is over
  };
  InitiatorTaskTag tag{};
  Purpose purpose = Purpose::asked;
  CommandHandle handle{};
  pdu::TaskManagementFunction function = pdu::TaskManagementFunction::abort_task;
  LunField lun;
  InitiatorTaskTag referenced = kReservedInitiatorTaskTag;
  CmdSn cmd_sn;  // that it carried: commands before it are covered
  runtime::TimePoint deadline;
};

class ManagementTable {
 public:
  static constexpr std::size_t kRequestsMax = 64;

  bool is_full() const { return requests_.size() >= kRequestsMax; }
  void add(const ManagementRequest& request) { requests_.push_back(request); }
  /// Removes and returns the request with this tag.
  std::optional<ManagementRequest> take(InitiatorTaskTag tag);
  /// Removes and returns one whose deadline has come.
  std::optional<ManagementRequest> take_expired(runtime::TimePoint now);
  std::vector<ManagementRequest> take_all() { return std::exchange(requests_, {}); }
  std::optional<runtime::TimePoint> next_deadline() const;

 private:
  std::vector<ManagementRequest> requests_;
};

/// True if `request`, completed, has ended a command on `lun` that carried `cmd_sn` under `tag`.
/// RFC 7143 §11.5.1
bool covers(const ManagementRequest& request, InitiatorTaskTag tag, LunField lun, CmdSn cmd_sn);

}  // namespace lunsim::initiator
