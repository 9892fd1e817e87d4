// The first seam for misbehaviour: every PDU that a session sends or receives passes a tap, which may drop, repeat,
// hold or rewrite it, or cut the connection inside it. A session without faults has no tap and pays nothing.
// Not a byte filter (runtime/filters) and not a device fault (target_sim/faults).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

enum class Direction : std::uint8_t { receive, send };   // as seen from whoever owns the tap

/// One PDU in the tap's hands. Whoever judges may change everything; lengths in the header are not corrected.
struct TappedPdu {
  BhsBytes bhs{};
  std::vector<std::byte> ahs;
  std::vector<std::byte> data;
  bool header_digest_wrong = false;   // send only: spoil the digest, if one is in use
  bool data_digest_wrong = false;
  bool padding_omitted = false;       // send only
};

struct TapVerdict {
  enum class Cut : std::uint8_t { no, finish, reset, silence };   // silence: black hole, nothing more is sent or read
  std::uint32_t copies = 1;           // 0 drops the PDU, 2 sends or delivers it twice
  std::int64_t hold_ns = 0;           // delivered so much later; later PDUs do not overtake it on a stream
  Cut cut = Cut::no;                  // send: cut when `cut_after_bytes` of the PDU have left; receive: before delivery
  std::uint32_t cut_after_bytes = 0;  // counted from the first byte of the BHS
};

class Tap {
 public:
  virtual ~Tap() = default;
  /// False when no armed fault can match any PDU of this direction and opcode: the session then skips the copy.
  virtual bool is_interested(Direction direction, Opcode opcode) const = 0;
  /// Judges one PDU. `connection` is the runtime's number of the connection.
  virtual TapVerdict judge(Direction direction, std::uint32_t connection, TappedPdu& pdu,
                           std::int64_t now_ns) = 0;
};

}  // namespace lunsim::pdu
