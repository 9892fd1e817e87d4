// The bytes of a call's parameters and the order that their sender writes integers in: the receiver
// makes it right.   C706 §14.1
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lunsim::rpc {

using Span = std::span<const std::byte>;

enum class ByteOrder : std::uint8_t { little, big };

constexpr std::uint32_t swapped(std::uint32_t value) {
  return (value << 24) | ((value & 0xff00u) << 8) | ((value >> 8) & 0xff00u) | (value >> 24);
}
constexpr std::uint16_t swapped(std::uint16_t value) {
  return static_cast<std::uint16_t>((value << 8) | (value >> 8));
}

/// 16 bytes as little-endian senders have them on the wire.
using Uuid = std::array<std::byte, 16>;
constexpr Uuid swapped(const Uuid& uuid) {
  constexpr std::size_t kFrom[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  Uuid other{};
  for (std::size_t i = 0; i < other.size(); ++i) other[i] = uuid[kFrom[i]];
  return other;
}

struct Stub {
  Span bytes;
  ByteOrder order = ByteOrder::little;

  Stub() = default;
  Stub(Span raw, ByteOrder sent_in = ByteOrder::little) : bytes(raw), order(sent_in) {}
  Stub(const std::vector<std::byte>& raw, ByteOrder sent_in = ByteOrder::little)
      : bytes(raw), order(sent_in) {}
};

}  // namespace lunsim::rpc
