// Tries the mutants of cases of the Net functions, as api_trial does with those of <iscsidsc.h>:
// the case acquits the healthy functions and convicts the mutant, by an expectation that names the
// rule; a function emptied to `return NERR_Success` fails every case of it.
#pragma once

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {

bool is_net_mutant(const Mutant& mutant);
/// All cases hold on healthy functions, and name rules of the table. Prints what was seen where the
/// documents allow several codes.
bool all_net_cases_hold(const RuleTable& table);
bool all_hollow_net_functions_fail();
bool try_net_mutant(const Mutant& mutant);
bool try_net_mutants(const RuleTable& table);

}  // namespace lunsim::conformance
