// Functions that list, at hosts of different sizes: time for one element of the list.
#include <ctime>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "initiator/api/include/iscsidsc.h"
#include "initiator/host/direct_host.hpp"
#include "initiator/host/status_code.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/session/target_server.hpp"
#include "tools/lunsim/bench_api.hpp"
#include "tools/lunsim/ram_target.hpp"
#include "tools/lunsim/processor_time.hpp"

namespace lunsim::tools {
namespace {

constexpr const char* kAddress = "10.0.0.10";
constexpr const char* kBenchTarget = "iqn.2026-11.org.lunsim:bench";

void require(ISDSC_STATUS code, const char* what) {
  if (code != ERROR_SUCCESS)
    throw std::runtime_error(fmt::format("{}: {}", what, initiator::name_of(code)));
}

template <std::size_t kSize>
void copy_text(CHAR (&to)[kSize], const std::string& text) {
  std::copy(text.begin(), text.end(), to);
}

/// A simulated array and a host with so many sessions to it, and as many static targets.
class CrowdedHost {
 public:
  explicit CrowdedHost(std::size_t sessions) : sessions_(sessions) {
    world_.attach(server_, kAddress, server_config_.portals);
    use();
    ISCSI_TARGET_PORTALA portal{};
    copy_text(portal.Address, kAddress);
    portal.Socket = 3260;
    require(AddIScsiSendTargetPortalA(nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0, &portal),
            "AddIScsiSendTargetPortal");
    const double begin = processor_seconds();
    for (std::size_t i = 0; i < sessions; ++i) log_in();
    login_seconds_ = processor_seconds() - begin;
    for (std::size_t i = 1; i < sessions; ++i) add_target(i);
  }
  ~CrowdedHost() { initiator::set_current_host(nullptr); }
  CrowdedHost(const CrowdedHost&) = delete;
  CrowdedHost& operator=(const CrowdedHost&) = delete;

  void use() { initiator::set_current_host(&host_); }
  std::size_t sessions() const { return sessions_; }
  double login_seconds() const { return login_seconds_; }

 private:
  static void log_in() {
    std::string name = kBenchTarget;
    ISCSI_LOGIN_OPTIONS options{};
    options.LoginFlags = ISCSI_LOGIN_FLAG_MULTIPATH_ENABLED;
    ISCSI_UNIQUE_SESSION_ID session;
    ISCSI_UNIQUE_CONNECTION_ID connection;
    require(LoginIScsiTargetA(name.data(), FALSE, nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0,
                              nullptr, &options, 0, nullptr, FALSE, &session, &connection),
            "LoginIScsiTarget");
  }
  static void add_target(std::size_t number) {
    std::string name = fmt::format("iqn.2026-11.org.lunsim:static-{}", number);
    require(AddIScsiStaticTargetA(name.data(), nullptr, 0, FALSE, nullptr, nullptr, nullptr),
            "AddIScsiStaticTarget");
  }
  static target_sim::TargetServerConfig server_config(target_sim::Device& device) {
    target_sim::TargetServerConfig config;
    config.portals = {{kAddress, 3260}};
    config.nodes.resize(1);
    config.nodes[0].name = kBenchTarget;
    config.nodes[0].portals = {0};
    config.nodes[0].device = &device;
    return config;
  }
  static initiator::DirectHostConfig host_config(std::size_t sessions) {
    initiator::DirectHostConfig config;
    config.sessions_max = config.targets_max = static_cast<std::uint32_t>(sessions);
    config.session.nop_interval = {};
    return config;
  }

