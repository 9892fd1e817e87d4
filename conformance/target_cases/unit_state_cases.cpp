// TEST UNIT READY, REQUEST SENSE, sense data, task attributes, unit attentions, and commands or
// units that are not there.                                      SPC-4 §4.5, §6.39, SAM-5 §5.14,
// §8.6
#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;

constexpr std::uint64_t kNobodysLun = 0x7E80'0000'0000'0000u;  // 16000 of the flat space
const Cdb kTestUnitReady{0, 0, 0, 0, 0, 0};

Cdb request_sense(bool descriptors, std::uint8_t allocation_length) {
  return {0x03, static_cast<std::uint8_t>(descriptors ? 1 : 0), 0, 0, allocation_length, 0};
}

void add_ready(CaseList& cases) {
  add_end(cases,
          {.id = "scsi/test_unit_ready/a_unit_with_a_capacity_is_ready",
           .requirement = "SPC-4 TEST UNIT READY",
           .purpose = "TEST UNIT READY of a unit that told its capacity ends in GOOD.",
           .observed = "TEST UNIT READY, once unit attentions are taken.",
           .cdb = always(kTestUnitReady),
           .legal = {good()},
           .mutants = {{"never_ready", "is becoming ready for ever",
                        on_command("TEST UNIT READY, nth: 2",
                                   "{status: CHECK CONDITION, sense: {key: NOT READY, "
                                   "code: 0401h}}") +
                            "- g: {on: {receive: TEST UNIT READY}, do: {status: BUSY}}\n"}}});
  add_end(
      cases,
      {.id = "scsi/lun/that_is_not_there_is_said_so",
       .requirement = "SAM-5 Logical unit not supported",
       .purpose = "A command for a LUN without unit ends in LOGICAL UNIT NOT SUPPORTED.",
       .observed = "TEST UNIT READY at LUN 16000.",
       .cdb = always(kTestUnitReady),
       .legal = {condition(kIllegalRequest, {kNoSuchUnit})},
       .mutants = {{"every_lun_is_ready", "is ready at every LUN", always_good("TEST UNIT READY")}},
       .lun = kNobodysLun});
  add_end(cases, {.id = "scsi/opcode/that_is_not_known_is_refused",
                  .requirement = "SPC-4 Operation code",
                  .purpose = "A reserved operation code is refused as such.",
                  .observed = "Operation code 6Eh.",
                  .cdb = always({0x6E, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                  .legal = {condition(kIllegalRequest, {kInvalidOpcode})},
                  .mutants = {{"takes_any_opcode", "does nothing for codes that it does not know",
                               always_good("6Eh")}}});
  add_end(cases, {.id = "scsi/opcode/service_action_that_is_not_known_is_refused",
                  .requirement = "SPC-4 Service action",
                  .purpose = "An unknown service action is refused.",
                  .observed = "SERVICE ACTION IN(16) with service action 1Fh.",
                  .cdb = always({0x9E, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0}),
                  .expected_bytes = 32,
                  .legal = {condition(kIllegalRequest, {kInvalidOpcode, kInvalidField})},
                  .mutants = {{"takes_any_service_action", "does nothing for an unknown one",
                               always_good("9Eh")}}});
  add(cases, "scsi/control/naca_without_support_is_refused")
      .requirements({"SAM-5 CONTROL byte"})
      .purpose("NACA=1 is refused by a unit that does not set NormACA in its INQUIRY data.")
      .observed("TEST UNIT READY with NACA=1, if NormACA is 0.")
      .needs({Need::login, Need::lun})
      .mutant("overlooks_naca", "overlooks NACA", always_good("TEST UNIT READY"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer data = ask(c, one, inquiry_cdb(std::nullopt, 36), 36);
        c.expect(data.end, {good()}, "INQUIRY");
        if ((data.byte(3) & 0x20) != 0) c.unsupported("NormACA is set: the unit takes NACA");
        const ScsiAnswer answer = ask(c, one, {0, 0, 0, 0, 0, 4}, 0);
        c.expect(answer.end, {condition(kIllegalRequest, {kInvalidField})});
      });
  add_end(cases, {.id = "scsi/control/reserved_bits_do_no_harm",
                  .requirement = "SPC-4 Reserved fields",
                  .purpose = "Reserved bits of a CDB are ignored, or refused as an invalid field.",
                  .observed = "TEST UNIT READY with bytes 1 to 4 all ones.",
                  .cdb = always({0, 0x1F, 0xFF, 0xFF, 0xFF, 0}),
                  .legal = {good(), condition(kIllegalRequest, {kInvalidField})},
                  .mutants = {{"falls_over_reserved_bits", "fails as if it were broken",
                               on_command("TEST UNIT READY",
                                          "{status: CHECK CONDITION, sense: {key: HARDWARE ERROR, "
                                          "code: 4400h}}")}}});
}

void add_sense_data(CaseList& cases) {
  const auto row = [&](std::string what, std::string purpose, Cdb cdb, auto objection,
                       ScsiMutant mutant) {
    add_answer(cases, {.id = "scsi/request_sense/" + what,
                       .requirement = "SPC-4 REQUEST SENSE",
                       .purpose = std::move(purpose),
                       .observed = "REQUEST SENSE, expecting more than the allocation length.",
                       .cdb = std::move(cdb),
                       .expected_bytes = 1024,
                       .objection = objection,
                       .mutants = {std::move(mutant)},
                       .settles = true});
  };
  row("fixed_format", "With DESC=0 sense data is in fixed format and tells its length.",
      request_sense(false, 252),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        if ((a.byte(0) & 0x7E) != 0x70) return fmt::format("response code {:02X}h", a.byte(0));
        return a.data.size() == a.byte(7) + 8u ? "" : "ADDITIONAL SENSE LENGTH is not true";
      },
      {"sense_of_no_format", "sends a reserved response code", puts("REQUEST SENSE", 0, "7F")});
  row("length_is_true", "ADDITIONAL SENSE LENGTH is what follows byte 7.",
      request_sense(false, 252),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.data.size() == a.byte(7) + 8u ? "" : fmt::format("{} is told", a.byte(7));
      },
      {"sense_length_lies", "tells more sense data than there is", puts("REQUEST SENSE", 7, "60")});
  row("allocation_length_8", "Sense data is cut by the allocation length.", request_sense(false, 8),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.data.size() == 8 ? "" : fmt::format("{} bytes came", a.data.size());
      },
      {"sense_beyond_allocation", "sends more than was asked for",
       on_command("REQUEST SENSE", "{data: {append: \"00\"}}")});
  row("allocation_length_0", "An allocation length of 0 is no error.", request_sense(false, 0),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.data.empty() ? "" : fmt::format("{} bytes came", a.data.size());
      },
      {"sense_at_length_0", "sends something",
       on_command("REQUEST SENSE", "{data: {append: \"00\"}}")});
  add(cases, "scsi/request_sense/descriptor_format")
      .level(Level::should)  // older units take DESC for a reserved bit
      .requirements({"SPC-4 REQUEST SENSE"})
      .purpose("With DESC=1 sense data is in descriptor format, or the bit is refused.")
      .observed("REQUEST SENSE with DESC=1.")
      .needs({Need::login, Need::lun})
      .mutant("overlooks_desc", "sends fixed format all the same", puts("REQUEST SENSE", 0, "70"))
      .mutant("no_sense_with_desc", "answers GOOD and sends nothing", always_good("REQUEST SENSE"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        const ScsiAnswer a = ask(c, one, request_sense(true, 252), 252);
        const Outcome& what =
            c.expect(a.end, {good(), condition(kIllegalRequest, {kInvalidField})});
        if (what.name == good().name)
          c.check((a.byte(0) & 0x7E) == 0x72, fmt::format("response code {:02X}h", a.byte(0)),
                  a.shown(), "data+0:1");
      });
  add(cases, "scsi/request_sense/at_a_lun_that_is_not_there")
      .requirements({"SPC-4 REQUEST SENSE"})
      .purpose("REQUEST SENSE at a LUN without unit tells LOGICAL UNIT NOT SUPPORTED.")
      .observed("REQUEST SENSE at LUN 16000.")
      .needs({Need::login, Need::lun})
      .mutant("no_sense_at_no_unit", "has nothing to tell of a unit that is not there",
              puts("REQUEST SENSE", 2, "00"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), request_sense(false, 252),
                                 Asked{.expected_bytes = 252, .lun = kNobodysLun});
        if (a.has_status() && a.status() == 0) {
          const auto told = sense_in(a.data, 0);
          c.check(told && told->key == kIllegalRequest && told->code == kNoSuchUnit,
                  "the sense data tells something else", a.shown(), "data");
        } else {
          c.expect(a.end, {condition(kIllegalRequest, {kNoSuchUnit})});
        }
      });
  const auto sense_case = [&](std::string what, std::string purpose, auto check,
                              ScsiMutant mutant) {
    add(cases, "rfc7143/11.4.7/" + what)
        .requirements({"7143-11.4.7-2"})
        .purpose(std::move(purpose))
        .observed("TEST UNIT READY at a LUN that is not there: its SCSI Response.")
        .needs({Need::login})
        .mutant(mutant.name, mutant.what, mutant.faults)
        .body([check](CaseContext& c) {
          const ScsiAnswer a =
              ask(c, c.session(), kTestUnitReady, Asked{.reads = false, .lun = kNobodysLun});
          c.expect(a.end, {pdu_of(Opcode::scsi_response, {{"Status", 2}})});
          const std::string why = check(a.end.pdu.data);
          c.check(why.empty(), why, a.end, "data");
        });
  };
  const std::string on_sense = "send: SCSI Response, fields: {Status: 2}";
  sense_case("check_condition_brings_sense_data",
             "A SCSI Response with CHECK CONDITION has sense data.",
             [](const std::vector<std::byte>& data) -> std::string {
               return data.size() > 2 ? "" : fmt::format("{} bytes", data.size());
             },
             {"no_autosense", "keeps the sense data", fault(on_sense, "{data: {bytes: 0}}")});
  cases.back().requirements = {"7143-11.4.7-2", "7143-11.4.7-1", "7143-10.2-1", "7143-4.6.1.2-2"};
  sense_case("sense_length_is_true", "SenseLength is the bytes of sense data in the data segment.",
             [](const std::vector<std::byte>& data) -> std::string {
               if (data.size() < 2) return "there is no SenseLength";
               const auto told = std::to_integer<std::size_t>(data[0]) << 8 |
                                 std::to_integer<std::size_t>(data[1]);
               return told + 2 <= data.size() && told > 0 ? "" : fmt::format("{} is told", told);
             },
             {"sense_length_beyond_data", "tells more sense data than the PDU has",
              fault(on_sense, "{flip: {at: data+0, bits: 01h}}")});
  sense_case("sense_data_has_a_known_format", "The response code is one of 70h to 73h.",
             [](const std::vector<std::byte>& data) -> std::string {
               return sense_in(data, 2) ? "" : "it is none of them";
             },
             {"sense_of_an_unknown_format", "sends a reserved response code",
              fault(on_sense, "{flip: {at: data+2, bits: 0Fh}}")});
}

