// Each case for initiators acquits our healthy initiator and convicts its mutants.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/harness/initiator_case.hpp"
#include "conformance/harness/proof.hpp"

namespace lunsim::conform {

std::vector<Proof> prove(std::span<const InitiatorCase> cases);

/// What is wrong with the cases as data: doubled ids or mutants, missing texts. Sentences.
std::vector<std::string> mistakes_in(std::span<const InitiatorCase> cases);

}  // namespace lunsim::conform
