// What a tap has read along on one connection, and what it owes it: numbers that faults moved, PDUs
// that wait, a login that goes on longer than the target thinks. Data; FaultTap keeps it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "target_sim/faults/command_match.hpp"

namespace lunsim::target_sim {

/// A PDU that waits while others pass.
struct HeldPdu {
  pdu::Direction direction = pdu::Direction::send;
  pdu::TappedPdu pdu;
  std::optional<InjectedPdu> to_make;  // instead of `pdu`, once it leaves; `pdu` is what was struck
  std::optional<std::int64_t> due_ns;
  std::optional<std::size_t> until_rule;
  std::uint64_t fired_before = 0;  // of that rule, when it began to wait
  std::uint32_t behind = 0;        // PDUs of its direction that are still to pass
};

struct TapConnection {
  std::string initiator, target, session, portal;
  bool discovery = false;
  bool known = false;  // the first Login Request has been seen
  std::uint16_t cid = 0;
  std::uint32_t generation = 0;          // the n-th connection of its session, from 1
  std::array<std::uint64_t, 2> bytes{};  // that came and went
  std::unordered_map<std::uint32_t, CommandFacts> commands;  // by initiator task tag; bounded
  std::optional<WireAction> login_answer;  // decided at the request, due at the response

  std::uint32_t status_shift = 0;  // StatSN is so far ahead of what the session believes
  std::uint32_t next_stat_sn = 0, exp_cmd_sn = 0, max_cmd_sn = 0;       // as last sent
  std::map<std::pair<std::size_t, std::string>, std::uint64_t> frozen;  // by rule and field
  std::deque<pdu::TappedPdu> login_script;  // Login Responses, one for each request that comes
  std::vector<HeldPdu> held;                // bounded
};

}  // namespace lunsim::target_sim
