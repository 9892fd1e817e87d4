#include "conformance/target_cases/recovery_steps.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::conform {

using pdu::Opcode;

Connection& recovering_session(CaseContext& c, const Pairs& keys, const char* level) {
  LoginPlan plan;
  plan.keys = {{"ErrorRecoveryLevel", level}, {"InitialR2T", "Yes"}};
  plan.keys.insert(plan.keys.end(), keys.begin(), keys.end());
  Connection& one = c.connect();
  const LoginResult login = one.login(plan);
  if (!login.ok) c.inconclusive("the login did not succeed: " + describe(login.last));
  if (login.value("ErrorRecoveryLevel") != level)
    c.unsupported("ErrorRecoveryLevel=" + login.value("ErrorRecoveryLevel"));
  c.settle(one);
  return one;
}

RawPdu snack(std::uint8_t type, std::uint32_t tag, std::uint32_t first, std::uint32_t count,
             std::uint32_t exp_stat_sn) {
  RawPdu request(Opcode::snack_request);
  request.put(1, static_cast<std::uint8_t>(0x80 | type)).set("Initiator Task Tag", tag);
  request.set("Target Transfer Tag", kReservedTag).set("ExpStatSN", exp_stat_sn);
  return request.set("BegRun", first).set("RunLength", count);
}

Outcome again(const Seen& original, std::vector<ByteRange> may_differ) {
  may_differ.push_back({28, 36});  // ExpCmdSN, MaxCmdSN
  return such_that("the same PDU again", [original, may_differ](const Seen& seen) -> Objection {
    if (seen.kind != Seen::Kind::pdu || seen.pdu.opcode() != original.pdu.opcode())
      return {describe(seen), ""};
    for (std::size_t i = 0; i < pdu::kBhsBytes; ++i) {
      const bool may = std::any_of(may_differ.begin(), may_differ.end(),
                                   [i](const ByteRange& r) { return i >= r.from && i < r.to; });
      if (!may && seen.pdu.bhs[i] != original.pdu.bhs[i])
        return {fmt::format("byte {} of the header is another: {}", i, describe(seen)), ""};
    }
    if (seen.pdu.data != original.pdu.data) return {"its data is other data", "DataSegmentLength"};
    return {};
  });
}

ReadSeen read_blocks(CaseContext& c, Connection& one, std::uint32_t blocks) {
  ReadSeen out;
  const std::uint32_t bytes = blocks * c.profile().block_bytes;
  const std::uint64_t lba = c.target().scratch ? c.target().first_lba : 0;
  out.tag = one.issue(c.read_command(read_cdb(10, lba, blocks), bytes));
  while (out.data_pdus.size() < 65536) {
    Seen seen = one.answer_to(out.tag);
    if (seen.is(Opcode::data_in)) out.data_pdus.push_back(seen);
    const bool goes_on = seen.is(Opcode::data_in) && seen.get("S") == 0;
    out.end = std::move(seen);
    if (!goes_on) break;
  }
  c.expect(out.end, {good()}, "the READ(10)");
  if (out.data_pdus.empty()) c.inconclusive("the READ(10) brought no data");
  return out;
}

Seen pinged(CaseContext& c, Connection& one) {
  const Seen seen = one.answer_to(one.issue(ping()));
  c.expect(seen, {pdu_of(Opcode::nop_in)}, "a ping");
  return seen;
}

}  // namespace lunsim::conform
