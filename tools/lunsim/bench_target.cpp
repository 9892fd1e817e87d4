#include "tools/lunsim/bench_target.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>

#include <fmt/format.h>

#include "initiator/session/initiator_session.hpp"
#include "protocol/scsi/cdb.hpp"
#include "runtime/live/live_world.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/subprocess.hpp"

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;
constexpr const char* kOurName = "iqn.2026-11.org.lunsim:bench";
constexpr const char* kTheirName = "iqn.2026-11.org.tgtd:bench";
constexpr std::uint64_t kUnitBytes = std::uint64_t{1} << 30;

struct Contender {
  std::string what, name;
  std::uint16_t port = 0;
  int lun = 0;
  std::string url() const { return fmt::format("iscsi://127.0.0.1:{}/{}/{}", port, name, lun); }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

/// A folder of our own, gone at the end.
class WorkFolder {
 public:
  WorkFolder() {
    std::string pattern = (fs::temp_directory_path() / "lunsim-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("cannot make a folder in " + pattern);
    path_ = pattern;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    fs::remove(memory_file(), ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }
  /// On tmpfs, for tgtd's rdwr store.
  fs::path memory_file() const { return fs::path("/dev/shm") / path_.filename(); }

 private:
  fs::path path_;
};

// --- the two targets
// --------------------------------------------------------------------------------------------------

std::unique_ptr<Subprocess> start_ours(const WorkFolder& work, Contender& ours) {
  const fs::path scenario = work / "bench.yaml";
  std::ofstream(scenario) << fmt::format(
      "language: 1\nscenario: a unit in memory\ntargets:\n  disk:\n    name: {}\n"
      "    portals: [10.0.0.10:3260]\n    luns: [{{lun: 0, capacity: 1 GiB, block: 512}}]\nsteps: "
      "[]\n",
      kOurName);
  auto server = std::make_unique<Subprocess>(
      std::vector<std::string>{fs::read_symlink("/proc/self/exe").string(), "serve",
                               scenario.string(), "--listen", "127.0.0.1:0"});
  const std::string line = server->read_line(10);
  std::smatch match;
  if (!std::regex_search(line, match, std::regex("iscsi=[^ ]*:([0-9]+)")))
    throw std::runtime_error("lunsim serve did not come up: " + line);
  ours = {"lunsim", kOurName, static_cast<std::uint16_t>(std::stoi(match[1])), 0};
  return server;
}

void administer(const std::vector<std::string>& environment, int control,
                const std::string& arguments) {
  std::vector<std::string> command{"timeout", "10",   "tgtadm", "-C", std::to_string(control),
                                   "--lld",   "iscsi"};
  std::istringstream words(arguments);
  for (std::string word; words >> word;) command.push_back(word);
  Subprocess tgtadm(command, environment, true);
  int code = 0;
  const std::string output = tgtadm.read_all(15, code);
  if (code != 0) throw std::runtime_error("tgtadm " + arguments + ": " + output);
}

std::unique_ptr<Subprocess> start_tgtd(const WorkFolder& work, Contender& theirs) {
  const fs::path backing = work.memory_file();
  std::ofstream(backing).close();
  fs::resize_file(backing, kUnitBytes);
  const std::uint16_t port = free_port();
  const int control = static_cast<int>(getpid() % 30000);
  const std::vector<std::string> environment{"TGT_IPC_SOCKET=" + (work / "tgtd").string()};
  auto server = std::make_unique<Subprocess>(
      std::vector<std::string>{"tgtd", "-f", "-C", std::to_string(control), "--iscsi",
                               fmt::format("portal=127.0.0.1:{}", port)},
      environment);
  if (!wait_for_port(port, 10)) throw std::runtime_error("tgtd did not come up");
  administer(environment, control,
             fmt::format("--mode target --op new --tid 1 --targetname {}", kTheirName));
  administer(environment, control,
             fmt::format("--mode logicalunit --op new --tid 1 --lun 1 --bstype rdwr -b {}",
                         backing.string()));
  administer(environment, control, "--mode target --op bind --tid 1 --initiator-address ALL");
  theirs = {"tgtd", kTheirName, port, 1};
  return server;
}

// --- our initiator as a client of both
// ----------------------------------------------------------------------------------

initiator::SessionConfig session_config(const Contender& target, std::uint32_t number) {
  initiator::SessionConfig config;
  config.login.initiator_name = fmt::format("iqn.2026-11.org.lunsim:bench-{}", number);
  config.login.target_name = target.name;
  bytes::store_be32(&config.login.isid.bytes[2], number);
  config.login.isid.bytes[1] = std::byte{0x02};
  config.portal = {"127.0.0.1", target.port};
  return config;
}

struct TargetClient {
  TargetClient(runtime::LiveWorld& w, initiator::SessionConfig config)
      : world(w), session(std::move(config), w.entropy("bench")) {
    world.attach(session, "127.0.0.1", {});
  }
  ~TargetClient() { world.detach(session); }
  TargetClient(const TargetClient&) = delete;
  TargetClient& operator=(const TargetClient&) = delete;

  template <class Wanted>
  bool wait_for() {
    bool seen = false;
    world.run_until(
        [&] {
          while (const auto event = session.poll_event())
            seen |= std::holds_alternative<Wanted>(*event);
          return seen;
        },
        world.now() + std::chrono::seconds{10});
    return seen;
  }
  bool login() {
    session.start(world.now());
    world.wake(session);
    return wait_for<initiator::LoggedIn>();
  }
  bool logout() {
    session.logout(world.now());
    world.wake(session);
    return wait_for<initiator::LoggedOut>();
  }

  runtime::LiveWorld& world;
  initiator::InitiatorSession session;
};

runtime::LiveWorld make_client_world() {
  runtime::LiveOptions options;
  options.keep_addresses = true;
  return runtime::LiveWorld(options);
}

/// Writes the whole unit, so that reads meet memory that is there.
void fill(const Contender& target) {
  runtime::LiveWorld world = make_client_world();
  TargetClient client(world, session_config(target, 1));
  if (!client.login())
    throw std::runtime_error("cannot log in to " + target.what + " to fill its unit");
  constexpr std::uint32_t kBlocks = 512;
  const std::uint64_t lun_field = std::uint64_t(target.lun) << 48;
  std::vector<std::byte> data(kBlocks * 512);
  std::size_t done = 0, sent = 0;
  const std::size_t total = kUnitBytes / data.size();
  const auto submit = [&] {
    for (std::size_t i = 0; i < data.size(); i += 8)
      bytes::store_be64(&data[i], sent * data.size() + i);
    const scsi::Command command = scsi::make_write(sent * kBlocks, kBlocks, 512);
    client.session.submit({.lun_field = lun_field, .cdb = command.bytes, .data_out = data},
                          world.now());
    ++sent;
  };
  while (done < total) {
    while (sent < total && sent - done < 16) submit();
    world.wake(client.session);
    const std::size_t before = done;
    world.run_until(
        [&] {
          while (const auto event = client.session.poll_event()) {
            const auto* completion = std::get_if<initiator::ScsiCompletion>(&*event);
            if (completion == nullptr) continue;
            const bool good = completion->outcome == initiator::CommandOutcome::completed &&
                              completion->status == 0;
            if (!good && completion->status != 2)
              throw std::runtime_error("writing to " + target.what + " failed");
            ++done;
          }
          return done > before;
        },
        world.now() + std::chrono::seconds{20});
    if (done == before) throw std::runtime_error(target.what + " does not take writes");
  }
  client.logout();
}

double logins_per_second(const Contender& target, double seconds) {
  runtime::LiveWorld world = make_client_world();
  const auto until = world.now() + std::chrono::duration_cast<runtime::Duration>(
                                       std::chrono::duration<double>(seconds));
  std::uint32_t cycles = 0;
  while (world.now() < until) {
    TargetClient client(world, session_config(target, 1));
    if (!client.login() || !client.logout())
      throw std::runtime_error("login and logout at " + target.what + " failed");
    ++cycles;
  }
  return cycles / seconds;
}

double bytes_per_idle_session(const Contender& target, pid_t server, int sessions) {
  runtime::LiveWorld world = make_client_world();
  std::vector<std::unique_ptr<TargetClient>> clients;
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<TargetClient>(
          world, session_config(target, static_cast<std::uint32_t>(clients.size() + 100))));
      if (!clients.back()->login()) throw std::runtime_error("a session was refused");
    }
  };
  add(10);  // what is allocated once does not count
  const std::uint64_t before = resident_bytes(server);
  add(sessions);
  const std::uint64_t after = resident_bytes(server);
  return after > before ? static_cast<double>(after - before) / sessions : 0;
}

