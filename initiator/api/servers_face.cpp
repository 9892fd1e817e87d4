// iSNS and RADIUS servers.
#include "initiator/api/last_error.hpp"
#include "initiator/api/text_calls.hpp"

namespace lunsim::api {
namespace {

/// Null: all of them (RFISNS-R5).
template <class Char>
ISDSC_STATUS refresh(const Char* address) {
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::RefreshIsnsServer request;
    const ISDSC_STATUS code = read_optional_text(address, request.address);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API AddISNSServerA(PCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::AddIsnsServer::address);
}

ISDSC_STATUS ISDSC_API AddISNSServerW(PWCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::AddIsnsServer::address);
}

ISDSC_STATUS ISDSC_API RemoveISNSServerA(PCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::RemoveIsnsServer::address);
}

ISDSC_STATUS ISDSC_API RemoveISNSServerW(PWCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::RemoveIsnsServer::address);
}

ISDSC_STATUS ISDSC_API RefreshISNSServerA(PCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::refresh(address);
}

ISDSC_STATUS ISDSC_API RefreshISNSServerW(PWCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::refresh(address);
}

ISDSC_STATUS ISDSC_API ReportISNSServerListA(PULONG buffer_size, PCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Ansi, lunsim::initiator::ListIsnsServers>(buffer_size,
                                                                                        buffer);
}

ISDSC_STATUS ISDSC_API ReportISNSServerListW(PULONG buffer_size, PWCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Wide, lunsim::initiator::ListIsnsServers>(buffer_size,
                                                                                        buffer);
}

ISDSC_STATUS ISDSC_API AddRadiusServerA(PCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::AddRadiusAddress::address);
}

ISDSC_STATUS ISDSC_API AddRadiusServerW(PWCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::AddRadiusAddress::address);
}

ISDSC_STATUS ISDSC_API RemoveRadiusServerA(PCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::RemoveRadiusAddress::address);
}

ISDSC_STATUS ISDSC_API RemoveRadiusServerW(PWCHAR address) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(address, &lunsim::initiator::RemoveRadiusAddress::address);
}

ISDSC_STATUS ISDSC_API ReportRadiusServerListA(PULONG buffer_size, PCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Ansi, lunsim::initiator::ListRadiusAddresses>(
      buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API ReportRadiusServerListW(PULONG buffer_size, PWCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Wide, lunsim::initiator::ListRadiusAddresses>(
      buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API SetIScsiInitiatorRADIUSSharedSecret(ULONG shared_secret_length,
                                                           PUCHAR shared_secret) {
  const lunsim::api::PoisonedLastError poison;
  if (shared_secret == nullptr && shared_secret_length != 0) return ERROR_INVALID_PARAMETER;
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    lunsim::initiator::SetRadiusSecret request;
    lunsim::api::read_bytes(shared_secret, shared_secret_length, request.secret);
    return host.call(std::move(request)).code;
  });
}

}  // extern "C"
