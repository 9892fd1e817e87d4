// READ CAPACITY parameter data, 10 and 16. Not the CDBs: those are in cdb.hpp. SBC-3 §5.15, §5.16
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

inline constexpr std::size_t kCapacity10Bytes = 8;
inline constexpr std::size_t kCapacity16Bytes = 32;

struct Capacity {
  std::uint64_t last_lba = 0;
  std::uint32_t block_bytes = 0;
  // READ CAPACITY(16) only:
  std::uint8_t protection = 0;  // P_TYPE and PROT_EN as they stand, four bits
  std::uint8_t blocks_per_physical_exponent = 0;
  bool thin = false;                 // LBPME
  bool unmapped_reads_zero = false;  // LBPRZ
  std::uint16_t lowest_aligned_lba = 0;
  friend bool operator==(const Capacity&, const Capacity&) = default;
};

/// A last LBA beyond 32 bits becomes FFFFFFFFh: "ask READ CAPACITY(16)".
std::array<std::byte, kCapacity10Bytes> encode_capacity_10(const Capacity& capacity);
std::array<std::byte, kCapacity16Bytes> encode_capacity_16(const Capacity& capacity);
/// Errors   fewer than 8 bytes
Result<Capacity> decode_capacity_10(std::span<const std::byte> bytes);
/// Errors   fewer than 12 bytes; the fields behind them may be missing
Result<Capacity> decode_capacity_16(std::span<const std::byte> bytes);

}  // namespace lunsim::scsi
