#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/lua_reader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using Kind = Matcher::Kind;

std::optional<Number> read_matched_variable(std::string_view text) {
  text.remove_prefix(1);
  const std::size_t sign = text.find_first_of("+-");
  Number number;
  number.variable = std::string(text.substr(0, sign));
  if (number.variable.empty()) return std::nullopt;
  if (sign == std::string_view::npos) return number;
  const auto offset = parse_number(text.substr(sign + 1));
  if (!offset || *offset > 0x7FFF'FFFF) return std::nullopt;
  const auto distance = static_cast<std::int64_t>(*offset);
  number.offset = text[sign] == '-' ? -distance : distance;
  return number;
}

std::string_view wanted_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::number:
      return "a number or a set of numbers";
    case Shape::Kind::text:
      return "text";
    case Shape::Kind::bytes:
      return "bytes in hex";
    case Shape::Kind::record:
      return "a map of fields";
    case Shape::Kind::list:
      return "a list";
  }
  return "a value";
}

class MatcherReader {
 public:
  MatcherReader(const Shape& shape, Problems& problems) : shape_(shape), problems_(problems) {}

  Matcher read(const Node& node) {
    Matcher matcher;
    matcher.place = node.place;
    matcher.names = shape_.names;
    if (node.is_scalar()) {
      read_scalar(node, matcher);
    } else if (node.is_list() && shape_.kind == Shape::Kind::list) {
      matcher.kind = Kind::list;
      for (const Node& item : node.items)
        matcher.of.push_back(read_matcher(item, *shape_.element, problems_));
    } else if (node.is_map() && !read_set(node, matcher)) {
      read_fields(node, matcher);
    } else if (!node.is_map()) {
      expected_but(node, wanted_of(shape_), problems_);
    }
    return matcher;
  }

 private:
  void read_scalar(const Node& node, Matcher& matcher) {
    if (!node.quoted && node.text == "any") return;
    if (!node.quoted && (node.text == "untouched" || node.text == "unchanged")) {
      matcher.kind = Kind::untouched;
    } else if (!node.quoted && node.text == "zeros" && shape_.is_buffer) {
      matcher.kind = Kind::zeros;
    } else if (shape_.kind == Shape::Kind::number) {
      matcher.kind = Kind::number;
      if (const auto number = read_number_expression(node, shape_.names, problems_))
        matcher.number = *number;
    } else if (shape_.kind == Shape::Kind::text) {
      matcher.kind = Kind::text;
      matcher.text = node.text;
    } else if (shape_.is_buffer || shape_.kind == Shape::Kind::bytes) {
      read_hex(node, matcher);
    } else {
      expected_but(node, wanted_of(shape_), problems_);
    }
  }

  void read_hex(const Node& node, Matcher& matcher) {
    matcher.kind = Kind::bytes;
    const auto bytes = node.is_scalar() ? parse_hex_bytes(node.text) : std::nullopt;
    if (bytes) {
      matcher.bytes = *bytes;
    } else {
      expected_but(node, "bytes in hex, like 70 00 05", problems_);
    }
  }

  /// {one_of: [...]} and its like: a map of one key that is no field. True if it was one.
  bool read_set(const Node& node, Matcher& matcher) {
    if (node.keys.size() != 1) return false;
    const std::string& key = node.keys.front();
    const Node& value = node.items.front();
    if (key == "one_of" || key == "not") {
      read_choices(key, value, matcher);
    } else if (is_bound(key) && shape_.kind == Shape::Kind::number) {
      read_bound(key, value, matcher);
    } else if ((key == "hex" || key == "starts_with") &&
               (shape_.is_buffer || shape_.kind == Shape::Kind::bytes)) {
      read_hex(value, matcher);
      matcher.is_prefix = key == "starts_with";
    } else if (key == "contains" && shape_.kind == Shape::Kind::list) {
      matcher.kind = Kind::contains;
      if (value.is_list() && value.items.empty())
        expected_but(value, "at least one entry", problems_);
      for (const Node& item : items_of(value))
        matcher.of.push_back(read_matcher(item, *shape_.element, problems_));
    } else if (key == "count" && shape_.kind == Shape::Kind::list) {
      matcher.kind = Kind::count;
      matcher.of.push_back(read_matcher(value, plain_number_shape(), problems_));
    } else {
      return false;
    }
    return true;
  }

