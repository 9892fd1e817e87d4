#include "initiator/api/scsi_answer.hpp"

#include <algorithm>
#include <cstring>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/face.hpp"
#include "protocol/scsi/status.hpp"

namespace lunsim::api {
namespace {

ISDSC_STATUS deliver_response(const initiator::ScsiReply& reply, const ScsiOutput& output) {
  const ULONG capacity = output.response != nullptr ? load(output.response_size) : 0;
  const auto needed = static_cast<ULONG>(reply.data_in.size());
  store(output.response_size, needed);
  store(output.sense_size, kSenseBytesMin);  // although there is no sense (SRC-R11, R12)
  if (needed > capacity) return ERROR_INSUFFICIENT_BUFFER;
  if (needed > 0) std::memcpy(output.response, reply.data_in.data(), needed);
  return ERROR_SUCCESS;
}

// How much of the sense the caller is told of: all of it (SRC-R13), but 18 bytes to one who passed
// exactly 18, since callers dump as many bytes of their 18-byte array as they are told (SRC-R14).
std::span<const std::byte> sense_to_tell(const initiator::ScsiReply& reply,
                                         const initiator::Host::Profile& profile, ULONG capacity) {
  const std::span<const std::byte> sense(reply.sense);
  if (!profile.sense_cap_18 || capacity != kSenseBytesMin) return sense;
  return sense.first(std::min<std::size_t>(sense.size(), kSenseBytesMin));
}

ISDSC_STATUS deliver_sense(const initiator::ScsiReply& reply,
                           const initiator::Host::Profile& profile, const ScsiOutput& output) {
  const ULONG capacity = output.sense != nullptr ? load(output.sense_size) : 0;
  const std::span<const std::byte> sense = sense_to_tell(reply, profile, capacity);
  const ULONG needed = std::max(kSenseBytesMin, static_cast<ULONG>(sense.size()));
  store(output.response_size, ULONG{0});  // no response data (SRC-R17)
  store(output.sense_size, needed);
  if (capacity < sense.size() && profile.sense_too_small_is_insufficient_buffer)
    return ERROR_INSUFFICIENT_BUFFER;
  const std::size_t told = std::min<std::size_t>(sense.size(), capacity);
  if (told > 0) std::memcpy(output.sense, sense.data(), told);
  // Short sense is filled up with zeros to 18 bytes; none at all becomes 18 zeros if they fit
  // (SRC-R9, R15).
  const std::size_t end = std::min(needed, capacity);
  const bool may_fill = !sense.empty() || capacity >= kSenseBytesMin;
  if (may_fill && end > told) std::memset(output.sense + told, 0, end - told);
  return ISDSC_SCSI_REQUEST_FAILED;
}

}  // namespace

ISDSC_STATUS deliver_scsi(const initiator::ScsiReply& reply,
                          const initiator::Host::Profile& profile, const ScsiOutput& output) {
  store(output.scsi_status, UCHAR{reply.scsi_status});
  return reply.scsi_status == static_cast<std::uint8_t>(scsi::Status::good)
             ? deliver_response(reply, output)
             : deliver_sense(reply, profile, output);
}

ISDSC_STATUS send_scsi(const ISCSI_UNIQUE_SESSION_ID* session, ULONGLONG lun,
                       std::span<const std::byte> cdb, std::uint32_t data_in_bytes,
                       const ScsiOutput& output) {
  if (session == nullptr || output.scsi_status == nullptr || output.response_size == nullptr ||
      output.sense_size == nullptr)
    return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const ISCSI_UNIQUE_SESSION_ID id = load(session);
    initiator::SendScsi request;
    request.session = {id.AdapterUnique, id.AdapterSpecific};
    request.lun = lun;
    request.lun_is_raw = host.profile().raw_lun_numbers;
    request.cdb.assign(cdb.begin(), cdb.end());
    request.data_in_bytes = data_in_bytes;
    const initiator::Reply reply = host.call(std::move(request));
    const auto* answer = std::get_if<initiator::ScsiReply>(&reply.data);
    if (answer != nullptr && answer->answered) return deliver_scsi(*answer, host.profile(), output);
    return reply.code != ERROR_SUCCESS ? reply.code : ISDSC_NON_SPECIFIC_ERROR;
  });
}

}  // namespace lunsim::api
