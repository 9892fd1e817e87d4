// The I_T nexuses of a SCSI device: an initiator port's name and the target port that it came
// through, to small numbers ("slots") that are used again. A closed nexus is remembered for a
// while, so that a session that comes back is the same nexus; how many are remembered is bounded.
// SAM-5 §4.7
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lunsim::target_sim {

class NexusTable {
 public:
  static constexpr std::size_t kClosedRememberedMax = 4096;

  struct Opened {
    std::size_t slot = 0;  // from 1
    bool is_new = false;   // never seen, or forgotten since
  };
  /// The same name at the same port may be open several times; each wants its close().
  Opened open(std::string_view name, std::uint16_t target_port = 0);
  /// The slot that was forgotten to make room, if one was. A slot that is not open is ignored.
  std::optional<std::size_t> close(std::size_t slot);
  /// Every nexus that is not open is forgotten, and the open ones count as new when they come
  /// again: what a power cycle leaves.
  void forget_all();

  bool is_known(std::size_t slot) const { return slot < entries_.size() && entries_[slot].is_used; }
  bool is_open(std::size_t slot) const { return is_known(slot) && entries_[slot].times_open > 0; }
  /// Of a known slot.
  std::string_view name_of(std::size_t slot) const { return entries_[slot].name; }
  std::uint16_t target_port_of(std::size_t slot) const { return entries_[slot].target_port; }
  std::optional<std::size_t> find(std::string_view name, std::uint16_t target_port = 0) const;
  /// Slots are below this.
  std::size_t slots_end() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    std::uint16_t target_port = 0;
    std::uint32_t times_open = 0;
    bool is_used = false;
    bool is_stale = false;  // from before a power cycle
  };
  static std::string key_of(std::string_view name, std::uint16_t target_port);
  std::size_t free_slot();
  void forget(std::size_t slot);

  std::vector<Entry> entries_{Entry{}};  // slot 0 is nobody
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<std::size_t> free_;
  std::deque<std::size_t> closed_;  // oldest first
};

}  // namespace lunsim::target_sim
