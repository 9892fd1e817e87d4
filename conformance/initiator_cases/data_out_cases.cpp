// What an initiator writes, when, and how much of it: R2T, bursts, immediate and unsolicited data,
// RFC 7143 §11.7, §11.8, §13.10 to §13.17.
#include <fmt/format.h>

#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_cases/spoils.hpp"

namespace lunsim::conform {
namespace {

using namespace std::chrono_literals;
using pdu::Opcode;

constexpr std::uint32_t kTransferTag = 0x4711;
constexpr std::size_t kPdusMax = 4096;

std::uint64_t expected_writes(const Seen& command) {
  return command.get("Expected Data Transfer Length");
}

/// No data but what an R2T asks for, in PDUs of at most 4096 bytes.
TargetPlan solicited_only() {
  TargetPlan plan;
  plan.answers = {{"InitialR2T", "Yes"}, {"ImmediateData", "No"}};
  plan.max_recv_bytes = 4096;
  return plan;
}

struct Burst {
  InitiatorLine& line;
  Seen command;
  std::uint32_t offset = 0, bytes = 0;
  std::vector<Seen> data;  // to the one with F=1; the last may be no Data-Out
};

/// Waits for a write, asks for `bytes` of it from `offset` on and collects the answer.
Burst ask(InitiatorContext& c, std::uint32_t offset = 0, std::uint32_t bytes = 16384) {
  InitiatorLine& line = c.session(solicited_only());
  Burst out{line, c.serve_until(line, is_write(offset + 512), "writes"), offset, 0, {}};
  out.bytes = std::min(bytes, static_cast<std::uint32_t>(expected_writes(out.command)) - offset);
  line.issue(r2t(line, out.command.pdu, kTransferTag, 0, offset, out.bytes));
  while (out.data.size() < kPdusMax) {
    out.data.push_back(c.next_reply(line));
    if (!out.data.back().is(Opcode::data_out) || out.data.back().get("F") == 1) break;
  }
  c.expect(out.data.back(), {pdu_of(Opcode::data_out, {{"F", 1}})}, "the answer to an R2T");
  return out;
}

using WriteLook = std::function<void(InitiatorContext&, const Burst&)>;

void burst(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
           std::string purpose, InitiatorMutant mutant, WriteLook look, std::uint32_t offset = 0) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(fmt::format("A write without unsolicited data; our R2T asks for up to 16384 bytes "
                            "from {} on, in PDUs of at most 4096.",
                            offset))
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([look = std::move(look), offset](InitiatorContext& c) {
        const Burst got = ask(c, offset);
        look(c, got);
      });
}

void add_bursts(InitiatorCaseList& cases) {
  burst(cases, "rfc7143/11.8/r2t_is_answered_with_what_it_asks_for",
        {"7143-11.8-6", "7143-11.8-7", "7143-4.2.5.2-10"},
        "The Data-Out PDUs of an R2T cover its range, no more and no less.",
        {"answers_half_of_an_r2t", "hears half of the length that an R2T asks for",
         hears(Opcode::r2t, "Desired Data Transfer Length", 512)},
        [](InitiatorContext& c, const Burst& got) {
          std::uint64_t sum = 0;
          for (const Seen& one : got.data) sum += one.pdu.data.size();
          c.check(sum == got.bytes, fmt::format("{} bytes come, not {}", sum, got.bytes),
                  got.data.back(), "DataSegmentLength");
        });
  burst(cases, "rfc7143/11.8/data_goes_on_without_gap", {"7143-11.8-10", "7143-13.18-3"},
        "With DataPDUInOrder=Yes the PDUs of a sequence follow each other without gap or overlap.",
        {"gap_in_data_out", "sends each Data-Out 512 bytes too far on",
         sends_more(Opcode::data_out, "Buffer Offset", 512)},
        [](InitiatorContext& c, const Burst& got) {
          std::uint64_t next = got.offset;
          for (const Seen& one : got.data) {
            c.check(one.get("Buffer Offset") == next,
                    fmt::format("Buffer Offset is {}, not {}", one.get("Buffer Offset"), next), one,
                    "Buffer Offset");
            next += one.pdu.data.size();
          }
        });
  burst(cases, "rfc7143/11.7.4/transfer_tag_is_that_of_the_r2t", {"7143-11.7.4-1"},
        "Data-Out carries the R2T's Target Transfer Tag.",
        {"own_transfer_tag", "makes transfer tags of its own",
         sends(Opcode::data_out, "Target Transfer Tag", 5)},
        [](InitiatorContext& c, const Burst& got) {
          for (const Seen& one : got.data)
            c.check(one.get("Target Transfer Tag") == kTransferTag,
                    fmt::format("the tag is {:#x}", one.get("Target Transfer Tag")), one,
                    "Target Transfer Tag");
        });
  burst(cases, "rfc7143/11.7.4/lun_is_that_of_the_command", {"7143-11.7.4-6"},
        "Solicited Data-Out carries the LUN of the command.",
        {"another_lun_in_data_out", "sends Data-Out for another LUN",
         sends(Opcode::data_out, "LUN", std::uint64_t{3} << 48)},
        [](InitiatorContext& c, const Burst& got) {
          for (const Seen& one : got.data)
            c.check(one.get("LUN") == got.command.get("LUN"), "the LUN is another", one, "LUN");
        });
  burst(cases, "rfc7143/11.7.5/data_sn_begins_at_0", {"7143-11.7.5-3"},
        "DataSN counts the Data-Out PDUs of a sequence from 0.",
        {"data_sn_begins_at_1", "counts Data-Out PDUs from 1",
         sends_more(Opcode::data_out, "DataSN", 1)},
        [](InitiatorContext& c, const Burst& got) {
          for (std::size_t i = 0; i < got.data.size(); ++i)
            c.check(got.data[i].get("DataSN") == i,
                    fmt::format("DataSN is {}, not {}", got.data[i].get("DataSN"), i), got.data[i],
                    "DataSN");
        });
  burst(cases, "rfc7143/11.8/last_data_out_is_final", {"7143-11.8-8"},
        "The last Data-Out of a sequence has F=1.",
        {"never_final", "sets F in no Data-Out", sends(Opcode::data_out, "F", 0)},
        [](InitiatorContext& c, const Burst&) { c.judged(); });
  burst(cases, "rfc7143/13.12/data_segments_are_not_above_what_we_receive",
        {"7143-13.12-3", "7143-11.7.1-5"},
        "No data segment is longer than the MaxRecvDataSegmentLength that the target declared.",
        {"segments_too_long", "sends segments of any length",
         hears_key("MaxRecvDataSegmentLength", "262144")},
        [](InitiatorContext& c, const Burst& got) {
          for (const Seen& one : got.data)
            c.check(one.pdu.data.size() <= 4096,
                    fmt::format("{} bytes in a segment", one.pdu.data.size()), one,
                    "DataSegmentLength");
        });
  burst(cases, "rfc7143/11.2.1.8/data_out_carries_the_tag_of_its_command", {"7143-11.2.1.8-1"},
        "Data-Out carries the Initiator Task Tag of its command.",
        {"another_task_tag_in_data_out", "sends Data-Out for another task",
         sends(Opcode::data_out, "Initiator Task Tag", 0x55)},
        [](InitiatorContext& c, const Burst& got) {
          for (const Seen& one : got.data)
            c.check(one.get("Initiator Task Tag") == got.command.get("Initiator Task Tag"),
                    "the tag is another", one, "Initiator Task Tag");
        });
}

void add_order(InitiatorCaseList& cases) {
  add(cases, "rfc7143/11.8/outstanding_r2ts_are_answered_in_order")
      .requirements({"7143-11.8-13"})
      .purpose("Of two R2Ts that are outstanding the first is answered first.")
      .observed("MaxOutstandingR2T=2; two R2Ts at once for 4096 bytes each.")
      .mutant("answers_r2ts_the_other_way", "answers the second R2T first",
              by([](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict&) {
                if (to != pdu::Direction::send || !is(pdu, Opcode::data_out)) return;
                set_field(pdu, "Target Transfer Tag", field_of(pdu, "Target Transfer Tag") ^ 1u);
              }))
      .body([](InitiatorContext& c) {
        TargetPlan plan = solicited_only();
        plan.answers.emplace_back("MaxOutstandingR2T", "2");
        InitiatorLine& line = c.session(plan);
        const std::string offered = value_of(line.offers, "MaxOutstandingR2T").value_or("1");
        if (offered == "1") c.unsupported("the initiator offers MaxOutstandingR2T=1");
        const Seen write = c.serve_until(line, is_write(8192), "writes 8192 bytes");
        line.issue(r2t(line, write.pdu, 0x40, 0, 0, 4096));
        line.issue(r2t(line, write.pdu, 0x41, 1, 4096, 4096));
        for (const std::uint64_t tag : {0x40u, 0x41u}) {
          Seen one = c.next_reply(line);
          while (one.is(Opcode::data_out) && one.get("F") == 0) one = c.next_reply(line);
          c.expect(one, {pdu_of(Opcode::data_out, {{"Target Transfer Tag", tag}})},
                   "the end of a sequence");
        }
      });
  add(cases, "rfc7143/13.17/one_r2t_after_the_other")
      .requirements({"7143-4.2.5.2-10"})
      .purpose("A write that is asked for in many pieces is sent as a whole.")
      .observed("R2Ts for 4096 bytes each until the write is complete; the session goes on.")
      .mutant(
          "stops_after_the_third_r2t", "answers three R2Ts and no more",
          by([seen = 0](pdu::Direction to, pdu::TappedPdu& pdu, pdu::TapVerdict& verdict) mutable {
            if (to == pdu::Direction::receive && is(pdu, Opcode::r2t) && ++seen > 3)
              verdict.copies = 0;
          }))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session(solicited_only());
        const Seen write = c.serve_until(line, is_write(16384), "writes 16384 bytes");
        const auto whole = static_cast<std::uint32_t>(expected_writes(write));
        std::uint32_t sn = 0;
        for (std::uint32_t at = 0; at < whole; at += 4096, ++sn) {
          line.issue(r2t(line, write.pdu, 0x100 + sn, sn, at, std::min(4096u, whole - at)));
          Seen one = c.next_reply(line);
          while (one.is(Opcode::data_out) && one.get("F") == 0) one = c.next_reply(line);
          c.expect(one, {pdu_of(Opcode::data_out, {{"Target Transfer Tag", 0x100 + sn}})},
                   fmt::format("the answer to R2T {}", sn));
        }
        line.issue(scsi_response(line, write.pdu, 0));
        c.expect_goes_on(line, "a write in many pieces");
      });
}

