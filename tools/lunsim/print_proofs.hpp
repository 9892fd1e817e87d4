// What `--prove` prints, for targets, initiators and servers.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "conformance/harness/proof.hpp"

namespace lunsim::tools {

/// Mistakes, the trials that failed (all of them if `verbose`), and the sums. `what` is counted:
/// "cases". Returns the exit code.
int print_proofs(std::string_view what, std::size_t count, std::span<const conform::Proof> proofs,
                 std::span<const std::string> mistakes, bool verbose);

}  // namespace lunsim::tools
