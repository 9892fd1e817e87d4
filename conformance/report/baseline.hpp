// What is known of a target: cases whose verdict is expected to be red, each with its reason.
// Whatever else is red is a regression, and a known failure that passes is red as well, so that the
// list never outlives the fault.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "conformance/report/report.hpp"

namespace lunsim::conform {

struct KnownVerdict {
  Verdict verdict = Verdict::fail;
  bool unsteady = false;  // now and then it ends otherwise, even well: whatever comes is known
  std::string reason;     // why this is no news
  std::string link;       // of a ticket; may be empty
  std::string expires;    // "2027-01-31"; from the day after it is no excuse. Empty: never
  std::string section, deciding;  // for readers: where the rule stands, and the bytes
};

struct Baseline {
  std::map<std::string, KnownVerdict> cases;  // by id
};

/// Errors   a sentence with the line: no YAML, an unknown key or verdict, an id twice, no reason
tl::expected<Baseline, std::string> read_baseline(std::string_view yaml);
/// Sets baseline and baseline_reason of each line. `today` is "2026-11-30".
void apply(const Baseline& baseline, std::string_view today, ConformReport& report);
/// The baseline that makes this report green: what is red or stands as unsteady in `old`, with the
/// reasons, links and expiry dates that `old` has for it.
std::string to_baseline(const ConformReport& report, const Baseline& old);

}  // namespace lunsim::conform
