// Vital product data pages 00h, 80h, 83h, 86h, B0h, B1h and B2h, and what they must say alike.
// SPC-4 §7.8, SBC-3 §6.6
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint16_t kAll = 1024;

/// A page that is whole and names itself; empty if it is.
DataObjection page_objection(const ScsiAnswer& page, std::uint8_t code) {
  if (page.data.size() < 4) return fmt::format("{} bytes came", page.data.size());
  if (page.byte(1) != code) return {fmt::format("PAGE CODE is {:02X}h", page.byte(1)), "data+1:1"};
  if (page.data.size() != page.number(2, 2) + 4 && page.data.size() != kAll)
    return {fmt::format("PAGE LENGTH is {}, and {} bytes follow", page.number(2, 2),
                        page.data.size() - 4),
            "data+2:2"};
  return {};
}

/// Ends the case if page 00h does not list the page.
void want_page(CaseContext& c, Connection& one, std::uint8_t page) {
  const ScsiAnswer list = ask(c, one, inquiry_cdb(0, kAll), kAll);
  c.expect(list.end, {good()}, "page 00h");
  for (std::size_t i = 4; i < list.data.size(); ++i)
    if (list.byte(i) == page) return;
  c.unsupported(fmt::format("page 00h does not list page {:02X}h", page));
}

using PageCheck = std::function<DataObjection(CaseContext&, Connection&, const ScsiAnswer&)>;

void add_page(CaseList& cases, std::uint8_t page, std::string what, std::string requirement,
              std::string purpose, const PageCheck& check, const std::vector<ScsiMutant>& mutants,
              Level level = Level::must) {
  NewCase one = add(cases, "scsi/vpd/" + what);
  one.requirements({std::move(requirement)})
      .level(level)
      .purpose(std::move(purpose))
      .observed(fmt::format("VPD page {:02X}h, if page 00h lists it.", page))
      .needs({Need::login, Need::lun})
      .body([page, check](CaseContext& c) {
        Connection& connection = c.session();
        want_page(c, connection, page);
        const ScsiAnswer answer = ask(c, connection, inquiry_cdb(page, kAll), kAll);
        c.expect(answer.end, {good()});
        const Seen& shown = answer.shown();
        const DataObjection malformed = page_objection(answer, page);
        c.check(malformed.what.empty(), malformed.what, shown, malformed.field);
        const DataObjection why = check(c, connection, answer);
        c.check(why.what.empty(), why.what, shown, why.field);
      });
  for (const ScsiMutant& mutant : mutants) one.mutant(mutant.name, mutant.what, mutant.faults);
}

std::string second(std::size_t at, std::string_view hex) {
  return on_command("INQUIRY, nth: 2", fmt::format("{{data: {{put: \"{}\", at: {}}}}}", hex, at));
}

struct Designator {
  std::uint8_t code_set = 0, association = 0, type = 0;
  std::size_t at = 0, bytes = 0;
};

/// The designators of page 83h; nothing if they do not fill it.
std::optional<std::vector<Designator>> designators_in(const ScsiAnswer& page) {
  std::vector<Designator> out;
  std::size_t at = 4;
  while (at < page.data.size()) {
    if (at + 4 > page.data.size()) return std::nullopt;
    const Designator one{static_cast<std::uint8_t>(page.byte(at) & 0x0F),
                         static_cast<std::uint8_t>(page.byte(at + 1) >> 4 & 3),
                         static_cast<std::uint8_t>(page.byte(at + 1) & 0x0F), at + 4,
                         page.byte(at + 3)};
    at = one.at + one.bytes;
    if (at > page.data.size()) return std::nullopt;
    out.push_back(one);
  }
  return out;
}

