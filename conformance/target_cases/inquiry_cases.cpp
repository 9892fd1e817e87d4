// INQUIRY and vital product data: what every host reads first.          SPC-4 §6.6, §7.8, SBC-3
// §6.6
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint32_t kRoom = 4096;  // expected bytes beyond any allocation length that is asked

bool is_printable(const ScsiAnswer& answer, std::size_t from, std::size_t bytes) {
  for (std::size_t i = from; i < from + bytes; ++i)
    if (answer.byte(i) < 0x20 || answer.byte(i) > 0x7E) return false;
  return true;
}

void add_standard_data(CaseList& cases) {
  const auto row = [&](std::string what, std::string purpose, auto objection, ScsiMutant mutant,
                       Level level = Level::must) {
    add_answer(cases, {.id = "scsi/inquiry/" + what,
                       .requirement = "SPC-4 INQUIRY",
                       .purpose = std::move(purpose),
                       .observed = "INQUIRY with EVPD=0 and an allocation length of 255.",
                       .cdb = inquiry_cdb(std::nullopt, 255),
                       .expected_bytes = 255,
                       .objection = objection,
                       .mutants = {std::move(mutant)},
                       .level = level});
  };
  row("a_unit_that_answers_is_there",
      "A unit with a capacity has the peripheral qualifier 000b and the type of a block device.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        const std::uint8_t type = a.byte(0) & 0x1F;
        const bool is_block =
            type == 0x00 || type == 0x05 || type == 0x07 || type == 0x0E || type == 0x14;
        return a.byte(0) >> 5 == 0 && is_block
                   ? ""
                   : fmt::format("the first byte is {:02X}h", a.byte(0));
      },
      {"inquiry_tells_no_unit", "says that no unit can be here",
       on_command("INQUIRY", "{identity: {qualifier: 3, type: 1Fh}}")});
  row(
      "version_is_told",
      "VERSION names a standard that the unit claims (3 or more: SPC and later).",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.byte(2) >= 3 ? "" : fmt::format("VERSION is {:02X}h", a.byte(2));
      },
      {"inquiry_without_version", "claims no version of the standard", puts("INQUIRY", 2, "00")},
      Level::should);
  row("response_data_format_is_2", "RESPONSE DATA FORMAT is 2.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return (a.byte(3) & 0x0F) == 2 ? "" : fmt::format("byte 3 is {:02X}h", a.byte(3));
      },
      {"inquiry_of_an_old_format", "tells another RESPONSE DATA FORMAT", puts("INQUIRY", 3, "01")});
  row("there_are_at_least_36_bytes", "Standard INQUIRY data has at least 36 bytes.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.data.size() >= 36 ? "" : fmt::format("there are {} bytes", a.data.size());
      },
      {"inquiry_is_short", "sends 20 bytes", on_command("INQUIRY", "{data: {cut: 20}}")});
  row("identification_is_ascii",
      "Vendor, product and revision are printable ASCII, filled up with blanks.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return is_printable(a, 8, 28) ? "" : "bytes 8 to 35 are not all printable";
      },
      {"inquiry_fills_with_nulls", "fills the vendor with null bytes",
       puts("INQUIRY", 13, "00 00")});
  row(
      "vendor_is_told", "The vendor identification is not empty.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        const auto all = [&](std::size_t i) { return a.byte(i) == 0x20; };
        for (std::size_t i = 8; i < 16; ++i)
          if (!all(i)) return {};
        return "the vendor is all blanks";
      },
      {"inquiry_without_vendor", "has a blank vendor",
       puts("INQUIRY", 8, "20 20 20 20 20 20 20 20")},
      Level::should);
  row(
      "command_queuing_is_told", "CMDQUE tells that the unit takes several commands at a time.",
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return (a.byte(7) & 2) != 0 ? "" : fmt::format("byte 7 is {:02X}h", a.byte(7));
      },
      {"inquiry_without_cmdque", "does not set CMDQUE", puts("INQUIRY", 7, "00")}, Level::interop);
}

