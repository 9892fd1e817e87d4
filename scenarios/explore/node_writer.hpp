// A tree of values back to YAML: short parts on one line, long ones spread. What it writes reads
// back as the same tree; comments are not kept, for a tree has none.
#pragma once

#include <string>

#include "scenarios/engine/node.hpp"

namespace lunsim::explore {

/// With a line end. `root` is a map.
std::string to_yaml(const scenarios::Node& root);

}  // namespace lunsim::explore
