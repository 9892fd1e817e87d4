#include "scenarios/control/control_desk.hpp"

#include <algorithm>
#include <array>
#include <exception>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/control/json_node.hpp"
#include "scenarios/engine/api_call.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

/// A request that cannot be done: why, as a sentence.
struct Refused {
  std::string why;
};

constexpr std::size_t kIdBytesMax = 64;
constexpr std::array<std::string_view, 4> kEnvelope{"id", "request", "token", "client"};

json::value parsed(std::string_view line, boost::system::error_code& error) {
  json::parse_options options;
  options.max_depth = 24;
  return json::parse(json::string_view(line.data(), line.size()), error, {}, options);
}

json::value id_of(const json::value& request) {
  const auto* object = request.if_object();
  const json::value* id = object != nullptr ? object->if_contains("id") : nullptr;
  if (id == nullptr) return nullptr;
  const bool is_short_text = id->is_string() && id->get_string().size() <= kIdBytesMax;
  return id->is_int64() || id->is_uint64() || is_short_text ? *id : json::value(nullptr);
}

std::string error_line(const json::value& id, std::string_view why) {
  return json::serialize(json::object{{"id", id}, {"error", json::string(why.data(), why.size())}});
}

std::string text_in(const json::object& request, std::string_view key) {
  const json::value* value = request.if_contains(json::string_view(key.data(), key.size()));
  if (value == nullptr || !value->is_string())
    throw Refused{fmt::format("\"{}\" is wanted, as a text", key)};
  return std::string(value->get_string());
}

/// Takes as long for a token that is nearly right as for one that is not.
bool is_same_secret(std::string_view shown, std::string_view secret) {
  unsigned difference = shown.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const char other = i < shown.size() ? shown[i] : '\0';
    difference |= unsigned{static_cast<unsigned char>(other)} ^
                  unsigned { static_cast<unsigned char>(secret[i]) };
  }
  return difference == 0 && !secret.empty();
}

/// A call is under way as long as it lives.
class Calling {
 public:
  explicit Calling(bool& is_calling) : is_calling_(is_calling) { is_calling_ = true; }
  ~Calling() { is_calling_ = false; }
  Calling(const Calling&) = delete;
  Calling& operator=(const Calling&) = delete;

 private:
  bool& is_calling_;
};

[[noreturn]] void refuse(const Problems& problems) {
  std::string why;
  for (const Problem& problem : problems.kept())
    why += (why.empty() ? "" : "; ") + to_string(problem);
  throw Refused{why};
}

void need_only(const json::object& request, std::initializer_list<std::string_view> keys) {
  std::vector<std::string> known(keys.begin(), keys.end());
  for (const json::key_value_pair& entry : request) {
    const std::string key(entry.key());
    const bool is_envelope = std::find(kEnvelope.begin(), kEnvelope.end(), key) != kEnvelope.end();
    if (is_envelope || std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string meant = nearest(key, known);
    throw Refused{fmt::format("unknown key \"{}\" in this request{}", key,
                              meant.empty() ? "" : "; did you mean \"" + meant + "\"?")};
  }
}

/// The request without what is not the language's.
json::object without_envelope(const json::object& request) {
  json::object out;
  for (const json::key_value_pair& entry : request) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (std::find(kEnvelope.begin(), kEnvelope.end(), key) == kEnvelope.end())
      out[entry.key()] = entry.value();
  }
  return out;
}

std::string isid_text(const pdu::Isid& isid) {
  return format_hex({isid.bytes.begin(), isid.bytes.end()}, isid.bytes.size());
}

}  // namespace

struct ControlDesk::Impl {
  explicit Impl(ControlSurroundings given) : around(std::move(given)) {}

  struct Entry {
    std::string_view name;
    json::object (Impl::*function)(const json::object& request);
  };
  static const std::vector<Entry>& entries();

  ControlSurroundings around;
  bool is_calling = false;
  std::uint64_t calls = 0;

