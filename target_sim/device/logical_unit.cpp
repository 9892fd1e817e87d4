#include "target_sim/device/logical_unit.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/scsi/lun.hpp"
#include "target_sim/device/store/null_store.hpp"
#include "target_sim/device/store/ram_store.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint32_t kBlockBytesMax = 64 * 1024;

std::unique_ptr<Store> make_store(StoreKind kind) {
  if (kind == StoreKind::null) return std::make_unique<NullStore>();
  return std::make_unique<RamStore>();
}

}  // namespace

std::string_view refusal_of(const UnitConfig& config) {
  if (config.lun > scsi::kPlainLunMax) return "the LUN is larger than any that can be addressed";
  if (config.block_bytes < 512 || config.block_bytes > kBlockBytesMax ||
      config.block_bytes % 512 != 0) {
    return "the block length is not a multiple of 512 from 512 to 65536";
  }
  if (config.capacity_bytes == 0) return "the capacity is zero";
  if (config.capacity_bytes % config.block_bytes != 0) {
    return "the capacity is not a multiple of the block length";
  }
  if (config.transfer_bytes_max < config.block_bytes) {
    return "the longest transfer is shorter than a block";
  }
  if (config.physical_exponent > 15) return "the exponent of the physical block is above 15";
  if (config.threshold_percent > 100) return "the threshold is above 100 percent";
  if (config.threshold_percent > 0 && config.pool_bytes == 0) {
    return "a threshold needs a pool that it is a part of";
  }
  if (config.pool_bytes > 0 && !config.thin) return "only a thin unit has a pool";
  if (config.vendor.size() > 8) return "the vendor is longer than 8 characters";
  if (config.product.size() > 16) return "the product is longer than 16 characters";
  if (config.revision.size() > 4) return "the revision is longer than 4 characters";
  if (config.serial.size() > 128) return "the serial number is longer than 128 characters";
  return {};
}

LogicalUnit::LogicalUnit(UnitConfig config)
    : config_(std::move(config)),
      blocks_(config_.capacity_bytes / config_.block_bytes),
      store_(make_store(config_.store)) {
  assert(refusal_of(config_).empty());
  lose_power();
}

void LogicalUnit::resize(std::uint64_t capacity_bytes) {
  config_.capacity_bytes = capacity_bytes;
  assert(refusal_of(config_).empty());
  blocks_ = capacity_bytes / config_.block_bytes;
}

void LogicalUnit::set_mode(const Mode& mode) {
  mode_ = mode;
  store_.set_enabled(mode.write_cache);
}

bool LogicalUnit::is_above_threshold() const {
  if (config_.threshold_percent == 0 || config_.pool_bytes == 0) return false;
  const std::uint64_t pool_blocks = config_.pool_bytes / config_.block_bytes;
  return mapped_.count() * 100 >= pool_blocks * config_.threshold_percent;
}

LogicalUnit::Room LogicalUnit::map_blocks(std::uint64_t lba, std::uint64_t blocks) {
  if (!config_.thin) return Room::enough;
  const bool was_above = is_above_threshold();
  if (config_.pool_bytes != 0) {
    const std::uint64_t needed = mapped_.count() + mapped_.unmapped_in(lba, blocks);
    if (needed > config_.pool_bytes / config_.block_bytes) return Room::none;
  }
  mapped_.map(lba, blocks);
  return !was_above && is_above_threshold() ? Room::threshold_crossed : Room::enough;
}

void LogicalUnit::unmap_blocks(std::uint64_t lba, std::uint64_t blocks) {
  if (!config_.thin) return;
  mapped_.unmap(lba, blocks);
  const std::uint64_t block_bytes = config_.block_bytes;
  store_.discard(lba * block_bytes, blocks * block_bytes);
}

MappedBlocks::Run LogicalUnit::mapped_run(std::uint64_t lba, std::uint64_t blocks) const {
  if (!config_.thin) return {blocks, true};
  return mapped_.run_at(lba, blocks);
}

void LogicalUnit::add_port(std::uint16_t port) {
  ports_.insert(std::lower_bound(ports_.begin(), ports_.end(), port), port);
}

void LogicalUnit::remove_port(std::uint16_t port) {
  ports_.erase(std::remove(ports_.begin(), ports_.end(), port), ports_.end());
}

void LogicalUnit::lose_power() {
  store_.lose_power();
  set_mode({.descriptor_sense = config_.descriptor_sense, .write_cache = config_.write_cache});
  is_stopped_ = false;
  reservations_.lose_power();
}

}  // namespace lunsim::target_sim
