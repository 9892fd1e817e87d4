#include "tools/lunsim/program_run.hpp"

#include <csignal>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "initiator/host/request_names.hpp"
#include "protocol/bytes/utf16.hpp"
#include "runtime/live/live_world.hpp"
#include "runtime/trace/event_hash.hpp"
#include "scenarios/engine/host_side.hpp"
#include "scenarios/engine/server_side.hpp"
#include "scenarios/engine/target_side.hpp"
#include "tools/lunsim/child_process.hpp"
#include "tools/lunsim/control_server.hpp"
#include "tools/lunsim/exec_environment.hpp"
#include "tools/lunsim/host_network.hpp"
#include "tools/lunsim/host_port.hpp"

namespace lunsim::tools {
namespace {

using std::chrono::seconds;

constexpr runtime::Duration kGrace = seconds(2);      // between SIGTERM and SIGKILL
constexpr runtime::Duration kKillMax = seconds(10);   // the kernel's time to end a killed program
constexpr runtime::Duration kSettleMax = seconds(1);  // for what the ended program sent last

/// What the scenario's first host calls its servers, where they really listen.
std::vector<initiator::NamedServer> named_servers(const scenarios::Scenario& scenario,
                                                  const scenarios::ServerSide& servers) {
  const scenarios::HostModel& host = scenario.hosts.front();
  std::vector<initiator::NamedServer> out;
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    const scenarios::SmbServerModel& server = scenario.servers[i];
    smb_client::ClientConfig config = scenarios::client_config(host, server);
    config.server = servers.endpoints()[i];
    // Where there is one server only, nothing else can be meant by NULL.
    const bool is_own =
        host.own_server.empty() ? scenario.servers.size() == 1 : host.own_server == server.id;
    for (const std::string& name : {server.id, server.config.name})
      out.push_back({bytes::utf16_from_utf8(name).value_or(u""), config});
    if (is_own) out.push_back({u"", config});
  }
  return out;
}

std::vector<std::string> open_sessions(const scenarios::Scenario& scenario,
                                       const scenarios::TargetSide& targets) {
  std::vector<std::string> out;
  for (const target_sim::SessionSummary& session : targets.server().sessions())
    if (!session.discovery)
      out.push_back(fmt::format("{} (TSIH {}) at {}", session.initiator_name, session.tsih,
                                scenario.targets[session.node].id));
  return out;
}

/// Lets the program run while the world turns; ends it when its time is over or we are stopped.
void run_to_its_end(runtime::LiveWorld& world, ControlServer& control, HostPort& port,
                    ChildProcess& child, runtime::TimePoint deadline, ExecOutcome& outcome) {
  const auto has_ended = [&] { return child.has_ended(); };
  const auto is_due = [&] { return child.has_ended() || control.has_work() || port.has_work(); };
  while (!child.has_ended() && !world.was_stopped() && world.run_until(is_due, deadline)) {
    port.serve();
    control.serve();
  }
  if (!child.has_ended()) {
    outcome.stopped = world.was_stopped();
    outcome.timed_out = !outcome.stopped;
    child.signal_group(SIGTERM);
    if (!world.run_until(has_ended, world.now() + kGrace)) {
      child.signal_group(SIGKILL);
      world.run_until(has_ended, world.now() + kKillMax);
    }
  }
  outcome.end = child.end().value_or(ProgramEnd{});
}

/// What the targets were left with, once they have heard the program's end.
void look_around(const scenarios::Scenario& scenario, runtime::LiveWorld& world,
                 scenarios::TargetSide& targets, ExecOutcome& outcome) {
  world.run_until([&] { return open_sessions(scenario, targets).empty(); },
                  world.now() + kSettleMax);
  outcome.sessions_open = open_sessions(scenario, targets);
  const target_sim::ServerCounters& counters = targets.server().counters();
  outcome.violations = counters.violations;
  outcome.last_violation = counters.last_violation;
  outcome.faults = targets.fault_reports();
}

/// Calls through the library, told like those of the control channel; `calls` has those that ended.
initiator::remote::ServiceHooks library_hooks(const ControlHooks& told,
                                              const std::vector<scenarios::CallRecord>& calls) {
  const auto record = [&calls](const initiator::Request& request) {
    scenarios::CallRecord call;
    call.number = calls.size() + 1;
    call.function = initiator::function_of(request);
    return call;
  };
  initiator::remote::ServiceHooks hooks;
  hooks.starts = [&told, record](const initiator::Request& request) {
    if (told.before_call) told.before_call(record(request));
  };
  hooks.ended = [&told, record](const initiator::Request& request, initiator::Reply& reply) {
    scenarios::CallRecord call = record(request);
    call.returned = reply.code;
    call.was_made = true;
    told.after_call(call);
  };
  return hooks;
}

void start(std::optional<ChildProcess>& child, const ExecOptions& options,
           std::vector<std::string> environment, bool is_quiet) {
  try {
    child.emplace(options.program, std::move(environment), is_quiet);
  } catch (const std::system_error& error) {
    throw ProgramRunError(
        fmt::format("{} cannot be started: {}", options.program.front(), error.code().message()));
  }
}

}  // namespace

