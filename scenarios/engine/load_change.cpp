// What a `change:` step does to a target, and what `change:` in a fault's `do:` does: units that
// come, go and change, port groups, reservations, outages.
#include <fmt/format.h>

#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::AccessState;
using target_sim::ReservationType;

constexpr std::int64_t kSecondNs = 1'000'000'000;

std::optional<bool> optional_flag(MapReader& map, std::string_view key) {
  bool value = false;
  if (!map.flag(key, value)) return std::nullopt;
  return value;
}

AttentionChange read_attention(const Node& node, Problems& problems) {
  AttentionChange change;
  MapReader map(node, "an attention", problems);
  map.number("lun", change.lun);
  if (const Node* code = map.need("code")) change.codes = read_attention_codes(*code, map);
  map.finish();
  return change;
}

UnitChange read_unit(const Node& node, Problems& problems) {
  UnitChange change;
  MapReader map(node, "a unit", problems);
  map.number("lun", change.lun);
  change.read_only = optional_flag(map, "read_only");
  change.stopped = optional_flag(map, "stopped");
  change.write_cache = optional_flag(map, "write_cache");
  change.descriptor_sense = optional_flag(map, "descriptor_sense");
  change.write_protect = optional_flag(map, "write_protect");
  map.finish();
  return change;
}

PortGroupChange read_port_group(const Node& node, Problems& problems) {
  PortGroupChange change;
  MapReader map(node, "a port group", problems);
  std::uint16_t group = 0;
  if (map.number("group", group, 65535, 1)) change.group = group;
  AccessState state = AccessState::active_optimized;
  if (map.has("state")) {
    read_access_state(map, state);
    change.state = state;
  }
  change.preferred = optional_flag(map, "preferred");
  map.flag("told", change.is_told);
  map.flag("failed", change.is_failed);
  map.finish();
  return change;
}

ReservationChange read_reservation(const Node& node, Problems& problems) {
  using Kind = ReservationChange::Kind;
  ReservationChange change;
  MapReader map(node, "a reservation", problems);
  map.need("do");
  read_word(map, "do", change.kind,
            {{"register", Kind::register_key},
             {"reserve", Kind::reserve},
             {"preempt", Kind::preempt},
             {"release", Kind::release},
             {"clear", Kind::clear},
             {"reserve(6)", Kind::reserve_old}});
  map.number("lun", change.lun);
  map.text("initiator", change.initiator);
  map.number("key", change.key, ~std::uint64_t{0}, 1);
  std::uint64_t victim = 0;
  if (map.number("victim", victim)) change.victim = victim;
  read_word(
      map, "type", change.type,
      {{"write exclusive", ReservationType::write_exclusive},
       {"exclusive access", ReservationType::exclusive_access},
       {"write exclusive, registrants only", ReservationType::write_exclusive_registrants_only},
       {"exclusive access, registrants only", ReservationType::exclusive_access_registrants_only},
       {"write exclusive, all registrants", ReservationType::write_exclusive_all_registrants},
       {"exclusive access, all registrants", ReservationType::exclusive_access_all_registrants}});
  map.finish();
  return change;
}

OutageChange read_outage(const Node& node, bool loses_power, Problems& problems) {
  OutageChange change;
  change.loses_power = loses_power;
  MapReader map(node, loses_power ? "power_loss" : "crash", problems);
  map.duration("down", change.down_ns);
  map.duration("booting", change.booting_ns);
  if (!loses_power) {
    map.flag("keep_sessions", change.keeps_sessions);
    bool keeps_cache = true;
    if (map.flag("keep_cache", keeps_cache)) change.loses_power = !keeps_cache;
  }
  change.restarts_tsih = !change.keeps_sessions;
  map.flag("restart_tsih", change.restarts_tsih);
  map.finish();
  return change;
}

void read_portals(const Node& node, std::vector<Address>& out, Problems& problems) {
  const std::vector<Node> one{node};
  for (const Node& item : node.is_list() ? node.items : one)
    if (const auto address = read_address(item, problems)) out.push_back(*address);
}

void read_device_change(MapReader& map, DeviceChange& change) {
  Problems& problems = map.problems();
  if (const Node* node = map.take("attention")) change.attention = read_attention(*node, problems);
  if (const Node* node = map.take("unit")) change.unit = read_unit(*node, problems);
  if (const Node* node = map.take("port_group"))
    change.port_group = read_port_group(*node, problems);
  if (const Node* node = map.take("reservation"))
    change.reservation = read_reservation(*node, problems);
  if (const Node* node = map.take("crash")) change.outage = read_outage(*node, false, problems);
  if (const Node* node = map.take("power_loss")) change.outage = read_outage(*node, true, problems);
  std::int64_t duration = 0;
  if (map.duration("pause", duration)) change.pause_ns = duration;
  if (map.duration("booting", duration)) change.booting_ns = duration;
  std::uint16_t tag = 0;
  if (map.number("portal_group_tag", tag)) change.portal_group_tag = tag;
  if (const Node* node = map.take("portal_down"))
    read_portals(*node, change.portals_down, problems);
  if (const Node* node = map.take("portal_up")) read_portals(*node, change.portals_up, problems);
}

}  // namespace

void read_access_state(MapReader& map, AccessState& out) {
  read_word(map, "state", out,
            {{"active/optimized", AccessState::active_optimized},
             {"active/non-optimized", AccessState::active_non_optimized},
             {"standby", AccessState::standby},
             {"unavailable", AccessState::unavailable},
             {"offline", AccessState::offline},
             {"transitioning", AccessState::transitioning}});
}

std::vector<scsi::AdditionalSense> read_attention_codes(const Node& node, MapReader& map) {
  std::vector<scsi::AdditionalSense> out;
  const std::vector<Node> one{node};
  for (const Node& item : node.is_list() ? node.items : one)
    if (const auto pair = map.read_number(item, 0, 0xFFFF, Names::asc_pair))
      out.push_back({static_cast<std::uint8_t>(*pair >> 8), static_cast<std::uint8_t>(*pair)});
  return out;
}

void read_change_keys(MapReader& map, ChangeStep& change) {
  Problems& problems = map.problems();
  if (const Node* add = map.take("add")) change.add = read_lun(*add, problems);
  if (const Node* resize = map.take("resize")) change.resize = read_lun(*resize, problems);
  if (const Node* remove = map.take("remove")) {
    MapReader lun(*remove, "remove", problems);
    std::uint64_t number = 0;
    lun.need("lun");
    if (lun.number("lun", number)) change.remove = number;
    lun.finish();
  }
  std::int64_t within_ns = 0;
  // The PDU counts seconds in two bytes.
  if (map.duration("request_logout", within_ns, 65535 * kSecondNs))
    change.request_logout_s = static_cast<std::uint16_t>(within_ns / kSecondNs);
  std::string how;
  if (map.word("drop_sessions", how, {"reset", "finish"})) {
    if (how != "reset" && how != "finish")
      expected_but(*map.node().find("drop_sessions"), "reset or finish", problems);
    change.drop_sessions_by_reset = how == "reset";
  }
  read_device_change(map, change.device);
}

}  // namespace lunsim::scenarios
