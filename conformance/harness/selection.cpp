#include "conformance/harness/selection.hpp"

#include <algorithm>

namespace lunsim::conform {
namespace {

bool fits_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.find_first_of("*?") == pattern.npos) return text.find(pattern) != text.npos;
  return fits_glob(pattern, text);
}

std::vector<const Case*> select(std::span<const Case> all, const CaseSelection& selection) {
  const auto is_wanted = [&](const Case& one) {
    bool is_named = false, has_names = false;
    for (const std::string& term : selection.only) {
      const bool is_negated = term.starts_with('!');
      const bool is_fit = fits(std::string_view(term).substr(is_negated ? 1 : 0), one.id);
      if (is_negated && is_fit) return false;
      has_names = has_names || !is_negated;
      is_named = is_named || (!is_negated && is_fit);
    }
    const auto& levels = selection.levels;
    const bool is_level =
        levels.empty() || std::find(levels.begin(), levels.end(), one.level) != levels.end();
    return is_level && (is_named || !has_names);
  };
  std::vector<const Case*> out;
  for (const Case& one : all)
    if (is_wanted(one)) out.push_back(&one);
  return out;
}

std::vector<Level> levels_named(const std::vector<std::string>& names) {
  std::vector<Level> out;
  for (const std::string& name : names)
    for (const Level level :
         {Level::must, Level::should, Level::may, Level::interop, Level::security})
      if (name == name_of(level)) out.push_back(level);
  return out;
}

}  // namespace lunsim::conform
