#include "conformance/harness/scratch.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/harness/case_context.hpp"
#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {
namespace {

using pdu::Opcode;
using Bytes = std::vector<std::byte>;

constexpr std::string_view kMark = "lunsim conform may write to this LUN\n";
constexpr std::uint64_t kBlocksLookedAt = 64;
constexpr std::uint64_t kBytesWritten = 65536;  // no case writes farther from the first block
constexpr std::uint64_t kCleanersKey = 0x6C75'6E73'696D'3030u;  // "lunsim00"
constexpr std::uint8_t kRead16 = 0x88, kWrite16 = 0x8A;

std::vector<std::uint8_t> cdb16(std::uint8_t opcode, std::uint64_t lba, std::uint64_t blocks) {
  std::vector<std::uint8_t> cdb(16, 0);
  cdb[0] = opcode;
  for (std::size_t i = 0; i < 8; ++i) cdb[2 + i] = static_cast<std::uint8_t>(lba >> (8 * (7 - i)));
  for (std::size_t i = 0; i < 4; ++i)
    cdb[10 + i] = static_cast<std::uint8_t>(blocks >> (8 * (3 - i)));
  return cdb;
}

Bytes read_blocks(CaseContext& c, Connection& one, std::uint64_t lba, std::uint64_t blocks) {
  const std::uint64_t bytes = blocks * c.profile().block_bytes;
  Bytes out;
  for (const Seen& seen :
       c.read(one, cdb16(kRead16, lba, blocks), static_cast<std::uint32_t>(bytes)))
    if (seen.is(Opcode::data_in)) out.insert(out.end(), seen.pdu.data.begin(), seen.pdu.data.end());
  if (out.size() != bytes) c.inconclusive(fmt::format("block {} cannot be read", lba));
  return out;
}

bool has_mark(const Bytes& block) {
  const Bytes mark = to_bytes(kMark);
  return block.size() >= mark.size() && std::equal(mark.begin(), mark.end(), block.begin());
}

void want_blank(CaseContext& c, Connection& one, std::uint64_t first, std::uint64_t last) {
  const std::uint64_t block_bytes = c.profile().block_bytes;
  const Bytes bytes = read_blocks(c, one, first, last - first + 1);
  const auto data =
      std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; });
  if (data == bytes.end()) return;
  const auto block = first + static_cast<std::uint64_t>(data - bytes.begin()) / block_bytes;
  c.fail(fmt::format("there is data in block {}; wipe the LUN if it is nobody's", block), Seen{});
}

/// Sends a command with data, which an R2T asks for; what ends it.
Seen give_out(CaseContext& c, Connection& one, const std::vector<std::uint8_t>& cdb, Bytes bytes) {
  RawPdu command = c.scsi_command(cdb);
  command.set("W", 1).set("Expected Data Transfer Length", bytes.size());
  const std::uint32_t tag = one.issue(command);
  Seen seen = one.answer_to(tag);
  if (seen.is(Opcode::r2t)) {
    RawPdu data(Opcode::data_out);
    data.set("F", 1).set("LUN", command.get("LUN")).set("Initiator Task Tag", tag);
    data.set("Target Transfer Tag", seen.get("Target Transfer Tag"));
    data.set("ExpStatSN", one.exp_stat_sn);
    one.send(data.with_data(std::move(bytes)));
    seen = one.answer_to(tag);
  }
  return seen;
}

void write_mark(CaseContext& c, Connection& one, std::uint64_t lba) {
  Bytes block = to_bytes(kMark);
  block.resize(c.profile().block_bytes);
  const Seen seen = give_out(c, one, cdb16(kWrite16, lba, 1), std::move(block));
  if (!seen.is(Opcode::scsi_response) || seen.get("Status") != 0)
    c.inconclusive("the mark cannot be written: " + describe(seen));
}

/// The keys of our cases that are registered, but for the cleaner's.              SPC-4 §6.15.2
std::set<std::uint64_t> keys_of_cases(CaseContext& c, Connection& one) {
  const std::vector<std::uint8_t> read_keys{0x5E, 0, 0, 0, 0, 0, 0, 4, 0, 0};
  Bytes list;
  for (const Seen& seen : c.read(one, read_keys, 1024))
    if (seen.is(Opcode::data_in))
      list.insert(list.end(), seen.pdu.data.begin(), seen.pdu.data.end());
  std::set<std::uint64_t> keys;
  for (std::size_t at = 8; at + 8 <= list.size(); at += 8) {
    const std::uint64_t key = bytes::load_be64(&list[at]);
    if (is_key_of_cases(key) && key != kCleanersKey) keys.insert(key);
  }
  return keys;
}

/// PERSISTENT RESERVE OUT; whatever comes of it.                                 SPC-4 §6.16
void reserve_out(CaseContext& c, Connection& one, std::uint8_t action, std::uint64_t key,
                 std::uint64_t service_action_key) {
  Bytes list(24);
  bytes::store_be64(&list[0], key);
  bytes::store_be64(&list[8], service_action_key);
  give_out(c, one, {0x5F, action, 0x01, 0, 0, 0, 0, 0, 24, 0}, std::move(list));
}

void look(CaseContext& c) {
  const JudgedTarget& target = c.target();
  const std::uint64_t blocks = c.profile().blocks;
  if (blocks == 0) c.inconclusive("it is no block device");
  const std::uint64_t first = target.first_lba, last = target.last_lba;
  if (last >= blocks) c.fail(fmt::format("it has the blocks 0..{} only", blocks - 1), Seen{});
  const std::uint64_t wanted = kBytesWritten / c.profile().block_bytes + 1;
  if (last - first + 1 < wanted)
    c.fail(
        fmt::format("--lba wants {} blocks at least: cases write so far, and one is for our mark",
                    wanted),
        Seen{});
  Connection& one = c.session();
  c.settle(one);
  take_back_reservations(c, one);
  c.settle(one);
  c.judged();
  if (has_mark(read_blocks(c, one, last, 1))) return;
  const std::uint64_t step = kBlocksLookedAt - 1;
  want_blank(c, one, 0, std::min(step, blocks - 1));
  want_blank(c, one, blocks - 1 - std::min(step, blocks - 1), blocks - 1);
  want_blank(c, one, first, std::min(first + step, last));
  want_blank(c, one, std::max(first, last - std::min(step, last)), last);
  write_mark(c, one, last);
}

}  // namespace

void take_back_reservations(CaseContext& c, Connection& one) {
  constexpr std::uint8_t kRegister = 0, kPreempt = 4, kRegisterAndIgnore = 6;
  const std::set<std::uint64_t> keys = keys_of_cases(c, one);
  if (keys.empty()) return;
  c.note("registrations of cases are taken back");
  reserve_out(c, one, kRegisterAndIgnore, 0, kCleanersKey);
  for (const std::uint64_t key : keys) reserve_out(c, one, kPreempt, kCleanersKey, key);
  reserve_out(c, one, kRegister, kCleanersKey, 0);
  if (!keys_of_cases(c, one).empty())
    c.inconclusive("a registration of a case cannot be taken back");
}

std::string claim_scratch(const GroundMaker& grounds, JudgedTarget& target,
                          const Profile& profile) {
  Case claim;
  claim.id = "lunsim/0/scratch";
  claim.body = look;
  const CaseResult result = run_case(claim, grounds, target, profile, 0xFFF0);
  if (result.verdict != Verdict::pass)
    return fmt::format("the LUN {} is not written to: {}", target.lun, result.message);
  --target.last_lba;
  return {};
}

}  // namespace lunsim::conform
