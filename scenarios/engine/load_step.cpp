#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::uint64_t kRepeatMax = 1'000'000;

/// "$s1" or "s1" where only a session can stand.
std::string session_name(std::string text) {
  if (text.starts_with('$')) text.erase(0, 1);
  return text;
}

/// Of a key's value, or of the map if it is not there.
Place place_of(const Node& map, std::string_view key) {
  const Node* value = map.find(key);
  return value == nullptr ? map.place : value->place;
}

LoginStep read_login(const Node& node, const Node& body, Problems& problems) {
  LoginStep login;
  MapReader outer(node, "a login step", problems);
  outer.take("login");
  bool ansi = false;
  if (const Node* expect = outer.take("expect"))
    login.rows = read_rows(*expect, *function_named("LoginIScsiTarget", ansi), {}, problems);
  outer.finish();
  MapReader map(body, "login", problems);
  map.need("target");
  map.text("target", login.target);
  login.target_place = place_of(body, "target");
  map.text("as", login.as);
  if (const Node* portal = map.take("portal")) login.portal = read_address(*portal, problems);
  map.flag("informational", login.informational);
  map.flag("multipath", login.multipath);
  map.flag("discover", login.discover);
  if (const Node* chap = map.take("chap")) {
    MapReader secret(*chap, "chap", problems);
    std::string text;
    if (secret.text("user", text)) login.user = text;
    secret.need("secret");
    if (secret.text("secret", text)) login.secret = text;
    secret.flag("mutual", login.mutual);
    secret.finish();
  }
  map.flag("header_digest", login.header_digest);
  map.flag("data_digest", login.data_digest);
  map.finish();
  return login;
}

void read_io_keys(MapReader& map, IoStep& io, Problems& problems) {
  map.need("session");
  map.text("session", io.session);
  io.session_place = place_of(map.node(), "session");
  io.session = session_name(io.session);
  map.number("lun", io.lun);
  map.duration("timeout", io.timeout_ns);
  if (io.kind != IoStep::Kind::scsi) {
    map.number("lba", io.lba);
    map.number("blocks", io.blocks, 1u << 20, 1);
    map.number("blocks_each", io.blocks_each, 1u << 20, 1);
    map.text("pattern", io.pattern);
    return;
  }
  const auto hex = [&](std::string_view key, std::vector<std::byte>& out, std::size_t max) {
    const Node* bytes = map.take(key);
    if (bytes == nullptr) return;
    const auto value = bytes->is_scalar() ? parse_repeated_hex(bytes->text, max) : std::nullopt;
    if (value) {
      out = *value;
    } else {
      expected_but(*bytes,
                   fmt::format("at most {} bytes in hex, like \"12 00\" or \"00 * 512\"", max),
                   problems);
    }
  };
  map.need("cdb");
  hex("cdb", io.cdb, 16);
  hex("data_out", io.data_out, 65536);
  map.number("data_in", io.data_in_bytes, 1u << 24);
  if (map.has("cdb") && io.cdb.empty())
    problems.add(map.node().place, "a CDB has at least one byte");
}

IoStep read_io_body(const Node& body, IoStep::Kind kind, Problems& problems) {
  IoStep io;
  io.kind = kind;
  const char* what = kind == IoStep::Kind::read    ? "read"
                     : kind == IoStep::Kind::write ? "write"
                                                   : "scsi";
  MapReader map(body, what, problems);
  read_io_keys(map, io, problems);
  map.finish();
  return io;
}

std::optional<IoStep::Kind> io_kind(std::string_view key) {
  if (key == "read") return IoStep::Kind::read;
  if (key == "write") return IoStep::Kind::write;
  if (key == "scsi") return IoStep::Kind::scsi;
  return std::nullopt;
}

IoStep read_io(const Node& node, std::string_view key, const Node& body, Problems& problems) {
  IoStep io = read_io_body(body, *io_kind(key), problems);
  MapReader outer(node, "a step", problems);
  outer.take(key);
  outer.number("repeat", io.repeat, kRepeatMax, 1);
  if (const Node* expect = outer.take("expect"))
    io.rows = read_record_rows(*expect, io_shape(), problems);
  outer.finish();
  return io;
}

