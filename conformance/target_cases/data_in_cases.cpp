// Data-In: numbers, offsets, bursts, flags and status.                        RFC 7143 §4.2.2.4,
// §11.7
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

LoginPlan sizes(std::uint32_t segment_bytes, std::uint32_t burst_bytes) {
  LoginPlan plan;
  plan.keys = {{"MaxRecvDataSegmentLength", fmt::format("{}", segment_bytes)},
               {"MaxBurstLength", fmt::format("{}", burst_bytes)},
               {"FirstBurstLength", "512"}};
  return plan;
}

struct Read {
  ScsiAnswer answer;
  std::uint64_t burst_bytes = 0;
};

/// A session of these sizes that has read `bytes` from block 0.
Read read_all(CaseContext& c, std::uint32_t segment_bytes, std::uint32_t burst_bytes,
              std::uint32_t bytes) {
  Connection& one = c.connect();
  const LoginResult login = one.login(sizes(segment_bytes, burst_bytes));
  if (!login.ok) c.inconclusive("the login did not succeed: " + describe(login.last));
  const std::uint32_t block = c.profile().block_bytes;
  const std::uint32_t blocks = std::max(1u, bytes / block);
  Read read;
  read.burst_bytes = login.number("MaxBurstLength", 262144);
  read.answer = ask(c, one, read_cdb(10, 0, blocks), blocks * block);
  c.expect(read.answer.end, {good()});
  c.check(!read.answer.data_pdus.empty(), "no Data-In came", read.answer.end);
  return read;
}

using Check = std::function<void(CaseContext&, const Read&)>;

void add_rule(CaseList& cases, std::string id, std::string requirement, std::string purpose,
              const Check& check, std::string mutant, std::string what, std::string on,
              const std::string& change, Level level = Level::must) {
  add(cases, "rfc7143/" + id)
      .requirements({std::move(requirement)})
      .level(level)
      .purpose(std::move(purpose))
      .observed("A READ(10) of 32 KiB with MaxRecvDataSegmentLength=4096 and MaxBurstLength=8192.")
      .needs({Need::login, Need::lun})
      .mutant(std::move(mutant), std::move(what), fault(on, change))
      .body([check](CaseContext& c) { check(c, read_all(c, 4096, 8192, 32768)); });
}

