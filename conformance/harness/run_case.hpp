// Runs the probe and the cases, each on ground of its own, and says what came of it. Time, chance
// and sockets are the ground's; here is the order of things, the watchdog, and whether the target
// still lives.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/harness/case.hpp"
#include "conformance/harness/case_context.hpp"
#include "conformance/harness/exchange.hpp"
#include "conformance/harness/profile.hpp"
#include "conformance/harness/judged_target.hpp"

namespace lunsim::conform {

/// A new ground for one case; never null.
using GroundMaker = std::function<std::unique_ptr<Ground>()>;

struct CaseResult {
  std::string id;
  Verdict verdict = Verdict::inconclusive;
  std::string message;
  std::optional<Mark> mark;
  Exchange exchange;
  std::int64_t duration_ns = 0;  // of the ground's time
  bool was_dropped = false;      // the target ended a connection
};

/// The verdict, and why: "fail: no answer came".
std::string words_of(const CaseResult& result);

/// Asks the target what it can do.
Profile probe(const GroundMaker& grounds, const JudgedTarget& target);

/// Why a case cannot run against this target; nothing if it can.
std::optional<CaseResult> excused(const Case& one, const Profile& profile);

/// Makes it the case behind which nobody answered any more.
void blame(CaseResult& result, std::string_view why);

/// Runs one case. A failed SHOULD or INTEROP case is a warning unless `strict`. After a red verdict
/// or a connection that the target ended it is asked whether it is still there. `number` keeps the
/// ISIDs of cases apart.
CaseResult run_case(const Case& one, const GroundMaker& grounds, const JudgedTarget& target,
                    const Profile& profile, std::uint64_t number, bool strict = false);

/// Whether the target takes a connection and answers a Login Request, whatever it answers.
bool is_there(const GroundMaker& grounds, const JudgedTarget& target);

}  // namespace lunsim::conform
