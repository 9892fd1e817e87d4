// The I_T nexuses of a device: names to small numbers ("slots") that are used again. A closed nexus
// is remembered for a while, so that a session that comes back is the same nexus; how many are
// remembered is bounded.   SAM-5 §4.7
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
  /// The same name may be open several times; each wants its close().
  Opened open(std::string_view name);
  /// The slot that was forgotten to make room, if one was. A slot that is not open is ignored.
  std::optional<std::size_t> close(std::size_t slot);

  bool is_known(std::size_t slot) const { return slot < entries_.size() && entries_[slot].is_used; }
  /// Slots are below this.
  std::size_t slots_end() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    std::uint32_t times_open = 0;
    bool is_used = false;
  };
  std::size_t free_slot();

  std::vector<Entry> entries_{Entry{}};  // slot 0 is nobody
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<std::size_t> free_;
  std::deque<std::size_t> closed_;  // oldest first
};

}  // namespace lunsim::target_sim
