#include "target_sim/faults/fault_tap.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/lun.hpp"
#include "target_sim/faults/fault_scene.hpp"
#include "target_sim/faults/pdu_change.hpp"

namespace lunsim::target_sim {
namespace {

using pdu::Direction;
using pdu::Opcode;

std::size_t row_of(Direction direction) { return direction == Direction::receive ? 0 : 1; }
std::size_t column_of(Opcode opcode) { return static_cast<std::uint8_t>(opcode) & 0x3F; }

/// Whether a PDU kind carries a LUN field in bytes 8..15.                                       RFC
/// 7143 §11
bool has_lun(Opcode opcode) {
  return opcode == Opcode::scsi_command || opcode == Opcode::data_out ||
         opcode == Opcode::task_management_request || opcode == Opcode::r2t ||
         opcode == Opcode::async_message;
}

/// The PDU that ends a command: SCSI Response, or Data-In with the S bit. §11.4, §11.7.3
bool carries_status(const pdu::TappedPdu& tapped) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{tapped.bhs});
  if (opcode == Opcode::scsi_response) return true;
  return opcode == Opcode::data_in && (bytes::load_u8(&tapped.bhs[1]) & 0x01) != 0;
}

/// The value of a key in the text of a first Login Request; empty if it is not there.
std::string_view text_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    const std::string_view pair = text.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=')
      return pair.substr(key.size() + 1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

std::string_view text_of(const pdu::TappedPdu& tapped) {
  return {reinterpret_cast<const char*>(tapped.data.data()), tapped.data.size()};
}

bool is_wire_rule(const FaultRule& rule) { return !rule.action.is_for_device(); }

/// The kinds of PDU that a rule has to be asked about.
std::vector<Opcode> opcodes_of(const FaultSelector& on) {
  if (on.pdu) return {*on.pdu};
  if (on.direction == Direction::receive) return {Opcode::scsi_command};
  return {Opcode::scsi_response, Opcode::data_in};
}

}  // namespace

FaultTap::FaultTap(FaultPlan& plan) : plan_(plan) {
  for (const FaultRule& rule : plan_.rules()) {
    if (!is_wire_rule(rule)) continue;
    has_wire_rules_ = true;
    const bool by_command = rule.on.command || rule.on.lun || rule.on.blocks || !rule.on.pdu ||
                            rule.on.where || rule.action.decide;
    if (by_command && rule.on.pdu != Opcode::scsi_command) tracks_commands_ = true;
  }
}

void FaultTap::rebuild_table() const {
  if (table_generation_ == plan_.generation()) return;
  table_generation_ = plan_.generation();
  for (auto& row : table_)
    for (std::vector<std::size_t>& cell : row) cell.clear();
  for (std::size_t i = 0; i < plan_.rules().size(); ++i) {
    const FaultRule& rule = plan_.rules()[i];
    if (!is_wire_rule(rule) || !plan_.is_awake(i)) continue;
    for (const Opcode opcode : opcodes_of(rule.on))
      table_[row_of(rule.on.direction)][column_of(opcode)].push_back(i);
  }
}

bool FaultTap::is_interested(Direction direction, Opcode opcode) const {
  if (!has_wire_rules_) return false;
  if (opcode == Opcode::login_request || opcode == Opcode::login_response) return true;
  if (tracks_commands_ && opcode == Opcode::scsi_command) return true;
  rebuild_table();
  return !table_[row_of(direction)][column_of(opcode)].empty();
}

FaultTap::Connection& FaultTap::connection_of(std::uint32_t number) {
  if (connections_.size() >= kConnectionsMax && !connections_.contains(number))
    connections_.erase(connections_.begin());
  return connections_[number];
}

void FaultTap::read_along(Direction direction, Connection& connection,
                          const pdu::TappedPdu& tapped) const {
  if (direction != Direction::receive) return;
  const pdu::BhsView bhs{tapped.bhs};
  if (pdu::opcode_of(bhs) == Opcode::login_request && !connection.known) {
    connection.known = true;
    const std::string_view text = text_of(tapped);
    connection.initiator = std::string(text_value(text, "InitiatorName"));
    connection.target = std::string(text_value(text, "TargetName"));
    connection.discovery = text_value(text, "SessionType") == "Discovery";
    const std::string_view isid{reinterpret_cast<const char*>(&tapped.bhs[8]), 6};
    connection.session = connection.initiator + '\n' + connection.target + '\n' + std::string(isid);
  } else if (pdu::opcode_of(bhs) == Opcode::scsi_command && tracks_commands_) {
    if (connection.commands.size() >= kCommandsMax) connection.commands.clear();
    const std::uint64_t field = pdu::lun_of(bhs).raw;
    connection.commands[static_cast<std::uint32_t>(pdu::initiator_task_tag_of(bhs))] =
        command_facts(bhs.subspan(32, 16), scsi::plain_lun(field).value_or(field));
  }
}

