// Cuts a byte stream into PDUs, in two phases so that a header can be judged before its data has arrived.
// Bounded: keeps at most one partial PDU, and never more than limits allow.           RFC 7143 §11.1, §11.2
//
// Use:   std::span<const std::byte> input = received;
//        while (true) {
//          const Framer::Step step = framer.next(input);     // consumes from the front of `input`
//          if (step.kind == need_more) break;
//          ...
//        }
#pragma once

#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

struct FramerLimits {
  std::uint32_t data_segment_bytes_max = 8192;   // our MaxRecvDataSegmentLength; larger is a violation (§13.12)
  std::size_t ahs_bytes_max = kAhsBytesMax;
};

class Framer {
 public:
  enum class Kind : std::uint8_t {
    need_more,            // input is used up
    header,               // `pdu.bhs` and `pdu.ahs` are whole and their digest is right; data follows (or is empty).
                          // Before the next call, discard_data() or receive_into() may be called.
    pdu,                  // the whole PDU; views are valid until the next call
    discarded,            // the data of a header for which discard_data() was called has gone by
    data_digest_error,    // the whole PDU arrived, its data digest is wrong (§7.8: Reject 02h); `pdu` is valid
    header_digest_error,  // §7.8: the stream is lost; `pdu.bhs` is what arrived and may be wrong anywhere
    violation,            // `error` says what, `pdu.bhs` is the header; the stream is lost
  };
  struct Step {
    Kind kind = Kind::need_more;
    PduView pdu;
    ProtocolError error;
  };

  explicit Framer(FramerLimits limits);

  void set_limits(FramerLimits limits);
  /// Takes effect with the next PDU.                                                             §6.3
  void set_digests(bool header, bool data);

  /// Shape    any split of the stream; consumes from the front of `input`
  /// Returns  the next step; after `header_digest_error` or `violation` always the same again
  /// Cost     O(bytes consumed); a PDU that lies whole in `input` is not copied
  Step next(std::span<const std::byte>& input);

  /// After `header`: lets the data segment go by without keeping it; the next step of this PDU is `discarded`.
  void discard_data();
  /// After `header`: the data segment is written to `out` (exactly DataSegmentLength bytes) instead of our own buffer.
  void receive_into(std::span<std::byte> out);

  /// Bytes of a partial PDU held now; 0 between PDUs. A connection that stays above 0 too long is stalled.
  std::size_t held_bytes() const;

 private:
  enum class Phase : std::uint8_t { header, data, lost };
  enum class DataFate : std::uint8_t { keep, discard, elsewhere };
  using Input = std::span<const std::byte>;

  Step next_header(Input& input);
  Step next_data(Input& input);
  Step judge_header();
  Step keep_data(Input& input);
  Step finish_data(std::span<const std::byte> data);
  Step lose(Kind kind, ProtocolError error);
  Step step(Kind kind, std::span<const std::byte> data = {}) const;
  bool take(std::span<std::byte> segment, std::size_t begins_at, Input& input);
  void take_growing(std::size_t bytes, Input& input);
  bool header_digest_is_right() const;
  std::size_t data_trailer_bytes() const;
  void begin_pdu();
  void release_idle_memory();

  FramerLimits limits_;
  bool header_digest_ = false;
  bool data_digest_ = false;
  bool current_header_digest_ = false;   // of the PDU that is under way
  bool current_data_digest_ = false;
  Phase phase_ = Phase::header;
  DataFate fate_ = DataFate::keep;
  Kind lost_kind_ = Kind::violation;
  std::uint32_t have_ = 0;               // bytes of this phase that have arrived
  BhsBytes bhs_{};
  std::array<std::byte, 8> trailer_{};   // the header digest, later the padding and the data digest
  std::vector<std::byte> ahs_;
  std::vector<std::byte> data_;          // of a PDU that came in pieces; empty on an idle connection
  std::span<std::byte> elsewhere_;       // given by receive_into()
  ProtocolError error_;
};

}  // namespace lunsim::pdu
