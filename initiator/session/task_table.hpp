// The commands of a session from submission to their end: initiator task tags, the queue of those
// that wait, deadlines. Bounded. Sends nothing and knows no PDU. RFC 7143 §4.2.2.1, §11.2.1.8
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "initiator/session/data_in_assembler.hpp"
#include "initiator/session/data_out_sender.hpp"
#include "initiator/session/initiator_session.hpp"
#include "initiator/session/pinned_bytes.hpp"

namespace lunsim::initiator {

struct Task {
  enum class State : std::uint8_t {
    waiting,
    sent,
    aborting,  // ABORT TASK is on its way
  };

  CommandHandle handle{};
  InitiatorTaskTag tag = kReservedInitiatorTaskTag;
  State state = State::waiting;
  CmdSn cmd_sn;  // once sent
  runtime::TimePoint deadline;
  LunField lun;
  std::array<std::byte, 16> cdb{};
  pdu::TaskAttribute attribute = pdu::TaskAttribute::simple;
  std::uint32_t data_in_bytes = 0;
  DataInAssembler data_in;
  DataOutSender data_out;
  PinnedBytes payload;  // what a write writes
};

class TaskTable {
 public:
  /// Tags of commands have the top bit clear; those with it are for requests that are not commands.
  static constexpr std::uint32_t kNotACommandBit = 0x8000'0000u;

  TaskTable(std::uint32_t outstanding_max, std::uint32_t waiting_max);

  /// A new task that waits; null if the queue is full. Sets tag, state and deadline. Valid until
  /// remove().
  Task* add(CommandHandle handle, runtime::TimePoint deadline);
  /// Null if there is none.
  Task* find(InitiatorTaskTag tag);
  Task* find(CommandHandle handle);  // Cost O(tasks)
  /// The oldest that waits, if one more may be outstanding.
  Task* next_waiting();
  void mark_sent(Task& task, CmdSn cmd_sn);
  void set_deadline(Task& task, runtime::TimePoint deadline);
  void remove(Task& task);

  std::size_t outstanding() const { return outstanding_; }
  std::size_t waiting() const { return waiting_.size(); }
  std::optional<runtime::TimePoint> next_deadline() const;
  /// One whose deadline has come; null if there is none. Move its deadline or remove it before
  /// asking again.
  Task* expired(runtime::TimePoint now);
  /// Tags of all tasks for which `choose` holds, oldest submission first.
  template <class Choose>
  std::vector<InitiatorTaskTag> tags_if(Choose choose) const {
    std::vector<std::pair<CommandHandle, InitiatorTaskTag>> found;
    for (const Slot& slot : slots_)
      if (slot.task && choose(*slot.task)) found.emplace_back(slot.task->handle, slot.task->tag);
    return in_order(std::move(found));
  }

 private:
  // A tag is a slot's index and how often the slot has been used, so that a late answer to an old
  // command does not hit a new one.
  static constexpr std::uint32_t kIndexBits = 20;
  static constexpr std::uint32_t kIndexMask = (1u << kIndexBits) - 1;
  static constexpr std::uint32_t kUses = 1u << (31 - kIndexBits);
  struct Slot {
    std::optional<Task> task;
    std::uint32_t uses = 0;
  };
  static std::vector<InitiatorTaskTag> in_order(
      std::vector<std::pair<CommandHandle, InitiatorTaskTag>> found);

  std::uint32_t outstanding_max_;
  std::uint32_t waiting_max_;
  std::size_t outstanding_ = 0;
  std::deque<Slot> slots_;          // stable places
  std::deque<std::uint32_t> free_;  // the longest unused first
  std::deque<InitiatorTaskTag> waiting_;
  std::set<std::pair<runtime::TimePoint, std::uint32_t>> deadlines_;  // with the tag
};

}  // namespace lunsim::initiator
