// One logical unit, a disk: what it is, its blocks, who holds it, and what it has not told yet.
// Commands on it are in commands/; who may see it and through which target is in
// disk_inventory.hpp. SAM-5 §4.6, SBC-3 §4
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/scsi/inquiry.hpp"
#include "protocol/scsi/sense.hpp"
#include "target_sim/device/mapped_blocks.hpp"
#include "target_sim/device/reservations.hpp"
#include "target_sim/device/store/cached_store.hpp"
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
  bool write_cache = false;       // WCE: writes are volatile until they are synchronized
  std::uint32_t transfer_bytes_max = 64u
                                     << 20;  // longer commands are refused, VPD page B0h tells it
  StoreKind store = StoreKind::ram;
  std::uint8_t physical_exponent = 0;  // 2^n logical blocks a physical one: 3 is "512e"
  std::uint64_t pool_bytes = 0;        // thin: what can be mapped at most; 0: no limit
  std::uint8_t threshold_percent = 0;  // of the pool; 0: none
};
/// Why a configuration cannot be, as a sentence part; empty if it can.
std::string_view refusal_of(const UnitConfig& config);

class LogicalUnit {
 public:
  /// `config` is one that refusal_of() accepts, with its serial number set.
  explicit LogicalUnit(UnitConfig config);

  const UnitConfig& config() const { return config_; }
  std::uint32_t block_bytes() const { return config_.block_bytes; }
  std::uint64_t blocks() const { return blocks_; }
  std::uint64_t last_lba() const { return blocks_ - 1; }
  std::uint32_t transfer_blocks_max() const {
    return config_.transfer_bytes_max / config_.block_bytes;
  }
  scsi::SenseFormat sense_format() const {
    return mode_.descriptor_sense ? scsi::SenseFormat::descriptor : scsi::SenseFormat::fixed;
  }
  scsi::Peripheral peripheral() const { return {0, 0}; }

  /// Blocks that are cut off keep their content until they are written over.
  void resize(std::uint64_t capacity_bytes);
  void set_read_only(bool read_only) { config_.read_only = read_only; }

  /// What MODE SELECT can change; a power cycle brings the configuration back.
  struct Mode {
    bool software_write_protect = false;  // SWP
    bool descriptor_sense = false;        // D_SENSE
    bool write_cache = false;             // WCE
    friend bool operator==(const Mode&, const Mode&) = default;
  };
  const Mode& mode() const { return mode_; }
  void set_mode(const Mode& mode);
  bool is_write_protected() const { return config_.read_only || mode_.software_write_protect; }

  /// START STOP UNIT: a stopped unit refuses everything that needs its medium.
  bool is_stopped() const { return is_stopped_; }
  void set_stopped(bool stopped) { is_stopped_ = stopped; }

  Store& store() { return store_; }
  const Store& store() const { return store_; }
  UnitAttentions& attentions() { return attentions_; }
  Reservations& reservations() { return reservations_; }
  const Reservations& reservations() const { return reservations_; }

  /// Thin provisioning: what a write may still map, and whether it crossed the threshold.
  enum class Room : std::uint8_t { enough, threshold_crossed, none };
  /// Maps the blocks unless there is no room for them; units that are not thin always have room.
  Room map_blocks(std::uint64_t lba, std::uint64_t blocks);
  void unmap_blocks(std::uint64_t lba, std::uint64_t blocks);
  /// Of a unit that is not thin, everything is mapped.
  MappedBlocks::Run mapped_run(std::uint64_t lba, std::uint64_t blocks) const;

  /// Relative target port identifiers of the ports that show it, ascending.
  const std::vector<std::uint16_t>& ports() const { return ports_; }
  void add_port(std::uint16_t port);
  void remove_port(std::uint16_t port);

  /// The power goes and comes: unsynchronized writes, mode changes, stopped state and what does not
  /// persist of reservations are gone. Attentions are for whoever knows the nexuses.
  void lose_power();

 private:
  bool is_above_threshold() const;

  UnitConfig config_;
  std::uint64_t blocks_;
  Mode mode_;
  bool is_stopped_ = false;
  CachedStore store_;
  MappedBlocks mapped_;
  UnitAttentions attentions_;
  Reservations reservations_;
  std::vector<std::uint16_t> ports_;
};

}  // namespace lunsim::target_sim
