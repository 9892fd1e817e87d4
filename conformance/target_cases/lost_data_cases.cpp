// Data that is acknowledged, cut again or lost at ErrorRecoveryLevel 1: the A bit and DataACK,
// R-Data SNACK, R2Ts that come again, and Data-Out that did not arrive.
//                                   RFC 7143 §7.3, §7.8, §7.9, §11.7.2, §11.16, §13.19
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/recovery_steps.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

const std::vector<Need> kRecoversReads{Need::login, Need::error_recovery_1, Need::lun};
constexpr std::uint32_t kBurstBytes = 4096;
const Pairs kSmallBursts{
    {"MaxRecvDataSegmentLength", "1024"}, {"MaxBurstLength", "4096"}, {"FirstBurstLength", "4096"}};

std::uint32_t blocks_of(const CaseContext& c, std::uint32_t bytes) {
  return std::max(1u, bytes / c.profile().block_bytes);
}

/// The first Data-In with the A bit; ends the case as unsupported if there is none.
const Seen& asks_for_data_ack(CaseContext& c, const ReadSeen& read) {
  for (const Seen& one : read.data_pdus)
    if (one.get("A") == 1) return one;
  c.unsupported("no Data-In of a READ(10) over several bursts has the A bit");
}

RawPdu data_ack(const Seen& data_in, std::uint32_t next, std::uint32_t exp_stat_sn) {
  RawPdu request = snack(kDataAck, kReservedTag, next, 0, exp_stat_sn);
  request.set("LUN", data_in.get("LUN"));
  return request.set("Target Transfer Tag", data_in.get("Target Transfer Tag"));
}

/// A read over several bursts, and the DataACK that its first Data-In with the A bit asks for.
ReadSeen acknowledged_read(CaseContext& c, Connection& one) {
  ReadSeen read = read_blocks(c, one, blocks_of(c, 4 * kBurstBytes));
  const Seen& asks = asks_for_data_ack(c, read);
  one.send(
      data_ack(asks, static_cast<std::uint32_t>(asks.get("DataSN")) + 1, read.status_number()));
  return read;
}

void add_data_ack_cases(CaseList& cases) {
  add(cases, "rfc7143/11.7.2/acknowledgement_is_asked_for_once_a_burst")
      .requirements({"7143-11.7.2-2"})
      .purpose(
          "The A bit is set at most once per MaxBurstLength bytes, or on the Data-In that ends the "
          "transfer.")
      .observed("A READ(10) over several bursts of 4096 bytes.")
      .needs(kRecoversReads)
      .mutant("asks_for_acknowledgement_often", "sets the A bit twice in a burst",
              fault("send: Data-In, nth: 2", "{set: {A: 1}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallBursts);
        const ReadSeen read = read_blocks(c, one, blocks_of(c, 4 * kBurstBytes));
        std::uint64_t bytes = 0;
        for (const Seen& seen : read.data_pdus) {
          bytes += seen.pdu.data.size();
          if (seen.get("A") == 0) continue;
          const bool is_last = &seen == &read.data_pdus.back();
          c.check(bytes >= kBurstBytes || is_last, "an A bit before MaxBurstLength bytes", seen,
                  "A");
          bytes = 0;
        }
        c.judged();
      });
  add(cases, "rfc7143/11.16.2/data_ack_is_no_ask_for_data")
      .requirements({"7143-11.16.2-4", "7143-11.16-2"})
      .purpose("A DataACK frees what it acknowledges, and nothing comes for it.")
      .observed("A READ(10) over several bursts; a DataACK for the first Data-In with the A bit.")
      .needs(kRecoversReads)
      .mutant("rejects_a_data_ack", "rejects it",
              fault("receive: SNACK Request", "{reject: {reason: 08h}}"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallBursts);
        const ReadSeen read = acknowledged_read(c, one);
        c.expect_ignored(one, "a DataACK");
      });
  add(cases, "rfc7143/11.16/data_that_is_acknowledged_is_rejected")
      .requirements({"7143-11.16-10"})
      .purpose("A Data SNACK for data that a DataACK has acknowledged is a protocol error.")
      .observed("A READ(10), a DataACK for its first burst, a SNACK for the first Data-In.")
      .needs(kRecoversReads)
      .mutant("wrong_reason_for_acknowledged_data", "rejects it as what it does not have any more",
              fault("send: Reject", "{set: {Reason: 03h}}"))
      .mutant("overlooks_data_ack", "keeps what is acknowledged",
              fault("receive: SNACK Request, nth: 1", "drop"))
      .body([](CaseContext& c) {
        Connection& one = recovering_session(c, kSmallBursts);
        const ReadSeen read = acknowledged_read(c, one);
        one.send(snack(kDataOrR2tSnack, read.tag, 0, 1, read.status_number()));
        c.expect(one.next(), {rejected({0x04})});
        c.expect_alive(one, "a SNACK that was rejected");
      });
}