  json::object hello(const json::object& request);
  json::object list_faults(const json::object& request);
  json::object arm(const json::object& request) { return set_armed(request, true); }
  json::object disarm(const json::object& request) { return set_armed(request, false); }
  json::object set_armed(const json::object& request, bool armed);
  json::object change(const json::object& request);
  json::object list_sessions(const json::object& request);
  json::object list_connections(const json::object& request);
  json::object counters(const json::object& request);
  json::object call(const json::object& request);
  json::object lua(const json::object& request);

  const TargetModel& target_named(const std::string& id) const;
  Arguments with_real_addresses(Arguments arguments) const;
  json::object perform(const json::object& request);
  static json::object result_of(const Function& function, const CallResult& result);
};

const std::vector<ControlDesk::Impl::Entry>& ControlDesk::Impl::entries() {
  static const std::vector<Entry> kEntries{
      {"hello", &Impl::hello},
      {"list_faults", &Impl::list_faults},
      {"arm", &Impl::arm},
      {"disarm", &Impl::disarm},
      {"change", &Impl::change},
      {"list_sessions", &Impl::list_sessions},
      {"list_connections", &Impl::list_connections},
      {"counters", &Impl::counters},
      {"call", &Impl::call},
      {"lua", &Impl::lua},
  };
  return kEntries;
}

json::object ControlDesk::Impl::hello(const json::object& request) {
  need_only(request, {});
  json::array targets;
  for (const TargetModel& target : around.scenario.targets) {
    json::array portals;
    for (const Address& portal : target.portals) {
      const Address real = around.targets.addresses().really(portal);
      portals.emplace_back(runtime::to_string(runtime::Endpoint{real.host, real.port}));
    }
    targets.push_back(
        json::object{{"id", target.id}, {"name", target.name}, {"portals", std::move(portals)}});
  }
  return {{"protocol", 1}, {"scenario", around.scenario.id}, {"targets", std::move(targets)}};
}

json::object ControlDesk::Impl::list_faults(const json::object& request) {
  need_only(request, {});
  json::array faults;
  for (const target_sim::FaultPlan::Count& count : around.targets.faults().counts())
    faults.push_back(json::object{{"name", count.name},
                                  {"armed", around.targets.faults().is_armed(count.name)},
                                  {"matched", count.matched},
                                  {"fired", count.fired}});
  return {{"faults", std::move(faults)}};
}

json::object ControlDesk::Impl::set_armed(const json::object& request, bool armed) {
  need_only(request, {"fault"});
  const std::string name = text_in(request, "fault");
  target_sim::FaultPlan& plan = around.targets.faults();
  if (armed ? plan.arm(name) : plan.disarm(name)) {
    around.world.wake(around.targets.engine());
    return {};
  }
  std::vector<std::string> known;
  for (const target_sim::FaultPlan::Count& count : plan.counts()) known.push_back(count.name);
  const std::string meant = nearest(name, known);
  throw Refused{fmt::format("no fault is named \"{}\"{}", name,
                            meant.empty() ? "" : "; did you mean \"" + meant + "\"?")};
}

const TargetModel& ControlDesk::Impl::target_named(const std::string& id) const {
  std::vector<std::string> known;
  for (const TargetModel& target : around.scenario.targets) {
    if (target.id == id) return target;
    known.push_back(target.id);
  }
  const std::string meant = nearest(id, known);
  throw Refused{fmt::format("no target is named \"{}\"{}", id,
                            meant.empty() ? "" : "; did you mean \"" + meant + "\"?")};
}

json::object ControlDesk::Impl::change(const json::object& request) {
  const json::object body = without_envelope(request);
  if (body.size() < 2)
    throw Refused{
        "a change names a target and what changes, such as {\"target\": \"array\", "
        "\"remove\": {\"lun\": 7}}"};
  Problems problems;
  const Node step_node = node_of(json::object{{"change", body}}, "");
  StepContext context;
  const auto step = read_step(step_node, context, problems);
  if (!problems.empty() || !step) refuse(problems);
  const auto& change = std::get<ChangeStep>(step->body);
  target_named(change.target);
  const std::string why = around.targets.change(change);
  if (!why.empty()) throw Refused{why};
  return {};
}

