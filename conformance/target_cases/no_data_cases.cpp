// Reads and writes of no blocks: no mistake, and answered like any other command. SBC-3 §5
#include "conformance/harness/case_context.hpp"
#include "conformance/harness/new_case.hpp"
#include "conformance/target_cases/case_list.hpp"

namespace lunsim::conform {
namespace {

NewCase no_blocks(CaseList& cases, std::string id, std::string command, std::string direction,
                  std::vector<std::uint8_t> cdb, std::string mutant) {
  const std::string how = direction.empty() ? "neither R nor W" : direction + "=1";
  return add(cases, std::move(id))
      .requirements({"SBC-3 " + command})
      .purpose(command + " of no blocks is no error: it ends in GOOD.")
      .observed(command + " with TRANSFER LENGTH 0, no data expected, " + how + ".")
      .needs({Need::login, Need::lun})
      .known_as({"libiscsi SCSI ZeroBlocks"})
      .mutant(std::move(mutant), "never answers a command that moves no data",
              fault("receive: " + command, "drop"))
      .body([cdb = std::move(cdb), direction = std::move(direction)](CaseContext& c) {
        Connection& one = c.session();
        c.settle(one);
        RawPdu request = c.scsi_command(cdb);
        if (!direction.empty()) request.set(direction, 1);
        const std::uint32_t tag = one.issue(request);
        c.expect(one.answer_to(tag), {pdu_of(pdu::Opcode::scsi_response, {{"Status", 0}})});
      });
}

}  // namespace

void add_no_data_cases(CaseList& cases) {
  const std::vector<std::uint8_t> read10{0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  std::vector<std::uint8_t> read16(16, 0);
  read16[0] = 0x88;
  const std::vector<std::uint8_t> write10{0x2A, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  no_blocks(cases, "rfc7143/11.3/read10_of_no_blocks_is_answered", "READ(10)", "", read10,
            "forgets_empty_read10");
  no_blocks(cases, "rfc7143/11.3/read10_of_no_blocks_with_direction_is_answered", "READ(10)", "R",
            read10, "forgets_empty_read10_with_direction");
  no_blocks(cases, "rfc7143/11.3/read16_of_no_blocks_is_answered", "READ(16)", "", read16,
            "forgets_empty_read16");
  no_blocks(cases, "rfc7143/11.3/write10_of_no_blocks_is_answered", "WRITE(10)", "", write10,
            "forgets_empty_write10")
      .writes();
}

}  // namespace lunsim::conform
