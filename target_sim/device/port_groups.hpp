// The target port groups of a SCSI device and their asymmetric access states (ALUA): which ports
// belong together and what may be done through them. One state a group, the same for every unit.
// SPC-4 §5.16
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lunsim::target_sim {

/// The values are those of the ASYMMETRIC ACCESS STATE field.                       SPC-4 §6.37
enum class AccessState : std::uint8_t {
  active_optimized = 0x0,
  active_non_optimized = 0x1,
  standby = 0x2,
  unavailable = 0x3,
  offline = 0xE,
  transitioning = 0xF,
};
/// "active/optimized".
std::string_view name_of(AccessState state);

/// How states change: TPGS of INQUIRY data.
struct AccessControl {
  bool is_implicit = true;   // the device changes them by itself
  bool is_explicit = false;  // SET TARGET PORT GROUPS is obeyed
  std::uint8_t tpgs() const {
    return static_cast<std::uint8_t>((is_explicit ? 2 : 0) | (is_implicit ? 1 : 0));
  }
};

/// What last changed a state: STATUS CODE of a descriptor.
enum class AccessStatus : std::uint8_t { none = 0, by_command = 1, by_device = 2 };

struct PortGroup {
  std::uint16_t id = 0;
  AccessState state = AccessState::active_optimized;
  bool preferred = false;
  AccessStatus status = AccessStatus::none;
  std::vector<std::uint16_t> ports;  // relative target port identifiers, ascending
};

class PortGroups {
 public:
  AccessControl control;

  bool is_empty() const { return groups_.empty(); }
  const std::vector<PortGroup>& all() const { return groups_; }  // ascending by id
  PortGroup& add_port(std::uint16_t group, std::uint16_t port);
  PortGroup* find(std::uint16_t id);
  const PortGroup* find(std::uint16_t id) const;
  /// The group of a port; null if it is in none, which means that it has full access.
  const PortGroup* group_of_port(std::uint16_t port) const;
  PortGroup* group_of_port(std::uint16_t port);

 private:
  std::vector<PortGroup> groups_;
};

}  // namespace lunsim::target_sim
