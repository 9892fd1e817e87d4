#include "target_sim/faults/faulty_device.hpp"

#include <algorithm>

#include "target_sim/faults/command_match.hpp"

namespace lunsim::target_sim {

FaultyDevice::FaultyDevice(Device& inner, FaultPlan& plan, std::string target_name)
    : inner_(inner), plan_(plan), target_name_(std::move(target_name)) {}

NexusId FaultyDevice::open_nexus(std::string_view initiator_port) {
  const NexusId nexus = inner_.open_nexus(initiator_port);
  nexuses_[nexus] = std::string(initiator_port);
  return nexus;
}

void FaultyDevice::close_nexus(NexusId nexus) {
  nexuses_.erase(nexus);
  inner_.close_nexus(nexus);
}

void FaultyDevice::rebuild_table() {
  if (table_generation_ == plan_.generation()) return;
  table_generation_ = plan_.generation();
  for (std::vector<std::size_t>& rules : by_opcode_) rules.clear();
  for (std::size_t i = 0; i < plan_.rules().size(); ++i) {
    const FaultRule& rule = plan_.rules()[i];
    if (!rule.action.is_for_device() || !plan_.is_awake(i)) continue;
    if (rule.on.target && *rule.on.target != target_name_) continue;
    if (rule.on.command) {
      by_opcode_[rule.on.command->operation_code].push_back(i);
    } else {
      for (std::vector<std::size_t>& rules : by_opcode_) rules.push_back(i);
    }
  }
}

bool FaultyDevice::matches(const FaultRule& rule, const Task& task,
                           std::string_view initiator_port) const {
  const CommandFacts facts =
      command_facts(std::span<const std::byte>(task.cdb).first(task.cdb_bytes), task.lun);
  const std::string_view initiator = initiator_port.substr(0, initiator_port.find(",i,"));
  return matches_command(rule.on, facts) && matches_glob(rule.on.initiator, initiator);
}

void FaultyDevice::fail(Task& task, const FaultAction& action) {
  task.status = *action.status;
  std::vector<std::byte> sense = action.sense_bytes;
  if (sense.empty() && action.sense) sense = scsi::encode_sense(*action.sense, action.sense_format);
  task.sense.size = static_cast<std::uint16_t>(std::min(sense.size(), kSenseBytesMax));
  std::copy_n(sense.begin(), task.sense.size, task.sense.bytes.begin());
}

bool FaultyDevice::prepare(Task& task, std::int64_t now_ns) {
  rebuild_table();
  const std::vector<std::size_t>& candidates =
      by_opcode_[std::to_integer<std::uint8_t>(task.cdb[0])];
  if (candidates.empty()) return inner_.prepare(task, now_ns);
  const auto nexus = nexuses_.find(task.nexus);
  const std::string_view port = nexus == nexuses_.end() ? std::string_view{} : nexus->second;
  for (const std::size_t i : candidates) {
    const FaultRule& rule = plan_.rules()[i];
    if (!matches(rule, task, port)) continue;
    if (!plan_.strike(i, {.session = port, .connection = 0, .lun = task.lun})) continue;
    if (rule.action.delay_ns > 0) delay_of_[&task] = rule.action.delay_ns;
    if (!rule.action.status) continue;
    delay_of_.erase(&task);
    fail(task, rule.action);
    return false;
  }
  const bool goes_on = inner_.prepare(task, now_ns);
  if (!goes_on) delay_of_.erase(&task);
  return goes_on;
}

bool FaultyDevice::submit(Task& task, std::int64_t now_ns) {
  const auto delay = delay_of_.find(&task);
  if (delay == delay_of_.end()) return inner_.submit(task, now_ns);
  delayed_.push_back({&task, now_ns + delay->second});
  delay_of_.erase(delay);
  return false;
}

Task* FaultyDevice::poll_completion(std::int64_t now_ns) {
  for (std::size_t i = 0; i < delayed_.size();) {
    if (delayed_[i].due_ns > now_ns) {
      ++i;
      continue;
    }
    Task* task = delayed_[i].task;
    delayed_.erase(delayed_.begin() + static_cast<std::ptrdiff_t>(i));
    if (inner_.submit(*task, now_ns)) return task;
  }
  return inner_.poll_completion(now_ns);
}

std::optional<std::int64_t> FaultyDevice::poll_timeout() const {
  std::optional<std::int64_t> next = inner_.poll_timeout();
  for (const Delayed& delayed : delayed_)
    if (!next || delayed.due_ns < *next) next = delayed.due_ns;
  return next;
}

void FaultyDevice::abort(Task& task) {
  delay_of_.erase(&task);
  const auto held = std::find_if(delayed_.begin(), delayed_.end(),
                                 [&](const Delayed& delayed) { return delayed.task == &task; });
  if (held == delayed_.end()) return inner_.abort(task);
  delayed_.erase(held);
}

ManagementOutcome FaultyDevice::reset_unit(std::uint64_t lun, NexusId by) {
  return inner_.reset_unit(lun, by);
}

bool FaultyDevice::has_unit(std::uint64_t lun) const { return inner_.has_unit(lun); }

}  // namespace lunsim::target_sim
