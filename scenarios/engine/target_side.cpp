#include "scenarios/engine/target_side.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/engine/lua_faults.hpp"
#include "scenarios/engine/target_changes.hpp"
#include "scenarios/engine/target_service.hpp"
#include "target_sim/faults/fault_filter.hpp"
#include "target_sim/faults/fault_tap.hpp"
#include "target_sim/faults/faulty_device.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::DiskInventory;
using target_sim::FaultyDevice;

std::vector<target_sim::FaultRule> rules_of(const Scenario& scenario, LuaRoom& lua) {
  std::vector<target_sim::FaultRule> out;
  for (const TargetModel& target : scenario.targets)
    for (const FaultModel& fault : target.faults) {
      out.push_back(fault.rule);
      bind_scripts(fault, out.back(), lua);
    }
  return out;
}

bool has_rules(const TargetModel& target, bool for_device) {
  return std::any_of(target.faults.begin(), target.faults.end(), [&](const FaultModel& fault) {
    return fault.rule.action.is_for_device() == for_device;
  });
}

target_sim::UnitConfig unit_config(const LunModel& lun) {
  target_sim::UnitConfig config;
  config.read_only = lun.read_only;
  config.descriptor_sense = lun.descriptor_sense;
  config.write_cache = lun.write_cache;
  config.physical_exponent = lun.physical_exponent;
  config.pool_bytes = lun.pool_bytes;
  config.threshold_percent = lun.threshold_percent;
  config.lun = lun.lun;
  config.capacity_bytes = lun.capacity_bytes;
  config.block_bytes = lun.block_bytes;
  config.thin = lun.thin;
  if (!lun.vendor.empty()) config.vendor = lun.vendor;
  if (!lun.product.empty()) config.product = lun.product;
  if (!lun.revision.empty()) config.revision = lun.revision;
  config.serial = lun.serial;
  config.store = lun.null_store ? target_sim::StoreKind::null : target_sim::StoreKind::ram;
  return config;
}

target_sim::InitiatorAccess access_of(const ChapUser& user) {
  target_sim::InitiatorAccess access;
  access.initiator = user.initiator;
  access.chap = login::Secret{user.user, user.secret};
  if (!user.mutual_secret.empty())
    access.mutual = login::Secret{user.mutual_user, user.mutual_secret};
  return access;
}

std::vector<target_sim::InitiatorAccess> access_of(const std::vector<ChapUser>& users) {
  std::vector<target_sim::InitiatorAccess> out;
  for (const ChapUser& user : users) out.push_back(access_of(user));
  return out;
}

/// A scenario's variables, and files where there are any.
class Conditions final : public target_sim::FaultConditions {
 public:
  bool file_exists(std::string_view path) const override {
    return files ? files(path) : variable(path).value_or(0) != 0;
  }
  std::optional<std::uint64_t> variable(std::string_view name) const override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  std::function<bool(std::string_view path)> files;
  std::map<std::string, std::uint64_t, std::less<>> values;
};

}  // namespace

struct TargetSide::Parts final : target_sim::ChangeHandler {
  Parts(const Scenario& scenario_, runtime::World& world_, std::uint64_t seed, LuaRoom* lua)
      : scenario(scenario_),
        world(world_),
        own_lua(lua == nullptr ? std::make_unique<LuaRoom>(seed) : nullptr),
        plan(rules_of(scenario_, lua == nullptr ? *own_lua : *lua), seed),
        tap(plan) {}

  const Scenario& scenario;
  runtime::World& world;
  std::unique_ptr<LuaRoom> own_lua;  // unless somebody lent one
  Conditions conditions;
  target_sim::FaultPlan plan;
  target_sim::FaultTap tap;
  std::shared_ptr<target_sim::ScsiDevice> device = std::make_shared<target_sim::ScsiDevice>();
  std::vector<std::unique_ptr<DiskInventory>> inventories;  // one for each target
  std::vector<std::unique_ptr<FaultyDevice>> faulty;
  std::vector<Address> listed;             // portals in the scenario's addresses
  std::vector<runtime::Endpoint> portals;  // where they are
  AddressMap addresses;
  std::unique_ptr<TargetService> service;

  void join_port_group(DiskInventory& inventory, const PortGroupModel& model) {
    inventory.join_port_group(model.group);
    target_sim::PortGroup& group = *device->port_groups.find(model.group);
    group.state = model.state;
    group.preferred |= model.preferred;
    device->port_groups.control.is_explicit |= model.is_explicit;
  }

