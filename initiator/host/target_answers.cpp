// Targets and how they became known: portals without asking them, static targets, the portals of a
// target.
#include <algorithm>

#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::uint32_t kMergeTargetInformation = 0x04;
constexpr std::size_t kAliasBytesMax = 255;

/// Options are told without their password (LTPX-R6).
std::optional<LoginOptions> without_password(std::optional<LoginOptions> options) {
  if (options) options->password.reset();
  return options;
}

/// AST-R4: what is given takes the place of what was there; portals are added.
void merge(AddStaticTarget& into, const AddStaticTarget& from) {
  into.target_flags |= from.target_flags & ~kMergeTargetInformation;
  into.persist |= from.persist;
  if (from.alias) into.alias = from.alias;
  if (from.mapping) into.mapping = from.mapping;
  if (from.options) into.options = from.options;
  if (!from.portal_group) return;
  if (!into.portal_group) into.portal_group.emplace();
  for (const Portal& portal : *from.portal_group) {
    const runtime::Endpoint endpoint{portal.address, portal.port};
    const bool is_there =
        std::any_of(into.portal_group->begin(), into.portal_group->end(),
                    [&](const Portal& known) { return is_same_portal(known, endpoint); });
    if (!is_there) into.portal_group->push_back(portal);
  }
}

StatusCode check(const HostState& host, const AddStaticTarget& request) {
  if (!is_iscsi_name(request.target_name)) return kInvalidIscsiName;
  if (request.alias && request.alias->size() > kAliasBytesMax) return kInvalidParameter;
  if (request.portal_group) {
    for (const Portal& portal : *request.portal_group)
      if (portal.address.empty()) return kInvalidParameter;
  }
  return check_options(host.config(), request.options, 0);
}

}  // namespace

Reply answer(HostState& host, const RemoveSendTargetPortal& request) {
  const StatusCode code =
      check_instance(host.config(), request.initiator_instance, request.initiator_port);
  if (code != kSuccess) return Reply{code, {}};
  return Reply{host.forget_portal(request.portal) ? kSuccess : kPortalNotFound, {}};
}

Reply answer(HostState& host, const ListSendTargetPortals&) {
  std::vector<AddSendTargetPortal> portals;
  for (const auto& stored : host.portals()) {
    portals.push_back(stored->request);
    portals.back().options = without_password(portals.back().options);
  }
  return Reply{kSuccess, std::move(portals)};
}

// AST-R4, R5: known already is no error.
Reply answer(HostState& host, const AddStaticTarget& request) {
  if (const StatusCode code = check(host, request); code != kSuccess) return Reply{code, {}};
  if (AddStaticTarget* known = host.find_static_target(request.target_name)) {
    const std::string name = known->target_name;
    if ((request.target_flags & kMergeTargetInformation) != 0)
      merge(*known, request);
    else
      *known = request;
    known->target_name = name;
    return Reply{kSuccess, {}};
  }
  auto& targets = host.settings().static_targets;
  if (targets.size() >= host.config().targets_max) return Reply{kOutOfResources, {}};
  targets.push_back(request);
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const RemoveStaticTarget& request) {
  const AddStaticTarget* known = host.find_static_target(request.target_name);
  if (known == nullptr) return Reply{kTargetNotFound, {}};
  std::erase_if(host.settings().static_targets, [name = known->target_name](const auto& target) {
    return target.target_name == name;
  });
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const ListTargetPortals& request) {
  const StatusCode code = check_instance(host.config(), request.initiator_name, kAnyInitiatorPort);
  if (code != kSuccess) return Reply{code, {}};
  const std::optional<DiscoveredTarget> target = host.find_target(request.target_name);
  if (!target) return Reply{kTargetNotFound, {}};
  std::vector<Portal> portals;
  for (std::size_t i = 0; i < target->addresses.size(); ++i) {
    if (request.portal_group_tag && *request.portal_group_tag != target->portal_group_tags[i])
      continue;
    portals.push_back({"", target->addresses[i].address, target->addresses[i].port});
  }
  return Reply{kSuccess, std::move(portals)};
}

}  // namespace lunsim::initiator
