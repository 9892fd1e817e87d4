#include "scenarios/engine/runner.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "runtime/simulated/simulated_world.hpp"
#include "runtime/trace/event_hash.hpp"
#include "scenarios/engine/case_filter.hpp"
#include "scenarios/engine/host_side.hpp"
#include "scenarios/engine/interpreter.hpp"
#include "scenarios/engine/limited_world.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/target_side.hpp"
#include "scenarios/trace/ladder.hpp"

namespace lunsim::scenarios {
namespace {

bool looks_at_the_wire(const Scenario& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& step) {
    // A script may look at any time.
    return std::holds_alternative<ObserveStep>(step.body) ||
           std::holds_alternative<LuaStep>(step.body);
  });
}

/// Hash, capture, ladder and log see the same.
class Audience final : public runtime::Observer {
 public:
  Audience(std::unique_ptr<runtime::Observer> capture, const LadderOptions& wanted,
           bool with_wire_log)
      : capture_(std::move(capture)),
        ladder(wanted.first_max, wanted.last_max),
        wire(with_wire_log ? std::make_unique<WireLog>() : nullptr) {
    if (wanted.first_max + wanted.last_max > 0)
      trace_.emplace([this](TraceEntry entry) { ladder.add(std::move(entry)); },
                     PduTraceOptions{wanted.data_bytes_kept_max});
  }
  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override {
    hash.opened(number, from, to, now);
    if (wire) wire->opened(number, from, to, now);
    if (capture_) capture_->opened(number, from, to, now);
    if (trace_) trace_->opened(number, from, to, now);
  }
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override {
    hash.carried(number, from_opener, bytes, now);
    if (wire) wire->carried(number, from_opener, bytes, now);
    if (capture_) capture_->carried(number, from_opener, bytes, now);
    if (trace_) trace_->carried(number, from_opener, bytes, now);
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override {
    hash.closed(number, by_opener, reset, now);
    if (wire) wire->closed(number, by_opener, reset, now);
    if (capture_) capture_->closed(number, by_opener, reset, now);
    if (trace_) trace_->closed(number, by_opener, reset, now);
  }
  void judged(const CaseReport& one) {
    if (auto* judge = dynamic_cast<ScenarioObserver*>(capture_.get())) judge->judged(one);
  }
  void finish() {
    if (trace_) trace_->finish();
  }
  std::uint64_t entries() const { return trace_ ? trace_->entries() : 0; }

 private:
  std::unique_ptr<runtime::Observer> capture_;
  std::optional<PduTrace> trace_;

 public:
  runtime::EventHash hash;
  Ladder ladder;
  const std::unique_ptr<WireLog> wire;  // for steps that ask for it
};

Verdict worst_of(const ScenarioReport& report) {
  for (const Verdict verdict : {Verdict::fail, Verdict::inconclusive, Verdict::warn})
    if (report.count(verdict) > 0) return verdict;
  return Verdict::pass;
}

void forget_last_strike(const std::string& fault, ScenarioReport& report) {
  const auto last = std::find_if(report.strikes.rbegin(), report.strikes.rend(),
                                 [&](const Strike& strike) { return strike.fault == fault; });
  if (last != report.strikes.rend()) report.strikes.erase(std::next(last).base());
}

/// The scenario's targets and host in `world`; the cases go to `report`.
void play_in(runtime::World& world, const Scenario& scenario, const RunOptions& options,
             CaseClock& clock, const Audience& audience, ScenarioReport& report) {
  LuaRoom lua(report.seed);
  Probe* const probe = options.probe;
  TargetSideOptions side;
  side.lua = &lua;
  side.file_exists = options.file_exists;
  if (probe != nullptr) side.tap = [probe](pdu::Tap* own) { return probe->target_tap(own); };
  TargetSide targets(scenario, world, report.seed, std::move(side));
  if (probe != nullptr) probe->begun(targets);
  ServerSide servers(scenario, world, report.seed, {}, options.decorate_server);
  servers.set_conditions(targets.conditions());
  HostSide hosts(scenario, world, report.seed, options.decorate_host);
  const auto note_strike = [&](const target_sim::FaultRule& rule, bool is_retracted) {
    if (is_retracted)
      forget_last_strike(rule.name, report);
    else if (report.strikes.size() < ScenarioReport::kStrikesMax)
      report.strikes.push_back({rule.name, world.now().since_start_ns, audience.entries()});
  };
  targets.faults().set_listener(note_strike);
  servers.faults().set_listener(note_strike);
  hosts.faults().set_listener(note_strike);
  const Stage stage{
      scenario, world, hosts, targets, servers, audience.wire.get(), CaseFilter(options.filter),
      &clock,   &lua,  probe};
  options.play ? options.play(stage, report) : play(stage, report);
  if (probe != nullptr) probe->after_steps(world, targets, hosts);
  report.virtual_ns = world.now().since_start_ns;
}

void keep_ladder(Audience& audience, const RunOptions& options, ScenarioReport& report) {
  if (report.verdict == Verdict::pass && !options.ladder.of_green_ones) return;
  report.ladder = audience.ladder.take();
  report.ladder_left_out = audience.ladder.left_out();
}

void play_in_new_world(const Scenario& scenario, const RunOptions& options,
                       ScenarioReport& report) {
  Audience audience(options.capture ? options.capture(scenario) : nullptr, options.ladder,
                    looks_at_the_wire(scenario) || options.play);
  const WorldFactory make_world = options.world ? options.world : simulated_world();
  const std::unique_ptr<runtime::World> world = make_world(report.seed, audience);
  CaseClock clock(*world, {options.wall_clock, options.case_limit_ns,
                           [&audience] { return audience.entries(); },
                           [&audience](const CaseReport& one) { audience.judged(one); }});
  const bool is_limited = options.wall_clock && options.case_limit_ns > 0;
  LimitedWorld limited(
      *world, [&clock] { return clock.is_overdue(); },
      options.live ? std::chrono::milliseconds(100) : runtime::Duration::zero());
  play_in(is_limited ? static_cast<runtime::World&>(limited) : *world, scenario, options, clock,
          audience, report);
  audience.finish();
  report.verdict = worst_of(report);
  // The scenario's id is left out: it depends on the folder that a run was given.
  audience.hash.add_verdict(describe(report.verdict));
  for (const CaseReport& one : report.cases)
    audience.hash.add_verdict(fmt::format(
        "{} {}", std::string_view(one.id).substr(scenario.id.size()), describe(one.verdict)));
  report.event_hash = audience.hash.digest();
  keep_ladder(audience, options, report);
}

}  // namespace

