// Write data: R2Ts, and unsolicited data in all combinations of InitialR2T, ImmediateData and the
// bursts; and what breaks the rules for it.            RFC 7143 §11.7, §11.8, §13.10 to §13.14,
// §13.17
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

struct Terms {
  bool initial_r2t = true, immediate_data = true;
  std::uint32_t first_burst = 65536, max_burst = 262144, requests = 1;
  std::uint32_t segment = 1u << 20;  // no Data-Out of ours is longer, whatever the target takes
};

Terms offered(bool initial_r2t, bool immediate_data, std::uint32_t first_burst,
              std::uint32_t max_burst, std::uint32_t requests) {
  return {initial_r2t, immediate_data, first_burst, max_burst, requests};
}

/// A session with these terms, or what the target made of them.
Connection& session_with(CaseContext& c, Terms& terms) {
  LoginPlan plan;
  plan.keys = {{"InitialR2T", terms.initial_r2t ? "Yes" : "No"},
               {"ImmediateData", terms.immediate_data ? "Yes" : "No"},
               {"MaxBurstLength", fmt::format("{}", terms.max_burst)},
               {"FirstBurstLength", fmt::format("{}", terms.first_burst)},
               {"MaxOutstandingR2T", fmt::format("{}", terms.requests)}};
  Connection& one = c.connect();
  const LoginResult login = one.login(plan);
  if (!login.ok) c.inconclusive("the login did not succeed: " + describe(login.last));
  const auto number = [&](const char* key, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(login.number(key, otherwise));
  };
  terms.initial_r2t = terms.initial_r2t || login.value("InitialR2T") != "No";
  terms.immediate_data = terms.immediate_data && login.value("ImmediateData") != "No";
  terms.max_burst = number("MaxBurstLength", terms.max_burst);
  terms.first_burst = number("FirstBurstLength", terms.first_burst);
  terms.requests = number("MaxOutstandingR2T", terms.requests);
  terms.segment = std::min(terms.segment, number("MaxRecvDataSegmentLength", 8192));
  c.settle(one);
  return one;
}

std::vector<std::byte> part(const std::vector<std::byte>& data, std::size_t from, std::size_t to) {
  return {data.begin() + static_cast<std::ptrdiff_t>(from),
          data.begin() + static_cast<std::ptrdiff_t>(to)};
}

RawPdu data_out(const CaseContext& c, std::uint32_t tag, std::uint32_t transfer_tag,
                std::uint32_t data_sn, std::size_t offset, std::vector<std::byte> bytes,
                bool is_last) {
  RawPdu out(Opcode::data_out);
  out.set("F", is_last ? 1 : 0).set("Initiator Task Tag", tag);
  out.set("Target Transfer Tag", transfer_tag);
  if (transfer_tag != kReservedTag) out.set("LUN", c.scsi_command({0}).get("LUN"));
  out.set("DataSN", data_sn).set("Buffer Offset", offset);
  return out.with_data(std::move(bytes));
}

/// Sends bytes [from, to) as one sequence.
void send_sequence(const CaseContext& c, Connection& one, const Terms& terms,
                   const std::vector<std::byte>& data, std::uint32_t tag,
                   std::uint32_t transfer_tag, std::size_t from, std::size_t to) {
  std::uint32_t data_sn = 0;
  for (std::size_t at = from; at < to; at += terms.segment) {
    const std::size_t end = std::min<std::size_t>(at + terms.segment, to);
    RawPdu out = data_out(c, tag, transfer_tag, data_sn++, at, part(data, at, end), end == to);
    one.send(out.set("ExpStatSN", one.exp_stat_sn));
  }
}

struct Begun {
  std::uint32_t tag = 0;
  std::size_t sent = 0;
};

/// The command with as much unsolicited data as the terms allow.
Begun begin_write(CaseContext& c, Connection& one, const Terms& terms,
                  const std::vector<std::byte>& data, bool uses_it) {
  const auto blocks = static_cast<std::uint32_t>(data.size()) / c.profile().block_bytes;
  RawPdu request = c.scsi_command(write_cdb(10, c.target().first_lba, blocks));
  request.set("W", 1).set("Expected Data Transfer Length", data.size());
  const std::size_t first = std::min<std::size_t>(terms.first_burst, data.size());
  const std::size_t immediate =
      uses_it && terms.immediate_data ? std::min<std::size_t>(first, terms.segment) : 0;
  const bool goes_on = uses_it && !terms.initial_r2t && immediate < first;
  if (immediate > 0) request.with_data(part(data, 0, immediate));
  Begun begun{one.issue(request.set("F", goes_on ? 0 : 1)), immediate};
  if (!goes_on) return begun;
  send_sequence(c, one, terms, data, begun.tag, kReservedTag, immediate, first);
  begun.sent = first;
  return begun;
}

