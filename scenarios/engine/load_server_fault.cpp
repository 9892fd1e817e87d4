// Faults of the fake SMB server: `on:` a message or a call, and what `do:` makes of it.
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/smb_names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using smb_faults::SmbAction;
using smb_faults::SmbSelector;
using Seam = SmbSelector::Seam;

constexpr std::uint32_t kFrameBytesMax = 1u << 20;

void read_message_kind(MapReader& map, std::string_view key, SmbSelector& on) {
  std::vector<std::string> known = smb_command_names();
  known.emplace_back("any");
  std::string name;
  if (!map.word(key, name, known)) return;
  on.seam = key == "send" ? Seam::send : Seam::receive;
  if (equal_ignoring_case(name, "any")) return;
  on.command = smb_command_named(name);
  if (!on.command)
    map.problems().add(map.place_of(key), fmt::format("no message of SMB2 is called \"{}\"", name),
                       nearest(name, known));
}

void read_call(MapReader& map, SmbSelector& on) {
  std::vector<std::string> known = srvsvc_call_names();
  known.emplace_back("any");
  std::string name;
  if (!map.word("call", name, known)) return;
  on.seam = Seam::call;
  if (equal_ignoring_case(name, "any")) return;
  on.opnum = srvsvc_call_named(name);
  if (!on.opnum)
    map.problems().add(map.place_of("call"), fmt::format("srvsvc has no call \"{}\"", name),
                       nearest(name, known));
}

std::optional<smb::NtStatus> read_status(MapReader& map) {
  const std::vector<std::string> known = nt_status_words();
  std::string name;
  if (!map.word("status", name, known)) return std::nullopt;
  const auto status = nt_status_named(name);
  if (!status)
    map.problems().add(map.place_of("status"), fmt::format("no NTSTATUS is called \"{}\"", name),
                       nearest(name, known));
  return status;
}

void read_on(const Node& node, SmbFaultModel& model, Problems& problems) {
  SmbSelector& on = model.fault.on;
  target_sim::FaultSelector& when = model.fault.rule.on;
  MapReader map(node, "a server fault's on", problems);
  const int seams = static_cast<int>(map.has("receive")) + static_cast<int>(map.has("send")) +
                    static_cast<int>(map.has("call"));
  for (const std::string_view key : {"receive", "send"}) read_message_kind(map, key, on);
  read_call(map, on);
  on.status = read_status(map);
  std::uint32_t level = 0;
  if (map.number("level", level)) on.level = level;
  map.text("user", on.user);
  read_occasions(map, when);
  map.finish();
  const bool misspelt =
      map.is_misspelt("receive") || map.is_misspelt("send") || map.is_misspelt("call");
  if (node.is_map() && seams != 1 && !misspelt)
    problems.add(node.place,
                 "a fault of a server waits for one of `receive:` or `send:` with a message, or "
                 "`call:` with a call of srvsvc");
  if (on.status && on.seam != Seam::send)
    problems.add(map.place_of("status"), "only what is sent has a status: `send:`");
  if (on.level && on.seam != Seam::call)
    problems.add(map.place_of("level"), "only a call has a level: `call:`");
}

void read_cut(MapReader& map, SmbAction& action) {
  const Node* node = map.take("cut");
  if (node == nullptr) return;
  static const std::vector<std::string> kHow{"reset", "finish"};
  MapReader cut(*node, "a server fault's cut", map.problems());
  std::string how = "reset";
  cut.word("how", how, kHow);
  if (std::ranges::find(kHow, how) == kHow.end())
    map.problems().add(cut.place_of("how"), "a connection is cut by `reset` or `finish`",
                       nearest(how, kHow));
  action.cut = how == "finish" ? smb_faults::Cut::finish : smb_faults::Cut::reset;
  cut.number("after", action.cut_after, kFrameBytesMax);
  cut.finish();
}

void read_signature(MapReader& map, std::string_view key, smb_faults::Signature& signature) {
  static const std::vector<std::string> kWords{"wrong", "missing"};
  std::string word;
  if (!map.word(key, word, kWords)) return;
  if (std::ranges::find(kWords, word) == kWords.end())
    map.problems().add(map.place_of(key), "a signature is `wrong` or `missing`",
                       nearest(word, kWords));
  signature = word == "missing" ? smb_faults::Signature::missing : smb_faults::Signature::wrong;
}

void read_dialect(MapReader& map, SmbAction& action) {
  static const std::vector<std::string> kDialects{"2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"};
  std::string word;
  if (!map.word("dialect", word, kDialects)) return;
  action.dialect = smb::parse_dialect(word);
  if (!action.dialect)
    map.problems().add(map.place_of("dialect"), fmt::format("no dialect is called \"{}\"", word),
                       nearest(word, kDialects));
}

template <class Int>
void read_optional(MapReader& map, std::string_view key, std::optional<Int>& out,
                   Names names = Names::none) {
  Int value = 0;
  if (map.number(key, value, std::numeric_limits<Int>::max(), 0, names)) out = value;
}

