// Why a good device may fail a case, where many cases share the reason.
#pragma once

#include "conformance/harness/case.hpp"

namespace lunsim::conform {

/// Fills in what a case does not say itself. Throws std::logic_error if a reason fits no case.
void add_possible_problems(CaseList& cases);

}  // namespace lunsim::conform
