// The eight kinds that initiators send, top to bottom as in the figures of RFC 7143.
#include "protocol/iscsi/pdu/field_rows.hpp"
#include "protocol/iscsi/pdu/field_tables.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "protocol/iscsi/pdu/snack_request.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"

namespace lunsim::pdu {
namespace {

std::string_view meaning_of_attribute(std::uint64_t value) {
  constexpr std::array<std::string_view, 5> kInitiatorNames = {"untagged", "simple", "ordered",
                                                               "head of queue", "ACA"};
  return value < kInitiatorNames.size() ? kInitiatorNames.at(value) : "reserved";
}
std::string_view meaning_of_function(std::uint64_t value) {
  return name_of(static_cast<TaskManagementFunction>(value));
}
std::string_view meaning_of_logout_reason(std::uint64_t value) {
  return name_of(static_cast<LogoutReason>(value));
}
std::string_view meaning_of_snack_type(std::uint64_t value) {
  return name_of(static_cast<SnackType>(value));
}

constexpr auto kHeadWithImmediate =
    some(reserved(1), flag("Immediate", "I"), code("Opcode", "", 6, meaning_of_opcode));
constexpr auto kHeadWithoutImmediate =
    some(reserved(1), reserved(1, "I|Immediate"), code("Opcode", "", 6, meaning_of_opcode));
constexpr auto kInitiatorLengths = some(number("TotalAHSLength", "Total AHS Length", 8),
                                        number("DataSegmentLength", "Data Segment Length", 24));
constexpr auto kInitiatorNumbers = some(serial("CmdSN"), serial("ExpStatSN"));

constexpr auto kNopOut = table(
    "RFC 7143 §11.18", rows(kHeadWithImmediate, some(final(), reserved(23)), kInitiatorLengths,
                            some(lun(), initiator_task_tag(), target_transfer_tag()),
                            kInitiatorNumbers, some(reserved(64), reserved(64))));

constexpr auto kScsiCommand = table(
    "RFC 7143 §11.3",
    rows(kHeadWithImmediate,
         some(final(), flag("Read", "R"), flag("Write", "W"), reserved(2),
              code("Task Attributes", "ATTR|Attributes", 3, meaning_of_attribute), reserved(16)),
         kInitiatorLengths,
         some(lun(), initiator_task_tag(), number("Expected Data Transfer Length", "EDTL", 32)),
         kInitiatorNumbers,
         some(opaque("CDB[0]", 8), opaque("CDB[1]", 8), opaque("CDB[2]", 8), opaque("CDB[3]", 8),
              opaque("CDB[4]", 8), opaque("CDB[5]", 8), opaque("CDB[6]", 8), opaque("CDB[7]", 8),
              opaque("CDB[8]", 8), opaque("CDB[9]", 8), opaque("CDB[10]", 8), opaque("CDB[11]", 8),
              opaque("CDB[12]", 8), opaque("CDB[13]", 8), opaque("CDB[14]", 8),
              opaque("CDB[15]", 8))));

constexpr auto kTaskManagementRequest = table(
    "RFC 7143 §11.5",
    rows(kHeadWithImmediate,
         some(final(), code("Function", "", 7, meaning_of_function), reserved(16)),
         kInitiatorLengths, some(lun(), initiator_task_tag(), tag("Referenced Task Tag", "RTT")),
         kInitiatorNumbers, some(serial("RefCmdSN"), serial("ExpDataSN"), reserved(64))));

constexpr auto kLoginRequest =
    table("RFC 7143 §11.12", rows(kHeadWithImmediate,
                                  some(flag("Transit", "T"), flag("Continue", "C"), reserved(2),
                                       code("Current Stage", "CSG", 2, meaning_of_stage),
                                       code("Next Stage", "NSG", 2, meaning_of_stage),
                                       number("Version-max", "", 8), number("Version-min", "", 8)),
                                  kInitiatorLengths,
                                  some(opaque("ISID", 48), number("TSIH", "", 16),
                                       initiator_task_tag(), number("CID", "", 16), reserved(16)),
                                  kInitiatorNumbers, some(reserved(64), reserved(64))));

constexpr auto kTextRequest =
    table("RFC 7143 §11.10",
          rows(kHeadWithImmediate, some(final(), flag("Continue", "C"), reserved(22)),
               kInitiatorLengths, some(lun(), initiator_task_tag(), target_transfer_tag()),
               kInitiatorNumbers, some(reserved(64), reserved(64))));

constexpr auto kDataOut = table(
    "RFC 7143 §11.7",
    rows(kHeadWithoutImmediate, some(final(), reserved(23)), kInitiatorLengths,
         some(lun(), initiator_task_tag(), target_transfer_tag(), reserved(32), serial("ExpStatSN"),
              reserved(32), serial("DataSN"), number("Buffer Offset", "", 32), reserved(32))));

constexpr auto kLogoutRequest = table(
    "RFC 7143 §11.14",
    rows(kHeadWithImmediate,
         some(final(), code("Reason Code", "Reason", 7, meaning_of_logout_reason), reserved(16)),
         kInitiatorLengths,
         some(reserved(64, "LUN"), initiator_task_tag(), number("CID", "", 16), reserved(16)),
         kInitiatorNumbers, some(reserved(64), reserved(64))));

constexpr auto kSnackRequest =
    table("RFC 7143 §11.16",
          rows(kHeadWithoutImmediate,
               some(final(), reserved(3), code("Type", "SNACK Type", 4, meaning_of_snack_type),
                    reserved(16)),
               kInitiatorLengths,
               some(lun(), initiator_task_tag(),
                    tag("Target Transfer Tag or SNACK Tag", "TTT|Target Transfer Tag|SNACK Tag"),
                    reserved(32), serial("ExpStatSN"), reserved(64), number("BegRun", "", 32),
                    number("RunLength", "", 32))));

}  // namespace

std::span<const Field> initiator_fields_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::nop_out:
      return kNopOut;
    case Opcode::scsi_command:
      return kScsiCommand;
    case Opcode::task_management_request:
      return kTaskManagementRequest;
    case Opcode::login_request:
      return kLoginRequest;
    case Opcode::text_request:
      return kTextRequest;
    case Opcode::data_out:
      return kDataOut;
    case Opcode::logout_request:
      return kLogoutRequest;
    case Opcode::snack_request:
      return kSnackRequest;
    default:
      return {};
  }
}

}  // namespace lunsim::pdu
