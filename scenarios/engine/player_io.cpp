#include <cstring>

#include <fmt/format.h>

#include "scenarios/engine/io_request.hpp"
#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {

bool Player::session_id_of(const std::string& name, initiator::UniqueId& id) const {
  const auto found = variables_.find(name);
  if (found == variables_.end() || found->second.bytes.size() != 16) return false;
  std::memcpy(&id.adapter_unique, found->second.bytes.data(), 8);
  std::memcpy(&id.adapter_specific, found->second.bytes.data() + 8, 8);
  return true;
}

std::uint32_t Player::block_bytes_of(const IoStep& step) const {
  const auto target = target_of_session_.find(step.session);
  if (target == target_of_session_.end()) return 512;
  for (const LunModel& lun : target_named(target->second).luns)
    if (lun.lun == step.lun) return lun.block_bytes;
  return 512;
}

CaseReport Player::judge_reply(const IoStep& step, std::uint64_t lba, std::uint64_t blocks,
                               const initiator::Reply& reply, RowJudge& judge, std::uint64_t nth,
                               std::int64_t took_ns) {
  Outcome outcome{observe_io(reply), {}, nth, {}};
  outcome.out["took"] = took(took_ns);
  note_hang(outcome.trouble);
  CaseReport report = judge.judge(outcome, step_id(), place_);
  seen_ = std::move(outcome.out);
  if (report.verdict != Verdict::pass) return report;
  if (const auto why = pattern_mismatch(step, lba, blocks, block_bytes_of(step), reply)) {
    report.verdict = Verdict::fail;
    report.expected = "the pattern " + step.pattern;
    report.seen = "other data";
    report.message = *why;
  }
  return report;
}

CaseReport Player::perform(const IoStep& step, RowJudge& judge, std::uint64_t nth) {
  initiator::UniqueId session;
  if (!session_id_of(step.session, session))
    return inconclusive(
        step_id(),
        fmt::format("there is no session {} here: its login did not succeed", step.session));
  const std::uint64_t each = step.blocks_each == 0 ? step.blocks : step.blocks_each;
  CaseReport last;
  for (std::uint64_t done = 0; done < step.blocks; done += each) {
    const std::uint64_t count = std::min(each, step.blocks - done);
    const std::uint64_t lba = step.lba + done;
    const runtime::TimePoint begin = stage_.world.now();
    const initiator::Reply reply =
        stage_.hosts.host(host_).call(io_request(step, session, lba, count, block_bytes_of(step)));
    last = judge_reply(step, lba, count, reply, judge, nth, since(begin));
    if (last.verdict != Verdict::pass) return last;
  }
  return last;
}

void Player::play(const IoStep& step) {
  const std::vector<ExpectRow> rows = rows_or_success(step.rows, place_, true);
  RowJudge judge(rows, variables_, row_predicate());
  CaseReport last;
  for (std::uint64_t nth = 1; nth <= step.repeat; ++nth) {
    last = perform(step, judge, nth);
    if (last.verdict != Verdict::pass) {
      if (step.repeat > 1) last.id += fmt::format(" repetition {}", nth);
      break;
    }
  }
  const bool judged = last.verdict != Verdict::inconclusive;
  add(std::move(last));
  if (judged) report_never_hit(judge, rows);
}

}  // namespace lunsim::scenarios
