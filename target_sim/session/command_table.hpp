// The commands of a session by Initiator Task Tag: a hash table that commands hang in by
// themselves, so that taking one in and out allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "target_sim/session/command.hpp"

namespace lunsim::target_sim {

class CommandTable {
 public:
  ~CommandTable() {
    for (Command* command : all()) delete command;
  }
  CommandTable() = default;
  CommandTable(const CommandTable&) = delete;
  CommandTable& operator=(const CommandTable&) = delete;

  Command* find(InitiatorTaskTag tag) const {
    Command* at = buckets_[bucket_of(tag)];
    while (at != nullptr && at->request.initiator_task_tag != tag) at = at->next_in_table;
    return at;
  }
  void insert(std::unique_ptr<Command> command) {
    Command*& head = buckets_[bucket_of(command->request.initiator_task_tag)];
    command->next_in_table = head;
    head = command.release();
    ++size_;
  }
  std::unique_ptr<Command> take(Command& command) {
    Command** at = &buckets_[bucket_of(command.request.initiator_task_tag)];
    while (*at != &command) at = &(*at)->next_in_table;
    *at = command.next_in_table;
    --size_;
    return std::unique_ptr<Command>{&command};
  }
  std::size_t size() const { return size_; }
  /// In order of tag buckets, the same for the same history.
  std::vector<Command*> all() const {
    std::vector<Command*> found;
    for (Command* head : buckets_)
      for (; head != nullptr; head = head->next_in_table) found.push_back(head);
    return found;
  }

 private:
  static std::size_t bucket_of(InitiatorTaskTag tag) {
    const std::uint32_t value = static_cast<std::uint32_t>(tag);
    return (value ^ (value >> 16)) % kBuckets;
  }
  static constexpr std::size_t kBuckets = 128;
  std::array<Command*, kBuckets> buckets_{};
  std::size_t size_ = 0;
};

}  // namespace lunsim::target_sim