json::object ControlDesk::Impl::list_sessions(const json::object& request) {
  need_only(request, {});
  json::array sessions;
  for (const target_sim::SessionSummary& session : around.targets.server().sessions()) {
    json::object one{{"initiator", session.initiator_name},
                     {"isid", isid_text(session.isid)},
                     {"tsih", session.tsih},
                     {"discovery", session.discovery},
                     {"connections", session.connections},
                     {"outstanding_tasks", session.outstanding_tasks}};
    one["target"] = session.discovery
                        ? json::value(nullptr)
                        : json::value(json::string(around.scenario.targets[session.node].id));
    sessions.push_back(std::move(one));
  }
  return {{"sessions", std::move(sessions)}};
}

json::object ControlDesk::Impl::list_connections(const json::object& request) {
  need_only(request, {});
  json::array connections;
  for (const target_sim::ConnectionSummary& one : around.targets.server().connections())
    connections.push_back(json::object{{"peer", runtime::to_string(one.peer)},
                                       {"local", runtime::to_string(one.local)},
                                       {"full_feature", one.full_feature},
                                       {"tsih", one.tsih},
                                       {"cid", one.cid}});
  return {{"connections", std::move(connections)}};
}

json::object ControlDesk::Impl::counters(const json::object& request) {
  need_only(request, {});
  const target_sim::ServerCounters& counters = around.targets.server().counters();
  return {{"connections", counters.connections},
          {"pdus_received", counters.pdus_received},
          {"bytes_received", counters.bytes_received},
          {"bytes_sent", counters.bytes_sent},
          {"rejects", counters.rejects},
          {"violations", counters.violations},
          {"last_violation", counters.last_violation},
          {"calls", calls}};
}

/// A client may name portals as the scenario does, or as they really are; it is told the latter.
Arguments ControlDesk::Impl::with_real_addresses(Arguments arguments) const {
  for (auto& [name, argument] : arguments) {
    if (argument.kind != Argument::Kind::record) continue;
    Argument *host = nullptr, *port = nullptr;
    for (std::size_t i = 0; i < argument.fields.size(); ++i) {
      if (argument.fields[i] == "Address") host = &argument.values[i];
      if (argument.fields[i] == "Socket") port = &argument.values[i];
    }
    if (host == nullptr) continue;
    const bool has_port = port != nullptr && port->kind == Argument::Kind::number;
    const Address real = around.targets.addresses().really(
        {host->text,
         has_port ? static_cast<std::uint16_t>(port->number.value) : std::uint16_t{3260}});
    host->text = real.host;
    if (has_port) {
      port->number.value = real.port;
    } else if (port == nullptr) {
      argument.fields.emplace_back("Socket");
      Argument added;
      added.kind = Argument::Kind::number;
      added.number.value = real.port;
      argument.values.push_back(added);
    }
  }
  return arguments;
}

json::object ControlDesk::Impl::result_of(const Function& function, const CallResult& result) {
  json::object out;
  for (const auto& [name, seen] : result.out) {
    const Parameter* parameter = function.find(name);
    if (parameter == nullptr) continue;
    Seen shown = seen;
    shown.is_buffer = seen.is_buffer && parameter->kind == ParameterKind::buffer_out;
    out[name] = json_of(shown);
  }
  return {{"return", result.returned},
          {"name", show_number(result.returned, Names::return_code)},
          {"out", std::move(out)}};
}

