#include "target_sim/faults/faulty_device.hpp"

#include <algorithm>
#include <set>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "target_sim/device/disk_inventory.hpp"
#include "target_sim/faults/command_match.hpp"
#include "target_sim/faults/fault_scene.hpp"
#include "target_sim/faults/parameter_data.hpp"

namespace lunsim::target_sim {

namespace {

std::span<const std::byte> cdb_of(const Task& task) {
  return std::span<const std::byte>(task.cdb).first(task.cdb_bytes);
}

void fail(Task& task, const DeviceAction& action) {
  task.status = *action.status;
  std::vector<std::byte> sense = action.sense_bytes;
  if (sense.empty() && action.sense) sense = scsi::encode_sense(*action.sense, action.sense_format);
  if (action.sense_bytes_max)
    sense.resize(std::min<std::size_t>(sense.size(), *action.sense_bytes_max));
  task.sense.size = static_cast<std::uint16_t>(std::min(sense.size(), kSenseBytesMax));
  std::copy_n(sense.begin(), task.sense.size, task.sense.bytes.begin());
}

bool is_good(const Task& task) { return task.status == scsi::Status::good; }

/// The data on its way to the host, as bytes that can be changed; the store keeps its own.
std::vector<std::byte> take_data_in(Task& task) {
  std::vector<std::byte> data;
  data.reserve(static_cast<std::size_t>(task.data_in_bytes));
  for (const Slice& slice : task.data_in) {
    data.insert(data.end(), slice.bytes.begin(), slice.bytes.end());
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  task.data_in.clear();
  return data;
}

/// Never more than the command asked for.
void give_data_in(Task& task, std::vector<std::byte> data) {
  task.small = std::move(data);
  task.data_in_bytes = task.small.size();
  if (!task.small.empty())
    task.data_in.push_back({std::span<const std::byte>(task.small), nullptr});
}

void drop_data_in(Task& task) {
  take_data_in(task);
  give_data_in(task, {});
}

/// Whether a rule does nothing but spoil data, so that it may turn out to have had no effect.
bool only_spoils(const DeviceAction& action) {
  return !action.status && !action.never_answered && action.answer_after_ns == 0 &&
         action.apply == DeviceAction::Apply::as_answered && !action.delays() &&
         action.attentions.empty() && !action.has_change;
}

std::optional<scsi::BlockCommand> block_command_of(const Task& task) {
  const auto operation_code = std::to_integer<std::uint8_t>(task.cdb[0]);
  if (!scsi::is_block_command(operation_code)) return std::nullopt;
  return scsi::decode_block_command(cdb_of(task));
}

bool is_write(const Task& task) { return task.data_out_bytes_wanted > 0; }

/// Where the LBA stands in a CDB of 6, 10, 12 or 16 bytes.
void set_lba(Task& task, std::uint64_t lba) {
  switch (cdb_of(task).size() >= 16
              ? scsi::cdb_bytes_of_group(std::to_integer<std::uint8_t>(task.cdb[0]))
              : cdb_of(task).size()) {
    case 6:
      bytes::store_be16(&task.cdb[2], static_cast<std::uint16_t>(lba));
      task.cdb[1] = (task.cdb[1] & std::byte{0xE0}) | static_cast<std::byte>((lba >> 16) & 0x1F);
      return;
    case 16:
      bytes::store_be64(&task.cdb[2], lba);
      return;
    default:
      bytes::store_be32(&task.cdb[2], static_cast<std::uint32_t>(lba));
  }
}

}  // namespace

FaultyDevice::FaultyDevice(Device& inner, FaultPlan& plan, std::string target_name)
    : inner_(inner), plan_(plan), target_name_(std::move(target_name)) {
  keeps_history_ = std::any_of(plan_.rules().begin(), plan_.rules().end(),
                               [](const FaultRule& rule) { return rule.action.stale; });
}

NexusId FaultyDevice::open_nexus(std::string_view initiator_port) {
  const NexusId nexus = inner_.open_nexus(initiator_port);
  nexuses_[nexus] = std::string(initiator_port);
  return nexus;
}

void FaultyDevice::close_nexus(NexusId nexus) {
  nexuses_.erase(nexus);
  inner_.close_nexus(nexus);
}

LogicalUnit* FaultyDevice::unit_of(const Task& task) const {
  return disks_ == nullptr ? nullptr : disks_->find_unit(task.lun);
}

void FaultyDevice::rebuild_table() {
  if (table_generation_ == plan_.generation()) return;
  table_generation_ = plan_.generation();
  for (Rules& rules : by_opcode_) rules.clear();
  for (std::size_t i = 0; i < plan_.rules().size(); ++i) {
    const FaultRule& rule = plan_.rules()[i];
    if (!rule.action.is_for_device() || !plan_.is_awake(i)) continue;
    if (rule.on.target && *rule.on.target != target_name_) continue;
    std::set<std::uint8_t> codes;
    for (const scsi::CommandCode& code : rule.on.commands) codes.insert(code.operation_code);
    for (const std::uint8_t code : codes) by_opcode_[code].push_back(i);
    if (codes.empty())
      for (Rules& rules : by_opcode_) rules.push_back(i);
  }
}

bool FaultyDevice::matches(const FaultRule& rule, const Task& task,
                           std::string_view initiator_port) const {
  const CommandFacts facts = command_facts(cdb_of(task), task.lun);
  const std::string_view initiator = initiator_port.substr(0, initiator_port.find(",i,"));
  return matches_command(rule.on, facts) && matches_glob(rule.on.initiator, initiator);
}

std::int64_t FaultyDevice::delay_of(const DeviceAction& action) {
  if (action.p99_ns > 0 && plan_.draw_below(100) == 0) return action.p99_ns;
  std::int64_t delay = action.delay_ns;
  if (action.jitter_ns > 0)
    delay += static_cast<std::int64_t>(
        plan_.draw_below(static_cast<std::uint64_t>(action.jitter_ns) + 1));
  return delay;
}

/// What a rule does before the command is looked at. False: it is over.
bool FaultyDevice::begin(std::size_t rule, Task& task) {
  const DeviceAction action = action_of(rule);
  if (action.has_change && change_handler_ != nullptr) change_handler_->handle_change(rule);
  LogicalUnit* unit = unit_of(task);
  for (const scsi::AdditionalSense code : action.attentions) {
    if (unit == nullptr) break;
    if (action.attention_for_all) {
      disks_->establish_attention(*unit, code);
    } else {
      unit->attentions().establish(static_cast<std::size_t>(task.nexus), code);
    }
  }
  const bool ends = action.status && action.apply == DeviceAction::Apply::as_answered &&
                    !action.never_answered && action.answer_after_ns == 0 && !action.delays();
  if (ends) fail(task, action);
  return !ends;
}

/// A decision stands for its rule from now on, under a number behind those of the plan.
std::size_t FaultyDevice::decide(std::size_t rule, const FaultScene& scene) {
  const FaultRule& undecided = plan_.rules()[rule];
  if (!undecided.action.decide) return rule;
  if (decided_.size() >= kDecidedMax) decided_.erase(decided_.begin());
  const std::size_t number = plan_.rules().size() + decisions_++;
  decided_[number] = {undecided.action.decide(scene), rule};
  return number;
}

const DeviceAction& FaultyDevice::action_of(std::size_t rule) const {
  static const DeviceAction kNothing;
  if (rule < plan_.rules().size()) return plan_.rules()[rule].action;
  const auto decided = decided_.find(rule);
  return decided == decided_.end() ? kNothing : decided->second.action;
}

void FaultyDevice::retract(std::size_t rule) {
  const auto decided = decided_.find(rule);
  plan_.retract(decided == decided_.end() ? rule : decided->second.rule);
}

bool FaultyDevice::strike_rules(const Rules& candidates, Task& task, Rules& struck,
                                std::int64_t now_ns) {
  const auto nexus = nexuses_.find(task.nexus);
  const std::string_view port = nexus == nexuses_.end() ? std::string_view{} : nexus->second;
  for (const std::size_t i : candidates) {
    const FaultRule& rule = plan_.rules()[i];
    if (!matches(rule, task, port)) continue;
    const CommandFacts facts = command_facts(cdb_of(task), task.lun);
    FaultScene scene;
    scene.now_ns = now_ns;
    scene.initiator = port.substr(0, port.find(",i,"));
    scene.target = target_name_;
    scene.command = &facts;
    scene.cdb = cdb_of(task);
    if (rule.on.where && !rule.on.where(scene)) continue;
    FaultOccasion occasion;
    occasion.session = port;
    occasion.lun = task.lun;
    occasion.now_ns = now_ns;
    if (!plan_.strike(i, occasion)) continue;
    const std::size_t decided = decide(i, scene);
    if (!begin(decided, task)) return false;
    struck.push_back(decided);
  }
  return true;
}

bool FaultyDevice::prepare(Task& task, std::int64_t now_ns) {
  rebuild_table();
  const Rules& awake = by_opcode_[std::to_integer<std::uint8_t>(task.cdb[0])];
  if (awake.empty()) return inner_.prepare(task, now_ns);
  const Rules candidates = awake;  // a strike may change what is awake
  Rules struck;
  if (!strike_rules(candidates, task, struck, now_ns)) return false;
  const bool is_refused_page = std::any_of(struck.begin(), struck.end(), [&](std::size_t rule) {
    const auto& identity = action_of(rule).identity;
    return identity && task.cdb[0] == std::byte{scsi::opcode::kInquiry} &&
           (task.cdb[1] & std::byte{1}) != std::byte{0} &&
           std::find(identity->without.begin(), identity->without.end(),
                     std::to_integer<std::uint8_t>(task.cdb[2])) != identity->without.end();
  });
  if (is_refused_page) task.cdb[2] = std::byte{0x7F};  // a page that nobody has
  const bool goes_on = inner_.prepare(task, now_ns);
  if (goes_on) {
    struck_[&task] = std::move(struck);
    return true;
  }
  // It is over before the rules could do more than what they did before it.
  for (const std::size_t rule : struck) {
    const DeviceAction& action = action_of(rule);
    if (action.attentions.empty() && !action.has_change && !is_refused_page) retract(rule);
  }
  return false;
}

bool FaultyDevice::submit(Task& task, std::int64_t now_ns) {
  const auto found = struck_.find(&task);
  if (found == struck_.end()) {
    if (!keeps_history_) return inner_.submit(task, now_ns);
    return execute(task, {}, now_ns);
  }
  Rules rules = std::move(found->second);
  struck_.erase(found);
  std::int64_t delay = 0;
  for (const std::size_t rule : rules) delay += delay_of(action_of(rule));
  if (delay == 0) return execute(task, rules, now_ns);
  waiting_.push_back({&task, now_ns + delay, false, std::move(rules)});
  return false;
}

bool FaultyDevice::keep_for_later(const Task& task, std::int64_t due_ns) {
  if (late_.size() >= kLateMax) return false;
  auto copy = std::make_unique<Task>();
  copy->nexus = task.nexus;
  copy->lun = task.lun;
  copy->cdb = task.cdb;
  copy->cdb_bytes = task.cdb_bytes;
  copy->data_out = task.data_out;
  late_.push_back({std::move(copy), due_ns});
  return true;
}

void FaultyDevice::land_late(std::int64_t now_ns) {
  for (std::size_t i = 0; i < late_.size();) {
    if (late_[i].due_ns > now_ns) {
      ++i;
      continue;
    }
    const std::unique_ptr<Task> task = std::move(late_[i].task);
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
    inner_.submit(*task, now_ns);
    for (const Slice& slice : task->data_in)
      if (slice.pin != nullptr) slice.pin->unpin();
  }
}

bool FaultyDevice::tear(Task& task, const DeviceAction& action) {
  LogicalUnit* unit = unit_of(task);
  const auto command = block_command_of(task);
  if (unit == nullptr || !command || !is_write(task)) return false;
  const std::uint64_t block_bytes = unit->block_bytes();
  const std::uint64_t lands =
      action.torn_after_bytes ? *action.torn_after_bytes : *action.torn_after_blocks * block_bytes;
  if (lands >= task.data_out.size()) return false;
  // What does not land is written as it was: the medium keeps it.
  std::vector<Slice> before;
  const std::uint64_t offset = command->lba * block_bytes;
  unit->store().read(offset + lands, task.data_out.size() - lands, before);
  auto at = task.data_out.begin() + static_cast<std::ptrdiff_t>(lands);
  for (const Slice& slice : before) {
    at = std::copy(slice.bytes.begin(), slice.bytes.end(), at);
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  return true;
}

bool FaultyDevice::misdirect(Task& task, const DeviceAction& action) {
  LogicalUnit* unit = unit_of(task);
  const auto command = block_command_of(task);
  if (unit == nullptr || !command || command->blocks == 0) return false;
  const std::uint64_t lba = command->lba + static_cast<std::uint64_t>(action.misdirected_blocks);
  if (lba >= unit->blocks() || command->blocks > unit->blocks() - lba) return false;
  set_lba(task, lba);
  return true;
}

bool FaultyDevice::spoil_before(Task& task, const DeviceAction& action) {
  bool had_effect = false;
  if (!action.data.empty() && is_write(task)) had_effect |= change_data(action.data, task.data_out);
  if (action.torn_after_bytes || action.torn_after_blocks) had_effect |= tear(task, action);
  if (action.misdirected_blocks != 0) had_effect |= misdirect(task, action);
  return had_effect;
}

void FaultyDevice::make_stale(const Task& task, std::vector<std::byte>& data) const {
  const LogicalUnit* unit = unit_of(task);
  const auto journals = journals_.find(task.lun);
  const auto command = block_command_of(task);
  if (unit == nullptr || journals == journals_.end() || !command) return;
  journals->second.history.make_stale(command->lba * unit->block_bytes(), data);
}

/// Only what a rule appends may be more than was asked for.
bool FaultyDevice::spoil_after(Task& task, const DeviceAction& action) {
  const bool changes = action.stale || action.luns || action.capacity || action.identity ||
                       action.length_lie_bytes != 0 || (!action.data.empty() && !is_write(task));
  if (!changes || !is_good(task)) return false;
  const auto operation_code = std::to_integer<std::uint8_t>(task.cdb[0]);
  const bool is_16 = operation_code == scsi::opcode::kServiceActionIn16;
  std::vector<std::byte> data = take_data_in(task);
  const std::vector<std::byte> before = data;
  if (action.luns && operation_code == scsi::opcode::kReportLuns && disks_ != nullptr)
    data = reported_luns(*action.luns, disks_->luns());
  if (action.capacity && (is_16 || operation_code == scsi::opcode::kReadCapacity10))
    tell_capacity(*action.capacity, is_16, data);
  if (action.identity && operation_code == scsi::opcode::kInquiry)
    tell_identity(*action.identity, (task.cdb[1] & std::byte{1}) != std::byte{0}, data);
  if (action.stale) make_stale(task, data);
  data.resize(std::min<std::size_t>(data.size(), task.data_in_bytes_wanted));
  if (action.length_lie_bytes != 0) lie_about_length(cdb_of(task), action.length_lie_bytes, data);
  if (!is_write(task)) change_data(action.data, data);
  const bool had_effect = data != before;
  give_data_in(task, std::move(data));
  return had_effect;
}

/// The comparison has failed: the write that it guards is done all the same.
bool FaultyDevice::write_without_comparing(Task& task, std::int64_t now_ns) {
  const bool is_meant = task.cdb[0] == std::byte{scsi::opcode::kCompareAndWrite};
  const LogicalUnit* unit = unit_of(task);
  if (!is_meant || task.status != scsi::Status::check_condition || unit == nullptr) return false;
  const auto sense = scsi::decode_sense(task.sense.view());
  if (!sense || sense->key != scsi::SenseKey::miscompare) return false;
  Task write;
  write.nexus = task.nexus;
  write.lun = task.lun;
  const scsi::Command command = scsi::make_block_command({.operation = scsi::BlockOperation::write,
                                                          .form = 16,
                                                          .lba = bytes::load_be64(&task.cdb[2]),
                                                          .blocks = bytes::load_u8(&task.cdb[13])},
                                                         unit->block_bytes());
  std::copy(command.bytes.begin(), command.bytes.end(), write.cdb.begin());
  const auto half = static_cast<std::ptrdiff_t>(task.data_out.size() / 2);
  write.data_out.assign(task.data_out.begin() + half, task.data_out.end());
  inner_.submit(write, now_ns);
  task.status = write.status;
  task.sense = write.sense;
  return true;
}

bool FaultyDevice::execute_inner(Task& task, const Rules& rules, std::int64_t now_ns) {
  LogicalUnit* unit = unit_of(task);
  const auto command = block_command_of(task);
  const bool is_cached = std::any_of(rules.begin(), rules.end(), [&](std::size_t rule) {
    return action_of(rule).apply == DeviceAction::Apply::cached;
  });
  if (unit != nullptr && command && is_write(task) && (keeps_history_ || is_cached)) {
    const std::uint64_t offset = command->lba * unit->block_bytes();
    UnitJournals& journals = journals_[task.lun];
    if (keeps_history_) journals.history.note(unit->store(), offset, task.data_out.size());
    if (is_cached) journals.volatile_.note(unit->store(), offset, task.data_out.size());
  }
  return inner_.submit(task, now_ns);
}

/// The statuses that rules set although the command was executed, or not.
void FaultyDevice::answer(Task& task, const Rules& rules) {
  for (const std::size_t rule : rules) {
    const DeviceAction& action = action_of(rule);
    if (!action.status) continue;
    drop_data_in(task);
    fail(task, action);
  }
}

/// Whether the rules let the command be executed now; those that let it land later see to that.
bool FaultyDevice::may_execute(const Task& task, const Rules& rules, std::int64_t now_ns) {
  using Apply = DeviceAction::Apply;
  for (const std::size_t rule : rules) {
    const DeviceAction& action = action_of(rule);
    if (action.apply == Apply::never) return false;
    if (action.status && action.apply == Apply::as_answered) return false;
    if (action.apply != Apply::later) continue;
    if (keep_for_later(task, now_ns + action.apply_after_ns)) return false;
    retract(rule);
  }
  return true;
}

/// The command with everything that goes wrong on its way in and out.
bool FaultyDevice::run_spoiled(Task& task, const Rules& rules, std::int64_t now_ns) {
  const auto cdb = task.cdb;
  std::vector<bool> had_effect;
  for (const std::size_t rule : rules) had_effect.push_back(spoil_before(task, action_of(rule)));
  if (!execute_inner(task, rules, now_ns)) return false;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const DeviceAction& action = action_of(rules[i]);
    bool effect = had_effect[i];
    if (!action.compares) effect |= write_without_comparing(task, now_ns);
    task.cdb = cdb;
    effect |= spoil_after(task, action);
    if (!effect && only_spoils(action)) retract(rules[i]);
  }
  return true;
}

bool FaultyDevice::execute(Task& task, const Rules& rules, std::int64_t now_ns) {
  if (may_execute(task, rules, now_ns) && !run_spoiled(task, rules, now_ns)) return false;
  answer(task, rules);
  std::int64_t answer_after = 0;
  for (const std::size_t rule : rules) {
    const DeviceAction& action = action_of(rule);
    if (action.never_answered) {
      never_.push_back(&task);
      return false;
    }
    answer_after = std::max(answer_after, action.answer_after_ns);
    // Whoever waits for an answer comes back to us, and by then for what is to land.
    if (action.apply == DeviceAction::Apply::later)
      answer_after = std::max<std::int64_t>(answer_after, 1);
  }
  if (answer_after == 0) return true;
  waiting_.push_back({&task, now_ns + answer_after, true, {}});
  return false;
}

Task* FaultyDevice::poll_completion(std::int64_t now_ns) {
  land_late(now_ns);
  for (std::size_t i = 0; i < waiting_.size();) {
    if (waiting_[i].due_ns > now_ns) {
      ++i;
      continue;
    }
    Waiting due = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    if (due.is_executed || execute(*due.task, due.rules, now_ns)) return due.task;
  }
  return inner_.poll_completion(now_ns);
}

std::optional<std::int64_t> FaultyDevice::poll_timeout() const {
  std::optional<std::int64_t> next = inner_.poll_timeout();
  const auto need = [&](std::int64_t at) {
    if (!next || at < *next) next = at;
  };
  for (const Waiting& waiting : waiting_) need(waiting.due_ns);
  for (const Late& late : late_) need(late.due_ns);
  return next;
}

void FaultyDevice::abort(Task& task) {
  struck_.erase(&task);
  const auto never = std::find(never_.begin(), never_.end(), &task);
  if (never != never_.end()) {
    never_.erase(never);
    return;
  }
  const auto held = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const Waiting& waiting) { return waiting.task == &task; });
  if (held == waiting_.end()) return inner_.abort(task);
  waiting_.erase(held);
}

void FaultyDevice::lose_power() {
  late_.clear();
  if (disks_ == nullptr) return;
  for (const std::uint64_t lun : disks_->luns()) {
    LogicalUnit* unit = disks_->find_unit(lun);
    const auto journals = journals_.find(lun);
    if (journals != journals_.end()) journals->second.volatile_.take_back(unit->store());
  }
}

ManagementOutcome FaultyDevice::reset_unit(std::uint64_t lun, NexusId by) {
  return inner_.reset_unit(lun, by);
}

bool FaultyDevice::has_unit(std::uint64_t lun) const { return inner_.has_unit(lun); }

}  // namespace lunsim::target_sim
