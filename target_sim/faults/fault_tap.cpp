#include "target_sim/faults/fault_tap.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "target_sim/faults/fault_scene.hpp"
#include "target_sim/faults/pdu_change.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::target_sim {
namespace {

using pdu::Direction;
using pdu::Opcode;

std::size_t row_of(Direction direction) { return direction == Direction::receive ? 0 : 1; }
std::size_t column_of(Opcode opcode) { return static_cast<std::uint8_t>(opcode) & 0x3F; }

/// Whether a rule has to see PDUs that it does not strike; one that decides each time may.
bool needs_all(const FaultRule& rule) {
  const WireAction& wire = rule.action.wire;
  return rule.action.decide || rule.on.after_bytes > 0 || !wire.before.empty() ||
         !wire.after.empty() || !wire.shift.empty() || wire.hold || wire.hold_transit_rounds > 0 ||
         wire.split_text_bytes > 0;
}

}  // namespace

FaultTap::FaultTap(FaultPlan& plan) : plan_(plan) {
  for (const FaultRule& rule : plan_.rules()) {
    if (rule.on.connects) has_wire_rules_ = true;
    if (!rule.is_for_wire()) continue;
    has_wire_rules_ = true;
    sees_all_ |= needs_all(rule);
    const FaultSelector& on = rule.on;
    const bool by_command = !on.commands.empty() || on.lun || on.blocks ||
                            (on.pdus.empty() && !on.any_pdu) || on.outstanding_min > 0 ||
                            on.where || rule.action.decide;
    const bool is_command = on.pdus.size() == 1 && on.pdus.front() == Opcode::scsi_command;
    if (by_command && (!is_command || on.outstanding_min > 0)) tracks_commands_ = true;
    counts_outstanding_ |= on.outstanding_min > 0;
  }
}

void FaultTap::rebuild_table() const {
  if (table_generation_ == plan_.generation()) return;
  table_generation_ = plan_.generation();
  for (auto& row : table_)
    for (std::vector<std::size_t>& cell : row) cell.clear();
  for (std::size_t i = 0; i < plan_.rules().size(); ++i) {
    const FaultRule& rule = plan_.rules()[i];
    if (!rule.is_for_wire() || !plan_.is_awake(i)) continue;
    for (const Opcode opcode : kinds_of(rule.on))
      table_[row_of(rule.on.direction)][column_of(opcode)].push_back(i);
  }
}

bool FaultTap::is_interested(Direction direction, Opcode opcode) const {
  if (!has_wire_rules_) return false;
  if (sees_all_ || opcode == Opcode::login_request || opcode == Opcode::login_response) return true;
  if (tracks_commands_ && opcode == Opcode::scsi_command) return true;
  if (counts_outstanding_ && (opcode == Opcode::scsi_response || opcode == Opcode::data_in))
    return true;
  rebuild_table();
  return !table_[row_of(direction)][column_of(opcode)].empty();
}

TapConnection& FaultTap::connection_of(std::uint32_t number) {
  if (connections_.size() >= kConnectionsMax && !connections_.contains(number))
    connections_.erase(connections_.begin());
  return connections_[number];
}

std::uint32_t FaultTap::outstanding(const TapConnection& connection) const {
  if (!tracks_commands_) return 0;
  std::size_t count = 0;
  for (const auto& [number, other] : connections_)
    if (&other == &connection || (other.known && other.session == connection.session))
      count += other.commands.size();
  return static_cast<std::uint32_t>(count);
}

pdu::TapVerdict::Cut FaultTap::handle_opened(std::uint32_t number, std::string_view local,
                                             std::int64_t now_ns) {
  connection_of(number).portal = std::string(local);
  for (std::size_t i = 0; i < plan_.rules().size(); ++i) {
    const FaultRule& rule = plan_.rules()[i];
    const bool resets = rule.action.admission == AdmissionFault::reset;
    if (!rule.on.connects || (!resets && rule.action.admission != AdmissionFault::silence))
      continue;
    if (!plan_.is_awake(i) || !matches_glob(rule.on.portal, local)) continue;
    FaultOccasion occasion;
    occasion.connection = number;
    occasion.now_ns = now_ns;
    if (!plan_.strike(i, occasion)) continue;
    return resets ? pdu::TapVerdict::Cut::reset : pdu::TapVerdict::Cut::silence;
  }
  return pdu::TapVerdict::Cut::no;
}

void FaultTap::handle_closed(std::uint32_t number) { connections_.erase(number); }

void FaultTap::strike_all(Occasion& occasion) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{occasion.pdu.bhs});
  const std::optional<CommandFacts> facts = facts_of(occasion.connection, occasion.pdu);
  rebuild_table();
  // A copy: a strike may change what is awake, and with it the table.
  const std::vector<std::size_t> candidates = table_[row_of(occasion.direction)][column_of(opcode)];
  for (const std::size_t i : candidates) {
    const FaultRule& rule = plan_.rules()[i];
    if (!matches(rule, occasion, facts)) continue;
    const FaultScene scene = scene_of(occasion, facts);
    if (rule.on.where && !rule.on.where(scene)) continue;
    FaultOccasion counted;
    counted.session = occasion.connection.session;
    counted.connection = occasion.number;
    counted.lun = facts ? facts->lun : 0;
    counted.now_ns = occasion.now_ns;
    counted.outstanding = rule.on.outstanding_min > 0 ? outstanding(occasion.connection) : 0;
    if (!plan_.is_due(i, counted)) continue;
    const bool has_effect = rule.action.decide ? act(i, rule.action.decide(scene).wire, occasion)
                                               : act(i, rule.action.wire, occasion);
    if (has_effect) plan_.count_fired(i);
  }
}

