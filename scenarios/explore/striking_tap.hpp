// The trouble that strikes a PDU: a tap on the targets' side of the wire, between the wire and the
// scenario's own faults; what those drop is no point. A point of a received PDU is "before it is
// delivered", of a sent PDU "before it leaves" and, for breaks, "when it has left".
#pragma once

#include <map>
#include <optional>

#include "protocol/iscsi/pdu/tap.hpp"
#include "scenarios/explore/strike.hpp"

namespace lunsim::explore {

/// The PDU that was struck, as a fault of the language would name it.
struct StruckPdu {
  pdu::Direction direction{};
  pdu::Opcode opcode{};
  std::uint64_t nth = 0;  // of its kind, from 1
  bool has_left = false;  // struck behind it
};

class StrikingTap final : public pdu::Tap {
 public:
  /// Both outlive it; `own` may be null.
  StrikingTap(Strike& strike, pdu::Tap* own) : strike_(strike), own_(own) {}

  const std::optional<StruckPdu>& struck() const { return struck_; }
  bool is_interested(pdu::Direction direction, pdu::Opcode opcode) const override;
  pdu::TapVerdict judge(pdu::Direction direction, std::uint32_t connection, pdu::TappedPdu& pdu,
                        std::int64_t now_ns) override;
  pdu::TapVerdict::Cut handle_opened(std::uint32_t connection, std::string_view local,
                                     std::int64_t now_ns) override {
    return own_ == nullptr ? pdu::TapVerdict::Cut::no
                           : own_->handle_opened(connection, local, now_ns);
  }
  void handle_closed(std::uint32_t connection) override {
    if (held_back_ && held_back_->connection == connection) held_back_.reset();
    if (own_ != nullptr) own_->handle_closed(connection);
  }
  std::optional<pdu::TapRelease> poll_release(std::int64_t now_ns) override;
  std::optional<std::int64_t> poll_timeout() const override;

 private:
  bool pass_point(const char* when, pdu::Direction direction, const pdu::TappedPdu& pdu,
                  bool has_left);
  void apply(pdu::TapVerdict& verdict, bool has_left) const;
  pdu::TapVerdict judge_in_order(pdu::Direction direction, std::uint32_t connection,
                                 pdu::TappedPdu& pdu, std::int64_t now_ns);

  /// Reordered: it goes right behind the next PDU of its direction, or when its time has come.
  struct HeldBack {
    pdu::Direction direction{};
    std::uint32_t connection = 0;
    pdu::TappedPdu pdu;
    std::int64_t due_ns = 0;
  };

  Strike& strike_;
  pdu::Tap* own_;
  std::map<pdu::Opcode, std::uint64_t> counts_;  // each kind goes one way only
  std::optional<StruckPdu> struck_;
  std::optional<HeldBack> held_back_;
};

}  // namespace lunsim::explore
