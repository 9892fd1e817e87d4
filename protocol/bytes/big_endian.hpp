// Big-endian loads and stores on raw bytes. Not a cursor: see reader.hpp and writer.hpp for those.
// Every multi-byte field of RFC 7143 (§11.2) and of SCSI is big-endian.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lunsim::bytes {

constexpr std::uint8_t load_u8(const std::byte* at) { return static_cast<std::uint8_t>(*at); }

constexpr std::uint16_t load_be16(const std::byte* at) {
  return static_cast<std::uint16_t>((load_u8(at) << 8) | load_u8(at + 1));
}
constexpr std::uint32_t load_be24(const std::byte* at) {
  return (std::uint32_t{load_u8(at)} << 16) | load_be16(at + 1);
}
constexpr std::uint32_t load_be32(const std::byte* at) {
  return (std::uint32_t{load_be16(at)} << 16) | load_be16(at + 2);
}
constexpr std::uint64_t load_be48(const std::byte* at) {
  return (std::uint64_t{load_be16(at)} << 32) | load_be32(at + 2);
}
constexpr std::uint64_t load_be64(const std::byte* at) {
  return (std::uint64_t{load_be32(at)} << 32) | load_be32(at + 4);
}

constexpr void store_u8(std::byte* at, std::uint8_t value) { *at = std::byte{value}; }
constexpr void store_be16(std::byte* at, std::uint16_t value) {
  at[0] = static_cast<std::byte>(value >> 8);
  at[1] = static_cast<std::byte>(value);
}
constexpr void store_be24(std::byte* at, std::uint32_t value) {
  at[0] = static_cast<std::byte>(value >> 16);
  store_be16(at + 1, static_cast<std::uint16_t>(value));
}
constexpr void store_be32(std::byte* at, std::uint32_t value) {
  store_be16(at, static_cast<std::uint16_t>(value >> 16));
  store_be16(at + 2, static_cast<std::uint16_t>(value));
}
constexpr void store_be48(std::byte* at, std::uint64_t value) {
  store_be16(at, static_cast<std::uint16_t>(value >> 32));
  store_be32(at + 2, static_cast<std::uint32_t>(value));
}
constexpr void store_be64(std::byte* at, std::uint64_t value) {
  store_be32(at, static_cast<std::uint32_t>(value >> 32));
  store_be32(at + 4, static_cast<std::uint32_t>(value));
}

}  // namespace lunsim::bytes
