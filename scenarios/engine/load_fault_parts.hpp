// The reader of a fault in its parts: what it waits for, what it does on the wire, what it does to
// a command. Internal to the loader; load_fault.cpp puts them together.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scenarios/engine/map_reader.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {

/// load_fault_selector.cpp: `on:`.
target_sim::FaultSelector read_fault_selector(const Node& node, const TargetModel& target,
                                              Problems& problems);

/// When, while what, and which of the matches: the keys of `on:` that know no PDU.
void read_occasions(MapReader& map, target_sim::FaultSelector& on);

/// A range of numbers, like 0..63, or one number. Tells if it is none.
std::optional<target_sim::BlockRange> read_range(const Node& node, std::string_view what,
                                                 Problems& problems);

/// load_fault_wire.cpp: the keys of `do:` that concern PDUs and bytes.
void read_wire_action(MapReader& map, FaultModel& fault);
/// Whether `do:` has anything for the wire.
bool changes_wire(const target_sim::FaultAction& action);
/// What cannot be meant together, and names that the selected kinds of PDU do not have.
void check_wire_action(const Node& node, const FaultModel& fault, Problems& problems);

/// load_fault_fields.cpp: changes of fields by their names, for `set:` and `add:`.
void read_field_changes(const Node& node, bool add, std::vector<target_sim::FieldChange>& out,
                        Problems& problems);
/// Tells the names that none of these kinds of PDU has.
void check_field_names(const Place& place, std::span<const pdu::Opcode> kinds,
                       std::span<const std::string> names, Problems& problems);
std::optional<target_sim::PduPlace> read_pdu_place(const Node& node, Problems& problems);
/// load_fault_text.cpp: `text:`, edits of a login's keys.
void read_text_changes(const Node& node, std::vector<target_sim::TextChange>& out,
                       Problems& problems);
/// load_fault_inject.cpp: `before:`, `after:`, `async:`, `ping:`, `reject:`, `respond:`.
void read_injections(MapReader& map, FaultModel& fault);

/// load_fault_bytes.cpp: `do:` of a fault that waits for bytes or for who connects.
void read_byte_action(const Node& node, FaultModel& fault, Problems& problems);
void read_admission(const Node& node, FaultModel& fault, Problems& problems);

/// load_fault_device.cpp: the keys of `do:` that concern SCSI commands.
void read_device_action(MapReader& map, FaultModel& fault);
/// Whether `data:` means what a command moves, not what a PDU carries: by its keys, and if they
/// leave it open by what the fault waits for.
bool is_data_of_command(const Node& data, const FaultModel& fault);
void check_device_action(const Node& node, const FaultModel& fault, Problems& problems);

/// One of a few words; tells the nearest if it is none of them.
template <class Value>
void read_word(MapReader& map, std::string_view key, Value& out,
               std::initializer_list<std::pair<std::string_view, Value>> words) {
  std::string text;
  std::vector<std::string> known;
  for (const auto& [word, value] : words) known.emplace_back(word);
  if (!map.word(key, text, known)) return;
  for (const auto& [word, value] : words) {
    if (!equal_ignoring_case(word, text)) continue;
    out = value;
    return;
  }
  map.problems().add(
      map.node().find(key)->place,
      fmt::format("unknown word \"{}\" for \"{}\": possible is {}", text, key, one_of_text(known)),
      nearest(text, known));
}

}  // namespace lunsim::scenarios
