// ReportIScsiTargets: a multi-string, whose size counts characters and both NULs of its end (LT-R1,
// R2).
#include <cstring>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/encoding.hpp"
#include "initiator/api/face.hpp"

namespace lunsim::api {
namespace {

using Names = std::vector<std::string>;

// An empty list is two NULs, too: the end of a list that had a last string (LT-R8).
template <class E>
std::basic_string<typename E::Char> multi_string(const Names& names) {
  using Char = typename E::Char;
  std::basic_string<Char> list;
  for (const std::string& name : names) {
    list += make_text<E>(name);
    list.push_back(Char{0});
  }
  if (names.empty()) list.push_back(Char{0});
  list.push_back(Char{0});
  return list;
}

template <class E>
ISDSC_STATUS report_targets(BOOLEAN force_update, ULONG* size, typename E::Char* buffer) {
  if (size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ReportTargets{force_update != 0});
    const auto* names = std::get_if<Names>(&reply.data);
    // A warning comes with a list, an error without one (LT-R10, R11).
    if (reply.code != ERROR_SUCCESS && names == nullptr) return reply.code;
    const auto list = multi_string<E>(names != nullptr ? *names : Names{});
    const ULONG capacity = buffer != nullptr ? load(size) : 0;
    store(size, static_cast<ULONG>(list.size()));
    if (list.size() > capacity) return ERROR_INSUFFICIENT_BUFFER;
    std::memcpy(static_cast<void*>(buffer), list.data(), list.size() * sizeof(typename E::Char));
    return reply.code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API ReportIScsiTargetsA(BOOLEAN force_update, PULONG buffer_size, PCHAR buffer) {
  return lunsim::api::report_targets<lunsim::api::Ansi>(force_update, buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API ReportIScsiTargetsW(BOOLEAN force_update, PULONG buffer_size,
                                           PWCHAR buffer) {
  return lunsim::api::report_targets<lunsim::api::Wide>(force_update, buffer_size, buffer);
}

}  // extern "C"
