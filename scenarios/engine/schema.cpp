#include "scenarios/engine/schema.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/schema_descriptions.hpp"
#include "scenarios/engine/schema_values.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

class Writer {
 public:
  explicit Writer(const KeyRecord& record) : record_(record) {}

  json::object write() {
    json::object definitions;
    for (const auto& [name, form] : record_.forms())
      if (!form.is_split) definitions[definition_name(name)] = map_schema(name, form);
    values_.write_definitions(definitions);
    json::object out;
    out["$schema"] = "http://json-schema.org/draft-07/schema#";
    out["title"] = "a scenario";
    // With anyOf an editor would mix the complaints of both.
    out["if"] = json::object{{"required", json::array{"part"}}};
    out["then"] = part_schema();
    out["else"] = json::object{{"$ref", "#/definitions/" + definition_name("a scenario")}};
    out["definitions"] = std::move(definitions);
    return out;
  }

 private:
  static std::string definition_name(const std::string& name) {
    std::string out = name;
    for (char& c : out)
      if (c == ' ' || c == '\'') c = '_';
    return out;
  }

  /// A file for `include:`: the keys that may stand in one, none of them needed.
  json::object part_schema() {
    json::object properties{{"language", json::object{{"const", 1}}},
                            {"part", json::object{{"type", "string"}}}};
    const MapForm& whole = record_.forms().at("a scenario");
    for (const auto& [key, forms] : whole.keys)
      for (const std::string_view may :
           {"params", "include", "hosts", "targets", "servers", "host_faults", "steps"})
        if (key == may) properties[key] = key_schema("a scenario", key, forms);
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", json::array{"part"}},
            {"additionalProperties", false}};
  }

  json::object map_schema(const std::string& name, const MapForm& form) {
    json::object properties;
    for (const auto& [key, forms] : form.keys) properties[key] = key_schema(name, key, forms);
    json::object out{{"title", name}, {"type", "object"}, {"properties", std::move(properties)}};
    std::set<std::string> all = form.needed;
    // What is included may bring the targets, and where there are servers none are needed.
    if (name == "a scenario" && all.erase("targets") > 0) {
      out["if"] =
          json::object{{"anyOf", json::array{json::object{{"required", json::array{"include"}}},
                                             json::object{{"required", json::array{"servers"}}}}}};
      out["else"] = json::object{{"required", json::array{"targets"}}};
    }
    json::array needed(all.begin(), all.end());
    if (!needed.empty()) out["required"] = std::move(needed);
    if (!form.is_open) out["additionalProperties"] = false;
    return out;
  }

  /// The forms of a value: those of the value itself, of a list's entries, of what stands under
  /// names.
  json::object key_schema(const std::string& name, const std::string& key,
                          const std::vector<ValueForm>& forms) {
    json::object out = at_path(forms, "");
    const bool is_reference = out.contains("$ref");  // in draft-07 nothing else counts beside it
    if (is_reference) out = {{"allOf", json::array{std::move(out)}}};
    out["description"] = descriptions_.of(name, key, forms);
    return out;
  }

  json::object at_path(const std::vector<ValueForm>& forms, const std::string& path) {
    json::array any;
    bool has_list = false;
    bool has_map = false;
    for (const ValueForm& form : forms) {
      if (form.path == path) {
        if (auto schema = value_schema(form)) any.push_back(std::move(*schema));
      } else if (form.path.starts_with(path + "[]")) {
        has_list = true;
      } else if (form.path.starts_with(path + "{}")) {
        has_map = true;
      }
    }
    if (has_list)
      any.push_back(json::object{{"type", "array"}, {"items", at_path(forms, path + "[]")}});
    if (has_map)
      any.push_back(
          json::object{{"type", "object"}, {"additionalProperties", at_path(forms, path + "{}")}});
    if (any.empty()) return {};
    any.push_back(SchemaValues::parameter());
    if (any.size() == 1) return any[0].as_object();
    return {{"anyOf", std::move(any)}};
  }

  /// Nothing for a form that only stands for others.
  std::optional<json::object> value_schema(const ValueForm& form) {
    if (form.kind != ValueForm::Kind::map) return values_.schema_of(form);
    const auto found = record_.forms().find(form.name);
    if (found == record_.forms().end() || found->second.is_split) return std::nullopt;
    return json::object{{"$ref", "#/definitions/" + definition_name(form.name)}};
  }

  const KeyRecord& record_;
  SchemaValues values_;
  SchemaDescriptions descriptions_;
};

void indent(const json::value& value, int depth, std::string& out) {
  const auto line = [&](int to) {
    out += "\n" + std::string(static_cast<std::size_t>(to) * 2, ' ');
  };
  if (value.is_object() && !value.as_object().empty()) {
    out += "{";
    bool first = true;
    for (const auto& [key, item] : value.as_object()) {
      out += first ? "" : ",";
      first = false;
      line(depth + 1);
      out += json::serialize(json::string(key)) + ": ";
      indent(item, depth + 1, out);
    }
    line(depth);
    out += "}";
  } else if (value.is_array() && !value.as_array().empty() &&
             !std::all_of(value.as_array().begin(), value.as_array().end(),
                          [](const json::value& item) { return item.is_primitive(); })) {
    out += "[";
    bool first = true;
    for (const json::value& item : value.as_array()) {
      out += first ? "" : ",";
      first = false;
      line(depth + 1);
      indent(item, depth + 1, out);
    }
    line(depth);
    out += "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

void record_keys(const std::vector<std::string>& texts, KeyRecord& record) {
  for (const std::string& text : texts) {
    Problems problems;
    problems.set_record(&record);
    record.begin_text();
    load_scenario(text, "probe", "probe", problems);
  }
}

std::string to_json_schema(const KeyRecord& record) {
  std::string out;
  indent(Writer(record).write(), 0, out);
  return out + "\n";
}

std::string json_schema() {
  KeyRecord record;
  record_keys(schema_probes(), record);
  return to_json_schema(record);
}

}  // namespace lunsim::scenarios