/// The data of a read from its beginning, in segments of at most `segment_bytes`, and the response.
Seen expect_all_again(CaseContext& c, Connection& one, const ReadSeen& read,
                      std::size_t segment_bytes) {
  std::uint64_t offset = 0, data_sn = 0, total = 0;
  for (const Seen& seen : read.data_pdus) total += seen.pdu.data.size();
  while (offset < total) {
    const Seen seen = one.next();
    c.expect(seen,
             {pdu_of(Opcode::data_in, {{"Initiator Task Tag", read.tag},
                                       {"DataSN", data_sn++},
                                       {"Buffer Offset", offset}}),
              rejected({0x03}).loosely("it does not send the data again")},
             "the data again");
    if (seen.is(Opcode::reject)) return seen;
    c.check(!seen.pdu.data.empty() && seen.pdu.data.size() <= segment_bytes,
            "a segment is longer than it may be now, or empty", seen, "DataSegmentLength");
    offset += seen.pdu.data.size();
  }
  return one.next();
}

void add_resegmenting_cases(CaseList& cases) {
  const auto tell = [](Connection& one, std::uint32_t bytes, std::uint32_t exp_stat_sn) {
    RawPdu request(Opcode::text_request);
    request.set("I", 1).set("F", 1).set("Target Transfer Tag", kReservedTag);
    request.with_text({{"MaxRecvDataSegmentLength", fmt::format("{}", bytes)}});
    const std::uint32_t tag = one.stamp(request);
    one.send(request.set("ExpStatSN", exp_stat_sn));
    return one.answer_to(tag);
  };
  const auto body = [tell](std::uint32_t new_segment) {
    return [tell, new_segment](CaseContext& c) {
      Connection& one = recovering_session(c, kSmallBursts);
      const ReadSeen read = read_blocks(c, one, blocks_of(c, 2 * kBurstBytes));
      const std::uint32_t due = read.status_number();
      if (new_segment > 0 && !tell(one, new_segment, due).is(Opcode::text_response))
        c.inconclusive("MaxRecvDataSegmentLength was not taken in a Text Request");
      RawPdu request = snack(kResegmentingSnack, read.tag, 0, 0, due);
      one.send(request.set("Target Transfer Tag", 0x1234));
      const Seen response = expect_all_again(c, one, read, new_segment > 0 ? new_segment : 1024);
      if (response.is(Opcode::reject)) return;
      c.expect(response, {pdu_of(Opcode::scsi_response, {{"Initiator Task Tag", read.tag},
                                                         {"SNACK Tag", 0x1234},
                                                         {"StatSN", due},
                                                         {"Status", 0}})});
      c.expect_alive(one, "an R-Data SNACK");
    };
  };
  add(cases, "rfc7143/11.16.3/r_data_snack_has_its_tag_in_the_response")
      .requirements(
          {"7143-11.16.3-5", "7143-11.16.3-6", "7143-11.16.3-7", "7143-11.16.5-2", "7143-11.16-2"})
      .purpose(
          "An R-Data SNACK brings all data again, and a SCSI Response with its SNACK Tag and the "
          "StatSN that the status had.")
      .observed("A READ(10) over two bursts that has its status; an R-Data SNACK.")
      .needs(kRecoversReads)
      .mutant("response_without_the_snack_tag", "sends the response as it was",
              fault("send: SCSI Response, nth: 4", "{set: {SNACK Tag: 0}}"))
      .mutant("no_response_for_r_data", "sends no response again",
              fault("send: SCSI Response, nth: 4", "drop"))
      .mutant("response_for_r_data_is_numbered_anew", "uses a new StatSN",
              fault("send: SCSI Response, nth: 4", "{add: {StatSN: 1}}"))
      .mutant("overlooks_r_data", "does not answer it", fault("receive: SNACK Request", "drop"))
      .mutant("r_data_without_its_begin", "leaves the first of the data out",
              fault("send: Data-In, nth: 9", "drop"))
      .body(body(0));
  add(cases, "rfc7143/11.16.3/r_data_comes_in_segments_that_hold_now")
      .requirements({"7143-11.16.3-3", "7143-11.16.3-4"})
      .purpose(
          "Data that comes for an R-Data SNACK is cut to the MaxRecvDataSegmentLength that holds "
          "now, and numbered from 0.")
      .observed("A READ(10); MaxRecvDataSegmentLength=512 in a Text Request; an R-Data SNACK.")
      .possible_problems("Targets in the field do not take the key in full feature phase.")
      .needs({Need::login, Need::error_recovery_1, Need::lun, Need::text_request})
      .mutant("r_data_in_old_segments", "does not hear the new length",
              fault("receive: Text Request", "{text: {set: {MaxRecvDataSegmentLength: 1024}}}"))
      .body(body(512));
}