/// Judges R2Ts and answers them until the status comes.
void finish_write(CaseContext& c, Connection& one, const Terms& terms,
                  const std::vector<std::byte>& data, const Begun& begun) {
  std::size_t asked = begun.sent;
  std::uint64_t due_sn = 0;
  std::vector<Seen> waiting;
  bool has_probed = false;  // whether more R2Ts come than may be outstanding
  const auto answer_oldest = [&] {
    const Seen r2t = waiting.front();
    waiting.erase(waiting.begin());
    const std::size_t from = r2t.get("Buffer Offset");
    send_sequence(c, one, terms, data, begun.tag,
                  static_cast<std::uint32_t>(r2t.get("Target Transfer Tag")), from,
                  from + r2t.get("Desired Data Transfer Length"));
  };
  while (true) {
    if (has_probed && waiting.size() >= terms.requests) answer_oldest();
    const Seen seen = waiting.empty() ? one.answer_to(begun.tag) : one.next(c.patience() / 30);
    if (seen.is(Opcode::r2t)) {
      c.expect(seen, {pdu_of(Opcode::r2t, {{"R2TSN", due_sn++},
                                           {"Buffer Offset", asked},
                                           {"Initiator Task Tag", begun.tag}})});
      const std::uint64_t wanted = seen.get("Desired Data Transfer Length");
      c.check(wanted > 0, "an R2T asks for nothing", seen, "Desired Data Transfer Length");
      c.check(wanted <= terms.max_burst, "an R2T asks for more than MaxBurstLength", seen,
              "Desired Data Transfer Length");
      c.check(asked + wanted <= data.size(), "an R2T asks for more than there is", seen,
              "Desired Data Transfer Length");
      c.check(seen.get("Target Transfer Tag") != kReservedTag, "the tag is reserved", seen,
              "Target Transfer Tag");
      asked += wanted;
      waiting.push_back(seen);
      c.check(waiting.size() <= terms.requests, "more R2Ts than MaxOutstandingR2T", seen, "R2TSN");
      continue;
    }
    if (seen.kind == Seen::Kind::silence && !waiting.empty()) {
      has_probed = true;
      answer_oldest();
      continue;
    }
    c.expect(seen, {good()}, "the end of the WRITE");
    c.check(asked == data.size(), "the status comes before all data was asked for", seen);
    return;
  }
}

void expect_back(CaseContext& c, Connection& one, const std::vector<std::byte>& data) {
  const auto bytes = static_cast<std::uint32_t>(data.size());
  const ScsiAnswer back =
      ask(c, one, read_cdb(10, c.target().first_lba, bytes / c.profile().block_bytes), bytes);
  c.expect(back.end, {good()}, "READ(10) of what was written");
  expect_data(c, back, data, "what was written");
}

struct Combination {
  const char* name;
  bool initial_r2t, immediate_data, uses_it;
  std::uint32_t first_burst, max_burst, requests;
  const char* mutant;
  const char* what;
  const char* on;
  const char* change;
};

constexpr Combination kCombinations[] = {
    {"r2t_only", true, false, false, 8192, 16384, 1, "r2t_at_another_offset",
     "asks for data from elsewhere", "send: R2T, nth: 2", "{add: {Buffer Offset: 512}}"},
    {"r2t_of_small_bursts", true, false, false, 512, 512, 1, "r2t_beyond_burst",
     "asks for two bursts at a time", "send: R2T, nth: 1",
     "{set: {Desired Data Transfer Length: 1024}}"},
    {"immediate_data_and_r2t", true, true, true, 8192, 16384, 1, "r2t_number_has_a_gap",
     "leaves an R2TSN out", "send: R2T, nth: 2", "{add: {R2TSN: 1}}"},
    {"immediate_data_allowed_and_not_used", true, true, false, 8192, 16384, 1,
     "r2t_with_the_reserved_tag", "asks with the reserved tag", "send: R2T, nth: 1",
     "{set: {Target Transfer Tag: FFFFFFFFh}}"},
    {"unsolicited_data_and_r2t", false, false, true, 16384, 16384, 1, "r2t_forgets_first_burst",
     "asks again for what came unsolicited", "send: R2T, nth: 1", "{set: {Buffer Offset: 0}}"},
    {"unsolicited_data_allowed_and_not_used", false, false, false, 16384, 16384, 1,
     "r2t_of_nothing", "asks for nothing", "send: R2T, nth: 1",
     "{set: {Desired Data Transfer Length: 0}}"},
    {"immediate_and_unsolicited_data", false, true, true, 32768, 65536, 1, "r2t_of_another_task",
     "asks in the name of another task", "send: R2T, nth: 1", "{add: {Initiator Task Tag: 1}}"},
    {"immediate_and_unsolicited_data_are_all", false, true, true, 65536, 65536, 1,
     "writes_none_of_the_first_burst", "answers GOOD and writes nothing", "receive: WRITE(10)",
     "{apply: never}"},
    {"several_r2ts_at_a_time", true, false, false, 4096, 8192, 4, "r2ts_beyond_their_number",
     "asks once more than it may", "send: R2T, nth: 4",
     "{after: [{copy: yes, add: {R2TSN: 1, Buffer Offset: 8192, Target Transfer Tag: 77}}]}"},
    {"small_first_burst_and_several_r2ts", false, true, true, 512, 4096, 2, "r2t_beyond_the_data",
     "asks for more than there is", "send: R2T, nth: 16",
     "{set: {Desired Data Transfer Length: 4096}}"},
};

