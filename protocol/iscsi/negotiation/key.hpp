// The text keys that this house knows, one enumerator each. Not their rules (key_registry.hpp) and
// not their values (parameters.hpp). RFC 7143 §12, §13; RFC 7144 §7.1.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lunsim::negotiation {

enum class Key : std::uint8_t {
  header_digest,
  data_digest,
  max_connections,
  send_targets,
  target_name,
  initiator_name,
  target_alias,
  initiator_alias,
  target_address,
  target_portal_group_tag,
  initial_r2t,
  immediate_data,
  max_recv_data_segment_length,
  max_burst_length,
  first_burst_length,
  default_time2wait,
  default_time2retain,
  max_outstanding_r2t,
  data_pdu_in_order,
  data_sequence_in_order,
  error_recovery_level,
  session_type,
  task_reporting,
  iscsi_protocol_level,
  node_architecture,
  of_marker,
  if_marker,
  of_mark_int,
  if_mark_int,
  auth_method,
  chap_a,
  chap_i,
  chap_c,
  chap_n,
  chap_r,
  krb_ap_req,
  krb_ap_rep,
  srp_u,
  target_auth,
  srp_group,
  srp_s,
  srp_a,
  srp_b,
  srp_m,
  srp_hm,
};
inline constexpr std::size_t kKeyCount = 45;

/// The spelling on the wire: "MaxBurstLength".
std::string_view name_of(Key key);

}  // namespace lunsim::negotiation
