#include <algorithm>
#include <array>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/lun.hpp"
#include "target_sim/faults/fault_tap.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::target_sim {
namespace {

using pdu::Direction;
using pdu::Opcode;

constexpr std::size_t kSessionsMax = 65536;

constexpr std::array kFromInitiator{
    Opcode::nop_out,        Opcode::scsi_command, Opcode::task_management_request,
    Opcode::login_request,  Opcode::text_request, Opcode::data_out,
    Opcode::logout_request, Opcode::snack_request};
constexpr std::array kFromTarget{
    Opcode::nop_in,          Opcode::scsi_response, Opcode::task_management_response,
    Opcode::login_response,  Opcode::text_response, Opcode::data_in,
    Opcode::logout_response, Opcode::r2t,           Opcode::async_message,
    Opcode::reject};

std::string_view text_of(const pdu::TappedPdu& tapped) {
  return {reinterpret_cast<const char*>(tapped.data.data()), tapped.data.size()};
}

pdu::Stage stage_of(const pdu::TappedPdu& tapped) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{tapped.bhs});
  if (opcode != Opcode::login_request && opcode != Opcode::login_response)
    return pdu::Stage::full_feature_phase;
  return static_cast<pdu::Stage>((bytes::load_u8(&tapped.bhs[1]) >> 2) & 3);
}

bool has_fields(const std::vector<FieldMatch>& wanted, const pdu::TappedPdu& tapped) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const FieldMatch& match) {
    const auto value = pdu::read_field(pdu::BhsView{tapped.bhs}, match.field);
    return value && *value >= match.first && *value <= match.last;
  });
}

}  // namespace

bool has_lun(Opcode opcode) {
  return opcode == Opcode::scsi_command || opcode == Opcode::data_out ||
         opcode == Opcode::task_management_request || opcode == Opcode::r2t ||
         opcode == Opcode::async_message;
}

bool is_text(Opcode opcode) {
  return opcode == Opcode::login_request || opcode == Opcode::login_response ||
         opcode == Opcode::text_request || opcode == Opcode::text_response;
}

bool carries_status(const pdu::TappedPdu& tapped) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{tapped.bhs});
  if (opcode == Opcode::scsi_response) return true;
  return opcode == Opcode::data_in && (bytes::load_u8(&tapped.bhs[1]) & 0x01) != 0;
}

bool has_stat_sn(const pdu::BhsBytes& bhs) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{bhs});
  return opcode != Opcode::data_in || (bytes::load_u8(&bhs[1]) & 0x01) != 0;
}

bool takes_stat_sn(const pdu::BhsBytes& bhs) {
  const Opcode opcode = pdu::opcode_of(pdu::BhsView{bhs});
  if (opcode == Opcode::r2t) return false;
  if (opcode == Opcode::nop_in)
    return pdu::initiator_task_tag_of(pdu::BhsView{bhs}) != kReservedInitiatorTaskTag;
  return has_stat_sn(bhs);
}

std::vector<Opcode> kinds_of(const FaultSelector& on) {
  if (!on.pdus.empty()) return on.pdus;
  if (on.any_pdu && on.direction == Direction::receive)
    return {kFromInitiator.begin(), kFromInitiator.end()};
  if (on.any_pdu) return {kFromTarget.begin(), kFromTarget.end()};
  if (on.direction == Direction::receive) return {Opcode::scsi_command};
  return {Opcode::scsi_response, Opcode::data_in};
}

void FaultTap::read_along(const Occasion& occasion) {
  if (occasion.direction != Direction::receive) return;
  TapConnection& connection = occasion.connection;
  const pdu::TappedPdu& tapped = occasion.pdu;
  const pdu::BhsView bhs{tapped.bhs};
  if (pdu::opcode_of(bhs) == Opcode::login_request && !connection.known) {
    connection.known = true;
    const std::string_view text = text_of(tapped);
    connection.initiator = std::string(text_value(text, "InitiatorName"));
    connection.target = std::string(text_value(text, "TargetName"));
    connection.discovery = text_value(text, "SessionType") == "Discovery";
    connection.cid = bytes::load_be16(&tapped.bhs[20]);
    const std::string_view isid{reinterpret_cast<const char*>(&tapped.bhs[8]), 6};
    connection.session = connection.initiator + '\n' + connection.target + '\n' + std::string(isid);
    if (generations_.size() >= kSessionsMax && !generations_.contains(connection.session))
      generations_.clear();
    connection.generation = ++generations_[connection.session];
  } else if (pdu::opcode_of(bhs) == Opcode::scsi_command && tracks_commands_) {
    if (connection.commands.size() >= kCommandsMax) connection.commands.clear();
    const std::uint64_t field = pdu::lun_of(bhs).raw;
    connection.commands[static_cast<std::uint32_t>(pdu::initiator_task_tag_of(bhs))] =
        command_facts(bhs.subspan(32, 16), scsi::plain_lun(field).value_or(field));
  }
}

std::optional<CommandFacts> FaultTap::facts_of(const TapConnection& connection,
                                               const pdu::TappedPdu& tapped) {
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

bool FaultTap::matches(const FaultRule& rule, const Occasion& occasion,
                       const std::optional<CommandFacts>& facts) {
  const FaultSelector& on = rule.on;
  const TapConnection& connection = occasion.connection;
  if (on.session != SessionKind::any &&
      connection.discovery != (on.session == SessionKind::discovery))
    return false;
  if (on.target && !connection.discovery && *on.target != connection.target) return false;
  if (!matches_glob(on.initiator, connection.initiator)) return false;
  if (!matches_glob(on.portal, connection.portal)) return false;
  if (on.generation != 0 && on.generation != connection.generation) return false;
  if (on.cid && *on.cid != connection.cid) return false;
  if (on.stage && *on.stage != stage_of(occasion.pdu)) return false;
  if (on.after_bytes > 0) {
    const std::size_t way = occasion.direction == Direction::receive ? 0 : 1;
    if (connection.bytes[way] <= on.after_bytes) return false;
  }
  if (!has_fields(on.fields, occasion.pdu)) return false;
  const bool by_command = !on.commands.empty() || on.lun || on.blocks;
  if (by_command && (!facts || !matches_command(on, *facts))) return false;
  if (on.pdus.empty() && !on.any_pdu && on.direction == Direction::send)
    return carries_status(occasion.pdu);
  return true;
}

}  // namespace lunsim::target_sim
