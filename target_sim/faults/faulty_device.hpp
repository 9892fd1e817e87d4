// A device that fails on cue: the faults of a plan that end or delay SCSI commands, in front of any
// other device. What no rule waits for passes after one table look-up. Not for PDUs: see
// fault_tap.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "target_sim/device/device.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::target_sim {

class FaultyDevice final : public Device {
 public:
  /// `inner` and `plan` outlive it. Only rules without a target or for `target_name` count here.
  FaultyDevice(Device& inner, FaultPlan& plan, std::string target_name);

  NexusId open_nexus(std::string_view initiator_port) override;
  void close_nexus(NexusId nexus) override;
  bool prepare(Task& task, std::int64_t now_ns) override;
  bool submit(Task& task, std::int64_t now_ns) override;
  Task* poll_completion(std::int64_t now_ns) override;
  std::optional<std::int64_t> poll_timeout() const override;
  void abort(Task& task) override;
  ManagementOutcome reset_unit(std::uint64_t lun, NexusId by) override;
  void commands_cleared(std::uint64_t lun, NexusId nexus) override {
    inner_.commands_cleared(lun, nexus);
  }
  bool has_unit(std::uint64_t lun) const override;

 private:
  struct Delayed {
    Task* task = nullptr;
    std::int64_t due_ns = 0;
  };
  void rebuild_table();
  bool matches(const FaultRule& rule, const Task& task, std::string_view initiator_port) const;
  static void fail(Task& task, const FaultAction& action);

  Device& inner_;
  FaultPlan& plan_;
  std::string target_name_;
  std::uint64_t table_generation_ = 0;
  std::array<std::vector<std::size_t>, 256> by_opcode_;  // awake rules, by operation code
  std::map<NexusId, std::string> nexuses_;
  std::unordered_map<const Task*, std::int64_t> delay_of_;  // decided at prepare(), due at submit()
  std::deque<Delayed> delayed_;
};

}  // namespace lunsim::target_sim
