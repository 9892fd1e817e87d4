// `lunsim bench api`: its command half, and both in a row.
#include "tools/lunsim/bench_api.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/host/direct_host.hpp"
#include "initiator/host/status_code.hpp"
#include "initiator/library/environment.hpp"
#include "initiator/library/threaded_host.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/session/target_server.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/ram_target.hpp"
#include "tools/lunsim/subprocess.hpp"

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;
constexpr const char* kTarget = "iqn.2026-11.org.lunsim:bench";

/// A session at a host that is this thread's while it is used.
class Client {
 public:
  Client(const char* what, initiator::Host& host) : what_(what), host_(host) {}

  const char* what() const { return what_; }
  void log_in(const std::string& address, std::uint16_t port) {
    initiator::set_current_host(&host_);
    ISCSI_TARGET_PORTALA portal{};
    std::copy(address.begin(), address.end(), portal.Address);
    portal.Socket = port;
    require(AddIScsiSendTargetPortalA(nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0, &portal));
    std::string name = kTarget;
    ISCSI_UNIQUE_CONNECTION_ID connection;
    require(LoginIScsiTargetA(name.data(), FALSE, nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0,
                              nullptr, nullptr, 0, nullptr, FALSE, &session_, &connection));
    initiator::set_current_host(nullptr);
  }
  /// One after the other, each waited for.
  double capacities_per_second(double seconds) {
    using Clock = std::chrono::steady_clock;
    initiator::set_current_host(&host_);
    const auto begin = Clock::now();
    double passed = 0;
    std::size_t calls = 0;
    do {
      for (int i = 0; i < 16; ++i, ++calls) read_capacity();
      passed = std::chrono::duration<double>(Clock::now() - begin).count();
    } while (passed < seconds);
    initiator::set_current_host(nullptr);
    return static_cast<double>(calls) / passed;
  }

 private:
  void require(ISDSC_STATUS code) const {
    if (code != ERROR_SUCCESS)
      throw std::runtime_error(fmt::format("{}: {}", what_, initiator::name_of(code)));
  }
  void read_capacity() {
    UCHAR status = 0, response[8], sense[18];
    ULONG response_size = sizeof response, sense_size = sizeof sense;
    require(
        SendScsiReadCapacity(&session_, 0, &status, &response_size, response, &sense_size, sense));
  }

  const char* what_;
  initiator::Host& host_;
  ISCSI_UNIQUE_SESSION_ID session_{};
};

/// The first line of a `lunsim` of this build that matches.
std::smatch ready_line(Subprocess& process, std::string& line, const char* pattern) {
  line = process.read_line(20);
  std::smatch match;
  if (!std::regex_search(line, match, std::regex(pattern)))
    throw std::runtime_error("lunsim did not come up: " + line);
  return match;
}

/// `lunsim serve` and `lunsim host`, and a folder for both.
class Services {
 public:
  Services() {
    std::string pattern = (fs::temp_directory_path() / "lunsim-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder: " + pattern);
    folder_ = pattern;
    const std::string self = fs::read_symlink("/proc/self/exe").string();
    std::ofstream(folder_ / "bench.yaml") << fmt::format(
        "language: 1\nscenario: a unit in memory\ntargets:\n  disk:\n    name: {}\n"
        "    portals: [10.0.0.10:3260]\n    luns: [{{lun: 0, capacity: 64 MiB}}]\nsteps: []\n",
        kTarget);
    target_ = std::make_unique<Subprocess>(std::vector<std::string>{
        self, "serve", (folder_ / "bench.yaml").string(), "--listen", "127.0.0.1:0"});
    std::string line;
    port_ = static_cast<std::uint16_t>(
        std::stoi(ready_line(*target_, line, "iscsi=[^ ]*:([0-9]+)")[1]));
    service_ = std::make_unique<Subprocess>(
        std::vector<std::string>{self, "host", "--state", (folder_ / "state").string()});
    const auto found = ready_line(*service_, line, "host=([^ ]+) token_file=([^ \n]+)");
    address_ = {found[1], found[2]};
  }
  ~Services() {
    service_.reset();
    target_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  std::uint16_t target_port() const { return port_; }
  const initiator::HostAddress& host() const { return address_; }

 private:
  fs::path folder_;
  std::unique_ptr<Subprocess> target_, service_;
  std::uint16_t port_ = 0;
  initiator::HostAddress address_;
};

}  // namespace

void bench_commands(const BenchApiOptions& options) {
  const runtime::Endpoint portal{"10.0.0.10", 3260};
  runtime::SimulatedWorld world{1};
  const auto device = make_ram_disk(64u << 20);
  target_sim::TargetServerConfig config;
  config.portals = {portal};
  config.nodes.resize(1);
  config.nodes[0].name = kTarget;
  config.nodes[0].portals = {0};
  config.nodes[0].device = device.get();
  target_sim::TargetServer server(config, world.entropy("bench"));
  world.attach(server, portal.address, config.portals);
  initiator::DirectHost simulated(world, {});

  const Services services;
  initiator::DirectHostConfig of_its_own;
  of_its_own.initiator_name = "iqn.2026-11.org.lunsim:bench-host";  // not the service's
  initiator::ThreadedHost threaded{of_its_own};
  const auto remote = initiator::make_remote_host(services.host());

  Client clients[] = {
      {"simulated", simulated}, {"in the process", threaded}, {"by lunsim host", *remote}};
  clients[0].log_in(portal.address, portal.port);
  clients[1].log_in("127.0.0.1", services.target_port());
  clients[2].log_in("127.0.0.1", services.target_port());
  fmt::print("SendScsiReadCapacity per second, one thread, medians of {} interleaved rounds\n",
             options.rounds);
  std::vector<double> rates[3], ratios;
  for (int round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < 3; ++i)
      rates[i].push_back(clients[i].capacities_per_second(options.seconds));
    ratios.push_back(rates[2].back() / rates[1].back());
  }
  for (std::size_t i = 0; i < 3; ++i)
    fmt::print("  {:16} {:9.0f}/s\n", clients[i].what(), median_of(rates[i]));
  fmt::print("  by lunsim host, compared with in the process: {:.2f}\n", median_of(ratios));
}

int bench_api(const BenchApiOptions& options) {
  if (options.sessions.empty()) {
    fmt::print(stderr, "lunsim bench api: --sessions wants at least one number\n");
    return kExitUsage;
  }
  try {
    const double growth = bench_lists(options);
    bench_commands(options);
    if (options.growth_at_most == 0 || growth <= options.growth_at_most) return kExitFine;
    fmt::print("a session costs {:.2f} times as much at the largest host: more than {:.2f}\n",
               growth, options.growth_at_most);
    return kExitCheckFailed;
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "lunsim bench api: {}\n", error.what());
  }
  return kExitHarnessError;
}

}  // namespace lunsim::tools
