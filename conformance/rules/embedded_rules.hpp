// The documented rules as they were when the program was built, for reports: whoever runs lunsim
// need not have its source at hand. Not for judging the table: read_rules() reads the tree.
#pragma once

#include <span>
#include <string_view>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {

struct EmbeddedFile {
  std::string_view name, text;
};
/// conformance/rules/*.yaml.
std::span<const EmbeddedFile> embedded_rule_files();

/// Rules and sources; mutants are not in it. Cost: parses some 60 KB of YAML.
RuleTable embedded_rules();

}  // namespace lunsim::conformance
