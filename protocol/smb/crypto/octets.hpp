// Our bytes as nettle wants to see them. For the .cpp files of this room only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lunsim::smb {

template <class Range>
const std::uint8_t* octets(const Range& range) {
  return reinterpret_cast<const std::uint8_t*>(range.data());
}
template <class Range>
requires requires(Range& r) { *r.data() = std::byte{}; }
std::uint8_t* octets(Range& range) { return reinterpret_cast<std::uint8_t*>(range.data()); }

}  // namespace lunsim::smb