void add_list_cases(CaseList& cases) {
  add_page(cases, 0x00, "list_holds_what_is_mandatory", "SPC-4 Supported VPD Pages",
           "Page 00h lists itself and page 83h.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             const auto has = [&](std::uint8_t page) {
               for (std::size_t i = 4; i < a.data.size(); ++i)
                 if (a.byte(i) == page) return true;
               return false;
             };
             return has(0x00) && has(0x83) ? "" : "a page that every unit has is missing";
           },
           {{"without_page_83", "has no page 83h",
             on_command("INQUIRY", "{identity: {without: [83h]}}")}});
  add_page(cases, 0x00, "list_is_in_order", "SPC-4 Supported VPD Pages",
           "Page 00h lists its pages in ascending order, each once.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             for (std::size_t i = 5; i < a.data.size(); ++i)
               if (a.byte(i) <= a.byte(i - 1))
                 return fmt::format("{:02X}h is out of order", a.byte(i));
             return {};
           },
           {{"lists_pages_in_disorder", "lists page 00h last", puts("INQUIRY", 4, "80 00")}});
  add(cases, "scsi/vpd/every_listed_page_is_there")
      .requirements({"SPC-4 Supported VPD Pages"})
      .purpose("Each page that page 00h lists is answered with its page code and a true length.")
      .observed("Page 00h, and then each page that it lists.")
      .needs({Need::login, Need::lun})
      .mutant("lists_a_page_that_is_not_there", "refuses a page that it lists",
              on_command("INQUIRY, nth: 3",
                         "{status: CHECK CONDITION, sense: {key: ILLEGAL REQUEST, code: 2400h}}"))
      .mutant("page_with_a_wrong_code", "answers another page than was asked for",
              on_command("INQUIRY, nth: 3", "{data: {put: \"C0\", at: 1}}"))
      .mutant("page_with_a_wrong_length", "tells a length that is not that of the page",
              on_command("INQUIRY, nth: 4", "{length: +9}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer list = ask(c, one, inquiry_cdb(0, kAll), kAll);
        c.expect(list.end, {good()});
        for (std::size_t i = 4; i < list.data.size(); ++i) {
          const std::uint8_t page = list.byte(i);
          const ScsiAnswer answer = ask(c, one, inquiry_cdb(page, kAll), kAll);
          c.expect(answer.end, {good()}, fmt::format("page {:02X}h", page));
          const DataObjection why = page_objection(answer, page);
          c.check(why.what.empty(), fmt::format("page {:02X}h: {}", page, why.what), answer.shown(),
                  why.field);
        }
      });
  add(cases, "scsi/vpd/pages_name_the_same_device")
      .requirements({"SPC-4 Vital product data"})
      .purpose("Peripheral qualifier and type of a VPD page are those of the standard data.")
      .observed("Standard INQUIRY data, and page 00h.")
      .needs({Need::login, Need::lun})
      .mutant("page_of_another_device", "has another device type in its VPD pages",
              on_command("INQUIRY, nth: 2", "{data: {put: \"05\", at: 0}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer data = ask(c, one, inquiry_cdb(std::nullopt, 36), 36);
        const ScsiAnswer page = ask(c, one, inquiry_cdb(0, 255), 255);
        c.expect(data.end, {good()});
        c.expect(page.end, {good()});
        c.check(data.byte(0) == page.byte(0),
                fmt::format("{:02X}h in the data, {:02X}h in the page", data.byte(0), page.byte(0)),
                page.shown(), "data+0:1");
      });
}