void add_unsolicited(InitiatorCaseList& cases) {
  add(cases, "rfc7143/13.11/no_immediate_data_if_it_was_refused")
      .requirements({"7143-13.11-4"})
      .purpose("With ImmediateData=No and InitialR2T=Yes a write brings no data.")
      .observed("The first write: its DataSegmentLength is 0 and F is 1.")
      .mutant("immediate_data_though_refused", "sends immediate data all the same",
              hears_key("ImmediateData", "Yes"))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session(solicited_only());
        const Seen write = c.serve_until(line, is_write(), "writes");
        c.check(write.pdu.data.empty(), "immediate data comes", write, "DataSegmentLength");
        c.check(write.get("F") == 1, "F announces unsolicited data", write, "F");
      });
  add(cases, "rfc7143/11.8/no_data_out_before_an_r2t")
      .requirements({"7143-11.8-4"})
      .purpose("With InitialR2T=Yes no Data-Out comes before an R2T.")
      .observed("A write that is not answered for a second.")
      .mutant("data_out_before_r2t", "sends unsolicited Data-Out though InitialR2T=Yes",
              hears_key("InitialR2T", "No"))
      .body([](InitiatorContext& c) {
        InitiatorLine& line = c.session(solicited_only());
        const Seen write = c.serve_until(line, is_write(), "writes");
        const Seen early = c.next_reply(line, 1s);
        c.check(!early.is(Opcode::data_out), "Data-Out comes before any R2T", early,
                "Target Transfer Tag");
        c.check(write.get("F") == 1, "F announces unsolicited data", write, "F");
      });
  add(cases, "rfc7143/13.14/immediate_data_is_not_above_first_burst")
      .requirements({"7143-13.12-5", "7143-4.2.5.2-3"})
      .purpose("Immediate data is at most FirstBurstLength.")
      .observed("FirstBurstLength=1024, ImmediateData=Yes; a write of more.")
      .mutant("immediate_data_above_first_burst", "takes FirstBurstLength for 65536",
              hears_key("FirstBurstLength", "65536"))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.answers = {{"FirstBurstLength", "1024"}, {"InitialR2T", "Yes"}};
        InitiatorLine& line = c.session(plan);
        const Seen write = c.serve_until(line, is_write(2048), "writes 2048 bytes");
        c.check(write.pdu.data.size() <= 1024,
                fmt::format("{} bytes of immediate data", write.pdu.data.size()), write,
                "DataSegmentLength");
      });
  add(cases, "rfc7143/4.2.5.2/unsolicited_data_fills_the_first_burst")
      .requirements({"7143-4.2.5.2-7", "7143-13.12-5"})
      .purpose("Separate unsolicited data makes up FirstBurstLength, or all of the data.")
      .observed("InitialR2T=No, FirstBurstLength=16384; the data of a write before any R2T.")
      .mutant("first_burst_cut_short", "sends half of the first burst",
              hears_key("FirstBurstLength", "8192"))
      .body([](InitiatorContext& c) {
        TargetPlan plan;
        plan.answers = {{"FirstBurstLength", "16384"}, {"InitialR2T", "No"}};
        plan.max_recv_bytes = 4096;
        InitiatorLine& line = c.session(plan);
        if (value_of(line.offers, "InitialR2T").value_or("Yes") != "No")
          c.unsupported("the initiator does not offer InitialR2T=No");
        const Seen write = c.serve_until(line, is_write(32768), "writes 32768 bytes");
        if (write.get("F") == 1) c.unsupported("the initiator sends no unsolicited Data-Out");
        std::uint64_t sum = write.pdu.data.size();
        Seen one = c.next_reply(line);
        while (one.is(Opcode::data_out)) {
          sum += one.pdu.data.size();
          if (one.get("F") == 1) break;
          one = c.next_reply(line);
        }
        c.expect(one, {pdu_of(Opcode::data_out, {{"F", 1}, {"Target Transfer Tag", 0xFFFF'FFFF}})},
                 "unsolicited data");
        c.check(sum == 16384, fmt::format("{} unsolicited bytes", sum), one, "DataSegmentLength");
      });
}

/// An R2T that asks for what cannot be: no data may come for it.
void wrong_r2t(InitiatorCaseList& cases, std::string id, std::vector<std::string> requirements,
               std::string purpose, InitiatorMutant mutant,
               std::function<RawPdu(InitiatorLine&, const Seen&)> make) {
  add(cases, std::move(id))
      .requirements(std::move(requirements))
      .purpose(std::move(purpose))
      .observed(
          "After such an R2T no Data-Out with data comes for it. A close, a logout, an abort "
          "and silence are legal.")
      .mutant(std::move(mutant.name), std::move(mutant.what), std::move(mutant.make))
      .body([make = std::move(make)](InitiatorContext& c) {
        InitiatorLine& line = c.session(solicited_only());
        const Seen write = c.serve_until(line, is_write(), "writes");
        line.issue(make(line, write));
        const Seen seen = c.next_reply(line);
        const bool is_data = seen.is(Opcode::data_out) && !seen.pdu.data.empty();
        c.check(!is_data, "data comes for an R2T that is wrong", seen, "Buffer Offset");
      });
}

void add_wrong(InitiatorCaseList& cases) {
  wrong_r2t(cases, "rfc7143/4.2.5.2/r2t_beyond_the_command_gets_no_data", {"7143-4.2.5.2-10"},
            "An R2T beyond the Expected Data Transfer Length gets no data.",
            {"data_beyond_the_command", "answers an R2T wherever it points",
             hears(Opcode::r2t, "Buffer Offset", 0)},
            [](InitiatorLine& line, const Seen& write) {
              return r2t(line, write.pdu, kTransferTag, 0,
                         static_cast<std::uint32_t>(expected_writes(write)), 512);
            });
  wrong_r2t(cases, "rfc7143/4.2.5.2/r2t_longer_than_the_command_gets_no_data", {"7143-4.2.5.2-10"},
            "An R2T whose range ends behind the command's data gets no data.",
            {"data_for_too_long_an_r2t", "answers an R2T that is too long",
             hears(Opcode::r2t, "Desired Data Transfer Length", 512)},
            [](InitiatorLine& line, const Seen& write) {
              return r2t(line, write.pdu, kTransferTag, 0, 0,
                         static_cast<std::uint32_t>(expected_writes(write)) + 512);
            });
  cases.back().about.level = Level::should;  // no MUST says that what is there may not be sent
  wrong_r2t(cases, "rfc7143/7.7/r2t_for_nothing_gets_no_data", {"7143-7.7-3"},
            "An R2T for 0 bytes is a format error.",
            {"data_for_an_empty_r2t", "answers an R2T for 0 bytes with data",
             hears(Opcode::r2t, "Desired Data Transfer Length", 512)},
            [](InitiatorLine& line, const Seen& write) {
              return r2t(line, write.pdu, kTransferTag, 0, 0, 0);
            });
  wrong_r2t(
      cases, "rfc7143/4.2.5.2/r2t_for_an_unknown_task_gets_no_data", {"7143-4.2.5.2-10"},
      "An R2T for a task that does not exist gets no data.",
      {"data_for_an_unknown_task", "takes any R2T for its last write's",
       by([last = std::uint64_t{0}](pdu::Direction to, pdu::TappedPdu& pdu,
                                    pdu::TapVerdict&) mutable {
         if (to == pdu::Direction::send && is(pdu, Opcode::scsi_command) && field_of(pdu, "W") == 1)
           last = field_of(pdu, "Initiator Task Tag");
         if (to == pdu::Direction::receive && is(pdu, Opcode::r2t))
           set_field(pdu, "Initiator Task Tag", last);
       })},
      [](InitiatorLine& line, const Seen& write) {
        return r2t(line, write.pdu, kTransferTag, 0, 0, 512).set("Initiator Task Tag", 0x0BAD'0BAD);
      });
}

}  // namespace

void add_initiator_data_out_cases(InitiatorCaseList& cases) {
  add_bursts(cases);
  add_order(cases);
  add_unsolicited(cases);
  add_wrong(cases);
}

}  // namespace lunsim::conform
