// Scripts among the steps: a coroutine that asks for steps of the language, one after the other,
// and is told what each of them saw.
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_functions.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/player.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using lua::Call;
using lua::CallError;
using lua::Mistake;
using lua::Sandbox;
using lua::Value;

constexpr std::string_view kAnything = "anything";
constexpr std::size_t kShownMax = 400;  // bytes of a value in a report

/// Keys that stand beside a step's own in YAML, and inside its table in Lua.
bool stands_beside(std::string_view key) {
  return key == "expect" || key == "repeat" || key == "on";
}

/// What login returned may stand for its session.
Value name_sessions(const Value& value, std::string_view key = {}) {
  if (!value.is_table()) return value;
  if (key == "session" || key == "logout" || key == "UniqueSessionId") {
    if (const Value* name = value.find("session"); name != nullptr && name->is_text())
      return Value::of((key == "UniqueSessionId" ? "$" : "") + name->text);
    if (const Value* returned = value.find("returned"); returned != nullptr)
      throw CallError(
          fmt::format("there is no session: its login returned {}", to_text(*returned)));
  }
  Value out = Value::table();
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    out.keys.push_back(value.keys[i]);
    out.values.push_back(
        name_sessions(value.values[i], value.keys[i].is_text() ? value.keys[i].text : ""));
  }
  return out;
}

/// A number is seconds.
Value duration_of(const Value& value) {
  if (value.kind == Value::Kind::integer) return Value::of(std::to_string(value.integer) + " s");
  if (value.kind != Value::Kind::number) return value;
  if (!(value.number >= 0 && value.number < 1e9)) throw Mistake("a time is not negative");
  return Value::of(fmt::format("{} ns", static_cast<std::int64_t>(value.number * 1e9)));
}

Value table_of_call(const Call& call) {
  Value out = Value::table();
  const Value& name = call.arguments.front();
  if (!name.is_table()) {
    out.set("call", name);
    if (call.arguments.size() > 1) out.set("with", call.arguments[1]);
    if (call.arguments.size() > 2)
      for (std::size_t i = 0; i < call.arguments[2].keys.size(); ++i)
        out.set(to_text(call.arguments[2].keys[i]), call.arguments[2].values[i]);
    return out;
  }
  for (std::size_t i = 0; i < name.keys.size(); ++i) {
    const std::string key = to_text(name.keys[i]);
    out.set(key == "1" ? "call" : key, name.values[i]);
  }
  return out;
}

/// The step as it would stand in YAML.
Value step_table(const Call& call) {
  if (call.arguments.empty() || call.arguments.front().is_nil())
    throw Mistake(fmt::format("{} needs to be told what", call.function));
  const Value argument = name_sessions(call.arguments.front(), call.function);
  if (call.function == "step") return argument;
  if (call.function == "call") return name_sessions(table_of_call(call));
  Value step = Value::table();
  if (!argument.is_table() || argument.is_list())
    return step.set(call.function, call.function == "sleep" ? duration_of(argument) : argument);
  Value body = Value::table();
  for (std::size_t i = 0; i < argument.keys.size(); ++i) {
    const std::string key = to_text(argument.keys[i]);
    (stands_beside(key) ? step : body).set(key, argument.values[i]);
  }
  return step.set(call.function, std::move(body));
}

