#include "target_sim/faults/command_match.hpp"

#include <algorithm>

#include "protocol/scsi/cdb.hpp"

namespace lunsim::target_sim {

CommandFacts command_facts(std::span<const std::byte> cdb, std::uint64_t plain_lun) {
  CommandFacts facts{.code = {}, .lun = plain_lun, .blocks = {}};
  if (cdb.empty()) return facts;
  facts.code = scsi::command_code(cdb);
  if (!scsi::is_block_command(facts.code.operation_code)) return facts;
  const Result<scsi::AnyCommand> command = scsi::decode_cdb(cdb);
  if (!command) return facts;
  const auto* blocks = std::get_if<scsi::BlockCommand>(&*command);
  if (blocks != nullptr && blocks->blocks > 0)
    facts.blocks = BlockRange{blocks->lba, blocks->lba + blocks->blocks - 1};
  return facts;
}

bool matches_command(const FaultSelector& on, const CommandFacts& facts) {
  const auto is_it = [&](const scsi::CommandCode& code) {
    return code.operation_code == facts.code.operation_code &&
           (!code.service_action || code.service_action == facts.code.service_action);
  };
  if (!on.commands.empty() && std::none_of(on.commands.begin(), on.commands.end(), is_it))
    return false;
  if (on.lun && *on.lun != facts.lun) return false;
  if (!on.blocks) return true;
  return facts.blocks && facts.blocks->first <= on.blocks->last &&
         on.blocks->first <= facts.blocks->last;
}

}  // namespace lunsim::target_sim
