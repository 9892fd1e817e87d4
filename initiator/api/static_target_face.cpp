// AddIScsiStaticTarget, RemoveIScsiStaticTarget and ReportIScsiTargetPortals.
#include <cstddef>

#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

constexpr ULONG kPortalsMax = 4096;

/// A group of no portals is a group all the same (AST-R9).
template <class E>
ISDSC_STATUS read_group(const typename E::PortalGroup* from,
                        std::optional<std::vector<initiator::Portal>>& into) {
  if (from == nullptr) return ERROR_SUCCESS;
  using Group = typename E::PortalGroup;
  const auto count = load_at<ULONG>(from, offsetof(Group, Count));
  if (count > kPortalsMax) return ERROR_INVALID_PARAMETER;
  into.emplace();
  for (ULONG i = 0; i < count; ++i) {
    const auto portal = load_at<typename E::TargetPortal>(
        from, offsetof(Group, Portals) + i * sizeof(typename E::TargetPortal));
    const ISDSC_STATUS code = read_portal(&portal, into->emplace_back());
    if (code != ERROR_SUCCESS) return code;
  }
  return ERROR_SUCCESS;
}

template <class E>
ISDSC_STATUS add_target(const typename E::Char* name, const typename E::Char* alias,
                        ISCSI_TARGET_FLAGS flags, BOOLEAN persist,
                        const typename E::TargetMapping* mapping,
                        const ISCSI_LOGIN_OPTIONS* options, const typename E::PortalGroup* group) {
  if (name == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::AddStaticTarget request;
    request.target_flags = flags;
    request.persist = persist != 0;
    ISDSC_STATUS code = read_required_text(name, request.target_name);
    if (code == ERROR_SUCCESS) code = read_optional_text(alias, request.alias);
    if (code == ERROR_SUCCESS)
      code = read_mapping(mapping, host.profile().raw_lun_numbers, request.mapping);
    if (code == ERROR_SUCCESS) code = read_login_options(options, request.options);
    if (code == ERROR_SUCCESS) code = read_group<E>(group, request.portal_group);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

template <class Char>
ISDSC_STATUS remove_target(const Char* name) {
  if (name == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::RemoveStaticTarget request;
    const ISDSC_STATUS code = read_required_text(name, request.target_name);
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

template <class E>
ISDSC_STATUS list_portals(const typename E::Char* initiator_name,
                          const typename E::Char* target_name, const USHORT* tag, ULONG* count,
                          typename E::TargetPortal* buffer) {
  if (target_name == nullptr || count == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::ListTargetPortals request;
    if (tag != nullptr) request.portal_group_tag = load(tag);
    ISDSC_STATUS code = read_optional_text(initiator_name, request.initiator_name);
    if (code == ERROR_SUCCESS) code = read_required_text(target_name, request.target_name);
    if (code != ERROR_SUCCESS) return code;
    const initiator::Reply reply = host.call(std::move(request));
    if (reply.code != ERROR_SUCCESS) return reply.code;
    return deliver_elements(list_of<initiator::Portal>(reply), count, buffer,
                            [](auto& out, const auto& portal) { fill_portal<E>(out, portal); });
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API AddIScsiStaticTargetA(PCHAR target_name, PCHAR target_alias,
                                             ISCSI_TARGET_FLAGS target_flags, BOOLEAN persist,
                                             PISCSI_TARGET_MAPPINGA mappings,
                                             PISCSI_LOGIN_OPTIONS options,
                                             PISCSI_TARGET_PORTAL_GROUPA portal_group) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_target<lunsim::api::Ansi>(target_name, target_alias, target_flags,
                                                    persist, mappings, options, portal_group);
}

ISDSC_STATUS ISDSC_API AddIScsiStaticTargetW(PWCHAR target_name, PWCHAR target_alias,
                                             ISCSI_TARGET_FLAGS target_flags, BOOLEAN persist,
                                             PISCSI_TARGET_MAPPINGW mappings,
                                             PISCSI_LOGIN_OPTIONS options,
                                             PISCSI_TARGET_PORTAL_GROUPW portal_group) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_target<lunsim::api::Wide>(target_name, target_alias, target_flags,
                                                    persist, mappings, options, portal_group);
}

ISDSC_STATUS ISDSC_API RemoveIScsiStaticTargetA(PCHAR target_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::remove_target(target_name);
}

ISDSC_STATUS ISDSC_API RemoveIScsiStaticTargetW(PWCHAR target_name) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::remove_target(target_name);
}

ISDSC_STATUS ISDSC_API ReportIScsiTargetPortalsA(PCHAR initiator_name, PCHAR target_name,
                                                 PUSHORT target_portal_tag, PULONG element_count,
                                                 PISCSI_TARGET_PORTALA portals) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals<lunsim::api::Ansi>(initiator_name, target_name,
                                                      target_portal_tag, element_count, portals);
}

ISDSC_STATUS ISDSC_API ReportIScsiTargetPortalsW(PWCHAR initiator_name, PWCHAR target_name,
                                                 PUSHORT target_portal_tag, PULONG element_count,
                                                 PISCSI_TARGET_PORTALW portals) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_portals<lunsim::api::Wide>(initiator_name, target_name,
                                                      target_portal_tag, element_count, portals);
}

}  // extern "C"
