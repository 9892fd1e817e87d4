// LoginIScsiTarget and LogoutIScsiTarget. The IPsec key is accepted and not used: IPsec is not
// offered here.
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"

namespace lunsim::api {
namespace {

template <class E>
struct LoginArguments {
  const typename E::Char* target_name;
  BOOLEAN informational;
  const typename E::Char* initiator_instance;
  ULONG initiator_port;
  const typename E::TargetPortal* portal;
  ISCSI_SECURITY_FLAGS security_flags;
  const typename E::TargetMapping* mapping;
  const ISCSI_LOGIN_OPTIONS* options;
  ULONG key_size;
  const CHAR* key;
  BOOLEAN persistent;
  ISCSI_UNIQUE_SESSION_ID* session;
  ISCSI_UNIQUE_CONNECTION_ID* connection;
};

template <class E>
ISDSC_STATUS read_request(const LoginArguments<E>& from, bool lun_is_raw,
                          initiator::LoginTarget& into) {
  const std::optional<std::string> name = read_text(from.target_name);
  if (!name) return ERROR_NO_UNICODE_TRANSLATION;
  into.target_name = *name;
  into.informational = from.informational != 0;
  into.initiator_port = from.initiator_port;
  into.security_flags = from.security_flags;
  into.persistent = from.persistent != 0;
  ISDSC_STATUS code = read_optional_text(from.initiator_instance, into.initiator_instance);
  if (code == ERROR_SUCCESS && from.portal != nullptr)
    code = read_portal(from.portal, into.portal.emplace());
  if (code == ERROR_SUCCESS) code = read_mapping(from.mapping, lun_is_raw, into.mapping);
  if (code == ERROR_SUCCESS) code = read_login_options(from.options, into.options);
  return code;
}

void store_id(ISCSI_UNIQUE_SESSION_ID* to, const initiator::UniqueId& id) {
  if (to != nullptr) store(to, ISCSI_UNIQUE_SESSION_ID{id.adapter_unique, id.adapter_specific});
}

// The ids are required unless the login is only stored: then there is nothing to name (LIT-R1,
// R15).
template <class E>
ISDSC_STATUS log_in(const LoginArguments<E>& arguments) {
  const bool needs_ids = arguments.persistent == 0;
  if (arguments.target_name == nullptr ||
      (needs_ids && (arguments.session == nullptr || arguments.connection == nullptr)) ||
      (arguments.key == nullptr && arguments.key_size != 0))
    return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::LoginTarget request;
    const ISDSC_STATUS code = read_request(arguments, host.profile().raw_lun_numbers, request);
    if (code != ERROR_SUCCESS) return code;
    const initiator::Reply reply = host.call(std::move(request));
    if (reply.code != ERROR_SUCCESS) return reply.code;  // ids untouched (LIT-R12)
    const auto* ids = std::get_if<initiator::LoginReply>(&reply.data);
    store_id(arguments.session, ids != nullptr ? ids->session : initiator::UniqueId{});
    store_id(arguments.connection, ids != nullptr ? ids->connection : initiator::UniqueId{});
    return ERROR_SUCCESS;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API LoginIScsiTargetA(PCHAR target_name, BOOLEAN is_informational,
                                         PCHAR initiator_instance, ULONG initiator_port,
                                         PISCSI_TARGET_PORTALA portal,
                                         ISCSI_SECURITY_FLAGS security_flags,
                                         PISCSI_TARGET_MAPPINGA mappings,
                                         PISCSI_LOGIN_OPTIONS options, ULONG key_size, PCHAR key,
                                         BOOLEAN is_persistent, PISCSI_UNIQUE_SESSION_ID session,
                                         PISCSI_UNIQUE_CONNECTION_ID connection) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::log_in<lunsim::api::Ansi>(
      {target_name, is_informational, initiator_instance, initiator_port, portal, security_flags,
       mappings, options, key_size, key, is_persistent, session, connection});
}

ISDSC_STATUS ISDSC_API LoginIScsiTargetW(PWCHAR target_name, BOOLEAN is_informational,
                                         PWCHAR initiator_instance, ULONG initiator_port,
                                         PISCSI_TARGET_PORTALW portal,
                                         ISCSI_SECURITY_FLAGS security_flags,
                                         PISCSI_TARGET_MAPPINGW mappings,
                                         PISCSI_LOGIN_OPTIONS options, ULONG key_size, PCHAR key,
                                         BOOLEAN is_persistent, PISCSI_UNIQUE_SESSION_ID session,
                                         PISCSI_UNIQUE_CONNECTION_ID connection) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::log_in<lunsim::api::Wide>(
      {target_name, is_informational, initiator_instance, initiator_port, portal, security_flags,
       mappings, options, key_size, key, is_persistent, session, connection});
}

ISDSC_STATUS ISDSC_API LogoutIScsiTarget(PISCSI_UNIQUE_SESSION_ID session) {
  const lunsim::api::PoisonedLastError poison;
  if (session == nullptr) return ERROR_INVALID_PARAMETER;
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    return host.call(lunsim::initiator::LogoutTarget{lunsim::api::read_id(session)}).code;
  });
}

}  // extern "C"
