// What waits to leave on one connection: PDUs with their digests and padding, as a gather list; and
// the place where an outgoing tap strikes. Knows bytes and deadlines, no serial numbers. Nothing is
// allocated per PDU on the steady path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/bytes/slice.hpp"
#include "protocol/iscsi/pdu/tap.hpp"

namespace lunsim::session {

class Outbox {
 public:
  explicit Outbox(std::uint32_t connection, pdu::Tap* tap = nullptr);
  ~Outbox();
  Outbox(Outbox&&) noexcept;
  Outbox& operator=(Outbox&&) noexcept;

  /// Holds for PDUs pushed from now on. RFC 7143 §6.3
  void set_digests(bool header, bool data);

  /// Queues a PDU whose data lies elsewhere; the slices' sum must be the header's DataSegmentLength
  /// (asserted). Each slice is unpinned once its bytes have left or the PDU is dropped. At most
  /// kPduSlicesMax slices.
  void push(const pdu::BhsBytes& bhs, std::span<const bytes::Slice> data, std::int64_t now_ns);
  /// Queues a PDU whose data is copied.
  void push(const pdu::BhsBytes& bhs, std::span<const std::byte> data, std::int64_t now_ns);
  static constexpr std::size_t kPduSlicesMax = 8;
  /// Queues a PDU that a tap released: nobody judges it, nothing about it is corrected.
  void push_as_is(const pdu::TappedPdu& pdu, std::int64_t now_ns);

  /// The gather list of what can leave now: empty if nothing waits or a gather is in flight. Valid
  /// until sent() has covered it or clear(). At most 64 slices.
  std::span<const std::span<const std::byte>> gather();
  std::size_t gathered_bytes() const;
  /// `bytes` of the gather in flight have left.
  void sent(std::size_t bytes);

  std::size_t queued_bytes() const;
  /// What the queue costs in memory or pins: bytes, and a fixed amount for each PDU.
  std::size_t queued_cost() const;
  bool is_idle() const;  // nothing queued, held or in flight

  /// A tap's cut that is due: everything before it has left. Once.
  std::optional<pdu::TapVerdict::Cut> poll_cut();
  /// A tap's silence has begun: push() swallows everything.
  bool is_silent() const;
  /// Begins silence from outside (an incoming tap's black hole).
  void silence();
  std::optional<std::int64_t> next_timeout_ns() const;  // of held PDUs
  void handle_timeout(std::int64_t now_ns);

  /// Drops everything (unpins); only when nothing is in flight any more or the connection is gone.
  void clear();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lunsim::session
