#include "initiator/session/task_table.hpp"

#include <algorithm>
#include <cassert>

namespace lunsim::initiator {

TaskTable::TaskTable(std::uint32_t outstanding_max, std::uint32_t waiting_max)
    : outstanding_max_(std::clamp(outstanding_max, 1u, kIndexMask / 2)),
      waiting_max_(std::clamp(waiting_max, 1u, kIndexMask / 2)) {}

Task* TaskTable::add(CommandHandle handle, runtime::TimePoint deadline) {
  if (waiting_.size() >= waiting_max_) return nullptr;
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.front();
    free_.pop_front();
  }
  Slot& slot = slots_[index];
  Task& task = slot.task.emplace();
  task.handle = handle;
  task.tag = InitiatorTaskTag{(slot.uses << kIndexBits) | index};
  task.deadline = deadline;
  waiting_.push_back(task.tag);
  deadlines_.emplace(deadline, static_cast<std::uint32_t>(task.tag));
  return &task;
}

Task* TaskTable::find(InitiatorTaskTag tag) {
  const auto number = static_cast<std::uint32_t>(tag);
  const std::uint32_t index = number & kIndexMask;
  if ((number & kNotACommandBit) != 0 || index >= slots_.size()) return nullptr;
  std::optional<Task>& task = slots_[index].task;
  return task && task->tag == tag ? &*task : nullptr;
}

Task* TaskTable::find(CommandHandle handle) {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.task && slot.task->handle == handle;
  });
  return found == slots_.end() ? nullptr : &*found->task;
}

Task* TaskTable::next_waiting() {
  if (waiting_.empty() || outstanding_ >= outstanding_max_) return nullptr;
  return find(waiting_.front());
}

void TaskTable::mark_sent(Task& task, CmdSn cmd_sn) {
  assert(!waiting_.empty() && waiting_.front() == task.tag);
  waiting_.pop_front();
  ++outstanding_;
  task.state = Task::State::sent;
  task.cmd_sn = cmd_sn;
}

void TaskTable::set_deadline(Task& task, runtime::TimePoint deadline) {
  deadlines_.erase({task.deadline, static_cast<std::uint32_t>(task.tag)});
  task.deadline = deadline;
  deadlines_.emplace(deadline, static_cast<std::uint32_t>(task.tag));
}

void TaskTable::remove(Task& task) {
  const auto number = static_cast<std::uint32_t>(task.tag);
  deadlines_.erase({task.deadline, number});
  if (task.state == Task::State::waiting) {
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), task.tag));
  } else {
    --outstanding_;
  }
  const std::uint32_t index = number & kIndexMask;
  Slot& slot = slots_[index];
  slot.task.reset();
  slot.uses = (slot.uses + 1) % kUses;
  free_.push_back(index);
}

std::optional<runtime::TimePoint> TaskTable::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

Task* TaskTable::expired(runtime::TimePoint now) {
  if (deadlines_.empty() || deadlines_.begin()->first > now) return nullptr;
  return find(InitiatorTaskTag{deadlines_.begin()->second});
}

std::vector<InitiatorTaskTag> TaskTable::in_order(
    std::vector<std::pair<CommandHandle, InitiatorTaskTag>> found) {
  std::sort(found.begin(), found.end());
  std::vector<InitiatorTaskTag> tags;
  tags.reserve(found.size());
  for (const auto& [handle, tag] : found) tags.push_back(tag);
  return tags;
}

}  // namespace lunsim::initiator
