// The documented rules that a run's cases name, written out for its report.
#pragma once

#include "conformance/rules/rules.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// Fills `report.rules` from the table; a rule that it does not know is left out.
void add_rule_texts(const conformance::RuleTable& table, RunReport& report);

/// One rule in a line, with its sources; empty if the table does not know it.
std::string rule_line(const conformance::RuleTable& table, const std::string& id);

}  // namespace lunsim::scenarios
