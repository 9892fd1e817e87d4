// What a case leaves on a host that lives on is taken away before the next one, through the
// functions themselves.
#pragma once

#include <string>

#include "conformance/api_cases/bench.hpp"

namespace lunsim::probe {

/// What is there that clear_host() would take away, as a sentence; empty if nothing is.
std::string what_is_there(conformance::Bench& bench);
void clear_host(conformance::Bench& bench);

}  // namespace lunsim::probe
