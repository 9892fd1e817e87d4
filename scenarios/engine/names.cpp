#include "scenarios/engine/names.hpp"

#include <array>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "protocol/scsi/asc_table.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "protocol/scsi/sense.hpp"
#include "protocol/scsi/status.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::array kStatuses{
    scsi::Status::good,       scsi::Status::check_condition,      scsi::Status::condition_met,
    scsi::Status::busy,       scsi::Status::reservation_conflict, scsi::Status::task_set_full,
    scsi::Status::aca_active, scsi::Status::task_aborted};

constexpr std::array kPdus{pdu::Opcode::nop_out,
                           pdu::Opcode::scsi_command,
                           pdu::Opcode::task_management_request,
                           pdu::Opcode::login_request,
                           pdu::Opcode::text_request,
                           pdu::Opcode::data_out,
                           pdu::Opcode::logout_request,
                           pdu::Opcode::snack_request,
                           pdu::Opcode::nop_in,
                           pdu::Opcode::scsi_response,
                           pdu::Opcode::task_management_response,
                           pdu::Opcode::login_response,
                           pdu::Opcode::text_response,
                           pdu::Opcode::data_in,
                           pdu::Opcode::logout_response,
                           pdu::Opcode::r2t,
                           pdu::Opcode::async_message,
                           pdu::Opcode::reject};

/// What people say.
constexpr std::array<std::pair<std::string_view, pdu::Opcode>, 3> kPduAliases{
    {{"Async Message", pdu::Opcode::async_message},
     {"Task Management Request", pdu::Opcode::task_management_request},
     {"Task Management Response", pdu::Opcode::task_management_response}}};

/// The standard writes "SCSI Data-In" and "Data-In"; people write the shorter.
std::string_view short_name(pdu::Opcode opcode) {
  std::string_view name = pdu::name_of(opcode);
  if (name.starts_with("SCSI Data")) name.remove_prefix(5);
  return name;
}

std::uint64_t pair_number(scsi::AdditionalSense code) {
  return static_cast<std::uint64_t>(code.asc) << 8 | code.ascq;
}

std::optional<std::uint64_t> status_named(std::string_view name) {
  for (const scsi::Status status : kStatuses)
    if (equal_ignoring_case(name, scsi::name_of(status))) return static_cast<std::uint64_t>(status);
  return std::nullopt;
}

std::optional<std::uint64_t> return_code_named(std::string_view name) {
  for (const CodeName& code : return_codes())
    if (equal_ignoring_case(name, code.name)) return code.value;
  return std::nullopt;
}

std::optional<std::uint64_t> yes_no_named(std::string_view name) {
  for (const std::string_view yes : {"yes", "true", "on"})
    if (equal_ignoring_case(name, yes)) return 1;
  for (const std::string_view no : {"no", "false", "off"})
    if (equal_ignoring_case(name, no)) return 0;
  return std::nullopt;
}

constexpr std::array kTmfResponses{
    pdu::TaskManagementOutcome::function_complete,
    pdu::TaskManagementOutcome::task_does_not_exist,
    pdu::TaskManagementOutcome::lun_does_not_exist,
    pdu::TaskManagementOutcome::task_still_allegiant,
    pdu::TaskManagementOutcome::task_allegiance_reassignment_not_supported,
    pdu::TaskManagementOutcome::function_not_supported,
    pdu::TaskManagementOutcome::function_authorization_failed,
    pdu::TaskManagementOutcome::function_succeeded,
    pdu::TaskManagementOutcome::function_rejected};

std::optional<std::uint64_t> tmf_response_named(std::string_view name) {
  for (const pdu::TaskManagementOutcome response : kTmfResponses)
    if (equal_ignoring_case(name, pdu::name_of(response)))
      return static_cast<std::uint64_t>(response);
  return std::nullopt;
}