void add_identity_cases(CaseList& cases) {
  add_page(cases, 0x80, "serial_number_is_ascii", "SPC-4 Unit Serial Number",
           "The unit serial number is printable ASCII.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             for (std::size_t i = 4; i < a.data.size(); ++i)
               if (a.byte(i) < 0x20 || a.byte(i) > 0x7E)
                 return fmt::format("byte {} is {:02X}h", i, a.byte(i));
             return {};
           },
           {{"serial_number_in_binary", "has a serial number that is no text", second(5, "01")}});
  add_page(
      cases, 0x83, "designators_fill_their_page", "SPC-4 Device Identification",
      "The designators of page 83h end where the page ends, none is empty, and their code sets are "
      "defined.",
      [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
        const auto all = designators_in(a);
        if (!all) return "a designator goes beyond the page";
        for (const Designator& one : *all)
          if (one.bytes == 0 || one.code_set == 0 || one.code_set > 3)
            return fmt::format("the designator at byte {} has code set {} and {} bytes", one.at - 4,
                               one.code_set, one.bytes);
        return {};
      },
      {{"designator_beyond_page", "has a designator longer than its page", second(7, "FF")},
       {"designator_without_code_set", "uses a reserved code set", second(4, "00")}});
  add_page(cases, 0x83, "unit_has_a_name_of_its_own", "SPC-4 Device Identification",
           "Page 83h has a designator of the logical unit of type T10, EUI-64, NAA or name string.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             const auto all = designators_in(a).value_or(std::vector<Designator>{});
             const bool found = std::any_of(all.begin(), all.end(), [](const Designator& one) {
               const bool names =
                   (one.type >= 1 && one.type <= 3) || one.type == 8 || one.type == 0x0A;
               return one.association == 0 && names;
             });
             return found ? "" : "no designator names the unit";
           },
           {{"unit_without_a_name", "gives no designator of the unit",
             on_command("INQUIRY, nth: 2",
                        "{data: {put: \"00 83 00 08 02 04 00 04 00 00 00 01\", at: 0}}") +
                 "- g: {on: {receive: INQUIRY, nth: 2}, do: {data: {cut: 12}}}\n"}});
  add_page(cases, 0x83, "naa_designators_are_of_their_length", "SPC-4 Device Identification",
           "An NAA designator has 8 bytes, or 16 if it is of format 6.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             for (const Designator& one : designators_in(a).value_or(std::vector<Designator>{})) {
               if (one.type != 3) continue;
               const int format = a.byte(one.at) >> 4;
               const bool is_known = format == 2 || format == 3 || format == 5 || format == 6;
               if (!is_known || one.bytes != (format == 6 ? 16u : 8u))
                 return fmt::format("NAA format {} with {} bytes", format, one.bytes);
             }
             return {};
           },
           {{"naa_of_a_wrong_length", "has an NAA designator of 4 bytes",
             on_command("INQUIRY, nth: 2",
                        "{data: {put: \"00 83 00 08 01 03 00 04 50 00 00 01\", at: 0}}") +
                 "- g: {on: {receive: INQUIRY, nth: 2}, do: {data: {cut: 12}}}\n"}});
  add(cases, "scsi/vpd/name_is_the_same_for_everybody")
      .requirements({"SPC-4 Device Identification"})
      .purpose("The designators of the unit are the same in every session.")
      .observed("The designators of association 0 on page 83h, in two sessions.")
      .needs({Need::login, Need::lun})
      .mutant("name_changes", "names the unit otherwise in the second session",
              on_command("INQUIRY, nth: 2", "{identity: {serial: OTHER001}}"))
      .body([](CaseContext& c) {
        std::vector<std::vector<std::byte>> names[2];
        ScsiAnswer last;
        for (auto& some : names) {
          last = ask(c, c.session(), inquiry_cdb(0x83, kAll), kAll);
          c.expect(last.end, {good()});
          for (const Designator& one : designators_in(last).value_or(std::vector<Designator>{}))
            if (one.association == 0)
              some.emplace_back(
                  last.data.begin() + static_cast<std::ptrdiff_t>(one.at),
                  last.data.begin() + static_cast<std::ptrdiff_t>(one.at + one.bytes));
        }
        c.check(names[0] == names[1], "the second session sees another name", last.shown(), "data");
      });
}

