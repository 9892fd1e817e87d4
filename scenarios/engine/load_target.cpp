#include <algorithm>

#include <fmt/format.h>

#include "initiator/host/profile.hpp"
#include "protocol/iscsi/negotiation/parameter_access.hpp"
#include "runtime/trace/ip_address.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"
#include "target_sim/device/logical_unit.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kUnitsMax = 4096;  // of a target; a fault lists more

void read_digest(MapReader& map, std::string_view key, bool& none, bool& crc, bool& prefer) {
  std::vector<std::string> values;
  if (!map.texts(key, values)) return;
  none = crc = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (equal_ignoring_case(values[i], "CRC32C")) {
      crc = true;
      prefer |= i == 0;
    } else if (equal_ignoring_case(values[i], "None")) {
      none = true;
    } else {
      const std::vector<std::string> known{"CRC32C", "None"};
      map.problems().add(
          map.node().find(key)->place,
          fmt::format("unknown digest \"{}\": possible is {}", values[i], one_of_text(known)),
          nearest(values[i], known));
    }
  }
}

/// The most that is agreed to, of three that each have what stands before them.   RFC 7143 §13.23
void read_task_reporting(MapReader& map, negotiation::TaskReporting& most) {
  static const std::vector<std::string> kKnown{"RFC3720", "ResponseFence", "FastAbort"};
  std::string word;
  if (!map.word("TaskReporting", word, kKnown)) return;
  const auto reporting = negotiation::task_reporting_of(word);
  most = reporting.value_or(most);
  if (!reporting)
    map.problems().add(
        map.place_of("TaskReporting"),
        fmt::format("\"{}\" is no TaskReporting: possible is {}", word, one_of_text(kKnown)),
        nearest(word, kKnown));
}

void read_users(const Node& node, std::vector<ChapUser>& users, Problems& problems) {
  const std::vector<Node> one{node};
  for (const Node& item : node.is_list() ? node.items : one) {
    ChapUser user;
    user.place = item.place;
    MapReader map(item, "a CHAP user", problems);
    map.text("initiator", user.initiator);
    map.need("user");
    map.text("user", user.user);
    map.need("secret");
    map.text("secret", user.secret);
    if (const Node* mutual = map.take("mutual")) {
      MapReader of_target(*mutual, "the target's CHAP name and secret", problems);
      of_target.need("user");
      of_target.text("user", user.mutual_user);
      of_target.need("secret");
      of_target.text("secret", user.mutual_secret);
      of_target.finish();
    }
    map.finish();
    users.push_back(std::move(user));
  }
}

/// A text of the unit's, within the limits that the unit itself has.
void read_unit_text(MapReader& map, std::string_view key,
                    std::string target_sim::UnitConfig::*member, std::string& out) {
  if (!map.text(key, out)) return;
  target_sim::UnitConfig unit;
  unit.capacity_bytes = unit.block_bytes;
  unit.*member = out;
  if (const std::string_view why = target_sim::refusal_of(unit); !why.empty())
    map.problems().add(map.node().find(key)->place, std::string(why));
}

