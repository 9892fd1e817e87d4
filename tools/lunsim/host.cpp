#include "tools/lunsim/host.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/node_name.hpp"
#include "initiator/host/profile.hpp"
#include "initiator/host/random_isid.hpp"
#include "initiator/host/request_names.hpp"
#include "initiator/host/status_code.hpp"
#include "runtime/live/computer_name.hpp"
#include "runtime/live/os_entropy.hpp"
#include "tools/lunsim/control_server.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/host_network.hpp"
#include "tools/lunsim/host_port.hpp"
#include "tools/lunsim/host_state.hpp"
#include "tools/lunsim/host_volume.hpp"
#include "tools/lunsim/notice_file.hpp"

namespace lunsim::tools {
namespace {

using initiator::remote::ServiceVerb;

void announce(const HostPort& port) {
  const std::string endpoint = runtime::to_string(port.endpoint());
  // Programs that find it in their environment run in folders of their own.
  const std::string token_file = std::filesystem::absolute(port.token_file()).string();
  fmt::print(stderr, "export LUNSIM_HOST={} LUNSIM_HOST_TOKEN_FILE={}\n", endpoint, token_file);
  fmt::print("ready host={} token_file={}\n", endpoint, token_file);
  std::fflush(stdout);
}

/// The state's host is told apart from all others by its ISIDs: drawn once, kept with the state.
initiator::HostConfiguration with_isid(initiator::HostConfiguration saved) {
  if (saved.isid) return saved;
  runtime::OsEntropy chance;
  const pdu::Isid drawn = initiator::random_isid(chance);
  std::transform(drawn.bytes.begin(), drawn.bytes.end(), saved.isid.emplace().begin(),
                 [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return saved;
}

/// A host with its state and its port, in a live world.
class Service {
 public:
  Service(initiator::DirectHostConfig config, HostStateFile& state, const runtime::Endpoint& listen,
          const std::string& token_file, const std::vector<initiator::NamedServer>& servers)
      : world_(live_options()),
        direct_(world_, std::move(config)),
        state_(state),
        network_(world_, servers),
        port_(world_, direct_, listen, token_file, hooks()) {
    port_.service().set_net_calls(&network_);
    direct_.configure(with_isid(state.saved()));
    state_.save(direct_.persistent_configuration());
  }

  HostPort& port() { return port_; }

  /// Until a signal stops it. Persistent logins are made meanwhile.
  void run() {
    constexpr runtime::TimePoint kNever{std::numeric_limits<std::int64_t>::max()};
    world_.stop_on_signals();
    restoring_ = direct_.restore_logins();
    while (!world_.was_stopped()) {
      world_.run_until([this] { return is_due(); }, kNever);
      finish_restoring();
      port_.serve();
    }
  }

 private:
  static runtime::LiveOptions live_options() {
    runtime::LiveOptions live;
    live.keep_addresses = true;
    live.reach_outside = true;
    return live;
  }
  initiator::remote::ServiceHooks hooks() {
    return {.starts = {},
            .ended = [this](const initiator::Request& request,
                            initiator::Reply& reply) { keep(request, reply); },
            .switched =
                [](bool runs) {
                  fmt::print("the service {}\n", runs ? "runs again" : "is stopped");
                  std::fflush(stdout);
                }};
  }
  bool is_due() {
    return world_.was_stopped() || port_.has_work() || (restoring_ && direct_.poll(*restoring_));
  }
  void finish_restoring() {
    if (!restoring_ || !direct_.poll(*restoring_)) return;
    const initiator::Reply reply = direct_.take(*restoring_);
    restoring_.reset();
    if (reply.code != 0)
      fmt::print(stderr, "lunsim host: not all persistent logins are back: {}\n",
                 initiator::name_of(reply.code));
  }
  /// Whoever is answered can rely on it: what was changed is on the disk before, or it is as if
  /// nobody had asked.
  void keep(const initiator::Request& request, initiator::Reply& reply) {
    if (!initiator::may_change_configuration(request) ||
        state_.save(direct_.persistent_configuration()))
      return;
    direct_.configure(initiator::with_passing_part(state_.saved(), direct_.configuration()));
    if (reply.code != 0) return;
    const bool is_login = std::holds_alternative<initiator::LoginTarget>(request);
    reply = {is_login ? initiator::status_code::kCouldNotSavePersistentLoginData : kWriteFault, {}};
  }
  static constexpr initiator::StatusCode kWriteFault = 29;  // ERROR_WRITE_FAULT

  runtime::LiveWorld world_;
  initiator::DirectHost direct_;
  HostStateFile& state_;
  HostNetwork network_;
  HostPort port_;
  std::optional<initiator::OperationId> restoring_;
};

bool is_address(std::string_view line) {
  return runtime::parse_endpoint(std::string(line), 0).has_value();
}

/// What other programs look for, gone with the host.
class Notices {
 public:
  Notices(const std::string& address_file, const std::string& port_file,
          const runtime::Endpoint& endpoint)
      : address_(address_file, runtime::to_string(endpoint), kReadableNotice, is_address) {
    if (!port_file.empty())
      port_.emplace(port_file, std::to_string(endpoint.port), kReadableNotice, are_ports);
  }

 private:
  NoticeFile address_;
  std::optional<NoticeFile> port_;
};

std::optional<initiator::DirectHostConfig> config_of(const HostOptions& options) {
  initiator::DirectHostConfig config;
  const auto profile = initiator::profile_named(options.profile);
  if (!profile) {
    fmt::print(stderr, "lunsim host: no profile is named {}; there are documented and windows\n",
               options.profile);
    return std::nullopt;
  }
  config.profile = *profile;
  config.computer_name = runtime::computer_name();
  for (const std::string& text : options.volumes) {
    const auto volume = parse_volume(text);
    if (!volume) {
      fmt::print(stderr, "lunsim host: --volume {}: {}\n", text, volume.error());
      return std::nullopt;
    }
    config.volumes.push_back(*volume);
  }
  if (options.initiator_name.empty()) return config;
  if (!initiator::is_node_name(options.initiator_name)) {
    fmt::print(stderr, "lunsim host: {} is no iSCSI name; iqn.2026-01.com.example:me is one\n",
               options.initiator_name);
    return std::nullopt;
  }
  config.initiator_name = options.initiator_name;
  return config;
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
  auto config = config_of(options);
  if (!config) return kExitUsage;
  const auto servers = options.servers.empty() ? initiator::servers_of_environment()
                                               : initiator::read_servers(options.servers);
  if (!servers) {
    fmt::print(stderr, "lunsim host: {}\n", servers.error());
    return kExitUsage;
  }
  const std::string path = state_path(options.state);
  if (path.empty()) {
    fmt::print(stderr, "lunsim host: where is its state to be? Say --state or set LUNSIM_STATE\n");
    return kExitUsage;
  }
  std::optional<HostStateFile> state;
  try {
    state.emplace(path);
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "lunsim host: {}\n", error.what());
    return kExitUsage;
  }
  try {
    Service service(std::move(*config), *state, *listen,
                    options.token_file.empty() ? path + ".token" : options.token_file, *servers);
    if (!options.standard_token_file.empty())
      service.port().admit_standard_users(options.standard_token_file);
    const Notices notices(path + ".address", options.port_file, service.port().endpoint());
    announce(service.port());
    service.run();
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim host: {}\n", error.what());
    return kExitHarnessError;
  }
  return kExitFine;
}

initiator::HostAddress host_of_state() {
  const std::string state = state_path({});
  initiator::HostAddress address;
  std::ifstream file(state + ".address");
  std::getline(file, address.endpoint);
  address.token_file = state + ".token";
  return address;
}

int host_control(ServiceVerb verb, const initiator::HostAddress& address) {
  initiator::remote::Caller caller(initiator::connect_to(address),
                                   initiator::read_token(address.token_file));
  const auto runs = caller.control(verb);
  if (!runs && caller.code() == 0 && runs.error() == initiator::status_code::kAccessDenied) {
    fmt::print(stderr,
               "lunsim host: the token of {} is a standard user's, who cannot start or stop the "
               "service; show the host's own token with --token-file\n",
               address.token_file);
    return kExitUsage;
  }
  if (!runs) {
    const bool is_refused = caller.code() == initiator::status_code::kAccessDenied;
    fmt::print(stderr, "lunsim host: {}\n",
               is_refused ? "the host refuses the token of " + address.token_file
                          : "no host answers at " + address.endpoint);
    return is_refused ? kExitUsage : kExitPeerUnreachable;
  }
  fmt::print("{}\n", *runs ? "running" : "stopped");
  if (verb == ServiceVerb::ask || *runs == (verb == ServiceVerb::start)) return kExitFine;
  fmt::print(stderr, "lunsim host: the service is not in the state that was asked for\n");
  return kExitHarnessError;
}

namespace {

constexpr const char* kFooter =
    R"(Programs that are linked with libiscsidsc.so or load iscsidsc.dll talk to it when their environment says so:
  LUNSIM_HOST             127.0.0.1:PORT, as `ready host=` says
  LUNSIM_HOST_TOKEN_FILE  the file with its token, as `token_file=` says; only its owner can read it
Who shows the token of --standard-token-file is a standard user: what changes something returns ERROR_ACCESS_DENIED.
Sessions outlive the programs that made them. `lunsim host stop` is what stopping the service is on Windows: calls return
ISDSC_SERVICE_NOT_RUNNING, sessions stay; `lunsim host start` starts it again. SIGTERM or SIGINT end the host itself.
Portals, persistent logins, names, servers and secrets are kept in one file that is replaced as a whole (0600) before the
call that changed them returns; the next host begins with them and logs in again. One host at a time has a state.)";

void add_control(CLI::App& verb, const char* name, const char* what, ServiceVerb which,
                 int& exit_code) {
  const auto address = std::make_shared<initiator::HostAddress>();
  CLI::App* sub = verb.add_subcommand(name, what);
  sub->add_option("--host", address->endpoint,
                  "address:port (LUNSIM_HOST, or the host whose state is where ours would be)");
  sub->add_option("--token-file", address->token_file,
                  "its token (LUNSIM_HOST_TOKEN_FILE if not given)");
  sub->footer("");
  sub->callback([address, which, &exit_code] {
    const auto told = initiator::host_of_environment().value_or(host_of_state());
    if (address->endpoint.empty()) address->endpoint = told.endpoint;
    if (address->token_file.empty()) address->token_file = told.token_file;
    if (address->endpoint.empty()) {
      fmt::print(stderr,
                 "lunsim host: there is no host; start one with `lunsim host`, or say which by "
                 "--host or LUNSIM_HOST\n");
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
  verb->add_option("--state", options->state,
                   "what it keeps: this file, else LUNSIM_STATE's, else lunsim/host.state in the "
                   "folder for state");
  verb->add_option("--token-file", options->token_file,
                   "write its token there, not beside the state");
  verb->add_option("--standard-token-file", options->standard_token_file,
                   "admit standard users: write there the token of those who are not elevated");
  verb->add_option("--port-file", options->port_file, "write its port there");
  verb->add_option(
      "--initiator", options->initiator_name,
      "its iSCSI name until a program sets another (made of the computer's name if not given)");
  verb->add_option("--volume", options->volumes,
                   "NAME=TARGET/LUN: what this unit is mounted as (E:, C:\\mounts\\data), for "
                   "AddPersistentIScsiDevice; may stand several times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--profile", options->profile,
                   "how it reads what the documents leave open: documented (the default), or "
                   "windows, as Windows was seen to answer");
  verb->add_option("--servers", options->servers,
                   "the SMB servers that it knows and who logs in there, for programs that use "
                   "libnetapi32.so or netapi32.dll (LUNSIM_SERVERS if not given)");
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
