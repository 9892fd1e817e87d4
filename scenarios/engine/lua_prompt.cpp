#include "scenarios/engine/lua_prompt.hpp"

#include <fmt/format.h>

#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {
namespace {

using lua::Sandbox;
using lua::Value;

constexpr const char* kFile = "prompt";

Value describe_targets(const Scenario& scenario) {
  Value out = Value::table();
  for (const TargetModel& target : scenario.targets) {
    Value luns = Value::table();
    for (const LunModel& lun : target.luns)
      luns.append(Value::table()
                      .set("lun", Value::of(lun.lun))
                      .set("capacity", Value::of(lun.capacity_bytes))
                      .set("block", Value::of(std::uint64_t{lun.block_bytes})));
    Value portals = Value::table();
    for (const Address& portal : target.portals)
      portals.append(Value::of(fmt::format("{}:{}", portal.host, portal.port)));
    Value faults = Value::table();
    for (const FaultModel& fault : target.faults) faults.append(Value::of(fault.rule.name));
    out.set(target.id, Value::table()
                           .set("name", Value::of(target.name))
                           .set("portals", std::move(portals))
                           .set("luns", std::move(luns))
                           .set("faults", std::move(faults)));
  }
  return out;
}

Value describe_hosts(const Scenario& scenario) {
  Value out = Value::table();
  for (const HostModel& host : scenario.hosts)
    out.set(host.id, Value::table()
                         .set("initiator", Value::of(host.initiator))
                         .set("address", Value::of(host.address)));
  return out;
}

}  // namespace

struct LuaPrompt::Parts {
  const Stage& stage;
  ScenarioReport& report;
  Player player;
};

LuaPrompt::LuaPrompt(const Stage& stage, ScenarioReport& report)
    : parts_(new Parts{stage, report, Player(stage, report)}) {
  lua::Sandbox& sandbox = stage.lua->sandbox();
  sandbox.set_global("targets", describe_targets(stage.scenario));
  sandbox.set_global("hosts", describe_hosts(stage.scenario));
}

LuaPrompt::~LuaPrompt() = default;

LuaPrompt::Answer LuaPrompt::run(const std::string& line, std::uint32_t number) {
  Answer answer;
  Sandbox& sandbox = parts_->stage.lua->sandbox();
  sandbox.refill();
  Value function;
  Sandbox::Step step = sandbox.compile("return " + line, kFile, number, function);
  if (step.kind == Sandbox::Step::Kind::failed)
    step = sandbox.compile(line, kFile, number, function);
  answer.failed = step.kind == Sandbox::Step::Kind::failed;
  if (answer.failed) {
    answer.is_incomplete = step.failure.message.ends_with("near <eof>");
    answer.text = step.failure.message + "\n";
    return answer;
  }
  ScenarioReport& report = parts_->report;
  const std::size_t cases = report.cases.size();
  report.log.clear();
  step = parts_->player.run_script(function, kFile);
  for (const std::string& logged : report.log) answer.text += logged + "\n";
  for (std::size_t i = cases; i < report.cases.size(); ++i) {
    const CaseReport& one = report.cases[i];
    if (one.verdict == Verdict::pass) continue;
    answer.failed = true;
    answer.text += fmt::format("{}: {}\n", describe(one.verdict), one.message);
    if (!one.expected.empty()) answer.text += fmt::format("  expected: {}\n", one.expected);
    if (!one.seen.empty()) answer.text += fmt::format("  seen:     {}\n", one.seen);
  }
  if (step.kind == Sandbox::Step::Kind::failed) {
    answer.failed = true;
    answer.text += step.failure.message + "\n";
  }
  for (std::size_t i = 0; i < step.values.size(); ++i)
    answer.text += (i > 0 ? "\t" : "") + to_source(step.values[i]);
  if (!step.values.empty()) answer.text += "\n";
  return answer;
}

}  // namespace lunsim::scenarios
