#include "scenarios/explore/striking_tap.hpp"

#include <limits>

#include <fmt/format.h>

namespace lunsim::explore {
namespace {

constexpr std::int64_t kDelayNs = 5'000'000'000;
constexpr std::uint32_t kWholePdu = std::numeric_limits<std::uint32_t>::max();

bool is_off_the_wire(const pdu::TapVerdict& verdict) {
  return verdict.copies == 0 || verdict.cut != pdu::TapVerdict::Cut::no;
}

}  // namespace

bool StrikingTap::is_interested(pdu::Direction direction, pdu::Opcode opcode) const {
  return !strike_.is_resting() || (own_ != nullptr && own_->is_interested(direction, opcode));
}

bool StrikingTap::pass_point(const char* when, pdu::Direction direction, const pdu::TappedPdu& pdu,
                             bool has_left) {
  const pdu::Opcode opcode = pdu::opcode_of(pdu.bhs);
  if (!has_left) ++counts_[opcode];
  const auto describe = [&](std::uint64_t) {
    return fmt::format(fmt::runtime(when), pdu::name_of(opcode));
  };
  if (!strike_.pass(1, describe)) return false;
  struck_ = StruckPdu{direction, opcode, counts_[opcode], has_left};
  return true;
}

void StrikingTap::apply(pdu::TapVerdict& verdict, bool has_left) const {
  switch (strike_.trouble()) {
    case Trouble::reset:
      verdict.cut = pdu::TapVerdict::Cut::reset;
      verdict.cut_after_bytes = has_left ? kWholePdu : 0;
      break;
    case Trouble::stall:
      verdict.cut = pdu::TapVerdict::Cut::silence;
      verdict.cut_after_bytes = 0;
      break;
    case Trouble::drop:
    case Trouble::reorder:  // judge() keeps it
      verdict.copies = 0;
      break;
    case Trouble::duplicate:
      verdict.copies *= 2;
      break;
    case Trouble::delay:
      verdict.hold_ns += kDelayNs;
      break;
    default:  // crash: whoever plays the variant lets the target crash between two turns
      break;
  }
}

pdu::TapVerdict StrikingTap::judge(pdu::Direction direction, std::uint32_t connection,
                                   pdu::TappedPdu& pdu, std::int64_t now_ns) {
  const bool is_next = held_back_ && held_back_->direction == direction &&
                       held_back_->connection == connection;
  const bool had_struck = strike_.has_struck();
  pdu::TapVerdict verdict = judge_in_order(direction, connection, pdu, now_ns);
  if (is_next) held_back_->due_ns = now_ns;
  if (strike_.trouble() == Trouble::reorder && !had_struck && strike_.has_struck())
    held_back_ = HeldBack{direction, connection, pdu, now_ns + kDelayNs};
  return verdict;
}

std::optional<pdu::TapRelease> StrikingTap::poll_release(std::int64_t now_ns) {
  if (held_back_ && held_back_->due_ns <= now_ns) {
    pdu::TapRelease release{held_back_->direction, held_back_->connection,
                            std::move(held_back_->pdu)};
    held_back_.reset();
    return release;
  }
  return own_ == nullptr ? std::nullopt : own_->poll_release(now_ns);
}

std::optional<std::int64_t> StrikingTap::poll_timeout() const {
  std::optional<std::int64_t> next = own_ == nullptr ? std::nullopt : own_->poll_timeout();
  if (held_back_ && (!next || held_back_->due_ns < *next)) next = held_back_->due_ns;
  return next;
}

pdu::TapVerdict StrikingTap::judge_in_order(pdu::Direction direction, std::uint32_t connection,
                                            pdu::TappedPdu& pdu, std::int64_t now_ns) {
  const bool own_wants = own_ != nullptr && own_->is_interested(direction, pdu::opcode_of(pdu.bhs));
  pdu::TapVerdict verdict;
  if (direction == pdu::Direction::receive) {
    const bool strikes = pass_point("before {} was delivered", direction, pdu, false);
    if (strikes) apply(verdict, false);
    if (!own_wants || is_off_the_wire(verdict)) return verdict;
    verdict = own_->judge(direction, connection, pdu, now_ns);
    if (strikes) apply(verdict, false);
    return verdict;
  }
  if (own_wants) verdict = own_->judge(direction, connection, pdu, now_ns);
  if (is_off_the_wire(verdict)) return verdict;
  if (pass_point("before {} was sent", direction, pdu, false)) apply(verdict, false);
  // Only a break tells "has left" from "comes next".
  const bool has_after = strike_.trouble() == Trouble::reset;
  if (has_after && !is_off_the_wire(verdict) &&
      pass_point("when {} had left", direction, pdu, true))
    apply(verdict, true);
  return verdict;
}

}  // namespace lunsim::explore
