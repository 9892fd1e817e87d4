// What a change step, or a fault that changes the world, does to units, port groups and the
// service: as plain data. Adding, removing and resizing units stand in the step itself (model.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/scsi/sense.hpp"
#include "scenarios/engine/address.hpp"
#include "target_sim/device/port_groups.hpp"
#include "target_sim/device/reservations.hpp"

namespace lunsim::scenarios {

struct AttentionChange {
  std::uint64_t lun = 0;
  std::vector<scsi::AdditionalSense> codes;
};

/// What is set is changed.
struct UnitChange {
  std::uint64_t lun = 0;
  std::optional<bool> read_only, stopped, write_cache, descriptor_sense, write_protect;
};

struct PortGroupChange {
  std::optional<std::uint16_t> group;  // none: the one that the target is in
  std::optional<target_sim::AccessState> state;
  std::optional<bool> preferred;
  bool is_told = true;     // by ASYMMETRIC ACCESS STATE CHANGED
  bool is_failed = false;  // IMPLICIT ASYMMETRIC ACCESS STATE TRANSITION FAILED instead
};

/// A host that is not there holds, takes over or gives up a unit.
struct ReservationChange {
  enum class Kind : std::uint8_t { register_key, reserve, preempt, release, clear, reserve_old };
  Kind kind = Kind::reserve;
  std::uint64_t lun = 0;
  std::string initiator = "iqn.2026-11.org.lunsim:ghost";
  std::uint64_t key = 0x6057;
  std::optional<std::uint64_t> victim;  // preempt: this key; none: the holder's
  target_sim::ReservationType type = target_sim::ReservationType::write_exclusive;
};

/// The whole target program goes and comes back.
struct OutageChange {
  std::int64_t down_ns = 0;     // nobody answers at the portals
  std::int64_t booting_ns = 0;  // then logins are told 0301h for so long
  bool loses_power = false;     // units lose what is volatile
  bool keeps_sessions = false;  // nexuses and RESERVEs are remembered: only connections break
  bool restarts_tsih = true;    // session handles begin at 1 again
};

struct DeviceChange {
  std::optional<AttentionChange> attention;
  std::optional<UnitChange> unit;
  std::optional<PortGroupChange> port_group;
  std::optional<ReservationChange> reservation;
  std::optional<OutageChange> outage;
  std::optional<std::int64_t> pause_ns;
  std::optional<std::int64_t> booting_ns;
  std::optional<std::uint16_t> portal_group_tag;
  std::vector<Address> portals_down, portals_up;
};

}  // namespace lunsim::scenarios
