// What a function that somebody brought along sees of a fault's match: the PDU or the task, and who
// speaks with whom. For predicates and behaviours of scenarios; nothing of it outlives the call.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/iscsi/pdu/tap.hpp"
#include "target_sim/faults/command_match.hpp"

namespace lunsim::target_sim {

struct FaultScene {
  pdu::Direction direction = pdu::Direction::receive;
  std::int64_t now_ns = 0;
  std::string_view initiator, target;     // iSCSI names; empty if not known
  std::uint32_t connection = 0;           // 0: at the device
  const pdu::TappedPdu* pdu = nullptr;    // null at the device
  const CommandFacts* command = nullptr;  // null if the PDU belongs to none that is known
  std::span<const std::byte> cdb;         // of the command itself
};

}  // namespace lunsim::target_sim
