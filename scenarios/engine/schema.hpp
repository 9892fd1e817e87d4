// The language as a JSON Schema (draft-07), for editors: keys, kinds of values, words and names,
// written from what the loader itself asks for (key_record.hpp) while it reads the probes, and from
// the tables that it reads by. Looser than the loader where a rule spans several values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/key_record.hpp"

namespace lunsim::scenarios {

/// Files that make the loader ask for every key that it knows. They are probes, not stories: what
/// is wrong with them does not matter.
std::vector<std::string> schema_probes();

/// What the loader asks for in these texts.
void record_keys(const std::vector<std::string>& texts, KeyRecord& record);

/// The record as JSON Schema, indented by two.
std::string to_json_schema(const KeyRecord& record);

/// `lunsim schema`.
std::string json_schema();

}  // namespace lunsim::scenarios