/// No more than was asked for, and the data's own length told whole.              SPC-4 §4.2.5.6
void add_allocation_lengths(CaseList& cases) {
  for (const std::uint16_t asked : std::initializer_list<std::uint16_t>{0, 4, 5, 36, 255, 65535})
    add_answer(
        cases,
        {.id = fmt::format("scsi/inquiry/allocation_length_{}", asked),
         .requirement = "SPC-4 ALLOCATION LENGTH",
         .purpose = fmt::format("INQUIRY with an allocation length of {} sends the first {} bytes "
                                "of its data or all of it, and tells its whole length.",
                                asked, asked),
         .observed = "An Expected Data Transfer Length beyond the allocation length, so that what "
                     "is too much can be seen.",
         .cdb = inquiry_cdb(std::nullopt, asked),
         .expected_bytes = std::uint32_t{asked} + kRoom,
         .objection = [asked](CaseContext&, const ScsiAnswer& a) -> std::string {
           const std::size_t whole = a.data.size() >= 5 ? std::size_t{a.byte(4)} + 5 : asked;
           const std::size_t wanted = std::min<std::size_t>(asked, whole);
           return a.data.size() == wanted
                      ? ""
                      : fmt::format("{} bytes came instead of {}", a.data.size(), wanted);
         },
         .mutants = {{fmt::format("inquiry_beyond_allocation_{}", asked),
                      "sends more than was asked for",
                      on_command("INQUIRY", "{data: {append: \"de ad be ef\"}}")}}});
  add_answer(cases, {.id = "scsi/inquiry/allocation_length_of_a_page",
                     .requirement = "SPC-4 ALLOCATION LENGTH",
                     .purpose = "A VPD page cut by the allocation length tells its whole length.",
                     .observed = "Page 83h with an allocation length of 4.",
                     .cdb = inquiry_cdb(0x83, 4),
                     .expected_bytes = kRoom,
                     .objection = [](CaseContext&, const ScsiAnswer& a) -> std::string {
                       if (a.data.size() != 4) return fmt::format("{} bytes came", a.data.size());
                       return a.number(2, 2) > 0 ? "" : "PAGE LENGTH is cut with the data";
                     },
                     .mutants = {{"page_length_is_cut", "tells a PAGE LENGTH of what it sends",
                                  puts("INQUIRY", 2, "00 00")},
                                 {"page_beyond_allocation", "sends more of a page than was asked",
                                  on_command("INQUIRY", "{data: {append: \"00\"}}")}}});
}

void add_refusals(CaseList& cases) {
  add_end(cases, {.id = "scsi/inquiry/page_code_without_evpd_is_refused",
                  .requirement = "SPC-4 INQUIRY",
                  .purpose = "A page code with EVPD=0 is an invalid field in the CDB.",
                  .observed = "INQUIRY with EVPD=0 and page code 80h.",
                  .cdb = always({0x12, 0, 0x80, 0, 255, 0}),
                  .expected_bytes = 255,
                  .legal = {condition(kIllegalRequest, {kInvalidField})},
                  .mutants = {{"inquiry_overlooks_page_code", "overlooks a page code without EVPD",
                               always_good("INQUIRY")}},
                  .possible_problems = "SCSI targets in the field send standard data."});
  add_end(cases,
          {.id = "scsi/inquiry/page_that_is_not_there_is_refused",
           .requirement = "SPC-4 INQUIRY",
           .purpose = "A VPD page that the unit does not have is an invalid field in the CDB.",
           .observed = "A page code that page 00h does not list.",
           .cdb =
               [](CaseContext& c, Connection& one) {
                 const ScsiAnswer list = ask(c, one, inquiry_cdb(0, 255), 255);
                 std::uint8_t page = 0x7F;
                 const auto is_listed = [&] {
                   for (std::size_t i = 4; i < list.data.size(); ++i)
                     if (list.byte(i) == page) return true;
                   return false;
                 };
                 while (is_listed()) --page;
                 return inquiry_cdb(page, 255);
               },
           .expected_bytes = 255,
           .legal = {condition(kIllegalRequest, {kInvalidField})},
           .mutants = {{"answers_any_page", "answers pages that it does not have",
                        on_command("INQUIRY, nth: 2", "{status: GOOD}")}}});
  const Outcome no_unit =
      such_that("INQUIRY data that says that no unit is here", [](const Seen& seen) -> Objection {
        if (!seen.is(pdu::Opcode::data_in) || seen.pdu.data.empty()) return {describe(seen), ""};
        const auto first = std::to_integer<std::uint8_t>(seen.pdu.data[0]);
        return first == 0x7F || first >> 5 == 1 || first >> 5 == 3
                   ? Objection{}
                   : Objection{fmt::format("the first byte is {:02X}h", first), ""};
      });
  add(cases, "scsi/inquiry/lun_that_is_not_there")
      .requirements({"SPC-4 INQUIRY", "SAM-5 Logical unit not supported"})
      .purpose("INQUIRY at a LUN without unit tells so by the peripheral qualifier, or is refused.")
      .observed("INQUIRY at LUN 16000 of the flat space.")
      .needs({Need::login, Need::lun})
      .mutant("inquiry_at_any_lun", "tells of a unit at every LUN", puts("INQUIRY", 0, "00"))
      .body([no_unit](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer answer = ask(c, one, inquiry_cdb(std::nullopt, 36),
                                      Asked{.expected_bytes = 36, .lun = 0x7E80'0000'0000'0000u});
        if (answer.has_status() && answer.status() == 0) {
          const Seen& shown = answer.data_pdus.empty() ? answer.end : answer.data_pdus.front();
          c.expect(shown, {no_unit});
        } else {
          c.expect(answer.end, {condition(kIllegalRequest, {kNoSuchUnit})});
        }
      });
}

}  // namespace

void add_inquiry_cases(CaseList& cases) {
  add_standard_data(cases);
  add_allocation_lengths(cases);
  add_refusals(cases);
}

}  // namespace lunsim::conform