  static std::vector<Node> items_of(const Node& node) {
    if (node.is_list()) return node.items;
    return {node};
  }
  static bool is_bound(std::string_view key) {
    return key == "at_least" || key == "at_most" || key == "below" || key == "above" ||
           key == "between";
  }

  void read_choices(std::string_view key, const Node& value, Matcher& matcher) {
    matcher.kind = key == "not" ? Kind::negation : Kind::one_of;
    if (key == "not") {
      matcher.of.push_back(read_matcher(value, shape_, problems_));
      return;
    }
    if (!value.is_list() || value.items.empty())
      return expected_but(value, "a list of possible values", problems_);
    for (const Node& item : value.items)
      matcher.of.push_back(read_matcher(item, shape_, problems_));
  }

  void read_bound(std::string_view key, const Node& value, Matcher& matcher) {
    if (key == "between") {
      matcher.kind = Kind::between;
      if (!value.is_list() || value.items.size() != 2)
        return expected_but(value, "two numbers, like [1, 8]", problems_);
      if (const auto lower = read_number_expression(value.items[0], shape_.names, problems_))
        matcher.number = *lower;
      if (const auto upper = read_number_expression(value.items[1], shape_.names, problems_))
        matcher.upper = *upper;
      if (matcher.number.variable.empty() && matcher.upper.variable.empty() &&
          matcher.number.value > matcher.upper.value)
        problems_.add(value.place, "nothing is between these: the first is more than the second");
      return;
    }
    matcher.kind = key == "at_least"  ? Kind::at_least
                   : key == "at_most" ? Kind::at_most
                   : key == "below"   ? Kind::below
                                      : Kind::above;
    if (const auto bound = read_number_expression(value, shape_.names, problems_))
      matcher.number = *bound;
  }

  void read_fields(const Node& node, Matcher& matcher) {
    matcher.kind = Kind::record;
    if (node.keys.empty()) expected_but(node, "at least one field", problems_);
    std::vector<std::string> known;
    for (const auto& field : shape_.fields) known.push_back(field.first);
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto field = std::find_if(shape_.fields.begin(), shape_.fields.end(),
                                      [&](const auto& f) { return f.first == node.keys[i]; });
      if (field == shape_.fields.end()) {
        std::vector<std::string> all = known;
        for (const char* set : {"one_of", "not", "at_least", "at_most", "below", "above", "between",
                                "hex", "starts_with", "contains", "count"})
          all.emplace_back(set);
        problems_.add(node.key_places[i],
                      fmt::format("unknown field \"{}\" in an expectation", node.keys[i]),
                      nearest(node.keys[i], all));
        continue;
      }
      matcher.fields.push_back(node.keys[i]);
      matcher.of.push_back(read_matcher(node.items[i], *field->second, problems_));
    }
  }

  const Shape& shape_;
  Problems& problems_;
};

/// The part of a row that every kind of row has. Returns the reader for the rest.
void read_row_head(MapReader& map, ExpectRow& row) {
  map.texts("rule", row.rules);
  map.flag("warn", row.warns);
  if (const Node* script = map.take("lua"))
    row.predicate = read_script(*script, map.problems(), {"seen", true});
  if (const Node* took = map.take("took"))
    row.out.emplace("took", read_matcher(*took, duration_shape(), map.problems()));
  if (const Node* nth = map.take("nth")) {
    const std::vector<Node> one{*nth};
    for (const Node& item : nth->is_list() ? nth->items : one)
      if (const auto value = map.read_number(item, 1, 1'000'000)) row.nth.push_back(*value);
  }
}

