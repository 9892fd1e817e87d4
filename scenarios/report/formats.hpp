// The report of a run in formats that others read. Each is a pure function of the report; whatever
// stands in it (titles, seen values) comes out as text and never as markup.
#pragma once

#include <string>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// JUnit XML as Jenkins and Surefire read it, with `file` and `line` of each case besides: a suite
/// per scenario, a case per case.
std::string to_junit(const RunReport& report);

/// A JSON object per line: `run`, then of each scenario `scenario`, `case`, `strike` and `wire`,
/// then `rule`s, and `end`, which proves that it is whole. report_line.schema.json describes them;
/// read_jsonl() reads them.
std::string to_jsonl(const RunReport& report);

/// GitHub's Markdown, for a job's summary: the sums, and of what is red everything that is needed.
/// Bound: the first kMarkdownCasesMax red cases, and less than 1 MiB in all.
inline constexpr std::size_t kMarkdownCasesMax = 50;
std::string to_markdown(const RunReport& report);

/// SARIF 2.1.0: a result for each case that is not a pass; the documented rules are its rules.
std::string to_sarif(const RunReport& report);

/// One page that needs nothing else: no script, style, font or picture from elsewhere.
std::string to_html(const RunReport& report);

}  // namespace lunsim::scenarios
