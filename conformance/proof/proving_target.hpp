// Our own target in the simulated world, healthy or as one of the mutants: what proves that the
// cases acquit the one and convict the others. The only place of the cases' side that links the
// target engine.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/proof.hpp"
#include "conformance/harness/run_case.hpp"

namespace lunsim::conform {

/// How a case meets our own target: names, credentials and what it may do.
JudgedTarget proving_target();

/// A fresh world with a fresh target for each ground. `mutant` may be null: then it is healthy.
/// Throws std::invalid_argument with the loader's words if the mutant's YAML cannot be read.
GroundMaker proving_grounds(const Mutant* mutant, const Stage& stage = {}, std::uint64_t seed = 1);
/// The YAML of that target, for people and for `lunsim serve`.
std::string proving_scenario(const Mutant* mutant, const Stage& stage = {});

/// For each case: it acquits the healthy target (passes, no warning), has a mutant, and convicts
/// each of its mutants. All results, in order.
std::vector<Proof> prove(std::span<const Case> cases);

/// What is wrong with the cases as data: doubled ids or mutants, missing texts, unknown shapes of
/// ids. Sentences.
std::vector<std::string> mistakes_in(std::span<const Case> cases);

}  // namespace lunsim::conform