/// `expect = "anything"`: whatever comes back, the script looks itself.
bool take_anything(Value& step) {
  for (std::size_t i = 0; i < step.keys.size(); ++i) {
    if (step.keys[i].text != "expect" || step.values[i].text != kAnything) continue;
    step.keys.erase(step.keys.begin() + static_cast<std::ptrdiff_t>(i));
    step.values.erase(step.values.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

/// A login needs a name for its session, so that what it returns can stand for it.
void name_login(Value& table, std::size_t& sessions) {
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    Value& body = table.values[i];
    if (!body.is_table()) continue;
    if (table.keys[i].text == "start") name_login(body, sessions);
    if (table.keys[i].text == "login" && body.find("as") == nullptr)
      body.set("as", Value::of(fmt::format("session {}", ++sessions)));
  }
}

/// Whose out parameters can be expected of what was started; null for commands.
const Function* documented(std::string_view name) {
  bool ansi = false;
  return function_named(name, ansi);
}
const Function* function_of(const IoStep&) { return nullptr; }
const Function* function_of(const LoginStep&) { return documented("LoginIScsiTarget"); }
const Function* function_of(const LogoutStep&) { return documented("LogoutIScsiTarget"); }
const Function* function_of(const CallStep& step) { return documented(step.function); }

void check(const Problems& problems) {
  if (problems.empty()) return;
  const Problem& first = problems.kept().front();
  throw Mistake(first.suggestion.empty()
                    ? first.reason
                    : fmt::format("{}; did you mean \"{}\"?", first.reason, first.suggestion));
}

std::vector<std::string> rules_of(const Call& call, std::size_t index) {
  std::vector<std::string> out;
  if (call.arguments.size() <= index) return out;
  const Value& rules = call.arguments[index];
  if (rules.is_text()) out.push_back(rules.text);
  for (const Value& rule : rules.values) out.push_back(to_text(rule));
  return out;
}

std::string text_argument(const Call& call, std::size_t index, std::string_view otherwise) {
  return call.arguments.size() > index && !call.arguments[index].is_nil()
             ? to_text(call.arguments[index])
             : std::string(otherwise);
}

}  // namespace

CaseReport Player::scripted_case(const Call& call) {
  place_ = {place_.file, call.place.line, 1};
  begin_scripted_case(call.place.line);
  CaseReport report;
  report.id = step_id();
  report.place = place_;
  return report;
}

/// Each call of a line is a case of its own.
void Player::begin_scripted_case(std::uint32_t line) {
  const std::uint64_t nth = ++calls_of_line_[line];
  script_part_ =
      nth == 1 ? fmt::format("/line {}", line) : fmt::format("/line {} call {}", line, nth);
}

/// The session that a step brings: a login, or one that was started and is awaited.
std::string Player::session_from(const Step& step) const {
  if (const auto* login = std::get_if<LoginStep>(&step.body)) return login->as;
  const auto* await = std::get_if<AwaitStep>(&step.body);
  if (await == nullptr || await->operations.size() != 1) return {};
  const auto started = started_.find(await->operations.front().operation);
  if (started == started_.end()) return {};
  const auto* login = std::get_if<LoginStep>(&started->second.what);
  return login == nullptr ? std::string{} : login->as;
}

Value Player::perform(const Call& call) {
  Value table = step_table(call);
  const bool anything = take_anything(table);
  if (call.function == "login" || call.function == "start") name_login(table, sessions_of_scripts_);
  place_ = {place_.file, call.place.line, 1};
  Problems problems;
  StepContext context;
  for (const auto& [name, started] : started_)
    context.started.emplace(
        name, std::visit([](const auto& what) { return function_of(what); }, started.what));
  std::optional<Step> step = read_step(node_of(table, place_), context, problems);
  check(problems);
  KnownNames known;
  for (const auto& [name, variable] : variables_) known.saved.push_back(name);
  for (const auto& [name, started] : started_) known.started.push_back(name);
  for (const auto& [name, at] : marks_) known.marks.push_back(name);
  check_references(stage_.scenario, *step, known, problems);
  check(problems);
  if (anything) {
    ExpectRow row;
    row.place = place_;
    std::visit(
        [&](auto& body) {
          if constexpr (requires { body.rows; }) body.rows = {row};
          if constexpr (requires { body.operations; })
            for (Awaited& awaited : body.operations) awaited.rows = {row};
        },
        step->body);
  }
  const std::string session = session_from(*step);
  begin_scripted_case(call.place.line);
  seen_.clear();
  play_step(*step);
  if (is_broken_off_) throw CallError("the call ran into a guard; nothing can follow it");
  Value answer = Value::table();
  for (const auto& [name, seen] : seen_)
    if (Value value = to_lua(seen); !value.is_nil())
      answer.set(name == "return" ? "returned" : name, std::move(value));
  if (target_of_session_.contains(session)) answer.set("session", Value::of(session));
  return answer;
}

Value Player::wait_for(const Call& call) {
  const Value none = Value::table();
  const Value& table = call.arguments.empty() ? none : call.arguments.front();
  const Value* fault = table.find("fault");
  const Value* condition = table.find("condition");
  const Value* within = table.find("within");
  if ((fault == nullptr) == (condition == nullptr) || within == nullptr || table.keys.size() != 2)
    throw Mistake(
        "wait needs a fault or a condition, and within: "
        "wait{fault = \"cut\", within = \"5 s\"}");
  const auto time = parse_duration_ns(to_text(duration_of(*within)));
  if (!time) throw Mistake("within is a time, like \"5 s\"");
  std::function<bool()> happened;
  lua::Failure failure;
  if (fault != nullptr) {
    const std::uint64_t before = count_of_fault(to_text(*fault)).fired;
    happened = [this, before, name = to_text(*fault)] {
      return count_of_fault(name).fired > before;
    };
  } else {
    happened = [this, condition, &failure] {
      const Sandbox::Step step = stage_.lua->sandbox().call(*condition, {});
      failure = step.failure;
      if (step.kind == Sandbox::Step::Kind::failed) return true;
      return !step.values.empty() && step.values.front().is_true();
    };
  }
  const auto deadline = stage_.world.now() + runtime::Duration{*time};
  const bool held = stage_.world.run_until(happened, deadline) || happened();
  if (failure.trouble == lua::Trouble::mistake)
    throw Mistake("in the condition: " + failure.message);
  if (!failure.message.empty()) throw CallError("in the condition: " + failure.message);
  return Value::of(held);
}

target_sim::FaultPlan::Count Player::count_of_fault(const std::string& name) const {
  std::vector<std::string> known;
  for (const target_sim::FaultPlan::Count& count : stage_.targets.faults().counts()) {
    if (count.name == name) return count;
    known.push_back(count.name);
  }
  const std::string meant = nearest(name, known);
  throw Mistake(fmt::format("no fault is named \"{}\"{}", name,
                            meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
}

std::vector<Value> Player::answer_plainly(const Call& call) const {
  if (call.function == "now")
    return {Value::of(static_cast<double>(stage_.world.now().since_start_ns) / 1e9)};
  const auto count = count_of_fault(text_argument(call, 0, ""));
  return {Value::of(count.fired), Value::of(count.matched)};
}

std::vector<Value> Player::answer(const Call& call) {
  if (call.function == "now" || call.function == "times_fired") return answer_plainly(call);
  if (call.function == "log") {
    std::string line;
    for (const Value& value : call.arguments)
      line += (line.empty() ? "" : " ") + (value.is_table() ? to_source(value) : to_text(value));
    note(call, line);
    return {};
  }
  if (call.function != "expect" && call.function != "equal")
    throw Mistake(call.function + " has no place in steps");
  CaseReport report = scripted_case(call);
  const Value none;
  const Value& first = call.arguments.empty() ? none : call.arguments[0];
  bool held = first.is_true();
  if (call.function == "expect") {
    if (call.arguments.size() < 2 || !call.arguments[1].is_text())
      throw Mistake("expect needs a condition, and in words what is expected");
    report.expected = text_argument(call, 1, "");
    report.rules = rules_of(call, 2);
    report.seen = held ? "" : "the condition is " + to_source(first);
  } else {
    const Value& wanted = call.arguments.size() > 1 ? call.arguments[1] : none;
    held = are_equal(first, wanted);
    report.expected = to_source(wanted, kShownMax);
    report.seen = to_source(first, kShownMax);
    report.message = text_argument(call, 2, "they are not equal");
    report.rules = rules_of(call, 3);
  }
  report.verdict = held ? Verdict::pass : Verdict::fail;
  if (held) report.expected = report.seen = report.message = "";
  add(std::move(report));
  return {Value::of(held)};
}

void Player::note(const Call& call, const std::string& line) {
  constexpr std::size_t kLinesMax = 1000;
  if (report_.log.size() >= kLinesMax) return;
  report_.log.push_back(fmt::format("{}:{}: {:.6f} s: {}", place_.file, call.place.line,
                                    static_cast<double>(stage_.world.now().since_start_ns) / 1e9,
                                    line));
}

RowPredicate Player::row_predicate() const {
  return [this](const LuaScript& script, const Outcome& outcome) -> std::optional<std::string> {
    Value seen = Value::table();
    for (const auto& [name, value] : outcome.out)
      if (Value shown = to_lua(value); !shown.is_nil())
        seen.set(name == "return" ? "returned" : name, std::move(shown));
    for (const auto& [name, value] : outcome.swept)
      if (seen.find(name) == nullptr) seen.set(name, Value::of(value));
    seen.set("nth", Value::of(outcome.nth));
    const auto answers = [this](const Call& call) -> std::vector<Value> {
      if (call.function == "now" || call.function == "times_fired") return answer_plainly(call);
      throw Mistake(call.function + " has no place in an expectation");
    };
    const Sandbox::Step step = stage_.lua->call(script, {seen}, answers);
    if (step.kind == Sandbox::Step::Kind::failed) return "lua: " + step.failure.message;
    if (!step.values.empty() && step.values.front().is_true()) return std::nullopt;
    return fmt::format("lua: what stands at line {} does not hold", script.first_line);
  };
}

/// Scripts of faults have no step that could fail.
void Player::report_script_failures() {
  if (stage_.lua == nullptr) return;
  for (const lua::Failure& failure : stage_.lua->take_failures()) {
    CaseReport report = inconclusive(stage_.scenario.id + "#fault/script", failure.message);
    report.place = {stage_.scenario.file, failure.line, 1};
    report.verdict = Verdict::fail;
    report.expected = "the scripts of faults end";
    report.seen = fmt::format("an error ({})", describe(failure.trouble));
    add(std::move(report));
  }
}

void Player::fail_script(const LuaStep& step, const lua::Failure& failure) {
  place_ = {step.script->file, failure.line == 0 ? step.place.line : failure.line, 1};
  script_part_ = "/script";
  CaseReport report = inconclusive(step_id(), failure.message);
  report.verdict = Verdict::fail;
  report.expected = "the script ends";
  report.seen = fmt::format("an error ({})", describe(failure.trouble));
  add(std::move(report));
}

Sandbox::Step Player::run_script(const Value& function, const std::string& file) {
  LuaRoom& room = *stage_.lua;
  room.set_answerer([this](const Call& call) { return answer(call); });
  room.set_printer([this](const Call& call, const std::string& line) { note(call, line); });
  place_.file = file;
  calls_of_line_.clear();
  const lua::ThreadId thread = room.sandbox().thread_of(function);
  Sandbox::Step at = room.sandbox().resume(thread);
  while (at.kind == Sandbox::Step::Kind::request) {
    try {
      const Value answered =
          at.request.function == "wait" ? wait_for(at.request) : perform(at.request);
      at = room.sandbox().resume(thread, {answered});
    } catch (const Mistake& mistake) {
      at = room.sandbox().resume_with_mistake(thread, mistake.what());
    } catch (const CallError& error) {
      at = room.sandbox().resume_with_error(thread, error.what());
    }
  }
  room.sandbox().drop(thread);
  room.set_answerer({});
  room.set_printer({});
  script_part_.clear();
  return at;
}

void Player::play(const LuaStep& step) {
  lua::Failure failure;
  const auto function = stage_.lua->function_of(*step.script, failure);
  if (!function) return fail_script(step, failure);
  const Sandbox::Step ended = run_script(*function, step.script->file);
  if (ended.kind == Sandbox::Step::Kind::failed) fail_script(step, ended.failure);
  script_part_.clear();
}

}  // namespace lunsim::scenarios
