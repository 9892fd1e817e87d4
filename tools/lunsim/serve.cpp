// `lunsim serve`: a scenario's targets for anybody's initiator, until SIGINT or SIGTERM.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "runtime/live/live_world.hpp"
#include "runtime/trace/ip_address.hpp"
#include "scenarios/engine/server_side.hpp"
#include "scenarios/engine/target_side.hpp"
#include "tools/lunsim/control_server.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/notice_file.hpp"
#include "tools/lunsim/scenario_files.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

/// The portals of the scenario, each address once.
std::vector<scenarios::Address> portals_of(const scenarios::Scenario& scenario) {
  std::vector<scenarios::Address> found;
  for (const scenarios::TargetModel& target : scenario.targets)
    for (const scenarios::Address& portal : target.portals) {
      const bool known = std::any_of(found.begin(), found.end(), [&](const scenarios::Address& a) {
        return a.host == portal.host && a.port == portal.port;
      });
      if (!known) found.push_back(portal);
    }
  return found;
}

/// A free port of this machine's own, in the portal's family.
std::string loopback_for(const scenarios::Address& portal) {
  return portal.host.find(':') == std::string::npos ? "127.0.0.1:0" : "[::1]:0";
}

bool is_local_name(const std::string& address) {
  return address == "localhost" || runtime::parse_ip_address(address).has_value();
}

/// Where each portal is to listen: the one address for all, or one for each.
std::optional<std::vector<runtime::Endpoint>> listen_endpoints(
    const ServeOptions& options, const scenarios::Scenario& scenario) {
  const std::vector<scenarios::Address> listed = portals_of(scenario);
  const std::size_t portals = listed.size();
  std::vector<std::string> texts = options.listen;
  if (texts.empty())
    std::transform(listed.begin(), listed.end(), std::back_inserter(texts), loopback_for);
  if (texts.size() != 1 && texts.size() != portals) {
    fmt::print(stderr,
               "lunsim serve: the scenario has {} portals; say --listen once for all, or {} times "
               "(not {})\n",
               portals, portals, texts.size());
    return std::nullopt;
  }
  std::vector<runtime::Endpoint> endpoints;
  for (const std::string& text : texts) {
    const auto endpoint = runtime::parse_endpoint(text, 3260);
    // An IPv6 address without brackets would be taken for one with a port at its end.
    const bool bare_ipv6 = std::count(text.begin(), text.end(), ':') > 1 && text.front() != '[';
    if (!endpoint || bare_ipv6 || !is_local_name(endpoint->address)) {
      fmt::print(stderr,
                 "lunsim serve: --listen wants address:port, such as 127.0.0.1:0 or [::1]:3260, "
                 "not {}\n",
                 text);
      return std::nullopt;
    }
    endpoints.push_back(*endpoint);
  }
  if (endpoints.size() < portals && endpoints.front().port != 0) {
    fmt::print(stderr,
               "lunsim serve: {} portals cannot all listen at {}; use port 0 or say --listen for "
               "each\n",
               portals, texts.front());
    return std::nullopt;
  }
  return endpoints;
}

/// Where the servers are to listen: loopback and free ports, unless it is said once or for each.
std::optional<std::vector<runtime::Endpoint>> server_endpoints(
    const ServeOptions& options, const scenarios::Scenario& scenario) {
  constexpr std::uint16_t kSmbPort = 445;
  std::vector<runtime::Endpoint> out;
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    const std::size_t given = options.listen_smb.size();
    const std::string text = given == 0 ? loopback_for(scenario.servers[i].address)
                                        : options.listen_smb[std::min(i, given - 1)];
    const auto endpoint = runtime::parse_endpoint(text, kSmbPort);
    if (!endpoint || !is_local_name(endpoint->address) ||
        (given == 1 && scenario.servers.size() > 1 && endpoint->port != 0)) {
      fmt::print(stderr,
                 "lunsim serve: --listen-smb wants address:port once for each of {} servers, such "
                 "as 127.0.0.1:0, not {}\n",
                 scenario.servers.size(), text);
      return std::nullopt;
    }
    out.push_back(*endpoint);
  }
  return out;
}

