#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/loader.hpp"
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

Argument read_record_argument(const Node& node, std::span<const std::string> fields, Problems& problems) {
  Argument argument;
  argument.kind = Argument::Kind::record;
  argument.place = node.place;
  MapReader map(node, "this argument", problems);
  for (const std::string& field : fields) {
    const Node* item = map.take(field);
    if (item == nullptr) continue;
    Argument value;
    value.place = item->place;
    const bool is_text = field == "Address" || field == "SymbolicName" || field == "Username" || field == "Password";
    if (item->is_scalar() && !item->quoted && item->text == "NULL") {
      value.kind = Argument::Kind::null;
    } else if (is_text) {
      if (!item->is_scalar()) expected_but(*item, "text", problems);
      value.kind = Argument::Kind::text;
      value.text = item->text;
    } else {
      value.kind = Argument::Kind::number;
      if (const auto number = read_number_expression(*item, Names::yes_no, problems)) value.number = *number;
    }
    argument.fields.push_back(field);
    argument.values.push_back(std::move(value));
  }
  map.finish();
  return argument;
}

Argument read_session_argument(const Node& node, Problems& problems) {
  Argument argument;
  argument.place = node.place;
  argument.kind = Argument::Kind::session;
  if (node.is_scalar() && node.text.starts_with('$')) {
    argument.text = session_name(node.text);
  } else if (node.is_map()) {
    static const std::vector<std::string> kFields{"AdapterUnique", "AdapterSpecific"};
    return read_record_argument(node, kFields, problems);
  } else {
    expected_but(node, "a session like $s1, {AdapterUnique: 1, AdapterSpecific: 2} or NULL", problems);
  }
  return argument;
}

Argument read_argument(const Node& node, const Parameter& parameter, Problems& problems) {
  Argument argument;
  argument.place = node.place;
  if (node.is_scalar() && !node.quoted && node.text == "NULL") return argument;
  switch (parameter.kind) {
    case ParameterKind::text:
      argument.kind = Argument::Kind::text;
      argument.text = node.text;
      if (!node.is_scalar()) expected_but(node, "text", problems);
      return argument;
    case ParameterKind::session_in: return read_session_argument(node, problems);
    case ParameterKind::portal: return read_record_argument(node, portal_fields(), problems);
    case ParameterKind::login_options: return read_record_argument(node, login_option_fields(), problems);
    case ParameterKind::key_bytes: {
      argument.kind = Argument::Kind::bytes;
      const auto bytes = node.is_scalar() ? parse_hex_bytes(node.text) : std::nullopt;
      if (bytes) argument.bytes = *bytes;
      if (!bytes) expected_but(node, "bytes in hex", problems);
      return argument;
    }
    case ParameterKind::mappings_in:
    case ParameterKind::buffer_out:
    case ParameterKind::id_out:
      expected_but(node, fmt::format("NULL, the only thing that \"{}\" can be set to", parameter.name), problems);
      return argument;
    default: break;
  }
  argument.kind = Argument::Kind::number;
  if (const auto number = read_number_expression(node, Names::yes_no, problems)) argument.number = *number;
  return argument;
}

void read_with(const Node& node, const Function& function, Arguments& with, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of parameters", problems);
  std::vector<std::string> known;
  for (const Parameter& parameter : function.parameters) known.push_back(parameter.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Parameter* parameter = function.find(node.keys[i]);
    if (parameter == nullptr) {
      problems.add(node.key_places[i], fmt::format("{} has no parameter \"{}\"", function.name, node.keys[i]),
                   nearest(node.keys[i], known));
      continue;
    }
    with[node.keys[i]] = read_argument(node.items[i], *parameter, problems);
  }
}

Node part_of(const Node& node, std::string_view text) {
  Node part = node;
  part.text = std::string(trimmed(text));
  return part;
}

