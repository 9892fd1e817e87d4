// Sweeps of what is passed: NULL, ids that name nothing, codes of the service, memory.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/api_cases/sweeps.hpp"

namespace lunsim::conformance {
namespace {

using K = api::Kind;

bool must_be_there(const api::SignatureParameter& parameter) {
  return !api::is_value(parameter.kind) && !parameter.may_be_null;
}

const RuleList& or_failure(const Swept& swept, const RuleList& rules) {
  return rules.ids.empty() ? swept.rules.failure : rules;
}

/// The call fails with `code` and leaves the caller's memory alone.
void expect_refusal(const Swept& swept, Frame& frame, ISDSC_STATUS code, const std::string& what,
                    const RuleList& rules) {
  const ISDSC_STATUS told = frame.call(swept.bench.api);
  const std::string written = frame.written();
  swept.judge.expect(told == code && written.empty(),
                     fmt::format("{}: {:08X}, and nothing is written", what, code), rules);
}

/// Whoever does nothing at all is noticed: a service that fails is heard of.
void expect_hears_trouble(const Swept& swept, const Stage& stage) {
  if (!swept.bench.fail_with.is_there()) return;
  swept.bench.fail_with(ISDSC_DRIVER_BUG);
  Frame frame = stage.frame(swept.signature, swept.ansi);
  expect_refusal(swept, frame, ISDSC_DRIVER_BUG, "trouble of the service", swept.rules.failure);
  swept.bench.fail_with(0);
}

void expect_id_refused(const Swept& swept, const Stage& stage, std::size_t at,
                       const ISCSI_UNIQUE_SESSION_ID& id, std::string_view what) {
  Frame frame = stage.frame(swept.signature, swept.ansi);
  frame.put(at, id);
  const bool is_session = swept.signature.parameters[at].kind == K::session;
  expect_refusal(swept, frame, is_session ? ISDSC_INVALID_SESSION_ID : ISDSC_INVALID_CONNECTION_ID,
                 fmt::format("{} for {}", what, swept.signature.parameters[at].name),
                 or_failure(swept, swept.rules.ids));
}

constexpr ULONGLONG kAllOnes = ~ULONGLONG{0}, kSomeBit = ULONGLONG{1} << 37;

}  // namespace

bool has_nulls(const api::Signature& signature) {
  return std::any_of(signature.parameters.begin(), signature.parameters.end(), must_be_there);
}

void sweep_nulls(const Swept& swept) {
  const Stage stage(swept.bench);
  const auto& parameters = swept.signature.parameters;
  const RuleList& rules = or_failure(swept, swept.rules.nulls);
  for (std::size_t first = 0; first < parameters.size(); ++first) {
    if (!must_be_there(parameters[first])) continue;
    for (std::size_t second = first; second < parameters.size(); ++second) {
      if (api::is_value(parameters[second].kind)) continue;
      Frame frame = stage.frame(swept.signature, swept.ansi);
      frame.put_null(first);
      frame.put_null(second);
      const std::string who = first == second ? std::string(parameters[first].name)
                                              : fmt::format("{} and {}", parameters[first].name,
                                                            parameters[second].name);
      expect_refusal(swept, frame, ERROR_INVALID_PARAMETER, "NULL for " + who, rules);
    }
  }
  for (std::size_t at = 0; at < parameters.size(); ++at) {
    if (api::is_value(parameters[at].kind) || !parameters[at].may_be_null) continue;
    Frame frame = stage.frame(swept.signature, swept.ansi);
    frame.put_null(at);
    const ISDSC_STATUS code = frame.call(swept.bench.api);
    swept.judge.expect(code != ERROR_INVALID_PARAMETER && swept.bench.is_known_code(code) &&
                           frame.are_guards_whole(),
                       fmt::format("{} may be NULL", parameters[at].name), swept.rules.failure);
  }
}

bool has_ids(const api::Signature& signature) {
  return signature.find("UniqueSessionId") < signature.parameters.size() &&
         signature.name != "LoginIScsiTarget";
}

void sweep_ids(const Swept& swept) {
  const Stage stage(swept.bench);
  const ISCSI_UNIQUE_SESSION_ID mine = stage.session().id;
  for (std::size_t at = 0; at < swept.signature.parameters.size(); ++at) {
    const K kind = swept.signature.parameters[at].kind;
    if (kind != K::session && kind != K::connection) continue;
    const auto refuse = [&](ULONGLONG unique, ULONGLONG specific, std::string_view what) {
      expect_id_refused(swept, stage, at, {unique, specific}, what);
    };
    refuse(0, 0, "zero");
    refuse(kAllOnes, kAllOnes, "all ones");
    refuse(mine.AdapterUnique, mine.AdapterSpecific ^ kSomeBit, "an id with one bit turned");
    refuse(mine.AdapterUnique ^ kSomeBit, mine.AdapterSpecific, "an id of another adapter");
    if (kind == K::connection) refuse(mine.AdapterUnique, mine.AdapterSpecific, "a session's id");
  }
  Session gone = stage.session();
  log_out(swept.bench, gone);
  expect_id_refused(swept, stage, swept.signature.find("UniqueSessionId"), mine,
                    "a session that was logged out");
}

void sweep_codes(const Swept& swept) {
  const Stage stage(swept.bench);
  swept.judge.expect(stage.is_whole(), "the functions that make the ground do their work",
                     swept.rules.failure);
  swept.bench.fail_with(0);
  for (const ISDSC_STATUS code : swept.bench.codes) {
    if (code == ERROR_SUCCESS) continue;
    swept.bench.fail_with(code);
    Frame frame = stage.frame(swept.signature, swept.ansi);
    expect_refusal(swept, frame, code, "the service fails", swept.rules.failure);
  }
  swept.bench.fail_with(0);
  swept.bench.stop_service();
  Frame frame = stage.frame(swept.signature, swept.ansi);
  expect_refusal(swept, frame, ISDSC_SERVICE_NOT_RUNNING, "the service is stopped",
                 swept.rules.failure);
}

void sweep_memory(const Swept& swept) {
  constexpr std::uint64_t kAllocationsMax = 4096;
  const Stage stage(swept.bench);
  expect_hears_trouble(swept, stage);
  for (std::uint64_t nth = 1; nth <= kAllocationsMax; ++nth) {
    Frame frame = stage.frame(swept.signature, swept.ansi);
    frame.remember();
    bool has_failed = false;
    const ISDSC_STATUS code = swept.bench.fail_allocation(
        nth, [&] { return frame.call_bare(swept.bench.api); }, has_failed);
    if (!has_failed) {
      // Had one of the failures done half of it, this call would meet what it left.
      // iSNS is not spoken here (RFISNS-R1): its refresh ends with that.
      const bool is_done = code == ERROR_SUCCESS || (code == ISDSC_REQUEST_NOT_SUPPORTED &&
                                                     swept.rules.function == "RefreshISNSServer");
      swept.judge.expect(is_done,
                         fmt::format("with memory enough, after {} failures, it succeeds", nth - 1),
                         swept.rules.failure);
      return;
    }
    swept.judge.expect(code == ERROR_NOT_ENOUGH_MEMORY && frame.written().empty(),
                       fmt::format("allocation {} fails: ERROR_NOT_ENOUGH_MEMORY, and nothing is "
                                   "written",
                                   nth),
                       swept.rules.failure);
    if (code != ERROR_NOT_ENOUGH_MEMORY) return;
  }
  swept.judge.expect(false, "a call makes a bounded number of allocations", swept.rules.failure);
}

}  // namespace lunsim::conformance
