// AddIScsiConnection and RemoveIScsiConnection. What a caller passes in Reserved is not looked at:
// known programs pass a name (AIC-R4). The IPsec key is accepted and not used.
#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"

namespace lunsim::api {
namespace {

template <class E>
ISDSC_STATUS add_connection(const ISCSI_UNIQUE_SESSION_ID* session, ULONG port,
                            const typename E::TargetPortal* portal,
                            ISCSI_SECURITY_FLAGS security_flags, const ISCSI_LOGIN_OPTIONS* options,
                            ULONG key_size, const CHAR* key,
                            ISCSI_UNIQUE_CONNECTION_ID* connection) {
  if (session == nullptr || (key == nullptr && key_size != 0)) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    initiator::AddConnection request;
    request.session = read_id(session);
    request.initiator_port = port;
    request.security_flags = security_flags;
    ISDSC_STATUS code = ERROR_SUCCESS;
    if (portal != nullptr) code = read_portal(portal, request.portal.emplace());
    if (code == ERROR_SUCCESS) code = read_login_options(options, request.options);
    if (code != ERROR_SUCCESS) return code;
    const initiator::Reply reply = host.call(std::move(request));
    const auto* ids = std::get_if<initiator::LoginReply>(&reply.data);
    if (reply.code == ERROR_SUCCESS && ids != nullptr && connection != nullptr)
      store(connection, ISCSI_UNIQUE_CONNECTION_ID{ids->connection.adapter_unique,
                                                   ids->connection.adapter_specific});
    return reply.code;
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API AddIScsiConnectionA(PISCSI_UNIQUE_SESSION_ID session, PVOID,
                                           ULONG initiator_port, PISCSI_TARGET_PORTALA portal,
                                           ISCSI_SECURITY_FLAGS security_flags,
                                           PISCSI_LOGIN_OPTIONS options, ULONG key_size, PCHAR key,
                                           PISCSI_UNIQUE_CONNECTION_ID connection) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_connection<lunsim::api::Ansi>(
      session, initiator_port, portal, security_flags, options, key_size, key, connection);
}

ISDSC_STATUS ISDSC_API AddIScsiConnectionW(PISCSI_UNIQUE_SESSION_ID session, PVOID,
                                           ULONG initiator_port, PISCSI_TARGET_PORTALW portal,
                                           ISCSI_SECURITY_FLAGS security_flags,
                                           PISCSI_LOGIN_OPTIONS options, ULONG key_size, PCHAR key,
                                           PISCSI_UNIQUE_CONNECTION_ID connection) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::add_connection<lunsim::api::Wide>(
      session, initiator_port, portal, security_flags, options, key_size, key, connection);
}

ISDSC_STATUS ISDSC_API RemoveIScsiConnection(PISCSI_UNIQUE_SESSION_ID session,
                                             PISCSI_UNIQUE_CONNECTION_ID connection) {
  const lunsim::api::PoisonedLastError poison;
  if (session == nullptr || connection == nullptr) return ERROR_INVALID_PARAMETER;
  return lunsim::api::with_host([&](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    return host
        .call(lunsim::initiator::RemoveConnection{lunsim::api::read_id(session),
                                                  lunsim::api::read_id(connection)})
        .code;
  });
}

}  // extern "C"
