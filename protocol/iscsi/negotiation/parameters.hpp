// What a login settles: the operational parameters of a session and of one connection, with RFC
// 7143's defaults. "ours"/"peers": a declared value binds whoever sends to the declarer. RFC 7143
// §13
#pragma once

#include <cstdint>
#include <string>

namespace lunsim::negotiation {

enum class Digest : std::uint8_t { none, crc32c };

/// How the ends of tasks are told; each has what stands before it. §13.23
enum class TaskReporting : std::uint8_t { rfc3720, response_fence, fast_abort };

struct ConnectionParameters {
  Digest header_digest = Digest::none;                     // §13.1
  Digest data_digest = Digest::none;                       // §13.1
  std::uint32_t our_max_recv_data_segment_bytes = 8192;    // §13.12, declared by us
  std::uint32_t peers_max_recv_data_segment_bytes = 8192;  // §13.12, declared by the peer
  friend bool operator==(const ConnectionParameters&, const ConnectionParameters&) = default;
};

struct SessionParameters {
  std::uint16_t max_connections = 1;       // §13.2  min
  bool initial_r2t = true;                 // §13.10 or
  bool immediate_data = true;              // §13.11 and
  std::uint32_t max_burst_bytes = 262144;  // §13.13 min
  std::uint32_t first_burst_bytes =
      65536;  // §13.14 min; irrelevant when InitialR2T=Yes and ImmediateData=No
  std::uint16_t default_time2wait_s = 2;     // §13.15 max
  std::uint16_t default_time2retain_s = 20;  // §13.16 min
  std::uint16_t max_outstanding_r2t = 1;     // §13.17 min
  bool data_pdu_in_order = true;             // §13.18 or
  bool data_sequence_in_order = true;        // §13.19 or
  std::uint8_t error_recovery_level = 0;     // §13.20 min
  std::uint8_t iscsi_protocol_level = 1;     // RFC 7144 §7.1.1 min of 0..31
  TaskReporting task_reporting =
      TaskReporting::rfc3720;  // §13.23 first of the peer's list; as a wish, the most that is taken
  friend bool operator==(const SessionParameters&, const SessionParameters&) = default;
};

/// What one side would like and the bounds that it accepts. An initiator offers all of these
/// values; a target answers with them through each key's function, and offers by itself only what
/// silence would leave at a default that these wishes do not admit.
struct Wishes {
  SessionParameters session;
  std::uint32_t our_max_recv_data_segment_bytes = 262144;
  bool header_digest_none = true, header_digest_crc32c = false;  // acceptable values...
  bool data_digest_none = true, data_digest_crc32c = false;
  bool prefer_digests = false;  // ...and which is listed first
  bool offer_protocol_level = false;
};

}  // namespace lunsim::negotiation
