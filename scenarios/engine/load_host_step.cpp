#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::uint64_t kRepeatMax = 1'000'000;

const Function& function_of(std::string_view name) {
  bool ansi = false;
  return *function_named(name, ansi);
}

/// "$s1" or "s1" where only a session can stand.
std::string session_name(std::string text) {
  if (text.starts_with('$')) text.erase(0, 1);
  return text;
}

void read_on(MapReader& map, Step& step) {
  if (map.text("on", step.host)) step.host_place = map.place_of("on");
}

LoginStep read_login(const Node& body, Problems& problems) {
  LoginStep login;
  MapReader map(body, "login", problems);
  map.need("target");
  map.text("target", login.target);
  login.target_place = map.place_of("target");
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

LogoutStep read_logout(MapReader& map) {
  LogoutStep logout;
  map.text("logout", logout.session);
  logout.session_place = map.place_of("logout");
  logout.session = session_name(logout.session);
  return logout;
}

void read_io_keys(MapReader& map, IoStep& io, Problems& problems) {
  map.need("session");
  map.text("session", io.session);
  io.session_place = map.place_of("session");
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
    note_described(*bytes, "bytes in hex", problems);
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

std::optional<IoStep::Kind> io_kind(std::string_view key) {
  if (key == "read") return IoStep::Kind::read;
  if (key == "write") return IoStep::Kind::write;
  if (key == "scsi") return IoStep::Kind::scsi;
  return std::nullopt;
}

IoStep read_io(const Node& body, std::string_view kind, Problems& problems) {
  IoStep io;
  io.kind = *io_kind(kind);
  MapReader map(body, kind, problems);
  read_io_keys(map, io, problems);
  map.finish();
  return io;
}

// --- start and await ---

StartStep read_start(const Node& body, StepContext& context, Step& step, Problems& problems) {
  StartStep start;
  MapReader map(body, "start", problems);
  const Function* function = nullptr;
  std::size_t begun = 0;
  const auto begins = [&](std::string_view kind) {
    const Node* found = map.take(kind);
    begun += found == nullptr ? 0 : 1;
    return found;
  };
  for (const std::string_view kind : {"read", "write", "scsi"})
    if (const Node* body_of_io = begins(kind)) {
      IoStep io = read_io(*body_of_io, kind, problems);
      if (io.blocks_each > 0)
        problems.add(body_of_io->place, "what is started is one command: no \"blocks_each\"");
      start.what = std::move(io);
    }
  if (const Node* login = begins("login")) {
    start.what = read_login(*login, problems);
    function = &function_of("LoginIScsiTarget");
  }
  if (begins("logout") != nullptr) {
    start.what = read_logout(map);
    function = &function_of("LogoutIScsiTarget");
  }
  if (const Node* name = begins("call")) {
    CallStep call = read_call(map, *name, false);
    bool ansi = false;
    if (!call.function.empty()) function = function_named(call.function, ansi);
    start.what = std::move(call);
  }
  read_on(map, step);
  map.need("as");
  map.text("as", start.as);
  map.finish();
  bool misspelt = false;
  for (const std::string_view kind : {"read", "write", "scsi", "login", "logout", "call"})
    misspelt |= map.is_misspelt(kind);
  if (body.is_map() && begun != 1 && !misspelt)
    problems.add(body.place, "start needs one of read, write, scsi, login, logout and call");
  context.started[start.as] = function;
  return start;
}

const Shape& outcome_shape(const Function* function) {
  if (function != nullptr) return return_shape();
  for (const auto& [name, shape] : io_shape().fields)
    if (name == "status") return *shape;
  return return_shape();
}

/// `outcome:` is the short form: the SCSI status, or what a call returned.
void read_outcome(const Node& node, const Function* function, Awaited& awaited,
                  Problems& problems) {
  ExpectRow row;
  row.place = node.place;
  const Matcher matcher = read_matcher(node, outcome_shape(function), problems);
  if (function != nullptr)
    row.returns = matcher;
  else
    row.out.emplace("status", matcher);
  awaited.rows = {row};
}

void read_awaited(MapReader& map, MapReader& of_expect, const StepContext& context,
                  Awaited& awaited) {
  Problems& problems = map.problems();
  map.duration("within", awaited.within_ns);
  map.flag("ends", awaited.ends);
  const Node* outcome = map.take("outcome");
  const Node* expect = of_expect.take("expect");
  const auto started = context.started.find(awaited.operation);
  if (started == context.started.end()) return;  // told when references are checked
  if (outcome != nullptr) read_outcome(*outcome, started->second, awaited, problems);
  if (expect != nullptr && started->second != nullptr)
    awaited.rows = read_rows(*expect, *started->second, {}, problems);
  else if (expect != nullptr)
    awaited.rows = read_record_rows(*expect, io_shape(), problems);
  if (outcome != nullptr && expect != nullptr)
    problems.add(outcome->place,
                 "`outcome:` is the short form of `expect:`; one of them is enough");
  if (!awaited.ends && !awaited.rows.empty())
    problems.add(map.node().place, "what has not ended has no outcome to expect");
}

/// {operation: r1, within: 30 s} with `expect:` beside it, or {r1: {within: 30 s, expect: ...},
/// r2: ...}, or just r1.
AwaitStep read_await(MapReader& step_map, const Node& body, const StepContext& context) {
  Problems& problems = step_map.problems();
  AwaitStep await;
  if (body.is_map() && !body.keys.empty() && body.find("operation") == nullptr) {
    for (std::size_t i = 0; i < body.keys.size(); ++i) {
      Awaited awaited;
      awaited.place = body.items[i].place;
      awaited.operation = body.keys[i];
      MapReader map(body.items[i], "what is awaited", problems);
      read_awaited(map, map, context, awaited);
      map.finish();
      await.operations.push_back(std::move(awaited));
    }
    return await;
  }
  Awaited awaited;
  awaited.place = body.place;
  note_described(body, "the name of what was started", problems);
  static const Node kNothing = [] {
    Node node;
    node.kind = Node::Kind::map;
    return node;
  }();
  if (body.is_scalar()) awaited.operation = body.text;
  MapReader map(body.is_scalar() ? kNothing : body, "await", problems);
  if (!body.is_scalar()) map.need("operation");
  map.text("operation", awaited.operation);
  read_awaited(map, step_map, context, awaited);
  map.finish();
  await.operations.push_back(std::move(awaited));
  return await;
}

void read_call_rows(MapReader& map, std::string_view function, std::vector<ExpectRow>& rows) {
  if (const Node* expect = map.take("expect"))
    rows = read_rows(*expect, function_of(function), {}, map.problems());
}

}  // namespace

bool read_host_step(MapReader& map, std::string_view kind, StepContext& context, Step& step) {
  const Node& body = *map.take(kind);
  Problems& problems = map.problems();
  if (kind == "start") {
    step.body = read_start(body, context, step, problems);
    return true;
  }
  if (kind == "await") {
    step.body = read_await(map, body, context);
    return true;
  }
  if (kind == "call") {
    step.body = read_call(map, body);
  } else if (kind == "login") {
    LoginStep login = read_login(body, problems);
    read_call_rows(map, "LoginIScsiTarget", login.rows);
    step.body = std::move(login);
  } else if (kind == "logout") {
    LogoutStep logout = read_logout(map);
    read_call_rows(map, "LogoutIScsiTarget", logout.rows);
    step.body = std::move(logout);
  } else if (io_kind(kind)) {
    IoStep io = read_io(body, kind, problems);
    map.number("repeat", io.repeat, kRepeatMax, 1);
    if (const Node* expect = map.take("expect"))
      io.rows = read_record_rows(*expect, io_shape(), problems);
    step.body = std::move(io);
  } else {
    return false;
  }
  read_on(map, step);
  return true;
}

}  // namespace lunsim::scenarios
