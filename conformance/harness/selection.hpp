// Which cases of all somebody asked for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"

namespace lunsim::conform {

struct CaseSelection {
  /// Parts of ids, or globs with * and ?; one of them must fit. With ! in front: none of those may.
  std::vector<std::string> only;
  std::vector<Level> levels;  // none: all
};

/// In the order of `all`.
std::vector<const Case*> select(std::span<const Case> all, const CaseSelection& selection);

/// `*` stands for any characters, `?` for one; a pattern without either fits a part of the text.
bool fits(std::string_view pattern, std::string_view text);

/// Levels by their names; what is none of them is passed over.
std::vector<Level> levels_named(const std::vector<std::string>& names);

}  // namespace lunsim::conform