std::optional<CommandFacts> FaultTap::facts_of(const Connection& connection,
                                               const pdu::TappedPdu& tapped) const {
  const pdu::BhsView bhs{tapped.bhs};
  const Opcode opcode = pdu::opcode_of(bhs);
  const std::uint64_t field = pdu::lun_of(bhs).raw;
  const std::uint64_t lun = scsi::plain_lun(field).value_or(field);
  if (opcode == Opcode::scsi_command) return command_facts(bhs.subspan(32, 16), lun);
  const auto found =
      connection.commands.find(static_cast<std::uint32_t>(pdu::initiator_task_tag_of(bhs)));
  if (found != connection.commands.end()) return found->second;
  if (has_lun(opcode)) return CommandFacts{.code = {}, .lun = lun, .blocks = {}};
  return std::nullopt;
}

bool FaultTap::matches(const FaultRule& rule, const Connection& connection,
                       const std::optional<CommandFacts>& facts,
                       const pdu::TappedPdu& tapped) const {
  const FaultSelector& on = rule.on;
  if (on.session != SessionKind::any &&
      connection.discovery != (on.session == SessionKind::discovery))
    return false;
  if (on.target && !connection.discovery && *on.target != connection.target) return false;
  if (!matches_glob(on.initiator, connection.initiator)) return false;
  const bool by_command = on.command || on.lun || on.blocks;
  if (by_command && (!facts || !matches_command(on, *facts))) return false;
  if (!on.pdu && on.direction == Direction::send) return carries_status(tapped);
  return true;
}

FaultScene FaultTap::scene_of(Direction direction, std::uint32_t number,
                              const Connection& connection,
                              const std::optional<CommandFacts>& facts,
                              const pdu::TappedPdu& tapped, std::int64_t now_ns) const {
  FaultScene scene;
  scene.direction = direction;
  scene.now_ns = now_ns;
  scene.initiator = connection.initiator;
  scene.target = connection.target;
  scene.connection = number;
  scene.pdu = &tapped;
  scene.command = facts ? &*facts : nullptr;
  const pdu::BhsView bhs{tapped.bhs};
  if (pdu::opcode_of(bhs) == Opcode::scsi_command) scene.cdb = bhs.subspan(32, 16);
  return scene;
}

pdu::TapVerdict FaultTap::judge(Direction direction, std::uint32_t number, pdu::TappedPdu& tapped,
                                std::int64_t now_ns) {
  pdu::TapVerdict verdict;
  Connection& connection = connection_of(number);
  read_along(direction, connection, tapped);
  rebuild_table();
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{tapped.bhs});
  const std::optional<CommandFacts> facts = facts_of(connection, tapped);
  const std::uint64_t lun = facts ? facts->lun : 0;
  // A copy: a strike may change what is awake, and with it the table.
  const std::vector<std::size_t> candidates = table_[row_of(direction)][column_of(opcode)];
  for (const std::size_t i : candidates) {
    const FaultRule& rule = plan_.rules()[i];
    if (!matches(rule, connection, facts, tapped)) continue;
    const FaultScene scene = scene_of(direction, number, connection, facts, tapped, now_ns);
    if (rule.on.where && !rule.on.where(scene)) continue;
    if (!plan_.strike(i, {.session = connection.session, .connection = number, .lun = lun}))
      continue;
    const FaultAction action = rule.action.decide ? rule.action.decide(scene) : rule.action;
    const bool refuses = action.login_status || action.redirect;
    if (refuses && opcode == Opcode::login_request) {
      connection.login_answer = action;
    } else if (refuses && opcode == Opcode::login_response) {
      refuse_login(action, tapped, verdict);
    } else {
      apply_to_pdu(action, tapped, verdict);
    }
  }
  if (opcode == Opcode::login_response && connection.login_answer) {
    refuse_login(*connection.login_answer, tapped, verdict);
    connection.login_answer.reset();
  }
  if (direction == Direction::send && carries_status(tapped))
    connection.commands.erase(
        static_cast<std::uint32_t>(pdu::initiator_task_tag_of(pdu::BhsView{tapped.bhs})));
  return verdict;
}

}  // namespace lunsim::target_sim
