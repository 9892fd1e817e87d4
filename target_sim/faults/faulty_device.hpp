// A device that fails on cue: the faults of a plan that concern SCSI commands, in front of any
// other device: what is answered, what is really done, when, and which bytes go wrong. What no rule
// waits for passes after one table look-up. Not for PDUs: see fault_tap.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "target_sim/device/device.hpp"
#include "target_sim/device/store/journal.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::target_sim {

class DiskInventory;
class LogicalUnit;

/// Does what rules with `has_change` want done to the world around the device.
class ChangeHandler {
 public:
  virtual ~ChangeHandler() = default;
  /// Rule `rule` of the plan has fired; the command that it fired on has not been looked at yet.
  virtual void handle_change(std::size_t rule) = 0;
};

class FaultyDevice final : public Device {
 public:
  static constexpr std::size_t kDecidedMax = 65536;
  static constexpr std::size_t kLateMax = 4096;  // writes that are to land later; more are refused

  /// `inner` and `plan` outlive it. Only rules without a target or for `target_name` count here.
  FaultyDevice(Device& inner, FaultPlan& plan, std::string target_name);
  /// The disks that `inner` is or stands for: what misdirected, torn, stale and volatile data, and
  /// unit attentions, need. Without them such actions have no effect.
  void set_disks(DiskInventory& disks) { disks_ = &disks; }
  void set_change_handler(ChangeHandler& handler) { change_handler_ = &handler; }

  /// Before the power goes: takes back what was only said to have been written, and forgets writes
  /// that were to land later.
  void lose_power();

  NexusId open_nexus(std::string_view initiator_port) override;
  void close_nexus(NexusId nexus) override;
  bool prepare(Task& task, std::int64_t now_ns) override;
  bool submit(Task& task, std::int64_t now_ns) override;
  Task* poll_completion(std::int64_t now_ns) override;
  std::optional<std::int64_t> poll_timeout() const override;
  void abort(Task& task) override;
  ManagementOutcome reset_unit(std::uint64_t lun, NexusId by) override;
  void commands_cleared(std::uint64_t lun, NexusId nexus, ClearedBy by) override {
    inner_.commands_cleared(lun, nexus, by);
  }
  bool has_unit(std::uint64_t lun) const override;
  std::vector<std::uint64_t> luns() const override { return inner_.luns(); }

 private:
  using Rules = std::vector<std::size_t>;
  struct Waiting {
    Task* task = nullptr;
    std::int64_t due_ns = 0;
    bool is_executed = false;  // only the answer waits
    Rules rules;
  };
  /// A copy of a command that was answered and is executed when its time comes.
  struct Late {
    std::unique_ptr<Task> task;
    std::int64_t due_ns = 0;
  };
  /// What a rule that decides each time has decided.
  struct Decided {
    DeviceAction action;
    std::size_t rule = 0;
  };
  struct UnitJournals {
    Journal history;    // for stale reads
    Journal volatile_;  // for writes that are not where they were said to be
  };

  void rebuild_table();
  bool matches(const FaultRule& rule, const Task& task, std::string_view initiator_port) const;
  /// Which rules strike; false: the command is over.
  bool strike_rules(const Rules& candidates, Task& task, Rules& struck, std::int64_t now_ns);
  std::size_t decide(std::size_t rule, const FaultScene& scene);
  void retract(std::size_t rule);
  bool begin(std::size_t rule, Task& task);
  std::int64_t delay_of(const DeviceAction& action);
  const DeviceAction& action_of(std::size_t rule) const;
  LogicalUnit* unit_of(const Task& task) const;

  /// False if the answer must wait, or never comes.
  bool execute(Task& task, const Rules& rules, std::int64_t now_ns);
  bool may_execute(const Task& task, const Rules& rules, std::int64_t now_ns);
  bool run_spoiled(Task& task, const Rules& rules, std::int64_t now_ns);
  bool execute_inner(Task& task, const Rules& rules, std::int64_t now_ns);
  bool keep_for_later(const Task& task, std::int64_t due_ns);
  void land_late(std::int64_t now_ns);
  void answer(Task& task, const Rules& rules);
  // Each tells whether it made a difference.
  bool spoil_before(Task& task, const DeviceAction& action);
  bool spoil_after(Task& task, const DeviceAction& action);
  bool tear(Task& task, const DeviceAction& action);
  bool misdirect(Task& task, const DeviceAction& action);
  bool write_without_comparing(Task& task, std::int64_t now_ns);
  void make_stale(const Task& task, std::vector<std::byte>& data) const;

  Device& inner_;
  FaultPlan& plan_;
  std::string target_name_;
  DiskInventory* disks_ = nullptr;
  ChangeHandler* change_handler_ = nullptr;
  std::uint64_t table_generation_ = 0;
  std::array<Rules, 256> by_opcode_;  // awake rules, by operation code
  bool keeps_history_ = false;        // some rule reads stale data
  std::map<NexusId, std::string> nexuses_;
  std::unordered_map<const Task*, Rules> struck_;  // decided at prepare(), due at submit()
  std::map<std::size_t, Decided> decided_;         // at most kDecidedMax, the oldest go
  std::size_t decisions_ = 0;
  std::deque<Waiting> waiting_;
  std::vector<const Task*> never_;  // executed or not, they are not answered
  std::vector<Late> late_;
  std::map<std::uint64_t, UnitJournals> journals_;  // by LUN
};

}  // namespace lunsim::target_sim
