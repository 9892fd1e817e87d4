// A file that says `judge: invariants` is judged like a variant of an exploration: by the
// invariants and not by the rows of its steps. What a shrunk finding is kept as; with `trouble:
// {crash: 12}` the trouble strikes as well, else the file's own faults are all.
#pragma once

#include <functional>
#include <memory>

#include "initiator/host/host.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/report.hpp"

namespace lunsim::explore {

/// A case for each invariant that was broken, or one that says that none was.
scenarios::ScenarioReport judge_by_invariants(
    const scenarios::Scenario& scenario, std::uint64_t seed,
    const std::function<std::unique_ptr<initiator::Host>(initiator::Host&)>& defect = {});

}  // namespace lunsim::explore
