// What an editor shows of a key: what the knobs that have it do, and what may stand behind it.
// Internal to schema.cpp.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/key_record.hpp"

namespace lunsim::scenarios {

class SchemaDescriptions {
 public:
  SchemaDescriptions();
  /// Of the key `key` in a map of the form `form`, whose values have `forms`; never empty, one
  /// sentence or two.
  std::string of(const std::string& form, const std::string& key,
                 const std::vector<ValueForm>& forms) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> lines_;  // of the knobs
};

}  // namespace lunsim::scenarios
