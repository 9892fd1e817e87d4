#include "protocol/bytes/crc32c.hpp"

#include <algorithm>
#include <array>

#ifdef LUNSIM_HAVE_ISAL
#include <isa-l.h>
#endif

namespace lunsim::bytes {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F6'3B78u;  // 1EDC6F41h, lowest power first
constexpr std::size_t kSlices = 8;
using SliceTables = std::array<std::array<std::uint32_t, 256>, kSlices>;

// Row 0 advances the register by one byte; row k by one byte that is followed by k zero bytes.
constexpr SliceTables make_tables() {
  SliceTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t reg = byte;
    for (int bit = 0; bit < 8; ++bit)
      reg = (reg >> 1) ^ ((reg & 1) != 0 ? kReflectedPolynomial : 0);
    tables[0][byte] = reg;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}
constexpr SliceTables kTables = make_tables();

std::uint32_t step_by_one(std::uint32_t reg, std::byte byte) {
  return (reg >> 8) ^ kTables[0][(reg ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
}

std::uint32_t step_by_eight(std::uint32_t reg, const std::byte* at) {
  const std::uint32_t low = reg ^ load_digest(at);
  const std::uint32_t high = load_digest(at + 4);
  return kTables[7][low & 0xFF] ^ kTables[6][(low >> 8) & 0xFF] ^ kTables[5][(low >> 16) & 0xFF] ^
         kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][(high >> 8) & 0xFF] ^
         kTables[1][(high >> 16) & 0xFF] ^ kTables[0][high >> 24];
}

}  // namespace

std::uint32_t crc32c_by_table(std::span<const std::byte> data, std::uint32_t so_far) {
  std::uint32_t reg = ~so_far;
  for (; data.size() >= 8; data = data.subspan(8)) reg = step_by_eight(reg, data.data());
  for (const std::byte byte : data) reg = step_by_one(reg, byte);
  return ~reg;
}

#ifdef LUNSIM_HAVE_ISAL
std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t so_far) {
  constexpr std::size_t kPieceBytesMax = std::size_t{1} << 30;  // isa-l counts in int
  std::uint32_t reg = ~so_far;
  while (!data.empty()) {
    const std::size_t piece = std::min(data.size(), kPieceBytesMax);
    // isa-l reads only, but its declaration does not say so.
    auto* const at =
        const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(data.data()));
    reg = crc32_iscsi(at, static_cast<int>(piece), reg);
    data = data.subspan(piece);
  }
  return ~reg;
}
#else
std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t so_far) {
  return crc32c_by_table(data, so_far);
}
#endif

}  // namespace lunsim::bytes
