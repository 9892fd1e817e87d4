// The first seam for misbehaviour: every PDU that a session sends or receives passes a tap, which
// may drop, repeat, hold or rewrite it, or cut the connection inside it. A session without faults
// has no tap and pays nothing. Not a byte filter (runtime/filters) and not a device fault
// (target_sim/faults).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

enum class Direction : std::uint8_t { receive, send };  // as seen from whoever owns the tap

/// One PDU in the tap's hands. Whoever judges may change everything; lengths in the header are not
/// corrected.
struct TappedPdu {
  BhsBytes bhs{};
  std::vector<std::byte> ahs;
  std::vector<std::byte> data;
  bool header_digest_wrong = false;  // send only: spoil the digest, if one is in use
  bool data_digest_wrong = false;
  bool header_digest_misplaced = false;  // the same, but over a range that is not the standard's
  bool data_digest_misplaced = false;
  bool padding_omitted = false;       // send only
  std::byte pad_byte{0};              // what padding is made of
  std::uint32_t extra_pad_bytes = 0;  // beyond the word
  bool has_header_digest = false;     // told by who owns the tap: in use on this connection
  bool has_data_digest = false;
};

struct TapVerdict {
  /// silence: black hole, nothing more is sent or read; half_close: FIN, and reading goes on
  enum class Cut : std::uint8_t { no, finish, reset, silence, half_close };
  std::uint32_t copies = 1;  // 0 drops the PDU, 2 sends or delivers it twice
  std::int64_t hold_ns = 0;  // delivered so much later; later PDUs do not overtake it on a stream
  Cut cut =
      Cut::no;  // send: cut when `cut_after_bytes` of the PDU have left; receive: before delivery
  std::uint32_t cut_after_bytes = 0;               // counted from the first byte of the BHS
  std::vector<TappedPdu> before = {}, after = {};  // send only: leave around it, also if dropped
};

/// A PDU that a tap wants to be sent, or delivered as if it had come, without being judged again.
struct TapRelease {
  Direction direction = Direction::send;
  std::uint32_t connection = 0;
  TappedPdu pdu;
};

class Tap {
 public:
  virtual ~Tap() = default;
  /// False when no armed fault can match any PDU of this direction and opcode: the session then
  /// skips the copy.
  virtual bool is_interested(Direction direction, Opcode opcode) const = 0;
  /// Judges one PDU. `connection` is the runtime's number of the connection.
  virtual TapVerdict judge(Direction direction, std::uint32_t connection, TappedPdu& pdu,
                           std::int64_t now_ns) = 0;

  /// A connection stands; `local` is where it came in ("10.0.0.10:3260"). Anything but no: it is
  /// cut at once.
  virtual TapVerdict::Cut handle_opened(std::uint32_t /*connection*/, std::string_view /*local*/,
                                        std::int64_t /*now_ns*/) {
    return TapVerdict::Cut::no;
  }
  virtual void handle_closed(std::uint32_t /*connection*/) {}
  /// What the tap has of its own; asked until empty, after whatever happened and when its time has
  /// come. Only a target asks.
  virtual std::optional<TapRelease> poll_release(std::int64_t /*now_ns*/) { return std::nullopt; }
  virtual std::optional<std::int64_t> poll_timeout() const { return std::nullopt; }
};

}  // namespace lunsim::pdu
