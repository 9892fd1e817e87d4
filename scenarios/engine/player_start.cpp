#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/io_request.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {

Player::~Player() {
  for (const auto& [name, started] : started_) stage_.hosts.forget_call(started.call);
}

bool Player::begin(const IoStep& step, Started& started) {
  initiator::UniqueId session;
  if (!session_id_of(step.session, session)) {
    add(inconclusive(step_id(), fmt::format("there is no session {} here", step.session)));
    return false;
  }
  initiator::SendScsi request =
      io_request(step, session, step.lba, step.blocks, block_bytes_of(step));
  started.call =
      stage_.hosts.start_call(host_, [this, host = &stage_.hosts.host(host_),
                                      request = std::move(request), ending = started.ending] {
        ending->io = host->call(request);
        ending->at = stage_.world.now();
      });
  return true;
}

template <class ApiStep>
bool Player::begin(const ApiStep& step, Started& started) {
  started.call = stage_.hosts.start_call(host_, [this, step, ending = started.ending] {
    ending->call = make_call(step);
    ending->at = stage_.world.now();
  });
  return true;
}

void Player::play(const StartStep& step) {
  Started started;
  started.host = host_;
  started.what = step.what;
  started.begun = stage_.world.now();
  started.place = place_;
  started.id = step_id();
  started.is_checked = script_part_.empty();
  if (std::visit([&](const auto& what) { return begin(what, started); }, step.what))
    started_[step.as] = std::move(started);
}

void Player::judge_started(const Started& started, const IoStep& step, const Awaited& awaited,
                           const std::string& id) {
  const std::vector<ExpectRow> rows = rows_or_success(awaited.rows, awaited.place, true);
  RowJudge judge(rows, variables_, row_predicate());
  CaseReport report = judge_reply(step, step.lba, step.blocks, started.ending->io, judge, 1,
                                  (started.ending->at - started.begun).count());
  report.id = id;
  add(std::move(report));
  report_never_hit(judge, rows);
}

template <class ApiStep>
void Player::judge_started(const Started& started, const ApiStep& step, const Awaited& awaited,
                           const std::string& id) {
  const CallResult& result = started.ending->call;
  judge_call(result, rows_or_success(awaited.rows, awaited.place, false), id,
             (started.ending->at - started.begun).count());
  if (!result.trouble.empty()) return;
  const std::string here = std::exchange(host_, started.host);
  keep(step, result);
  host_ = here;
}

void Player::await(const Awaited& awaited, runtime::TimePoint deadline, const std::string& id) {
  const auto found = started_.find(awaited.operation);
  if (found == started_.end()) return add(inconclusive(id, awaited.operation + " was not started"));
  const HostSide::CallId call = found->second.call;
  const bool ended = stage_.hosts.run_until([&] { return stage_.hosts.has_ended(call); }, deadline);
  const std::string within =
      show_number(static_cast<std::uint64_t>(awaited.within_ns), Names::duration);
  CaseReport report = inconclusive(id, "");
  report.place = awaited.place;
  if (ended != awaited.ends) {
    report.verdict = Verdict::fail;
    report.expected = fmt::format("{} {} within {}", awaited.operation,
                                  awaited.ends ? "ends" : "does not end", within);
    report.seen = ended ? "it ended" : "it has not ended";
  }
  const bool goes_on = !awaited.ends && !ended;
  const Started started = found->second;
  found->second.was_looked_at = true;
  if (!goes_on) {
    started_.erase(found);
    stage_.hosts.forget_call(call);
  }
  if (ended && awaited.ends)
    return std::visit([&](const auto& what) { judge_started(started, what, awaited, id); },
                      started.what);
  if (goes_on) report.verdict = Verdict::pass;
  add(std::move(report));
}

bool Player::is_anything_unawaited() const {
  return std::any_of(started_.begin(), started_.end(), [](const auto& one) {
    return !one.second.is_checked && !one.second.was_looked_at;
  });
}

void Player::report_never_awaited() {
  for (const auto& [name, started] : started_) {
    if (started.is_checked || started.was_looked_at) continue;
    CaseReport report = inconclusive(
        started.id, fmt::format("\"{}\" is started, but never awaited after that", name));
    report.place = started.place;
    report.verdict = Verdict::fail;
    report.expected = "what is started is awaited, so that what comes of it is judged";
    report.seen =
        stage_.hosts.has_ended(started.call) ? "it ended, and nobody looked" : "it has not ended";
    add(std::move(report));
  }
}

void Player::play(const AwaitStep& step) {
  const runtime::TimePoint begin = stage_.world.now();
  for (const Awaited& awaited : step.operations) {
    const std::string id = step.operations.size() == 1
                               ? step_id()
                               : fmt::format("{}/{}", step_id(), awaited.operation);
    await(awaited, begin + runtime::Duration{awaited.within_ns}, id);
  }
}

}  // namespace lunsim::scenarios
