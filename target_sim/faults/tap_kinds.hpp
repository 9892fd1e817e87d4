// What a tap has to know of the kinds of PDU: which carry a status, a StatSN, a LUN, text.
// RFC 7143 §11
#pragma once

#include <vector>

#include "protocol/iscsi/pdu/tap.hpp"
#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::target_sim {

/// Whether a PDU kind carries a LUN field in bytes 8..15.
bool has_lun(pdu::Opcode opcode);
/// Login and Text PDUs.
bool is_text(pdu::Opcode opcode);
/// The PDU that ends a command: SCSI Response, or Data-In with the S bit. §11.4, §11.7.3
bool carries_status(const pdu::TappedPdu& tapped);
/// Whether bytes 24..27 are a StatSN: in all that targets send, but in Data-In only with the S bit.
bool has_stat_sn(const pdu::BhsBytes& bhs);
/// Whether that StatSN is used up by it: not by R2T, nor by a ping of the target's. §4.2.2.2
bool takes_stat_sn(const pdu::BhsBytes& bhs);
/// The kinds of PDU that a rule has to be asked about.
std::vector<pdu::Opcode> kinds_of(const FaultSelector& on);

}  // namespace lunsim::target_sim
