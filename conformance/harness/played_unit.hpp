// A small block device, as much as initiators ask for when they look at a LUN: what the target that
// we play has behind it. Knows CDBs, no PDU.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace lunsim::conform {

class PlayedUnit {
 public:
  static constexpr std::uint32_t kBlockBytes = 512;
  static constexpr std::uint64_t kBlocks = 32768;  // 16 MiB, the bound of what is kept

  using Cdb = std::array<std::uint8_t, 16>;
  struct Answer {
    std::uint8_t status = 0;  // GOOD, or CHECK CONDITION with `sense`
    std::vector<std::byte> sense = {};
    std::vector<std::byte> data_in = {};
    bool takes_data = false;  // a write: `at_byte` and `bytes` say where the data goes
    std::uint64_t at_byte = 0;
    std::uint64_t bytes = 0;
  };

  /// What a command comes to; writes nothing.
  Answer answer(const Cdb& cdb, std::uint64_t lun_field) const;
  void write(std::uint64_t at_byte, std::span<const std::byte> data);
  std::vector<std::byte> read(std::uint64_t at_byte, std::uint64_t bytes) const;

 private:
  std::map<std::uint64_t, std::vector<std::byte>> blocks_;  // those that were written
};

/// Fixed-format sense data, 18 bytes.
std::vector<std::byte> sense_of(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq);

}  // namespace lunsim::conform