void add_combinations(CaseList& cases) {
  for (const Combination& row : kCombinations) {
    NewCase added = add(cases, fmt::format("rfc7143/11.8/write_with_{}", row.name));
    added
        .requirements({"7143-11.8-4", "7143-11.8.4-3", "7143-13.10-2", "7143-13.11-9",
                       "7143-13.17-2", "7143-11.8-16", "7143-11.8.4-2", "7143-11.8.5-2",
                       "7143-13.19-4", "7143-4.2.2.4-1"})
        .purpose(
            "Each R2T has the next R2TSN, follows the last one's data, asks for no more than "
            "MaxBurstLength, and no more are outstanding than MaxOutstandingR2T; what was "
            "written can be read.")
        .observed(fmt::format("A WRITE(10) of 64 KiB with InitialR2T={}, ImmediateData={}, "
                              "FirstBurstLength={}, MaxBurstLength={}, MaxOutstandingR2T={}{}.",
                              row.initial_r2t ? "Yes" : "No", row.immediate_data ? "Yes" : "No",
                              row.first_burst, row.max_burst, row.requests,
                              row.uses_it ? "; all data that may come unsolicited does" : ""))
        .needs({Need::login, Need::lun})
        .mutant(row.mutant, row.what, fault(row.on, row.change))
        .body([row](CaseContext& c) {
          Terms terms = offered(row.initial_r2t, row.immediate_data, row.first_burst, row.max_burst,
                                row.requests);
          Connection& one = session_with(c, terms);
          const std::vector<std::byte> data =
              pattern(65536, static_cast<std::uint8_t>(row.first_burst / 512 + row.requests));
          finish_write(c, one, terms, data, begin_write(c, one, terms, data, row.uses_it));
          expect_back(c, one, data);
        });
    added.writes();
  }
}

/// Sequences of several Data-Outs, also where the target would take them in one.
void add_short_data_outs(CaseList& cases) {
  struct Row {
    const char* name;
    bool initial_r2t;
    const char* tags;
  };
  constexpr Row kRows[] = {
      {"r2t_is_answered_in_small_pieces", true, "0..FFFFFFFEh"},
      {"unsolicited_data_comes_in_small_pieces", false, "FFFFFFFFh"},
  };
  for (const Row& row : kRows) {
    NewCase added = add(cases, fmt::format("rfc7143/11.7/{}", row.name));
    added.requirements({"7143-11.7.5-3", "7143-11.7-1"})
        .purpose("The data of each Data-Out of a sequence is written, not that of the first alone.")
        .observed(fmt::format("A WRITE(10) of 64 KiB, {}, in Data-Outs of 1024 bytes; then a READ.",
                              row.initial_r2t ? "solicited" : "16 KiB of it unsolicited"))
        .needs({Need::login, Need::lun})
        .mutant(fmt::format("loses_pieces_{}", row.initial_r2t ? "of_an_r2t" : "unsolicited"),
                "writes something else for the second Data-Out of each sequence",
                fault(fmt::format("receive: Data-Out, fields: {{DataSN: 1, Target Transfer Tag: "
                                  "{}}}",
                                  row.tags),
                      "{flip: {at: data+100, bits: FFh}}"))
        .body([row](CaseContext& c) {
          Terms terms = offered(row.initial_r2t, false, 16384, 32768, 1);
          terms.segment = 1024;
          Connection& one = session_with(c, terms);
          if (!row.initial_r2t && terms.initial_r2t) c.unsupported("it wants InitialR2T=Yes");
          const std::vector<std::byte> data = pattern(65536, row.initial_r2t ? 0x21 : 0x22);
          finish_write(c, one, terms, data, begin_write(c, one, terms, data, !row.initial_r2t));
          expect_back(c, one, data);
        });
    if (!row.initial_r2t) cases.back().needs.push_back(Need::unsolicited_data);
    added.writes();
  }
}

