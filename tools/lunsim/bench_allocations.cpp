// One session of a target engine in memory, fed with READ(10) commands: what the steady path
// allocates.
#include "protocol/iscsi/pdu/framer.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "protocol/scsi/cdb.hpp"
#include "runtime/memory/allocation_gate.hpp"
#include "runtime/ports/entropy.hpp"
#include "target_sim/session/target_server.hpp"
#include "tools/lunsim/bench_target.hpp"
#include "tools/lunsim/ram_target.hpp"

namespace lunsim::tools {
namespace {

constexpr runtime::ConnectionId kConnection{runtime::kAcceptedConnectionBit | 1u};
constexpr std::string_view kLoginText{"InitiatorName=iqn.t:a\0TargetName=iqn.t:disk\0", 44};

class Feeder {
 public:
  explicit Feeder(target_sim::TargetServer& server) : server_(server) {
    server_.handle_connected(kConnection, {"10.0.0.1", 1}, {"10.0.0.10", 3260}, {});
    pdu::LoginRequest login;
    login.transit = true;
    login.current_stage = pdu::Stage::login_operational_negotiation;
    login.next_stage = pdu::Stage::full_feature_phase;
    login.initiator_task_tag = InitiatorTaskTag{1};
    login.cmd_sn = CmdSn{1};
    login.data_segment_bytes = static_cast<std::uint32_t>(kLoginText.size());
    pdu::BhsBytes bhs;
    encode(login, bhs);
    std::vector<std::byte> raw(bhs.begin(), bhs.end());
    for (char c : kLoginText) raw.push_back(static_cast<std::byte>(c));
    raw.resize((raw.size() + 3) / 4 * 4);
    server_.handle_bytes(kConnection, raw, {});
    drain();
  }
  std::size_t read(std::uint32_t number) {
    const scsi::Command command = scsi::make_read((number * 797u) % 100000u, 8, 512);
    pdu::ScsiCommand request;
    request.read = true;
    request.initiator_task_tag = InitiatorTaskTag{number};
    request.cmd_sn = CmdSn{number};
    request.expected_data_transfer_length = 4096;
    request.cdb = command.bytes;
    pdu::BhsBytes bhs;
    encode(request, bhs);
    server_.handle_bytes(kConnection, bhs, {});
    return drain();
  }

 private:
  std::size_t drain() {
    std::size_t bytes = 0;
    while (const auto transmit = server_.poll_transmit({})) {
      bytes += transmit->bytes;
      server_.handle_transmitted(transmit->connection, transmit->bytes, {});
    }
    return bytes;
  }
  target_sim::TargetServer& server_;
};

}  // namespace

double allocations_per_command(int commands) {
  const std::unique_ptr<target_sim::Device> device = make_ram_disk(std::uint64_t{1} << 30);
  runtime::SeededEntropy entropy{1};
  target_sim::TargetServerConfig config;
  config.portals = {{"10.0.0.10", 3260}};
  config.nodes.resize(1);
  config.nodes[0].name = "iqn.t:disk";
  config.nodes[0].portals = {0};
  config.nodes[0].device = device.get();
  target_sim::TargetServer server(config, entropy);
  Feeder feeder(server);
  std::uint32_t number = 1;
  for (; number <= 1000; ++number)
    feeder.read(number);  // takes the unit attention and fills the pools
  const std::uint64_t before = runtime::allocations_so_far();
  std::size_t bytes = 0;
  for (int i = 0; i < commands; ++i) bytes += feeder.read(number++);
  const std::uint64_t after = runtime::allocations_so_far();
  if (bytes != static_cast<std::size_t>(commands) * (48 + 4096))
    return -1;  // something else was measured
  return static_cast<double>(after - before) / commands;
}

}  // namespace lunsim::tools