WorldFactory simulated_world() {
  return [](std::uint64_t seed, runtime::Observer& observer) -> std::unique_ptr<runtime::World> {
    auto world = std::make_unique<runtime::SimulatedWorld>(seed);
    world->observe(observer);
    return world;
  };
}

bool is_selected(const Scenario& scenario, const std::string& filter) {
  const CaseFilter wanted(filter);
  if (!wanted.takes_scenario(scenario.id)) return false;
  if (!wanted.picks_cases()) return true;
  for (std::size_t step = 1; step <= scenario.steps.size(); ++step)
    if (wanted.reaches_step(step)) return true;
  for (const TargetModel& target : scenario.targets)
    for (const FaultModel& fault : target.faults)
      if (wanted.takes_case("#fault/" + fault.rule.name)) return true;
  for (const SmbServerModel& server : scenario.servers)
    for (const SmbFaultModel& fault : server.faults)
      if (wanted.takes_case("#fault/" + fault.fault.rule.name)) return true;
  for (const HostFaultModel& fault : scenario.host_faults)
    if (wanted.takes_case("#fault/" + fault.rule.name)) return true;
  return false;
}

ScenarioReport run_scenario(const Scenario& scenario, const RunOptions& options) {
  ScenarioReport report;
  report.id = scenario.id;
  report.file = scenario.file;
  report.title = scenario.title;
  report.replay_options = scenario.replay_options;
  report.checks = scenario.checks;
  report.tags = scenario.tags;
  report.malformed_on_wire = scenario.malformed_on_wire;
  report.seed = options.seed_is_explicit ? options.seed : scenario.seed.value_or(options.seed);
  if (options.live && scenario.live_skip_reason) {
    report.verdict = Verdict::skipped;
    report.reason = *scenario.live_skip_reason;
    return report;
  }
  if (scenario.steps.empty() && !options.play) {
    report.verdict = Verdict::skipped;
    report.reason = "no steps: a file for `lunsim serve`";
    return report;
  }
  const std::int64_t began_ns = options.wall_clock ? options.wall_clock() : 0;
  try {
    // A probe plays it as what it is: a story.
    if (scenario.judged_by_invariants && options.probe == nullptr) {
      if (!options.by_invariants)
        throw std::runtime_error("`judge: invariants` is known to `lunsim run` only");
      return options.by_invariants(scenario, report.seed);
    }
    play_in_new_world(scenario, options, report);
  } catch (const std::exception& error) {
    report.verdict = Verdict::inconclusive;
    report.harness_error = true;
    report.reason = error.what();
  }
  if (options.wall_clock) report.wall_ns = options.wall_clock() - began_ns;
  return report;
}

LoadedScenarios load_scenarios(std::span<const ScenarioFile> files, const Outside& outside) {
  LoadedScenarios loaded;
  std::set<std::string> params;
  for (const ScenarioFile& file : files) {
    Problems problems;
    auto scenario = load_scenario(file.text, file.path, file.id, problems, {}, outside, params);
    for (const Problem& problem : problems.kept()) loaded.problems.push_back(to_string(problem));
    if (problems.total() > problems.kept().size())
      loaded.problems.push_back(
          fmt::format("{}: ... and {} more", file.path, problems.total() - problems.kept().size()));
    if (scenario) loaded.scenarios.push_back(std::move(*scenario));
  }
  const std::vector<std::string> known(params.begin(), params.end());
  for (const auto& [name, value] : outside.params) {
    if (params.contains(name)) continue;
    const std::string meant = nearest(name, known);
    loaded.problems.push_back(
        fmt::format("no scenario here has a parameter \"{}\"{}", name,
                    meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
  }
  return loaded;
}

}  // namespace lunsim::scenarios
