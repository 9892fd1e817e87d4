// One logical unit, a disk: what it is, its blocks, and what it has not told yet. Commands on it
// are in commands/; who owns it and who may see it is in disk_inventory.hpp. SAM-5 §4.6, SBC-3 §4
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/scsi/inquiry.hpp"
#include "protocol/scsi/sense.hpp"
#include "target_sim/device/store/store.hpp"
#include "target_sim/device/unit_attention.hpp"

namespace lunsim::target_sim {

enum class StoreKind : std::uint8_t { ram, null };

struct UnitConfig {
  std::uint64_t lun = 0;             // plain number
  std::uint64_t capacity_bytes = 0;  // a multiple of block_bytes
  std::uint32_t block_bytes = 512;
  std::string vendor = "LUNSIM";           // at most 8 characters
  std::string product = "Simulated Disk";  // at most 16
  std::string revision = "0001";           // at most 4
  std::string serial{};                    // empty: made from the target's name and the LUN
  bool thin = false;                       // told by READ CAPACITY(16) and VPD page B2h
  bool read_only = false;
  bool descriptor_sense = false;  // D_SENSE: sense data in descriptor format
  bool write_cache = false;       // WCE, as the caching page tells it
  std::uint32_t transfer_bytes_max = 64u
                                     << 20;  // longer commands are refused, VPD page B0h tells it
  StoreKind store = StoreKind::ram;
};
/// Why a configuration cannot be, as a sentence part; empty if it can.
std::string_view refusal_of(const UnitConfig& config);

class LogicalUnit {
 public:
  /// `config` is one that refusal_of() accepts, with its serial number set.
  explicit LogicalUnit(UnitConfig config);

  const UnitConfig& config() const { return config_; }
  std::uint64_t lun() const { return config_.lun; }
  std::uint32_t block_bytes() const { return config_.block_bytes; }
  std::uint64_t blocks() const { return blocks_; }
  std::uint64_t last_lba() const { return blocks_ - 1; }
  std::uint32_t transfer_blocks_max() const {
    return config_.transfer_bytes_max / config_.block_bytes;
  }
  scsi::SenseFormat sense_format() const {
    return config_.descriptor_sense ? scsi::SenseFormat::descriptor : scsi::SenseFormat::fixed;
  }
  scsi::Peripheral peripheral() const { return {0, 0}; }

  /// Blocks that are cut off keep their content until they are written over.
  void resize(std::uint64_t capacity_bytes);
  void set_read_only(bool read_only) { config_.read_only = read_only; }

  /// START STOP UNIT: a stopped unit refuses everything that needs its medium.
  bool is_stopped() const { return is_stopped_; }
  void set_stopped(bool stopped) { is_stopped_ = stopped; }

  Store& store() { return *store_; }
  const Store& store() const { return *store_; }
  UnitAttentions& attentions() { return attentions_; }

 private:
  UnitConfig config_;
  std::uint64_t blocks_;
  bool is_stopped_ = false;
  std::unique_ptr<Store> store_;
  UnitAttentions attentions_;
};

}  // namespace lunsim::target_sim
