// Scenario files as the command line names them: files, or folders searched for *.yaml and *.lua
// (but not for *.part.yaml, which others include); and what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/runner.hpp"

namespace lunsim::tools {

/// All files under the paths, sorted by path; complains on stderr and returns nothing if a path is
/// not there or a folder has no scenario. The id is the path under the named folder (for a single
/// file: under scenarios/catalog, or its name).
std::optional<std::vector<scenarios::ScenarioFile>> find_scenario_files(
    const std::vector<std::string>& paths);

/// What scenario files may include, and "name=value" parameters; complains on stderr and returns
/// nothing if one of these is none.
std::optional<scenarios::Outside> outside_of(const std::vector<std::string>& params);

/// Reads and checks them; complains on stderr, a line for each problem, and returns nothing if
/// there is any. `params` are "name=value" and go before those in the files.
std::optional<std::vector<scenarios::Scenario>> load_all(
    const std::vector<std::string>& paths, const std::vector<std::string>& params = {});

}  // namespace lunsim::tools
