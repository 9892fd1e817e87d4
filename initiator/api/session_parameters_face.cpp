// GetIScsiSessionListEx: sessions, then their connections, by the size rules of GetIScsiSessionList
// (GISLX-R1).
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

using initiator::SessionParameters;

void put_connections(OutputImage& image, std::size_t offset, const SessionParameters& session) {
  for (const initiator::ConnectionParameters& connection : session.connections) {
    image.put<ISCSI_CONNECTION_INFO_EX>(offset, [&](ISCSI_CONNECTION_INFO_EX& out) {
      out.ConnectionId = unique_id(connection.id);
      out.State = connection.state;
      out.Protocol = connection.protocol;
      out.HeaderDigest = connection.header_digest;
      out.DataDigest = connection.data_digest;
      out.MaxRecvDataSegmentLength = connection.max_recv_data_segment_length;
      out.AuthType = static_cast<ISCSI_AUTH_TYPES>(connection.auth_type);
    });
    offset += sizeof(ISCSI_CONNECTION_INFO_EX);
  }
}

void put_session(OutputImage& image, std::size_t offset, std::size_t connections,
                 const SessionParameters& session) {
  image.put<ISCSI_SESSION_INFO_EX>(offset, [&](ISCSI_SESSION_INFO_EX& out) {
    out.SessionId = unique_id(session.id);
    out.InitialR2t = session.initial_r2t ? 1 : 0;
    out.ImmediateData = session.immediate_data ? 1 : 0;
    out.Type = session.type;
    out.DataSequenceInOrder = session.data_sequence_in_order ? 1 : 0;
    out.DataPduInOrder = session.data_pdu_in_order ? 1 : 0;
    out.ErrorRecoveryLevel = session.error_recovery_level;
    out.MaxOutstandingR2t = session.max_outstanding_r2t;
    out.FirstBurstLength = session.first_burst_length;
    out.MaxBurstLength = session.max_burst_length;
    out.MaximumConnections = session.maximum_connections;
    out.ConnectionCount = static_cast<ULONG>(session.connections.size());
    if (!session.connections.empty())
      out.Connections = image.address_of<ISCSI_CONNECTION_INFO_EX>(connections);
  });
}

OutputImage image_of(const std::vector<SessionParameters>& sessions, void* base) {
  OutputImage image(base);
  const std::size_t first = image.reserve<ISCSI_SESSION_INFO_EX>(sessions.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const std::size_t connections =
        image.reserve<ISCSI_CONNECTION_INFO_EX>(sessions[i].connections.size());
    put_connections(image, connections, sessions[i]);
    put_session(image, first + i * sizeof(ISCSI_SESSION_INFO_EX), connections, sessions[i]);
  }
  return image;
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API GetIScsiSessionListEx(PULONG buffer_size, PULONG session_count,
                                             PISCSI_SESSION_INFO_EX session_info) {
  const lunsim::api::PoisonedLastError poison;
  using namespace lunsim;
  if (buffer_size == nullptr || session_count == nullptr) return ERROR_INVALID_PARAMETER;
  return api::with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListSessionsWithParameters{});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    const auto sessions = api::list_of<initiator::SessionParameters>(reply);
    const api::OutputImage image = api::image_of(sessions, session_info);
    return api::deliver_list({buffer_size, session_count, session_info}, image.bytes(),
                             static_cast<ULONG>(sessions.size()),
                             host.profile().empty_list_probe_insufficient,
                             sizeof(ISCSI_SESSION_INFO_EX));
  });
}

}  // extern "C"
