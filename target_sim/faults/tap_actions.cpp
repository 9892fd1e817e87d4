#include <algorithm>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/fields.hpp"
#include "target_sim/faults/fault_tap.hpp"
#include "target_sim/faults/pdu_change.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::target_sim {
namespace {

using pdu::Direction;
using pdu::Opcode;

constexpr std::uint8_t kContinue = 0x40;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

/// A Login Response that stays where it is: no transition, no TSIH.                      §11.13
void stay(pdu::BhsBytes& bhs, bool continues) {
  const std::uint8_t current_stage = bytes::load_u8(&bhs[1]) & 0x0C;
  bytes::store_u8(&bhs[1], current_stage | (continues ? kContinue : 0));
  bytes::store_be16(&bhs[14], 0);
}

void number(pdu::TappedPdu& tapped, std::uint32_t stat_sn) {
  bytes::store_be32(&tapped.bhs[24], stat_sn);
}

bool is_transition(const pdu::BhsBytes& bhs) { return (bytes::load_u8(&bhs[1]) & 0x80) != 0; }

}  // namespace

bool FaultTap::act(std::size_t rule, const WireAction& action, Occasion& occasion) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{occasion.pdu.bhs});
  if (action.login_status || action.redirect) {
    if (opcode == Opcode::login_request) {
      occasion.connection.login_answer = action;
      return true;
    }
    if (opcode != Opcode::login_response) return false;
    refuse_login(action, occasion.pdu, occasion.verdict);
    return true;
  }
  for (const InjectedPdu& what : action.before) inject(what, true, occasion);
  bool changed = apply_to_pdu(action, occasion.pdu, occasion.verdict);
  changed |= change_text(action, occasion);
  changed |= shift(action, occasion);
  changed |= freeze(rule, action, occasion);
  if (opcode == Opcode::login_response && action.split_text_bytes > 0)
    changed |= split_login(action.split_text_bytes, occasion);
  if (opcode == Opcode::login_response && action.hold_transit_rounds > 0)
    changed |= hold_transit(action.hold_transit_rounds, occasion);
  for (const InjectedPdu& what : action.after) inject(what, false, occasion);
  changed |= !action.before.empty() || !action.after.empty();
  if (action.hold) changed |= hold(*action.hold, occasion);
  return changed;
}

bool FaultTap::change_text(const WireAction& action, Occasion& occasion) const {
  if (action.text.empty()) return false;
  const std::string_view before{reinterpret_cast<const char*>(occasion.pdu.data.data()),
                                occasion.pdu.data.size()};
  const std::string after = changed_text(action.text, before, texts_);
  if (after == before) return false;
  set_data(occasion.pdu, bytes_of(after));
  return true;
}

/// From this PDU on the numbers are others, and what the initiator says of them is turned back.
bool FaultTap::shift(const WireAction& action, Occasion& occasion) {
  std::uint32_t by = 0;
  for (const FieldChange& change : action.shift) by += static_cast<std::uint32_t>(change.value);
  if (by == 0 || occasion.direction != Direction::send || !has_stat_sn(occasion.pdu.bhs))
    return false;
  occasion.connection.status_shift += by;
  number(occasion.pdu, bytes::load_be32(&occasion.pdu.bhs[24]) + by);
  occasion.connection.next_stat_sn += by;
  return true;
}

bool FaultTap::freeze(std::size_t rule, const WireAction& action, Occasion& occasion) {
  bool changed = false;
  for (const std::string& field : action.freeze) {
    const auto value = pdu::read_field(pdu::BhsView{occasion.pdu.bhs}, field);
    if (!value) continue;
    const auto [kept, is_first] = occasion.connection.frozen.try_emplace({rule, field}, *value);
    if (is_first || kept->second == *value) continue;
    pdu::write_field(occasion.pdu.bhs, field, kept->second);
    changed = true;
  }
  return changed;
}

bool FaultTap::hold(const Hold& hold, Occasion& occasion) {
  TapConnection& connection = occasion.connection;
  if (connection.held.size() >= kHeldMax) return false;
  HeldPdu held;
  held.direction = occasion.direction;
  held.pdu = occasion.pdu;
  if (hold.for_ns > 0) held.due_ns = occasion.now_ns + hold.for_ns;
  if (!hold.until.empty()) held.until_rule = plan_.find(hold.until);
  if (held.until_rule) held.fired_before = plan_.fired(*held.until_rule);
  held.behind = hold.behind;
  connection.held.push_back(std::move(held));
  occasion.verdict.copies = 0;
  return true;
}

