#include "protocol/iscsi/pdu/bhs_access.hpp"

namespace lunsim::pdu {

Refusal refuse_header(const PduView& pdu, Opcode opcode) {
  if (opcode_of(pdu.bhs) != opcode) {
    return refuse("the opcode is another kind's", "RFC 7143 §11.2.1.2", 0, "Opcode");
  }
  if (ahs_bytes_of(pdu.bhs) != pdu.ahs.size()) {
    return refuse("TotalAHSLength is not the length of the AHSs", "RFC 7143 §11.2.1.5", 4,
                  "TotalAHSLength");
  }
  return {};
}

Refusal refuse_response_header(const PduView& pdu, Opcode opcode) {
  if (auto refusal = refuse_header(pdu, opcode)) return refusal;
  if (!pdu.ahs.empty()) {
    return refuse("a target's PDU has no AHS", "RFC 7143 §11.2", 4, "TotalAHSLength");
  }
  return {};
}

Refusal refuse_lengths(const BhsReader& bhs, std::string_view section) {
  if (bhs.total_ahs_words() != 0) {
    return refuse("this kind has no AHS", section, 4, "TotalAHSLength");
  }
  if (bhs.data_segment_bytes() != 0) {
    return refuse("this kind has no data segment", section, 5, "DataSegmentLength");
  }
  return {};
}

Refusal refuse_reserved_task_tag(const BhsReader& bhs) {
  if (bhs.u32(16) == kReservedTag) {
    return refuse("FFFFFFFFh is not the tag of a task", "RFC 7143 §11.2.1.8", 16,
                  "Initiator Task Tag");
  }
  return {};
}

}  // namespace lunsim::pdu
