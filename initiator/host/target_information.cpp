// GetIScsiTargetInformation: which mechanisms found a target, and what each of them says of it.
// Mechanisms are told apart by their names alone, which callers get from here.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

enum InfoClass : std::uint32_t {
  protocol_type,
  target_alias,
  discovery_mechanisms,
  portal_groups,
  persistent_target_mappings,
  initiator_name,
  target_flags,
  login_options,
};

/// One way in which the target became known: a portal that told of it, or a caller.
struct Mechanism {
  std::string name;
  DiscoveredTarget target;
  const AddSendTargetPortal* portal = nullptr;
  const AddStaticTarget* fixed = nullptr;
};

std::string name_of(const AddSendTargetPortal& portal) {
  return fmt::format("SendTargets:*{} {:07} {}", portal.portal.address, portal.portal.port,
                     portal.initiator_instance.value_or("*"));
}

std::vector<Mechanism> mechanisms_of(const HostState& host, const std::string& target_name) {
  std::vector<Mechanism> found;
  for (const auto& portal : host.portals()) {
    for (const DiscoveredTarget& told : portal->targets)
      if (told.name == target_name)
        found.push_back({name_of(portal->request), told, &portal->request, nullptr});
  }
  if (const AddStaticTarget* fixed = host.find_static_target(target_name)) {
    Mechanism mechanism{"Static", {target_name, {}, {}}, nullptr, fixed};
    for (const Portal& portal : fixed->portal_group.value_or(std::vector<Portal>{})) {
      mechanism.target.addresses.push_back({portal.address, portal.port});
      mechanism.target.portal_group_tags.push_back(1);
    }
    found.push_back(std::move(mechanism));
  }
  return found;
}

std::vector<std::vector<Portal>> groups_of(const DiscoveredTarget& target) {
  std::map<std::uint16_t, std::vector<Portal>> by_tag;
  for (std::size_t i = 0; i < target.addresses.size(); ++i)
    by_tag[target.portal_group_tags[i]].push_back(
        {"", target.addresses[i].address, target.addresses[i].port});
  std::vector<std::vector<Portal>> groups;
  for (auto& [tag, portals] : by_tag) groups.push_back(std::move(portals));
  return groups;
}

std::optional<LoginOptions> options_of(const Mechanism& mechanism) {
  std::optional<LoginOptions> options =
      mechanism.fixed != nullptr ? mechanism.fixed->options : mechanism.portal->options;
  if (!options) options.emplace();
  options->password.reset();
  return options;
}

/// What a class says under a mechanism; the code when there is nothing to say.
StatusCode fill(const HostState& host, const Mechanism& mechanism, TargetInformation& out) {
  switch (out.info_class) {
    case protocol_type:
      out.number = 0;  // ISCSI_TCP_PROTOCOL_TYPE
      return kSuccess;
    case target_alias:
      if (mechanism.fixed != nullptr) out.text = mechanism.fixed->alias.value_or(std::string());
      return kSuccess;
    case portal_groups:
      out.portal_groups = groups_of(mechanism.target);
      return kSuccess;
    case persistent_target_mappings:
      if (mechanism.fixed != nullptr) out.mapping = mechanism.fixed->mapping;
      return out.mapping ? kSuccess : kTargetMappingUnavailable;
    case initiator_name:
      out.text = host.config().initiator_instance;
      return kSuccess;
    case target_flags:
      out.number = mechanism.fixed != nullptr ? mechanism.fixed->target_flags : 0;
      return kSuccess;
    case login_options:
      out.options = options_of(mechanism);
      return kSuccess;
    default:
      return kInvalidParameter;
  }
}

}  // namespace

// GTI-R6 to R8: the target, then the mechanism, then the class.
Reply answer(HostState& host, const GetTargetInformation& request) {
  if (request.info_class > login_options) return Reply{kInvalidParameter, {}};
  const std::optional<DiscoveredTarget> target = host.find_target(request.target_name);
  if (!target) return Reply{kTargetNotFound, {}};
  const std::vector<Mechanism> mechanisms = mechanisms_of(host, target->name);
  TargetInformation told;
  told.info_class = request.info_class;
  if (request.info_class == discovery_mechanisms) {
    for (const Mechanism& mechanism : mechanisms) told.mechanisms.push_back(mechanism.name);
    return Reply{kSuccess, std::move(told)};
  }
  const auto found = std::find_if(
      mechanisms.begin(), mechanisms.end(),
      [&](const Mechanism& mechanism) { return mechanism.name == request.discovery_mechanism; });
  if (found == mechanisms.end()) return Reply{kDiscoveryMechanismNotFound, {}};
  const StatusCode code = fill(host, *found, told);
  if (code != kSuccess) return Reply{code, {}};
  return Reply{kSuccess, std::move(told)};
}

}  // namespace lunsim::initiator
