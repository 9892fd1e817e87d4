#include "scenarios/explore/block_model.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::explore {
namespace {

// FNV-1a over the bytes, finished so that near blocks do not get near digests.
std::uint64_t digest_of(std::span<const std::byte> block) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
  for (const std::byte b : block) {
    hash ^= static_cast<std::uint64_t>(b);
    hash *= 0x0000'0100'0000'01b3u;
  }
  hash ^= hash >> 32;
  return hash * 0x9E37'79B9'7F4A'7C15u;
}

}  // namespace

void BlockModel::add_unit(const UnitName& unit, std::uint32_t block_bytes) {
  Unit& added = units_[unit];
  added.block_bytes = block_bytes;
  added.zeros = digest_of(std::vector<std::byte>(block_bytes, std::byte{0}));
}

void BlockModel::forget_unit(const UnitName& unit) { units_.erase(unit); }

BlockModel::Block& BlockModel::block_of(Unit& unit, std::uint64_t lba) {
  const auto [found, is_new] = unit.blocks.try_emplace(lba);
  if (is_new) found->second.may_be.insert(unit.zeros);
  return found->second;
}

BlockModel::AccessId BlockModel::begin_write(const UnitName& name, std::uint64_t lba,
                                             std::span<const std::byte> data) {
  const AccessId id{next_++};
  Access& access = accesses_[id];
  access.unit = name;
  access.lba = lba;
  const auto found = units_.find(name);
  if (found == units_.end()) return id;
  const std::size_t size = found->second.block_bytes;
  for (std::size_t at = 0; at + size <= data.size(); at += size) {
    const Digest digest = digest_of(data.subspan(at, size));
    const std::uint64_t block_lba = lba + access.written.size();
    access.written.push_back(digest);
    if (digest != found->second.zeros)
      origin_.try_emplace(
          digest, fmt::format("block {} of LUN {} of {}", block_lba, name.lun, name.target));
    Block& block = block_of(found->second, block_lba);
    block.may_be.insert(digest);
    block.in_flight[id] = digest;
  }
  // Who is reading meanwhile may see either.
  for (auto& [other, read] : accesses_) {
    if (read.unit != name) continue;
    for (std::size_t i = 0; i < access.written.size(); ++i) {
      const std::uint64_t at = lba + i;
      if (at >= read.lba && at - read.lba < read.may_be.size())
        read.may_be[at - read.lba].insert(access.written[i]);
    }
  }
  return id;
}

void BlockModel::end_write(AccessId write, bool acknowledged) {
  const auto found = accesses_.find(write);
  if (found == accesses_.end()) return;
  const Access access = std::move(found->second);
  accesses_.erase(found);
  const auto unit = units_.find(access.unit);
  if (unit == units_.end()) return;
  for (std::size_t i = 0; i < access.written.size(); ++i) {
    Block& block = block_of(unit->second, access.lba + i);
    block.in_flight.erase(write);
    if (!acknowledged) continue;
    // What is still under way may have been carried out before or after this one.
    block.may_be = {access.written[i]};
    for (const auto& [other, digest] : block.in_flight) block.may_be.insert(digest);
  }
}

BlockModel::AccessId BlockModel::begin_read(const UnitName& name, std::uint64_t lba,
                                            std::uint64_t blocks) {
  const AccessId id{next_++};
  Access& access = accesses_[id];
  access.unit = name;
  access.lba = lba;
  const auto unit = units_.find(name);
  if (unit == units_.end()) return id;
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const auto found = unit->second.blocks.find(lba + i);
    access.may_be.push_back(found == unit->second.blocks.end() ? std::set{unit->second.zeros}
                                                               : found->second.may_be);
  }
  return id;
}

std::optional<std::string> BlockModel::end_read(AccessId read, std::span<const std::byte> data) {
  const auto found = accesses_.find(read);
  if (found == accesses_.end()) return std::nullopt;
  const Access access = std::move(found->second);
  accesses_.erase(found);
  const auto unit = units_.find(access.unit);
  if (unit == units_.end()) return std::nullopt;
  const std::size_t size = unit->second.block_bytes;
  for (std::size_t i = 0; i < access.may_be.size() && (i + 1) * size <= data.size(); ++i) {
    const Digest digest = digest_of(data.subspan(i * size, size));
    if (access.may_be[i].contains(digest)) continue;
    // A write that has ended meanwhile.
    const auto now = unit->second.blocks.find(access.lba + i);
    if (now != unit->second.blocks.end() && now->second.may_be.contains(digest)) continue;
    return fmt::format("block {} of LUN {} of {} holds {}", access.lba + i, access.unit.lun,
                       access.unit.target, blame(digest, unit->second));
  }
  return std::nullopt;
}

std::string BlockModel::blame(Digest digest, const Unit& unit) const {
  if (digest == unit.zeros) return "zeros, though a write to it was acknowledged";
  const auto found = origin_.find(digest);
  if (found == origin_.end()) return "what nobody wrote";
  return "what was written for " + found->second;
}

std::vector<BlockModel::Written> BlockModel::written() const {
  std::vector<Written> out;
  for (const auto& [name, unit] : units_)
    for (const auto& [lba, block] : unit.blocks) out.push_back({name, lba, unit.block_bytes});
  return out;
}

}  // namespace lunsim::explore