void add_attributes(CaseList& cases) {
  struct Row {
    std::uint8_t value;
    const char* name;
  };
  for (const Row row :
       {Row{0, "untagged"}, Row{2, "ordered"}, Row{3, "head_of_queue"}})  // simple: all the others
    add(cases, fmt::format("rfc7143/11.3.1/attribute_{}_is_taken", row.name))
        .requirements({"7143-11.3.1-4"})
        .purpose(fmt::format("A command with the task attribute {} is executed.", row.name))
        .observed("TEST UNIT READY with this attribute.")
        .needs({Need::login, Need::lun})
        .mutant(fmt::format("refuses_{}", row.name), "rejects the attribute",
                fault(fmt::format("receive: SCSI Command, fields: {{ATTR: {}}}", row.value),
                      "{set: {ATTR: 7}}"))
        .body([row](CaseContext& c) {
          const ScsiAnswer a =
              ask(c, c.session(), kTestUnitReady, Asked{.reads = false, .attribute = row.value});
          c.expect(a.end, {good()});
        });
  for (const std::uint8_t value : std::initializer_list<std::uint8_t>{5, 7})
    add(cases, fmt::format("rfc7143/11.3.1/attribute_{}_is_refused", value))
        .requirements({"7143-11-4"})
        .purpose("A reserved task attribute is a protocol error.")
        .observed(fmt::format("TEST UNIT READY with ATTR={}.", value))
        .needs({Need::login, Need::lun})
        .possible_problems("Targets in the field take it for simple.")
        .mutant(fmt::format("takes_attribute_{}", value), "takes a reserved attribute for simple",
                fault(fmt::format("receive: SCSI Command, fields: {{ATTR: {}}}", value),
                      "{set: {ATTR: 1}}"))
        .body([value](CaseContext& c) {
          Connection& one = c.session();
          c.settle(one);
          RawPdu request = c.scsi_command(kTestUnitReady);
          one.issue(request.set("ATTR", value));
          c.expect(one.next(), {rejected({0x04, 0x09}), ends(),
                                condition(kIllegalRequest).loosely("by SCSI means")});
        });
}

