// The steps of a CHAP login, and what may come of a proof that is none: for the families of CHAP
// cases. RFC 7143 §12.1.3
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/case_context.hpp"

namespace lunsim::conform {

/// What the target has said when it is our turn to prove ourselves.
struct Challenge {
  std::string algorithm, identifier, bytes;
};

/// The names of a login to the target that wants CHAP.
Pairs locked_names(CaseContext& c, const Connection& one);
Seen choose_method(CaseContext& c, Connection& one, const std::string& methods,
                   bool transit = false);
Seen security_step(Connection& one, const Pairs& keys, bool transit = false);
/// Up to the challenge; inconclusive if an ordinary exchange does not get there.
Challenge take_challenge(CaseContext& c, Connection& one);
/// The right CHAP_R.
std::string proof(CaseContext& c, const Challenge& challenge);

/// A mutant that turns its refusal into consent.
std::string granting();

std::vector<Outcome> not_authenticated();
std::vector<Outcome> refused_somehow();

}  // namespace lunsim::conform