StartStep read_start(const Node& body, Problems& problems) {
  StartStep start;
  MapReader map(body, "start", problems);
  for (const std::string_view key : {"read", "write", "scsi"})
    if (const Node* io = map.take(key)) start.io = read_io_body(*io, *io_kind(key), problems);
  map.need("as");
  map.text("as", start.io.as);
  map.finish();
  const bool has_io = map.has("read") || map.has("write") || map.has("scsi");
  const bool misspelt =
      map.is_misspelt("read") || map.is_misspelt("write") || map.is_misspelt("scsi");
  if (body.is_map() && !has_io && !misspelt)
    problems.add(body.place, "start needs one of read, write and scsi");
  return start;
}

AwaitStep read_await(const Node& node, const Node& body, Problems& problems) {
  AwaitStep await;
  MapReader outer(node, "an await step", problems);
  outer.take("await");
  if (const Node* expect = outer.take("expect"))
    await.rows = read_record_rows(*expect, io_shape(), problems);
  outer.finish();
  if (body.is_scalar()) {
    await.operation = body.text;
    return await;
  }
  MapReader map(body, "await", problems);
  map.need("operation");
  map.text("operation", await.operation);
  map.duration("within", await.within_ns);
  map.finish();
  return await;
}

ChangeStep read_change(const Node& body, Problems& problems) {
  ChangeStep change;
  MapReader map(body, "change", problems);
  map.need("target");
  map.text("target", change.target);
  change.target_place = place_of(body, "target");
  read_change_keys(map, change);
  map.finish();
  return change;
}

FiredStep read_fired(const Node& body, Problems& problems) {
  FiredStep fired;
  if (!body.is_map()) {
    expected_but(body, "a map of faults and how often they fired", problems);
    return fired;
  }
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    fired.faults.emplace(body.keys[i], read_matcher(body.items[i], plain_number_shape(), problems));
  return fired;
}

ArmStep read_arm(const Node& body, bool disarm, Problems& problems) {
  if (!body.is_scalar()) expected_but(body, "the name of a fault", problems);
  return {body.place, body.text, disarm};
}

/// Steps of one key without more beside it.
template <class Body>
StepBody only(const Node& node, std::string_view key, Body body, Problems& problems) {
  MapReader outer(node, "a step", problems);
  outer.take(key);
  outer.finish();
  return body;
}

std::optional<StepBody> read_body(const Node& node, std::string_view key, const Node& body,
                                  Problems& problems) {
  if (key == "call") return read_call(node, body, problems);
  if (key == "login") return read_login(node, body, problems);
  if (io_kind(key)) return read_io(node, key, body, problems);
  if (key == "await") return read_await(node, body, problems);
  if (key == "start") return only(node, key, read_start(body, problems), problems);
  if (key == "arm" || key == "disarm")
    return only(node, key, read_arm(body, key == "disarm", problems), problems);
  if (key == "change") return only(node, key, read_change(body, problems), problems);
  if (key == "fired") return only(node, key, read_fired(body, problems), problems);
  if (key == "lua")
    return only(node, key, LuaStep{body.place, read_script(body, problems)}, problems);
  if (key == "logout") {
    LogoutStep logout{body.place, session_name(body.text), {}};
    MapReader outer(node, "a logout step", problems);
    outer.take(key);
    bool ansi = false;
    if (const Node* expect = outer.take("expect"))
      logout.rows = read_rows(*expect, *function_named("LogoutIScsiTarget", ansi), {}, problems);
    outer.finish();
    return logout;
  }
  if (key == "sleep") {
    SleepStep sleep;
    MapReader outer(node, "a step", problems);
    outer.duration(key, sleep.for_ns);
    outer.finish();
    return sleep;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Step> read_step(const Node& node, Problems& problems) {
  static const std::vector<std::string> kKinds{"login",  "logout", "call",  "read", "write",
                                               "scsi",   "start",  "await", "arm",  "disarm",
                                               "change", "sleep",  "fired", "lua"};
  if (!node.is_map() || node.keys.empty()) {
    expected_but(node, "a step, like `- login: {target: array, as: s1}`", problems);
    return std::nullopt;
  }
  for (const std::string& kind : kKinds) {
    const Node* body = node.find(kind);
    if (body == nullptr) continue;
    const auto read = read_body(node, kind, *body, problems);
    if (!read) return std::nullopt;
    return Step{node.place, *read};
  }
  problems.add(node.key_places.front(), fmt::format("unknown step \"{}\"", node.keys.front()),
               nearest(node.keys.front(), kKinds));
  return std::nullopt;
}

}  // namespace lunsim::scenarios
