// What a fault's action does to one PDU in a tap's hands. Stateless; who fires and when is the
// plan's business.
#pragma once

#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::target_sim {

/// Changes `pdu` and adds to `verdict` what the wire part of `action` says.
void apply_to_pdu(const FaultAction& action, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict);

/// Turns a Login Response into a refusal or redirection: status, no stage transition, no TSIH, only
/// TargetAddress as text; the connection is finished behind it, as a target must. RFC 7143
/// §11.13.5, §13.8
void refuse_login(const FaultAction& action, pdu::TappedPdu& response, pdu::TapVerdict& verdict);

}  // namespace lunsim::target_sim
