#include "target_sim/device/store/zero_page.hpp"

#include <algorithm>
#include <array>

namespace lunsim::target_sim {

namespace {
alignas(4096) constinit const std::array<std::byte, kZeroPageBytes> kZeros{};
}  // namespace

void append_zeros(std::uint64_t length_bytes, std::vector<bytes::Slice>& out) {
  while (length_bytes > 0) {
    const auto step =
        static_cast<std::size_t>(std::min<std::uint64_t>(length_bytes, kZeros.size()));
    out.push_back({std::span<const std::byte>(kZeros).first(step), nullptr});
    length_bytes -= step;
  }
}

}  // namespace lunsim::target_sim
