#include "initiator/host/host_configuration.hpp"

#include <algorithm>

#include "initiator/host/elevation.hpp"

namespace lunsim::initiator {
namespace {

/// What `now` has of passing entries goes into `kept`, but for those whose place is taken there.
template <class Entry, class IsSame>
void add_passing(std::vector<Entry>& kept, const std::vector<Entry>& now, IsSame is_same) {
  for (const Entry& entry : now) {
    const bool is_taken = std::any_of(kept.begin(), kept.end(),
                                      [&](const Entry& other) { return is_same(entry, other); });
    if (!entry.persist && !is_taken) kept.push_back(entry);
  }
}

template <class Entry>
bool is_of_same_initiator(const Entry& a, const Entry& b) {
  return a.initiator_name == b.initiator_name && a.initiator_port == b.initiator_port;
}

/// Requests that only ask, or change nothing but sessions and what portals have told.
struct Changes {
  bool operator()(const LoginTarget& request) const { return request.persistent; }
  bool operator()(const LogoutTarget&) const { return false; }
  bool operator()(const SendScsi&) const { return false; }
  bool operator()(const ReportTargets&) const { return false; }
  bool operator()(const RefreshSendTargetPortal&) const { return false; }
  bool operator()(const RefreshIsnsServer&) const { return false; }
  bool operator()(const AddConnection&) const { return false; }
  bool operator()(const RemoveConnection&) const { return false; }
  bool operator()(const GetIkeInfo&) const { return false; }
  template <class Asked>
  bool operator()(const Asked& request) const {
    return needs_elevation(Request{request});
  }
};

}  // namespace

HostConfiguration persistent_part(const HostConfiguration& configuration) {
  HostConfiguration kept = configuration;
  const auto is_passing = [](const auto& entry) { return !entry.persist; };
  std::erase_if(kept.static_targets, is_passing);
  std::erase_if(kept.ike, is_passing);
  std::erase_if(kept.tunnels, is_passing);
  if (kept.group_key && !kept.group_key->persist) kept.group_key.reset();
  return kept;
}

HostConfiguration with_passing_part(HostConfiguration kept, const HostConfiguration& now) {
  add_passing(kept.static_targets, now.static_targets,
              [](const auto& a, const auto& b) { return a.target_name == b.target_name; });
  add_passing(kept.ike, now.ike, [](const auto& a, const auto& b) {
    return is_of_same_initiator(a, b) && a.authentication.id_type == b.authentication.id_type &&
           a.authentication.id == b.authentication.id;
  });
  add_passing(kept.tunnels, now.tunnels, [](const auto& a, const auto& b) {
    return is_of_same_initiator(a, b) && a.destination_address == b.destination_address;
  });
  if (!kept.group_key && now.group_key && !now.group_key->persist) kept.group_key = now.group_key;
  return kept;
}

bool may_change_configuration(const Request& request) { return std::visit(Changes{}, request); }

}  // namespace lunsim::initiator
