#include "scenarios/engine/host_side.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "protocol/bytes/utf16.hpp"

namespace lunsim::scenarios {
namespace {

constexpr runtime::TimePoint kNever{std::numeric_limits<std::int64_t>::max()};

std::vector<target_sim::FaultRule> rules_of(const Scenario& scenario) {
  std::vector<target_sim::FaultRule> out;
  for (const HostFaultModel& fault : scenario.host_faults) out.push_back(fault.rule);
  return out;
}

}  // namespace

initiator::DirectHostConfig host_config(const HostModel& model) {
  initiator::DirectHostConfig config;
  config.initiator_name = model.initiator;
  config.address = model.address;
  for (std::size_t i = 0; i < model.isid.size(); ++i)
    config.isid.bytes[i] = std::byte{model.isid[i]};
  if (!model.mutual_secret.empty()) config.initiator_chap_secret = model.mutual_secret;
  config.wishes = model.wishes;
  config.first_cmd_sn = CmdSn{model.first_cmd_sn};
  config.session.command_timeout = runtime::Duration{model.command_timeout_ns};
  config.session.login_timeout = runtime::Duration{model.login_timeout_ns};
  config.session.connect_timeout = runtime::Duration{model.connect_timeout_ns};
  config.session.nop_interval = runtime::Duration{model.nop_interval_ns};
  config.session.nop_timeout = runtime::Duration{model.nop_timeout_ns};
  config.profile.raw_lun_numbers = model.raw_lun_numbers;
  config.profile.empty_list_probe_insufficient = model.empty_list_probe_insufficient;
  config.profile.sense_cap_18 = model.sense_cap_18;
  config.profile.sense_too_small_is_insufficient_buffer =
      model.sense_too_small_is_insufficient_buffer;
  config.profile.read_capacity_16 = model.read_capacity_16;
  return config;
}

smb_client::ClientConfig client_config(const HostModel& host, const SmbServerModel& server) {
  smb_client::ClientConfig config;
  config.server = {server.address.host, server.address.port};
  config.server_name = server.config.name;
  config.workstation = host.id;
  config.domain = server.config.domain;
  if (!server.config.users.empty()) {
    config.user = server.config.users.front().name;
    config.password = server.config.users.front().password;
  }
  const auto login = std::ranges::find(host.smb, server.id, &SmbLoginModel::server);
  if (login == host.smb.end()) return config;
  config.user = login->user;
  config.password = login->password;
  if (!login->domain.empty()) config.domain = login->domain;
  if (!login->dialects.empty()) config.dialects = login->dialects;
  if (login->encrypts) config.encryption = smb_client::Encryption::required;
  config.writes_and_reads = login->writes_and_reads;
  config.begins_with_smb1 = login->begins_with_smb1;
  config.rpc_login = login->rpc_login;
  config.answer_timeout = runtime::Duration{login->answer_timeout_ns};
  return config;
}

/// Waits by HostSide::run_until instead of turning the world alone.
class HostSide::WaitingHost final : public initiator::Host {
 public:
  WaitingHost(HostSide& side, FaultyHost& inner) : side_(side), inner_(inner) {}

