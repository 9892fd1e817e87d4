// The few steps that all readers of this folder take on YAML: load a text or say where it broke,
// and take fields whose absence, type or name is a problem with a place. The only header here that
// names yaml-cpp.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "conformance/rules/rules.hpp"

namespace lunsim::conformance {

/// The document; a null node and a problem if the text is no YAML.
YAML::Node load_yaml(const std::string& name, const std::string& text,
                     std::vector<RuleProblem>& problems);
RulePlace place_of(const std::string& name, const YAML::Node& node);

/// One map whose keys are known beforehand.
class YamlMap {
 public:
  YamlMap(std::string name, YAML::Node node, std::vector<RuleProblem>& problems);

  RulePlace place() const { return place_of(name_, node_); }
  /// The text of `key`; empty if it is not there, which is a problem if it must be.
  std::string text(const char* key, bool required);
  /// A list of texts, or one text as a list of one.
  std::vector<std::string> texts(const char* key);
  YAML::Node node(const char* key) const;
  /// Every key that is not among these, or stands twice, is a problem.
  void expect_only(std::initializer_list<std::string_view> keys);

 private:
  void report(const YAML::Node& at, std::string reason);

  std::string name_;
  YAML::Node node_;
  std::vector<RuleProblem>& problems_;
};

}  // namespace lunsim::conformance