/// A write without unsolicited data whose R2T has come.
struct Asked4Blocks {
  Connection* one = nullptr;
  std::uint32_t tag = 0;
  Seen r2t;
  std::vector<std::byte> data;
};

Asked4Blocks begin_write_of_4_blocks(CaseContext& c, const Pairs& more = {}) {
  Asked4Blocks out;
  Pairs keys{{"ImmediateData", "No"}};
  keys.insert(keys.end(), more.begin(), more.end());
  out.one = &recovering_session(c, keys);
  out.data = pattern(std::size_t{4} * c.profile().block_bytes, 0x2D);
  RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 4));
  out.tag = out.one->issue(write.set("W", 1).set("Expected Data Transfer Length", out.data.size()));
  out.r2t = out.one->answer_to(out.tag);
  c.expect(out.r2t, {pdu_of(Opcode::r2t)}, "the WRITE(10)");
  if (out.r2t.get("Desired Data Transfer Length") != out.data.size())
    c.inconclusive("the first R2T does not ask for all data");
  return out;
}

/// Data-Out number `data_sn` of a sequence that begins at its R2T's offset, a block each.
RawPdu block_out(const CaseContext& c, const Asked4Blocks& w, const Seen& r2t,
                 std::uint32_t data_sn) {
  const std::size_t block = c.profile().block_bytes;
  const std::size_t begin = r2t.get("Buffer Offset") + data_sn * block;
  const std::size_t end = r2t.get("Buffer Offset") + r2t.get("Desired Data Transfer Length");
  RawPdu out(Opcode::data_out);
  out.set("F", begin + block >= end ? 1 : 0).set("LUN", r2t.get("LUN"));
  out.set("Initiator Task Tag", w.tag).set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
  out.set("DataSN", data_sn).set("Buffer Offset", begin).set("ExpStatSN", w.one->exp_stat_sn);
  const auto at = [&](std::size_t i) {
    return w.data.begin() + static_cast<std::ptrdiff_t>(std::min(i, w.data.size()));
  };
  return out.with_data({at(begin), at(begin + block)});
}

