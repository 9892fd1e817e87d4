// Reject, what must not be rejected, digests at every place, and peers that send nonsense, halves
// or floods.                                                  RFC 7143 §7.7, §7.8, §11, §11.17,
// §13.1
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

void add_rejects(CaseList& cases) {
  const auto rule = [&](std::string id, std::string requirement, std::string purpose, Level level,
                        std::string mutant, std::string what, std::string faults, auto body) {
    add(cases, "rfc7143/" + id)
        .requirements({std::move(requirement)})
        .level(level)
        .purpose(std::move(purpose))
        .observed("A SNACK Request at ErrorRecoveryLevel 0, which no target takes.")
        .mutant(std::move(mutant), std::move(what), std::move(faults))
        .body([body](CaseContext& c) {
          Connection& one = c.session();
          RawPdu request(Opcode::snack_request);
          request.put(1, 0x81).set("Initiator Task Tag", kReservedTag);
          request.set("Target Transfer Tag", kReservedTag).set("ExpStatSN", one.exp_stat_sn);
          request.set("BegRun", one.exp_stat_sn + 5).set("RunLength", 1);
          const std::uint32_t due = one.exp_stat_sn;
          one.send(request);
          const Seen seen = one.next();
          c.expect(seen, {rejected({0x03, 0x04, 0x05, 0x09}), ends()});
          body(c, one, seen, request, due);
        });
  };
  rule("11.16/snack_at_level_0_is_rejected", "7143-11.16-10",
       "A SNACK Request at ErrorRecoveryLevel 0 is rejected.", Level::must, "overlooks_snack",
       "does not answer it", fault("receive: SNACK Request", "drop"),
       [](CaseContext&, Connection&, const Seen&, const RawPdu&, std::uint32_t) {});
  rule("11.17.4/reject_brings_the_header_back", "7143-11.17.4-1",
       "The data of a Reject begins with the header of the PDU that is rejected.", Level::must,
       "rejects_another_header", "sends another header back",
       fault("send: Reject", "{flip: {at: data+20, bits: 55h}}"),
       [](CaseContext& c, Connection&, const Seen& seen, const RawPdu& request, std::uint32_t) {
         if (seen.is_over()) return;
         const bool is_there =
             seen.pdu.data.size() >= 48 &&
             std::equal(request.bhs.begin(), request.bhs.end(), seen.pdu.data.begin());
         c.check(is_there, "it is another header, or not a whole one", seen, "DataSegmentLength");
       });
  rule("11.17/initiator_task_tag_is_reserved", "7143-11.17-1",
       "A Reject has the Initiator Task Tag FFFFFFFFh.", Level::must, "reject_with_a_tag",
       "puts a tag into a Reject", fault("send: Reject", "{set: {Initiator Task Tag: 7}}"),
       [](CaseContext& c, Connection&, const Seen& seen, const RawPdu&, std::uint32_t) {
         if (seen.is_over()) return;
         c.expect(seen, {pdu_of(Opcode::reject, {{"Initiator Task Tag", kReservedTag}})});
       });
  rule("11.17.3/reject_has_a_stat_sn_of_its_own", "7143-11.17.3-2",
       "A Reject has the StatSN that is due, and uses it up.", Level::must,
       "reject_without_a_number", "uses the StatSN again",
       fault("send: Reject", "{add: {StatSN: -1}}"),
       [](CaseContext& c, Connection& one, const Seen& seen, const RawPdu&, std::uint32_t due) {
         if (seen.is_over()) return;
         c.expect(seen, {pdu_of(Opcode::reject, {{"StatSN", due}})});
         const std::uint32_t tag = one.issue(ping());
         c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in, {{"StatSN", due + 1}})});
       });
  add(cases, "rfc7143/11.17.1/unknown_opcode_is_rejected")
      .requirements({"7143-11.17.1-5"})
      .level(Level::should)
      .purpose("A PDU with an unknown opcode is rejected, or ends the connection.")
      .observed("A PDU with opcode 1Dh, then a ping.")
      .mutant("rejects_unknown_opcodes_with_0b", "uses a reason that is deprecated",
              fault("send: Reject", "{set: {Reason: 0Bh}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu request = ping("");
        one.stamp(request);
        one.send(request.put(0, 0x40 | 0x1D));
        const Seen seen = one.next();
        c.expect(seen, {rejected({0x04, 0x05, 0x09}), ends()});
        if (!seen.is_over()) c.expect_alive(one, "an unknown opcode");
      });
  add(cases, "rfc7143/4.2.4/login_request_in_full_feature_phase_is_refused")
      .requirements({"7143-4.2.4-9"})
      .purpose("A Login Request on a connection in full feature phase is rejected or ends it.")
      .observed("A Login Request behind a login.")
      .mutant("overlooks_a_second_login", "does not answer it",
              fault("receive: Login Request, nth: 3", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.expect(one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = {}}),
                 {rejected(), ends(), login_refused(2).loosely("answered as if it were a login")});
      });
}

