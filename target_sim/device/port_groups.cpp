#include "target_sim/device/port_groups.hpp"

#include <algorithm>
#include <utility>

namespace lunsim::target_sim {

std::string_view name_of(AccessState state) {
  switch (state) {
    case AccessState::active_optimized:
      return "active/optimized";
    case AccessState::active_non_optimized:
      return "active/non-optimized";
    case AccessState::standby:
      return "standby";
    case AccessState::unavailable:
      return "unavailable";
    case AccessState::offline:
      return "offline";
    case AccessState::transitioning:
      return "transitioning";
  }
  return "reserved";
}

PortGroup& PortGroups::add_port(std::uint16_t group, std::uint16_t port) {
  const auto at =
      std::lower_bound(groups_.begin(), groups_.end(), group,
                       [](const PortGroup& one, std::uint16_t id) { return one.id < id; });
  PortGroup& one = at != groups_.end() && at->id == group
                       ? *at
                       : *groups_.insert(at, PortGroup{.id = group, .ports = {}});
  one.ports.insert(std::lower_bound(one.ports.begin(), one.ports.end(), port), port);
  return one;
}

const PortGroup* PortGroups::find(std::uint16_t id) const {
  const auto at = std::find_if(groups_.begin(), groups_.end(),
                               [&](const PortGroup& one) { return one.id == id; });
  return at == groups_.end() ? nullptr : &*at;
}
PortGroup* PortGroups::find(std::uint16_t id) {
  return const_cast<PortGroup*>(std::as_const(*this).find(id));
}

const PortGroup* PortGroups::group_of_port(std::uint16_t port) const {
  const auto at = std::find_if(groups_.begin(), groups_.end(), [&](const PortGroup& one) {
    return std::binary_search(one.ports.begin(), one.ports.end(), port);
  });
  return at == groups_.end() ? nullptr : &*at;
}
PortGroup* PortGroups::group_of_port(std::uint16_t port) {
  return const_cast<PortGroup*>(std::as_const(*this).group_of_port(port));
}

}  // namespace lunsim::target_sim
