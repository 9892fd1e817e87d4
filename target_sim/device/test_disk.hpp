// For the tests of this room: an inventory, a nexus that has been told its power-on attentions, and
// commands in one line.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/hex.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/sense.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

inline std::vector<std::byte> hex(std::string_view text) { return bytes::from_hex(text).value(); }

/// What came of a command, with the slices copied and given back.
struct Outcome {
  bool was_prepared = false;
  scsi::Status status = scsi::Status::good;
  std::vector<std::byte> data;
  std::vector<std::byte> sense_bytes;
  std::uint64_t data_in_wanted = 0;
  std::uint64_t data_out_wanted = 0;

  bool is_good() const { return status == scsi::Status::good; }
  scsi::Sense sense() const { return scsi::decode_sense(sense_bytes).value(); }
  /// "ILLEGAL REQUEST 24/00", or the status if there is no sense.
  std::string error() const {
    if (is_good()) return "GOOD";
    if (sense_bytes.empty()) return std::string(scsi::name_of(status));
    const scsi::Sense told = sense();
    const std::byte code[] = {std::byte{told.code.asc}, std::byte{told.code.ascq}};
    return std::string(scsi::name_of(told.key)) + " " + bytes::to_hex(code, "/");
  }
};

class TestDisk {
 public:
  TestDisk() : TestDisk(UnitConfig{}) {}
  explicit TestDisk(UnitConfig config) : inventory("iqn.2026-11.org.lunsim:array") {
    if (config.capacity_bytes == 0) config.capacity_bytes = 64u << 20;
    inventory.add_unit(config);
    nexus = quiet_nexus("iqn.a,i,0x1");
  }

  /// Opens a nexus and lets every unit tell its attentions.
  NexusId quiet_nexus(std::string_view name) {
    const NexusId opened = inventory.open_nexus(name);
    for (const std::uint64_t each : inventory.luns()) drain(opened, each);
    return opened;
  }
  void drain(NexusId by, std::uint64_t at_lun) {
    while (!run_as(by, at_lun, hex("00 00 00 00 00 00")).is_good()) {
    }
  }

  Outcome run(std::string_view cdb, std::span<const std::byte> data_out = {}) {
    return run_as(nexus, lun, hex(cdb), data_out);
  }
  Outcome run(const scsi::Command& command, std::span<const std::byte> data_out = {}) {
    return run_as(nexus, lun, {command.cdb().begin(), command.cdb().end()}, data_out);
  }
  Outcome run_as(NexusId by, std::uint64_t at_lun, const std::vector<std::byte>& cdb,
                 std::span<const std::byte> data_out = {}) {
    return run_at(inventory, by, at_lun, cdb, data_out);
  }
  Outcome run_at(DiskInventory& at, NexusId by, std::uint64_t at_lun,
                 const std::vector<std::byte>& cdb, std::span<const std::byte> data_out = {}) {
    task.clear();
    task.nexus = by;
    task.lun = at_lun;
    task.cdb.fill(std::byte{0});
    std::copy(cdb.begin(), cdb.end(), task.cdb.begin());
    task.cdb_bytes = static_cast<std::uint16_t>(std::max<std::size_t>(cdb.size(), cdb_bytes_min));
    Outcome outcome;
    outcome.was_prepared = at.prepare(task, 0);
    outcome.data_in_wanted = task.data_in_bytes_wanted;
    outcome.data_out_wanted = task.data_out_bytes_wanted;
    if (outcome.was_prepared) {
      task.data_out.assign(data_out.begin(), data_out.end());
      at.submit(task, 0);
    }
    collect(outcome);
    return outcome;
  }

  DiskInventory inventory;
  NexusId nexus{};
  std::uint64_t lun = 0;
  std::size_t cdb_bytes_min = 16;  // as in a SCSI Command PDU
  Task task;

 private:
  void collect(Outcome& outcome) {
    outcome.status = task.status;
    outcome.sense_bytes.assign(task.sense.view().begin(), task.sense.view().end());
    for (const Slice& slice : task.data_in) {
      outcome.data.insert(outcome.data.end(), slice.bytes.begin(), slice.bytes.end());
      if (slice.pin != nullptr) slice.pin->unpin();
    }
  }
};

inline std::vector<std::byte> pattern(std::size_t size, unsigned seed) {
  std::vector<std::byte> data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::byte>(i * 31 + (i >> 8) + seed);
  return data;
}

}  // namespace lunsim::target_sim