void add_rules(CaseList& cases) {
  add_rule(
      cases, "4.2.2.4/data_sn_counts_up_over_the_command", "7143-4.2.2.4-2",
      "DataSN is 0 in the first Data-In of a command and goes up by one over all sequences.",
      [](CaseContext& c, const Read& read) {
        std::uint64_t due = 0;
        for (const Seen& one : read.answer.data_pdus)
          c.expect(one, {pdu_of(pdu::Opcode::data_in, {{"DataSN", due++}})});
      },
      "data_sn_has_a_gap", "leaves a DataSN out", "send: Data-In, nth: 2", "{add: {DataSN: 1}}");
  add_rule(
      cases, "13.18/data_in_comes_in_order", "7143-13.18-3",
      "With DataPDUInOrder=Yes each Data-In begins where the last one ended.",
      [](CaseContext& c, const Read& read) {
        std::uint64_t due = 0;
        for (const Seen& one : read.answer.data_pdus) {
          c.expect(one, {pdu_of(pdu::Opcode::data_in, {{"Buffer Offset", due}})});
          due += one.pdu.data.size();
        }
      },
      "data_in_overlaps", "sends bytes a second time", "send: Data-In, nth: 2",
      "{add: {Buffer Offset: -512}}");
  add_rule(
      cases, "11.7.2/a_bit_is_not_set_at_level_0", "7143-11.7.2-3",
      "The A bit is never set at ErrorRecoveryLevel 0.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          c.check(one.get("A") == 0, "the A bit is set", one, "A");
      },
      "asks_for_acknowledgement", "asks for a DataACK", "send: Data-In, nth: 2",
      "{set: {A: 1, Target Transfer Tag: 7}}");
  add_rule(
      cases, "11.7.3/status_comes_with_the_last_data_only", "7143-11.7.3-5",
      "A Data-In with S=1 has F=1, and nothing follows it.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          c.check(one.get("S") == 0 || one.get("F") == 1, "S=1 and F=0", one, "F");
        c.check(read.answer.end.get("Status") == 0, "Status is not GOOD", read.answer.end);
      },
      "status_without_final", "clears F where it sets S", "send: Data-In, fields: {S: 1}",
      "{set: {F: 0}}");
  add_rule(
      cases, "11.7.4/transfer_tag_is_reserved_without_a_bit", "7143-11.7.4-3",
      "Without the A bit the Target Transfer Tag of a Data-In is FFFFFFFFh.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          if (one.get("A") == 0)
            c.expect(one, {pdu_of(pdu::Opcode::data_in, {{"Target Transfer Tag", 0xFFFF'FFFFu}})});
      },
      "transfer_tag_of_nothing", "puts a tag into a Data-In", "send: Data-In",
      "{set: {Target Transfer Tag: 5}}");
  add_rule(
      cases, "11.7.7/segments_are_whole_words_but_the_last", "7143-11.7.7-3",
      "The data of a Data-In is whole words unless F=1.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          c.check(one.get("F") == 1 || one.pdu.data.size() % 4 == 0, "no whole words", one,
                  "DataSegmentLength");
      },
      "segments_of_odd_bytes", "sends 4095 bytes", "send: Data-In, nth: 1", "{data: {bytes: 4095}}",
      Level::should);
  add_rule(
      cases, "11.7.7/no_data_in_is_empty", "7143-11.7.7-1", "No Data-In has an empty data segment.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          c.check(!one.pdu.data.empty(), "it is empty", one, "DataSegmentLength");
      },
      "empty_data_in", "sends a Data-In without data", "send: Data-In, nth: 3",
      "{data: {bytes: 0}}", Level::should);
  add_rule(
      cases, "11.7.6/data_in_stays_within_what_is_expected", "7143-11.7.6-2",
      "No Data-In goes beyond the Expected Data Transfer Length.",
      [](CaseContext& c, const Read& read) {
        for (const Seen& one : read.answer.data_pdus)
          c.check(one.get("Buffer Offset") + one.pdu.data.size() <= 32768, "it goes beyond it", one,
                  "Buffer Offset");
      },
      "data_in_beyond_the_end", "sends more than there is to send", "send: Data-In, fields: {S: 1}",
      "{add: {Buffer Offset: 512}}", Level::should);
}

void add_sizes(CaseList& cases) {
  for (const std::uint32_t segment : std::initializer_list<std::uint32_t>{512, 1024, 8192, 65536})
    add(cases, fmt::format("rfc7143/13.12/data_in_fits_into_{}", segment))
        .requirements({"7143-13.12-3", "7143-11.7.1-5"})
        .purpose(fmt::format("With MaxRecvDataSegmentLength={} declared no Data-In has more data.",
                             segment))
        .observed("A READ(10) of 256 KiB.")
        .needs({Need::login, Need::lun})
        .mutant(
            fmt::format("data_in_beyond_{}", segment), "sends 512 bytes too many in a PDU",
            fault("send: Data-In, nth: 2", fmt::format("{{data: {{bytes: {}}}}}", segment + 512)))
        .body([segment](CaseContext& c) {
          const Read read = read_all(c, segment, 262144, 262144);
          for (const Seen& one : read.answer.data_pdus)
            c.check(one.pdu.data.size() <= segment,
                    fmt::format("{} bytes of data", one.pdu.data.size()), one, "DataSegmentLength");
        });
  struct Row {
    std::uint32_t burst, segment, nth;
  };
  for (const Row row : {Row{512, 512, 2}, Row{4096, 1024, 4}, Row{65536, 8192, 8}})
    add(cases, fmt::format("rfc7143/13.13/data_in_sequences_end_at_{}", row.burst))
        .requirements({"7143-13.13-2", "7143-11.7.1-6"})
        .purpose(fmt::format("With MaxBurstLength={} each Data-In sequence has no more data and "
                             "ends with F=1.",
                             row.burst))
        .observed("A READ(10) of 128 KiB: the data between PDUs with F=1.")
        .needs({Need::login, Need::lun})
        .mutant(fmt::format("sequence_beyond_{}", row.burst), "does not end a sequence in time",
                fault(fmt::format("send: Data-In, nth: {}", row.nth), "{set: {F: 0}}"))
        .body([row](CaseContext& c) {
          const Read read = read_all(c, row.segment, row.burst, 131072);
          std::uint64_t bytes = 0;
          for (const Seen& one : read.answer.data_pdus) {
            bytes += one.pdu.data.size();
            c.check(bytes <= read.burst_bytes,
                    fmt::format("{} bytes without F=1, MaxBurstLength={}", bytes, read.burst_bytes),
                    one, "F");
            if (one.get("F") == 1) bytes = 0;
          }
          c.check(bytes == 0, "the last Data-In has F=0", read.answer.end, "F");
        });
}

