#include "initiator/host/host_configuration.hpp"

namespace lunsim::initiator {

HostConfiguration persistent_part(const HostConfiguration& configuration) {
  HostConfiguration kept = configuration;
  const auto is_passing = [](const auto& entry) { return !entry.persist; };
  std::erase_if(kept.static_targets, is_passing);
  std::erase_if(kept.ike, is_passing);
  std::erase_if(kept.tunnels, is_passing);
  if (kept.group_key && !kept.group_key->persist) kept.group_key.reset();
  return kept;
}

}  // namespace lunsim::initiator
