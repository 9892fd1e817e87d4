// The common half of the three SendScsi* calls: one command out, its answer into the caller's two
// buffers by the size rules SRC-R1 to R29, which SRL and SCI share.
#pragma once

#include <span>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/host/host.hpp"

namespace lunsim::api {

/// Every call reports at least this much sense, whether there is some or not (SRC-R10).
inline constexpr ULONG kSenseBytesMin = 18;

/// Where the answer goes.
struct ScsiOutput {
  UCHAR* scsi_status;
  ULONG* response_size;
  UCHAR* response;  // null: capacity 0, whatever the size says (SRC-R23)
  ULONG* sense_size;
  UCHAR* sense;  // null: capacity 0
};

/// Checks the pointers, sends `cdb` to the unit and delivers.
///
/// Shape    `lun` as the caller gave it; the host's profile says what the number means
/// Errors   ERROR_INVALID_PARAMETER for a null pointer that must not be (SRC-R22);
/// ISDSC_SCSI_REQUEST_FAILED for any
///          status other than GOOD; the host's code when there was no status, with nothing written
ISDSC_STATUS send_scsi(const ISCSI_UNIQUE_SESSION_ID* session, ULONGLONG lun,
                       std::span<const std::byte> cdb, std::uint32_t data_in_bytes,
                       const ScsiOutput& output);

/// The delivery alone: what the target answered, into the caller's memory.
ISDSC_STATUS deliver_scsi(const initiator::ScsiReply& reply,
                          const initiator::Host::Profile& profile, const ScsiOutput& output);

}  // namespace lunsim::api
