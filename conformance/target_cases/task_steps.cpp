#include "conformance/target_cases/task_steps.hpp"

#include "conformance/target_cases/key_answers.hpp"

namespace lunsim::conform {

using pdu::Opcode;

RawPdu manages(const CaseContext& c, std::uint8_t function, std::uint32_t referenced) {
  RawPdu request(Opcode::task_management_request);
  request.set("I", 1).set("F", 1).set("Function", function);
  request.set("LUN", c.scsi_command({0}).get("LUN"));
  return request.set("Referenced Task Tag", referenced);
}

Outcome managed(std::uint64_t response) {
  return pdu_of(Opcode::task_management_response, {{"Response", response}});
}

RawPdu write_of(const CaseContext& c, std::uint32_t blocks, std::uint64_t lba) {
  RawPdu request = c.scsi_command(write_cdb(10, lba, blocks));
  return request.set("W", 1).set("Expected Data Transfer Length",
                                 std::uint64_t{blocks} * c.profile().block_bytes);
}

RawPdu data_for(const Seen& r2t, const Connection& one, std::size_t bytes, std::uint8_t filled,
                bool is_last, std::uint32_t data_sn, std::size_t offset) {
  RawPdu out(Opcode::data_out);
  out.set("F", is_last ? 1 : 0).set("LUN", r2t.get("LUN")).set("ExpStatSN", one.exp_stat_sn);
  out.set("Initiator Task Tag", r2t.get("Initiator Task Tag"));
  out.set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
  out.set("DataSN", data_sn).set("Buffer Offset", r2t.get("Buffer Offset") + offset);
  return out.with_data(bytes, filled);
}

LoginPlan joining(const Connection& first, std::uint16_t cid) {
  LoginPlan plan;
  plan.isid = first.isid;
  plan.tsih = first.tsih;
  plan.cid = cid;
  plan.cmd_sn = first.cmd_sn;
  return plan;
}

TwoConnections two_connections(CaseContext& c, const Pairs& keys) {
  LoginPlan plan;
  plan.keys = {{"MaxConnections", "4"}, {"InitialR2T", "Yes"}};
  plan.keys.insert(plan.keys.end(), keys.begin(), keys.end());
  TwoConnections out;
  out.first = &c.session(plan);
  c.settle(*out.first);
  out.second = &c.connect();
  const LoginResult login = out.second->login(joining(*out.first));
  c.expect(login.last, {login_done()}, "a second connection");
  return out;
}

std::uint32_t issue_on(Connection& at, Connection& other, RawPdu request) {
  const std::uint32_t tag = at.issue(request);
  other.cmd_sn = at.cmd_sn;
  return tag;
}

Pairs offer_of_reporting(const std::string& value) {
  const bool is_fast = value == "FastAbort";
  return {{"TaskReporting", is_fast ? "FastAbort,ResponseFence,RFC3720" : value + ",RFC3720"}};
}

std::string only_says_reporting(const std::string& value) {
  return answers_wrongly("TaskReporting", "RFC3720", value);
}

void acknowledge(Connection& one, std::optional<std::uint64_t> lun) {
  RawPdu out(Opcode::nop_out);
  out.set("I", 1).set("F", 1).set("LUN", lun.value_or(0));
  out.set("Initiator Task Tag", kReservedTag).set("Target Transfer Tag", kReservedTag);
  one.send(out.set("CmdSN", one.cmd_sn).set("ExpStatSN", one.exp_stat_sn));
}

void expect_waits(CaseContext& c, Connection& one, std::uint32_t tag, const std::string& why) {
  std::vector<Seen> between;
  const Seen echo = one.answer_to(one.issue(ping()), &between);
  for (const Seen& seen : between)
    c.check(seen.kind != Seen::Kind::pdu || seen.get("Initiator Task Tag") != tag, why, seen,
            "StatSN");
  c.expect(echo, {pdu_of(Opcode::nop_in)}, "a ping meanwhile");
}

}  // namespace lunsim::conform