/// Answers R2Ts, which must cover what is missing, until the status comes; then reads back.
void finish_recovery(CaseContext& c, const Asked4Blocks& w, std::size_t missing_from,
                     std::size_t missing_to) {
  const std::size_t block = c.profile().block_bytes;
  std::size_t asked = missing_from;
  std::uint64_t due_sn = 1;
  for (int i = 0; i < 64; ++i) {
    std::vector<Seen> between;
    const Seen seen = w.one->answer_to(w.tag, &between);
    for (const Seen& other : between)
      c.check(!other.is(Opcode::reject), "what is behind the lost data is rejected", other);
    if (!seen.is(Opcode::r2t)) {
      c.expect(seen,
               {asked >= missing_to ? good() : condition(0x0B),
                condition(0x0B).loosely("it gives the task up"), ends().loosely("closed instead")},
               "the status");
      if (!seen.is(Opcode::scsi_response) || seen.get("Status") != 0) return;
      break;
    }
    c.expect(seen, {pdu_of(Opcode::r2t, {{"R2TSN", due_sn++}})}, "a recovery R2T");
    const std::size_t begin = seen.get("Buffer Offset");
    const std::size_t end = begin + seen.get("Desired Data Transfer Length");
    c.check(begin <= asked && end > asked && end <= w.data.size(),
            "it does not ask for what is missing", seen, "Buffer Offset");
    asked = end;
    for (std::uint32_t sn = 0; begin + sn * block < end; ++sn)
      w.one->send(block_out(c, w, seen, sn));
  }
  const ScsiAnswer back = ask(c, *w.one, read_cdb(10, c.target().first_lba, 4),
                              static_cast<std::uint32_t>(w.data.size()));
  c.expect(back.end, {good()}, "READ(10) of what was written");
  c.check(back.data == w.data, "what is read is not what was written", back.end);
}

void add_r2t_cases(CaseList& cases) {
  NewCase r2t = add(cases, "rfc7143/11.16/r2t_comes_again_with_the_current_stat_sn");
  r2t.requirements({"7143-11.16-5", "7143-11.16-7"})
      .purpose("An R2T that comes again is the same, but for the numbers that are current.")
      .observed("A WRITE(10); behind its R2T a ping that takes a StatSN, and a SNACK for the R2T.")
      .needs(kRecoversReads)
      .mutant("overlooks_r2t_snack", "does not answer it", fault("receive: SNACK Request", "drop"))
      .mutant("old_stat_sn_in_an_r2t", "says the StatSN of the first time",
              fault("send: R2T, nth: 2", "{add: {StatSN: -1}}"))
      .mutant("another_tag_in_an_r2t", "gives it a new Target Transfer Tag",
              fault("send: R2T, nth: 2", "{add: {Target Transfer Tag: 1}}"))
      .body([](CaseContext& c) {
        const Asked4Blocks w = begin_write_of_4_blocks(c);
        pinged(c, *w.one);
        w.one->send(snack(kDataOrR2tSnack, w.tag, 0, 1, w.one->exp_stat_sn));
        const Seen second = w.one->next();
        c.expect(second, {again(w.r2t, {{24, 28}}),
                          rejected({0x03}).loosely("it does not send the R2T again")});
        if (second.is(Opcode::r2t))
          c.check(second.get("StatSN") == w.one->exp_stat_sn, "StatSN is not the current one",
                  second, "StatSN");
        for (std::uint32_t sn = 0; sn < 4; ++sn) w.one->send(block_out(c, w, w.r2t, sn));
        c.expect(w.one->answer_to(w.tag),
                 {second.is(Opcode::r2t) ? good() : condition(0x0B), good()}, "the status");
      });
  r2t.writes();
}