/// Reserved fields are ignored by whoever receives them.                                §11
void add_reserved(CaseList& cases) {
  struct Row {
    const char* name;
    const char* kind;
    std::function<RawPdu(CaseContext&)> request;
    Opcode answer;
    std::vector<std::size_t> reserved;
    std::vector<Need> needs = {Need::login};
  };
  const std::vector<Row> rows{
      {"nop_out", "NOP-Out", [](CaseContext&) { return ping(); }, Opcode::nop_in, {2, 3}},
      {"scsi_command",
       "SCSI Command",
       [](CaseContext& c) {
         return c.scsi_command({0, 0, 0, 0, 0, 0});
       },
       Opcode::scsi_response,
       {2, 3}},
      {"text_request",
       "Text Request",
       [](CaseContext&) {
         RawPdu request(Opcode::text_request);
         request.set("F", 1).set("Target Transfer Tag", kReservedTag);
         return request.with_text({{"SendTargets", ""}});
       },
       Opcode::text_response,
       {2, 3, 32, 47},
       {Need::login, Need::text_request}},
      {"task_management",
       "Task Management Function Request",
       [](CaseContext& c) {
         RawPdu request(Opcode::task_management_request);
         request.set("I", 1).set("F", 1).set("Function", 1).set("Referenced Task Tag", 0x7777);
         request.set("RefCmdSN", 0xFFFF'0000u);
         return request.set("LUN", c.scsi_command({0}).get("LUN"));
       },
       Opcode::task_management_response,
       {2, 3, 40, 47}},
      {"logout_request",
       "Logout Request",
       [](CaseContext&) {
         RawPdu request(Opcode::logout_request);
         return request.set("I", 1).set("F", 1).set("Reason Code", 0);
       },
       Opcode::logout_response,
       {2, 3, 32, 47}},
  };
  for (const Row& row : rows)
    add(cases, fmt::format("rfc7143/11/reserved_bytes_of_a_{}_are_ignored", row.name))
        .requirements({"7143-11-3"})
        .purpose("Reserved bytes that are not zero are ignored by the receiver.")
        .observed(fmt::format("A {} with ones in reserved bytes.", row.kind))
        .needs(row.needs)
        .mutant(fmt::format("rejects_reserved_bytes_of_{}", row.name), "rejects it",
                fault(fmt::format("receive: {}", row.kind), "{reject: {reason: 09h}}"))
        .body([row](CaseContext& c) {
          Connection& one = c.session();
          RawPdu request = row.request(c);
          one.stamp(request);
          for (const std::size_t at : row.reserved) request.put(at, 0xFF);
          one.send(request);
          c.expect(one.next(), {pdu_of(row.answer)});
        });
}

LoginPlan with_digests(bool header, bool data) {
  LoginPlan plan;
  plan.keys = {{"HeaderDigest", header ? "CRC32C" : "None"},
               {"DataDigest", data ? "CRC32C" : "None"}};
  return plan;
}

void add_good_digests(CaseList& cases) {
  struct Row {
    const char* name;
    bool header, data;
    const char* corrupt;
  };
  for (const Row row :
       {Row{"header", true, false, "header digest"}, Row{"data", false, true, "data digest"},
        Row{"header_and_data", true, true, "[header digest, data digest]"}}) {
    std::vector<Need> needs{Need::login, Need::lun};
    if (row.header) needs.push_back(Need::header_digest);
    if (row.data) needs.push_back(Need::data_digest);
    add(cases, fmt::format("rfc7143/13.1/{}_digests_are_right", row.name))
        .requirements({"7143-13.1-3", "7143-13.1-6"})
        .purpose("Every PDU of full feature phase has the digests that were agreed, and they fit.")
        .observed("Pings of 1 to 5 bytes, INQUIRY and a READ(10) of 16 KiB.")
        .needs(needs)
        .mutant(fmt::format("wrong_{}_digest_in_data_in", row.name), "computes a digest wrongly",
                fault("send: Data-In, nth: 2", fmt::format("{{corrupt: {}}}", row.corrupt)))
        .mutant(fmt::format("wrong_{}_digest_in_nop_in", row.name), "computes a digest wrongly",
                fault("send: NOP-In, nth: 3", fmt::format("{{corrupt: {}}}", row.corrupt)))
        .body([row](CaseContext& c) {
          Connection& one = c.session(with_digests(row.header, row.data));
          for (std::size_t bytes = 1; bytes <= 5; ++bytes) {
            const std::uint32_t tag = one.issue(ping(std::string(bytes, 'd')));
            c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)});
          }
          c.expect(ask(c, one, inquiry_cdb(std::nullopt, 255), 255).end, {good()}, "INQUIRY");
          const std::uint32_t blocks = 16384 / c.profile().block_bytes;
          const ScsiAnswer a =
              ask(c, one, read_cdb(10, 0, blocks), blocks * c.profile().block_bytes);
          c.expect(a.end, {good()}, "READ(10)");
        });
  }
}

