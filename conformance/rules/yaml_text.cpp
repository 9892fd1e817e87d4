#include "conformance/rules/yaml_text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace lunsim::conformance {

RulePlace place_of(const std::string& name, const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) return {name};
  return {name, static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

YAML::Node load_yaml(const std::string& name, const std::string& text,
                     std::vector<RuleProblem>& problems) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    RulePlace place{name};
    if (!error.mark.is_null()) {
      place.line = static_cast<std::size_t>(error.mark.line) + 1;
      place.column = static_cast<std::size_t>(error.mark.column) + 1;
    }
    problems.push_back({place, "no YAML: " + error.msg});
    return {};
  }
}

YamlMap::YamlMap(std::string name, YAML::Node node, std::vector<RuleProblem>& problems)
    : name_(std::move(name)), node_(std::move(node)), problems_(problems) {
  if (!node_.IsMap()) report(node_, "expected a map");
}

void YamlMap::report(const YAML::Node& at, std::string reason) {
  problems_.push_back({place_of(name_, at), std::move(reason)});
}

YAML::Node YamlMap::node(const char* key) const {
  if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return std::as_const(node_)[key];
}

std::string YamlMap::text(const char* key, bool required) {
  const YAML::Node value = node(key);
  if (!value.IsDefined()) {
    if (required) report(node_, std::string("no `") + key + "`");
    return {};
  }
  if (!value.IsScalar() || value.Scalar().empty()) {
    report(value, std::string("`") + key + "` is no text");
    return {};
  }
  return value.Scalar();
}

std::vector<std::string> YamlMap::texts(const char* key) {
  const YAML::Node value = node(key);
  if (!value.IsDefined()) return {};
  if (value.IsScalar()) return {value.Scalar()};
  std::vector<std::string> found;
  if (!value.IsSequence()) report(value, std::string("`") + key + "` is no list");
  for (std::size_t i = 0; value.IsSequence() && i < value.size(); ++i) {
    if (value[i].IsScalar())
      found.push_back(value[i].Scalar());
    else
      report(value[i], std::string("`") + key + "` holds something that is no text");
  }
  return found;
}

void YamlMap::expect_only(std::initializer_list<std::string_view> keys) {
  if (!node_.IsMap()) return;
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      report(entry.first, "unknown key `" + key + "`");
    else if (!seen.insert(key).second)
      report(entry.first, "`" + key + "` stands twice");
  }
}

}  // namespace lunsim::conformance
