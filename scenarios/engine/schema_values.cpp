#include "scenarios/engine/schema_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/names.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

json::object any_of(json::array forms) {
  if (forms.size() == 1) return forms[0].as_object();
  return {{"anyOf", std::move(forms)}};
}
json::object pattern(std::string text) {
  return {{"type", "string"}, {"pattern", std::move(text)}};
}
json::object described(std::string_view what) {
  return {{"description", what}, {"type", json::array{"string", "number", "boolean"}}};
}

/// What yaml-language-server says instead of "must be 0" or "does not match the pattern of ...".
json::array telling(json::array forms, std::string_view message) {
  for (json::value& form : forms) form.as_object()["errorMessage"] = message;
  return forms;
}

/// A word in any case, since the loader takes it so; the schema's patterns know no such option.
std::string in_any_case(std::string_view word) {
  std::string out;
  for (const char c : word) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter)
      out += fmt::format("[{}{}]", static_cast<char>(c & ~0x20), static_cast<char>(c | 0x20));
    else if (std::string_view("\\^$.|?*+()[]{}/").find(c) != std::string_view::npos)
      out += fmt::format("\\{}", c);
    else
      out += c;
  }
  return out;
}

/// For completion the words as they are written, for validation in any case.
void add_words(std::vector<std::string> words, json::array& forms) {
  if (words.empty()) return;
  // Tables have names twice, where a standard has; a schema must not.
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  forms.push_back(json::object{{"enum", json::array(words.begin(), words.end())}});
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : "|") + in_any_case(word);
  forms.push_back(pattern("^(" + all + ")$"));
}

constexpr const char* kNumberSchema = "^ *(0[xX][0-9a-fA-F_]+|[0-9a-fA-F_]+[hH]|[0-9_]+) *$";
constexpr const char* kVariable = "^\\$[^+-]+([+-][0-9a-fA-FxXh_]+)?$";
constexpr const char* kParameter = "\\$\\{[^}]+\\}";
constexpr const char* kDurationPattern = "^ *[0-9._]+ *(ns|us|ms|s|min|h) *$";
constexpr const char* kSize = "^ *[0-9._]+ *(B|kB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|PiB)? *$";
constexpr const char* kTimeSchema = "expected a time with its unit, like 200 ms or 5 s";
constexpr const char* kHex = "^([0-9a-fA-F ]*)$";

json::array flag_forms() {
  json::array forms{json::object{{"type", "boolean"}}};
  add_words({"yes", "no", "on", "off", "true", "false"}, forms);
  return telling(std::move(forms), "expected yes or no");
}

constexpr Names kNamed[] = {Names::return_code, Names::scsi_status, Names::sense_key,
                            Names::asc_pair,    Names::hex_byte,    Names::tmf_response};

/// Hundreds of names stand once in the schema, not at each number that may be one.
std::string definition_of(Names names) {
  return fmt::format("names_{}", static_cast<unsigned>(names));
}

json::array number_forms(std::uint64_t min, std::uint64_t max, Names names) {
  json::object integer{{"type", "integer"}, {"minimum", min}};
  if (max < (std::uint64_t{1} << 53)) integer["maximum"] = max;
  json::array forms{std::move(integer), pattern(kNumberSchema)};
  if (names == Names::yes_no)
    for (json::value& form : flag_forms()) forms.push_back(std::move(form));
  else if (!names_of(names).empty())
    forms.push_back(json::object{{"$ref", "#/definitions/" + definition_of(names)}});
  return forms;
}

/// A number as an expectation or an argument: with variables.
json::array expression_forms(Names names) {
  if (names == Names::duration)
    return telling({json::object{{"const", 0}}, pattern(kDurationPattern), pattern(kVariable)},
                   kTimeSchema);
  json::array forms = number_forms(0, UINT64_MAX, names);
  forms.push_back(pattern(kVariable));
  return forms;
}

json::object text_schema() { return {{"type", json::array{"string", "number", "boolean"}}}; }
json::object or_list(json::object schema) {
  json::object list{{"type", "array"}, {"items", schema}};
  return any_of({std::move(schema), std::move(list)});
}

json::object one_key(std::string_view key, json::object schema) {
  return {{"type", "object"},
          {"properties", json::object{{key, std::move(schema)}}},
          {"required", json::array{key}},
          {"additionalProperties", false}};
}

json::object closed_map(json::object properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

json::object null_schema() { return {{"type", "null"}}; }

json::object record_of(std::span<const std::string> fields) {
  json::object properties;
  for (const std::string& field : fields)
    properties[field] = json::object{{"type", json::array{"string", "number", "boolean", "null"}}};
  return closed_map(std::move(properties));
}

json::object argument_schema(const Parameter& parameter) {
  json::array forms{null_schema(), pattern(kParameter)};
  switch (parameter.kind) {
    case ParameterKind::text:
      forms.push_back(text_schema());
      break;
    case ParameterKind::session_in: {
      static const std::vector<std::string> kFields{"AdapterUnique", "AdapterSpecific"};
      forms.push_back(pattern("^\\$.+$"));
      forms.push_back(record_of(kFields));
      break;
    }
    case ParameterKind::portal:
      forms.push_back(record_of(portal_fields()));
      break;
    case ParameterKind::login_options:
      forms.push_back(record_of(login_option_fields()));
      break;
    case ParameterKind::key_bytes:
      forms.push_back(pattern(kHex));
      forms.push_back(json::object{{"type", "integer"}});
      break;
    case ParameterKind::portal_group:
      forms.push_back(json::object{{"type", "array"}, {"items", record_of(portal_fields())}});
      break;
    case ParameterKind::ike:
      forms.push_back(record_of(ike_fields()));
      break;
    case ParameterKind::null_in:
    case ParameterKind::fixed_out:
    case ParameterKind::buffer_out:
    case ParameterKind::id_out:
      break;
    default:
      for (json::value& form : expression_forms(Names::yes_no)) forms.push_back(std::move(form));
  }
  return any_of(std::move(forms));
}

}  // namespace

