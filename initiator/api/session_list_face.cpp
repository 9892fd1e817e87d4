// GetIScsiSessionList: sessions, then their connections, then the texts.
#include <algorithm>

#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::ConnectionInfo;
using initiator::SessionInfo;
using Sessions = std::vector<SessionInfo>;

// CID and TSIH are two raw bytes each; here in the order of the wire.
void put_u16(UCHAR (&to)[2], std::uint16_t value) {
  to[0] = static_cast<UCHAR>(value >> 8);
  to[1] = static_cast<UCHAR>(value);
}

template <class E>
void put_connection(OutputImage& image, std::size_t offset, const ConnectionInfo& connection) {
  auto* initiator_address = image.append_text(make_text<E>(connection.initiator_address));
  auto* target_address = image.append_text(make_text<E>(connection.target_address));
  image.put<typename E::ConnectionInfo>(offset, [&](auto& out) {
    out.ConnectionId = unique_id(connection.id);
    out.InitiatorAddress = initiator_address;
    out.TargetAddress = target_address;
    out.InitiatorSocket = connection.initiator_port;
    out.TargetSocket = connection.target_port;
    put_u16(out.CID, connection.cid);
  });
}

template <class E>
void put_session(OutputImage& image, std::size_t offset, std::size_t connections,
                 const SessionInfo& session) {
  auto* initiator_name = image.append_text(make_text<E>(session.initiator_name));
  auto* target_node_name = image.append_text(make_text<E>(session.target_name));
  auto* target_name = image.append_text(make_text<E>(session.target_name));
  image.put<typename E::SessionInfo>(offset, [&](auto& out) {
    out.SessionId = unique_id(session.id);
    out.InitiatorName = initiator_name;
    out.TargetNodeName = target_node_name;
    out.TargetName = target_name;
    std::copy(session.isid.begin(), session.isid.end(), out.ISID);
    put_u16(out.TSID, session.tsih);
    out.ConnectionCount = static_cast<ULONG>(session.connections.size());
    // A session on its way back has none: no pointer to follow (GISL-R16, R22).
    if (!session.connections.empty())
      out.Connections = image.address_of<typename E::ConnectionInfo>(connections);
  });
}

template <class E>
OutputImage image_of(const Sessions& sessions, void* base) {
  OutputImage image(base);
  const std::size_t first = image.reserve<typename E::SessionInfo>(sessions.size());
  std::vector<std::size_t> connections;
  for (const SessionInfo& session : sessions)
    connections.push_back(image.reserve<typename E::ConnectionInfo>(session.connections.size()));
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    put_session<E>(image, first + i * sizeof(typename E::SessionInfo), connections[i], sessions[i]);
    for (std::size_t c = 0; c < sessions[i].connections.size(); ++c)
      put_connection<E>(image, connections[i] + c * sizeof(typename E::ConnectionInfo),
                        sessions[i].connections[c]);
  }
  return image;
}

template <class E>
ISDSC_STATUS list_sessions(ULONG* buffer_size, ULONG* count, typename E::SessionInfo* buffer) {
  if (buffer_size == nullptr || count == nullptr) return ERROR_INVALID_PARAMETER;  // GISL-R13
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListSessions{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto* sessions = std::get_if<Sessions>(&reply.data);
    const OutputImage image = image_of<E>(sessions != nullptr ? *sessions : Sessions{}, buffer);
    return deliver_list({buffer_size, count, buffer}, image.bytes(),
                        static_cast<ULONG>(sessions != nullptr ? sessions->size() : 0),
                        host.profile().empty_list_probe_insufficient,
                        sizeof(typename E::SessionInfo));
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API GetIScsiSessionListA(PULONG buffer_size, PULONG session_count,
                                            PISCSI_SESSION_INFOA session_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_sessions<lunsim::api::Ansi>(buffer_size, session_count, session_info);
}

ISDSC_STATUS ISDSC_API GetIScsiSessionListW(PULONG buffer_size, PULONG session_count,
                                            PISCSI_SESSION_INFOW session_info) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_sessions<lunsim::api::Wide>(buffer_size, session_count, session_info);
}

}  // extern "C"
