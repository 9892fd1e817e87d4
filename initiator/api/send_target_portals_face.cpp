// Discovery portals: removed, refreshed, and listed in two forms. A portal goes by its address and
// port; its symbolic name is not looked at (RSTP-R6, RMTP-R5).
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::AddSendTargetPortal;

template <class E, class Request>
ISDSC_STATUS ask_portal(const typename E::Char* instance, ULONG port,
                        const typename E::TargetPortal* portal) {
  if (portal == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    Request request;
    request.initiator_port = port;
    ISDSC_STATUS code = read_optional_text(instance, request.initiator_instance);
    if (code == ERROR_SUCCESS) code = read_portal(portal, request.portal);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

template <class E, class Structure>
void fill_info(Structure& out, const AddSendTargetPortal& portal) {
  fill_text(out.InitiatorName, make_text<E>(portal.initiator_instance.value_or(std::string())));
  out.InitiatorPortNumber = portal.initiator_port;
  fill_portal<E>(out, portal.portal);
}

template <class E>
ISDSC_STATUS list_portals(ULONG* count, typename E::PortalInfo* buffer) {
  if (count == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListSendTargetPortals{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    return deliver_elements(list_of<AddSendTargetPortal>(reply), count, buffer,
                            [](auto& out, const auto& portal) { fill_info<E>(out, portal); });
  });
}

// Portals with a constant stride, then the user names.
template <class E>
OutputImage image_of(const std::vector<AddSendTargetPortal>& portals, void* base) {
  OutputImage image(base);
  const std::size_t first = image.reserve<typename E::PortalInfoEx>(portals.size());
  for (std::size_t i = 0; i < portals.size(); ++i) {
    const initiator::LoginOptions options = portals[i].options.value_or(initiator::LoginOptions{});
    unsigned char* user_name = image.append_bytes(options.username.value_or(std::string()));
    image.put<typename E::PortalInfoEx>(first + i * sizeof(typename E::PortalInfoEx),
                                        [&](auto& out) {
                                          fill_info<E>(out, portals[i]);
                                          out.SecurityFlags = portals[i].security_flags;
                                          fill_login_options(out.LoginOptions, options, user_name);
                                        });
  }
  return image;
}

template <class E>
ISDSC_STATUS list_portals_ex(ULONG* count, ULONG* buffer_size, typename E::PortalInfoEx* buffer) {
  if (count == nullptr || buffer_size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListSendTargetPortals{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto portals = list_of<AddSendTargetPortal>(reply);
    const OutputImage image = image_of<E>(portals, buffer);
    return deliver_list({buffer_size, count, buffer}, image.bytes(),
                        static_cast<ULONG>(portals.size()), false,
                        sizeof(typename E::PortalInfoEx));
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API RemoveIScsiSendTargetPortalA(PCHAR initiator_instance, ULONG initiator_port,
                                                    PISCSI_TARGET_PORTALA portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::ask_portal<lunsim::api::Ansi, lunsim::initiator::RemoveSendTargetPortal>(
      initiator_instance, initiator_port, portal);
}

ISDSC_STATUS ISDSC_API RemoveIScsiSendTargetPortalW(PWCHAR initiator_instance, ULONG initiator_port,
                                                    PISCSI_TARGET_PORTALW portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::ask_portal<lunsim::api::Wide, lunsim::initiator::RemoveSendTargetPortal>(
      initiator_instance, initiator_port, portal);
}

ISDSC_STATUS ISDSC_API RefreshIScsiSendTargetPortalA(PCHAR initiator_instance, ULONG initiator_port,
                                                     PISCSI_TARGET_PORTALA portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::ask_portal<lunsim::api::Ansi, lunsim::initiator::RefreshSendTargetPortal>(
      initiator_instance, initiator_port, portal);
}

ISDSC_STATUS ISDSC_API RefreshIScsiSendTargetPortalW(PWCHAR initiator_instance,
                                                     ULONG initiator_port,
                                                     PISCSI_TARGET_PORTALW portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::ask_portal<lunsim::api::Wide, lunsim::initiator::RefreshSendTargetPortal>(
      initiator_instance, initiator_port, portal);
}

ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsA(PULONG portal_count,
                                                     PISCSI_TARGET_PORTAL_INFOA portal_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals<lunsim::api::Ansi>(portal_count, portal_info);
}

ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsW(PULONG portal_count,
                                                     PISCSI_TARGET_PORTAL_INFOW portal_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals<lunsim::api::Wide>(portal_count, portal_info);
}

ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsExA(PULONG portal_count, PULONG portal_info_size,
                                                       PISCSI_TARGET_PORTAL_INFO_EXA portal_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals_ex<lunsim::api::Ansi>(portal_count, portal_info_size,
                                                         portal_info);
}

ISDSC_STATUS ISDSC_API ReportIScsiSendTargetPortalsExW(PULONG portal_count, PULONG portal_info_size,
                                                       PISCSI_TARGET_PORTAL_INFO_EXW portal_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals_ex<lunsim::api::Wide>(portal_count, portal_info_size,
                                                         portal_info);
}

}  // extern "C"
