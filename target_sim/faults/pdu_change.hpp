// What a fault's action does to one PDU in a tap's hands, beyond what a connection has to remember
// (fault_tap.cpp). Stateless; who fires and when is the plan's business.
#pragma once

#include <optional>

#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::target_sim {

/// Changes `pdu` and adds to `verdict` what the action says about fields, bytes, digests, padding,
/// copies, dropping, holding in order and cutting. True if anything of it has an effect on this
/// PDU: a field that keeps its value, a digest that is not in use or a byte beyond the data has
/// none.
bool apply_to_pdu(const WireAction& action, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict);

/// One change of a field; `struck` is the PDU that it may refer to. True if the field changed.
bool change_field(pdu::BhsBytes& bhs, const FieldChange& change, const pdu::BhsBytes& struck);

/// Where a place lies, in bytes from the first of the BHS; nothing if this PDU has no such place.
std::optional<std::uint32_t> offset_of(const PduPlace& place, const pdu::TappedPdu& pdu);

/// Puts other data in place of a PDU's, its DataSegmentLength with it.
void set_data(pdu::TappedPdu& pdu, std::vector<std::byte> data);

/// Turns a Login Response into a refusal or redirection: status, no stage transition, no TSIH, only
/// TargetAddress as text; the connection is finished behind it, as a target must. RFC 7143
/// §11.13.5, §13.8
void refuse_login(const WireAction& action, pdu::TappedPdu& response, pdu::TapVerdict& verdict);

}  // namespace lunsim::target_sim