/// A PDU of our own with the connection's numbers as they stand; it uses one up if it is one that
/// does. `struck` is what it may copy or refer to.
pdu::TappedPdu FaultTap::make_pdu(const InjectedPdu& what, const pdu::TappedPdu& struck,
                                  TapConnection& connection) {
  pdu::TappedPdu made;
  if (what.copy) {
    made = struck;
  } else {
    bytes::store_u8(&made.bhs[0], static_cast<std::uint8_t>(what.opcode));
    bytes::store_u8(&made.bhs[1], 0x80);
    bytes::store_be32(&made.bhs[16], 0xFFFF'FFFFu);
    if (what.opcode == Opcode::nop_in || what.opcode == Opcode::text_response)
      bytes::store_be32(&made.bhs[20], 0xFFFF'FFFFu);
    if (what.opcode == Opcode::scsi_response || what.opcode == Opcode::task_management_response ||
        what.opcode == Opcode::data_in || what.opcode == Opcode::r2t)
      std::copy_n(struck.bhs.begin() + 16, 4, made.bhs.begin() + 16);
    number(made, connection.next_stat_sn);
    bytes::store_be32(&made.bhs[28], connection.exp_cmd_sn);
    bytes::store_be32(&made.bhs[32], connection.max_cmd_sn);
  }
  if (!what.data.empty()) set_data(made, what.data);
  if (what.header_of_struck) set_data(made, {struck.bhs.begin(), struck.bhs.end()});
  const bool takes_one = what.numbered && takes_stat_sn(made.bhs);
  if (takes_one) {
    number(made, connection.next_stat_sn++);
    ++connection.status_shift;
  }
  for (const FieldChange& change : what.fields) change_field(made.bhs, change, struck.bhs);
  return made;
}

/// On the way out it goes before or behind the PDU that was struck; on the way in it goes before or
/// behind what the target answers.
void FaultTap::inject(const InjectedPdu& what, bool before, Occasion& occasion) {
  TapConnection& connection = occasion.connection;
  const bool sends = occasion.direction == Direction::send;
  for (std::uint32_t i = 0; i < what.times; ++i) {
    if (what.delay_ns > 0 || (!sends && !before)) {
      if (connection.held.size() >= kHeldMax) return;
      HeldPdu held;
      held.pdu = occasion.pdu;
      held.pdu.bhs = occasion.struck;
      held.to_make = what;
      held.due_ns = occasion.now_ns + what.delay_ns;
      connection.held.push_back(std::move(held));
    } else if (!sends) {
      released_.push_back(
          {Direction::send, occasion.number, make_pdu(what, occasion.pdu, connection)});
    } else if (!before) {
      occasion.verdict.after.push_back(make_pdu(what, occasion.pdu, connection));
    } else {
      inject_before(what, occasion);
    }
  }
}

/// It takes the number of the PDU that was struck, which moves up.
void FaultTap::inject_before(const InjectedPdu& what, Occasion& occasion) {
  TapConnection& connection = occasion.connection;
  const std::uint32_t next = connection.next_stat_sn;
  const bool moves = takes_stat_sn(occasion.pdu.bhs);
  if (moves) --connection.next_stat_sn;
  occasion.verdict.before.push_back(make_pdu(what, occasion.pdu, connection));
  if (moves) ++connection.next_stat_sn;
  if (has_stat_sn(occasion.pdu.bhs))
    number(occasion.pdu, bytes::load_be32(&occasion.pdu.bhs[24]) + connection.next_stat_sn - next);
}

/// The text leaves in pieces, each but the last with the C bit; the initiator asks for each with an
/// empty request, which the target never sees. Those ask for no transition, so the target's comes
/// behind the last piece.                                                             §6.2, §11.13
bool FaultTap::split_login(std::uint32_t piece_bytes, Occasion& occasion) {
  TapConnection& connection = occasion.connection;
  pdu::TappedPdu& first = occasion.pdu;
  if (first.data.size() <= piece_bytes || !connection.login_script.empty()) return false;
  const pdu::TappedPdu whole = first;
  std::uint32_t stat_sn = bytes::load_be32(&whole.bhs[24]);
  for (std::size_t at = 0; at < whole.data.size(); at += piece_bytes) {
    pdu::TappedPdu piece = whole;
    const auto begin = whole.data.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t size = std::min<std::size_t>(piece_bytes, whole.data.size() - at);
    set_data(piece, {begin, begin + static_cast<std::ptrdiff_t>(size)});
    stay(piece.bhs, at + size < whole.data.size());
    number(piece, stat_sn++);
    if (at == 0) {
      first = std::move(piece);
    } else {
      connection.login_script.push_back(std::move(piece));
    }
  }
  if (is_transition(whole.bhs)) {
    pdu::TappedPdu transition = whole;
    set_data(transition, {});
    number(transition, stat_sn);
    connection.login_script.push_back(std::move(transition));
  }
  connection.status_shift += static_cast<std::uint32_t>(connection.login_script.size());
  return true;
}

/// What the target has to say is said, but the transition comes so many rounds later.      §6.3
bool FaultTap::hold_transit(std::uint32_t rounds, Occasion& occasion) {
  TapConnection& connection = occasion.connection;
  pdu::TappedPdu& first = occasion.pdu;
  if (!is_transition(first.bhs) || !connection.login_script.empty()) return false;
  pdu::TappedPdu last = first;
  stay(first.bhs, false);
  set_data(last, {});
  pdu::TappedPdu between = last;
  stay(between.bhs, false);
  const std::uint32_t stat_sn = bytes::load_be32(&first.bhs[24]);
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    pdu::TappedPdu& next = round == rounds ? last : between;
    number(next, stat_sn + round);
    connection.login_script.push_back(next);
  }
  connection.status_shift += rounds;
  return true;
}

void FaultTap::play_login_script(const Occasion& occasion) {
  occasion.verdict.copies = 0;
  if (pdu::opcode_of(pdu::BhsView{occasion.pdu.bhs}) != Opcode::login_request) return;
  TapConnection& connection = occasion.connection;
  released_.push_back(
      {Direction::send, occasion.number, std::move(connection.login_script.front())});
  connection.login_script.pop_front();
}

}  // namespace lunsim::target_sim
