// IPsec settings: preshared keys by IKE id, the group key, tunnel addresses.
#include <cstddef>

#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"

namespace lunsim::api {
namespace {

/// Of a method that is not known only the method is read: what stands behind it is nothing of ours.
ISDSC_STATUS read_ike(const IKE_AUTHENTICATION_INFORMATION* from,
                      initiator::IkeAuthentication& into) {
  using Info = IKE_AUTHENTICATION_INFORMATION;
  into.method = load_at<ULONG>(from, offsetof(Info, AuthMethod));
  if (into.method != IKE_AUTHENTICATION_PRESHARED_KEY_METHOD) return ERROR_SUCCESS;
  const auto key = load_at<IKE_AUTHENTICATION_PRESHARED_KEY>(from, offsetof(Info, PsKey));
  into.security_flags = key.SecurityFlags;
  into.id_type = key.IdType;
  const ISDSC_STATUS code = read_bytes(key.Id, key.IdLengthInBytes, into.id);
  return code != ERROR_SUCCESS ? code : read_bytes(key.Key, key.KeyLengthInBytes, into.key);
}

template <class Char>
ISDSC_STATUS set_ike(const Char* name, ULONG port, const IKE_AUTHENTICATION_INFORMATION* info,
                     BOOLEAN persist) {
  if (info == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::SetIkeInfo request;
    request.initiator_port = port;
    request.persist = persist != 0;
    ISDSC_STATUS code = read_optional_text(name, request.initiator_name);
    if (code == ERROR_SUCCESS) code = read_ike(info, request.authentication);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

/// The id that the caller wrote selects; the flags come back, and no key (GIKE-R3).
template <class Char>
ISDSC_STATUS get_ike(const Char* name, ULONG port, IKE_AUTHENTICATION_INFORMATION* info) {
  if (info == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::GetIkeInfo request;
    request.initiator_port = port;
    ISDSC_STATUS code = read_optional_text(name, request.initiator_name);
    if (code == ERROR_SUCCESS) code = read_ike(info, request.selector);
    if (code != ERROR_SUCCESS) return code;
    const initiator::Reply reply = host.call(std::move(request));
    const auto* told = std::get_if<initiator::IkeAuthentication>(&reply.data);
    if (reply.code != ERROR_SUCCESS || told == nullptr) return reply.code;
    auto filled = load(info);
    filled.PsKey.SecurityFlags = told->security_flags;
    filled.PsKey.KeyLengthInBytes = 0;
    store(info, filled);
    return ERROR_SUCCESS;
  });
}

template <class Char>
ISDSC_STATUS set_tunnel(const Char* name, ULONG port, const Char* destination, const Char* outer,
                        BOOLEAN persist) {
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::SetTunnelOuterAddress request;
    request.initiator_port = port;
    request.persist = persist != 0;
    ISDSC_STATUS code = read_optional_text(name, request.initiator_name);
    if (code == ERROR_SUCCESS) code = read_optional_text(destination, request.destination_address);
    if (code == ERROR_SUCCESS) code = read_optional_text(outer, request.outer_address);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API GetIScsiIKEInfoA(PCHAR initiator_name, ULONG initiator_port, PULONG,
                                        PIKE_AUTHENTICATION_INFORMATION auth_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_ike(initiator_name, initiator_port, auth_info);
}

ISDSC_STATUS ISDSC_API GetIScsiIKEInfoW(PWCHAR initiator_name, ULONG initiator_port, PULONG,
                                        PIKE_AUTHENTICATION_INFORMATION auth_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::get_ike(initiator_name, initiator_port, auth_info);
}

ISDSC_STATUS ISDSC_API SetIScsiIKEInfoA(PCHAR initiator_name, ULONG initiator_port,
                                        PIKE_AUTHENTICATION_INFORMATION auth_info,
                                        BOOLEAN persist) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_ike(initiator_name, initiator_port, auth_info, persist);
}

ISDSC_STATUS ISDSC_API SetIScsiIKEInfoW(PWCHAR initiator_name, ULONG initiator_port,
                                        PIKE_AUTHENTICATION_INFORMATION auth_info,
                                        BOOLEAN persist) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_ike(initiator_name, initiator_port, auth_info, persist);
}

// Null and 0 take the key away (SGK-R4).
ISDSC_STATUS ISDSC_API SetIScsiGroupPresharedKey(ULONG key_length, PUCHAR key, BOOLEAN persist) {
  const lunsim::api::PoisonedLastError poison;
  if (key == nullptr && key_length != 0) return ERROR_INVALID_PARAMETER;
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    lunsim::initiator::SetGroupPresharedKey request;
    request.persist = persist != 0;
    if (key != nullptr) lunsim::api::read_bytes(key, key_length, request.key.emplace());
    return host.call(std::move(request)).code;
  });
}

ISDSC_STATUS ISDSC_API SetIScsiTunnelModeOuterAddressA(PCHAR initiator_name, ULONG initiator_port,
                                                       PCHAR destination_address,
                                                       PCHAR outer_mode_address, BOOLEAN persist) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_tunnel(initiator_name, initiator_port, destination_address,
                                 outer_mode_address, persist);
}

ISDSC_STATUS ISDSC_API SetIScsiTunnelModeOuterAddressW(PWCHAR initiator_name, ULONG initiator_port,
                                                       PWCHAR destination_address,
                                                       PWCHAR outer_mode_address, BOOLEAN persist) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::set_tunnel(initiator_name, initiator_port, destination_address,
                                 outer_mode_address, persist);
}

}  // extern "C"
