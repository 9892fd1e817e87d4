// AddIScsiSendTargetPortal.
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"

namespace lunsim::api {
namespace {

template <class E>
ISDSC_STATUS add_portal(const typename E::Char* instance, ULONG port,
                        const ISCSI_LOGIN_OPTIONS* options, ISCSI_SECURITY_FLAGS security_flags,
                        const typename E::TargetPortal* portal) {
  if (portal == nullptr) return ERROR_INVALID_PARAMETER;  // ASTP-R10
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::AddSendTargetPortal request;
    request.initiator_port = port;
    request.security_flags = security_flags;
    ISDSC_STATUS code = read_optional_text(instance, request.initiator_instance);
    if (code == ERROR_SUCCESS) code = read_login_options(options, request.options);
    if (code == ERROR_SUCCESS) code = read_portal(portal, request.portal);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API AddIScsiSendTargetPortalA(PCHAR initiator_instance, ULONG initiator_port,
                                                 PISCSI_LOGIN_OPTIONS options,
                                                 ISCSI_SECURITY_FLAGS security_flags,
                                                 PISCSI_TARGET_PORTALA portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_portal<lunsim::api::Ansi>(initiator_instance, initiator_port, options,
                                                    security_flags, portal);
}

ISDSC_STATUS ISDSC_API AddIScsiSendTargetPortalW(PWCHAR initiator_instance, ULONG initiator_port,
                                                 PISCSI_LOGIN_OPTIONS options,
                                                 ISCSI_SECURITY_FLAGS security_flags,
                                                 PISCSI_TARGET_PORTALW portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_portal<lunsim::api::Wide>(initiator_instance, initiator_port, options,
                                                    security_flags, portal);
}

}  // extern "C"
