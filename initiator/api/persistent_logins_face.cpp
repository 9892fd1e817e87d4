// ReportIScsiPersistentLogins: logins with a constant stride, then their mappings and user names
// (LPL-R7, R8). RemoveIScsiPersistentTarget.
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::LoginTarget;

template <class E>
typename E::TargetMapping* put_mapping_of(OutputImage& image, const LoginTarget& login, bool raw) {
  if (!login.mapping) return nullptr;
  const std::size_t at = image.reserve<typename E::TargetMapping>(1);
  const std::size_t luns = image.reserve<SCSI_LUN_LIST>(login.mapping->luns.size());
  put_luns(image, luns, *login.mapping, raw);
  put_mapping<E>(image, at, luns, *login.mapping);
  return image.address_of<typename E::TargetMapping>(at);
}

template <class E>
OutputImage image_of(const std::vector<LoginTarget>& logins, void* base, bool raw) {
  using Info = typename E::PersistentLoginInfo;
  OutputImage image(base);
  const std::size_t first = image.reserve<Info>(logins.size());
  std::vector<typename E::TargetMapping*> mappings;
  for (const LoginTarget& login : logins) mappings.push_back(put_mapping_of<E>(image, login, raw));
  for (std::size_t i = 0; i < logins.size(); ++i) {
    const LoginTarget& login = logins[i];
    const initiator::LoginOptions options = login.options.value_or(initiator::LoginOptions{});
    unsigned char* user_name = image.append_bytes(options.username.value_or(std::string()));
    image.put<Info>(first + i * sizeof(Info), [&](Info& out) {
      fill_text(out.TargetName, make_text<E>(login.target_name));
      out.IsInformationalSession = login.informational ? 1 : 0;
      fill_text(out.InitiatorInstance,
                make_text<E>(login.initiator_instance.value_or(std::string())));
      out.InitiatorPortNumber = login.initiator_port;
      if (login.portal) fill_portal<E>(out.TargetPortal, *login.portal);
      out.SecurityFlags = login.security_flags;
      out.Mappings = mappings[i];
      fill_login_options(out.LoginOptions, options, user_name);
    });
  }
  return image;
}

template <class E>
ISDSC_STATUS list_logins(ULONG* count, typename E::PersistentLoginInfo* buffer,
                         ULONG* buffer_size) {
  if (count == nullptr || buffer_size == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListPersistentLogins{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto logins = list_of<LoginTarget>(reply);
    const OutputImage image = image_of<E>(logins, buffer, host.profile().raw_lun_numbers);
    return deliver_list({buffer_size, count, buffer}, image.bytes(),
                        static_cast<ULONG>(logins.size()), false,
                        sizeof(typename E::PersistentLoginInfo));
  });
}

template <class E>
ISDSC_STATUS remove_login(const typename E::Char* instance, ULONG port,
                          const typename E::Char* target_name,
                          const typename E::TargetPortal* portal) {
  if (target_name == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::RemovePersistentTarget request;
    request.initiator_port = port;
    ISDSC_STATUS code = read_optional_text(instance, request.initiator_instance);
    if (code == ERROR_SUCCESS) code = read_required_text(target_name, request.target_name);
    if (code == ERROR_SUCCESS && portal != nullptr)
      code = read_portal(portal, request.portal.emplace());
    return code != ERROR_SUCCESS ? code : host.call(std::move(request)).code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API ReportIScsiPersistentLoginsA(
    PULONG count, PPERSISTENT_ISCSI_LOGIN_INFOA persistent_login_info, PULONG buffer_size) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_logins<lunsim::api::Ansi>(count, persistent_login_info, buffer_size);
}

ISDSC_STATUS ISDSC_API ReportIScsiPersistentLoginsW(
    PULONG count, PPERSISTENT_ISCSI_LOGIN_INFOW persistent_login_info, PULONG buffer_size) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_logins<lunsim::api::Wide>(count, persistent_login_info, buffer_size);
}

ISDSC_STATUS ISDSC_API RemoveIScsiPersistentTargetA(PCHAR initiator_instance, ULONG initiator_port,
                                                    PCHAR target_name,
                                                    PISCSI_TARGET_PORTALA portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::remove_login<lunsim::api::Ansi>(initiator_instance, initiator_port,
                                                      target_name, portal);
}

ISDSC_STATUS ISDSC_API RemoveIScsiPersistentTargetW(PWCHAR initiator_instance, ULONG initiator_port,
                                                    PWCHAR target_name,
                                                    PISCSI_TARGET_PORTALW portal) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::remove_login<lunsim::api::Wide>(initiator_instance, initiator_port,
                                                      target_name, portal);
}

}  // extern "C"