std::string_view name_for(std::uint64_t value, Names names) {
  switch (names) {
    case Names::return_code:
      for (const CodeName& code : return_codes())
        if (code.value == value) return code.name;
      return {};
    case Names::scsi_status:
      for (const scsi::Status status : kStatuses)
        if (static_cast<std::uint64_t>(status) == value) return scsi::name_of(status);
      return {};
    case Names::sense_key:
      return value <= 0xF ? scsi::name_of(static_cast<scsi::SenseKey>(value)) : std::string_view{};
    case Names::asc_pair:
      return scsi::name_of(scsi::AdditionalSense{static_cast<std::uint8_t>(value >> 8),
                                                 static_cast<std::uint8_t>(value)});
    case Names::yes_no:
      return value == 0 ? "no" : "yes";
    case Names::tmf_response:
      for (const pdu::TaskManagementOutcome response : kTmfResponses)
        if (static_cast<std::uint64_t>(response) == value) return pdu::name_of(response);
      return {};
    case Names::hex_byte:
    case Names::duration:
    case Names::none:
      return {};
  }
  return {};
}

/// In the largest unit that loses nothing.
std::string show_duration(std::uint64_t ns) {
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 3> kUnits{
      {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
  for (const auto& [size, unit] : kUnits)
    if (ns % size == 0) return fmt::format("{} {}", ns / size, unit);
  return fmt::format("{} ns", ns);
}

}  // namespace

std::optional<std::uint64_t> number_named(std::string_view name, Names names) {
  name = trimmed(name);
  switch (names) {
    case Names::return_code:
      return return_code_named(name);
    case Names::scsi_status:
      return status_named(name);
    case Names::sense_key:
      if (const auto key = scsi::sense_key_named(name)) return static_cast<std::uint64_t>(*key);
      return std::nullopt;
    case Names::asc_pair:
      if (const auto code = scsi::additional_sense_named(name)) return pair_number(*code);
      return std::nullopt;
    case Names::yes_no:
      return yes_no_named(name);
    case Names::duration:
      if (const auto ns = parse_duration_ns(name)) return static_cast<std::uint64_t>(*ns);
      return std::nullopt;
    case Names::tmf_response:
      return tmf_response_named(name);
    case Names::hex_byte:
    case Names::none:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string show_number(std::uint64_t value, Names names) {
  const std::string_view name = name_for(value, names);
  if (!name.empty()) return std::string(name);
  if (names == Names::asc_pair) return fmt::format("{:02X}h/{:02X}h", value >> 8, value & 0xFF);
  if (names == Names::duration) return show_duration(value);
  if (names == Names::hex_byte) return fmt::format("{:02X}h", value);
  if (names == Names::none) return std::to_string(value);
  return fmt::format("0x{:x}", value);
}

std::vector<std::string> names_of(Names names) {
  std::vector<std::string> out;
  switch (names) {
    case Names::return_code:
      for (const CodeName& code : return_codes()) out.emplace_back(code.name);
      break;
    case Names::scsi_status:
      for (const scsi::Status status : kStatuses) out.emplace_back(scsi::name_of(status));
      break;
    case Names::sense_key:
      for (std::uint8_t key = 0; key < 16; ++key)
        out.emplace_back(scsi::name_of(static_cast<scsi::SenseKey>(key)));
      break;
    case Names::asc_pair:
      for (const scsi::AscEntry& entry : scsi::asc_table()) out.emplace_back(entry.name);
      break;
    case Names::yes_no:
      out = {"yes", "no", "true", "false"};
      break;
    case Names::tmf_response:
      for (const pdu::TaskManagementOutcome response : kTmfResponses)
        out.emplace_back(pdu::name_of(response));
      break;
    case Names::hex_byte:
    case Names::duration:
    case Names::none:
      break;
  }
  return out;
}

std::optional<pdu::Opcode> pdu_named(std::string_view name) {
  for (const auto& [alias, opcode] : kPduAliases)
    if (equal_ignoring_case(trimmed(name), alias)) return opcode;
  for (const pdu::Opcode opcode : kPdus)
    if (equal_ignoring_case(trimmed(name), pdu::name_of(opcode)) ||
        equal_ignoring_case(trimmed(name), short_name(opcode)))
      return opcode;
  return std::nullopt;
}

std::vector<std::string> pdu_names() {
  std::vector<std::string> out;
  for (const pdu::Opcode opcode : kPdus) out.emplace_back(short_name(opcode));
  return out;
}

std::vector<std::string> selector_names() {
  std::vector<std::string> out = pdu_names();
  for (const scsi::CommandName& command : scsi::command_names()) out.emplace_back(command.name);
  return out;
}

}  // namespace lunsim::scenarios
