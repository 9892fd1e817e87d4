// Reports that were written as JSON, side by side: what became of a target between two runs, and
// several targets in one table.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace lunsim::conform {

struct SavedCase {
  std::string verdict, level, message, purpose;
};

struct SavedReport {
  std::string target, version;
  std::map<std::string, SavedCase> cases;  // by id
};

/// Errors   a sentence: no JSON, or not what to_json() writes
tl::expected<SavedReport, std::string> read_saved_report(std::string_view json);

struct Difference {
  std::string id;
  std::string before, after;  // verdicts; "-" where the case is not in the report
  std::string message;        // of the newer run
  bool is_worse = false;      // a case that was fine, or new, and is red now
};
/// In the order of the ids.
std::vector<Difference> differences(const SavedReport& before, const SavedReport& after);
std::string to_text(const std::vector<Difference>& all);

/// A row for each case, a column for each report; only rows whose verdicts differ if
/// `only_different`.
std::string matrix_text(const std::vector<SavedReport>& reports, bool only_different);
std::string matrix_markdown(const std::vector<SavedReport>& reports, bool only_different);
std::string matrix_html(const std::vector<SavedReport>& reports, bool only_different);

}  // namespace lunsim::conform
