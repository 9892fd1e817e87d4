#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/net_table.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::uint64_t kCallsMax = 1'000'000;

/// ISCSI_AUTH_TYPES by its documented names, or any number whatever.
Number read_auth_type(const Node& node, Problems& problems) {
  static const std::vector<std::string> kNames{"ISCSI_NO_AUTH_TYPE", "ISCSI_CHAP_AUTH_TYPE",
                                               "ISCSI_MUTUAL_CHAP_AUTH_TYPE"};
  Number number;
  const auto value = node.is_scalar() ? parse_number(node.text) : std::nullopt;
  if (value) number.value = *value;
  if (value || (node.is_scalar() && node.text.starts_with('$')))
    return value ? number : read_number_expression(node, Names::none, problems).value_or(number);
  const auto named = std::find(kNames.begin(), kNames.end(), node.text);
  if (named == kNames.end())
    expected_but(node, one_of_text(kNames) + " (0, 1 or 2)", problems, nearest(node.text, kNames));
  else
    number.value = static_cast<std::uint64_t>(named - kNames.begin());
  return number;
}

Argument read_record_argument(const Node& node, std::span<const std::string> fields,
                              Problems& problems) {
  Argument argument;
  argument.kind = Argument::Kind::record;
  argument.place = node.place;
  MapReader map(node, "this argument", problems);
  for (const std::string& field : fields) {
    const Node* item = map.take(field);
    if (item == nullptr) continue;
    Argument value;
    value.place = item->place;
    const bool is_text = field == "Address" || field == "SymbolicName" || field == "Username" ||
                         field == "Password" || field == "Id" || field == "Key";
    if (item->is_scalar() && !item->quoted && item->text == "NULL") {
      value.kind = Argument::Kind::null;
    } else if (is_text) {
      if (!item->is_scalar()) expected_but(*item, "text", problems);
      value.kind = Argument::Kind::text;
      value.text = item->text;
    } else if (field == "AuthType") {
      value.kind = Argument::Kind::number;
      value.number = read_auth_type(*item, problems);
    } else {
      value.kind = Argument::Kind::number;
      if (const auto number = read_number_expression(*item, Names::yes_no, problems))
        value.number = *number;
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
    argument.text = node.text.substr(1);
  } else if (node.is_map()) {
    static const std::vector<std::string> kFields{"AdapterUnique", "AdapterSpecific"};
    return read_record_argument(node, kFields, problems);
  } else {
    expected_but(node, "a session like $s1, {AdapterUnique: 1, AdapterSpecific: 2} or NULL",
                 problems);
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
    case ParameterKind::session_in:
      return read_session_argument(node, problems);
    case ParameterKind::portal:
      return read_record_argument(node, portal_fields(), problems);
    case ParameterKind::login_options:
      return read_record_argument(node, login_option_fields(), problems);
    case ParameterKind::key_bytes: {
      argument.kind = Argument::Kind::bytes;
      const auto bytes = node.is_scalar() ? parse_hex_bytes(node.text) : std::nullopt;
      if (bytes) argument.bytes = *bytes;
      if (!bytes) expected_but(node, "bytes in hex", problems);
      return argument;
    }
    case ParameterKind::portal_group:
      argument.kind = Argument::Kind::record;
      if (!node.is_list()) return expected_but(node, "a list of portals", problems), argument;
      for (const Node& item : node.items) {
        argument.fields.emplace_back("Portal");
        argument.values.push_back(read_record_argument(item, portal_fields(), problems));
      }
      return argument;
    case ParameterKind::ike:
      return read_record_argument(node, ike_fields(), problems);
    case ParameterKind::null_in:
    case ParameterKind::buffer_out:
    case ParameterKind::fixed_out:
    case ParameterKind::id_out:
      expected_but(node,
                   fmt::format("NULL, the only thing that \"{}\" can be set to", parameter.name),
                   problems);
      return argument;
    default:
      break;
  }
  argument.kind = Argument::Kind::number;
  if (const auto number = read_number_expression(node, Names::yes_no, problems))
    argument.number = *number;
  return argument;
}

void read_with(const Node& node, const Function& function, Arguments& with, Problems& problems) {
  note_function(node, ValueForm::Kind::parameters, function.name, problems);
  const RecordedPart part(problems);
  if (!node.is_map()) return expected_but(node, "a map of parameters", problems);
  std::vector<std::string> known;
  for (const Parameter& parameter : function.parameters) known.push_back(parameter.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Parameter* parameter = function.find(node.keys[i]);
    if (parameter == nullptr) {
      problems.add(node.key_places[i],
                   fmt::format("{} has no parameter \"{}\"", function.name, node.keys[i]),
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

void read_axis(const std::string& name, const Node& node, const Function& function,
               std::vector<SweepAxis>& sweep, Problems& problems) {
  SweepAxis axis;
  axis.place = node.place;
  axis.parameter = name;
  const Parameter* parameter = function.find(name);
  const std::size_t dots = node.is_scalar() ? node.text.find("..") : std::string::npos;
  if (node.is_list() && !node.items.empty()) {
    for (const Node& item : node.items)
      axis.values.push_back(read_argument(item, *parameter, problems));
  } else if (dots != std::string::npos) {
    axis.first =
        read_number_expression(part_of(node, node.text.substr(0, dots)), Names::none, problems);
    axis.last =
        read_number_expression(part_of(node, node.text.substr(dots + 2)), Names::none, problems);
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

void read_sweep(const Node& node, const Function& function, std::vector<SweepAxis>& sweep,
                Problems& problems) {
  note_function(node, ValueForm::Kind::swept, function.name, problems);
  const RecordedPart part(problems);
  if (!node.is_map()) return expected_but(node, "a map of parameters to sweep", problems);
  std::vector<std::string> known;
  for (const Parameter& parameter : function.parameters) known.push_back(parameter.name);
  std::uint64_t cases = 1;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (function.find(node.keys[i]) == nullptr) {
      problems.add(node.key_places[i],
                   fmt::format("{} has no parameter \"{}\"", function.name, node.keys[i]),
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
    problems.add(node.place,
                 fmt::format("this sweep has more than {} combinations", kSweepCasesMax));
}

void read_saves(const Node& node, const Function& function, std::vector<Save>& saves,
                Problems& problems) {
  note_function(node, ValueForm::Kind::saves, function.name, problems);
  if (!node.is_map()) return expected_but(node, "a map like {need: BufferSize}", problems);
  std::vector<std::string> outs;
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) outs.push_back(parameter.name);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& item = node.items[i];
    const std::string head = item.text.substr(0, item.text.find('.'));
    if (std::find(outs.begin(), outs.end(), head) == outs.end())
      problems.add(item.place,
                   fmt::format("nothing named \"{}\" comes out of {}", head, function.name),
                   nearest(head, outs));
    saves.push_back({item.place, node.keys[i], item.text});
  }
}

std::vector<std::string> names_of(const Function& function) {
  if (!function.has_forms) return {function.name};
  return {function.name, function.name + "A", function.name + "W"};
}

/// The function and the form of a call; null (and told) if there is none.
const Function* read_function(MapReader& map, const Node& name, CallStep& call) {
  Problems& problems = map.problems();
  const Function* function = name.is_scalar() ? function_named(name.text, call.ansi) : nullptr;
  if (function == nullptr) {
    std::vector<std::string> known;
    for (const Function& candidate : functions()) known.push_back(candidate.name);
    for (const NetFunction& candidate : net_functions()) known.push_back(candidate.function.name);
    problems.add(name.place, fmt::format("no function is named \"{}\"", name.text),
                 nearest(name.text, known));
    return nullptr;
  }
  call.function = function->name;
  std::string form;
  if (map.text("form", form)) {
    const Node& node = *map.node().find("form");
    if (form != "A" && form != "W") expected_but(node, "A or W", problems);
    if (!function->has_forms)
      problems.add(node.place, fmt::format("{} has only one form", function->name));
    call.ansi = form == "A";
  }
  return function;
}

void read_call_parts(MapReader& map, const Function& function, bool waits, CallStep& call) {
  Problems& problems = map.problems();
  if (const Node* with = map.take("with")) read_with(*with, function, call.with, problems);
  if (waits) {
    if (const Node* sweep = map.take("sweep")) read_sweep(*sweep, function, call.sweep, problems);
    map.number("repeat", call.repeat, kCallsMax, 1);
    if (const Node* expect = map.take("expect"))
      call.rows = read_rows(*expect, function, call.sweep, problems);
  }
  if (const Node* saves = map.take("save")) read_saves(*saves, function, call.saves, problems);
}

}  // namespace

CallStep read_call(MapReader& map, const Node& name, bool waits) {
  CallStep call;
  if (const Function* function = read_function(map, name, call)) {
    // One that waits stands alone in its step, which has what this function has.
    if (waits) map.refine(function->name);
    map.take("call");
    note_words(name, names_of(*function), map.problems());
    read_call_parts(map, *function, waits, call);
  } else {
    map.skip();
  }
  return call;
}

}  // namespace lunsim::scenarios
