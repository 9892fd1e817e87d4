// Hosts that treat a bad answer as an initiator of the field once did, as decorators of a healthy
// one. Each is convicted by the case that defects.yaml names. Never part of the program.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "conformance/mutants/host_mutants.hpp"

namespace lunsim::conformance {

/// The defective host of this name around `healthy`, which outlives it; null if there is none.
std::unique_ptr<HostDecorator> make_defect_host(std::string_view name, initiator::Host& healthy);
std::vector<std::string_view> defect_host_names();

}  // namespace lunsim::conformance
