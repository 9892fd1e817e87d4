// A named fault of the fake SMB server as data: which message or call it waits for, and what
// becomes of it then. How often it fires is counted by a FaultPlan; who acts is SmbFaultTap.
// MS-SMB2 §2.2, MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/smb/message/negotiate.hpp"
#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::smb_faults {

/// Every condition that is set must hold. Directions are the server's.
struct SmbSelector {
  enum class Seam : std::uint8_t { receive, send, call } seam = Seam::receive;
  std::optional<smb::Command> command;  // of receive and send; empty: any
  std::optional<smb::NtStatus> status;  // of send: an answer with this status
  std::optional<std::uint16_t> opnum;   // of call
  std::optional<std::uint32_t> level;   // of call: an enumeration of this level
  std::string user;                     // glob over the name that logged in; empty: anybody
};

enum class Signature : std::uint8_t { right, wrong, missing };
enum class Cut : std::uint8_t { no, finish, reset };

/// Sessions that end, by their names; an empty one counts for all.
struct EndSessions {
  std::string client, user;
};

struct SmbAction {
  // Messages that come or go.
  bool drop = false;
  std::int64_t delay_ns = 0;    // later ones wait behind it
  std::uint32_t copies = 1;     // 2: twice
  bool overtaken = false;       // leaves behind the next one, or after a second
  Cut cut = Cut::no;            // of the connection, with the message
  std::uint32_t cut_after = 0;  // so many bytes of the frame still leave
  std::optional<smb::NtStatus>
      status;  // receive: the answer without doing it; send: in place of its own

  // Messages that go, before they are encrypted.
  Signature signature = Signature::right;
  std::optional<std::uint16_t> credits;
  std::optional<smb::Dialect> dialect;  // that NEGOTIATE tells
  std::int64_t pending_ns = 0;          // STATUS_PENDING first, and so much later the answer
  bool expire_session = false;          // of the session that it belongs to, once it has left

  // Calls of srvsvc.
  std::optional<std::uint32_t> returns;  // the code at the end of the answer
  bool done = false;                     // `returns`: it is done all the same
  std::optional<std::uint32_t> rpc_fault;
  std::optional<std::uint32_t> level, entries, total,
      resume;                                  // what an enumeration's answer claims
  std::uint32_t cut_stub = 0;                  // bytes that its end lacks
  std::uint32_t pad_stub = 0;                  // bytes too many
  Signature rpc_signature = Signature::right;  // of an association that is signed or sealed
  std::optional<EndSessions> end_sessions;     // once it is answered
};

struct SmbFault {
  target_sim::FaultRule rule;  // name, times, armed, after; nth, every and the like of its `on`
  SmbSelector on;
  SmbAction action;
};

}  // namespace lunsim::smb_faults