ProgramRun run_program(const scenarios::Scenario& scenario, const ExecOptions& options,
                       std::uint64_t seed, const ProgramRunHooks& hooks) {
  runtime::LiveOptions live;
  live.keep_addresses = true;
  live.seed = options.seed;
  runtime::EventHash hash;
  runtime::LiveWorld world(live);
  world.observe(hash);
  scenarios::TargetSide targets(scenario, world, seed,
                                {.listen = {{"127.0.0.1", 0}}, .tells_real_addresses = true});
  std::string problem;
  auto environment = target_environment(scenario, targets, seed, problem);
  std::vector<runtime::Endpoint> smb;
  if (!scenario.servers.empty()) smb.push_back({"127.0.0.1", 0});
  scenarios::ServerSide servers(scenario, world, seed, smb);
  servers.set_conditions(targets.conditions());
  const auto more = server_environment(scenario, servers, problem);
  if (!environment || !more) throw ProgramRunError(problem);
  environment->insert(environment->end(), more->begin(), more->end());

  ProgramRun run;
  run.outcome.timeout_ns = options.timeout_ns;
  std::optional<ChildProcess> child;
  ControlHooks control_hooks;
  control_hooks.deadline = world.now() + runtime::Duration(options.timeout_ns);
  control_hooks.is_over = [&] { return child && child->has_ended(); };
  control_hooks.decorate_host = hooks.decorate_host;
  control_hooks.before_call = hooks.before_call;
  control_hooks.after_call = [&](const scenarios::CallRecord& call) {
    run.calls.push_back(call);
    if (hooks.after_call) hooks.after_call(call);
  };
  HostNetwork network(world, named_servers(scenario, servers));
  std::optional<HostPort> port;
  control_hooks.between = [&] {
    if (port) port->serve();
  };
  ControlServer control(scenario, world, targets, options.control, control_hooks);
  environment->push_back("LUNSIM_CONTROL=" + runtime::to_string(control.endpoint()));
  environment->push_back("LUNSIM_CONTROL_TOKEN_FILE=" + control.token_file());
  port.emplace(world, control.host(), runtime::Endpoint{"127.0.0.1", 0}, "",
               library_hooks(control_hooks, run.calls));
  port->service().set_net_calls(&network);
  environment->push_back("LUNSIM_HOST=" + runtime::to_string(port->endpoint()));
  environment->push_back("LUNSIM_HOST_TOKEN_FILE=" + port->token_file());
  world.stop_on_signals();
  world.wake_on_child_signals();
  if (hooks.begins) hooks.begins();
  start(child, options, std::move(*environment), hooks.is_quiet);
  run_to_its_end(world, control, *port, *child, control_hooks.deadline, run.outcome);
  run.took_ns = world.now().since_start_ns;
  look_around(scenario, world, targets, run.outcome);
  for (const scenarios::FaultReport& fault : servers.fault_reports())
    run.outcome.faults.push_back(fault);
  run.event_hash = hash.digest();
  return run;
}

}  // namespace lunsim::tools
