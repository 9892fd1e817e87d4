// The sweep of connections that break at each PDU of a call.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/api_cases/sweeps.hpp"

namespace lunsim::conformance {
namespace {

constexpr std::string_view kOnTheWire[] = {
    "AddIScsiSendTargetPortal", "RefreshIScsiSendTargetPortal", "LoginIScsiTarget",
    "LogoutIScsiTarget",        "AddIScsiConnection",           "RemoveIScsiConnection",
    "SendScsiReportLuns",       "SendScsiReadCapacity",         "SendScsiInquiry",
};
constexpr std::uint64_t kPdusMax = 200;

/// What there is on the host, for a comparison: sessions, the first one's connections.
bool is_same(const Counts& a, const Counts& b) {
  return a.sessions == b.sessions && a.connections == b.connections;
}

}  // namespace

bool has_breaks(const api::Signature& signature) {
  return std::find(std::begin(kOnTheWire), std::end(kOnTheWire), signature.name) !=
         std::end(kOnTheWire);
}

// After each break the ground heals, or what the call was about is gone and the sweep ends there.
void sweep_breaks(const Swept& swept) {
  const Stage stage(swept.bench);
  const bool is_login = swept.signature.name == "LoginIScsiTarget";
  for (std::uint64_t nth = 1; nth <= kPdusMax; ++nth) {
    const Counts before = counts(swept.bench);
    Frame frame = stage.frame(swept.signature, swept.ansi);
    swept.bench.break_at(nth);
    const ISDSC_STATUS code = frame.call(swept.bench.api);
    const bool has_broken = swept.bench.has_broken();
    swept.bench.break_at(0);
    swept.bench.settle();
    swept.judge.expect(swept.bench.is_known_code(code) && frame.are_guards_whole(),
                       fmt::format("the connection breaks at PDU {}: a documented outcome", nth),
                       swept.rules.failure);
    if (is_login && code != ERROR_SUCCESS)
      swept.judge.expect(is_same(counts(swept.bench), before),
                         fmt::format("PDU {}: a login that failed leaves no session", nth),
                         swept.rules.failure);
    if (is_login) stage.log_out_others();
    if (!has_broken) break;
  }
  Frame again = stage.frame(swept.signature, swept.ansi);
  swept.bench.fail_with(ISDSC_TRANSPORT_ERROR);
  const ISDSC_STATUS trouble = again.call(swept.bench.api);
  swept.bench.fail_with(0);
  swept.judge.expect(trouble == ISDSC_TRANSPORT_ERROR, "and the host is heard as before",
                     swept.rules.failure);
}

}  // namespace lunsim::conformance
