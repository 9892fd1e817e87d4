#include "scenarios/explore/variant.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "initiator/host/status_code.hpp"
#include "runtime/memory/allocation_gate.hpp"
#include "scenarios/engine/host_side.hpp"
#include "scenarios/engine/net_table.hpp"
#include "scenarios/engine/runner.hpp"
#include "scenarios/explore/aftermath.hpp"
#include "scenarios/explore/block_model.hpp"
#include "scenarios/explore/call_outcomes.hpp"
#include "scenarios/explore/net_outcomes.hpp"
#include "scenarios/explore/outcome_host.hpp"
#include "scenarios/explore/split_filter.hpp"
#include "scenarios/explore/striking_server_tap.hpp"
#include "scenarios/explore/striking_tap.hpp"
#include "scenarios/explore/turning_world.hpp"
#include "scenarios/explore/watching_host.hpp"
#include "scenarios/explore/wire_watch.hpp"

namespace lunsim::explore {
namespace {

using namespace scenarios;

/// No operation may take longer, in the world's time, beyond a time-out of its own.
constexpr runtime::Duration kCallBound = std::chrono::minutes{5};

constexpr std::int64_t kCrashedForNs = 3'000'000'000;

/// Units that a story takes away, resizes or brings back are not followed.
bool is_changed(const Scenario& scenario, const TargetModel& target, std::uint64_t lun) {
  const auto changes = changes_of(scenario);
  return std::any_of(changes.begin(), changes.end(), [&](const ChangeStep* change) {
    if (change->target != target.id) return false;
    return (change->add && change->add->lun == lun) || (change->remove && *change->remove == lun) ||
           (change->resize && change->resize->lun == lun);
  });
}

/// Seen through several targets, a unit has several names; the model knows one.
bool is_shared(const Scenario& scenario, const TargetModel& target, const LunModel& lun) {
  if (lun.same_unit_as) return true;
  for (const TargetModel& other : scenario.targets)
    for (const LunModel& unit : other.luns)
      if (unit.same_unit_as && unit.same_unit_as->target == target.id &&
          unit.same_unit_as->lun == lun.lun)
        return true;
  return false;
}

bool may_lose_its_cache(const Scenario& scenario, const LunModel& lun) {
  const auto changes = changes_of(scenario);
  return lun.write_cache && std::any_of(changes.begin(), changes.end(), [](const ChangeStep* one) {
           return one->device.outage && one->device.outage->loses_power;
         });
}

/// Whether bytes that are read or written may arrive as others, and nobody can tell.
bool falsifies(const target_sim::FaultAction& action) {
  const target_sim::WireAction& wire = action.wire;
  return !wire.flips.empty() || !wire.fields.empty() || wire.data || wire.data_bytes ||
         !wire.before.empty() || !wire.after.empty() || action.bytes.corrupt ||
         action.bytes.repeat || action.bytes.swap;
}

/// A device that parts deed and answer, or hands out other bytes, breaks the invariants by order.
bool lies_about_data(const TargetModel& target) {
  return std::any_of(target.faults.begin(), target.faults.end(), [](const FaultModel& fault) {
    const target_sim::FaultAction& action = fault.rule.action;
    return action.changes_data() || action.has_change || !action.compares ||
           action.apply != target_sim::DeviceAction::Apply::as_answered || action.decide ||
           falsifies(action);
  });
}

bool is_followed(const Scenario& scenario, const TargetModel& target, const LunModel& lun) {
  return !lies_about_data(target) && !lun.null_store && !is_changed(scenario, target, lun.lun) &&
         !is_shared(scenario, target, lun) && !may_lose_its_cache(scenario, lun);
}

BlockModel model_of(const Scenario& scenario) {
  BlockModel model;
  for (const TargetModel& target : scenario.targets)
    for (const LunModel& lun : target.luns)
      if (is_followed(scenario, target, lun))
        model.add_unit({target.name, lun.lun}, lun.block_bytes);
  return model;
}

std::vector<runtime::Endpoint> servers_of(const Scenario& scenario) {
  std::vector<runtime::Endpoint> out;
  for (const SmbServerModel& server : scenario.servers)
    out.push_back({server.address.host, server.address.port});
  return out;
}

constexpr std::uint32_t kNetSuccess = 0;

bool strikes_pdus(Trouble trouble) {
  return trouble != Trouble::none && trouble != Trouble::split && trouble != Trouble::oom &&
         trouble != Trouble::outcomes;
}

class VariantProbe final : public Probe {
 public:
  VariantProbe(const Scenario& scenario, const VariantPlan& plan, VariantRun& run)
      : scenario_(scenario), run_(run), model_(model_of(scenario)), strike_(plan.strike) {
    strike_.set_listener([this](std::uint64_t count) { handle_points(count); });
  }

