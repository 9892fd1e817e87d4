// Each check of a server acquits our healthy server and convicts its mutants.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/harness/proof.hpp"
#include "conformance/smb_cases/checks.hpp"

namespace lunsim::conformance::srvsvc {

std::vector<conform::Proof> prove(std::span<const Check> checks);

/// What is wrong with the checks and their mutants as data: doubled ids or names, a check without
/// a mutant, a mutant of no check. Sentences.
std::vector<std::string> mistakes_in(std::span<const Check> checks);

/// Our healthy server in the simulated world, a new one for each check.
Finding judge_own_server(const Check& check);

}  // namespace lunsim::conformance::srvsvc
