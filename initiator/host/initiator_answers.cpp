// The initiator itself: its one instance, its node name, its CHAP secret, its version.
#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {

using namespace status_code;

Reply answer(HostState& host, const ListInitiators&) {
  return Reply{kSuccess, std::vector<std::string>{host.config().initiator_instance}};
}

Reply answer(HostState& host, const GetNodeName&) {
  return Reply{kSuccess, NodeName{host.config().initiator_name}};
}

// The page: its form is not looked at (SINN-R4). What no buffer of GetIScsiInitiatorNodeName can
// hold is refused all the same, and so is a name of no characters. Sessions keep theirs.
Reply answer(HostState& host, const SetNodeName& request) {
  if (request.name && (request.name->empty() || request.name->size() > kIscsiNameBytesMax))
    return Reply{kInvalidIscsiName, {}};
  host.set_node_name(request.name);
  return Reply{kSuccess, {}};
}

// SCS-R3: too short without IPsec is a warning by its severity, so it is kept; a login that needs
// it is refused then (LIT-R16). SCS-R4 to R6: 1 to 16 bytes.
Reply answer(HostState& host, const SetChapSecret& request) {
  if (request.secret && (request.secret->empty() || request.secret->size() > kChapSecretBytesMax))
    return Reply{kInvalidInitiatorChapSecret, {}};
  host.set_chap_secret(request.secret);
  const bool is_short = request.secret && !is_chap_secret(*request.secret);
  return Reply{is_short ? kShortChapSecret : kSuccess, {}};
}

Reply answer(HostState& host, const GetVersion&) { return Reply{kSuccess, host.config().version}; }

}  // namespace lunsim::initiator
