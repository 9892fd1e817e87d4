#include "scenarios/engine/target_changes.hpp"

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

using target_sim::DiskInventory;
using target_sim::LogicalUnit;
using target_sim::NexusName;
using target_sim::Reservations;

std::string no_unit(std::uint64_t lun) { return fmt::format("there is no LUN {} to change", lun); }

std::string change_unit(DiskInventory& inventory, const UnitChange& change) {
  LogicalUnit* unit = inventory.find_unit(change.lun);
  if (unit == nullptr) return no_unit(change.lun);
  if (change.read_only) unit->set_read_only(*change.read_only);
  if (change.stopped) unit->set_stopped(*change.stopped);
  LogicalUnit::Mode mode = unit->mode();
  mode.write_cache = change.write_cache.value_or(mode.write_cache);
  mode.descriptor_sense = change.descriptor_sense.value_or(mode.descriptor_sense);
  mode.software_write_protect = change.write_protect.value_or(mode.software_write_protect);
  if (mode == unit->mode()) return {};
  unit->set_mode(mode);
  inventory.establish_attention(*unit, target_sim::attention::kModeParametersChanged);
  return {};
}

std::string give_attention(DiskInventory& inventory, const AttentionChange& change) {
  LogicalUnit* unit = inventory.find_unit(change.lun);
  if (unit == nullptr) return no_unit(change.lun);
  for (const scsi::AdditionalSense code : change.codes) inventory.establish_attention(*unit, code);
  return {};
}

std::string change_port_group(const TargetParts& parts, DiskInventory& inventory,
                              const PortGroupChange& change) {
  target_sim::PortGroups& groups = parts.device->port_groups;
  target_sim::PortGroup* group =
      change.group ? groups.find(*change.group) : groups.group_of_port(inventory.port());
  if (group == nullptr) return "there is no such port group: `port_group:` of a target makes one";
  if (change.preferred) group->preferred = *change.preferred;
  if (change.state && !change.is_failed)
    inventory.set_access_state(group->id, *change.state, target_sim::AccessStatus::by_device);
  if (!change.is_told) return {};
  for (const auto& each : parts.inventories) {
    for (const std::uint64_t lun : each->luns()) {
      if (!change.is_failed) break;
      each->establish_attention(*each->find_unit(lun),
                                target_sim::attention::kImplicitTransitionFailed);
    }
    if (!change.is_failed) each->tell_access_state_changed();
  }
  return {};
}

void tell(DiskInventory& inventory, LogicalUnit& unit, scsi::AdditionalSense code,
          const std::vector<Reservations::Registrant>& whom) {
  for (const Reservations::Registrant& one : whom)
    inventory.establish_attention(unit, code, NexusName{one.initiator_port, one.target_port});
}

/// What a host that is not there does, through the same values as the commands of one that is.
std::string change_reservation(DiskInventory& inventory, const ReservationChange& change) {
  using Kind = ReservationChange::Kind;
  namespace attention = target_sim::attention;
  LogicalUnit* unit = inventory.find_unit(change.lun);
  if (unit == nullptr) return no_unit(change.lun);
  Reservations& reservations = unit->reservations();
  const std::string name = change.initiator + ",i,0x00023d6057ff";
  const NexusName ghost{name, inventory.port()};
  if (change.kind == Kind::reserve_old)
    return reservations.reserve_old(ghost) ? "" : "the unit is reserved by somebody else";
  Reservations::Losses losses;
  Reservations::Result result = reservations.register_key(ghost, change.key, losses);
  reservations.count_change();
  if (change.kind == Kind::reserve) result = reservations.reserve(ghost, change.type);
  if (change.kind == Kind::preempt)
    result = reservations.preempt(ghost, change.victim.value_or(reservations.holder_key()),
                                  change.type, losses);
  if (change.kind == Kind::release)
    result = reservations.release(ghost, reservations.type(), losses);
  if (change.kind == Kind::clear) result = reservations.clear(ghost, losses);
  if (change.kind == Kind::preempt || change.kind == Kind::clear) reservations.count_change();
  if (result != Reservations::Result::done)
    return "the reservation cannot be changed so: a host would be refused as well";
  tell(inventory, *unit,
       change.kind == Kind::clear ? attention::kReservationsPreempted
                                  : attention::kRegistrationsPreempted,
       losses.preempted);
  tell(inventory, *unit, attention::kReservationsReleased, losses.released);
  return {};
}

void take_out(const TargetParts& parts, const OutageChange& outage, runtime::TimePoint now) {
  parts.service.go_down(runtime::Duration{outage.down_ns}, runtime::Duration{outage.booting_ns},
                        now);
  if (outage.restarts_tsih) parts.service.server().restart_tsih();
  if (outage.loses_power) {
    for (const auto& device : parts.faulty) device->lose_power();
    for (const auto& inventory : parts.inventories) inventory->lose_power();
  } else if (!outage.keeps_sessions) {
    // The program has forgotten who was there; the units have not lost anything.
    for (const auto& inventory : parts.inventories) inventory->forget_nexuses();
  }
}

/// What an engine may be told that a portal is called: worlds that move a portal go on speaking of
/// the scenario's address, `serve` speaks of the real one.
std::vector<runtime::Endpoint> names_of(const TargetParts& parts, std::size_t portal) {
  const runtime::Endpoint listed{parts.listed[portal].host, parts.listed[portal].port};
  if (listed == parts.portals[portal]) return {listed};
  return {listed, parts.portals[portal]};
}

void set_portals(const TargetParts& parts, const std::vector<Address>& which, bool down,
                 runtime::TimePoint now) {
  for (const Address& address : which)
    for (std::size_t i = 0; i < parts.listed.size() && i < parts.portals.size(); ++i)
      if (parts.listed[i].host == address.host && parts.listed[i].port == address.port)
        for (const runtime::Endpoint& name : names_of(parts, i))
          parts.service.set_portal_down(name, down, now);
}

}  // namespace

std::string change_units(const TargetParts& parts, std::size_t node, const DeviceChange& change) {
  DiskInventory& inventory = *parts.inventories[node];
  std::string why;
  if (change.unit) why = change_unit(inventory, *change.unit);
  if (why.empty() && change.port_group)
    why = change_port_group(parts, inventory, *change.port_group);
  if (why.empty() && change.reservation) why = change_reservation(inventory, *change.reservation);
  if (why.empty() && change.attention) why = give_attention(inventory, *change.attention);
  return why;
}

void change_service(const TargetParts& parts, std::size_t node, const DeviceChange& change,
                    runtime::TimePoint now) {
  if (change.portal_group_tag)
    parts.service.server().set_portal_group_tag(node, *change.portal_group_tag);
  set_portals(parts, change.portals_down, true, now);
  set_portals(parts, change.portals_up, false, now);
  if (change.outage) take_out(parts, *change.outage, now);
  if (change.booting_ns) parts.service.boot(runtime::Duration{*change.booting_ns}, now);
  if (change.pause_ns) parts.service.pause(runtime::Duration{*change.pause_ns}, now);
}

}  // namespace lunsim::scenarios
