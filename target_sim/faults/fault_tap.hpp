// The faults of a plan that strike PDUs: a pdu::Tap for the target's side. It reads along who
// logged in on which connection and which command a task tag stands for, so that rules can speak of
// initiators, units and commands. Not for SCSI outcomes: see faulty_device.hpp. RFC 7143 §11
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/iscsi/pdu/tap.hpp"
#include "target_sim/faults/command_match.hpp"
#include "target_sim/faults/fault_plan.hpp"

namespace lunsim::target_sim {

class FaultTap final : public pdu::Tap {
 public:
  /// `plan` outlives it.
  explicit FaultTap(FaultPlan& plan);

  bool is_interested(pdu::Direction direction, pdu::Opcode opcode) const override;
  pdu::TapVerdict judge(pdu::Direction direction, std::uint32_t connection, pdu::TappedPdu& pdu,
                        std::int64_t now_ns) override;

 private:
  /// What was read along on one connection.
  struct Connection {
    std::string initiator, target, session;
    bool discovery = false;
    bool known = false;  // the first Login Request has been seen
    std::unordered_map<std::uint32_t, CommandFacts> commands;  // by initiator task tag; bounded
    std::optional<FaultAction> login_answer;  // decided at the request, due at the response
  };
  static constexpr std::size_t kConnectionsMax = 65536;
  static constexpr std::size_t kCommandsMax = 4096;

  void rebuild_table() const;
  Connection& connection_of(std::uint32_t number);
  void read_along(pdu::Direction direction, Connection& connection,
                  const pdu::TappedPdu& pdu) const;
  std::optional<CommandFacts> facts_of(const Connection& connection,
                                       const pdu::TappedPdu& pdu) const;
  FaultScene scene_of(pdu::Direction direction, std::uint32_t number, const Connection& connection,
                      const std::optional<CommandFacts>& facts, const pdu::TappedPdu& pdu,
                      std::int64_t now_ns) const;
  bool matches(const FaultRule& rule, const Connection& connection,
               const std::optional<CommandFacts>& facts, const pdu::TappedPdu& pdu) const;

  FaultPlan& plan_;
  bool has_wire_rules_ = false;
  bool tracks_commands_ = false;
  std::map<std::uint32_t, Connection> connections_;
  mutable std::uint64_t table_generation_ = 0;
  mutable std::array<std::array<std::vector<std::size_t>, 64>, 2>
      table_;  // awake rules by direction and opcode
};

}  // namespace lunsim::target_sim