  /// What the calls talk to: the healthy host, watched, and in front of it what strikes calls.
  std::unique_ptr<initiator::Host> watch(initiator::Host& healthy, runtime::World& world) {
    world_ = &world;
    auto watching = std::make_unique<WatchingHost>(healthy, world, model_, findings_, kCallBound);
    hosts_.push_back(watching.get());
    if (strike_.trouble() != Trouble::outcomes) return watching;
    watching_.push_back(std::move(watching));
    auto outcomes = std::make_unique<OutcomeHost>(*watching_.back(), strike_);
    outcomes_.push_back(outcomes.get());
    return outcomes;
  }

  void begun(TargetSide& targets) override {
    targets_ = &targets;
    if (strike_.trouble() == Trouble::oom) runtime::fail_allocation(strike_.point());
  }
  pdu::Tap* target_tap(pdu::Tap* own) override {
    tap_ = std::make_unique<StrikingTap>(strike_, own);
    return strikes_pdus(strike_.trouble()) ? tap_.get() : own;
  }
  void before_step(std::size_t number) override {
    gate_.reset();  // a call that ran into a guard left it on
    close_step();
    findings_.set_step(number);
    run_.steps[number];
  }
  /// What strikes a server, in front of its own faults; null: nothing does.
  std::unique_ptr<smb_server::MessageTap> server_tap(smb_server::MessageTap* own) {
    if (!StrikingServerTap::strikes(strike_.trouble())) return nullptr;
    auto tap = std::make_unique<StrikingServerTap>(strike_, own);
    server_taps_.push_back(tap.get());
    return tap;
  }
  void before_call(const Function& function) override {
    function_ = function.name;
    if (world_ != nullptr) call_began_ = world_->now();
    for (OutcomeHost* host : outcomes_) host->set_function(function.name);
    if (strike_.trouble() == Trouble::oom) gate_.emplace(true);
  }
  void after_call(const Function& function, std::uint32_t returned) override {
    gate_.reset();
    pass_allocations();
    if (net_function_of(function) != nullptr) return judge_net_call(function, returned);
    if (!is_documented(function.name, returned))
      findings_.add("undocumented outcome",
                    fmt::format("{} returned {:#x}", function.name, returned));
    for (OutcomeHost* host : outcomes_) {
      host->set_function({});
      const auto due = host->take_due();
      if (due && *due != returned)
        findings_.add("outcome lost",
                      fmt::format("{} returned {} where the host said {}", function.name,
                                  initiator::name_of(returned), initiator::name_of(*due)));
    }
  }
  void after_steps(runtime::World& world, TargetSide& targets, HostSide& hosts) override {
    close_step();
    findings_.set_step(0);
    strike_.rest();
    for (WatchingHost* host : hosts_) host->take_all();
    look_at_aftermath({scenario_, world, targets, hosts.all_direct(), model_, findings_});
  }
  /// A crash that is due: the target loses its sessions and connections, the media stay.
  void between_turns() {
    if (is_crashed_ || !strike_.has_struck() || strike_.trouble() != Trouble::crash) return;
    is_crashed_ = true;
    ChangeStep crash;
    crash.target = scenario_.targets.front().id;
    crash.device.outage = OutageChange{.down_ns = kCrashedForNs};
    targets_->change(crash);
  }
  void finish() {
    gate_.reset();
    pass_allocations();  // of a call that never returned
    runtime::fail_allocation(0);
    run_.points = strike_.points();
    run_.struck_at = strike_.struck_at();
    if (tap_) run_.struck_pdu = tap_->struck();
    run_.findings = findings_.list();
  }
  Findings& findings() { return findings_; }
  Strike& strike() { return strike_; }

