// What a target's session sees of its logical units: an asynchronous device with an inventory. A
// decorated device (target_sim/faults) has the same face. Knows SCSI, has never seen a PDU.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "target_sim/device/task.hpp"

namespace lunsim::target_sim {

/// SAM-5 §7. What became of a task management function.
enum class ManagementOutcome : std::uint8_t {
  complete,
  task_does_not_exist,
  lun_does_not_exist,
  not_supported
};

/// What ended commands that their initiator gets no response for.
enum class ClearedBy : std::uint8_t { another_initiator, protocol_event };

class Device {
 public:
  virtual ~Device() = default;

  /// A new I_T nexus: its unit attentions begin with POWER ON, RESET, OR BUS DEVICE RESET OCCURRED
  /// (29h/00h) for each unit, once per nexus name. `initiator_port` is "iqn...,i,0x<isid>"; the
  /// same name again is the same nexus (a reinstated session), with I_T NEXUS LOSS OCCURRED
  /// (29h/07h) established.
  virtual NexusId open_nexus(std::string_view initiator_port) = 0;
  virtual void close_nexus(NexusId nexus) = 0;

  /// Judges the CDB when the command arrives: unit attention, reservation, operation code, fields,
  /// range. Returns true if the task may go on (data_*_bytes_wanted are set); false if it is
  /// complete (status, sense set).
  virtual bool prepare(Task& task, std::int64_t now_ns) = 0;
  /// Executes. Returns true if it completed at once; false if it is pending and will come from
  /// poll_completion(). `task` stays where it is until then.
  virtual bool submit(Task& task, std::int64_t now_ns) = 0;
  /// A pending task that has completed by now, or null.
  virtual Task* poll_completion(std::int64_t now_ns) = 0;
  /// When the next pending task may complete; empty if only from outside.
  virtual std::optional<std::int64_t> poll_timeout() const = 0;
  /// The task is forgotten (if it was pending); it will not come from poll_completion().
  virtual void abort(Task& task) = 0;

  /// LOGICAL UNIT RESET: establishes BUS DEVICE RESET FUNCTION OCCURRED (29h/03h) for every nexus
  /// but `by`. The session aborts the tasks themselves.
  virtual ManagementOutcome reset_unit(std::uint64_t lun, NexusId by) = 0;
  /// Tasks of this nexus have ended without a response, through CLEAR TASK SET by another one or
  /// with their connection: COMMANDS CLEARED BY ANOTHER INITIATOR (2Fh/00h), or SOME COMMANDS
  /// CLEARED BY ISCSI PROTOCOL EVENT (47h/7Fh). SAM-5 §5.14, RFC 7143 §11.14.5
  virtual void commands_cleared(std::uint64_t lun, NexusId nexus, ClearedBy by) = 0;
  virtual bool has_unit(std::uint64_t lun) const = 0;
  /// Plain numbers of all units, ascending: what a reset of the whole target goes over.
  virtual std::vector<std::uint64_t> luns() const = 0;
};

}  // namespace lunsim::target_sim