  std::size_t sessions_;
  double login_seconds_ = 0;
  runtime::SimulatedWorld world_{1};
  std::unique_ptr<target_sim::Device> device_ = make_ram_disk(64u << 20);
  target_sim::TargetServerConfig server_config_ = server_config(*device_);
  target_sim::TargetServer server_{server_config_, world_.entropy("bench")};
  initiator::DirectHost host_{world_, host_config(sessions_)};
};

using Room = std::vector<std::byte>;
template <class T>
T* as(Room& room) {
  return static_cast<T*>(static_cast<void*>(room.data()));
}

/// Fetches the list into a buffer that is grown until it fits.
template <class Call>
void fetch(Room& room, const Call& call) {
  for (;;) {
    ULONG size = static_cast<ULONG>(room.size());
    const ISDSC_STATUS code = call(&size);
    if (code != ERROR_INSUFFICIENT_BUFFER) return require(code, "a list");
    room.resize(size);
  }
}

struct ListFunction {
  const char* name;
  std::function<void(Room&)> call;
};

std::vector<ListFunction> list_functions() {
  static ULONG count = 0;
  return {
      {"GetIScsiSessionListW",
       [](Room& room) {
         fetch(room, [&](ULONG* size) {
           return GetIScsiSessionListW(size, &count, as<ISCSI_SESSION_INFOW>(room));
         });
       }},
      {"GetIScsiSessionListEx",
       [](Room& room) {
         fetch(room, [&](ULONG* size) {
           return GetIScsiSessionListEx(size, &count, as<ISCSI_SESSION_INFO_EX>(room));
         });
       }},
      {"ReportActiveIScsiTargetMappingsW",
       [](Room& room) {
         fetch(room, [&](ULONG* size) {
           return ReportActiveIScsiTargetMappingsW(size, &count, as<ISCSI_TARGET_MAPPINGW>(room));
         });
       }},
      {"ReportIScsiTargetsW",
       [](Room& room) {
         for (;;) {
           ULONG characters = static_cast<ULONG>(room.size() / sizeof(WCHAR));
           const ISDSC_STATUS code = ReportIScsiTargetsW(FALSE, &characters, as<WCHAR>(room));
           if (code != ERROR_INSUFFICIENT_BUFFER) return require(code, "ReportIScsiTargets");
           room.resize(characters * sizeof(WCHAR));
         }
       }},
  };
}

double nanoseconds_for_one(CrowdedHost& host, const ListFunction& function, double seconds) {
  host.use();
  Room room;
  function.call(room);
  std::size_t calls = 0;
  const double begin = processor_seconds();
  double now = begin;
  do {
    function.call(room);
    ++calls;
    now = processor_seconds();
  } while (now - begin < seconds);
  return (now - begin) * 1e9 / static_cast<double>(calls * host.sessions());
}

}  // namespace

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

double bench_lists(const BenchApiOptions& options) {
  std::vector<std::unique_ptr<CrowdedHost>> hosts;
  for (const std::size_t sessions : options.sessions) {
    hosts.push_back(std::make_unique<CrowdedHost>(sessions));
    fmt::print("{:6} sessions: {:.1f} us of processor time for a login\n", sessions,
               hosts.back()->login_seconds() * 1e6 / static_cast<double>(sessions));
    std::fflush(stdout);
  }
  fmt::print("lists, ns for each session or target, medians of {} interleaved rounds\n",
             options.rounds);
  double worst = 0;
  for (const ListFunction& function : list_functions()) {
    std::vector<std::vector<double>> costs(hosts.size());
    std::vector<double> growths;
    for (int round = 0; round < options.rounds; ++round) {
      for (std::size_t i = 0; i < hosts.size(); ++i)
        costs[i].push_back(nanoseconds_for_one(*hosts[i], function, options.seconds));
      if (hosts.size() > 1) growths.push_back(costs.back().back() / costs[hosts.size() - 2].back());
    }
    fmt::print("  {:34}", function.name);
    for (std::size_t i = 0; i < hosts.size(); ++i)
      fmt::print(" {:8.0f} at {}", median_of(costs[i]), hosts[i]->sessions());
    const double growth = median_of(growths);
    if (hosts.size() > 1) fmt::print("   ratio of the last two {:.2f}", growth);
    fmt::print("\n");
    std::fflush(stdout);
    worst = std::max(worst, growth);
  }
  return worst;
}

}  // namespace lunsim::tools