  target_sim::Device& make_device(const TargetModel& target) {
    inventories.push_back(std::make_unique<DiskInventory>(target.name, device));
    if (target.port_group) join_port_group(*inventories.back(), *target.port_group);
    for (const LunModel& lun : target.luns) {
      if (lun.same_unit_as) continue;
      const target_sim::UnitConfig config = unit_config(lun);
      if (const auto why = target_sim::refusal_of(config); !why.empty())
        throw std::runtime_error(fmt::format("{}: LUN {}: {}", to_string(lun.place), lun.lun, why));
      inventories.back()->add_unit(config);
    }
    if (!has_rules(target, true)) return *inventories.back();
    faulty.push_back(std::make_unique<FaultyDevice>(*inventories.back(), plan, target.name));
    faulty.back()->set_disks(*inventories.back());
    faulty.back()->set_change_handler(*this);
    return *faulty.back();
  }

  /// The loader has seen to it that each is there.
  void show_shared_units() {
    for (std::size_t i = 0; i < scenario.targets.size(); ++i)
      for (const LunModel& lun : scenario.targets[i].luns)
        if (lun.same_unit_as)
          inventories[i]->show_unit(
              lun.lun,
              inventories[node_of(lun.same_unit_as->target)]->share_unit(lun.same_unit_as->lun));
  }

  const FaultModel& fault_of(std::size_t rule) const {
    for (const TargetModel& target : scenario.targets) {
      if (rule < target.faults.size()) return target.faults[rule];
      rule -= target.faults.size();
    }
    throw std::logic_error("no such rule");
  }

  /// A fault changes the world: units at once, before the command; the service when it has done
  /// with what it is in.
  void handle_change(std::size_t rule) override {
    const ChangeStep& step = *fault_of(rule).change;
    apply_to_units(step);
    service->defer([this, &step](runtime::TimePoint now) { apply_to_service(step, now); });
  }

  TargetParts parts() { return {scenario, device, inventories, faulty, listed, portals, *service}; }
  std::string apply_to_units(const ChangeStep& step) {
    const std::size_t node = node_of(step.target);
    DiskInventory& inventory = *inventories[node];
    if (step.add && !inventory.add_unit(unit_config(*step.add)))
      return fmt::format("LUN {} is there already", step.add->lun);
    if (step.resize && !inventory.resize_unit(step.resize->lun, step.resize->capacity_bytes))
      return fmt::format("there is no LUN {} to resize", step.resize->lun);
    if (step.remove && !inventory.remove_unit(*step.remove))
      return fmt::format("there is no LUN {} to remove", *step.remove);
    return change_units(parts(), node, step.device);
  }
  void apply_to_service(const ChangeStep& step, runtime::TimePoint now) {
    const std::size_t node = node_of(step.target);
    target_sim::TargetServer& server = service->server();
    if (step.request_logout_s) server.request_logout(node, *step.request_logout_s, now);
    if (step.drop_sessions_by_reset) server.drop_sessions(node, *step.drop_sessions_by_reset, now);
    change_service(parts(), node, step.device, now);
  }

  std::size_t portal_index(const Address& address) {
    for (std::size_t i = 0; i < listed.size(); ++i)
      if (listed[i].host == address.host && listed[i].port == address.port) return i;
    listed.push_back(address);
    return listed.size() - 1;
  }

  target_sim::TargetNodeConfig node_config(const TargetModel& target) {
    target_sim::TargetNodeConfig node;
    node.name = target.name;
    node.alias = target.alias;
    node.portal_group_tag = target.portal_group_tag;
    for (const Address& portal : target.portals) node.portals.push_back(portal_index(portal));
    node.device = &make_device(target);
    node.access = access_of(target.users);
    node.chap_challenge_bytes = target.chap_challenge_bytes;
    node.wishes = target.wishes;
    return node;
  }

  target_sim::TargetServerConfig server_config() {
    const ServerModel& model = scenario.server;
    target_sim::TargetServerConfig config;
    for (const TargetModel& target : scenario.targets) config.nodes.push_back(node_config(target));
    for (const Address& address : listed) config.portals.push_back({address.host, address.port});
    config.discovery_access = access_of(model.discovery_users);
    config.first_stat_sn = StatSn{model.first_stat_sn};
    config.command_window = model.command_window;
    config.login_timeout = runtime::Duration{model.login_timeout_ns};
    config.nop_interval = runtime::Duration{model.nop_interval_ns};
    config.nop_timeout = runtime::Duration{model.nop_timeout_ns};
    return config;
  }

