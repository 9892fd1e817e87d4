// Where `lunsim run` and `lunsim merge` write their reports, format by format.
#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/report.hpp"

namespace lunsim::tools {

/// Paths; empty: not asked for. "-" is standard output.
struct ReportFiles {
  std::string junit, jsonl, markdown, sarif, html;
  bool summary = false;  // append the Markdown to the file that GITHUB_STEP_SUMMARY names

  bool any() const;
  /// Some format shows the ladder of every scenario.
  bool want_ladders() const { return !html.empty() || !jsonl.empty(); }
};

/// Tries all files before a run of minutes ends in "cannot write". Prints why and returns false.
bool can_write(const ReportFiles& files, const char* verb);
/// Fills the report's version and rules, which a run does not know. Only with `any()` or a red
/// report are the rules read.
void complete(scenarios::RunReport& report, const ReportFiles& files);
/// A rule written out, for the terminal. The rules are read when the first one is asked for.
std::string rule_text(const std::string& id);
/// Throws std::runtime_error if one cannot be written.
void write(const scenarios::RunReport& report, const ReportFiles& files);

}  // namespace lunsim::tools
