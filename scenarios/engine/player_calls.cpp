#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {
namespace {

Argument number_argument(std::uint64_t value) {
  Argument argument;
  argument.kind = Argument::Kind::number;
  argument.number.value = value;
  return argument;
}
Argument text_argument(std::string text) {
  Argument argument;
  argument.kind = Argument::Kind::text;
  argument.text = std::move(text);
  return argument;
}
Argument portal_argument(const Address& address) {
  Argument portal;
  portal.kind = Argument::Kind::record;
  portal.fields = {"Address", "Socket"};
  portal.values = {text_argument(address.host), number_argument(address.port)};
  return portal;
}

std::string show(const Argument& argument, const Variables& variables) {
  switch (argument.kind) {
    case Argument::Kind::null:
      return "NULL";
    case Argument::Kind::number: {
      const auto value = value_of(argument.number, variables);
      return value ? std::to_string(*value) : describe(argument.number);
    }
    case Argument::Kind::text:
      return argument.text;
    case Argument::Kind::session:
      return "$" + argument.text;
    case Argument::Kind::bytes:
      return "bytes";
    case Argument::Kind::record: {
      std::string out;
      for (std::size_t i = 0; i < argument.fields.size(); ++i)
        out += (out.empty() ? "" : " ") + argument.fields[i] + ":" +
               show(argument.values[i], variables);
      return out;
    }
  }
  return {};
}

/// "SessionInfo.0.SessionId" through records and lists.
const Seen* follow(const std::map<std::string, Seen>& out, std::string_view path) {
  const Seen* at = nullptr;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string part(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (at == nullptr) {
      const auto found = out.find(part);
      if (found == out.end()) return nullptr;
      at = &found->second;
    } else if (at->kind == Seen::Kind::list) {
      const bool is_index =
          !part.empty() && part.size() < 6 &&
          std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
      const std::size_t index = is_index ? std::stoul(part) : at->items.size();
      if (index >= at->items.size()) return nullptr;
      at = &at->items[index];
    } else {
      at = at->field(part);
      if (at == nullptr) return nullptr;
    }
  }
  return at;
}

}  // namespace

CallResult Player::call(const Function& function, bool ansi, const Arguments& arguments) const {
  return call_function(function, ansi, arguments, variables_, stage_.targets.addresses(),
                       stage_.probe);
}

void Player::judge_call(const CallResult& result, const std::vector<ExpectRow>& rows,
                        const std::string& id, std::int64_t took_ns) {
  RowJudge judge(rows, variables_, row_predicate());
  Outcome outcome{result.out, {}, 1, result.trouble};
  note_hang(outcome.trouble);
  outcome.out["took"] = took(took_ns);
  CaseReport report = judge.judge(outcome, id, place_);
  seen_ = std::move(outcome.out);
  if (result.wrote_outside) report.verdict = Verdict::fail;
  is_broken_off_ |= result.broken_off;
  add(std::move(report));
  if (outcome.trouble.empty()) report_never_hit(judge, rows);
}

// --- login
// -----------------------------------------------------------------------------------------------------------

std::string Player::discover(const LoginStep& step, const TargetModel& target) {
  bool ansi = false;
  const Function& function = *function_named("AddIScsiSendTargetPortal", ansi);
  const Arguments arguments{
      {"Portal", portal_argument(step.portal.value_or(target.portals.front()))}};
  const CallResult result = call(function, false, arguments);
  if (!result.trouble.empty()) return result.trouble;
  if (result.returned != 0)
    return "discovery ended with " + show_number(result.returned, Names::return_code);
  return {};
}

Arguments Player::login_arguments(const LoginStep& step, const TargetModel& target) const {
  Arguments out;
  out["TargetName"] = text_argument(target.name);
  out["IsInformationalSession"] = number_argument(step.informational ? 1 : 0);
  if (step.portal) out["TargetPortal"] = portal_argument(*step.portal);
  Argument options;
  options.kind = Argument::Kind::record;
  const auto set = [&](const char* field, Argument value) {
    options.fields.emplace_back(field);
    options.values.push_back(std::move(value));
  };
  if (step.secret) {
    set("AuthType", number_argument(step.mutual ? 2 : 1));
    if (step.user) set("Username", text_argument(*step.user));
    set("Password", text_argument(*step.secret));
  }
  if (step.header_digest) set("HeaderDigest", number_argument(1));
  if (step.data_digest) set("DataDigest", number_argument(1));
  if (step.multipath) set("LoginFlags", number_argument(2));
  if (!options.fields.empty()) out["LoginOptions"] = options;
  return out;
}

CallResult Player::make_call(const LoginStep& step) {
  const TargetModel& target = target_named(step.target);
  if (step.discover) {
    CallResult failed;
    failed.trouble = discover(step, target);
    if (!failed.trouble.empty()) return failed;
  }
  bool ansi = false;
  const Function& function = *function_named("LoginIScsiTarget", ansi);
  return call(function, false, login_arguments(step, target));
}

