#include "scenarios/explore/aftermath.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "target_sim/device/logical_unit.hpp"

namespace lunsim::explore {
namespace {

using initiator::KeptSession;
using scenarios::FaultModel;
using scenarios::TargetModel;

/// Time for a session that is away to come back: the reconnector's pauses and time-outs fit in.
constexpr runtime::Duration kHealBound = std::chrono::minutes{10};

/// Half-open connections at the target end by its own time-outs, if it has any.
constexpr runtime::Duration kForgetBound = std::chrono::minutes{5};

void heal(const Scene& scene) {
  for (const TargetModel& target : scene.scenario.targets)
    for (const FaultModel& fault : target.faults) scene.targets.faults().disarm(fault.rule.name);
  for (const scenarios::ChangeStep* change : changes_of(scene.scenario)) {
    scenarios::ChangeStep up;
    up.target = change->target;
    up.device.portals_up = change->device.portals_down;
    if (!up.device.portals_up.empty()) scene.targets.change(up);
  }
}

/// One that gave up while the trouble lasted stays away by the host's policy; none gives up after.
bool is_settled(const KeptSession& session) {
  return session.state() == KeptSession::State::up || session.state() == KeptSession::State::over ||
         session.has_given_up();
}

void look_at_hosts(const Scene& scene) {
  for (initiator::DirectHost* host : scene.hosts) {
    if (host->operations() > 0)
      scene.findings.add("leak",
                         fmt::format("{} operations of the host never ended", host->operations()));
    for (const auto& [id, record] : host->state().sessions().all())
      if (!record->is_listed)
        scene.findings.add(
            "leak", fmt::format("a session to {} that no call knows of", record->target_name));
  }
}

/// The sessions of all hosts that have one behind them.
std::vector<const KeptSession*> kept_sessions(const Scene& scene) {
  std::vector<const KeptSession*> out;
  for (initiator::DirectHost* host : scene.hosts)
    for (const auto& [id, record] : host->state().sessions().all())
      if (record->kept != nullptr) out.push_back(record->kept.get());
  return out;
}

std::size_t given_up(const Scene& scene) {
  const auto sessions = kept_sessions(scene);
  return static_cast<std::size_t>(
      std::count_if(sessions.begin(), sessions.end(),
                    [](const KeptSession* session) { return session->has_given_up(); }));
}

/// Hosts of one name and ISID take the session from each other for as long as both want it: that
/// trouble is the story itself, and is never over. RFC 7143 §6.3.5
bool has_clones(const scenarios::Scenario& scenario) {
  for (const auto& one : scenario.hosts)
    for (const auto& other : scenario.hosts)
      if (&one != &other && one.initiator == other.initiator && one.isid == other.isid) return true;
  return false;
}

/// A login that was under way when the trouble ended may still meet it: an answer that was held, or
/// came out of its order. What becomes of that one is the trouble's doing; the next one's is not.
void end_logins_under_way(const Scene& scene) {
  constexpr runtime::Duration kBound = std::chrono::minutes{2};
  const auto nobody_tries = [&] {
    const auto sessions = kept_sessions(scene);
    return std::none_of(sessions.begin(), sessions.end(),
                        [](const KeptSession* session) { return session->is_trying_again(); });
  };
  scene.world.run_until(nobody_tries, scene.world.now() + kBound);
}

void look_at_sessions(const Scene& scene) {
  const bool never_rests = has_clones(scene.scenario);
  end_logins_under_way(scene);
  const std::size_t given_up_in_trouble = given_up(scene);
  const auto all_settled = [&] {
    const auto sessions = kept_sessions(scene);
    return std::all_of(sessions.begin(), sessions.end(),
                       [](const KeptSession* session) { return is_settled(*session); });
  };
  if (!scene.world.run_until(all_settled, scene.world.now() + kHealBound) && !never_rests)
    scene.findings.add("no recovery",
                       fmt::format("a session is not back {} s after the trouble was over",
                                   kHealBound.count() / 1'000'000'000));
  if (given_up(scene) > given_up_in_trouble && !never_rests)
    scene.findings.add("no recovery", "a session was given up after the trouble was over");
  for (initiator::DirectHost* host : scene.hosts) {
    std::vector<initiator::UniqueId> ids;
    for (const auto& [id, record] : host->state().sessions().all()) ids.push_back(id);
    for (const initiator::UniqueId& id : ids) {
      const initiator::Reply reply = host->call(initiator::LogoutTarget{id});
      if (reply.code != 0)
        scene.findings.add("no recovery",
                           fmt::format("logging out in the end returned {:#x}", reply.code));
    }
  }
}

void look_at_target(const Scene& scene) {
  const auto has_forgotten = [&] { return scene.targets.server().sessions().empty(); };
  if (scene.world.run_until(has_forgotten, scene.world.now() + kForgetBound)) return;
  const auto left = scene.targets.server().sessions();
  if (!left.empty())
    scene.findings.add(
        "leak", fmt::format("the target keeps {} sessions that nobody has, the "
                            "first of {} with {} connections and {} tasks",
                            left.size(), left.front().initiator_name, left.front().connections,
                            left.front().outstanding_tasks));
}

/// Reads a block from the medium, beneath faults, wire, reservations and unit attentions.
std::optional<std::vector<std::byte>> read_medium(target_sim::DiskInventory& inventory,
                                                  const BlockModel::Written& block) {
  target_sim::LogicalUnit* unit = inventory.find_unit(block.unit.lun);
  if (unit == nullptr) return std::nullopt;
  std::vector<target_sim::Slice> slices;
  unit->store().read(block.lba * block.block_bytes, block.block_bytes, slices);
  std::vector<std::byte> out;
  for (const target_sim::Slice& slice : slices) {
    out.insert(out.end(), slice.bytes.begin(), slice.bytes.end());
    if (slice.pin != nullptr) slice.pin->unpin();
  }
  return out;
}

void look_at_media(const Scene& scene) {
  for (std::size_t i = 0; i < scene.scenario.targets.size(); ++i) {
    auto& inventory = scene.targets.inventory(i);
    for (const auto& block : scene.model.written()) {
      if (block.unit.target != scene.scenario.targets[i].name) continue;
      const auto read = scene.model.begin_read(block.unit, block.lba, 1);
      const auto data = read_medium(inventory, block);
      const auto why = scene.model.end_read(
          read, data ? std::span<const std::byte>(*data) : std::span<const std::byte>{});
      if (!data)
        scene.findings.add(
            "acknowledged write lost",
            fmt::format("block {} of LUN {} cannot be read", block.lba, block.unit.lun));
      if (why) scene.findings.add("acknowledged write lost", "on the medium, " + *why);
    }
  }
}

}  // namespace

std::vector<const scenarios::ChangeStep*> changes_of(const scenarios::Scenario& scenario) {
  std::vector<const scenarios::ChangeStep*> out;
  for (const scenarios::Step& step : scenario.steps)
    if (const auto* change = std::get_if<scenarios::ChangeStep>(&step.body)) out.push_back(change);
  for (const TargetModel& target : scenario.targets)
    for (const FaultModel& fault : target.faults)
      if (fault.change) out.push_back(&*fault.change);
  return out;
}

void look_at_aftermath(const Scene& scene) {
  look_at_hosts(scene);
  heal(scene);
  look_at_sessions(scene);
  look_at_target(scene);
  look_at_media(scene);
}

}  // namespace lunsim::explore
