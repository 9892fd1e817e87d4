// The faults of a plan that strike PDUs: a pdu::Tap for the target's side. It reads along who
// logged in on which connection and which command a task tag stands for, so that rules can speak of
// initiators, units and commands, and remembers what faults have moved, so that later PDUs fit. Not
// for SCSI outcomes: see faulty_device.hpp. RFC 7143 §11
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/iscsi/pdu/tap.hpp"
#include "target_sim/faults/fault_plan.hpp"
#include "target_sim/faults/fault_scene.hpp"
#include "target_sim/faults/tap_connection.hpp"
#include "target_sim/faults/text_change.hpp"

namespace lunsim::target_sim {

class FaultTap final : public pdu::Tap {
 public:
  /// `plan` outlives it.
  explicit FaultTap(FaultPlan& plan);

  pdu::TapVerdict::Cut handle_opened(std::uint32_t connection, std::string_view local,
                                     std::int64_t now_ns) override;
  void handle_closed(std::uint32_t connection) override;
  bool is_interested(pdu::Direction direction, pdu::Opcode opcode) const override;
  pdu::TapVerdict judge(pdu::Direction direction, std::uint32_t connection, pdu::TappedPdu& pdu,
                        std::int64_t now_ns) override;
  std::optional<pdu::TapRelease> poll_release(std::int64_t now_ns) override;
  std::optional<std::int64_t> poll_timeout() const override;

 private:
  /// One PDU under judgement.
  struct Occasion {
    pdu::Direction direction;
    std::uint32_t number;
    TapConnection& connection;
    pdu::TappedPdu& pdu;
    pdu::TapVerdict& verdict;
    std::int64_t now_ns;
    pdu::BhsBytes struck;  // as it came
  };
  static constexpr std::size_t kConnectionsMax = 65536;
  static constexpr std::size_t kCommandsMax = 4096;
  static constexpr std::size_t kHeldMax = 1024;

  // fault_tap.cpp: who is asked
  void rebuild_table() const;
  TapConnection& connection_of(std::uint32_t number);
  std::uint32_t outstanding(const TapConnection& connection) const;
  void strike_all(Occasion& occasion);
  void finish_login_answer(Occasion& occasion);
  void keep_numbers(const Occasion& occasion);
  void let_pass(pdu::Direction direction, TapConnection& connection);

  // tap_reading.cpp: what is read along, and which rules it fits
  void read_along(const Occasion& occasion);
  static std::optional<CommandFacts> facts_of(const TapConnection& connection,
                                              const pdu::TappedPdu& pdu);
  static bool matches(const FaultRule& rule, const Occasion& occasion,
                      const std::optional<CommandFacts>& facts);
  static FaultScene scene_of(const Occasion& occasion, const std::optional<CommandFacts>& facts);

  // tap_actions.cpp: what a rule does that fires; true if it had an effect
  bool act(std::size_t rule, const WireAction& action, Occasion& occasion);
  bool change_text(const WireAction& action, Occasion& occasion) const;
  bool shift(const WireAction& action, Occasion& occasion);
  static bool freeze(std::size_t rule, const WireAction& action, Occasion& occasion);
  bool hold(const Hold& hold, Occasion& occasion);
  void inject(const InjectedPdu& what, bool before, Occasion& occasion);
  static void inject_before(const InjectedPdu& what, Occasion& occasion);
  static pdu::TappedPdu make_pdu(const InjectedPdu& what, const pdu::TappedPdu& struck,
                                 TapConnection& connection);
  static bool split_login(std::uint32_t piece_bytes, Occasion& occasion);
  static bool hold_transit(std::uint32_t rounds, Occasion& occasion);
  void play_login_script(const Occasion& occasion);

  FaultPlan& plan_;
  bool has_wire_rules_ = false;
  bool tracks_commands_ = false;
  bool counts_outstanding_ = false;
  bool sees_all_ = false;  // some rule counts, numbers or moves PDUs that it does not strike
  std::map<std::uint32_t, TapConnection> connections_;
  std::map<std::string, std::uint32_t> generations_;  // connections of each session; bounded
  std::deque<pdu::TapRelease> released_;
  TextMemory texts_;
  mutable std::uint64_t table_generation_ = 0;
  mutable std::array<std::array<std::vector<std::size_t>, 64>, 2>
      table_;  // awake rules by direction and opcode
};

}  // namespace lunsim::target_sim