CallResult Player::make_call(const LogoutStep& step) const {
  bool ansi = false;
  const Function& function = *function_named("LogoutIScsiTarget", ansi);
  Argument session;
  session.kind = Argument::Kind::session;
  session.text = step.session;
  return call(function, false, {{"UniqueSessionId", session}});
}

CallResult Player::make_call(const CallStep& step) const {
  bool ansi = false;
  return call(*function_named(step.function, ansi), step.ansi, step.with);
}

void Player::play(const LoginStep& step) {
  const runtime::TimePoint begin = stage_.world.now();
  const CallResult result = make_call(step);
  judge_call(result, rows_or_success(step.rows, place_, false), step_id(), since(begin));
  if (result.trouble.empty()) keep(step, result);
}

void Player::keep(const LoginStep& step, const CallResult& result) {
  if (step.as.empty() || result.returned != 0) return;
  variables_[step.as] = {0, result.out.at("UniqueSessionId").bytes};
  target_of_session_[step.as] = step.target;
  host_of_session_[step.as] = host_;
}

// --- calls and sweeps
// ------------------------------------------------------------------------------------------------

bool Player::expand_sweep(const CallStep& step, std::vector<std::vector<Argument>>& axes) {
  std::uint64_t cases = 1;
  for (const SweepAxis& axis : step.sweep) {
    std::vector<Argument> values = axis.values;
    if (axis.first && axis.last) {
      const auto first = value_of(*axis.first, variables_);
      const auto last = value_of(*axis.last, variables_);
      if (!first || !last || *last < *first || *last - *first >= kSweepCasesMax) {
        add(inconclusive(step_id(),
                         fmt::format("the range of {} has no values here", axis.parameter)));
        return false;
      }
      for (std::uint64_t value = *first; value <= *last; ++value)
        values.push_back(number_argument(value));
    }
    cases *= values.size();
    if (cases > kSweepCasesMax) {
      add(inconclusive(step_id(), fmt::format("more than {} combinations", kSweepCasesMax)));
      return false;
    }
    axes.push_back(std::move(values));
  }
  return true;
}

void Player::play(const CallStep& step) {
  std::vector<std::vector<Argument>> axes;
  if (!expand_sweep(step, axes)) return;
  const std::vector<ExpectRow> rows = rows_or_success(step.rows, place_, false);
  RowJudge judge(rows, variables_, row_predicate());
  play_combinations(step, axes, judge);
  report_never_hit(judge, rows);
}

void Player::play_combinations(const CallStep& step, const std::vector<std::vector<Argument>>& axes,
                               RowJudge& judge) {
  std::vector<std::size_t> at(axes.size(), 0);
  while (true) {
    Arguments arguments = step.with;
    Outcome outcome;
    std::string values;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Argument& value = axes[i][at[i]];
      arguments[step.sweep[i].parameter] = value;
      if (value.kind == Argument::Kind::number)
        outcome.swept[step.sweep[i].parameter] = value_of(value.number, variables_).value_or(0);
      values += fmt::format("{}{}={}", i == 0 ? "" : ",", step.sweep[i].parameter,
                            show(value, variables_));
    }
    const std::string id = axes.empty() ? step_id() : fmt::format("{}[{}]", step_id(), values);
    // All of them run whatever the filter: what one finds may depend on those before it.
    play_one_call(step, arguments, std::move(outcome), id, judge);
    std::size_t digit = axes.size();
    while (digit > 0 && ++at[digit - 1] == axes[digit - 1].size()) at[--digit] = 0;
    if (digit == 0 || is_broken_off_) return;
  }
}

void Player::play_one_call(const CallStep& step, const Arguments& arguments, Outcome outcome,
                           const std::string& id, RowJudge& judge) {
  bool ansi = false;
  const Function& function = *function_named(step.function, ansi);
  CaseReport last;
  for (std::uint64_t nth = 1; nth <= step.repeat; ++nth) {
    const runtime::TimePoint begin = stage_.world.now();
    const CallResult result = call(function, step.ansi, arguments);
    outcome.out = result.out;
    outcome.out["took"] = took(since(begin));
    outcome.nth = nth;
    outcome.trouble = result.trouble;
    note_hang(outcome.trouble);
    last = judge.judge(outcome, step.repeat > 1 ? fmt::format("{} call {}", id, nth) : id, place_);
    seen_ = std::move(outcome.out);
    if (result.wrote_outside) last.verdict = Verdict::fail;
    is_broken_off_ |= result.broken_off;
    if (last.verdict == Verdict::pass) keep(step, result);
    if (last.verdict != Verdict::pass) break;
  }
  if (step.repeat > 1 && last.verdict == Verdict::pass) last.id = id;
  add(std::move(last));
}

void Player::keep(const CallStep& step, const CallResult& result) {
  for (const Save& wanted : step.saves) {
    const Seen* seen = follow(result.out, wanted.path);
    if (seen == nullptr) {
      add(inconclusive(step_id(), fmt::format("nothing to save at {}", wanted.path)));
      continue;
    }
    variables_[wanted.variable] = {seen->number, seen->bytes};
    host_of_session_[wanted.variable] = host_;
  }
}

}  // namespace lunsim::scenarios
