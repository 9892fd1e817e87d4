#include "target_sim/device/disk_inventory.hpp"

#include <algorithm>

#include "protocol/scsi/lun.hpp"
#include "target_sim/device/commands/execute.hpp"
#include "target_sim/device/unit_identity.hpp"

namespace lunsim::target_sim {

namespace {
std::size_t slot_of(NexusId nexus) { return static_cast<std::size_t>(nexus); }
}  // namespace

DiskInventory::DiskInventory(std::string target_name, std::shared_ptr<ScsiDevice> device)
    : target_name_(std::move(target_name)),
      device_(device ? std::move(device) : std::make_shared<ScsiDevice>()),
      port_(device_->add_port()) {}

DiskInventory::Units::const_iterator DiskInventory::place_of(std::uint64_t lun) const {
  return std::lower_bound(
      units_.begin(), units_.end(), lun,
      [](const Shown& shown, std::uint64_t wanted) { return shown.lun < wanted; });
}

LogicalUnit* DiskInventory::find_unit(std::uint64_t lun) {
  const auto place = place_of(lun);
  return place != units_.end() && place->lun == lun ? place->unit.get() : nullptr;
}

std::shared_ptr<LogicalUnit> DiskInventory::share_unit(std::uint64_t lun) const {
  const auto place = place_of(lun);
  return place != units_.end() && place->lun == lun ? place->unit : nullptr;
}

bool DiskInventory::has_unit(std::uint64_t lun) const {
  const auto place = place_of(lun);
  return place != units_.end() && place->lun == lun;
}

std::vector<std::uint64_t> DiskInventory::luns() const {
  std::vector<std::uint64_t> all;
  for (const Shown& shown : units_) all.push_back(shown.lun);
  return all;
}

void DiskInventory::insert_unit(std::uint64_t lun, std::shared_ptr<LogicalUnit> unit) {
  const auto added = units_.insert(place_of(lun), Shown{lun, std::move(unit)});
  added->unit->add_port(port_);
  establish_here(*added->unit, attention::kPowerOn);
  list_has_changed(added->unit.get());
}

bool DiskInventory::add_unit(UnitConfig config) {
  if (has_unit(config.lun)) return false;
  if (config.serial.empty()) config.serial = make_serial(target_name_, config.lun);
  const std::uint64_t lun = config.lun;
  insert_unit(lun, std::make_shared<LogicalUnit>(std::move(config)));
  return true;
}

bool DiskInventory::show_unit(std::uint64_t lun, std::shared_ptr<LogicalUnit> unit) {
  if (has_unit(lun)) return false;
  insert_unit(lun, std::move(unit));
  return true;
}

bool DiskInventory::remove_unit(std::uint64_t lun) {
  if (!has_unit(lun)) return false;
  const auto place = place_of(lun);
  const std::shared_ptr<LogicalUnit> unit = place->unit;
  units_.erase(place);
  // It may be here twice, at two LUNs.
  if (std::none_of(units_.begin(), units_.end(), [&](const Shown& s) { return s.unit == unit; }))
    unit->remove_port(port_);
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
  const NexusTable& nexuses = device_->nexuses;
  for (std::size_t slot = 1; slot < nexuses.slots_end(); ++slot) {
    if (but && slot == slot_of(*but)) continue;
    if (nexuses.is_known(slot)) unit.attentions().establish(slot, code);
  }
}

void DiskInventory::establish_attention(LogicalUnit& unit, scsi::AdditionalSense code,
                                        NexusName nexus) {
  const auto slot = device_->nexuses.find(nexus.initiator_port, nexus.target_port);
  if (slot) unit.attentions().establish(*slot, code);
}

void DiskInventory::establish_here(LogicalUnit& unit, scsi::AdditionalSense code) {
  const NexusTable& nexuses = device_->nexuses;
  for (std::size_t slot = 1; slot < nexuses.slots_end(); ++slot) {
    if (nexuses.is_known(slot) && nexuses.target_port_of(slot) == port_)
      unit.attentions().establish(slot, code);
  }
}

void DiskInventory::commands_cleared(std::uint64_t lun, NexusId nexus, ClearedBy by) {
  LogicalUnit* unit = find_unit(lun);
  if (unit == nullptr) return;
  unit->attentions().establish(slot_of(nexus), by == ClearedBy::protocol_event
                                                   ? attention::kClearedByProtocolEvent
                                                   : attention::kCommandsCleared);
}

void DiskInventory::list_has_changed(const LogicalUnit* but) {
  lun_fields_.clear();
  for (const Shown& shown : units_) {
    lun_fields_.push_back(scsi::lun_field(shown.lun));
    if (shown.unit.get() != but) establish_here(*shown.unit, attention::kReportedLunsChanged);
  }
}

void DiskInventory::clear_reported_luns_changed(NexusId nexus) {
  for (const Shown& shown : units_) {
    shown.unit->attentions().clear(slot_of(nexus), attention::kReportedLunsChanged);
  }
}

NexusId DiskInventory::open_nexus(std::string_view initiator_port) {
  const NexusTable::Opened opened = device_->nexuses.open(initiator_port, port_);
  const scsi::AdditionalSense first = opened.is_new ? attention::kPowerOn : attention::kNexusLoss;
  for (const Shown& shown : units_) shown.unit->attentions().establish(opened.slot, first);
  return NexusId{static_cast<std::uint32_t>(opened.slot)};
}

NexusName DiskInventory::name_of(NexusId nexus) const {
  const std::size_t slot = slot_of(nexus);
  if (!device_->nexuses.is_known(slot)) return {};
  return {device_->nexuses.name_of(slot), device_->nexuses.target_port_of(slot)};
}

/// The nexus is lost: what RESERVE gave it is free, persistent reservations stay.    SPC-2 §5.5.1
void DiskInventory::close_nexus(NexusId nexus) {
  const NexusName name = name_of(nexus);
  const std::optional<std::size_t> forgotten = device_->nexuses.close(slot_of(nexus));
  if (!device_->nexuses.is_open(slot_of(nexus)) && !name.initiator_port.empty()) {
    for (const Shown& shown : units_) shown.unit->reservations().release_old(name);
  }
  if (!forgotten) return;
  for (const Shown& shown : units_) shown.unit->attentions().forget(*forgotten);
}

void DiskInventory::forget_nexuses() {
  device_->nexuses.forget_all();
  for (const Shown& shown : units_) {
    shown.unit->reservations().release_old();
    for (std::size_t slot = 1; slot < device_->nexuses.slots_end(); ++slot)
      shown.unit->attentions().forget(slot);
    establish_attention(*shown.unit, attention::kPowerOn);
  }
}

void DiskInventory::lose_power() {
  for (const Shown& shown : units_) shown.unit->lose_power();
  forget_nexuses();
}

void DiskInventory::join_port_group(std::uint16_t group) {
  device_->port_groups.add_port(group, port_);
}

bool DiskInventory::set_access_state(std::uint16_t group, AccessState state, AccessStatus why) {
  PortGroup* found = device_->port_groups.find(group);
  if (found == nullptr) return false;
  found->state = state;
  found->status = why;
  return true;
}

void DiskInventory::tell_access_state_changed(std::optional<NexusId> but) {
  for (const Shown& shown : units_)
    establish_attention(*shown.unit, attention::kAccessStateChanged, but);
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
  unit->reservations().release_old();
  establish_attention(*unit, attention::kUnitReset, by);
  return ManagementOutcome::complete;
}

}  // namespace lunsim::target_sim