void add_bad_digests(CaseList& cases) {
  add(cases, "rfc7143/7.8/ping_with_a_wrong_data_digest_is_rejected")
      .requirements({"7143-7.8-3"})
      .purpose("A PDU with a wrong data digest is rejected with reason 02h and discarded.")
      .observed("A NOP-Out with a wrong data digest, then a good one.")
      .needs({Need::login, Need::data_digest})
      .mutant("takes_a_wrong_data_digest", "answers it as if it were right",
              fault("send: Reject", "{before: [{pdu: NOP-In, set: {Initiator Task Tag: 2}}]}"))
      .mutant("overlooks_a_wrong_data_digest", "does not say so", fault("send: Reject", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session(with_digests(false, true));
        RawPdu request = ping();
        request.spoil_data_digest = true;
        one.issue(request);
        c.expect(one.next(), {rejected({0x02}), ends().loosely("closed instead")});
        if (one.is_open()) c.expect_alive(one, "a wrong data digest");
      });
  add(cases, "rfc7143/7.8/pdu_with_a_wrong_header_digest_is_not_taken")
      .requirements({"7143-7.8-2"})
      .purpose(
          "A PDU with a wrong header digest is not executed: the connection ends, or it is "
          "passed over.")
      .observed("A NOP-Out with a wrong header digest: no answer comes.")
      .needs({Need::login, Need::header_digest})
      .mutant("dies_of_a_wrong_header_digest", "takes no connection any more",
              "- f: {on: {connect: any, nth: 2}, do: refuse}\n")
      .body([](CaseContext& c) {
        Connection& one = c.session(with_digests(true, false));
        RawPdu request = ping("");
        request.spoil_header_digest = true;
        one.issue(request);
        c.expect(one.next(), {ends(), silent().loosely("it goes on as if nothing had come")});
        c.expect_target_alive("a wrong header digest");
      });
  NewCase data = add(cases, "rfc7143/7.8/write_data_with_a_wrong_digest_ends_the_task");
  data.requirements({"7143-7.8-3", "7143-7.8-4"})
      .purpose(
          "Without recovery a Data-Out with a wrong data digest is rejected, and its task ends "
          "in CHECK CONDITION.")
      .observed("A WRITE(10), its only Data-Out with a wrong data digest.")
      .needs({Need::login, Need::lun, Need::data_digest})
      .mutant(
          "writes_data_with_a_wrong_digest", "answers the task with GOOD",
          fault("send: SCSI Response, command: WRITE(10)", "{set: {Status: 0}, data: {bytes: 0}}"))
      .mutant("says_nothing_of_a_wrong_digest", "sends no Reject", fault("send: Reject", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session(with_digests(false, true));
        c.settle(one);
        RawPdu write = c.scsi_command(write_cdb(10, c.target().first_lba, 1));
        write.set("W", 1).set("Expected Data Transfer Length", c.profile().block_bytes);
        const std::uint32_t tag = one.issue(write);
        const Seen r2t = one.answer_to(tag);
        c.expect(r2t, {pdu_of(Opcode::r2t)});
        RawPdu out(Opcode::data_out);
        out.set("F", 1).set("LUN", r2t.get("LUN")).set("Initiator Task Tag", tag);
        out.set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
        out.set("ExpStatSN", one.exp_stat_sn).with_data(c.profile().block_bytes, 0x3C);
        out.spoil_data_digest = true;
        one.send(out);
        c.expect(one.next(), {rejected({0x02}), ends().loosely("closed instead")});
        if (!one.is_open()) return;
        c.expect(one.answer_to(tag), {condition(0x0B), ends()}, "the task");
      });
  data.writes();
}

