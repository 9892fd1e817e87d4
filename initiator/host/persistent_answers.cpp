// Persistent logins: listed and removed. They are stored by LoginIScsiTarget and made when the
// service starts (restore_logins_operation.hpp).
#include <algorithm>

#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

/// RPT-R3, R4: all ports and all portals, unless one is named.
bool is_meant(const LoginTarget& stored, const RemovePersistentTarget& request) {
  if (!is_same_ignoring_case(stored.target_name, request.target_name)) return false;
  if (request.initiator_instance && stored.initiator_instance &&
      !is_same_ignoring_case(*request.initiator_instance, *stored.initiator_instance))
    return false;
  if (request.initiator_port != kAnyInitiatorPort &&
      request.initiator_port != stored.initiator_port)
    return false;
  if (!request.portal || request.portal->address.empty()) return true;
  const runtime::Endpoint endpoint{request.portal->address, request.portal->port};
  return stored.portal && is_same_portal(*stored.portal, endpoint);
}

}  // namespace

Reply answer(HostState& host, const ListPersistentLogins&) {
  std::vector<LoginTarget> logins = host.stored_logins();
  for (LoginTarget& login : logins) {
    if (login.options) login.options->password.reset();
  }
  return Reply{kSuccess, std::move(logins)};
}

Reply answer(HostState& host, const RemovePersistentTarget& request) {
  if (request.initiator_instance &&
      !is_same_ignoring_case(*request.initiator_instance, host.config().initiator_instance))
    return Reply{kInitiatorInstanceNotFound, {}};
  const std::size_t removed =
      std::erase_if(host.settings().persistent_logins,
                    [&](const LoginTarget& stored) { return is_meant(stored, request); });
  return Reply{removed != 0 ? kSuccess : kTargetNotFound, {}};
}

}  // namespace lunsim::initiator