void read_deeds(MapReader& map, SmbAction& action) {
  map.flag("drop", action.drop);
  map.duration("delay", action.delay_ns);
  bool is_doubled = false;
  if (map.flag("duplicate", is_doubled) && is_doubled) action.copies = 2;
  map.flag("reorder", action.overtaken);
  read_cut(map, action);
  action.status = read_status(map);
  read_signature(map, "signature", action.signature);
  read_optional(map, "credits", action.credits);
  read_dialect(map, action);
  map.duration("pending", action.pending_ns);
  map.flag("expire_session", action.expire_session);
  read_optional(map, "return", action.returns, Names::return_code);
  map.flag("done", action.done);
  read_optional(map, "fault", action.rpc_fault);
  read_optional(map, "level", action.level);
  read_optional(map, "entries", action.entries);
  read_optional(map, "total", action.total);
  read_optional(map, "resume", action.resume);
  map.number("cut_ndr", action.cut_stub, kFrameBytesMax, 1);
  map.number("pad_ndr", action.pad_stub, kFrameBytesMax, 1);
  read_signature(map, "rpc_signature", action.rpc_signature);
  if (const Node* end = map.take("end_sessions"))
    action.end_sessions = read_end_sessions(*end, map.problems());
}

/// Which keys have a meaning where.
bool is_at_home(std::string_view key, Seam seam) {
  static constexpr std::string_view kOfMessages[] = {"drop",    "delay", "duplicate",
                                                     "reorder", "cut",   "status"};
  static constexpr std::string_view kOfSent[] = {"signature", "credits", "dialect", "pending",
                                                 "expire_session"};
  const auto has = [key](const auto& list) {
    return std::ranges::find(list, key) != std::end(list);
  };
  if (seam == Seam::call) return !has(kOfMessages) && !has(kOfSent);
  return has(kOfMessages) || (seam == Seam::send && has(kOfSent));
}

void read_do(const Node& node, const SmbSelector& on, SmbAction& action, Problems& problems) {
  note_words(node, {"drop", "reset"}, problems);
  if (node.is_scalar() && (node.text == "drop" || node.text == "reset")) {
    if (on.seam == Seam::call)
      problems.add(node.place, "a call is answered: messages are dropped, `receive:` or `send:`");
    action.drop = node.text == "drop";
    if (!action.drop) action.cut = smb_faults::Cut::reset;
    return;
  }
  MapReader map(node, "a server fault's do", problems);
  read_deeds(map, action);
  map.finish();
  if (!node.is_map()) return;
  if (node.keys.empty()) problems.add(node.place, "this fault does nothing");
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    if (map.is_asked_for(node.keys[i]) && !is_at_home(node.keys[i], on.seam))
      problems.add(node.key_places[i], fmt::format("\"{}\" cannot be done to {}", node.keys[i],
                                                   on.seam == Seam::call      ? "a call"
                                                   : on.seam == Seam::receive ? "what is received"
                                                                              : "what is sent"));
  if (action.dialect && on.command != smb::Command::negotiate)
    problems.add(node.place, "only NEGOTIATE tells a dialect: `send: NEGOTIATE`");
  if (action.done && !action.returns)
    problems.add(node.place,
                 "`done:` belongs to a `return:`: it is done, but that is what is said");
  if (action.drop && (action.delay_ns > 0 || action.copies > 1 || action.overtaken))
    problems.add(node.place, "what is dropped cannot be late, doubled or overtaken");
}

SmbFaultModel read_fault(const std::string& name, const Node& node, Problems& problems) {
  SmbFaultModel model;
  model.place = node.place;
  target_sim::FaultRule& rule = model.fault.rule;
  rule.name = name;
  MapReader map(node, "a server fault", problems);
  if (const Node* on = map.need("on")) read_on(*on, model, problems);
  if (const Node* action = map.need("do"))
    read_do(*action, model.fault.on, model.fault.action, problems);
  map.number("times", rule.times, 1'000'000, 1);
  map.flag("armed", rule.armed);
  map.text("after", rule.after);
  map.flag("may_not_fire", model.may_not_fire);
  map.finish();
  return model;
}

}  // namespace

smb_faults::EndSessions read_end_sessions(const Node& node, Problems& problems) {
  smb_faults::EndSessions end;
  MapReader map(node, "sessions that end", problems);
  map.text("client", end.client);
  map.text("user", end.user);
  map.finish();
  if (node.is_map() && node.keys.empty())
    problems.add(node.place, "whose sessions end: `client:` or `user:`, or both");
  return end;
}

std::vector<SmbFaultModel> read_server_faults(const Node& node, Problems& problems) {
  std::vector<SmbFaultModel> faults;
  if (!node.is_list()) expected_but(node, "a list of named faults", problems);
  if (are_too_many(node, kFaultsMax, "faults of one server", problems)) return faults;
  for (const Node& item : node.items) {
    if (!item.is_map() || item.keys.size() != 1) {
      expected_but(item, "a fault under its name, like `- late: {on: ..., do: ...}`", problems);
      continue;
    }
    faults.push_back(read_fault(item.keys.front(), item.items.front(), problems));
  }
  return faults;
}

}  // namespace lunsim::scenarios