/// A login's answer that was decided when the request came.
void FaultTap::finish_login_answer(Occasion& occasion) {
  std::optional<WireAction>& answer = occasion.connection.login_answer;
  if (!answer || pdu::opcode_of(pdu::BhsView{occasion.pdu.bhs}) != Opcode::login_response) return;
  refuse_login(*answer, occasion.pdu, occasion.verdict);
  answer.reset();
}

/// What the initiator now believes of our numbers.                                RFC 7143 §4.2.2
void FaultTap::keep_numbers(const Occasion& occasion) {
  if (occasion.direction == Direction::receive) return;
  const pdu::BhsBytes& bhs = occasion.pdu.bhs;
  TapConnection& connection = occasion.connection;
  connection.exp_cmd_sn = bytes::load_be32(&bhs[28]);
  connection.max_cmd_sn = bytes::load_be32(&bhs[32]);
  if (!has_stat_sn(bhs)) return;
  connection.next_stat_sn = bytes::load_be32(&bhs[24]) + (takes_stat_sn(bhs) ? 1 : 0);
}

/// Those that wait behind others have seen one more pass.
void FaultTap::let_pass(Direction direction, TapConnection& connection) {
  for (HeldPdu& held : connection.held)
    if (held.direction == direction && held.behind > 0 && --held.behind == 0) held.due_ns = 0;
}

FaultScene FaultTap::scene_of(const Occasion& occasion, const std::optional<CommandFacts>& facts) {
  FaultScene scene;
  scene.direction = occasion.direction;
  scene.now_ns = occasion.now_ns;
  scene.initiator = occasion.connection.initiator;
  scene.target = occasion.connection.target;
  scene.connection = occasion.number;
  scene.pdu = &occasion.pdu;
  scene.command = facts ? &*facts : nullptr;
  const pdu::BhsView bhs{occasion.pdu.bhs};
  if (pdu::opcode_of(bhs) == Opcode::scsi_command) scene.cdb = bhs.subspan(32, 16);
  return scene;
}

pdu::TapVerdict FaultTap::judge(Direction direction, std::uint32_t number, pdu::TappedPdu& tapped,
                                std::int64_t now_ns) {
  pdu::TapVerdict verdict;
  TapConnection& connection = connection_of(number);
  Occasion occasion{direction, number, connection, tapped, verdict, now_ns, tapped.bhs};
  connection.bytes[row_of(direction)] += pdu::kBhsBytes + tapped.ahs.size() + tapped.data.size();
  read_along(occasion);
  if (!connection.login_script.empty() && direction == Direction::receive) {
    play_login_script(occasion);
    return verdict;
  }
  if (direction == Direction::send && connection.status_shift != 0 && has_stat_sn(tapped.bhs)) {
    bytes::store_be32(&tapped.bhs[24], bytes::load_be32(&tapped.bhs[24]) + connection.status_shift);
    occasion.struck = tapped.bhs;
  }
  if (sees_all_ && direction == Direction::send) keep_numbers(occasion);
  const std::uint32_t shift_before = connection.status_shift;
  strike_all(occasion);
  finish_login_answer(occasion);
  if (direction == Direction::receive && shift_before != 0)
    bytes::store_be32(&tapped.bhs[28], bytes::load_be32(&tapped.bhs[28]) - shift_before);
  if (is_text(pdu::opcode_of(pdu::BhsView{tapped.bhs}))) texts_.keep(direction, tapped.data);
  if (sees_all_ && verdict.copies > 0) let_pass(direction, connection);
  if (direction == Direction::send && carries_status(tapped))
    connection.commands.erase(
        static_cast<std::uint32_t>(pdu::initiator_task_tag_of(pdu::BhsView{occasion.struck})));
  return verdict;
}

std::optional<pdu::TapRelease> FaultTap::poll_release(std::int64_t now_ns) {
  if (!released_.empty()) {
    pdu::TapRelease release = std::move(released_.front());
    released_.pop_front();
    return release;
  }
  if (!sees_all_) return std::nullopt;
  for (auto& [number, connection] : connections_) {
    const auto ripe =
        std::find_if(connection.held.begin(), connection.held.end(), [&](const HeldPdu& held) {
          return (held.due_ns && *held.due_ns <= now_ns) ||
                 (held.until_rule && plan_.fired(*held.until_rule) > held.fired_before);
        });
    if (ripe == connection.held.end()) continue;
    const HeldPdu held = std::move(*ripe);
    connection.held.erase(ripe);
    if (!held.to_make) return pdu::TapRelease{held.direction, number, held.pdu};
    return pdu::TapRelease{Direction::send, number, make_pdu(*held.to_make, held.pdu, connection)};
  }
  return std::nullopt;
}

std::optional<std::int64_t> FaultTap::poll_timeout() const {
  std::optional<std::int64_t> next;
  if (!sees_all_) return next;
  for (const auto& [number, connection] : connections_)
    for (const HeldPdu& held : connection.held)
      if (held.due_ns && (!next || *held.due_ns < *next)) next = held.due_ns;
  return next;
}

}  // namespace lunsim::target_sim
