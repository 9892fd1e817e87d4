// Loads one scenario of the source tree for a trial.
#pragma once

#include <optional>
#include <string>

#include "scenarios/engine/model.hpp"

namespace lunsim::conformance {

/// Empty if the file is not there.
std::string text_of(const std::string& root, const std::string& file);

/// What is wrong with it is printed; then there is none.
std::optional<scenarios::Scenario> load_case(const std::string& text, const std::string& file);

}  // namespace lunsim::conformance