bool is_block_size(std::uint32_t bytes) {
  return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

void read_nop(MapReader& map, std::int64_t& interval_ns, std::int64_t& timeout_ns,
              Problems& problems) {
  const Node* node = map.take("nop");
  if (node == nullptr) return;
  MapReader nop(*node, "nop", problems);
  nop.need("interval");
  nop.duration("interval", interval_ns);
  nop.duration("timeout", timeout_ns);
  nop.finish();
}

/// A reading by its name; the switches beside it change it.
void read_reading(MapReader& map, HostModel& host) {
  std::string name;
  if (!map.text("reading", name)) return;
  const auto profile = initiator::profile_named(name);
  if (!profile)
    return expected_but(*map.node().find("reading"), "documented or windows", map.problems());
  host.raw_lun_numbers = profile->raw_lun_numbers;
  host.empty_list_probe_insufficient = profile->empty_list_probe_insufficient;
  host.sense_cap_18 = profile->sense_cap_18;
  host.sense_too_small_is_insufficient_buffer = profile->sense_too_small_is_insufficient_buffer;
  host.read_capacity_16 = profile->read_capacity_16;
}

void read_profile(const Node& node, HostModel& host, Problems& problems) {
  MapReader map(node, "a profile", problems);
  read_reading(map, host);
  map.flag("raw_lun_numbers", host.raw_lun_numbers);
  map.flag("empty_list_probe_insufficient", host.empty_list_probe_insufficient);
  map.flag("sense_cap_18", host.sense_cap_18);
  map.flag("sense_too_small_is_insufficient_buffer", host.sense_too_small_is_insufficient_buffer);
  map.flag("read_capacity_16", host.read_capacity_16);
  map.finish();
}

bool is_iscsi_name(std::string_view name) {
  const bool known =
      name.starts_with("iqn.") || name.starts_with("eui.") || name.starts_with("naa.");
  return known && name.size() <= 223 && name.find_first_of(" \t\n=,_/\\") == std::string_view::npos;
}

/// What a target or a host is called that has no name in the file.
std::string name_made_of(const std::string& id) {
  std::string name = "iqn.2026-11.org.lunsim:" + to_lower(id);
  std::replace(name.begin(), name.end(), '_', '-');  // no character of an iSCSI name
  return name;
}

void read_name(MapReader& map, std::string_view key, std::string& name, Problems& problems) {
  map.text(key, name);
  if (is_iscsi_name(name)) return;
  problems.add(map.place_of(key),
               fmt::format("\"{}\" is no iSCSI name: iqn., eui. or naa., at most 223 bytes", name));
}

}  // namespace

bool are_too_many(const Node& node, std::size_t max, std::string_view what, Problems& problems) {
  if (node.items.size() <= max) return false;
  problems.add(node.place,
               fmt::format("{} {}: at most {} are possible", node.items.size(), what, max));
  return true;
}