 private:
  void judge_net_call(const Function& function, std::uint32_t returned) {
    // A server was asked: a mode that strikes messages should have met them.
    if (returned == kNetSuccess) ++run_.steps[findings_.step()].wire_successes;
    if (!is_outcome_of_net_function(returned))
      findings_.add("undocumented outcome", fmt::format("{} returned {}", function.name, returned));
    if (world_ != nullptr && world_->now() - call_began_ > kCallBound)
      findings_.add("hang", fmt::format("{} took more than 5 minutes", function.name));
    for (StrikingServerTap* tap : server_taps_)
      if (const auto due = tap->take_due(); due && *due != returned)
        findings_.add("outcome lost", fmt::format("{} returned {} where the server said {}",
                                                  function.name, returned, *due));
  }
  /// Those that the call made are points; one of them may have failed.
  void pass_allocations() {
    if (strike_.trouble() != Trouble::oom) return;
    const std::uint64_t passed = runtime::gated_allocations() - allocations_;
    allocations_ += passed;
    strike_.pass(passed, [&](std::uint64_t n) {
      return fmt::format("allocation {} of {} failed", n + 1, function_);
    });
  }
  void close_step() {
    for (WatchingHost* host : hosts_)
      run_.steps[findings_.step()].wire_successes += host->take_wire_successes();
  }
  void handle_points(std::uint64_t count) {
    run_.steps[findings_.step()].points += count;
    if (!strike_.has_struck()) run_.struck_in_step = findings_.step();
  }

  const Scenario& scenario_;
  VariantRun& run_;
  BlockModel model_;
  Findings findings_;
  Strike strike_;
  std::unique_ptr<StrikingTap> tap_;
  std::vector<std::unique_ptr<WatchingHost>> watching_;  // behind an OutcomeHost each
  std::vector<WatchingHost*> hosts_;                     // one for each host of the story
  std::vector<OutcomeHost*> outcomes_;
  std::vector<StrikingServerTap*> server_taps_;
  runtime::World* world_ = nullptr;  // once a host stands in it
  runtime::TimePoint call_began_;
  TargetSide* targets_ = nullptr;
  bool is_crashed_ = false;
  std::optional<runtime::GateScope> gate_;
  std::uint64_t allocations_ = 0;
  std::string function_;  // the call that is under way, or was the last
};

}  // namespace

std::vector<std::string> units_not_followed(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const TargetModel& target : scenario.targets)
    for (const LunModel& lun : target.luns)
      if (!is_followed(scenario, target, lun))
        out.push_back(fmt::format("{} LUN {}", target.id, lun.lun));
  return out;
}

VariantRun run_variant(const Scenario& scenario, const VariantPlan& plan) {
  VariantRun run;
  VariantProbe probe(scenario, plan, run);
  RunOptions options;
  options.seed = plan.seed;
  options.seed_is_explicit = true;
  options.probe = &probe;
  runtime::World* world = nullptr;
  options.world = [&](std::uint64_t seed, runtime::Observer& observer) {
    auto simulated = std::make_unique<runtime::SimulatedWorld>(seed, plan.network);
    simulated->observe(observer);
    auto made = std::make_unique<TurningWorld>(
        std::move(simulated), [&probe] { probe.between_turns(); },
        plan.strike.trouble == Trouble::split ? split_filters(probe.strike(), servers_of(scenario))
                                              : runtime::FilterFactory{});
    world = made.get();
    return made;
  };
  std::vector<std::unique_ptr<initiator::Host>> behind;  // of those in front, which refer to them
  options.decorate_host = [&](initiator::Host& healthy) {
    initiator::Host* judged = &healthy;
    if (plan.defect) judged = behind.emplace_back(plan.defect(healthy)).get();
    auto watched = probe.watch(*judged, *world);
    if (!plan.calls_defect) return watched;
    return plan.calls_defect(*behind.emplace_back(std::move(watched)));
  };
  std::vector<std::unique_ptr<smb_server::MessageTap>> struck;
  options.decorate_server = [&](smb_server::MessageTap* own) {
    auto striking = probe.server_tap(own);
    if (!plan.server_defect || !striking) return striking;
    struck.push_back(std::move(striking));
    return plan.server_defect(struck.back().get());
  };
  options.capture = [&](const Scenario&) { return std::make_unique<WireWatch>(probe.findings()); };
  const ScenarioReport report = run_scenario(scenario, options);
  // The engines' own alarms, such as a timer that does not let time pass.
  if (report.harness_error) probe.findings().add("engine broke off", report.reason);
  probe.finish();
  run.event_hash = report.event_hash;
  for (const FaultReport& fault : report.faults) run.faults_fired += fault.fired;
  return run;
}

}  // namespace lunsim::explore
