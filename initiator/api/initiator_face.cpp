// The initiator itself: its instances, its node name, its CHAP secret, its version.
#include <cstring>

#include "initiator/api/last_error.hpp"
#include "initiator/api/text_calls.hpp"

namespace lunsim::api {
namespace {

// The buffer has no size: up to MAX_ISCSI_NAME_LEN + 1 characters are written, and no more than the
// name has (GINN-R3).
template <class E>
ISDSC_STATUS get_node_name(typename E::Char* buffer) {
  if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::GetNodeName{});
    const auto* told = std::get_if<initiator::NodeName>(&reply.data);
    if (reply.code != ERROR_SUCCESS || told == nullptr) return reply.code;
    auto text = make_text<E>(told->name);
    if (text.size() > MAX_ISCSI_NAME_LEN) text.resize(MAX_ISCSI_NAME_LEN);
    std::memcpy(static_cast<void*>(buffer), text.c_str(),
                (text.size() + 1) * sizeof(typename E::Char));
    return ERROR_SUCCESS;
  });
}

/// Null: the default name (SINN-R3).
template <class Char>
ISDSC_STATUS set_node_name(const Char* name) {
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::SetNodeName request;
    const ISDSC_STATUS code = read_optional_text(name, request.name);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API ReportIScsiInitiatorListA(PULONG buffer_size, PCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Ansi, lunsim::initiator::ListInitiators>(buffer_size,
                                                                                       buffer);
}

ISDSC_STATUS ISDSC_API ReportIScsiInitiatorListW(PULONG buffer_size, PWCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Wide, lunsim::initiator::ListInitiators>(buffer_size,
                                                                                       buffer);
}

ISDSC_STATUS ISDSC_API GetIScsiInitiatorNodeNameA(PCHAR initiator_node_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_node_name<lunsim::api::Ansi>(initiator_node_name);
}

ISDSC_STATUS ISDSC_API GetIScsiInitiatorNodeNameW(PWCHAR initiator_node_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_node_name<lunsim::api::Wide>(initiator_node_name);
}

ISDSC_STATUS ISDSC_API SetIScsiInitiatorNodeNameA(PCHAR initiator_node_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_node_name(initiator_node_name);
}

ISDSC_STATUS ISDSC_API SetIScsiInitiatorNodeNameW(PWCHAR initiator_node_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_node_name(initiator_node_name);
}

// Null and 0 take the secret away (SCS-R7).
ISDSC_STATUS ISDSC_API SetIScsiInitiatorCHAPSharedSecret(ULONG shared_secret_length,
                                                         PUCHAR shared_secret) {
  const lunsim::api::PoisonedLastError poison;
  if (shared_secret == nullptr && shared_secret_length != 0) return ERROR_INVALID_PARAMETER;
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    lunsim::initiator::SetChapSecret request;
    if (shared_secret != nullptr)
      lunsim::api::read_bytes(shared_secret, shared_secret_length, request.secret.emplace());
    return host.call(std::move(request)).code;
  });
}

ISDSC_STATUS ISDSC_API GetIScsiVersionInformation(PISCSI_VERSION_INFO version_info) {
  const lunsim::api::PoisonedLastError poison;
  if (version_info == nullptr) return ERROR_INVALID_PARAMETER;  // GVI-R3
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    const lunsim::initiator::Reply reply = host.call(lunsim::initiator::GetVersion{});
    const auto* version = std::get_if<lunsim::initiator::VersionInfo>(&reply.data);
    if (reply.code != ERROR_SUCCESS || version == nullptr) return reply.code;
    lunsim::api::store(version_info,
                       ISCSI_VERSION_INFO{version->major, version->minor, version->build});
    return ERROR_SUCCESS;
  });
}

}  // extern "C"