  /// Tells everybody where the portals really are: SendTargets, redirections, steps.
  void settle_addresses(bool real_ones) {
    for (std::size_t i = 0; i < portals.size() && real_ones; ++i) {
      service->server().set_portal(i, portals[i]);
      addresses.add(listed[i], {portals[i].address, portals[i].port});
    }
    std::size_t rule = 0;
    for (const TargetModel& target : scenario.targets)
      for (const FaultModel& fault : target.faults) {
        if (fault.redirect) {
          const Address to = addresses.really(*fault.redirect);
          plan.set_redirect(rule, to_string(runtime::Endpoint{to.host, to.port}));
        }
        ++rule;
      }
  }

  std::size_t node_of(const std::string& id) const {
    for (std::size_t i = 0; i < scenario.targets.size(); ++i)
      if (scenario.targets[i].id == id) return i;
    return 0;
  }
};

TargetSide::TargetSide(const Scenario& scenario, runtime::World& world, std::uint64_t seed,
                       TargetSideOptions options)
    : parts_(std::make_unique<Parts>(scenario, world, seed, options.lua)) {
  Parts& p = *parts_;
  p.conditions.files = std::move(options.file_exists);
  p.plan.set_conditions(&p.conditions);
  if (target_sim::has_byte_rules(p.plan))
    world.set_filter_factory(target_sim::fault_filters(p.plan));
  if (target_sim::has_gate_rules(p.plan)) world.set_gate(target_sim::fault_gate(p.plan));
  const target_sim::TargetServerConfig config = p.server_config();
  const bool has_wire_rules =
      std::any_of(scenario.targets.begin(), scenario.targets.end(),
                  [](const TargetModel& target) { return has_rules(target, false); });
  p.show_shared_units();
  pdu::Tap* tap = has_wire_rules ? &p.tap : nullptr;
  if (options.tap) tap = options.tap(tap);
  p.service = std::make_unique<TargetService>(
      std::make_unique<target_sim::TargetServer>(config, world.entropy("target"), tap));
  std::vector<runtime::Endpoint> listen = config.portals;
  for (std::size_t i = 0; i < listen.size() && !options.listen.empty(); ++i)
    listen[i] = options.listen[std::min(i, options.listen.size() - 1)];
  p.portals = world.attach(*p.service, "", listen);
  p.settle_addresses(options.tells_real_addresses);
}

TargetSide::~TargetSide() {
  if (parts_->service) parts_->world.detach(*parts_->service);
  parts_->world.set_filter_factory({});
  parts_->world.set_gate({});
}

const std::vector<runtime::Endpoint>& TargetSide::portals() const { return parts_->portals; }
const AddressMap& TargetSide::addresses() const { return parts_->addresses; }
target_sim::FaultPlan& TargetSide::faults() { return parts_->plan; }
target_sim::TargetServer& TargetSide::server() { return parts_->service->server(); }
const target_sim::TargetServer& TargetSide::server() const { return parts_->service->server(); }
runtime::Engine& TargetSide::engine() { return *parts_->service; }
target_sim::DiskInventory& TargetSide::inventory(std::size_t target) {
  return *parts_->inventories.at(target);
}

void TargetSide::set_variable(const std::string& name, std::uint64_t value) {
  parts_->conditions.values[name] = value;
}

const target_sim::FaultConditions& TargetSide::conditions() const { return parts_->conditions; }

std::string TargetSide::change(const ChangeStep& step) {
  Parts& p = *parts_;
  const std::string why = p.apply_to_units(step);
  if (!why.empty()) return why;
  p.apply_to_service(step, p.world.now());
  p.world.wake(*p.service);
  return {};
}

std::vector<FaultReport> TargetSide::fault_reports() const {
  std::vector<FaultReport> out;
  const std::vector<target_sim::FaultPlan::Count> counts = parts_->plan.counts();
  std::size_t rule = 0;
  for (const TargetModel& target : parts_->scenario.targets)
    for (const FaultModel& fault : target.faults) {
      const target_sim::FaultPlan::Count& count = counts[rule++];
      out.push_back({count.name, count.matched, count.fired, fault.may_not_fire});
    }
  return out;
}

}  // namespace lunsim::scenarios
