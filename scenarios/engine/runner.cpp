#include "scenarios/engine/runner.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "initiator/host/direct_host.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "runtime/trace/event_hash.hpp"
#include "scenarios/engine/case_filter.hpp"
#include "scenarios/engine/interpreter.hpp"
#include "scenarios/engine/limited_world.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/target_side.hpp"
#include "scenarios/trace/ladder.hpp"

namespace lunsim::scenarios {
namespace {

/// Hash, capture and ladder see the same.
class Audience final : public runtime::Observer {
 public:
  Audience(std::unique_ptr<runtime::Observer> capture, const LadderOptions& wanted)
      : capture_(std::move(capture)), ladder(wanted.first_max, wanted.last_max) {
    if (wanted.first_max + wanted.last_max > 0)
      trace_.emplace([this](TraceEntry entry) { ladder.add(std::move(entry)); },
                     PduTraceOptions{wanted.data_bytes_kept_max});
  }
  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override {
    hash.opened(number, from, to, now);
    if (capture_) capture_->opened(number, from, to, now);
    if (trace_) trace_->opened(number, from, to, now);
  }
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override {
    hash.carried(number, from_opener, bytes, now);
    if (capture_) capture_->carried(number, from_opener, bytes, now);
    if (trace_) trace_->carried(number, from_opener, bytes, now);
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override {
    hash.closed(number, by_opener, reset, now);
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
};

/// This thread's host for as long as it lives.
class CurrentHost {
 public:
  explicit CurrentHost(initiator::Host& host) : before_(initiator::current_host()) {
    initiator::set_current_host(&host);
  }
  ~CurrentHost() { initiator::set_current_host(before_); }
  CurrentHost(const CurrentHost&) = delete;
  CurrentHost& operator=(const CurrentHost&) = delete;

 private:
  initiator::Host* before_;
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
  if (probe != nullptr) side.tap = [probe](pdu::Tap* own) { return probe->target_tap(own); };
  TargetSide targets(scenario, world, report.seed, std::move(side));
  if (probe != nullptr) probe->begun(targets);
  targets.faults().set_listener([&](const target_sim::FaultRule& rule, bool is_retracted) {
    if (is_retracted)
      forget_last_strike(rule.name, report);
    else if (report.strikes.size() < ScenarioReport::kStrikesMax)
      report.strikes.push_back({rule.name, world.now().since_start_ns, audience.entries()});
  });
  initiator::DirectHost healthy(world, host_config(scenario.host));
  const auto decorated = options.decorate_host ? options.decorate_host(healthy) : nullptr;
  initiator::Host& host = decorated ? *decorated : healthy;
  const CurrentHost current(host);
  const Stage stage{scenario, world, host,  targets, CaseFilter(options.filter),
                    &clock,   &lua,  probe};
  options.play ? options.play(stage, report) : play(stage, report);
  if (probe != nullptr) probe->after_steps(world, targets, healthy);
  report.virtual_ns = world.now().since_start_ns;
}

void keep_ladder(Audience& audience, const RunOptions& options, ScenarioReport& report) {
  if (report.verdict == Verdict::pass && !options.ladder.of_green_ones) return;
  report.ladder = audience.ladder.take();
  report.ladder_left_out = audience.ladder.left_out();
}

void play_in_new_world(const Scenario& scenario, const RunOptions& options,
                       ScenarioReport& report) {
  Audience audience(options.capture ? options.capture(scenario) : nullptr, options.ladder);
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

initiator::DirectHostConfig host_config(const HostModel& model) {
  initiator::DirectHostConfig config;
  config.initiator_name = model.initiator;
  config.address = model.address;
  for (std::size_t i = 0; i < model.isid.size(); ++i)
    config.isid.bytes[i] = std::byte{model.isid[i]};
  if (!model.mutual_secret.empty()) config.initiator_chap_secret = model.mutual_secret;
  config.wishes = model.wishes;
  config.session.command_timeout = runtime::Duration{model.command_timeout_ns};
  config.session.login_timeout = runtime::Duration{model.login_timeout_ns};
  config.session.connect_timeout = runtime::Duration{model.connect_timeout_ns};
  config.session.nop_interval = runtime::Duration{model.nop_interval_ns};
  config.session.nop_timeout = runtime::Duration{model.nop_timeout_ns};
  config.profile.raw_lun_numbers = model.raw_lun_numbers;
  config.profile.empty_list_probe_insufficient = model.empty_list_probe_insufficient;
  config.profile.sense_cap_18 = model.sense_cap_18;
  config.profile.sense_too_small_is_insufficient_buffer =
      model.sense_too_small_is_insufficient_buffer;
  config.profile.read_capacity_16 = model.read_capacity_16;
  return config;
}

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
  return false;
}

ScenarioReport run_scenario(const Scenario& scenario, const RunOptions& options) {
  ScenarioReport report;
  report.id = scenario.id;
  report.file = scenario.file;
  report.title = scenario.title;
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

LoadedScenarios load_scenarios(std::span<const ScenarioFile> files) {
  LoadedScenarios loaded;
  for (const ScenarioFile& file : files) {
    Problems problems;
    auto scenario = load_scenario(file.text, file.path, file.id, problems);
    for (const Problem& problem : problems.kept()) loaded.problems.push_back(to_string(problem));
    if (problems.total() > problems.kept().size())
      loaded.problems.push_back(
          fmt::format("{}: ... and {} more", file.path, problems.total() - problems.kept().size()));
    if (scenario) loaded.scenarios.push_back(std::move(*scenario));
  }
  return loaded;
}

}  // namespace lunsim::scenarios
