// What a conformance run found, and the formats that others read. Each writer is a pure function of
// the report; what came from the wire goes out as text and never as markup.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/profile.hpp"
#include "conformance/harness/run_case.hpp"

namespace lunsim::conform {

/// How the message of a case begins that was inconclusive because it was not run.
inline constexpr std::string_view kNotRun = "not run: ";

struct CaseLine {
  const Case* about = nullptr;  // outlives the report
  CaseResult result;
  /// What the baseline says of it: empty, or "known", "regression", "unexpected pass".
  std::string baseline = {};
  std::string baseline_reason = {};
  std::string capture = {};     // the file, if one was written
  std::string device_log = {};  // what --dut-log printed after a case that is no pass
};

struct ConformReport {
  std::string version;  // of lunsim
  std::string target;   // "iscsi://127.0.0.1:3260/iqn...", without secrets
  std::string world;    // "live", "simulated"
  Profile profile;
  std::vector<CaseLine> lines;
  std::string replay;  // the command line, without --only

  std::size_t count(Verdict verdict) const;
};

/// A run is red if a case is that its baseline does not know as such, or passes unexpectedly.
bool is_red(const CaseLine& line);

/// "128 cases: 120 pass 8 fail".
std::string sums_of(const ConformReport& report);
/// For people at a terminal: what is not a pass (all with `verbose`), then the sums.
std::string to_text(const ConformReport& report, bool verbose);
/// One JSON object; read_saved_report() reads what `lunsim diff` and `lunsim matrix` need of it.
std::string to_json(const ConformReport& report);
/// JUnit XML: a suite, a test case for each case. Known failures are skipped, regressions and
/// unexpected passes are failures, what could not be judged is an error.
std::string to_junit(const ConformReport& report);
/// GitHub's Markdown: the sums, and a row for each case that is no plain pass.
inline constexpr std::size_t kMarkdownBytesMax = 900'000;
std::string to_markdown(const ConformReport& report);
/// One page that needs nothing else, with every exchange byte by byte.
std::string to_html(const ConformReport& report);

}  // namespace lunsim::conform
