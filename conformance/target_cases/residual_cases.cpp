// Residuals: what the initiator expected against what the command moves, in both directions.
// RFC 7143 §11.4.5
#include <algorithm>

#include <fmt/format.h>

#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "conformance/target_cases/scsi_tables.hpp"

namespace lunsim::conform {
namespace {

struct Wanted {
  bool overflow = false, underflow = false;
  std::uint64_t count = 0;
};

/// Status, flags and count, one after the other.
void judge(CaseContext& c, const ScsiAnswer& answer, const Wanted& wanted) {
  c.expect(answer.end, {good()});
  const Seen& end = answer.end;
  c.check((end.get("U") == 1) == wanted.underflow,
          wanted.underflow ? "underflow is not told" : "an underflow is told that is none", end,
          "U");
  c.check((end.get("O") == 1) == wanted.overflow,
          wanted.overflow ? "overflow is not told" : "an overflow is told that is none", end, "O");
  if (wanted.overflow || wanted.underflow)
    c.check(end.get("Residual Count") == wanted.count,
            fmt::format("Residual Count is {}, not {}", end.get("Residual Count"), wanted.count),
            end, "Residual Count");
}

enum class What : std::uint8_t { read, write, inquiry, ready };

struct ResidualRow {
  const char* what;
  What command;
  int asked_blocks;     // of the CDB
  int expected_blocks;  // of the Expected Data Transfer Length
  const char* requirement;
  const char* mutant;
  const char* change;  // of the response
  const char* purpose;
};

constexpr ResidualRow kRows[] = {
    {"read_of_all_that_is_expected", What::read, 2, 2, "7143-11.4.5.3-2", "tells_underflow_of_none",
     "{set: {U: 1, Residual Count: 512}}", "A READ of as much as is expected has no residual."},
    {"read_of_less_than_is_expected", What::read, 1, 2, "7143-11.4.5.2-4", "hides_underflow",
     "{set: {U: 0}}", "A READ of less than is expected tells the underflow."},
    {"read_of_more_than_is_expected", What::read, 2, 1, "7143-11.4.5.2-2", "hides_overflow",
     "{set: {O: 0}}", "A READ of more than is expected tells the overflow."},
    {"read_of_nothing_with_data_expected", What::read, 0, 1, "7143-11.4.5.2-5",
     "hides_underflow_of_all", "{set: {Residual Count: 0}}",
     "A READ of no blocks leaves all that is expected as underflow."},
    {"read_with_nothing_expected", What::read, 1, 0, "7143-11.4.5.2-3", "hides_overflow_of_all",
     "{set: {Residual Count: 1}}", "A READ with nothing expected tells all of it as overflow."},
    {"read_of_nothing", What::read, 0, 0, "7143-11.4.5.1-3", "residual_of_nothing",
     "{set: {U: 1, Residual Count: 1}}", "A READ of no blocks with nothing expected is answered."},
    {"write_of_all_that_is_expected", What::write, 2, 2, "7143-11.4.5.3-2",
     "tells_write_overflow_of_none", "{set: {O: 1, Residual Count: 512}}",
     "A WRITE of as much as is announced has no residual."},
    {"write_of_less_than_is_expected", What::write, 1, 2, "7143-11.4.5.2-4",
     "hides_write_underflow", "{set: {U: 0}}",
     "A WRITE of less than is announced tells the underflow."},
    {"write_of_more_than_is_expected", What::write, 2, 1, "7143-11.4.5.2-2", "hides_write_overflow",
     "{set: {O: 0}}", "A WRITE of more than is announced tells the overflow."},
    {"write_of_nothing_with_data_expected", What::write, 0, 1, "7143-11.4.5.2-5",
     "halves_write_underflow", "{set: {Residual Count: 256}}",
     "A WRITE of no blocks leaves all that is announced as underflow."},
    {"write_of_nothing", What::write, 0, 0, "7143-11.4.5.1-3", "residual_of_no_write",
     "{set: {O: 1, Residual Count: 1}}",
     "A WRITE of no blocks with nothing announced is answered."},
    {"command_without_data_that_expects_some", What::ready, 0, 1, "7143-11.4.5.2-4",
     "no_underflow_without_data", "{set: {U: 0, Residual Count: 0}}",
     "TEST UNIT READY that expects data tells all of it as underflow."},
    {"command_without_data", What::ready, 0, 0, "7143-11.4.5.1-3", "residual_of_test_unit_ready",
     "{set: {U: 1, Residual Count: 4}}", "TEST UNIT READY that expects nothing has no residual."},
};

const char* name_of(What command) {
  return command == What::read    ? "READ(10)"
         : command == What::write ? "WRITE(10)"
         : command == What::ready ? "TEST UNIT READY"
                                  : "INQUIRY";
}

void run(CaseContext& c, const ResidualRow& row) {
  Connection& one = c.session();
  const std::uint32_t block = c.profile().block_bytes;
  const auto asked = static_cast<std::uint32_t>(row.asked_blocks);
  const std::uint32_t expected = static_cast<std::uint32_t>(row.expected_blocks) * block;
  const std::uint32_t moved = asked * block;
  ScsiAnswer answer;
  if (row.command == What::write) {
    answer = give(c, one, write_cdb(10, c.target().first_lba, asked), pattern(expected, 3));
  } else {
    const Cdb cdb = row.command == What::read ? read_cdb(10, 0, asked) : Cdb{0, 0, 0, 0, 0, 0};
    answer = ask(c, one, cdb, expected);
    const std::size_t wanted = std::min(moved, expected);
    if (answer.has_status())
      c.check(answer.data.size() == wanted,
              fmt::format("{} bytes came instead of {}", answer.data.size(), wanted), answer.end);
  }
  judge(c, answer,
        {.overflow = moved > expected,
         .underflow =
             moved<expected, .count = moved> expected ? moved - expected : expected - moved});
}

}  // namespace

void add_residual_cases(CaseList& cases) {
  for (const ResidualRow& row : kRows) {
    const std::string command = name_of(row.command);
    const std::string sent =
        row.command == What::read && row.asked_blocks > 0 && row.expected_blocks > 0
            ? "send: Data-In, command: READ(10), fields: {S: 1}"
            : fmt::format("send: SCSI Response, command: {}", command);
    NewCase one = add(cases, fmt::format("rfc7143/11.4.5/{}", row.what));
    std::vector<std::string> ids{row.requirement};
    if (row.asked_blocks != row.expected_blocks) ids.emplace_back("7143-11.4.5.1-1");
    one.requirements(std::move(ids))
        .purpose(row.purpose)
        .observed(fmt::format("{} of {} blocks with an Expected Data Transfer Length of {} blocks.",
                              command, row.asked_blocks, row.expected_blocks))
        .needs({Need::login, Need::lun})
        .known_as({"libiscsi iSCSI.iSCSIResiduals"})
        .mutant(row.mutant, "tells another residual", fault(sent, row.change))
        .body([row](CaseContext& c) { run(c, row); });
    if (row.command == What::write) one.writes();
  }
  add(cases, "rfc7143/11.4.5/allocation_length_beyond_the_data")
      .requirements({"7143-11.4.5.3-4"})
      .purpose("Data shorter than the allocation length leaves the rest as underflow.")
      .observed("INQUIRY with allocation length and expected length of 255.")
      .needs({Need::login, Need::lun})
      .mutant("inquiry_without_underflow", "does not tell it",
              fault("send: Data-In, command: INQUIRY", "{set: {U: 0, Residual Count: 0}}"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), inquiry_cdb(std::nullopt, 255), 255);
        judge(c, a, {.underflow = a.data.size() < 255, .count = 255 - a.data.size()});
      });
  add(cases, "rfc7143/11.4.5/allocation_length_below_the_expected_length")
      .requirements({"7143-11.4.5.3-3"})
      .purpose("An expected length beyond the allocation length leaves the rest as underflow.")
      .observed("INQUIRY with an allocation length of 36 and an expected length of 255.")
      .needs({Need::login, Need::lun})
      .mutant("inquiry_counts_by_allocation", "counts from the allocation length",
              fault("send: Data-In, command: INQUIRY", "{set: {Residual Count: 36}}"))
      .body([](CaseContext& c) {
        const ScsiAnswer a = ask(c, c.session(), inquiry_cdb(std::nullopt, 36), 255);
        judge(c, a, {.underflow = true, .count = 255 - a.data.size()});
      });
}

}  // namespace lunsim::conform