json::object SchemaValues::reference(const Shape& shape) {
  const auto [found, is_new] =
      names_.emplace(&shape, fmt::format("expectation_{}", names_.size() + 1));
  if (is_new) order_.push_back(&shape);
  return {{"$ref", "#/definitions/" + found->second}};
}

json::object SchemaValues::parameter() {
  json::object out = pattern(kParameter);
  out["errorMessage"] = "none of the values that may stand here";
  return out;
}

json::object SchemaValues::shape_schema(const Shape& shape) {
  json::array forms;
  const auto add = [&](json::object form) { forms.push_back(std::move(form)); };
  add(parameter());
  add(json::object{{"enum", json::array{"any", "untouched", "unchanged"}}});
  if (shape.is_buffer) add(json::object{{"const", "zeros"}});
  const bool is_bytes = shape.is_buffer || shape.kind == Shape::Kind::bytes;
  if (shape.kind == Shape::Kind::number) {
    for (json::value& form : expression_forms(shape.names)) forms.push_back(std::move(form));
    const json::object one = any_of(expression_forms(shape.names));
    for (const std::string_view bound : {"at_least", "at_most", "below", "above"})
      add(one_key(bound, one));
    add(one_key("between", {{"type", "array"}, {"items", one}, {"minItems", 2}, {"maxItems", 2}}));
  }
  if (shape.kind == Shape::Kind::text) add(text_schema());
  if (is_bytes) {
    add(pattern(kHex));
    add(json::object{{"type", "integer"}});
    add(one_key("hex", any_of({pattern(kHex), json::object{{"type", "integer"}}})));
    add(one_key("starts_with", any_of({pattern(kHex), json::object{{"type", "integer"}}})));
  }
  if (shape.kind == Shape::Kind::list) {
    add({{"type", "array"}, {"items", reference(*shape.element)}});
    add(one_key("contains", or_list(reference(*shape.element))));
    add(one_key("count", reference(plain_number_shape())));
  }
  if (shape.kind == Shape::Kind::record) {
    json::object properties;
    for (const auto& [name, field] : shape.fields) properties[name] = reference(*field);
    add(closed_map(std::move(properties)));
  }
  add(one_key("one_of", {{"type", "array"}, {"items", reference(shape)}, {"minItems", 1}}));
  add(one_key("not", reference(shape)));
  return any_of(std::move(forms));
}

json::object SchemaValues::parameters(const Function& function) {
  json::object properties;
  for (const Parameter& parameter : function.parameters)
    properties[parameter.name] = argument_schema(parameter);
  return closed_map(std::move(properties));
}

json::object SchemaValues::conditions(const Function& function, const Shape& shape) {
  json::object properties;
  for (const Parameter& parameter : function.parameters)
    properties[parameter.name] = reference(shape);
  return closed_map(std::move(properties));
}

json::object SchemaValues::outs(const Function& function) {
  json::object properties;
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) properties[parameter.name] = reference(*parameter.seen);
  return closed_map(std::move(properties));
}

json::object SchemaValues::swept(const Function& function) {
  json::object properties;
  for (const Parameter& parameter : function.parameters)
    properties[parameter.name] = any_of(
        {pattern("\\.\\."),
         json::object{{"type", "array"}, {"items", argument_schema(parameter)}, {"minItems", 1}}});
  return closed_map(std::move(properties));
}

json::object SchemaValues::schema_of(const ValueForm& form) {
  using Kind = ValueForm::Kind;
  bool ansi = false;
  const Function* function = function_named(form.name, ansi);
  switch (form.kind) {
    case Kind::text:
      return text_schema();
    case Kind::flag:
      return any_of(flag_forms());
    case Kind::duration:
      return any_of(telling({json::object{{"const", 0}}, pattern(kDurationPattern)}, kTimeSchema));
    case Kind::size:
      return any_of(telling({json::object{{"type", "integer"}, {"minimum", 0}}, pattern(kSize)},
                            "expected a size, like 64 MiB"));
    case Kind::number:
      return any_of(number_forms(form.min, form.max, form.names));
    case Kind::words: {
      json::array forms;
      add_words(form.words, forms);
      return any_of(std::move(forms));
    }
    case Kind::texts:
      return or_list(text_schema());
    case Kind::shape:
      return reference(*form.shape);
    case Kind::counts:
      if (function != nullptr) return conditions(*function, *form.shape);
      return {{"type", "object"}, {"additionalProperties", reference(*form.shape)}};
    case Kind::parameters:
      return function == nullptr ? json::object{} : parameters(*function);
    case Kind::swept:
      return function == nullptr ? json::object{} : swept(*function);
    case Kind::outs:
      return function == nullptr ? json::object{} : outs(*function);
    case Kind::saves:
      return {{"type", "object"}, {"additionalProperties", text_schema()}};
    case Kind::described:
      return described(form.name);
    case Kind::map:
      break;
  }
  return {};
}

void SchemaValues::write_definitions(json::object& definitions) {
  for (const Names names : kNamed) {
    json::array forms;
    add_words(names_of(names), forms);
    if (!forms.empty()) definitions[definition_of(names)] = any_of(std::move(forms));
  }
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Shape& shape = *order_[i];  // its own parts may add more behind it
    json::object schema = shape_schema(shape);
    definitions[names_.at(&shape)] = std::move(schema);
  }
}

}  // namespace lunsim::scenarios
