// PDUs in words: one line for a ladder, or field by field with the names of codes and what is
// wrong. For people only; nothing parses this text.
#pragma once

#include <optional>
#include <string>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// What the strict decoder of the PDU's own kind says: nothing, or the first violation. An unknown
/// opcode is one.
std::optional<ProtocolError> violation_in(const PduView& pdu);

/// Field by field, then AHSs, then the data segment: text keys as lines, sense data and rejected
/// headers explained, anything else as a dump of at most its first 256 bytes. Each line ends in
/// '\n'. Shape    any bytes; `pdu.data` may be shorter than the header says, and that is said
std::string describe(const PduView& pdu);

/// "SCSI Command READ(10) LUN 0 ITT 00000005 CmdSN 7 ExpStatSN 3 EDTL 4096 [FR]", without a line
/// end.
std::string summary(const PduView& pdu);

/// "the task attribute is reserved (RFC 7143 §11.3.1, byte 1, ATTR)".
std::string describe(const ProtocolError& error);

}  // namespace lunsim::pdu
