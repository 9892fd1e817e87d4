// Trials of defects.yaml: a scenario that stands for a defect of the field acquits the healthy
// peers and convicts one that has the defect.
#pragma once

#include <string>

namespace lunsim::conformance {

/// Plays the scenario of the defect as it is, and with the mutant. The mutant must be seen at work
/// and be convicted by the step that the entry names. What happened is printed.
bool try_defect(const std::string& root, const std::string& name);

/// Whether defects.yaml, scenarios/engine/required_stories.txt, the tags of the scenarios and the
/// hosts of the code agree.
bool all_defects_known(const std::string& root);

}  // namespace lunsim::conformance