/// For people, on stderr: what to type next.
void describe_targets(const scenarios::Scenario& scenario,
                      const std::vector<runtime::Endpoint>& portals, std::uint64_t seed) {
  fmt::print(stderr, "seed: {:#018x}\n", seed);
  for (const scenarios::TargetModel& target : scenario.targets) {
    for (const scenarios::LunModel& lun : target.luns)
      fmt::print(stderr, "unit: iscsi://{}/{}/{}\n", runtime::to_string(portals.front()),
                 target.name, lun.lun);
    if (!target.users.empty()) fmt::print(stderr, "  {} wants CHAP\n", target.name);
  }
}

std::string port_lines(const std::vector<runtime::Endpoint>& portals,
                       const std::vector<runtime::Endpoint>& servers) {
  std::string lines;
  for (const auto* endpoints : {&portals, &servers}) {
    for (const runtime::Endpoint& one : *endpoints)
      lines += (lines.empty() ? "" : "\n") + std::to_string(one.port);
  }
  return lines;
}

void announce(const std::vector<runtime::Endpoint>& portals,
              const std::vector<runtime::Endpoint>& servers, const ControlServer* control) {
  fmt::print("ready");
  for (const runtime::Endpoint& portal : portals)
    fmt::print(" iscsi={}", runtime::to_string(portal));
  for (const runtime::Endpoint& server : servers) fmt::print(" smb={}", runtime::to_string(server));
  if (control != nullptr)
    fmt::print(" control={} token_file={}", runtime::to_string(control->endpoint()),
               control->token_file());
  fmt::print("\n");
  std::fflush(stdout);
}

/// Until somebody stops us.
void turn_with(runtime::LiveWorld& world, ControlServer& control) {
  constexpr runtime::TimePoint kNever{std::numeric_limits<std::int64_t>::max()};
  while (!world.was_stopped()) {
    world.run_until([&] { return control.has_work() || world.was_stopped(); }, kNever);
    control.serve();
  }
}

}  // namespace

int serve(const ServeOptions& options) {
  auto loaded = load_all({options.path}, options.params);
  if (!loaded) return kExitUsage;
  if (loaded->size() != 1) {
    fmt::print(stderr, "lunsim serve: name one scenario file, not a folder of {}\n",
               loaded->size());
    return kExitUsage;
  }
  const scenarios::Scenario& scenario = loaded->front();
  const auto listen = listen_endpoints(options, scenario);
  const auto listen_smb = server_endpoints(options, scenario);
  if (!listen || !listen_smb) return kExitUsage;
  if (options.control && !control_endpoint(*options.control)) {
    fmt::print(stderr, "lunsim serve: {}\n", control_usage(*options.control));
    return kExitUsage;
  }

  runtime::LiveOptions live;
  live.keep_addresses = true;
  live.seed = options.seed;
  runtime::LiveWorld world(live);
  const std::uint64_t seed = options.seed ? *options.seed : scenario.seed.value_or(draw_seed());
  try {
    scenarios::TargetSide targets(
        scenario, world, seed,
        {.listen = *listen, .tells_real_addresses = true, .file_exists = [](std::string_view path) {
           return std::filesystem::exists(path);
         }});
    world.stop_on_signals();
    scenarios::ServerSide servers(scenario, world, seed, *listen_smb);
    servers.set_conditions(targets.conditions());
    describe_targets(scenario, targets.portals(), seed);
    std::optional<ControlServer> control;
    if (options.control)
      control.emplace(scenario, world, targets,
                      ControlOptions{*options.control, options.token_file});
    std::optional<NoticeFile> ports;
    if (!options.port_file.empty())
      ports.emplace(options.port_file, port_lines(targets.portals(), servers.endpoints()),
                    kReadableNotice, are_ports);
    announce(targets.portals(), servers.endpoints(), control ? &*control : nullptr);
    if (control) {
      turn_with(world, *control);
    } else {
      world.run();
    }
    for (const scenarios::FaultReport& fault : targets.fault_reports())
      fmt::print("fault {} fired {} times\n", fault.name, fault.fired);
    for (const scenarios::FaultReport& fault : servers.fault_reports())
      fmt::print("fault {} fired {} times\n", fault.name, fault.fired);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim serve: {}\n", error.what());
    return kExitHarnessError;
  }
  return kExitFine;
}

}  // namespace lunsim::tools
