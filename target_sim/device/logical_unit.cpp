#include "target_sim/device/logical_unit.hpp"

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
}

void LogicalUnit::resize(std::uint64_t capacity_bytes) {
  config_.capacity_bytes = capacity_bytes;
  assert(refusal_of(config_).empty());
  blocks_ = capacity_bytes / config_.block_bytes;
}

}  // namespace lunsim::target_sim
