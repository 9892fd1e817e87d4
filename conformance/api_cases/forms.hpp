// The two forms of a function in one case: arguments as a program of that form has them, and the
// values that most calls want.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/api_cases/bench.hpp"
#include "conformance/api_cases/caller_buffer.hpp"
#include "conformance/api_cases/judge.hpp"
#include "conformance/api_cases/two_forms.hpp"

namespace lunsim::conformance {

/// The function of form F.
#define LUNSIM_FORM(bench, name) \
  ::lunsim::conformance::pick<F>((bench).api.name##A, (bench).api.name##W)

template <class Char, std::size_t kSize>
void copy_text(Char (&to)[kSize], const std::string& ascii) {
  std::fill(to, to + kSize, Char{0});
  std::copy(ascii.begin(),
            ascii.begin() + static_cast<std::ptrdiff_t>(std::min(ascii.size(), kSize - 1)), to);
}
template <class Char, std::size_t kSize>
std::string text_of(const Char (&from)[kSize]) {
  std::string text;
  for (std::size_t i = 0; i < kSize && from[i] != 0; ++i)
    text.push_back(static_cast<char>(from[i]));
  return text;
}

template <class F>
typename F::Portal portal_at(const Bench& bench, const std::string& address) {
  typename F::Portal portal{};
  copy_text(portal.SymbolicName, "for people");
  copy_text(portal.Address, address);
  portal.Socket = bench.socket;
  return portal;
}

constexpr ULONG kAnyPort = ISCSI_ANY_INITIATOR_PORT;
inline ULONG kNoSize = 0xA5A5A5A5;  // as a variable that nobody has set

// --- what several cases begin with; in the W form, whose own rules other cases hold ---

/// Registers the portal at `address`; its targets are known then.
ISDSC_STATUS add_portal(Bench& bench, const std::string& address);
/// Knows `target` and logs in; connections_max 0 says nothing of it.
struct Session {
  ISDSC_STATUS code = 0;
  ISCSI_UNIQUE_SESSION_ID id{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};
};
Session log_in(Bench& bench, ULONG connections_max = 0);
ISDSC_STATUS store_login(Bench& bench, const std::string& target);
ISDSC_STATUS log_out(Bench& bench, Session& session);
/// READ CAPACITY at LUN 0: the shortest command that a unit attention comes with.
ISDSC_STATUS send_command(Bench& bench, const Session& session);
/// Names of ReportIScsiTargets; sessions and connections of GetIScsiSessionList.
std::vector<std::string> known_targets(Bench& bench);
struct Counts {
  ULONG sessions = 0, connections = 0;  // connections of the first session
};
Counts counts(Bench& bench);

/// The service meets trouble of its own: `call()` says so, and by the same code.
template <class Call>
void judge_trouble(Bench& bench, Judge& judge, ISDSC_STATUS trouble, std::string_view rule,
                   const Call& call) {
  if (!bench.fail_with.is_there()) return judge.not_asked({rule}, "it needs a failing service");
  bench.fail_with(trouble);
  judge.expect(call() == trouble, "the code of trouble in the service comes through", {rule});
  bench.fail_with(0);
}

/// A case of a function, in one form.
struct ApiCase {
  using Body = std::function<void(Bench&, Judge&)>;
  std::string name, function, file;
  Body wide;
  Body ansi;            // none: the function has one form
  std::string sweep{};  // which one it is of all functions; empty: a case of its own
};
/// Runs it; where the bench lacks something the judge is told what.
void run(const ApiCase::Body& body, Bench& bench, Judge& judge);
const std::vector<ApiCase>& api_cases();

}  // namespace lunsim::conformance
