// SendScsiReportLuns, SendScsiReadCapacity, SendScsiInquiry. The caller's response size never
// reaches the wire: a probe of 0 bytes must learn the length, and targets refuse small allocation
// lengths (SRC-R28, SRL-R33).
#include "initiator/api/last_error.hpp"
#include "initiator/api/scsi_answer.hpp"
#include "initiator/host/host.hpp"
#include "protocol/scsi/cdb.hpp"

namespace lunsim::api {
namespace {

// 16384 units fit, which is all that single-level addressing with two bytes can name.
constexpr std::uint32_t kReportLunsBytes = 16 + 8 * 16384;
// Devices of old take one byte of allocation length and some dislike more (SCI-R7), and standard
// data fits. VPD pages may be longer (a list of designators, 83h), and 255 would cut them in
// silence; 4095 holds them, and a device that looks at the low byte alone still reads 255.
constexpr std::uint16_t kInquiryBytes = 255;
constexpr std::uint16_t kVpdPageBytes = 4095;
constexpr UCHAR kEvpd = 0x01, kEvpdAndCmdDt = 0x03;

ISDSC_STATUS send(const ISCSI_UNIQUE_SESSION_ID* session, ULONGLONG lun,
                  const scsi::Command& command, const ScsiOutput& output) {
  return send_scsi(session, lun, command.cdb(), static_cast<std::uint32_t>(command.data_in_bytes),
                   output);
}

scsi::Command read_capacity() {
  const initiator::Host* host = initiator::current_host();
  return host != nullptr && host->profile().read_capacity_16 ? scsi::make_read_capacity_16()
                                                             : scsi::make_read_capacity_10();
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

// There is no LUN argument; LUN 0 is asked (SRL-R31).
ISDSC_STATUS ISDSC_API SendScsiReportLuns(PISCSI_UNIQUE_SESSION_ID session, PUCHAR scsi_status,
                                          PULONG response_size, PUCHAR response, PULONG sense_size,
                                          PUCHAR sense) {
  const lunsim::api::PoisonedLastError poison;
  using namespace lunsim::api;
  return send(session, 0, lunsim::scsi::make_report_luns(kReportLunsBytes),
              {scsi_status, response_size, response, sense_size, sense});
}

ISDSC_STATUS ISDSC_API SendScsiReadCapacity(PISCSI_UNIQUE_SESSION_ID session, ULONGLONG lun,
                                            PUCHAR scsi_status, PULONG response_size,
                                            PUCHAR response, PULONG sense_size, PUCHAR sense) {
  const lunsim::api::PoisonedLastError poison;
  using namespace lunsim::api;
  return send(session, lun, read_capacity(),
              {scsi_status, response_size, response, sense_size, sense});
}

ISDSC_STATUS ISDSC_API SendScsiInquiry(PISCSI_UNIQUE_SESSION_ID session, ULONGLONG lun,
                                       UCHAR evpd_cmddt, UCHAR page_code, PUCHAR scsi_status,
                                       PULONG response_size, PUCHAR response, PULONG sense_size,
                                       PUCHAR sense) {
  const lunsim::api::PoisonedLastError poison;
  using namespace lunsim::api;
  lunsim::scsi::Command command =
      lunsim::scsi::make_inquiry((evpd_cmddt & kEvpd) != 0 ? kVpdPageBytes : kInquiryBytes);
  command.bytes[1] = static_cast<std::byte>(evpd_cmddt & kEvpdAndCmdDt);
  command.bytes[2] = static_cast<std::byte>(page_code);
  return send(session, lun, command, {scsi_status, response_size, response, sense_size, sense});
}

}  // extern "C"