void add_responses(CaseList& cases) {
  add(cases, "rfc7143/11.4.8/exp_data_sn_is_0_without_data")
      .requirements({"7143-11.4.8-2"})
      .purpose("ExpDataSN of a SCSI Response is 0 if no Data-In was sent.")
      .observed("TEST UNIT READY.")
      .needs({Need::login, Need::lun})
      .mutant("exp_data_sn_of_nothing", "counts Data-In that there was not",
              fault("send: SCSI Response", "{set: {ExpDataSN: 5}}"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), {0, 0, 0, 0, 0, 0}, 0);
        c.expect(a.end, {pdu_of(pdu::Opcode::scsi_response, {{"ExpDataSN", 0}})});
      });
  add(cases, "rfc7143/11.4.4/snack_tag_is_0")
      .requirements({"7143-11.4.4-2"})
      .level(Level::should)
      .purpose("SNACK Tag of a SCSI Response is 0 if no R-Data SNACK was accepted.")
      .observed("TEST UNIT READY.")
      .needs({Need::login, Need::lun})
      .mutant("snack_tag_of_nothing", "fills in a SNACK Tag",
              fault("send: SCSI Response", "{set: {SNACK Tag: 9}}"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), {0, 0, 0, 0, 0, 0}, 0);
        c.expect(a.end, {pdu_of(pdu::Opcode::scsi_response, {{"SNACK Tag", 0}})});
      });
  add(cases, "rfc7143/4.2.2.1/status_acknowledges_its_command")
      .requirements({"7143-4.2.2.1-37"})
      .purpose("What carries the status of a command tells an ExpCmdSN beyond its CmdSN.")
      .observed("TEST UNIT READY, not immediate.")
      .needs({Need::login, Need::lun})
      .mutant("status_before_acknowledgement", "answers before it acknowledges",
              fault("send: SCSI Response", "{add: {ExpCmdSN: -1}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer a = ask(c, one, {0, 0, 0, 0, 0, 0}, 0);
        c.expect(a.end, {pdu_of(pdu::Opcode::scsi_response, {{"ExpCmdSN", one.cmd_sn}})});
      });
  add(cases, "rfc7143/11.7.3/error_comes_in_a_scsi_response")
      .requirements({"7143-11.7.3-2"})
      .purpose("Status and sense data of a failed READ come in a SCSI Response.")
      .observed("A READ(16) at 2^63.")
      .needs({Need::login, Need::lun})
      .mutant("error_without_response", "never sends the response",
              fault("send: SCSI Response, command: READ(16)", "drop"))
      .body([](CaseContext& c) {
        const ScsiAnswer a =
            ask(c, c.session(), read_cdb(16, std::uint64_t{1} << 63, 1), c.profile().block_bytes);
        c.expect(a.end, {pdu_of(pdu::Opcode::scsi_response, {{"Status", 2}})});
      });
}

}  // namespace

void add_data_in_cases(CaseList& cases) {
  add_rules(cases);
  add_sizes(cases);
  add_responses(cases);
}

}  // namespace lunsim::conform