void read_axis(const std::string& name, const Node& node, const Function& function, std::vector<SweepAxis>& sweep,
               Problems& problems) {
  SweepAxis axis;
  axis.place = node.place;
  axis.parameter = name;
  const Parameter* parameter = function.find(name);
  const std::size_t dots = node.is_scalar() ? node.text.find("..") : std::string::npos;
  if (node.is_list() && !node.items.empty()) {
    for (const Node& item : node.items) axis.values.push_back(read_argument(item, *parameter, problems));
  } else if (dots != std::string::npos) {
    axis.first = read_number_expression(part_of(node, node.text.substr(0, dots)), Names::none, problems);
    axis.last = read_number_expression(part_of(node, node.text.substr(dots + 2)), Names::none, problems);
  } else {
    return expected_but(node, "a range like 0..40 or a list of values", problems);
  }
  sweep.push_back(std::move(axis));
}

/// What can be counted before the run; variables are counted again when they are known.
std::uint64_t axis_cases(const SweepAxis& axis) {
  if (!axis.first || !axis.last) return axis.values.size();
  if (!axis.first->variable.empty() || !axis.last->variable.empty()) return 1;
  if (axis.last->value < axis.first->value) return 0;
  const std::uint64_t span = axis.last->value - axis.first->value;
  return span >= kSweepCasesMax ? kSweepCasesMax + 1 : span + 1;
}

void read_sweep(const Node& node, const Function& function, std::vector<SweepAxis>& sweep, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map of parameters to sweep", problems);
  std::vector<std::string> known;
  for (const Parameter& parameter : function.parameters) known.push_back(parameter.name);
  std::uint64_t cases = 1;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (function.find(node.keys[i]) == nullptr) {
      problems.add(node.key_places[i], fmt::format("{} has no parameter \"{}\"", function.name, node.keys[i]),
                   nearest(node.keys[i], known));
      continue;
    }
    const std::size_t before = sweep.size();
    read_axis(node.keys[i], node.items[i], function, sweep, problems);
    if (sweep.size() == before) continue;
    const std::uint64_t count = axis_cases(sweep.back());
    if (count == 0) problems.add(node.items[i].place, "this range is empty");
    cases = std::min(cases * std::max<std::uint64_t>(count, 1), kSweepCasesMax + 1);
  }
  if (cases > kSweepCasesMax)
    problems.add(node.place, fmt::format("this sweep has more than {} combinations", kSweepCasesMax));
}

void read_saves(const Node& node, const Function& function, std::vector<Save>& saves, Problems& problems) {
  if (!node.is_map()) return expected_but(node, "a map like {need: BufferSize}", problems);
  std::vector<std::string> outs;
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) outs.push_back(parameter.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& item = node.items[i];
    const std::string head = item.text.substr(0, item.text.find('.'));
    if (std::find(outs.begin(), outs.end(), head) == outs.end())
      problems.add(item.place, fmt::format("nothing named \"{}\" comes out of {}", head, function.name), nearest(head, outs));
    saves.push_back({item.place, node.keys[i], item.text});
  }
}

