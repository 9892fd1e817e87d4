// What can be wrong with the Net functions, by name: in what is asked, in what is made of an
// answer, and in the functions themselves.
#pragma once

#include <optional>

#include "conformance/mutants/net_world.hpp"
#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {

/// The defect of a mutant that is data: its `does`, with `of` and `code` where it says a code.
/// Empty if no defect has this name.
std::optional<NetDefect> net_defect(const Mutant& mutant);
/// The functions with one that returns success and does nothing else; false if it is none of them.
bool hollow_net_function(NetFunctions& functions, std::string_view function);

}  // namespace lunsim::conformance
