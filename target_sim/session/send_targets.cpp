#include "target_sim/session/send_targets.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::target_sim {
namespace {

void add(std::string& text, std::string_view key, std::string_view value) {
  text.append(key).append("=").append(value).push_back('\0');
}

bool knows(const TargetNodeConfig& node, std::string_view initiator) {
  return node.access.empty() ||
         std::any_of(node.access.begin(), node.access.end(), [&](const InitiatorAccess& access) {
           return access.initiator == "*" || access.initiator == initiator;
         });
}

bool is_any_address(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

void add_node(std::string& text, const TargetServerConfig& config, const runtime::Endpoint& local,
              const TargetNodeConfig& node) {
  add(text, "TargetName", node.name);
  for (const std::size_t index : node.portals) {
    runtime::Endpoint portal = config.portals[index];
    if (is_any_address(portal.address)) portal.address = local.address;
    add(text, "TargetAddress", target_address(portal, node.portal_group_tag));
  }
}

}  // namespace

std::string target_address(const runtime::Endpoint& portal, std::uint16_t portal_group_tag) {
  return fmt::format("{},{}", runtime::to_string(portal), portal_group_tag);
}

std::string send_targets_text(const TargetServerConfig& config, const runtime::Endpoint& local,
                              std::string_view initiator, std::string_view what,
                              std::string_view in_session_target) {
  std::string text;
  const bool is_discovery = in_session_target.empty();
  for (const TargetNodeConfig& node : config.nodes) {
    const bool asked =
        is_discovery ? (what == "All" || what == node.name)
                     : (node.name == in_session_target && (what.empty() || what == node.name));
    if (asked && knows(node, initiator)) add_node(text, config, local, node);
  }
  if (text.empty() && what == "All" && !is_discovery) add(text, "SendTargets", "Reject");
  return text;
}

}  // namespace lunsim::target_sim
