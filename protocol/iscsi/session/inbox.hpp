// What arrives on one connection: bytes in, PDUs out, through the framer and an incoming tap.
// Two-phase: a header is offered before its data, unless a tap is interested in that kind of PDU
// (then it is judged whole, as a copy).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "protocol/iscsi/pdu/framer.hpp"
#include "protocol/iscsi/pdu/tap.hpp"

namespace lunsim::session {

class Inbox {
 public:
  Inbox(std::uint32_t connection, pdu::FramerLimits limits, pdu::Tap* tap = nullptr);
  ~Inbox();
  Inbox(Inbox&&) noexcept;
  Inbox& operator=(Inbox&&) noexcept;

  void set_limits(pdu::FramerLimits limits);
  void set_digests(bool header, bool data);

  /// The next step, consuming from `input`; as Framer::next(), with what the tap makes of it. Call
  /// until need_more. A PDU that a tap touched comes with `header` and then `pdu` as any other, so
  /// that receivers have one path.
  pdu::Framer::Step next(std::span<const std::byte>& input, std::int64_t now_ns);
  void discard_data();
  void receive_into(std::span<std::byte> out);

  /// A tap's cut that is due. Once.
  std::optional<pdu::TapVerdict::Cut> poll_cut();
  bool is_silent() const;  // a tap's silence: input is swallowed
  void silence();          // from outside
  std::optional<std::int64_t> next_timeout_ns()
      const;                                   // of a held PDU: while one is held, later bytes wait
  bool is_holding(std::int64_t now_ns) const;  // do not call next() until next_timeout_ns()
  std::size_t held_bytes() const;              // of a partial PDU

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lunsim::session
