#include "tools/lunsim/host.hpp"

#include <cstdio>
#include <fstream>
#include <limits>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/login_rules.hpp"
#include "tools/lunsim/control_server.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/host_port.hpp"

namespace lunsim::tools {
namespace {

using initiator::remote::ServiceVerb;

void write_port_file(const std::string& path, std::uint16_t port) {
  // Whoever waits for the file must not see half of it.
  const std::string unfinished = path + ".part";
  {
    std::ofstream file(unfinished);
    file << port << "\n";
    if (!file) throw std::system_error(errno, std::generic_category(), unfinished);
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0)
    throw std::system_error(errno, std::generic_category(), path);
}

void announce(const HostPort& port) {
  const std::string endpoint = runtime::to_string(port.endpoint());
  fmt::print(stderr, "export LUNSIM_HOST={} LUNSIM_HOST_TOKEN_FILE={}\n", endpoint,
             port.token_file());
  fmt::print("ready host={} token_file={}\n", endpoint, port.token_file());
  std::fflush(stdout);
}

void turn(runtime::LiveWorld& world, HostPort& port) {
  constexpr runtime::TimePoint kNever{std::numeric_limits<std::int64_t>::max()};
  while (!world.was_stopped()) {
    world.run_until([&] { return port.has_work() || world.was_stopped(); }, kNever);
    port.serve();
  }
}

}  // namespace

int host(const HostOptions& options) {
  const auto listen = control_endpoint(options.listen);
  if (!listen) {
    fmt::print(stderr,
               "lunsim host: --listen wants an address of loopback and a port, such as "
               "127.0.0.1:0, not {}\n",
               options.listen);
    return kExitUsage;
  }
  initiator::DirectHostConfig config;
  if (!options.initiator_name.empty()) {
    if (!initiator::is_iscsi_name(options.initiator_name)) {
      fmt::print(stderr, "lunsim host: {} is no iSCSI name; iqn.2026-01.com.example:me is one\n",
                 options.initiator_name);
      return kExitUsage;
    }
    config.initiator_name = options.initiator_name;
  }
  try {
    runtime::LiveOptions live;
    live.keep_addresses = true;
    live.reach_outside = true;
    runtime::LiveWorld world(live);
    initiator::DirectHost direct(world, std::move(config));
    HostPort port(world, direct, *listen, options.token_file,
                  {.starts = {}, .ended = {}, .switched = [](bool runs) {
                     fmt::print("the service {}\n", runs ? "runs again" : "is stopped");
                     std::fflush(stdout);
                   }});
    world.stop_on_signals();
    if (!options.port_file.empty()) write_port_file(options.port_file, port.endpoint().port);
    announce(port);
    turn(world, port);
    if (!options.port_file.empty()) std::remove(options.port_file.c_str());
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim host: {}\n", error.what());
    return kExitHarnessError;
  }
  return kExitFine;
}

int host_control(ServiceVerb verb, const initiator::HostAddress& address) {
  initiator::remote::Caller caller(initiator::connect_to(address),
                                   initiator::read_token(address.token_file));
  const auto runs = caller.control(verb);
  if (!runs) {
    fmt::print(stderr, "lunsim host: {}\n",
               caller.code() == 5 ? "the host refuses the token of " + address.token_file
                                  : "no host answers at " + address.endpoint);
    return caller.code() == 5 ? kExitUsage : kExitPeerUnreachable;
  }
  fmt::print("{}\n", *runs ? "running" : "stopped");
  return kExitFine;
}

namespace {

constexpr const char* kFooter =
    R"(Programs that are linked with libiscsidsc.so or load iscsidsc.dll talk to it when their environment says so:
  LUNSIM_HOST             127.0.0.1:PORT, as `ready host=` says
  LUNSIM_HOST_TOKEN_FILE  the file with its token, as `token_file=` says; only its owner can read it
Sessions outlive the programs that made them. `lunsim host stop` is what stopping the service is on Windows: calls return
ISDSC_SERVICE_NOT_RUNNING, sessions stay; `lunsim host start` starts it again. SIGTERM or SIGINT end the host itself.)";

void add_control(CLI::App& verb, const char* name, const char* what, ServiceVerb which,
                 int& exit_code) {
  const auto address = std::make_shared<initiator::HostAddress>();
  CLI::App* sub = verb.add_subcommand(name, what);
  sub->add_option("--host", address->endpoint, "address:port (LUNSIM_HOST if not given)");
  sub->add_option("--token-file", address->token_file,
                  "its token (LUNSIM_HOST_TOKEN_FILE if not given)");
  sub->footer("");
  sub->callback([address, which, &exit_code] {
    const auto told = initiator::host_of_environment().value_or(initiator::HostAddress{});
    if (address->endpoint.empty()) address->endpoint = told.endpoint;
    if (address->token_file.empty()) address->token_file = told.token_file;
    if (address->endpoint.empty()) {
      fmt::print(stderr, "lunsim host: which one? Say --host or set LUNSIM_HOST\n");
      exit_code = kExitUsage;
      return;
    }
    exit_code = host_control(which, *address);
  });
}

}  // namespace

void add_host_verb(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<HostOptions>();
  CLI::App* verb = app.add_subcommand(
      "host", "the iSCSI initiator service: owns sessions for programs that use the library");
  verb->require_subcommand(0, 1);
  verb->add_option("--listen", options->listen, "address:port of loopback (127.0.0.1:0)");
  verb->add_option("--token-file", options->token_file,
                   "write its token there, not to a temporary file");
  verb->add_option("--port-file", options->port_file, "write its port there");
  verb->add_option("--initiator", options->initiator_name, "its iSCSI name");
  add_control(*verb, "start", "start the service of a running host", ServiceVerb::start, exit_code);
  add_control(*verb, "stop", "stop it: every call returns ISDSC_SERVICE_NOT_RUNNING",
              ServiceVerb::stop, exit_code);
  add_control(*verb, "status", "say whether it runs", ServiceVerb::ask, exit_code);
  verb->footer(kFooter);
  verb->callback([verb, options, &exit_code] {
    if (verb->get_subcommands().empty()) exit_code = host(*options);
  });
}

}  // namespace lunsim::tools
