// Tries the mutants of API cases: the case acquits the healthy library and convicts the mutant, by
// an expectation that names the rule. And the check that nobody can fool: with a function emptied
// to `return ERROR_SUCCESS`, every case of it fails.
#pragma once

#include <string>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {

/// All cases hold on the healthy library, and name rules of the table.
bool all_api_cases_hold(const RuleTable& table);
/// Each sweep convicts, in each function and form, the defects that it is made for.
bool all_sweeps_convict();
/// Every case fails when its function is hollow.
bool all_hollow_functions_fail();
/// A mutant whose case is a file of conformance/api_cases.
bool try_api_mutant(const Mutant& mutant);
/// All such mutants of the table, one after the other.
bool try_api_mutants(const RuleTable& table);
bool is_api_mutant(const Mutant& mutant);

}  // namespace lunsim::conformance
