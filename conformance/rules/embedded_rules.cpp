#include "conformance/rules/embedded_rules.hpp"

namespace lunsim::conformance {

RuleTable embedded_rules() {
  RuleTable table;
  for (const EmbeddedFile& file : embedded_rule_files()) {
    const std::string name(file.name);
    const std::string text(file.text);
    if (name.ends_with("/sources.yaml"))
      read_source_file(name, text, table);
    else
      read_rule_file(name, text, table);
  }
  return table;
}

}  // namespace lunsim::conformance