CallStep read_call(const Node& node, const Node& name, Problems& problems) {
  CallStep call;
  MapReader map(node, "a call step", problems);
  map.take("call");
  const Function* function = name.is_scalar() ? function_named(name.text, call.ansi) : nullptr;
  if (function == nullptr) {
    std::vector<std::string> known;
    for (const Function& candidate : functions()) known.push_back(candidate.name);
    problems.add(name.place, fmt::format("no function is named \"{}\"", name.text), nearest(name.text, known));
    return call;
  }
  call.function = function->name;
  std::string form;
  if (map.text("form", form)) {
    if (form != "A" && form != "W") expected_but(*node.find("form"), "A or W", problems);
    if (!function->has_forms) problems.add(node.find("form")->place, fmt::format("{} has only one form", function->name));
    call.ansi = form == "A";
  }
  if (const Node* with = map.take("with")) read_with(*with, *function, call.with, problems);
  if (const Node* sweep = map.take("sweep")) read_sweep(*sweep, *function, call.sweep, problems);
  map.number("repeat", call.repeat, kRepeatMax, 1);
  if (const Node* expect = map.need("expect")) call.rows = read_rows(*expect, *function, call.sweep, problems);
  if (const Node* saves = map.take("save")) read_saves(*saves, *function, call.saves, problems);
  map.finish();
  return call;
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
    const auto value = bytes->is_scalar() ? parse_hex_bytes(bytes->text) : std::nullopt;
    if (value && value->size() <= max) out = *value;
    if (!value || value->size() > max) expected_but(*bytes, fmt::format("at most {} bytes in hex", max), problems);
  };
  map.need("cdb");
  hex("cdb", io.cdb, 16);
  hex("data_out", io.data_out, 65536);
  map.number("data_in", io.data_in_bytes, 1u << 24);
  if (io.cdb.empty()) problems.add(map.node().place, "a CDB has at least one byte");
}

IoStep read_io_body(const Node& body, IoStep::Kind kind, Problems& problems) {
  IoStep io;
  io.kind = kind;
  const char* what = kind == IoStep::Kind::read ? "read" : kind == IoStep::Kind::write ? "write" : "scsi";
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
  if (const Node* expect = outer.take("expect")) io.rows = read_record_rows(*expect, io_shape(), problems);
  outer.finish();
  return io;
}

StartStep read_start(const Node& body, Problems& problems) {
  StartStep start;
  MapReader map(body, "start", problems);
  for (const std::string_view key : {"read", "write", "scsi"})
    if (const Node* io = map.take(key)) start.io = read_io_body(*io, *io_kind(key), problems);
  if (start.io.session.empty()) problems.add(body.place, "start needs one of read, write and scsi");
  map.need("as");
  map.text("as", start.io.as);
  map.finish();
  return start;
}

AwaitStep read_await(const Node& node, const Node& body, Problems& problems) {
  AwaitStep await;
  MapReader outer(node, "an await step", problems);
  outer.take("await");
  if (const Node* expect = outer.take("expect")) await.rows = read_record_rows(*expect, io_shape(), problems);
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
  if (map.duration("request_logout", within_ns))
    change.request_logout_s = static_cast<std::uint16_t>(std::min<std::int64_t>(within_ns / 1'000'000'000, 65535));
  std::string how;
  if (map.text("drop_sessions", how)) {
    if (how != "reset" && how != "finish") expected_but(*body.find("drop_sessions"), "reset or finish", problems);
    change.drop_sessions_by_reset = how == "reset";
  }
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
  return {body.text, disarm};
}

/// Steps of one key without more beside it.
template <class Body>
StepBody only(const Node& node, std::string_view key, Body body, Problems& problems) {
  MapReader outer(node, "a step", problems);
  outer.take(key);
  outer.finish();
  return body;
}

std::optional<StepBody> read_body(const Node& node, std::string_view key, const Node& body, Problems& problems) {
  if (key == "call") return read_call(node, body, problems);
  if (key == "login") return read_login(node, body, problems);
  if (io_kind(key)) return read_io(node, key, body, problems);
  if (key == "await") return read_await(node, body, problems);
  if (key == "start") return only(node, key, read_start(body, problems), problems);
  if (key == "arm" || key == "disarm") return only(node, key, read_arm(body, key == "disarm", problems), problems);
  if (key == "change") return only(node, key, read_change(body, problems), problems);
  if (key == "fired") return only(node, key, read_fired(body, problems), problems);
  if (key == "logout") {
    LogoutStep logout{session_name(body.text), {}};
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
  static const std::vector<std::string> kKinds{"login", "logout", "call",   "read",   "write", "scsi", "start",
                                               "await", "arm",    "disarm", "change", "sleep", "fired"};
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