/// How a target may answer write data that breaks the rules: never with GOOD.
std::vector<Outcome> refusals() {
  return {condition(0x0B), rejected({0x04, 0x09}), ends(),
          condition(kIllegalRequest).loosely("as if the command were wrong")};
}

/// The same where the target may also ask again for what it could not use.
std::vector<Outcome> refusals_or_r2t() {
  std::vector<Outcome> out = refusals();
  out.push_back(pdu_of(Opcode::r2t).loosely("it asks again, at ErrorRecoveryLevel 0"));
  return out;
}

struct Mistake {
  const char* id;
  const char* requirement;
  const char* purpose;
  const char* mutant;
  const char* what;
  const char* faults_on;
  const char* heals;
  Level level = Level::must;
};

/// A mistake in the Data-Out that answers an R2T for two blocks.
void add_mistake(CaseList& cases, const Mistake& row,
                 const std::function<void(CaseContext&, RawPdu&)>& spoil) {
  NewCase one = add(cases, fmt::format("rfc7143/{}", row.id));
  one.requirements({row.requirement})
      .level(row.level)
      .purpose(row.purpose)
      .observed("A WRITE(10) of two blocks: its R2T is answered with this mistake.")
      .needs({Need::login, Need::lun})
      .mutant(row.mutant, row.what, fault(row.faults_on, row.heals))
      .body([spoil](CaseContext& c) {
        Terms terms = offered(true, false, 8192, 65536, 1);
        Connection& connection = session_with(c, terms);
        const std::size_t bytes = std::size_t{2} * c.profile().block_bytes;
        const std::vector<std::byte> data = pattern(bytes, 0x5C);
        const Begun begun = begin_write(c, connection, terms, data, false);
        const Seen r2t = connection.answer_to(begun.tag);
        c.expect(r2t, {pdu_of(Opcode::r2t)});
        RawPdu out =
            data_out(c, begun.tag, static_cast<std::uint32_t>(r2t.get("Target Transfer Tag")), 0, 0,
                     data, true);
        out.set("ExpStatSN", connection.exp_stat_sn);
        spoil(c, out);
        connection.send(out);
        c.expect(connection.next(), refusals_or_r2t());
      });
  one.writes();
}

void add_mistakes(CaseList& cases) {
  add_mistake(cases,
              {"7.9/data_out_with_a_wrong_data_sn_is_noticed", "7143-7.9-2",
               "A Data-Out whose DataSN is not the one that is due is a sequence error.",
               "takes_any_data_sn", "overlooks DataSN", "receive: Data-Out", "{set: {DataSN: 0}}"},
              [](CaseContext&, RawPdu& out) { out.set("DataSN", 3); });
  add_mistake(
      cases,
      {"11.17.1/data_out_at_a_wrong_offset_is_noticed", "7143-11.17.1-17",
       "A Data-Out whose Buffer Offset is not what was asked for is refused.", "takes_any_offset",
       "overlooks Buffer Offset", "receive: Data-Out", "{set: {Buffer Offset: 0}}", Level::should},
      [](CaseContext&, RawPdu& out) { out.set("Buffer Offset", 0x100000); });
  add_mistake(cases,
              {"11.4.7.2/data_out_of_too_much_is_noticed", "7143-11.4.7.2-7",
               "A Data-Out with more data than the R2T asked for is an incorrect amount of data.",
               "takes_too_much", "takes what it asked for and overlooks the rest",
               "receive: Data-Out", "{data: {bytes: 1024}}", Level::should},
              [](CaseContext& c, RawPdu& out) {
                out.with_data(std::size_t{3} * c.profile().block_bytes, 0x77);
              });
  add_mistake(
      cases,
      {"11.4.7.2/sequence_that_ends_too_early_is_noticed", "7143-11.4.7.2-7",
       "A sequence that ends with F=1 before all data has come is an incorrect amount of data.",
       "takes_too_little", "fills up what is missing", "receive: Data-Out", "{data: {bytes: 1024}}",
       Level::should},
      [](CaseContext& c, RawPdu& out) { out.with_data(c.profile().block_bytes, 0x77); });
  NewCase unknown = add(cases, "rfc7143/11.17.1/data_out_with_an_unknown_tag_is_rejected");
  unknown.requirements({"7143-11.17.1-17"})
      .level(Level::should)
      .purpose("A Data-Out with a Target Transfer Tag that no R2T had is rejected.")
      .observed("A WRITE(10), its R2T answered with another tag.")
      .needs({Need::login, Need::lun})
      .mutant("overlooks_an_unknown_tag", "drops it without a word",
              fault("receive: Data-Out", "drop"))
      .body([](CaseContext& c) {
        Terms terms = offered(true, false, 8192, 65536, 1);
        Connection& one = session_with(c, terms);
        const std::vector<std::byte> data = pattern(c.profile().block_bytes, 0x5D);
        const Begun begun = begin_write(c, one, terms, data, false);
        const Seen r2t = one.answer_to(begun.tag);
        c.expect(r2t, {pdu_of(Opcode::r2t)});
        const auto other = static_cast<std::uint32_t>(r2t.get("Target Transfer Tag")) ^ 0x5A5A5A5Au;
        one.send(data_out(c, begun.tag, other, 0, 0, data, true));
        c.expect(one.next(), refusals());
      });
  unknown.writes();
}

