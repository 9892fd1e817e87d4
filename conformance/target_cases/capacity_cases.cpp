// READ CAPACITY, REPORT LUNS and MODE SENSE: what hosts size and find units by.
// SBC-3 §5.15, §5.16, SPC-4 §6.13, §6.33, §7.5
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

constexpr std::uint32_t kCapacityRoom = 4096;

Cdb capacity_16(std::uint8_t allocation_length) {
  return {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, allocation_length, 0, 0};
}
const Cdb kCapacity10{0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0};

Cdb report_luns(std::uint8_t select, std::uint16_t allocation_length) {
  return {0xA0,
          0,
          select,
          0,
          0,
          0,
          0,
          0,
          static_cast<std::uint8_t>(allocation_length >> 8),
          static_cast<std::uint8_t>(allocation_length),
          0,
          0};
}

std::string wants_bytes(const ScsiAnswer& a, std::size_t bytes) {
  return a.data.size() == bytes ? "" : fmt::format("{} bytes came", a.data.size());
}

void add_capacity(CaseList& cases) {
  add_answer(cases,
             {.id = "scsi/capacity/ten_sends_8_bytes",
              .requirement = "SBC-3 READ CAPACITY(10)",
              .purpose = "READ CAPACITY(10) sends 8 bytes.",
              .observed = "READ CAPACITY(10), expecting more.",
              .cdb = kCapacity10,
              .expected_bytes = kCapacityRoom,
              .objection = [](CaseContext&, const ScsiAnswer& a) { return wants_bytes(a, 8); },
              .mutants = {{"capacity_is_cut", "sends 4 bytes",
                           on_command("READ CAPACITY(10)", "{data: {cut: 4}}")}}});
  const auto both = [&](std::string what, std::string purpose, auto check, ScsiMutant mutant) {
    add(cases, "scsi/capacity/" + what)
        .requirements({"SBC-3 READ CAPACITY(10)", "SBC-3 READ CAPACITY(16)"})
        .purpose(std::move(purpose))
        .observed("READ CAPACITY(10) and READ CAPACITY(16) in one session.")
        .needs({Need::login, Need::lun})
        .mutant(mutant.name, mutant.what, mutant.faults)
        .body([check](CaseContext& c) {
          Connection& one = c.session();
          const ScsiAnswer ten = ask(c, one, kCapacity10, 8);
          const ScsiAnswer sixteen = ask(c, one, capacity_16(32), 32);
          want_offered(c, sixteen, "READ CAPACITY(16)");
          c.expect(ten.end, {good()}, "READ CAPACITY(10)");
          c.expect(sixteen.end, {good()}, "READ CAPACITY(16)");
          const std::string why = check(ten, sixteen);
          c.check(why.empty(), why, ten.shown(), "data");
        });
  };
  both("both_tell_the_same_last_block",
       "READ CAPACITY(10) tells the last block, or FFFFFFFFh if it does not fit into 32 bits.",
       [](const ScsiAnswer& ten, const ScsiAnswer& sixteen) -> std::string {
         const std::uint64_t last = sixteen.number(0, 8);
         const std::uint64_t wanted = std::min<std::uint64_t>(last, 0xFFFF'FFFF);
         return ten.number(0, 4) == wanted
                    ? ""
                    : fmt::format("(10) tells {}, (16) tells {}", ten.number(0, 4), last);
       },
       {"capacities_differ", "tells another last block in READ CAPACITY(10)",
        on_command("READ CAPACITY(10)", "{capacity: {last_lba: 77}}")});
  both("both_tell_the_same_block_length", "Both tell one block length.",
       [](const ScsiAnswer& ten, const ScsiAnswer& sixteen) -> std::string {
         return ten.number(4, 4) == sixteen.number(8, 4)
                    ? ""
                    : fmt::format("{} and {}", ten.number(4, 4), sixteen.number(8, 4));
       },
       {"block_lengths_differ", "tells another block length in READ CAPACITY(16)",
        on_command("READ CAPACITY(16)", "{capacity: {block: 4096}}")});
  both("block_length_is_usual", "The block length is a power of two of 512 or more.",
       [](const ScsiAnswer& ten, const ScsiAnswer&) -> std::string {
         const std::uint64_t bytes = ten.number(4, 4);
         return bytes >= 512 && (bytes & (bytes - 1)) == 0 ? "" : fmt::format("{} bytes", bytes);
       },
       {"odd_block_length", "has blocks of 500 bytes",
        on_command("READ CAPACITY(10)", "{capacity: {block: 500}}")});
  cases.back().level = Level::interop;  // no standard forbids others
  for (const std::uint8_t asked : std::initializer_list<std::uint8_t>{0, 8, 12, 32, 255})
    add_answer(cases,
               {.id = fmt::format("scsi/capacity/sixteen_with_allocation_length_{}", asked),
                .requirement = "SPC-4 ALLOCATION LENGTH",
                .purpose = "READ CAPACITY(16) sends as much of its 32 bytes as was asked for.",
                .observed = fmt::format("An allocation length of {}, expecting more.", asked),
                .cdb = capacity_16(asked),
                .expected_bytes = kCapacityRoom,
                .objection =
                    [asked](CaseContext&, const ScsiAnswer& a) {
                      return wants_bytes(a, std::min<std::size_t>(asked, 32));
                    },
                .mutants = {{fmt::format("capacity_beyond_allocation_{}", asked),
                             "sends more than was asked for",
                             on_command("READ CAPACITY(16)", "{data: {append: \"00 00\"}}")}}});
  add_end(cases, {.id = "scsi/capacity/lba_without_pmi",
                  .requirement = "SBC-3 READ CAPACITY(10)",
                  .purpose = "An LBA without PMI is an invalid field (or, since SBC-4, obsolete).",
                  .observed = "READ CAPACITY(10) with PMI=0 and an LBA of 1.",
                  .cdb = always({0x25, 0, 0, 0, 0, 1, 0, 0, 0, 0}),
                  .expected_bytes = 8,
                  .legal = {condition(kIllegalRequest, {kInvalidField}), good()},
                  .mutants = {{"falls_over_lba_without_pmi", "takes it for a broken medium",
                               on_command("READ CAPACITY(10)", "{status: TASK ABORTED}")}}});
}

void add_report_luns(CaseList& cases) {
  const auto row = [&](std::string what, std::string purpose, Cdb cdb, auto objection,
                       ScsiMutant mutant) {
    add_answer(cases, {.id = "scsi/report_luns/" + what,
                       .requirement = "SPC-4 REPORT LUNS",
                       .purpose = std::move(purpose),
                       .observed = "REPORT LUNS at the LUN under test.",
                       .cdb = std::move(cdb),
                       .expected_bytes = 65535,
                       .objection = objection,
                       .mutants = {std::move(mutant)}});
  };
  row("length_is_true", "LUN LIST LENGTH is the bytes of the entries, 8 each.",
      report_luns(0, 65535),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        const std::uint64_t told = a.number(0, 4);
        return told % 8 == 0 && (a.data.size() == told + 8 || a.data.size() == 65535)
                   ? ""
                   : fmt::format("{} is told, {} bytes came", told, a.data.size());
      },
      {"lun_list_length_lies", "tells a list that is longer than it is",
       on_command("REPORT LUNS", "{length: +9}")});
  row("holds_the_unit_under_test", "SELECT REPORT 0 lists a unit that can be used.",
      report_luns(0, 65535),
      [](CaseContext& c, const ScsiAnswer& a) -> std::string {
        const RawPdu own = c.scsi_command({0});
        for (std::size_t at = 8; at + 8 <= a.data.size(); at += 8)
          if (a.number(at, 8) == own.get("LUN")) return {};
        return "the LUN under test is not in the list";
      },
      {"unit_is_not_listed", "leaves the unit out",
       on_command("REPORT LUNS", "{luns: {list: [1, 2]}}")});
  row("names_each_unit_once", "No LUN stands in the list twice.", report_luns(0, 65535),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        std::set<std::uint64_t> known;
        for (std::size_t at = 8; at + 8 <= a.data.size(); at += 8)
          if (!known.insert(a.number(at, 8)).second)
            return fmt::format("{:016X}h stands twice", a.number(at, 8));
        return {};
      },
      {"unit_is_listed_twice", "lists a unit twice",
       on_command("REPORT LUNS", "{data: {put: \"00 00 00 00 00 00 00 00\", at: 16}}")});
  row("select_1_lists_well_known_units_only", "SELECT REPORT 1 lists well known units only.",
      report_luns(1, 65535),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        for (std::size_t at = 8; at + 8 <= a.data.size(); at += 8)
          if (a.byte(at) != 0xC1) return fmt::format("an entry begins with {:02X}h", a.byte(at));
        return {};
      },
      {"select_report_is_overlooked", "lists its units whatever is asked",
       on_command("REPORT LUNS", "{luns: {list: [0, 1]}}")});
  row("allocation_length_16", "A list cut by the allocation length tells its whole length.",
      report_luns(0, 16),
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        if (a.data.size() > 16) return fmt::format("{} bytes came", a.data.size());
        return a.number(0, 4) + 8 >= a.data.size() ? "" : "the length is cut";
      },
      {"lun_list_beyond_allocation", "sends more than was asked for",
       on_command("REPORT LUNS", "{data: {append: \"00 00 00 00 00 00 00 00\"}}")});
  add(cases, "scsi/report_luns/select_2_holds_what_select_0_holds")
      .requirements({"SPC-4 REPORT LUNS"})
      .purpose("SELECT REPORT 2 lists all units, those of SELECT REPORT 0 among them.")
      .observed("REPORT LUNS with SELECT REPORT 0 and 2.")
      .needs({Need::login, Need::lun})
      .mutant("select_2_is_empty", "lists nothing for SELECT REPORT 2",
              on_command("REPORT LUNS, nth: 2", "{luns: {list: []}}"))
      .body([](CaseContext& c) {
        Connection& one = c.session();
        const ScsiAnswer some = ask(c, one, report_luns(0, 65535), 65535);
        const ScsiAnswer all = ask(c, one, report_luns(2, 65535), 65535);
        c.expect(some.end, {good()});
        c.expect(all.end, {good()});
        std::set<std::uint64_t> known;
        for (std::size_t at = 8; at + 8 <= all.data.size(); at += 8)
          known.insert(all.number(at, 8));
        for (std::size_t at = 8; at + 8 <= some.data.size(); at += 8)
          c.check(known.contains(some.number(at, 8)),
                  fmt::format("{:016X}h is missing", some.number(at, 8)), all.shown(), "data");
        c.check(some.data.size() > 8, "there is no unit at all", some.shown(), "data");
      });
  add_end(cases, {.id = "scsi/report_luns/reserved_select_report_is_refused",
                  .requirement = "SPC-4 REPORT LUNS",
                  .purpose = "A reserved SELECT REPORT is an invalid field in the CDB.",
                  .observed = "SELECT REPORT 7Fh.",
                  .cdb = always(report_luns(0x7F, 4096)),
                  .expected_bytes = 4096,
                  .legal = {condition(kIllegalRequest, {kInvalidField})},
                  .mutants = {{"takes_any_select_report", "takes a reserved SELECT REPORT",
                               always_good("REPORT LUNS")}}});
  add_end(cases, {.id = "scsi/report_luns/allocation_length_below_16",
                  .requirement = "SPC-4 REPORT LUNS",
                  .purpose = "An allocation length below 16 is refused, or cuts the list.",
                  .observed = "An allocation length of 8.",
                  .cdb = always(report_luns(0, 8)),
                  .expected_bytes = 8,
                  .legal = {condition(kIllegalRequest, {kInvalidField}), good()},
                  .mutants = {{"falls_over_short_list", "ends the command in TASK ABORTED",
                               on_command("REPORT LUNS", "{status: TASK ABORTED}")}}});
  add_end(cases, {.id = "scsi/report_luns/at_its_well_known_unit",
                  .requirement = "SPC-4 REPORT LUNS",
                  .purpose = "REPORT LUNS at the well known unit C101h is answered, or the LUN is "
                             "said not to be there.",
                  .observed = "REPORT LUNS at LUN C101000000000000h.",
                  .cdb = always(report_luns(0, 4096)),
                  .expected_bytes = 4096,
                  .legal = {condition(kIllegalRequest, {kNoSuchUnit}), good()},
                  .mutants = {{"well_known_unit_is_busy", "answers BUSY for ever",
                               on_command("REPORT LUNS", "{status: BUSY}")}},
                  .lun = 0xC101'0000'0000'0000u});
}

/// The WP bit, on a unit that has just taken a write.
void add_write_protection(CaseList& cases) {
  NewCase one = add(cases, "scsi/mode_sense/unit_that_takes_writes_is_not_protected");
  one.requirements({"SPC-4 Mode parameters"})
      .purpose("WP is 0 in the mode parameter header of a unit that takes writes.")
      .observed("A WRITE(10) of one block, then MODE SENSE(6) and (10) of all pages.")
      .needs({Need::login, Need::lun})
      .mutant("writable_unit_says_protected", "sets WP in MODE SENSE(6)",
              puts("MODE SENSE(6)", 2, "90"))
      .mutant("writable_unit_says_protected_10", "sets WP in MODE SENSE(10)",
              puts("MODE SENSE(10)", 3, "90"))
      .body([](CaseContext& c) {
        Connection& connection = c.session();
        const std::size_t block = c.profile().block_bytes;
        const Cdb write = write_cdb(10, c.target().first_lba, 1);
        c.expect(give(c, connection, write, pattern(block, 0x19)).end, {good()}, "WRITE(10)");
        for (const bool is_short : {true, false}) {
          const Cdb cdb =
              is_short ? Cdb{0x1A, 8, 0x3F, 0, 255, 0} : Cdb{0x5A, 8, 0x3F, 0, 0, 0, 0, 4, 0, 0};
          const ScsiAnswer told = ask(c, connection, cdb, kCapacityRoom);
          if (is_not_offered(told)) continue;
          c.expect(told.end, {good()}, is_short ? "MODE SENSE(6)" : "MODE SENSE(10)");
          const std::size_t at = is_short ? 2 : 3;
          c.check((told.byte(at) & 0x80) == 0, "WP is 1", told.shown(),
                  fmt::format("data+{}:1", at));
        }
        c.judged();
      });
  one.writes();
}

void add_mode_sense(CaseList& cases) {
  const auto row = [&](std::string what, std::string purpose, Cdb cdb, auto objection,
                       ScsiMutant mutant) {
    add_answer(cases, {.id = "scsi/mode_sense/" + what,
                       .requirement = "SPC-4 Mode parameters",
                       .purpose = std::move(purpose),
                       .observed = "MODE SENSE, expecting more than the allocation length.",
                       .cdb = std::move(cdb),
                       .expected_bytes = kCapacityRoom,
                       .objection = objection,
                       .mutants = {std::move(mutant)}});
  };
  row("six_tells_its_length", "MODE DATA LENGTH of MODE SENSE(6) is what follows it.",
      {0x1A, 0, 0x3F, 0, 255, 0},
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        const bool is_true = a.data.size() == a.byte(0) + 1u || a.data.size() == 255;
        return is_true && a.data.size() >= 4
                   ? ""
                   : fmt::format("{} is told, {} bytes came", a.byte(0), a.data.size());
      },
      {"mode_data_length_6_lies", "tells more mode data than there is",
       on_command("MODE SENSE(6)", "{length: +9}")});
  row("ten_tells_its_length", "MODE DATA LENGTH of MODE SENSE(10) is what follows it.",
      {0x5A, 0, 0x3F, 0, 0, 0, 0, 4, 0, 0},
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        const bool is_true = a.data.size() == a.number(0, 2) + 2 || a.data.size() == 1024;
        return is_true && a.data.size() >= 8
                   ? ""
                   : fmt::format("{} is told, {} bytes came", a.number(0, 2), a.data.size());
      },
      {"mode_data_length_10_lies", "tells more mode data than there is",
       on_command("MODE SENSE(10)", "{length: +9}")});
  row("block_descriptor_agrees_with_capacity", "A block descriptor has the unit's block length.",
      {0x1A, 0, 0x3F, 0, 255, 0},
      [](CaseContext& c, const ScsiAnswer& a) -> std::string {
        if (a.byte(3) == 0) return {};
        return a.byte(3) == 8 && a.number(9, 3) == c.profile().block_bytes
                   ? ""
                   : fmt::format("{} bytes of descriptor, blocks of {}", a.byte(3), a.number(9, 3));
      },
      {"block_descriptor_differs", "tells another block length",
       puts("MODE SENSE(6)", 9, "00 10 00")});
  row("dbd_leaves_the_descriptor_out", "With DBD=1 there is no block descriptor.",
      {0x1A, 8, 0x3F, 0, 255, 0},
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        return a.byte(3) == 0 ? "" : fmt::format("{} bytes of descriptor", a.byte(3));
      },
      {"dbd_is_overlooked", "sends a block descriptor all the same",
       puts("MODE SENSE(6)", 3, "08")});
  row("pages_fill_the_data", "The lengths of the mode pages add up to the mode data.",
      {0x1A, 8, 0x3F, 0, 255, 0},
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        std::size_t at = 4;
        while (at + 2 <= a.data.size()) {
          const bool is_subpage = (a.byte(at) & 0x40) != 0;
          at += is_subpage ? a.number(at + 2, 2) + 4 : a.byte(at + 1) + 2u;
        }
        return at == a.data.size() || a.data.size() == 255 ? "" : "a page goes beyond the data";
      },
      {"mode_page_lies", "has a page that is longer than the data",
       puts("MODE SENSE(6)", 5, "FE")});
  row("allocation_length_4", "Mode data cut by the allocation length tells its whole length.",
      {0x1A, 0, 0x3F, 0, 4, 0},
      [](CaseContext&, const ScsiAnswer& a) -> std::string {
        if (a.data.size() != 4) return fmt::format("{} bytes came", a.data.size());
        return a.byte(0) >= 3 ? "" : "the length is cut";
      },
      {"mode_data_beyond_allocation", "sends more than was asked for",
       on_command("MODE SENSE(6)", "{data: {append: \"00\"}}")});
  row("allocation_length_0", "An allocation length of 0 sends nothing and is no error.",
      {0x1A, 0, 0x3F, 0, 0, 0}, [](CaseContext&, const ScsiAnswer& a) { return wants_bytes(a, 0); },
      {"mode_data_at_length_0", "sends something",
       on_command("MODE SENSE(6)", "{data: {append: \"00\"}}")});
  add_end(cases, {.id = "scsi/mode_sense/saved_values",
                  .requirement = "SPC-4 MODE SENSE(6)",
                  .purpose = "Saved values are sent, or refused with SAVING PARAMETERS NOT "
                             "SUPPORTED.",
                  .observed = "MODE SENSE(6) with PC=3 for all pages.",
                  .cdb = always({0x1A, 8, 0xFF, 0, 255, 0}),
                  .expected_bytes = 255,
                  .legal = {condition(kIllegalRequest, {0x3900}), good()},
                  .mutants = {{"falls_over_saved_values", "ends the command in TASK ABORTED",
                               on_command("MODE SENSE(6)", "{status: TASK ABORTED}")}}});
  add_end(cases, {.id = "scsi/mode_sense/page_that_is_not_there_is_refused",
                  .requirement = "SPC-4 MODE SENSE(6)",
                  .purpose = "A mode page that the unit does not have is an invalid field.",
                  .observed = "A page code that the answer to page 3Fh does not hold.",
                  .cdb =
                      [](CaseContext& c, Connection& one) {
                        const ScsiAnswer all = ask(c, one, {0x1A, 8, 0x3F, 0, 255, 0}, 255);
                        std::set<int> known;
                        for (std::size_t at = 4; at + 2 <= all.data.size();
                             at += all.byte(at + 1) + 2u)
                          known.insert(all.byte(at) & 0x3F);
                        std::uint8_t page = 0x3E;
                        while (known.contains(page)) --page;
                        return Cdb{0x1A, 8, page, 0, 255, 0};
                      },
                  .expected_bytes = 255,
                  .legal = {condition(kIllegalRequest, {kInvalidField})},
                  .mutants = {{"answers_any_mode_page", "answers pages that it does not have",
                               always_good("MODE SENSE(6)")}}});
}

}  // namespace

void add_capacity_cases(CaseList& cases) {
  add_capacity(cases);
  add_report_luns(cases);
  add_write_protection(cases);
  add_mode_sense(cases);
}

}  // namespace lunsim::conform
