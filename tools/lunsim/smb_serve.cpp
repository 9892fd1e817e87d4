#include "tools/lunsim/smb_serve.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "runtime/live/live_world.hpp"
#include "runtime/trace/capture.hpp"
#include "target_sim/smb_server/smb_server.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/smb_file.hpp"

namespace lunsim::tools {
namespace {

constexpr std::uint16_t kSmbPort = 445;

std::optional<smb_server::ServerConfig> read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    fmt::print(stderr, "lunsim smb serve: {} cannot be read\n", path);
    return std::nullopt;
  }
  auto config = parse_smb_server(text.str());
  if (!config) {
    fmt::print(stderr, "lunsim smb serve: {}: {}\n", path, config.error());
    return std::nullopt;
  }
  return std::move(*config);
}

}  // namespace

int smb_serve(const SmbServeOptions& options) {
  auto config = read_file(options.path);
  if (!config) return kExitUsage;
  const auto listen = runtime::parse_endpoint(options.listen, kSmbPort);
  if (!listen) {
    fmt::print(stderr,
               "lunsim smb serve: --listen wants address:port, such as 127.0.0.1:0, not {}\n",
               options.listen);
    return kExitUsage;
  }
  runtime::LiveOptions live;
  live.keep_addresses = true;
  live.seed = options.seed;
  runtime::LiveWorld world(live);
  config->epoch_s = world.epoch_s();
  std::ofstream capture_file;
  std::optional<runtime::PcapngWriter> capture;
  if (!options.pcap.empty()) {
    capture_file.open(options.pcap, std::ios::binary);
    if (!capture_file) {
      fmt::print(stderr, "lunsim smb serve: {} cannot be written\n", options.pcap);
      return kExitUsage;
    }
    runtime::CaptureOptions capture_options;
    capture_options.epoch_s = world.epoch_s();
    capture.emplace(
        [&capture_file](std::span<const std::byte> bytes) {
          capture_file.write(reinterpret_cast<const char*>(bytes.data()),
                             static_cast<std::streamsize>(bytes.size()));
        },
        capture_options);
    world.observe(*capture);
  }
  try {
    smb_server::SmbServer server(std::move(*config), world.entropy("smb"));
    const auto where = world.attach(server, listen->address, std::span(&*listen, 1));
    world.stop_on_signals();
    fmt::print("ready smb={}\n", runtime::to_string(where.front()));
    std::fflush(stdout);
    world.run();
    world.detach(server);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim smb serve: {}\n", error.what());
    return kExitHarnessError;
  }
  return kExitFine;
}

}  // namespace lunsim::tools