void add_unsolicited(CaseList& cases) {
  struct Row {
    const char* id;
    const char* requirement;
    const char* purpose;
    bool initial_r2t, immediate;
    std::uint32_t immediate_bytes, later_bytes;
    const char* mutant;
    const char* faults;
    Level level = Level::must;
  };
  constexpr Row kRows[] = {
      {"13.11/immediate_data_that_was_not_agreed_is_refused", "7143-13.11-5",
       "With ImmediateData=No and InitialR2T=Yes data with the command is refused.", true, false,
       512, 0, "overlooks_immediate_data",
       "- f: {on: {receive: SCSI Command, fields: {W: 1}}, do: {data: {bytes: 0}}}\n"},
      {"13.11/unsolicited_data_that_was_not_agreed_is_refused", "7143-13.11-5",
       "With InitialR2T=Yes Data-Outs that no R2T asked for are refused.", true, false, 0, 1024,
       "overlooks_unsolicited_data",
       "- f: {on: {receive: SCSI Command, fields: {W: 1}}, do: {set: {F: 1}}}\n"
       "- g: {on: {receive: Data-Out}, do: drop}\n"},
      {"11.4.7.2/immediate_data_beyond_first_burst_is_refused", "7143-11.4.7.2-2",
       "Immediate data of more than FirstBurstLength is refused.", true, true, 1024, 0,
       "overlooks_first_burst",
       "- f: {on: {receive: SCSI Command, fields: {W: 1}}, do: {data: {bytes: 512}}}\n",
       Level::should},
  };
  for (const Row& row : kRows) {
    NewCase one = add(cases, fmt::format("rfc7143/{}", row.id));
    one.requirements({row.requirement})
        .level(row.level)
        .purpose(row.purpose)
        .observed(fmt::format("A WRITE(10) of 2 blocks with {} bytes in the command and {} behind "
                              "it; FirstBurstLength=512.",
                              row.immediate_bytes, row.later_bytes))
        .possible_problems("Targets in the field take it.")
        .needs({Need::login, Need::lun})
        .mutant(row.mutant, "takes data that may not come", row.faults)
        .body([row](CaseContext& c) {
          Terms terms = offered(row.initial_r2t, row.immediate, 512, 65536, 1);
          Connection& connection = session_with(c, terms);
          if (terms.first_burst > 512) c.inconclusive("FirstBurstLength is more than was offered");
          const std::size_t bytes = std::size_t{2} * c.profile().block_bytes;
          const std::vector<std::byte> data = pattern(bytes, 0x6D);
          RawPdu request = c.scsi_command(write_cdb(10, c.target().first_lba, 2));
          request.set("W", 1).set("Expected Data Transfer Length", bytes);
          if (row.immediate_bytes > 0) request.with_data(part(data, 0, row.immediate_bytes));
          const std::uint32_t tag = connection.issue(request.set("F", row.later_bytes > 0 ? 0 : 1));
          if (row.later_bytes > 0)
            send_sequence(c, connection, terms, data, tag, kReservedTag, row.immediate_bytes,
                          row.immediate_bytes + row.later_bytes);
          c.expect(connection.next(), refusals());
        });
    one.writes();
  }
}

}  // namespace

void add_data_out_cases(CaseList& cases) {
  add_combinations(cases);
  add_short_data_outs(cases);
  add_mistakes(cases);
  add_unsolicited(cases);
}

}  // namespace lunsim::conform
