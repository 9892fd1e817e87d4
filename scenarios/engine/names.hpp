// The standards' names for numbers, as scenarios may write them and reports show them: return
// codes, SCSI statuses, sense keys, additional sense codes, login statuses, PDU kinds. Return codes
// come from the documentation, not from our headers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"
#include "scenarios/engine/matcher.hpp"

namespace lunsim::scenarios {

/// By its name in any case; empty if there is none.
std::optional<std::uint64_t> number_named(std::string_view name, Names names);
/// "ERROR_SUCCESS", "CHECK CONDITION", "0x2a", "17".
std::string show_number(std::uint64_t value, Names names);
/// All names of a kind, for suggestions.
std::vector<std::string> names_of(Names names);

/// "Data-In", "Login Request" and so on, in any case.
std::optional<pdu::Opcode> pdu_named(std::string_view name);
std::vector<std::string> pdu_names();
/// PDU kinds and SCSI commands together: what may stand behind send: and receive:.
std::vector<std::string> selector_names();

struct CodeName {
  std::uint32_t value;
  std::string_view name;
};
/// ERROR_*, WSA*, ISDSC_*.
std::span<const CodeName> return_codes();

}  // namespace lunsim::scenarios