/// A command may be taken, refused, or end the connection; but it has an end.
const std::vector<Outcome> kAnyEndOfACommand{pdu_of(Opcode::scsi_response), rejected(), ends()};

/// Something bad on a connection, and then the question whether the target lives.
NewCase add_nonsense(CaseList& cases, std::string what, std::vector<std::string> requirements,
                     std::string purpose, bool logged_in,
                     const std::function<void(CaseContext&, Connection&)>& send,
                     int connections = 1) {
  const std::string faults =
      fmt::format("- f: {{on: {{connect: any, nth: {}}}, do: refuse}}\n", connections + 1);
  return add(cases, "rfc7143/11.2/" + what)
      .requirements(std::move(requirements))
      .level(Level::security)
      .purpose(std::move(purpose))
      .observed("The bytes, then a login on another connection.")
      .seconds(5)
      .mutant("dies_of_" + what, "takes no connection any more", faults)
      .body([logged_in, send](CaseContext& c) {
        Connection& one = logged_in ? c.session() : c.connect();
        send(c, one);
        c.expect_target_alive("this");
      });
}

void add_robustness(CaseList& cases) {
  add_nonsense(cases, "http_request_does_no_harm", {},
               "A peer that speaks another protocol does no harm to others.", false,
               [](CaseContext&, Connection& one) {
                 one.send_bytes(to_bytes("GET / HTTP/1.1\r\nHost: target\r\nAccept: */*\r\n\r\n"),
                                "an HTTP request");
                 one.next();
               })
      .mutant("is_out_of_service_behind_http", "refuses the login of the next peer",
              fault("receive: Login Request, nth: 1", "{login_status: 0301h}"));
  add_nonsense(cases, "half_a_header_does_no_harm", {},
               "A peer that stops in the middle of a header does no harm to others.", false,
               [](CaseContext&, Connection& one) {
                 const auto bytes =
                     wire_bytes(one.login_request({.keys = one.names()}), false, false);
                 one.send_bytes(std::span(bytes).first(20), "20 bytes of a Login Request");
               })
      .mutant("waits_for_the_rest_of_a_header", "serves nobody until the rest has come",
              fault("receive: Login Request, nth: 1", "drop"));
  add_nonsense(cases, "half_a_data_segment_does_no_harm", {},
               "A peer that breaks off in the middle of its data does no harm to others.", true,
               [](CaseContext&, Connection& one) {
                 RawPdu request = ping(std::string(400, 'h'));
                 one.stamp(request);
                 const auto bytes = wire_bytes(request, false, false);
                 one.send_bytes(std::span(bytes).first(100), "100 bytes of a NOP-Out");
                 one.close(true);
               })
      .mutant("takes_others_for_the_rest_of_a_segment", "swallows the ping of the next peer",
              fault("receive: NOP-Out, nth: 1", "drop"));
  add_nonsense(cases, "data_segment_length_beyond_all_bounds_does_no_harm",
               {"7143-13.12-3", "7143-11.2.1.6-1"},
               "A DataSegmentLength of 16 MiB does no harm to others.", true,
               [](CaseContext& c, Connection& one) {
                 RawPdu request = ping("");
                 one.issue(request.set("DataSegmentLength", 0xFFFFFF));
                 const Seen seen = one.next();
                 c.check(!seen.is(Opcode::nop_in), "it answers what has not come", seen);
               })
      .mutant("answers_data_that_has_not_come", "answers a ping whose data has not come",
              fault("send: Login Response, fields: {T: 1, NSG: 3}",
                    "{after: [{pdu: NOP-In, set: {Initiator Task Tag: 258}}]}"));
  add_nonsense(cases, "additional_header_that_lies_does_no_harm", {"7143-7.7-2", "7143-11.2.2.2-1"},
               "An AHSLength that goes beyond TotalAHSLength does no harm to others.", true,
               [](CaseContext& c, Connection& one) {
                 RawPdu request = c.scsi_command({0, 0, 0, 0, 0, 0});
                 std::vector<std::byte> ahs(8);
                 ahs[0] = std::byte{0x7F};
                 ahs[2] = std::byte{1};
                 one.issue(request.with_ahs(ahs));
                 std::vector<Outcome> legal = kAnyEndOfACommand;
                 legal.push_back(silent().loosely("it says nothing"));
                 c.expect(one.next(), legal, "the command");
               })
      .mutant("asks_for_data_of_a_lying_header", "asks for data that the command does not have",
              fault("send: [Reject, SCSI Response]", "{before: [{pdu: R2T}]}"));
  add_nonsense(cases, "additional_header_of_an_unknown_type_does_no_harm", {"7143-11-4"},
               "An AHSType that no standard has does no harm to others.", true,
               [](CaseContext& c, Connection& one) {
                 RawPdu request = c.scsi_command({0, 0, 0, 0, 0, 0});
                 std::vector<std::byte> ahs(8);
                 ahs[1] = std::byte{5};
                 ahs[2] = std::byte{0x3F};
                 one.issue(request.with_ahs(ahs));
                 c.expect(one.next(), kAnyEndOfACommand, "the command");
               })
      .mutant("waits_for_an_unknown_header", "does not answer a command with such a header",
              fault("receive: TEST UNIT READY", "drop"));
  add_nonsense(
      cases, "many_silent_connections_do_no_harm", {},
      "Peers that connect and say nothing do not keep others out.", false,
      [](CaseContext& c, Connection&) {
        for (int i = 0; i < 32; ++i) c.connect();
      },
      33)
      .mutant("silent_connections_use_up_its_sessions", "is out of resources for who comes then",
              fault("receive: Login Request, nth: 1", "{login_status: 0302h}"));
  add_nonsense(cases, "flood_of_pings_does_no_harm", {},
               "A peer that sends pings and reads no answer does no harm to others.", true,
               [](CaseContext& c, Connection& one) {
                 std::uint32_t last = 0;
                 for (int i = 0; i < 1000; ++i) last = one.issue(ping("flood"));
                 std::vector<Seen> before;
                 const Seen end = one.answer_to(last, &before);
                 if (!end.is(Opcode::nop_in)) return;
                 const auto answers =
                     std::count_if(before.begin(), before.end(), [](const Seen& seen) {
                       return seen.is(Opcode::nop_in) || seen.is(Opcode::reject);
                     });
                 c.check(answers == 999,
                         fmt::format("{} of 999 pings before the last one are "
                                     "answered",
                                     answers),
                         end);
               })
      .possible_problems("A target that closes such a connection is not asked for its answers.")
      .mutant("loses_a_ping_of_a_flood", "does not answer one of them",
              fault("send: NOP-In, nth: 700", "drop"));
  add_nonsense(cases, "reset_amid_commands_does_no_harm", {},
               "A connection that breaks while commands are under way does no harm to others.",
               true,
               [](CaseContext& c, Connection& one) {
                 for (int i = 0; i < 8; ++i) {
                   RawPdu request = c.read_command(read_cdb(10, 0, 8), 8 * c.profile().block_bytes);
                   one.issue(request.set("I", 1));
                 }
                 one.close(true);
                 c.expect_target_alive("a reset");
                 LoginPlan plan;
                 plan.isid = one.isid;
                 c.expect_ignored(c.session(plan), "what was under way on the lost connection");
               })
      .mutant("reads_on_behind_a_reset", "goes on with a read of the lost connection",
              fault("send: NOP-In", "{before: [{pdu: Data-In, set: {Initiator Task Tag: 259}}]}"));
  add(cases, "rfc7143/11.2/slow_peer_is_served")
      .requirements({"7143-11.2-1"})
      .level(Level::interop)
      .purpose("A PDU that comes byte by byte is a PDU all the same.")
      .observed("A NOP-Out, one byte in a segment.")
      .mutant("loses_pieces", "does not answer what came in pieces",
              fault("receive: NOP-Out", "drop"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        RawPdu request = ping("slow");
        const std::uint32_t tag = one.stamp(request);
        const auto bytes = wire_bytes(request, false, false);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
          one.send_bytes(std::span(bytes).subspan(i, 1), "a byte of a NOP-Out");
          one.wait(c.patience() / 300);
        }
        c.expect(one.answer_to(tag), {pdu_of(Opcode::nop_in)});
      });
}

}  // namespace

void add_reject_cases(CaseList& cases) {
  add_rejects(cases);
  add_reserved(cases);
}

void add_digest_and_nonsense_cases(CaseList& cases) {
  add_good_digests(cases);
  add_bad_digests(cases);
  add_robustness(cases);
}

}  // namespace lunsim::conform