void add_block_page_cases(CaseList& cases) {
  add_page(
      cases, 0xB0, "block_limits_have_their_length", "SBC-3 Block Limits",
      "The Block Limits page has a PAGE LENGTH of 60 (of 12 before SBC-3).",
      [](CaseContext&, Connection&, const ScsiAnswer& a) -> DataObjection {
        const std::uint64_t bytes = a.number(2, 2);
        if (bytes >= 0x3C || bytes == 0x0C) return {};
        return {fmt::format("PAGE LENGTH is {}", bytes), "data+2:2"};
      },
      {{"short_block_limits", "sends only a part of the Block Limits page",
        second(2, "00 10") + "- g: {on: {receive: INQUIRY, nth: 2}, do: {data: {cut: 20}}}\n"}});
  add_page(cases, 0xB0, "optimal_transfer_fits_into_maximum", "SBC-3 Block Limits",
           "OPTIMAL TRANSFER LENGTH does not go beyond MAXIMUM TRANSFER LENGTH.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             const std::uint64_t most = a.number(8, 4), optimal = a.number(12, 4);
             return most == 0 || optimal <= most ? "" : fmt::format("{} of {}", optimal, most);
           },
           {{"optimal_transfer_beyond_maximum", "calls a transfer optimal that it does not take",
             second(12, "FF FF FF FF")}});
  add_page(
      cases, 0xB1, "characteristics_have_their_length", "SBC-3 Block Device Characteristics",
      "The Block Device Characteristics page has a PAGE LENGTH of 60.",
      [](CaseContext&, Connection&, const ScsiAnswer& a) -> DataObjection {
        if (a.number(2, 2) == 0x3C) return {};
        return {fmt::format("PAGE LENGTH is {}", a.number(2, 2)), "data+2:2"};
      },
      {{"short_characteristics", "sends only a part of the page",
        second(2, "00 10") + "- g: {on: {receive: INQUIRY, nth: 2}, do: {data: {cut: 20}}}\n"}});
  add_page(cases, 0xB1, "rotation_rate_is_defined", "SBC-3 Block Device Characteristics",
           "MEDIUM ROTATION RATE is 0, 1 or from 0401h to FFFEh.",
           [](CaseContext&, Connection&, const ScsiAnswer& a) -> std::string {
             const std::uint64_t rate = a.number(4, 2);
             return rate <= 1 || (rate >= 0x401 && rate <= 0xFFFE) ? ""
                                                                   : fmt::format("{:04X}h", rate);
           },
           {{"reserved_rotation_rate", "tells a reserved rotation rate", second(4, "00 02")}});
  add_page(cases, 0xB2, "provisioning_agrees_with_capacity", "SBC-3 Logical Block Provisioning",
           "A unit that takes UNMAP or WRITE SAME with UNMAP sets LBPME in READ CAPACITY(16).",
           [](CaseContext& c, Connection& one, const ScsiAnswer& a) -> std::string {
             const bool unmaps = (a.byte(5) & 0xE0) != 0;
             Cdb capacity(16);
             capacity[0] = 0x9E;
             capacity[1] = 0x10;
             capacity[13] = 32;
             const ScsiAnswer told = ask(c, one, capacity, 32);
             c.expect(told.end, {good()}, "READ CAPACITY(16)");
             return !unmaps || (told.byte(14) & 0x80) != 0 ? "" : "LBPME is not set";
           },
           {{"thin_without_lbpme", "does not set LBPME", puts("READ CAPACITY(16)", 14, "00")}});
  add(cases, "scsi/vpd/page_86_is_told_or_refused")
      .requirements({"SPC-4 Extended INQUIRY Data"})
      .purpose("Page 86h (Extended INQUIRY Data) is sent with 60 bytes or more, or is refused.")
      .observed("INQUIRY for page 86h whether it is listed or not.")
      .needs({Need::login, Need::lun})
      .mutant("page_86_is_empty", "answers GOOD and sends nothing", always_good("INQUIRY"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), inquiry_cdb(0x86, kAll), kAll);
        const Outcome& what =
            c.expect(a.end, {good(), condition(kIllegalRequest, {kInvalidField})});
        if (what.name != good().name) return;
        const DataObjection why = page_objection(a, 0x86);
        c.check(why.what.empty() && a.number(2, 2) >= 0x3C, "the page is not whole; " + why.what,
                a.shown(), why.field);
      });
}

}  // namespace

void add_vital_product_data_cases(CaseList& cases) {
  add_list_cases(cases);
  add_identity_cases(cases);
  add_block_page_cases(cases);
}

}  // namespace lunsim::conform
