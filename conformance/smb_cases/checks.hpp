// The checks, each with the section that wants it, and what they stand on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/smb_cases/stub.hpp"

namespace lunsim::conformance::srvsvc {

/// How a call ended: with a stub, an RPC fault, or not at all.
struct Reply {
  enum class Kind : std::uint8_t { stub, fault, lost } kind = Kind::lost;
  Bytes stub;
  std::uint32_t fault = 0;
  std::string how;  // for people, where it was lost
};

struct SrvsvcBench {
  /// A call on the judge's own session, which an administrator has opened.
  std::function<Reply(std::uint16_t opnum, const Bytes& stub)> call;
  /// Opens one more session of the same user; false if it cannot be had. Sessions stay until the
  /// bench goes.
  std::function<bool()> open_session;
  std::u16string user;            // who has logged in
  bool may_end_sessions = false;  // sessions of this user from this client may be ended
};

struct Finding {
  enum class Verdict : std::uint8_t { pass, fail, skipped } verdict = Verdict::pass;
  std::string expected, seen;  // of what failed; why, of what was skipped
};

struct Check {
  const char* id;       // ms-srvs/<section>/<what holds>
  const char* section;  // "MS-SRVS 3.1.4.5"
  std::function<Finding(SrvsvcBench&)> run;
  bool ends_sessions = false;  // skipped without may_end_sessions
};
std::vector<Check> checks();

/// Who asks is no administrator there: the levels that only administrators may see are refused with
/// 5, as §3.1.4.5 lets a server do. Such a server cannot be judged.
bool refuses_everything(SrvsvcBench& bench);

}  // namespace lunsim::conformance::srvsvc
