// Each case for initiators acquits our healthy initiator and convicts its mutants.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/harness/initiator_case.hpp"

namespace lunsim::conform {

struct InitiatorProof {
  std::string case_id, mutant;  // mutant: empty for the healthy initiator
  bool ok = false;
  std::string message;  // the verdict and its words
};

std::vector<InitiatorProof> prove(std::span<const InitiatorCase> cases);

/// What is wrong with the cases as data: doubled ids or mutants, missing texts. Sentences.
std::vector<std::string> mistakes_in(std::span<const InitiatorCase> cases);

}  // namespace lunsim::conform
