#include "runtime/trace/capture_places.hpp"

#include <algorithm>

namespace lunsim::runtime {

void CapturePlaces::add(const Endpoint& opener, bool from_opener, std::size_t byte_count,
                        std::uint64_t packet) {
  if (count_ >= kPacketsMax) return;
  ++count_;
  std::vector<Part>& parts = parts_[{opener.address, opener.port, from_opener}];
  parts.push_back({(parts.empty() ? 0 : parts.back().end) + byte_count, packet});
}

std::uint64_t CapturePlaces::packet_with(const Endpoint& opener, bool from_opener,
                                         std::uint64_t offset) const {
  const auto found = parts_.find({opener.address, opener.port, from_opener});
  if (found == parts_.end()) return 0;
  const auto part =
      std::upper_bound(found->second.begin(), found->second.end(), offset,
                       [](std::uint64_t place, const Part& one) { return place < one.end; });
  return part == found->second.end() ? 0 : part->packet;
}

}  // namespace lunsim::runtime