  initiator::OperationId start(initiator::Request request) override {
    return inner_.start(std::move(request));
  }
  bool poll(initiator::OperationId operation) override { return inner_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override {
    return inner_.take(operation);
  }
  initiator::Reply call(initiator::Request request) override {
    const initiator::OperationId operation = inner_.start(std::move(request));
    const std::string_view hung_by = inner_.hung_by(operation);
    if (!hung_by.empty() && CallThread::current() == nullptr) {
      side_.hung_by_ = hung_by;
      return inner_.take(operation);
    }
    const runtime::TimePoint patience = hung_by.empty() ? side_.world_.now() + patience_ : kNever;
    try {
      side_.run_until([&] { return inner_.poll(operation); }, patience);
    } catch (...) {
      inner_.take(operation);
      throw;
    }
    return inner_.take(operation);
  }
  const Profile& profile() const override { return inner_.profile(); }

 private:
  HostSide& side_;
  FaultyHost& inner_;
  const runtime::Duration patience_ = initiator::DirectHostConfig{}.call_timeout;
};

initiator::Host& HostSide::Standing::outermost() {
  if (decorated) return *decorated;
  return *waiting;
}

HostSide::HostSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
                   const Decorate& decorate)
    : world_(world),
      plan_(rules_of(scenario), seed),
      network_before_(smb_client::current_network()),
      before_(initiator::current_host()) {
  assert(!scenario.hosts.empty());
  for (const HostModel& model : scenario.hosts) {
    Standing one;
    one.id = model.id;
    one.direct = std::make_unique<initiator::DirectHost>(world, host_config(model));
    one.faulty =
        std::make_unique<FaultyHost>(model.id, *one.direct, scenario.host_faults, plan_, world);
    one.waiting = std::make_unique<WaitingHost>(*this, *one.faulty);
    if (decorate) one.decorated = decorate(*one.waiting);
    one.network = network_of(model, scenario);
    hosts_.push_back(std::move(one));
  }
  make_current({});
}

HostSide::~HostSide() {
  breaks_off_ = true;
  for (const auto& [id, call] : calls_) finish(*call);
  calls_.clear();
  smb_client::set_current_network(network_before_);
  initiator::set_current_host(before_);
}

HostSide::Standing& HostSide::standing(std::string_view id) {
  if (id.empty()) return hosts_.front();
  const auto found =
      std::find_if(hosts_.begin(), hosts_.end(), [&](const Standing& one) { return one.id == id; });
  assert(found != hosts_.end());
  return *found;
}

initiator::Host& HostSide::host(std::string_view id) { return standing(id).outermost(); }
initiator::DirectHost& HostSide::direct(std::string_view id) { return *standing(id).direct; }
std::vector<initiator::DirectHost*> HostSide::all_direct() {
  std::vector<initiator::DirectHost*> out;
  for (const Standing& one : hosts_) out.push_back(one.direct.get());
  return out;
}
void HostSide::make_current(std::string_view id) {
  initiator::set_current_host(&standing(id).outermost());
  smb_client::set_current_network(standing(id).network.get());
}

std::unique_ptr<smb_client::WorldNetwork> HostSide::network_of(const HostModel& model,
                                                               const Scenario& scenario) {
  auto network = std::make_unique<smb_client::WorldNetwork>(
      world_, model.address,
      [this](const std::function<bool()>& done, runtime::TimePoint deadline) {
        return run_until(done, deadline);
      });
  for (const SmbServerModel& server : scenario.servers) {
    const std::u16string id = bytes::utf16_from_utf8(server.id).value_or(u"");
    network->add_server(id, client_config(model, server));
    for (const std::string& name : {server.config.name, server.address.host})
      network->add_name(bytes::utf16_from_utf8(name).value_or(u""), id);
    if (model.own_server == server.id) network->add_name(u"", id);
  }
  return network;
}

/// Hosts first, then the calls whose wait is over, in the order in which they were started, until
/// nobody has anything left to do.
void HostSide::turn() {
  for (Standing& one : hosts_) one.direct->turn();
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& [id, call] : calls_) {
      if (call->has_ended() || !call->is_ready(world_.now())) continue;
      call->resume();
      moved = true;
    }
  }
}

runtime::TimePoint HostSide::next_alarm(runtime::TimePoint deadline) const {
  for (const Standing& one : hosts_)
    if (const auto its = one.faulty->poll_timeout()) deadline = std::min(deadline, *its);
  for (const auto& [id, call] : calls_)
    if (const auto its = call->has_ended() ? std::nullopt : call->deadline())
      deadline = std::min(deadline, *its);
  return deadline;
}

bool HostSide::run_until(const std::function<bool()>& done, runtime::TimePoint deadline) {
  if (CallThread* call = CallThread::current()) {
    if (!breaks_off_ && !done()) call->park(done, deadline);
    return done();
  }
  const auto check = [&] {
    turn();
    return done();
  };
  for (;;) {
    const runtime::TimePoint until = next_alarm(deadline);
    if (world_.run_until(check, until)) return true;
    // A world that was stopped, or in which nothing can ever happen, does not reach it.
    if (until == deadline || world_.now() < until) return false;
  }
}

HostSide::CallId HostSide::start_call(std::string_view id, std::function<void()> body) {
  const CallId number{next_call_++};
  initiator::Host* const host = &standing(id).outermost();
  smb_client::Network* const network = standing(id).network.get();
  const auto made =
      calls_.emplace(number, std::make_unique<CallThread>([host, network, body = std::move(body)] {
                       initiator::set_current_host(host);
                       smb_client::set_current_network(network);
                       body();
                     }));
  made.first->second->resume();
  return number;
}

bool HostSide::has_ended(CallId call) const { return calls_.at(call)->has_ended(); }

void HostSide::finish(CallThread& call) {
  call.forget();
  while (!call.has_ended()) {
    try {
      call.resume();
    } catch (...) {  // it has ended by that, and nobody wants to know any more
    }
  }
}

void HostSide::forget_call(CallId call) {
  breaks_off_ = true;
  finish(*calls_.at(call));
  breaks_off_ = false;
  calls_.erase(call);
}

}  // namespace lunsim::scenarios