void add_lost_data_cases(CaseList& cases) {
  NewCase digest = add(cases, "rfc7143/7.3/lost_data_is_asked_for_and_the_burst_goes_on");
  digest.requirements({"7143-7.3-7", "7143-7.8-3", "7143-7.8-4"})
      .purpose(
          "With recovery a Data-Out with a wrong data digest is rejected, what is behind it in its "
          "burst is taken, and an R2T asks for it again.")
      .observed("A WRITE(10) of four blocks, the second with a wrong data digest; R2Ts answered.")
      .needs({Need::login, Need::lun, Need::error_recovery_1, Need::data_digest})
      .mutant("rejects_the_rest_of_the_burst", "does not count the PDU that was rejected",
              fault("receive: Data-Out, nth: 3", "{reject: {reason: 04h}}"))
      .mutant("asks_for_other_data", "asks for what is there",
              fault("send: R2T, nth: 2", "{set: {Buffer Offset: 0}}"))
      .mutant("forgets_lost_data", "writes without it",
              fault("send: R2T, nth: 2", "drop") +
                  "- g: {on: {send: NOP-In}, do: {before: [{pdu: SCSI Response}]}}\n")
      .mutant("says_nothing_of_lost_data", "sends no Reject", fault("send: Reject", "drop"))
      .body([](CaseContext& c) {
        const Asked4Blocks w =
            begin_write_of_4_blocks(c, {{"HeaderDigest", "None"}, {"DataDigest", "CRC32C"}});
        for (std::uint32_t sn = 0; sn < 4; ++sn) {
          RawPdu out = block_out(c, w, w.r2t, sn);
          out.spoil_data_digest = sn == 1;
          w.one->send(out);
        }
        const Seen reject = w.one->next();
        c.expect(reject, {rejected({0x02}), ends().loosely("closed instead")});
        if (!w.one->is_open()) return;
        const std::size_t block = c.profile().block_bytes;
        finish_recovery(c, w, block, 2 * block);
      });
  digest.writes();
  NewCase gap = add(cases, "rfc7143/7.9/gap_in_data_is_asked_for");
  gap.requirements({"7143-7.9-2"})
      .purpose("A DataSN that is missing is a lost Data-Out: an R2T asks for it again.")
      .observed("A WRITE(10) of four blocks whose third Data-Out is not sent; R2Ts answered.")
      .needs(kRecoversReads)
      .mutant("overlooks_a_gap", "ends in GOOD without the data",
              fault("send: R2T, nth: 2", "{set: {Buffer Offset: 0}}"))
      .mutant("gap_is_silent", "does not ask for it", fault("send: R2T, nth: 2", "drop"))
      .body([](CaseContext& c) {
        const Asked4Blocks w = begin_write_of_4_blocks(c);
        for (const std::uint32_t sn : {0u, 1u, 3u}) w.one->send(block_out(c, w, w.r2t, sn));
        const std::size_t block = c.profile().block_bytes;
        finish_recovery(c, w, 2 * block, 3 * block);
      });
  gap.writes();
  add(cases, "rfc7143/13.19/one_r2t_at_a_time_with_recovery_and_order")
      .requirements({"7143-13.19-7"})
      .purpose(
          "With ErrorRecoveryLevel above 0 and DataSequenceInOrder=Yes, MaxOutstandingR2T is 1.")
      .observed("A login that offers ErrorRecoveryLevel=1, DataSequenceInOrder=Yes and then 8.")
      .needs({Need::login, Need::error_recovery_1})
      .mutant("many_r2ts_with_recovery", "agrees to 8",
              fault("send: Login Response, fields: {T: 1, NSG: 3}",
                    "{text: {set: {MaxOutstandingR2T: 8}}}"))
      .body([](CaseContext& c) {
        Connection& one = c.connect();
        LoginPlan plan;
        plan.keys = {{"ErrorRecoveryLevel", "1"},
                     {"DataSequenceInOrder", "Yes"},
                     {"MaxOutstandingR2T", "8"}};
        const LoginResult login = one.login(plan);
        if (!login.ok) c.inconclusive("the login did not succeed: " + describe(login.last));
        if (login.value("ErrorRecoveryLevel") != "1")
          c.unsupported("ErrorRecoveryLevel=" + login.value("ErrorRecoveryLevel"));
        const std::string said = login.value("MaxOutstandingR2T");
        c.check(said == "1", "MaxOutstandingR2T=" + said, login.said("MaxOutstandingR2T"),
                "MaxOutstandingR2T");
      });
}

}  // namespace

void add_lost_data_cases_at_level_1(CaseList& cases) {
  add_data_ack_cases(cases);
  add_resegmenting_cases(cases);
  add_r2t_cases(cases);
  add_lost_data_cases(cases);
}

}  // namespace lunsim::conform
