#include "scenarios/engine/server_side.hpp"

#include <algorithm>

#include "protocol/bytes/utf16.hpp"
#include "target_sim/smb_faults/smb_fault_tap.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace lunsim::scenarios {
namespace {

/// A plan of its own has chance of its own, whatever the targets draw.
constexpr std::uint64_t kServersChance = 0x5eed'5e4b'0000'0001;

std::vector<target_sim::FaultRule> server_rules_of(const Scenario& scenario) {
  std::vector<target_sim::FaultRule> out;
  for (const SmbServerModel& server : scenario.servers)
    for (const SmbFaultModel& fault : server.faults) out.push_back(fault.fault.rule);
  return out;
}

}  // namespace

struct ServerSide::Standing {
  const SmbServerModel* model = nullptr;
  std::unique_ptr<smb_faults::SmbFaultTap> tap;  // null: no faults
  std::unique_ptr<smb_server::MessageTap> decorated;
  std::unique_ptr<smb_server::SmbServer> server;
};

ServerSide::ServerSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
                       std::vector<runtime::Endpoint> listen, const DecorateTap& decorate)
    : world_(world), plan_(server_rules_of(scenario), seed ^ kServersChance) {
  std::size_t rule = 0;
  for (const SmbServerModel& model : scenario.servers) {
    servers_.push_back(std::make_unique<Standing>());
    Standing& one = *servers_.back();
    one.model = &model;
    std::vector<smb_faults::SmbFault> faults;
    for (const SmbFaultModel& fault : model.faults) faults.push_back(fault.fault);
    if (!faults.empty())
      one.tap = std::make_unique<smb_faults::SmbFaultTap>(std::move(faults), plan_, rule);
    rule += model.faults.size();
    if (decorate) one.decorated = decorate(one.tap.get());
    smb_server::MessageTap* const tap =
        one.decorated ? one.decorated.get() : static_cast<smb_server::MessageTap*>(one.tap.get());
    smb_server::ServerConfig config = model.config;
    config.epoch_s = world.epoch_s();
    one.server = std::make_unique<smb_server::SmbServer>(
        std::move(config), world.entropy("smb server " + model.id), tap);
    runtime::Endpoint at{model.address.host, model.address.port};
    if (!listen.empty()) at = listen[std::min(servers_.size(), listen.size()) - 1];
    endpoints_.push_back(world.attach(*one.server, at.address, std::span(&at, 1)).front());
  }
}

ServerSide::~ServerSide() {
  for (const auto& one : servers_) world_.detach(*one->server);
}

void ServerSide::change(const ServerChangeStep& step) {
  for (const auto& one : servers_) {
    if (one->model->id != step.server) continue;
    smb_server::SmbServer& server = *one->server;
    const auto text = [](const std::string& name) {
      return bytes::utf16_from_utf8(name).value_or(u"");
    };
    if (step.end_sessions)
      server.end_sessions(text(step.end_sessions->client), text(step.end_sessions->user));
    for (const smb_server::DeclaredSession& session : step.add_sessions)
      server.add_session(session, world_.now());
    if (step.expire_sessions) server.expire_sessions(world_.now());
    if (step.drop_connections_by_reset) server.drop_connections(*step.drop_connections_by_reset);
    world_.wake(server);
  }
}

std::vector<FaultReport> ServerSide::fault_reports() const {
  std::vector<FaultReport> out;
  const std::vector<target_sim::FaultPlan::Count> counts = plan_.counts();
  for (const auto& one : servers_)
    for (const SmbFaultModel& fault : one->model->faults) {
      const target_sim::FaultPlan::Count& count = counts[out.size()];
      out.push_back({count.name, count.matched, count.fired, fault.may_not_fire});
    }
  return out;
}

}  // namespace lunsim::scenarios
