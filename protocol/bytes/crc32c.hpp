// CRC32C (Castagnoli), the only digest that iSCSI negotiates: computed in one go or piece by piece.
// Not the negotiation and not the digest's place in a PDU (see protocol/iscsi/pdu/framer.hpp). RFC
// 7143 §13.1, §A.4
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lunsim::bytes {

/// Shape    any bytes; `so_far` is what an earlier call returned for the bytes before these, 0 to
/// begin Returns  the CRC as a number: 8A9136AAh for 32 zero bytes Cost     at the CPU's own speed
/// where isa-l is at hand, eight bytes a step by table elsewhere
std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t so_far = 0);

/// The same by table alone: what crc32c() is where there is no isa-l, and its witness where there
/// is.
std::uint32_t crc32c_by_table(std::span<const std::byte> data, std::uint32_t so_far = 0);

/// A digest as it stands on the wire: four bytes, least significant first. §A.4
inline void store_digest(std::byte* at, std::uint32_t crc) {
  at[0] = static_cast<std::byte>(crc);
  at[1] = static_cast<std::byte>(crc >> 8);
  at[2] = static_cast<std::byte>(crc >> 16);
  at[3] = static_cast<std::byte>(crc >> 24);
}
inline std::uint32_t load_digest(const std::byte* at) {
  return std::to_integer<std::uint32_t>(at[0]) | (std::to_integer<std::uint32_t>(at[1]) << 8) |
         (std::to_integer<std::uint32_t>(at[2]) << 16) |
         (std::to_integer<std::uint32_t>(at[3]) << 24);
}

}  // namespace lunsim::bytes
