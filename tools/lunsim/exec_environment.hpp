// What a program under `lunsim exec` is told of the world by its environment. Text only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/model.hpp"
#include "scenarios/engine/server_side.hpp"
#include "scenarios/engine/target_side.hpp"

namespace lunsim::tools {

/// A target's id as it stands in a variable's name: "array-2" is "ARRAY_2".
std::string variable_part(const std::string& id);

/// NAME=value for every target (LUNSIM_ISCSI_*, LUNSIM_TARGET_*) and the seed. Two targets whose
/// names would meet in one variable are a mistake: then nothing, and `problem` says which.
std::optional<std::vector<std::string>> target_environment(const scenarios::Scenario& scenario,
                                                           const scenarios::TargetSide& targets,
                                                           std::uint64_t seed,
                                                           std::string& problem);

/// The same of every server: LUNSIM_SMB_* is where it listens, LUNSIM_SMB_NAME_* what it is called.
std::optional<std::vector<std::string>> server_environment(const scenarios::Scenario& scenario,
                                                           const scenarios::ServerSide& servers,
                                                           std::string& problem);

}  // namespace lunsim::tools
