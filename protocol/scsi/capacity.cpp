#include "protocol/scsi/capacity.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

std::array<std::byte, kCapacity10Bytes> encode_capacity_10(const Capacity& capacity) {
  std::array<std::byte, kCapacity10Bytes> out{};
  const std::uint64_t last = std::min<std::uint64_t>(capacity.last_lba, 0xFFFF'FFFF);
  bytes::store_be32(out.data(), static_cast<std::uint32_t>(last));
  bytes::store_be32(out.data() + 4, capacity.block_bytes);
  return out;
}

std::array<std::byte, kCapacity16Bytes> encode_capacity_16(const Capacity& capacity) {
  std::array<std::byte, kCapacity16Bytes> out{};
  bytes::store_be64(out.data(), capacity.last_lba);
  bytes::store_be32(out.data() + 8, capacity.block_bytes);
  bytes::store_u8(out.data() + 12, capacity.protection & 0x0F);
  bytes::store_u8(out.data() + 13, capacity.blocks_per_physical_exponent & 0x0F);
  bytes::store_be16(out.data() + 14,
                    static_cast<std::uint16_t>((capacity.thin ? 0x8000 : 0) |
                                               (capacity.unmapped_reads_zero ? 0x4000 : 0) |
                                               (capacity.lowest_aligned_lba & 0x3FFF)));
  return out;
}

Result<Capacity> decode_capacity_10(std::span<const std::byte> bytes) {
  if (bytes.size() < kCapacity10Bytes) {
    return violation("READ CAPACITY(10) data has eight bytes", "SBC-3 §5.15.2", bytes.size());
  }
  Capacity capacity;
  capacity.last_lba = bytes::load_be32(&bytes[0]);
  capacity.block_bytes = bytes::load_be32(&bytes[4]);
  return capacity;
}

Result<Capacity> decode_capacity_16(std::span<const std::byte> bytes) {
  if (bytes.size() < 12) {
    return violation("READ CAPACITY(16) data ends before the block length does", "SBC-3 §5.16.2",
                     bytes.size());
  }
  Capacity capacity;
  capacity.last_lba = bytes::load_be64(&bytes[0]);
  capacity.block_bytes = bytes::load_be32(&bytes[8]);
  if (bytes.size() >= 14) {
    capacity.protection = bytes::load_u8(&bytes[12]) & 0x0F;
    capacity.blocks_per_physical_exponent = bytes::load_u8(&bytes[13]) & 0x0F;
  }
  if (bytes.size() >= 16) {
    const std::uint16_t word = bytes::load_be16(&bytes[14]);
    capacity.thin = (word & 0x8000) != 0;
    capacity.unmapped_reads_zero = (word & 0x4000) != 0;
    capacity.lowest_aligned_lba = word & 0x3FFF;
  }
  return capacity;
}

}  // namespace lunsim::scsi
