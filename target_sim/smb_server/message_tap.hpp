// The seam for misbehaviour of the fake server: what comes passes a tap between framing and
// connection, what goes before it is signed and encrypted, and calls between pipe and srvsvc. A
// server without faults has no tap. Not a byte filter (runtime/filters). MS-SMB2 §3.3.4.1, §3.3.5.2
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "protocol/smb/message/header.hpp"
#include "runtime/ports/engine.hpp"
#include "target_sim/smb_server/session_table.hpp"

namespace lunsim::smb_server {

/// What becomes of one frame.
struct FrameVerdict {
  enum class Cut : std::uint8_t { no, finish, reset };
  std::uint32_t copies = 1;   // 0: lost
  std::int64_t hold_ns = 0;   // so much later; others wait behind it
  bool is_overtaken = false;  // behind the next one, or after kOvertakenMax
  Cut cut = Cut::no;          // of the connection, once `cut_after` bytes of the frame have left
  std::uint32_t cut_after = 0;
};
inline constexpr std::int64_t kOvertakenMax_ns = 1'000'000'000;

struct RequestVerdict {
  FrameVerdict frame;
  std::optional<smb::NtStatus> status;  // the answer, and nothing is done
};

struct ResponseVerdict {
  FrameVerdict frame;
  bool is_signature_wrong = false;
  bool is_signature_missing = false;
  std::int64_t pending_ns = 0;  // STATUS_PENDING at once, the answer so much later
  bool expires_session = false;
};

/// An answer before it is signed: all of it may be changed.
struct TappedResponse {
  smb::Header header;
  std::vector<std::byte> body;
};

struct TappedCall {
  std::uint16_t opnum = 0;
  rpc::Stub stub;
  Caller caller = Caller::anonymous;
  std::u16string_view user;
  TimePoint now;
  bool is_protected = false;  // by a login inside RPC: its answer will have a signature
};

class MessageTap {
 public:
  using Answer = rpc::srvsvc::Parsed<std::vector<std::byte>>;
  virtual ~MessageTap() = default;

  /// The first message of a frame that came, decrypted; `user` is empty before a login.
  virtual RequestVerdict judge_request(runtime::ConnectionId, const smb::Header& header,
                                       std::u16string_view user, TimePoint now) = 0;
  virtual ResponseVerdict judge_response(runtime::ConnectionId, TappedResponse& response,
                                         std::u16string_view user, TimePoint now) = 0;
  /// A call of srvsvc; `routine` is the server's own, for this or another stub and caller.
  using Routine = std::function<Answer(rpc::Stub stub, Caller caller)>;
  virtual Answer call(const TappedCall& call, SessionTable& sessions, const Routine& routine) = 0;
  /// Each PDU of the answer to the last call(), signed or sealed if the association is.
  virtual void change_answer(std::vector<std::byte>& pdu) { (void)pdu; }
};

}  // namespace lunsim::smb_server
