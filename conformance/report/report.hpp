// What a conformance run found, and the formats that others read. Each writer is a pure function of
// the report; what came from the wire goes out as text and never as markup.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/profile.hpp"
#include "conformance/harness/run_case.hpp"

namespace lunsim::conform {

struct CaseLine {
  const Case* about = nullptr;  // outlives the report
  CaseResult result;
  /// What the baseline says of it: empty, or "known", "regression", "unexpected pass".
  std::string baseline = {};
  std::string baseline_reason = {};
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

/// For people at a terminal: what is not a pass (all with `verbose`), then the sums.
std::string to_text(const ConformReport& report, bool verbose);
/// One JSON object; conform_report.schema.json describes it, read_conform_json() reads what
/// `lunsim diff` and `lunsim matrix` need.
std::string to_json(const ConformReport& report);

}  // namespace lunsim::conform
