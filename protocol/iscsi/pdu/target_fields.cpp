// The ten kinds that targets send, top to bottom as in the figures of RFC 7143.
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/field_rows.hpp"
#include "protocol/iscsi/pdu/field_tables.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "protocol/scsi/status.hpp"

namespace lunsim::pdu {
namespace {

std::string_view meaning_of_status(std::uint64_t value) {
  return scsi::name_of(static_cast<scsi::Status>(value));
}
std::string_view meaning_of_response(std::uint64_t value) {
  if (value == 0) return "command completed at target";
  if (value == 1) return "target failure";
  return value >= 0x80 ? "vendor specific" : "reserved";
}
std::string_view meaning_of_outcome(std::uint64_t value) {
  return name_of(static_cast<TaskManagementOutcome>(value));
}
std::string_view meaning_of_logout_outcome(std::uint64_t value) {
  return name_of(static_cast<LogoutOutcome>(value));
}
std::string_view meaning_of_event(std::uint64_t value) {
  return name_of(static_cast<AsyncEvent>(value));
}
std::string_view meaning_of_reject_reason(std::uint64_t value) {
  return name_of(static_cast<RejectReason>(value));
}
std::string_view meaning_of_status_class(std::uint64_t value) {
  constexpr std::array<std::string_view, 4> kTargetNames = {"success", "redirection",
                                                            "initiator error", "target error"};
  return value < kTargetNames.size() ? kTargetNames.at(value) : "reserved";
}

constexpr auto kHead =
    some(reserved(1), reserved(1, "I|Immediate"), code("Opcode", "", 6, meaning_of_opcode));
constexpr auto kTargetLengths = some(number("TotalAHSLength", "Total AHS Length", 8),
                                     number("DataSegmentLength", "Data Segment Length", 24));
constexpr auto kTargetNumbers = some(serial("StatSN"), serial("ExpCmdSN"), serial("MaxCmdSN"));

constexpr auto kNopIn =
    table("RFC 7143 §11.19", rows(kHead, some(final(), reserved(23)), kTargetLengths,
                                  some(lun(), initiator_task_tag(), target_transfer_tag()),
                                  kTargetNumbers, some(reserved(32), reserved(64))));

constexpr auto kScsiResponse = table(
    "RFC 7143 §11.4",
    rows(kHead,
         some(final(), reserved(2), flag("Bidirectional Read Residual Overflow", "o"),
              flag("Bidirectional Read Residual Underflow", "u"),
              flag("Residual Overflow", "O|Overflow"), flag("Residual Underflow", "U|Underflow"),
              reserved(1), code("Response", "", 8, meaning_of_response),
              code("Status", "", 8, meaning_of_status)),
         kTargetLengths,
         some(reserved(64, "LUN"), initiator_task_tag(), number("SNACK Tag", "", 32)),
         kTargetNumbers,
         some(serial("ExpDataSN"), number("Bidirectional Read Residual Count", "", 32),
              number("Residual Count", "", 32))));

constexpr auto kTaskManagementResponse =
    table("RFC 7143 §11.6",
          rows(kHead,
               some(final(), reserved(7), code("Response", "", 8, meaning_of_outcome), reserved(8)),
               kTargetLengths, some(reserved(64, "LUN"), initiator_task_tag(), reserved(32)),
               kTargetNumbers, some(reserved(32), reserved(64))));

constexpr auto kLoginResponse =
    table("RFC 7143 §11.13",
          rows(kHead,
               some(flag("Transit", "T"), flag("Continue", "C"), reserved(2),
                    code("Current Stage", "CSG", 2, meaning_of_stage),
                    code("Next Stage", "NSG", 2, meaning_of_stage), number("Version-max", "", 8),
                    number("Version-active", "", 8)),
               kTargetLengths,
               some(opaque("ISID", 48), number("TSIH", "", 16), initiator_task_tag(), reserved(32)),
               kTargetNumbers,
               some(code("Status-Class", "", 8, meaning_of_status_class),
                    number("Status-Detail", "", 8), reserved(16), reserved(64))));

constexpr auto kTextResponse =
    table("RFC 7143 §11.11",
          rows(kHead, some(final(), flag("Continue", "C"), reserved(22)), kTargetLengths,
               some(lun(), initiator_task_tag(), target_transfer_tag()), kTargetNumbers,
               some(reserved(32), reserved(64))));

constexpr auto kDataIn = table(
    "RFC 7143 §11.7",
    rows(
        kHead,
        some(final(), flag("Acknowledge", "A"), reserved(3),
             flag("Residual Overflow", "O|Overflow"), flag("Residual Underflow", "U|Underflow"),
             flag("Status Present", "S"), reserved(8), code("Status", "", 8, meaning_of_status)),
        kTargetLengths, some(lun(), initiator_task_tag(), target_transfer_tag()), kTargetNumbers,
        some(serial("DataSN"), number("Buffer Offset", "", 32), number("Residual Count", "", 32))));

constexpr auto kLogoutResponse = table(
    "RFC 7143 §11.15",
    rows(
        kHead,
        some(final(), reserved(7), code("Response", "", 8, meaning_of_logout_outcome), reserved(8)),
        kTargetLengths, some(reserved(64, "LUN"), initiator_task_tag(), reserved(32)),
        kTargetNumbers,
        some(reserved(32), number("Time2Wait", "", 16), number("Time2Retain", "", 16),
             reserved(32))));

constexpr auto kR2t = table(
    "RFC 7143 §11.8", rows(kHead, some(final(), reserved(23)), kTargetLengths,
                           some(lun(), initiator_task_tag(), target_transfer_tag()), kTargetNumbers,
                           some(serial("R2TSN"), number("Buffer Offset", "", 32),
                                number("Desired Data Transfer Length", "DDTL", 32))));

constexpr auto kAsyncMessage =
    table("RFC 7143 §11.9",
          rows(kHead, some(final(), reserved(23)), kTargetLengths,
               some(lun(), initiator_task_tag(), reserved(32)), kTargetNumbers,
               some(code("AsyncEvent", "", 8, meaning_of_event), number("AsyncVCode", "", 8),
                    number("Parameter1", "", 16), number("Parameter2", "", 16),
                    number("Parameter3", "", 16), reserved(32))));

constexpr auto kReject = table(
    "RFC 7143 §11.17",
    rows(kHead,
         some(final(), reserved(7), code("Reason", "", 8, meaning_of_reject_reason), reserved(8)),
         kTargetLengths, some(reserved(64, "LUN"), initiator_task_tag(), reserved(32)),
         kTargetNumbers,
         some(row("DataSN/R2TSN", "DataSN|R2TSN", 32, FieldKind::serial_number), reserved(64))));

}  // namespace

std::span<const Field> target_fields_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::nop_in:
      return kNopIn;
    case Opcode::scsi_response:
      return kScsiResponse;
    case Opcode::task_management_response:
      return kTaskManagementResponse;
    case Opcode::login_response:
      return kLoginResponse;
    case Opcode::text_response:
      return kTextResponse;
    case Opcode::data_in:
      return kDataIn;
    case Opcode::logout_response:
      return kLogoutResponse;
    case Opcode::r2t:
      return kR2t;
    case Opcode::async_message:
      return kAsyncMessage;
    case Opcode::reject:
      return kReject;
    default:
      return {};
  }
}

}  // namespace lunsim::pdu
