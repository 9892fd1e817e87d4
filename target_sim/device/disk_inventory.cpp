#include "target_sim/device/disk_inventory.hpp"

#include <algorithm>

#include "protocol/scsi/lun.hpp"
#include "target_sim/device/commands/execute.hpp"
#include "target_sim/device/unit_identity.hpp"

namespace lunsim::target_sim {

namespace {
std::size_t slot_of(NexusId nexus) { return static_cast<std::size_t>(nexus); }
}  // namespace

DiskInventory::DiskInventory(std::string target_name) : target_name_(std::move(target_name)) {}

DiskInventory::Units::const_iterator DiskInventory::place_of(std::uint64_t lun) const {
  return std::lower_bound(
      units_.begin(), units_.end(), lun,
      [](const auto& unit, std::uint64_t wanted) { return unit->lun() < wanted; });
}

LogicalUnit* DiskInventory::find_unit(std::uint64_t lun) {
  const auto place = place_of(lun);
  return place != units_.end() && (*place)->lun() == lun ? place->get() : nullptr;
}

bool DiskInventory::has_unit(std::uint64_t lun) const {
  const auto place = place_of(lun);
  return place != units_.end() && (*place)->lun() == lun;
}

std::vector<std::uint64_t> DiskInventory::luns() const {
  std::vector<std::uint64_t> all;
  for (const auto& unit : units_) all.push_back(unit->lun());
  return all;
}

bool DiskInventory::add_unit(UnitConfig config) {
  if (has_unit(config.lun)) return false;
  if (config.serial.empty()) config.serial = make_serial(target_name_, config.lun);
  const auto place = place_of(config.lun);
  const auto added = units_.insert(place, std::make_unique<LogicalUnit>(std::move(config)));
  establish_attention(**added, attention::kPowerOn);
  list_has_changed(added->get());
  return true;
}

bool DiskInventory::remove_unit(std::uint64_t lun) {
  if (!has_unit(lun)) return false;
  units_.erase(place_of(lun));
  list_has_changed(nullptr);
  return true;
}

bool DiskInventory::resize_unit(std::uint64_t lun, std::uint64_t capacity_bytes) {
  LogicalUnit* unit = find_unit(lun);
  if (unit == nullptr) return false;
  unit->resize(capacity_bytes);
  establish_attention(*unit, attention::kCapacityChanged);
  return true;
}

void DiskInventory::establish_attention(LogicalUnit& unit, scsi::AdditionalSense code,
                                        std::optional<NexusId> but) {
  for (std::size_t slot = 1; slot < nexuses_.slots_end(); ++slot) {
    if (but && slot == slot_of(*but)) continue;
    if (nexuses_.is_known(slot)) unit.attentions().establish(slot, code);
  }
}

void DiskInventory::commands_cleared(std::uint64_t lun, NexusId nexus) {
  LogicalUnit* unit = find_unit(lun);
  if (unit != nullptr) unit->attentions().establish(slot_of(nexus), attention::kCommandsCleared);
}

void DiskInventory::list_has_changed(const LogicalUnit* but) {
  lun_fields_.clear();
  for (const auto& unit : units_) {
    lun_fields_.push_back(scsi::lun_field(unit->lun()));
    if (unit.get() != but) establish_attention(*unit, attention::kReportedLunsChanged);
  }
}

void DiskInventory::clear_reported_luns_changed(NexusId nexus) {
  for (const auto& unit : units_) {
    unit->attentions().clear(slot_of(nexus), attention::kReportedLunsChanged);
  }
}

NexusId DiskInventory::open_nexus(std::string_view initiator_port) {
  const NexusTable::Opened opened = nexuses_.open(initiator_port);
  const scsi::AdditionalSense first = opened.is_new ? attention::kPowerOn : attention::kNexusLoss;
  for (const auto& unit : units_) unit->attentions().establish(opened.slot, first);
  return NexusId{static_cast<std::uint32_t>(opened.slot)};
}

void DiskInventory::close_nexus(NexusId nexus) {
  const std::optional<std::size_t> forgotten = nexuses_.close(slot_of(nexus));
  if (!forgotten) return;
  for (const auto& unit : units_) unit->attentions().forget(*forgotten);
}

bool DiskInventory::prepare(Task& task, std::int64_t) {
  task.data_in_bytes_wanted = 0;
  task.data_out_bytes_wanted = 0;
  CommandContext context{*this, find_unit(task.lun), task};
  return prepare_command(context);
}

bool DiskInventory::submit(Task& task, std::int64_t) {
  CommandContext context{*this, find_unit(task.lun), task};
  run_command(context);
  return true;
}

ManagementOutcome DiskInventory::reset_unit(std::uint64_t lun, NexusId by) {
  LogicalUnit* unit = find_unit(lun);
  if (unit == nullptr) return ManagementOutcome::lun_does_not_exist;
  unit->set_stopped(false);
  establish_attention(*unit, attention::kUnitReset, by);
  return ManagementOutcome::complete;
}

}  // namespace lunsim::target_sim
