#include "conformance/harness/case_context.hpp"

#include <fmt/format.h>

namespace lunsim::conform {

using pdu::Opcode;

namespace {

constexpr std::uint64_t kUnitCheckCondition = 0x02;

std::string list_of(const std::vector<Outcome>& legal) {
  std::string out;
  for (const Outcome& one : legal) out += (out.empty() ? "" : "; or ") + one.name;
  return out;
}

std::uint64_t lun_field(std::uint64_t plain) {
  return plain < 256 ? plain << 48 : (0x4000u | plain) << 48;
}

}  // namespace

RawPdu ping(std::string_view data) {
  RawPdu request(Opcode::nop_out);
  request.set("I", 1).set("F", 1).set("Target Transfer Tag", kReservedTag);
  return request.with_raw_text(data);
}

Connection& CaseContext::connect() {
  connections_.push_back(
      std::make_unique<Connection>(around_, static_cast<std::uint32_t>(connections_.size() + 1)));
  if (!connections_.back()->open()) inconclusive("no connection to the target");
  return *connections_.back();
}

Connection& CaseContext::session(const LoginPlan& plan) {
  Connection& connection = connect();
  const LoginResult result = connection.login(plan);
  if (!result.ok) inconclusive("an ordinary login did not succeed: " + describe(result.last));
  return connection;
}

Outcome CaseContext::expect(const Seen& seen, const std::vector<Outcome>& legal,
                            std::string_view about) {
  std::string field;
  std::string why;
  for (const Outcome& one : legal) {
    const Objection objection = one.objection(seen);
    if (objection.what.empty()) {
      has_judged_ = true;
      if (one.grade != Verdict::pass) lower(one.grade, one.name + ": " + one.remark);
      return one;
    }
    if (field.empty()) field = objection.field;
    if (why.empty() || !objection.field.empty()) why = objection.what;
  }
  fail(fmt::format("{}{}wanted: {}; seen: {}", about, about.empty() ? "" : ": ", list_of(legal),
                   why.empty() ? describe(seen) : why),
       seen, field);
}

void CaseContext::check(bool holds, const std::string& otherwise, const Seen& seen,
                        std::string_view field) {
  has_judged_ = true;
  if (!holds) fail(otherwise, seen, field);
}

void CaseContext::expect_ignored(Connection& connection, std::string_view what) {
  RawPdu request = ping();
  const std::uint32_t tag = connection.issue(request);
  std::vector<Seen> between;
  const Seen answer = connection.answer_to(tag, &between);
  if (!between.empty())
    fail(fmt::format("{} is not ignored: {}", what, describe(between.front())), between.front());
  expect(answer, {pdu_of(Opcode::nop_in)}, fmt::format("a ping behind {}", what));
}

void CaseContext::expect_alive(Connection& connection, std::string_view after) {
  RawPdu request = ping();
  const std::uint32_t tag = connection.issue(request);
  expect(connection.answer_to(tag), {pdu_of(Opcode::nop_in)},
         fmt::format("a ping after {}", after));
}

void CaseContext::expect_target_alive(std::string_view after) {
  connections_.push_back(
      std::make_unique<Connection>(around_, static_cast<std::uint32_t>(connections_.size() + 1)));
  Connection& connection = *connections_.back();
  const Seen nobody{.kind = Seen::Kind::refused, .pdu = {}, .detail = "nobody listens"};
  if (!connection.open()) fail(fmt::format("no connection to the target after {}", after), nobody);
  const LoginResult result = connection.login();
  if (!result.ok)
    fail(fmt::format("no login after {}: {}", after, describe(result.last)), result.last);
  expect_alive(connection, after);
}

void CaseContext::fail(const std::string& why, const Seen& seen, std::string_view field) {
  throw Decision{Verdict::fail, why, mark_of(seen, field)};
}

void CaseContext::inconclusive(const std::string& why) {
  throw Decision{Verdict::inconclusive, why, {}};
}

void CaseContext::unsupported(const std::string& why) {
  throw Decision{Verdict::unsupported, why, {}};
}

void CaseContext::lower(Verdict to, const std::string& why) {
  has_judged_ = true;
  const auto weight = [](Verdict v) {
    return v == Verdict::pass ? 0 : v == Verdict::pass_loose ? 1 : 2;
  };
  if (weight(to) > weight(verdict_)) verdict_ = to;
  message_ += (message_.empty() ? "" : "; ") + why;
}

void CaseContext::note(const std::string& text) {
  around_.exchange.add({.at = now(), .text = text});
}

RawPdu CaseContext::scsi_command(const std::vector<std::uint8_t>& cdb) const {
  RawPdu request(Opcode::scsi_command);
  request.set("F", 1).set("ATTR", 1).set("LUN", lun_field(target().lun));
  for (std::size_t i = 0; i < cdb.size() && i < 16; ++i) request.put(32 + i, cdb[i]);
  return request;
}

RawPdu CaseContext::read_command(const std::vector<std::uint8_t>& cdb, std::uint32_t bytes) const {
  RawPdu request = scsi_command(cdb);
  request.set("R", 1).set("Expected Data Transfer Length", bytes);
  return request;
}

Seen CaseContext::command(Connection& connection, const std::vector<std::uint8_t>& cdb) {
  for (int attempt = 0;; ++attempt) {
    const std::uint32_t tag = connection.issue(scsi_command(cdb));
    Seen seen = connection.answer_to(tag);
    const bool is_attention =
        seen.is(Opcode::scsi_response) && seen.get("Status") == kUnitCheckCondition &&
        seen.pdu.data.size() > 4 && (seen.pdu.data[4] & std::byte{0x0F}) == std::byte{0x06};
    if (!is_attention || attempt == 8) return seen;
  }
}

std::vector<Seen> CaseContext::read(Connection& connection, const std::vector<std::uint8_t>& cdb,
                                    std::uint32_t bytes) {
  const std::uint32_t tag = connection.issue(read_command(cdb, bytes));
  std::vector<Seen> out;
  while (out.size() < 65536) {
    out.push_back(connection.answer_to(tag));
    const Seen& last = out.back();
    if (!last.is(Opcode::data_in) || last.get("S") == 1) break;
  }
  return out;
}

void CaseContext::settle(Connection& connection) {
  const Seen seen = command(connection, {0, 0, 0, 0, 0, 0});
  if (!seen.is(Opcode::scsi_response))
    inconclusive("TEST UNIT READY was not answered: " + describe(seen));
}

void CaseContext::leave_all() {
  for (const auto& connection : connections_) connection->leave();
}

}  // namespace lunsim::conform
