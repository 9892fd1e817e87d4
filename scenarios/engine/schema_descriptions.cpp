#include "scenarios/engine/schema_descriptions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/knob_table.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kToldMax = 12;  // of words or forms; an editor's bubble is small

std::string joined(const std::vector<std::string>& items, std::string_view by) {
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kToldMax); ++i)
    out += (out.empty() ? "" : std::string(by)) + items[i];
  return items.size() > kToldMax ? out + std::string(by) + "..." : out;
}

std::string number_text(const ValueForm& form) {
  std::string out = form.max == UINT64_MAX
                        ? fmt::format("a number from {}", form.min)
                        : fmt::format("a number from {} to {}", form.min, form.max);
  const std::vector<std::string> names = names_of(form.names);
  return names.empty() ? out : fmt::format("{} or a name like {}", out, names.front());
}

std::string value_text(const ValueForm& form) {
  using Kind = ValueForm::Kind;
  switch (form.kind) {
    case Kind::text:
      return "a text";
    case Kind::flag:
      return "yes or no";
    case Kind::duration:
      return "a time with its unit, like 200 ms or 5 s";
    case Kind::size:
      return "a size, like 64 MiB";
    case Kind::number:
      return number_text(form);
    case Kind::words:
      return joined(form.words, ", ");
    case Kind::texts:
      return "a text or a list of texts";
    case Kind::map:
    case Kind::described:
      return form.name;
    case Kind::shape:
      return "what is expected, or `any`";
    case Kind::counts:
      return "names, and what is expected of each";
    case Kind::parameters:
      return "the parameters of " + form.name;
    case Kind::swept:
      return "the parameters of " + form.name + " as ranges and lists";
    case Kind::outs:
      return "what comes out of " + form.name;
    case Kind::saves:
      return "names for what comes out of " + form.name;
  }
  return {};
}

std::string forms_text(const std::vector<ValueForm>& forms) {
  std::vector<std::string> told;
  for (const ValueForm& form : forms) {
    std::string text = value_text(form);
    if (form.path.starts_with("[]")) text = "a list: " + text;
    if (form.path.ends_with("{}")) text = "under a name of your own: " + text;
    if (std::find(told.begin(), told.end(), text) == told.end()) told.push_back(std::move(text));
  }
  return told.empty() ? "anything" : joined(told, "; ");
}

/// The key of this map beside `others`, if it is the only one.
const std::string* lone_key(const Node* map, std::initializer_list<std::string_view> others) {
  const std::string* found = nullptr;
  if (map == nullptr || !map->is_map()) return nullptr;
  for (const std::string& key : map->keys) {
    if (std::find(others.begin(), others.end(), key) != others.end()) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

bool waits_for_bytes(const Node* on) {
  return on != nullptr && std::any_of(on->items.begin(), on->items.end(),
                                      [](const Node& what) { return what.text == "bytes"; });
}

}  // namespace

SchemaDescriptions::SchemaDescriptions() {
  const auto add = [&](const std::string& form, const std::string* key, const Knob& knob) {
    if (key == nullptr) return;
    std::string& line = lines_[{form, *key}];
    if (line.find(knob.line) == std::string::npos)
      line += (line.empty() ? "" : "; ") + std::string(knob.line);
  };
  for (const Knob& knob : knobs()) {
    if (knob.place != KnobPlace::faults) continue;
    Problems problems;
    const Node faults = read_yaml(knob.example, "example", problems);
    for (const Node& item : faults.items) {
      if (!item.is_map() || item.items.empty()) continue;
      const Node& fault = item.items.front();
      const Node* on = fault.find("on");
      // Every selector needs something to do, and every deed something to wait for.
      if (knob.section == "Selector")
        add("a fault's on", lone_key(on, {"receive", "send", "connect"}), knob);
      else
        add(waits_for_bytes(on) ? "a fault's do to bytes" : "a fault's do",
            lone_key(fault.find("do"), {}), knob);
    }
  }
}

std::string SchemaDescriptions::of(const std::string& form, const std::string& key,
                                   const std::vector<ValueForm>& forms) const {
  const auto line = lines_.find({form, key});
  const std::string value = forms_text(forms);
  return line == lines_.end() ? value : line->second + ". Value: " + value;
}

}  // namespace lunsim::scenarios