std::optional<Address> read_address(const Node& node, Problems& problems) {
  const auto refuse = [&]() -> std::optional<Address> {
    expected_but(node, "an IP address like 10.0.0.10:3260 or [fd00::1]:3260", problems);
    return std::nullopt;
  };
  note_described(node, "an IP address like 10.0.0.10:3260 or [fd00::1]:3260", problems);
  if (!node.is_scalar() || node.text.empty()) return refuse();
  Address address;
  std::string_view text = node.text;
  std::size_t colon = text.rfind(':');
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return refuse();
    address.host = std::string(text.substr(1, end - 1));
    colon = end + 1 == text.size() ? std::string_view::npos : end + 1;
    if (colon != std::string_view::npos && text[colon] != ':') return refuse();
  } else {
    address.host = std::string(text.substr(0, colon));
  }
  // In a world of addresses a host's name leads nowhere.
  if (!runtime::parse_ip_address(address.host)) return refuse();
  const bool is_bracketed = text.front() == '[';
  if (is_bracketed != (address.host.find(':') != std::string::npos)) return refuse();
  if (colon == std::string_view::npos) return address;
  const auto port = parse_number(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return refuse();
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

void read_wishes(const Node& node, negotiation::Wishes& wishes, Problems& problems) {
  MapReader map(node, "offers", problems);
  constexpr std::uint64_t k24Bits = 0xFF'FFFF;
  map.flag("InitialR2T", wishes.session.initial_r2t);
  map.flag("ImmediateData", wishes.session.immediate_data);
  map.number("MaxBurstLength", wishes.session.max_burst_bytes, k24Bits, 512);
  map.number("FirstBurstLength", wishes.session.first_burst_bytes, k24Bits, 512);
  map.number("MaxRecvDataSegmentLength", wishes.our_max_recv_data_segment_bytes, k24Bits, 512);
  map.number("MaxOutstandingR2T", wishes.session.max_outstanding_r2t, 65535, 1);
  map.number("MaxConnections", wishes.session.max_connections, 65535, 1);
  map.number("DefaultTime2Wait", wishes.session.default_time2wait_s, 3600);
  map.number("DefaultTime2Retain", wishes.session.default_time2retain_s, 3600);
  map.number("ErrorRecoveryLevel", wishes.session.error_recovery_level, 2);
  read_digest(map, "HeaderDigest", wishes.header_digest_none, wishes.header_digest_crc32c,
              wishes.prefer_digests);
  read_digest(map, "DataDigest", wishes.data_digest_none, wishes.data_digest_crc32c,
              wishes.prefer_digests);
  read_task_reporting(map, wishes.session.task_reporting);
  map.finish();
}

LunModel read_lun(const Node& node, Problems& problems) {
  LunModel lun;
  lun.place = node.place;
  MapReader map(node, "a LUN", problems);
  map.need("lun");
  map.number("lun", lun.lun, 16383);
  map.size("capacity", lun.capacity_bytes);
  map.number("block", lun.block_bytes);
  map.flag("thin", lun.thin);
  map.flag("read_only", lun.read_only);
  map.flag("descriptor_sense", lun.descriptor_sense);
  map.flag("write_cache", lun.write_cache);
  map.number("physical_exponent", lun.physical_exponent, 15);
  map.size("pool", lun.pool_bytes);
  map.number("threshold_percent", lun.threshold_percent, 100, 1);
  if (const Node* same = map.take("same_unit_as")) {
    MapReader other(*same, "same_unit_as", problems);
    lun.same_unit_as.emplace();
    lun.same_unit_as->place = same->place;
    other.need("target");
    other.text("target", lun.same_unit_as->target);
    other.number("lun", lun.same_unit_as->lun, 16383);
    other.finish();
  }
  std::string store = "ram";
  const std::vector<std::string> known{"ram", "null"};
  if (map.word("store", store, known) && store != "ram" && store != "null") {
    problems.add(node.find("store")->place,
                 fmt::format("unknown store \"{}\": possible is {}", store, one_of_text(known)),
                 nearest(store, known));
  }
  lun.null_store = store == "null";
  read_unit_text(map, "vendor", &target_sim::UnitConfig::vendor, lun.vendor);
  read_unit_text(map, "product", &target_sim::UnitConfig::product, lun.product);
  read_unit_text(map, "revision", &target_sim::UnitConfig::revision, lun.revision);
  read_unit_text(map, "serial", &target_sim::UnitConfig::serial, lun.serial);
  map.finish();
  if (lun.same_unit_as) {
    for (std::size_t i = 0; i < node.keys.size(); ++i)
      if (node.keys[i] != "lun" && node.keys[i] != "same_unit_as")
        problems.add(
            node.key_places[i],
            fmt::format("\"{}\" is the other target's to say: the unit is the same", node.keys[i]));
    return lun;
  }
  if (lun.pool_bytes > 0 && !lun.thin)
    problems.add(node.place, "only a thin unit has a pool: `thin: true`");
  if (lun.threshold_percent > 0 && lun.pool_bytes == 0)
    problems.add(node.place, "a threshold is a part of a pool: `pool:` says how large that is");
  if (!is_block_size(lun.block_bytes)) {
    problems.add(node.place,
                 fmt::format("a block of {} bytes: a power of two from 512 to 65536 is possible",
                             lun.block_bytes));
  } else if (lun.capacity_bytes == 0 || lun.capacity_bytes % lun.block_bytes != 0) {
    problems.add(node.place, fmt::format("a capacity of {} bytes is no whole number of blocks",
                                         lun.capacity_bytes));
  }
  return lun;
}

TargetModel read_target(const std::string& id, const Node& node, ServerModel& server,
                        Problems& problems) {
  TargetModel target;
  target.place = node.place;
  target.id = id;
  target.name = name_made_of(id);
  MapReader map(node, "a target", problems);
  read_name(map, "name", target.name, problems);
  map.text("alias", target.alias);
  map.number("portal_group_tag", target.portal_group_tag, 65535, 0);
  if (const Node* portals = map.take("portals")) {
    const std::vector<Node> one{*portals};
    for (const Node& item : portals->is_list() ? portals->items : one)
      if (const auto address = read_address(item, problems)) target.portals.push_back(*address);
  }
  if (target.portals.empty()) target.portals.push_back({"10.0.0.10", 3260});
  if (const Node* luns = map.take("luns")) {
    if (!luns->is_list()) expected_but(*luns, "a list of LUNs", problems);
    const bool are_read = !are_too_many(*luns, kUnitsMax, "units of one target", problems);
    for (const Node& item : are_read ? luns->items : std::vector<Node>{}) {
      const LunModel lun = read_lun(item, problems);
      for (const LunModel& other : target.luns)
        if (other.lun == lun.lun)
          problems.add(item.place, fmt::format("LUN {} is there already", lun.lun));
      target.luns.push_back(lun);
    }
  } else {
    target.luns.push_back({});
  }
  if (const Node* users = map.take("chap")) read_users(*users, target.users, problems);
  map.number("chap_challenge", target.chap_challenge_bytes, 4096, 1);
  if (const Node* users = map.take("discovery_chap"))
    read_users(*users, server.discovery_users, problems);
  if (const Node* wishes = map.take("offers")) read_wishes(*wishes, target.wishes, problems);
  if (const Node* group = map.take("port_group")) {
    MapReader of_group(*group, "port_group", problems);
    PortGroupModel& model = target.port_group.emplace();
    model.place = group->place;
    of_group.number("group", model.group, 65535, 1);
    read_access_state(of_group, model.state);
    of_group.flag("preferred", model.preferred);
    of_group.flag("explicit", model.is_explicit);
    of_group.finish();
  }
  map.number("first_stat_sn", server.first_stat_sn);
  map.number("command_window", server.command_window, 65536, 1);
  map.duration("login_timeout", server.login_timeout_ns);
  read_nop(map, server.nop_interval_ns, server.nop_timeout_ns, problems);
  if (const Node* faults = map.take("faults")) {
    if (!faults->is_list()) expected_but(*faults, "a list of named faults", problems);
    const bool are_read = !are_too_many(*faults, kFaultsMax, "faults of one target", problems);
    for (const Node& item : are_read ? faults->items : std::vector<Node>{}) {
      if (!item.is_map() || item.keys.size() != 1) {
        expected_but(item, "a fault under its name, like `- cut: {on: ..., do: ...}`", problems);
        continue;
      }
      target.faults.push_back(read_fault(item.keys.front(), item.items.front(), target, problems));
    }
  }
  map.finish();
  return target;
}

HostModel read_host(const std::string& id, const Node& node, std::size_t number,
                    Problems& problems) {
  HostModel host;
  host.place = node.place;
  host.id = id;
  host.initiator = name_made_of(id);
  // 10.0.0.1 to 10.0.0.9, and where targets are seldom from there on.
  host.address =
      number < 10 ? fmt::format("10.0.0.{}", number) : fmt::format("10.0.1.{}", number - 9);
  MapReader map(node, "a host", problems);
  read_name(map, "initiator", host.initiator, problems);
  if (map.text("address", host.address) && !runtime::parse_ip_address(host.address))
    expected_but(*node.find("address"), "an IP address like 10.0.0.1", problems);
  std::string isid;
  if (map.text("isid", isid)) {
    const auto bytes = parse_hex_bytes(isid);
    if (bytes && bytes->size() == host.isid.size()) {
      for (std::size_t i = 0; i < host.isid.size(); ++i)
        host.isid[i] = std::to_integer<std::uint8_t>((*bytes)[i]);
    } else {
      expected_but(*node.find("isid"), "an ISID as 12 hex digits, like 00023d000001", problems);
    }
  }
  if (const Node* wishes = map.take("offers")) {
    read_wishes(*wishes, host.wishes, problems);
    if (host.wishes.session.task_reporting != negotiation::TaskReporting::rfc3720)
      problems.add(wishes->place, "TaskReporting is for targets: no host asks for it");
  }
  map.text("mutual_secret", host.mutual_secret);
  map.number("first_cmd_sn", host.first_cmd_sn);
  map.duration("command_timeout", host.command_timeout_ns);
  map.duration("login_timeout", host.login_timeout_ns);
  map.duration("connect_timeout", host.connect_timeout_ns);
  read_nop(map, host.nop_interval_ns, host.nop_timeout_ns, problems);
  if (const Node* profile = map.take("profile")) read_profile(*profile, host, problems);
  if (const Node* smb = map.take("smb")) read_smb_logins(*smb, host, problems);
  map.text("own_server", host.own_server);
  map.finish();
  return host;
}

}  // namespace lunsim::scenarios