void read_conditions(const Node& node, const std::vector<SweepAxis>& sweep, ExpectRow& row,
                     Problems& problems) {
  if (!node.is_map())
    return expected_but(
        node, "a map of conditions on swept parameters, like {ResponseSize: {below: 8}}", problems);
  std::vector<std::string> swept;
  for (const SweepAxis& axis : sweep) swept.push_back(axis.parameter);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (std::find(swept.begin(), swept.end(), node.keys[i]) == swept.end()) {
      problems.add(node.key_places[i], fmt::format("\"{}\" is not swept here", node.keys[i]),
                   nearest(node.keys[i], swept));
      continue;
    }
    row.conditions.emplace(node.keys[i],
                           read_matcher(node.items[i], plain_number_shape(), problems));
  }
}

void read_out(const std::string& name, const Node& value, const Place& place,
              const Function& function, ExpectRow& row, Problems& problems) {
  std::vector<std::string> outs;
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) outs.push_back(parameter.name);
  const Parameter* parameter = function.find(name);
  if (parameter == nullptr || parameter->seen == nullptr) {
    problems.add(place, fmt::format("nothing named \"{}\" comes out of {}", name, function.name),
                 nearest(name, outs));
    return;
  }
  row.out.emplace(name, read_matcher(value, *parameter->seen, problems));
}

ExpectRow read_call_row(const Node& node, const Function& function,
                        const std::vector<SweepAxis>& sweep, Problems& problems) {
  ExpectRow row;
  row.place = node.place;
  MapReader map(node, "an expectation", problems);
  if (!node.is_map()) return row;
  map.refine(function.name);
  read_row_head(map, row);
  if (const Node* conditions = map.take("if")) {
    note_counts(*conditions, plain_number_shape(), problems, function.name);
    const RecordedPart part(problems);
    read_conditions(*conditions, sweep, row, problems);
  }
  if (const Node* returns = map.take("return"))
    row.returns = read_matcher(*returns, return_shape(), problems);
  if (const Node* out = map.take("out")) {
    if (!out->is_map()) expected_but(*out, "a map of what comes out", problems);
    note_function(*out, ValueForm::Kind::outs, function.name, problems);
    const RecordedPart part(problems);
    for (std::size_t i = 0; i < out->keys.size(); ++i)
      read_out(out->keys[i], out->items[i], out->key_places[i], function, row, problems);
  }
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr)
      if (const Node* value = map.take(parameter.name))
        read_out(parameter.name, *value, value->place, function, row, problems);
  map.finish();
  return row;
}

ExpectRow read_record_row(const Node& node, const Shape& shape, Problems& problems) {
  ExpectRow row;
  row.place = node.place;
  MapReader map(node, "an expectation", problems);
  if (!node.is_map()) return row;
  // Commands and task management functions are told apart by what comes back.
  const bool is_io = &shape == &io_shape();
  map.refine(is_io ? "of a command" : "of a task management function");
  read_row_head(map, row);
  for (const auto& [name, field] : shape.fields) {
    const Node* value = map.take(name);
    if (value == nullptr) continue;
    if (name == "return") {
      row.returns = read_matcher(*value, *field, problems);
    } else {
      row.out.emplace(name, read_matcher(*value, *field, problems));
    }
  }
  map.finish();
  return row;
}

Matcher success_of(const Place& place, Names names) {
  Matcher success;
  success.kind = Kind::number;
  success.names = names;
  success.place = place;
  return success;
}

/// Whether the row itself says how it ends. `answered: yes` does not, nor does anything that comes
/// with a failure as well.
bool names_outcome(const ExpectRow& row) {
  const auto answered = row.out.find("answered");
  const bool may_be_unanswered = answered != row.out.end() &&
                                 !mismatch(answered->second, Seen::of_number(0, Names::yes_no), {});
  const auto sense = row.out.find("sense");
  const bool has_sense = sense != row.out.end() && sense->second.kind != Kind::any;
  return row.out.contains("status") || row.out.contains("response") || has_sense ||
         may_be_unanswered;
}

