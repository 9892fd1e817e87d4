// One direction of one connection, cut into PDUs for an onlooker. Unlike pdu::Framer it never gives
// up a stream that can still be read: a digest that is wrong is noted, a kind that nobody knows is
// framed by its lengths. Keeps at most one partial PDU, of its data only the beginning.
// RFC 7143 §11.1, §11.2
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::scenarios {

enum class DigestState : std::uint8_t { absent, right, wrong };

/// What stood in a stream: a PDU, or bytes that are none.
struct StreamPart {
  bool is_pdu = true;
  std::uint64_t offset = 0;  // of its first byte in the stream
  std::uint64_t bytes = 0;   // on the wire, with padding and digests
  pdu::BhsBytes bhs{};       // zero if it is no PDU
  std::vector<std::byte> ahs;
  /// The beginning of the data segment, or of the bytes that are no PDU.
  std::vector<std::byte> data;
  std::uint64_t data_bytes = 0;  // of the whole segment (or of all the bytes)
  DigestState header_digest = DigestState::absent;
  DigestState data_digest = DigestState::absent;

  bool is_cut_short() const { return data.size() < data_bytes; }
  pdu::PduView view() const { return {pdu::BhsView(bhs), ahs, data}; }
  pdu::Opcode opcode() const { return pdu::opcode_of(bhs); }
};

class PduStream {
 public:
  using Sink = std::function<void(StreamPart)>;

  /// `from_initiator` tells which kinds are at home here; of data at most `data_bytes_kept_max` are
  /// kept (a bound on what is remembered, not on what is accepted).
  PduStream(bool from_initiator, std::size_t data_bytes_kept_max);

  /// Takes effect with the next PDU.                                                        §6.3
  void set_digests(bool header, bool data);
  void set_data_bytes_kept_max(std::size_t bytes) { data_bytes_kept_max_ = bytes; }

  /// Shape    any split of the stream
  /// Returns  by `sink`, which may call set_*: each PDU when its last byte is there. Two PDUs in a
  ///          row of a kind that is not at home here, or one that begins the stream, are bytes that
  ///          are no PDU, and so is all that follows them
  /// Cost     O(bytes); nothing is allocated for what is not kept
  void take(std::span<const std::byte> bytes, const Sink& sink);
  /// The stream is over: whatever is held is no PDU.
  void finish(const Sink& sink);

  std::uint64_t bytes_taken() const { return bytes_taken_; }
  /// Bytes that have come and were not told of yet.
  std::uint64_t bytes_held() const { return lost_ ? part_.data_bytes : have_; }

 private:
  using Input = std::span<const std::byte>;
  enum class Phase : std::uint8_t { bhs, ahs, header_digest, data, data_trailer };

  bool advance(Input& input);
  bool fill(std::span<std::byte> out, Input& input);
  void keep_data(Input& input);
  void enter(Phase phase);
  void leave_header();
  void take_for_smb();
  void finish_pdu(const Sink& sink);
  void hold_as_lost();
  std::vector<std::byte> held() const;
  void take_lost(Input input);
  void begin();
  bool is_at_home() const;

  bool from_initiator_;
  std::size_t data_bytes_kept_max_;
  bool header_digest_ = false, data_digest_ = false;            // of PDUs to come
  bool with_header_digest_ = false, with_data_digest_ = false;  // of this one
  bool lost_ = false;
  bool after_a_stranger_ = false;
  Phase phase_ = Phase::bhs;
  std::uint64_t bytes_taken_ = 0;
  std::uint64_t have_ = 0;        // bytes of this PDU
  std::uint64_t phase_have_ = 0;  // bytes of this phase
  std::uint32_t crc_ = 0;         // of the data so far
  std::array<std::byte, pdu::kDigestBytes> header_trailer_{};
  std::array<std::byte, 8> data_trailer_{};  // padding and digest
  StreamPart part_;
};

}  // namespace lunsim::scenarios