json::object ControlDesk::Impl::call(const json::object& request) {
  need_only(request, {"function", "with", "form"});
  json::object body{{"call", text_in(request, "function")}, {"expect", {{"return", nullptr}}}};
  for (const char* key : {"with", "form"})
    if (const json::value* value = request.if_contains(key)) body[key] = *value;
  Node node = node_of(body, "");
  // Whatever it returns: a client judges for itself.
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    if (node.keys[i] == "expect") node.items[i].items.front().text = "any";
  Problems problems;
  StepContext context;
  const auto step = read_step(node, context, problems);
  if (!problems.empty() || !step) refuse(problems);
  const auto& call = std::get<CallStep>(step->body);
  bool ansi = false;
  const auto* function = function_named(call.function, ansi);
  if (is_calling) throw Refused{"a call is under way"};

  CallRecord record{.number = ++calls, .function = call.function};
  if (around.before_call) around.before_call(record);
  const CallResult result = [&] {
    const Calling calling(is_calling);
    return call_function(*function, call.ansi, with_real_addresses(call.with), {}, {});
  }();
  record.returned = result.returned;
  record.was_made = result.trouble.empty();
  if (around.after_call) around.after_call(record);
  if (!result.trouble.empty()) throw Refused{call.function + ": " + result.trouble};
  return result_of(*function, result);
}

json::object ControlDesk::Impl::lua(const json::object&) {
  throw Refused{"Lua cannot be run over the control channel in this version"};
}

json::object ControlDesk::Impl::perform(const json::object& request) {
  const std::string name = text_in(request, "request");
  std::vector<std::string> known;
  for (const Entry& entry : entries()) {
    if (entry.name == name) return (this->*entry.function)(request);
    known.emplace_back(entry.name);
  }
  const std::string meant = nearest(name, known);
  throw Refused{fmt::format("no request is named \"{}\"; there are {}{}", name, one_of_text(known),
                            meant.empty() ? "" : "; did you mean \"" + meant + "\"?")};
}

ControlDesk::ControlDesk(ControlSurroundings around)
    : impl_(std::make_unique<Impl>(std::move(around))) {}
ControlDesk::~ControlDesk() = default;

ControlDesk::Answer ControlDesk::handle(std::string_view line, bool is_admitted) {
  boost::system::error_code error;
  const json::value request = parsed(line, error);
  const json::value id = id_of(request);
  Answer answer;
  if (!is_admitted) {
    // Strangers learn nothing but this.
    const auto* object = request.if_object();
    const json::value* name = object != nullptr ? object->if_contains("request") : nullptr;
    const json::value* token = object != nullptr ? object->if_contains("token") : nullptr;
    const bool shows = !error && name != nullptr && *name == "hello" && token != nullptr &&
                       token->is_string() &&
                       is_same_secret({token->get_string().data(), token->get_string().size()},
                                      impl_->around.token);
    if (!shows) {
      answer.text = error_line(
          id, "the first request is hello, with the token of the token file; this was not");
      answer.ends = true;
      return answer;
    }
    answer.admits = true;
  }
  try {
    if (error) throw Refused{"this is not JSON: " + error.message()};
    if (!request.is_object()) throw Refused{"a request is a JSON object in one line"};
    const json::object result = impl_->perform(request.get_object());
    answer.text = json::serialize(json::object{{"id", id}, {"result", result}});
    if (answer.text.size() > kAnswerBytesMax)
      throw Refused{fmt::format("it was done, but the answer has {} bytes; the channel carries {}",
                                answer.text.size(), kAnswerBytesMax)};
  } catch (const Refused& refused) {
    answer.text = error_line(id, refused.why);
  } catch (const std::exception& trouble) {
    // Memory for a buffer, say: this request failed, the world goes on.
    answer.text = error_line(id, std::string("this could not be done: ") + trouble.what());
  }
  return answer;
}

std::string ControlDesk::too_long(std::size_t bytes_max) {
  return error_line(nullptr, fmt::format("a line has at most {} bytes", bytes_max));
}

std::string ControlDesk::refusal(std::string_view line, std::string_view why) {
  boost::system::error_code error;
  return error_line(id_of(parsed(line, error)), why);
}

bool ControlDesk::is_call(std::string_view line) {
  boost::system::error_code error;
  const json::value request = parsed(line, error);
  const auto* object = request.if_object();
  const json::value* name = object != nullptr ? object->if_contains("request") : nullptr;
  return !error && name != nullptr && *name == "call";
}

bool ControlDesk::is_calling() const { return impl_->is_calling; }

}  // namespace lunsim::scenarios