/// What a row does not speak of must have gone well. A command that ends with another status than
/// GOOD has been carried as well as any other: that is no success.
void imply_success(ExpectRow& row, bool is_command) {
  const bool says_success = row.returns && row.returns->kind == Kind::number &&
                            row.returns->number.variable.empty() && row.returns->number.value == 0;
  if (names_outcome(row) || (row.returns && !says_success)) return;
  if (!row.returns) row.returns = success_of(row.place, Names::return_code);
  if (is_command) row.out.emplace("status", success_of(row.place, Names::scsi_status));
}

template <class ReadRow>
std::vector<ExpectRow> read_each_row(const Node& node, bool is_command, Problems& problems,
                                     ReadRow read_row) {
  std::vector<ExpectRow> rows;
  const auto read_row_that_states = [&](const Node& one) {
    const std::size_t before = problems.total();
    ExpectRow row = read_row(one);
    // Not if a mistake in it is why.
    if (!row.returns && row.out.empty() && !row.predicate && problems.total() == before)
      problems.add(one.place, "this row expects nothing; \"return: any\" says so openly");
    imply_success(row, is_command);
    return row;
  };
  if (node.is_map()) return {read_row_that_states(node)};
  if (!node.is_list() || node.items.empty()) {
    expected_but(node, "a row or a list of rows", problems);
    return rows;
  }
  for (const Node& item : node.items) rows.push_back(read_row_that_states(item));
  return rows;
}

}  // namespace

std::optional<Number> read_number_expression(const Node& node, Names names, Problems& problems) {
  Number number;
  if (node.is_scalar() && node.text.starts_with('$')) {
    if (const auto variable = read_matched_variable(node.text)) return variable;
    expected_but(node, "a variable like $need or $need+8", problems);
    return std::nullopt;
  }
  if (node.is_scalar() && node.text == "NULL") {
    problems.add(node.place, "NULL is no number");
    return std::nullopt;
  }
  std::optional<std::uint64_t> value;
  if (names == Names::duration) {
    if (node.is_scalar()) value = number_named(node.text, names);
    if (!value) expected_but(node, "a time with its unit, like 2 s or 200 ms", problems);
    if (!value) return std::nullopt;
  }
  if (!value && node.is_scalar()) value = parse_number(node.text);
  if (!value && node.is_scalar()) value = number_named(node.text, names);
  if (value) {
    number.value = *value;
    return number;
  }
  if (names != Names::none && node.is_scalar()) {
    problems.add(node.place, fmt::format("unknown name \"{}\"", node.text),
                 meant_number(node.text, names));
  } else {
    expected_but(node, "a number", problems,
                 node.is_scalar() ? meant_number(node.text, names) : std::string{});
  }
  return std::nullopt;
}

Matcher read_matcher(const Node& node, const Shape& shape, Problems& problems) {
  if (problems.record() != nullptr) problems.record()->begin_shape(node, shape);
  Matcher matcher = MatcherReader(shape, problems).read(node);
  if (problems.record() != nullptr) problems.record()->end_shape();
  return matcher;
}

std::vector<ExpectRow> read_rows(const Node& node, const Function& function,
                                 const std::vector<SweepAxis>& sweep, Problems& problems) {
  return read_each_row(node, false, problems, [&](const Node& row) {
    return read_call_row(row, function, sweep, problems);
  });
}

std::vector<ExpectRow> read_record_rows(const Node& node, const Shape& shape, Problems& problems) {
  return read_each_row(node, &shape == &io_shape(), problems,
                       [&](const Node& row) { return read_record_row(row, shape, problems); });
}

}  // namespace lunsim::scenarios