RawPdu reset_of_unit(const CaseContext& c) {
  RawPdu request(Opcode::task_management_request);
  request.set("I", 1).set("F", 1).set("Function", 5);
  request.set("LUN", c.scsi_command({0}).get("LUN")).set("Referenced Task Tag", 0xFFFF'FFFFu);
  return request;
}

/// A session of another initiator port at which a reset's unit attention waits.
Connection& with_attention(CaseContext& c) {
  Connection& other = c.session();
  c.settle(other);
  Connection& one = c.session();
  c.settle(one);
  RawPdu request = reset_of_unit(c);
  const std::uint32_t tag = one.issue(request);
  const Seen seen = one.answer_to(tag);
  if (!seen.is(Opcode::task_management_response) || seen.get("Response") != 0)
    c.inconclusive("LOGICAL UNIT RESET was not done: " + describe(seen));
  return other;
}

void add_attentions(CaseList& cases) {
  const std::vector<Need> needs{Need::login, Need::lun, Need::reset_allowed};
  const Asked once{.reads = false, .takes_attentions = false};
  add(cases, "scsi/unit_attention/is_told_once_after_a_reset")
      .requirements({"SAM-5 Unit attention", "SAM-5 Logical unit reset"})
      .purpose("After LOGICAL UNIT RESET each other nexus hears of it once, by 29h.")
      .observed("TEST UNIT READY twice in a session that did not ask for the reset.")
      .needs(needs)
      .mutant("attention_is_lost", "does not tell of resets",
              fault("send: SCSI Response, command: TEST UNIT READY, fields: {Status: 2}",
                    "{set: {Status: 0}, data: {bytes: 0}}"))
      .mutant("attention_is_told_again", "tells of a reset with every command",
              on_command("TEST UNIT READY", "{attention: 2900h}"))
      .body([once](CaseContext& c) {
        Connection& other = with_attention(c);
        const ScsiAnswer first = ask(c, other, kTestUnitReady, once);
        c.expect(first.end, {condition(kUnitAttention, {0x2900, 0x2902, 0x2903, 0x2904, 0x2907})});
        c.expect(ask(c, other, kTestUnitReady, once).end, {good()}, "the second command");
      });
  for (const bool inquires : {true, false})
    add(cases, fmt::format("scsi/unit_attention/{}_goes_by", inquires ? "inquiry" : "report_luns"))
        .requirements({"SAM-5 Unit attention"})
        .purpose(fmt::format("{} is done while a unit attention waits, and does not clear it.",
                             inquires ? "INQUIRY" : "REPORT LUNS"))
        .observed("The command after a reset, then TEST UNIT READY.")
        .needs(needs)
        .mutant(inquires ? "inquiry_tells_attention" : "report_luns_tells_attention",
                "tells the unit attention there",
                on_command(inquires ? "INQUIRY" : "REPORT LUNS",
                           "{status: CHECK CONDITION, sense: {key: UNIT ATTENTION, code: 2900h}}"))
        .mutant(inquires ? "inquiry_clears_attention" : "report_luns_clears_attention",
                "has nothing to tell afterwards",
                fault("send: SCSI Response, command: TEST UNIT READY, fields: {Status: 2}",
                      "{set: {Status: 0}, data: {bytes: 0}}"))
        .body([inquires, once](CaseContext& c) {
          Connection& other = with_attention(c);
          const Cdb cdb = inquires ? inquiry_cdb(std::nullopt, 36)
                                   : Cdb{0xA0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0};
          const ScsiAnswer a =
              ask(c, other, cdb, Asked{.expected_bytes = 4096, .takes_attentions = false});
          c.expect(a.end, {good()});
          const ScsiAnswer ready = ask(c, other, kTestUnitReady, once);
          c.expect(ready.end, {condition(kUnitAttention)}, "TEST UNIT READY");
        });
  add(cases, "scsi/unit_attention/request_sense_tells_and_clears_it")
      .requirements({"SPC-4 REQUEST SENSE", "SAM-5 Unit attention"})
      .purpose("REQUEST SENSE tells a waiting unit attention as its data, and clears it.")
      .observed("REQUEST SENSE after a reset, then TEST UNIT READY.")
      .needs(needs)
      .mutant("request_sense_hides_attention", "tells nothing", puts("REQUEST SENSE", 2, "00"))
      .body([once](CaseContext& c) {
        Connection& other = with_attention(c);
        const ScsiAnswer a = ask(c, other, request_sense(false, 252),
                                 Asked{.expected_bytes = 252, .takes_attentions = false});
        c.expect(a.end, {good()});
        const auto told = sense_in(a.data, 0);
        c.check(told && told->key == kUnitAttention, "the sense data tells none", a.shown(),
                "data");
        c.expect(ask(c, other, kTestUnitReady, once).end, {good()}, "TEST UNIT READY");
      });
}

}  // namespace

void add_unit_state_cases(CaseList& cases) {
  add_ready(cases);
  add_sense_data(cases);
  add_attributes(cases);
  add_attentions(cases);
}

}  // namespace lunsim::conform
