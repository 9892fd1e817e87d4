#include "scenarios/explore/wire_watch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"

namespace lunsim::explore {
namespace {

using pdu::Opcode;

constexpr std::uint32_t kNoTag = 0xFFFF'FFFFu;

std::uint32_t word(const pdu::PduView& pdu, std::size_t offset) {
  return bytes::load_be32(&pdu.bhs[offset]);
}
std::uint32_t tag_of(const pdu::PduView& pdu) { return word(pdu, 16); }
std::uint32_t transfer_tag_of(const pdu::PduView& pdu) { return word(pdu, 20); }

}  // namespace

void WireWatch::opened(std::uint32_t number, const runtime::Endpoint&, const runtime::Endpoint&,
                       runtime::TimePoint) {
  connections_[number];
}

void WireWatch::closed(std::uint32_t number, bool, bool, runtime::TimePoint) {
  connections_.erase(number);
}

void WireWatch::carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
                        runtime::TimePoint) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.reader.read(from_opener, bytes, [&](const pdu::PduView& pdu, std::size_t) {
    if (from_opener) {
      judge_request(connection, pdu);
    } else {
      follow_response(connection, pdu);
    }
  });
}

void WireWatch::judge_request(Connection& connection, const pdu::PduView& pdu) {
  const Opcode opcode = pdu::opcode_of(pdu.bhs);
  if (opcode == Opcode::login_request) {
    connection.next_cmd_sn = connection.max_cmd_sn = CmdSn{word(pdu, 24)};
    return;
  }
  if (opcode == Opcode::data_out || opcode == Opcode::snack_request) return;
  judge_number(connection, pdu);
  const std::uint32_t tag = tag_of(pdu);
  const bool goes_on = opcode == Opcode::text_request && transfer_tag_of(pdu) != kNoTag;
  if (tag == kNoTag || goes_on) return;
  if (!connection.tags.insert(tag).second)
    findings_.add("task tag twice",
                  fmt::format("{} uses the initiator task tag {:#x} of a request that has no "
                              "answer yet",
                              pdu::name_of(opcode), tag));
  if (opcode != Opcode::task_management_request) return;
  const auto request = pdu::decode_task_management_request(pdu);
  const bool is_for_one = request && request->function == pdu::TaskManagementFunction::abort_task;
  connection.aborts[tag] = is_for_one ? std::optional(transfer_tag_of(pdu)) : std::nullopt;
}

void WireWatch::judge_number(Connection& connection, const pdu::PduView& pdu) {
  if (pdu::is_immediate(pdu.bhs) || !connection.reader.in_full_feature_phase()) return;
  const CmdSn number{word(pdu, 24)};
  if (connection.rejected_cmd_sns.erase(number.value) > 0) return;
  if (number != connection.next_cmd_sn)
    findings_.add("command numbers", fmt::format("CmdSN {:#x} where {:#x} is due", number.value,
                                                 connection.next_cmd_sn.value));
  if (precedes(connection.max_cmd_sn, number))
    findings_.add("command window", fmt::format("CmdSN {:#x} is beyond MaxCmdSN {:#x}",
                                                number.value, connection.max_cmd_sn.value));
  connection.next_cmd_sn = number + 1;
}

void WireWatch::follow_response(Connection& connection, const pdu::PduView& pdu) {
  const Opcode opcode = pdu::opcode_of(pdu.bhs);
  const CmdSn exp_cmd_sn{word(pdu, 28)};
  const CmdSn max_cmd_sn{word(pdu, 32)};
  // A pair that cannot be is ignored by the initiator.                    RFC 7143 §4.2.2.1
  const bool can_be =
      exp_cmd_sn == max_cmd_sn + 1 || exp_cmd_sn == max_cmd_sn || precedes(exp_cmd_sn, max_cmd_sn);
  if (can_be && precedes(connection.max_cmd_sn, max_cmd_sn)) connection.max_cmd_sn = max_cmd_sn;
  const std::uint32_t tag = tag_of(pdu);
  switch (opcode) {
    case Opcode::login_response:
      return;
    case Opcode::data_in:
      if (const auto data = pdu::decode_data_in(pdu); data && data->has_status)
        finish_task(connection, tag);
      return;
    case Opcode::text_response:
      if (transfer_tag_of(pdu) == kNoTag) finish_task(connection, tag);
      return;
    case Opcode::task_management_response:
      if (const auto abort = connection.aborts.find(tag); abort != connection.aborts.end()) {
        const std::optional<std::uint32_t> whom = abort->second;
        if (whom) finish_task(connection, *whom);
        connection.aborts.erase(abort);
        if (!whom) connection.tags.clear();
      }
      return finish_task(connection, tag);
    case Opcode::reject:
      return follow_reject(connection, pdu);
    case Opcode::async_message:
      return connection.tags.clear();  // some of them end tasks
    case Opcode::r2t: {
      const auto [known, is_new] = connection.transfer_tags.emplace(transfer_tag_of(pdu), tag);
      if (!is_new && known->second != tag)
        findings_.add("transfer tag twice",
                      fmt::format("the target transfer tag {:#x} stands for two tasks",
                                  transfer_tag_of(pdu)));
      return;
    }
    default:
      return finish_task(connection, tag);
  }
}

/// The data of a Reject is the header that it is about. A command that was rejected counts as one
/// that never came: its CmdSN is due again.                                        RFC 7143 §7.3
void WireWatch::follow_reject(Connection& connection, const pdu::PduView& pdu) {
  if (pdu.data.size() < pdu::kBhsBytes) return;
  finish_task(connection, bytes::load_be32(&pdu.data[16]));
  pdu::BhsBytes rejected{};
  std::copy_n(pdu.data.begin(), rejected.size(), rejected.begin());
  const Opcode opcode = pdu::opcode_of(rejected);
  const bool is_numbered = opcode != Opcode::data_out && opcode != Opcode::snack_request &&
                           opcode != Opcode::login_request && !pdu::is_immediate(rejected);
  if (is_numbered) connection.rejected_cmd_sns.insert(bytes::load_be32(&rejected[24]));
}

void WireWatch::finish_task(Connection& connection, std::uint32_t tag) {
  connection.tags.erase(tag);
  std::erase_if(connection.transfer_tags, [tag](const auto& one) { return one.second == tag; });
}

}  // namespace lunsim::explore
