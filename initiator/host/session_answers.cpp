// GetIScsiSessionListEx: what the logins of sessions settled.
#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::uint8_t kLoggedIn = 5;  // RFC 7143 §8.1.1 S8 LOGGED_IN, as the fifth of its states

ConnectionParameters describe(const UniqueId& id, KeptSession& kept,
                              const std::optional<LoginOptions>& options) {
  const negotiation::ConnectionParameters& settled = kept.engine().login().connection_parameters();
  ConnectionParameters told;
  told.id = id;
  told.state = kLoggedIn;
  told.header_digest = settled.header_digest == negotiation::Digest::crc32c ? 1 : 0;
  told.data_digest = settled.data_digest == negotiation::Digest::crc32c ? 1 : 0;
  told.max_recv_data_segment_length = settled.peers_max_recv_data_segment_bytes;
  told.auth_type = options ? options->auth_type.value_or(0) : 0;
  return told;
}

SessionParameters describe(const SessionRecord& record) {
  SessionParameters told;
  told.id = record.id;
  told.type = record.informational ? 1 : 0;
  // While it is away nothing holds: what comes back settles it anew.
  if (record.kept->state() != KeptSession::State::up) return told;
  const negotiation::SessionParameters& settled =
      record.kept->engine().login().session_parameters();
  told.initial_r2t = settled.initial_r2t;
  told.immediate_data = settled.immediate_data;
  told.data_sequence_in_order = settled.data_sequence_in_order;
  told.data_pdu_in_order = settled.data_pdu_in_order;
  told.error_recovery_level = settled.error_recovery_level;
  told.max_outstanding_r2t = settled.max_outstanding_r2t;
  told.first_burst_length = settled.first_burst_bytes;
  told.max_burst_length = settled.max_burst_bytes;
  told.maximum_connections = settled.max_connections;
  told.connections.push_back(describe(record.connection_id, *record.kept, record.options));
  for (const auto& joined : record.joined) {
    if (joined->is_listed && joined->kept->state() == KeptSession::State::up)
      told.connections.push_back(describe(joined->id, *joined->kept, record.options));
  }
  return told;
}

}  // namespace

Reply answer(HostState& host, const ListSessionsWithParameters&) {
  std::vector<SessionParameters> sessions;
  for (const auto& [id, record] : host.sessions().all()) {
    if (record->is_listed) sessions.push_back(describe(*record));
  }
  return Reply{status_code::kSuccess, std::move(sessions)};
}

}  // namespace lunsim::initiator
