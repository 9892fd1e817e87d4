// One SCSI command between its arrival and its response: the device's task and the iSCSI side of
// it. Commands come from a pool and keep their capacities, so that the steady path allocates
// nothing.
#pragma once

#include <memory>
#include <vector>

#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "target_sim/device/task.hpp"
#include "target_sim/session/residual.hpp"
#include "target_sim/session/write_transfer.hpp"

namespace lunsim::target_sim {

struct Connection;
class TargetSession;

struct Command {
  Task task;
  pdu::ScsiCommand request;
  TargetSession* session = nullptr;
  Connection* connection = nullptr;  // null: its connection is gone, and it may be reassigned
  std::uint16_t cid = 0;             // of the connection that it has or had
  WriteTransfer write;
  enum class State : std::uint8_t {
    collecting,  // Data-Out is still to come
    executing,   // with the device
    failed,      // status is known; open sequences of data are let go by before it is sent
    sending,     // its Data-In leaves as the outbox has room
    waiting,     // status is known; without a connection there is nobody to tell      §7.2.2
    draining,    // aborted: the data of its valid Target Transfer Tags is let go by    §4.2.3.3
    fenced,      // has ended; its response waits for a Response Fence                 §4.2.2.3.3
  } state = State::collecting;
  Command* next_in_table = nullptr;
  Command* next_sending = nullptr;

  /// Where the Data-In of a read stands.
  struct Sending {
    Residual residual;
    std::uint32_t bytes = 0;   // of all Data-In
    std::uint32_t offset = 0;  // that are queued
    std::uint32_t in_burst = 0;
    DataSn data_sn{};
    bool with_status = false;  // the last Data-In carries it
    std::size_t slice = 0, slice_used = 0;
  } sending;
  std::uint32_t budget_bytes = 0;  // of the session's write buffer

  std::uint32_t expected_bytes() const {
    return request.read || request.write ? request.expected_data_transfer_length : 0;
  }
};

/// Whether the device knows it, prepared or submitted: it must be told of an abort.
inline bool is_with_device(const Command& command) {
  return command.state != Command::State::sending && command.state != Command::State::waiting &&
         command.state != Command::State::draining && command.state != Command::State::fenced;
}

/// CHECK CONDITION with fixed format sense data, current.                     SPC-4 §4.5.3
inline void set_sense(Task& task, std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
  task.status = scsi::Status::check_condition;
  task.sense = {};
  task.sense.bytes[0] = std::byte{0x70};
  task.sense.bytes[2] = std::byte{key};
  task.sense.bytes[7] = std::byte{10};
  task.sense.bytes[12] = std::byte{asc};
  task.sense.bytes[13] = std::byte{ascq};
  task.sense.size = 18;
}

class CommandPool {
 public:
  std::unique_ptr<Command> take() {
    if (free_.empty()) return std::make_unique<Command>();
    std::unique_ptr<Command> command = std::move(free_.back());
    free_.pop_back();
    return command;
  }
  void give_back(std::unique_ptr<Command> command) {
    command->task.clear();
    if (command->task.data_out.capacity() > kBytesKeptMax)
      std::vector<std::byte>().swap(command->task.data_out);
    command->budget_bytes = 0;
    if (free_.size() < kKeptMax) free_.push_back(std::move(command));
  }

 private:
  static constexpr std::size_t kKeptMax = 128;
  static constexpr std::size_t kBytesKeptMax = 256 * 1024;
  std::vector<std::unique_ptr<Command>> free_;
};

}  // namespace lunsim::target_sim
