// One SCSI command as a logical unit sees it: no PDU, no serial number. The session owns the task and its memory; the
// device fills the lower half. Reused from a pool: clear() keeps capacities.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/scsi/status.hpp"
#include "target_sim/device/store/store.hpp"

namespace lunsim::target_sim {

/// One initiator port seen through one target port: an I_T nexus. Unit attentions are kept per nexus.  SAM-5 §4.7
enum class NexusId : std::uint32_t {};

/// Order of execution within a task set.                                                        SAM-5 §8.6
enum class TaskOrder : std::uint8_t { simple, ordered, head_of_queue, aca };

inline constexpr std::size_t kSenseBytesMax = 252;

struct SenseBytes {
  std::array<std::byte, kSenseBytesMax> bytes{};
  std::uint16_t size = 0;
  std::span<const std::byte> view() const { return {bytes.data(), size}; }
};

struct Task {
  // Filled by whoever submits.
  std::uint64_t tag = 0;             // unique among the nexus's outstanding tasks
  NexusId nexus{};
  std::uint64_t lun = 0;             // plain number
  TaskOrder order = TaskOrder::simple;
  std::array<std::byte, 260> cdb{};
  std::uint16_t cdb_bytes = 16;
  std::vector<std::byte> data_out;   // complete before submit()
  void* owner = nullptr;             // the submitter's own

  // Filled by prepare().
  std::uint64_t data_out_bytes_wanted = 0;   // what the CDB asks the initiator to send
  std::uint64_t data_in_bytes_wanted = 0;    // what the CDB asks the device to send, at most (allocation length, blocks)

  // Filled on completion.
  scsi::Status status = scsi::Status::good;
  SenseBytes sense;
  std::vector<Slice> data_in;        // in order; the submitter unpins
  std::uint64_t data_in_bytes = 0;   // sum of data_in
  std::vector<std::byte> small;      // the device's own bytes behind data_in (INQUIRY data and the like)

  /// Ready for the next command; pins must have been released.
  void clear() {
    data_out.clear();
    data_out_bytes_wanted = data_in_bytes_wanted = data_in_bytes = 0;
    status = scsi::Status::good;
    sense.size = 0;
    data_in.clear();
    small.clear();
  }
};

}  // namespace lunsim::target_sim