// --- iscsi-perf
// ---------------------------------------------------------------------------------------------------------

double reads_per_second(const Contender& target, const BenchTargetOptions& options) {
  const int seconds = std::max(1, static_cast<int>(options.seconds + 0.5));
  Subprocess perf(
      {"timeout", std::to_string(seconds + 15), "iscsi-perf", "-m", std::to_string(options.depth),
       "-b", std::to_string(options.blocks), "-t", std::to_string(seconds), "-r", target.url()},
      {}, true);
  int code = 0;
  const std::string output = perf.read_all(seconds + 20.0, code);
  double iops = 0;
  const std::regex figure("iops average ([0-9]+)");
  for (std::sregex_iterator at(output.begin(), output.end(), figure), end; at != end; ++at)
    iops = std::stod((*at)[1]);
  if (code != 0 || iops <= 0)
    throw std::runtime_error("iscsi-perf on " + target.what + " failed:\n" + output);
  return iops;
}

int compare(const BenchTargetOptions& options) {
  const WorkFolder work;
  Contender ours, theirs;
  const std::unique_ptr<Subprocess> our_server = start_ours(work, ours);
  const std::unique_ptr<Subprocess> their_server = start_tgtd(work, theirs);
  // First, while no memory that reads and writes have given back could hide it.
  const double idle_bytes = bytes_per_idle_session(ours, our_server->pid(), options.sessions);
  fill(ours);
  fill(theirs);
  fmt::print(
      "reads of {} bytes at random, {} outstanding, {} s each, {} interleaved pairs (iscsi-perf)\n",
      options.blocks * 512, options.depth, options.seconds, options.pairs);
  std::vector<double> ratios;
  for (int pair = 1; pair <= options.pairs; ++pair) {
    const double a = reads_per_second(ours, options);
    const double b = reads_per_second(theirs, options);
    ratios.push_back(a / b);
    fmt::print("  pair {}: lunsim {:8.0f}/s   tgtd rdwr on tmpfs {:8.0f}/s   ratio {:.2f}\n", pair,
               a, b, a / b);
    std::fflush(stdout);
  }
  const double ratio = median(ratios);
  fmt::print("median ratio: {:.2f}\n", ratio);
  fmt::print("allocations per 4 KiB read: {:.3f}\n", allocations_per_command(10000));
  fmt::print("memory per idle session at {}: {:.0f} bytes\n", options.sessions, idle_bytes);
  const double our_logins = logins_per_second(ours, options.seconds);
  const double their_logins = logins_per_second(theirs, options.seconds);
  fmt::print("login and logout per second: lunsim {:.0f}, tgtd {:.0f}, ratio {:.2f}\n", our_logins,
             their_logins, our_logins / their_logins);
  if (ratio < options.ratio_at_least) {
    fmt::print("the median ratio is below {:.2f}\n", options.ratio_at_least);
    return kExitCheckFailed;
  }
  return kExitFine;
}

}  // namespace

int bench_target(const BenchTargetOptions& options) {
  try {
    return compare(options);
  } catch (const std::system_error& missing) {
    fmt::print(stderr,
               "lunsim bench: {}. It needs tgtd, tgtadm and iscsi-perf: tools/install peers\n",
               missing.what());
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "lunsim bench: {}\n", error.what());
  }
  return kExitHarnessError;
}

}  // namespace lunsim::tools
