// `include:` and `params:`: one tree out of a scenario file and the parts that it includes, with
// every ${name} replaced. Knows these keys and which keys of a part go where, and nothing else of
// the language.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {

/// What a scenario file can bring in from outside of itself.
struct Outside {
  /// A file's text by its path, which is relative to where the including file's path is; empty if
  /// it cannot be read. Null: nothing can be included.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  /// Values that go before those in the files.
  std::map<std::string, std::string> params;
};

struct IncludeLimits {
  static constexpr std::size_t kDepthMax = 8;
  static constexpr std::size_t kFilesMax = 64;
};

/// Reads the parts and puts everything in its place: maps (`hosts`, `targets`, `params`) side by
/// side, lists (`steps`, `host_faults`) before those of the file that includes them. Tells files
/// that cannot be read, cycles, keys that stand in two files, parameters that are not defined or
/// not used. `defined` gets the names of all parameters. `limits` count for all files together.
void expand(Node& root, const std::string& file, const Outside& outside, const ReadLimits& limits,
            Problems& problems, std::set<std::string>& defined);

}  // namespace lunsim::scenarios
