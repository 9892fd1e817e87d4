// ReportIScsiTargets: a multi-string, whose size counts characters and both NULs of its end (LT-R1,
// R2).
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/multi_string.hpp"

namespace lunsim::api {
namespace {

template <class E>
ISDSC_STATUS report_targets(BOOLEAN force_update, ULONG* size, typename E::Char* buffer) {
  if (size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ReportTargets{force_update != 0});
    // An empty list is two NULs, too: the end of a list that had a last string (LT-R8).
    return deliver_multi_string<E>(reply, size, buffer, EmptyList::is_two_nuls);
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API ReportIScsiTargetsA(BOOLEAN force_update, PULONG buffer_size, PCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::report_targets<lunsim::api::Ansi>(force_update, buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API ReportIScsiTargetsW(BOOLEAN force_update, PULONG buffer_size,
                                           PWCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::report_targets<lunsim::api::Wide>(force_update, buffer_size, buffer);
}

}  // extern "C"
