#include "scenarios/engine/key_record.hpp"

#include <algorithm>

#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {

void add_form(std::vector<ValueForm>& forms, ValueForm form) {
  if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

std::vector<ValueForm>& MapForm::forms_of(std::string_view key) {
  for (auto& [name, forms] : keys)
    if (name == key) return forms;
  keys.emplace_back(key, std::vector<ValueForm>{});
  return keys.back().second;
}

/// Everything below a value belongs to its key until somebody reads it as a map of its own.
void KeyRecord::own(const std::string& form, std::string_view key, const Node& node,
                    const std::string& path) {
  spots_[{node.place.line, node.place.column}] = {form, std::string(key), path};
  for (const Node& item : node.items) own(form, key, item, path + (node.is_map() ? "{}" : "[]"));
}

void KeyRecord::asked(const std::string& form, std::string_view key, const Node* value) {
  if (shapes_open_ > 0) return;
  forms_[form].forms_of(key);
  if (value != nullptr) own(form, key, *value, "");
}

void KeyRecord::add(const Spot& spot, ValueForm form) {
  form.path = spot.path;
  add_form(forms_[spot.form].forms_of(spot.key), std::move(form));
}

void KeyRecord::value(const Node& node, ValueForm form) {
  if (shapes_open_ > 0) return;
  const auto spot = spots_.find({node.place.line, node.place.column});
  if (spot != spots_.end()) add(spot->second, std::move(form));
}

MapForm& KeyRecord::enter(const Node& map, const std::string& name) {
  if (shapes_open_ > 0) return unrecorded_;
  ValueForm form;
  form.kind = ValueForm::Kind::map;
  form.name = name;
  value(map, std::move(form));
  return forms_[name];
}

MapForm& KeyRecord::refine(const Node& map, const std::string& name, const std::string& refined) {
  const MapForm before = forms_[name];
  forms_[name].is_split = true;
  MapForm& form = enter(map, refined);
  for (const auto& [key, values] : before.keys)
    for (const ValueForm& value : values) add_form(form.forms_of(key), value);
  for (const auto& [key, values] : before.keys) form.forms_of(key);
  form.needed.insert(before.needed.begin(), before.needed.end());
  return form;
}

void KeyRecord::begin_shape(const Node& node, const Shape& shape) {
  ValueForm form;
  form.kind = ValueForm::Kind::shape;
  form.shape = &shape;
  value(node, std::move(form));
  ++shapes_open_;
}

}  // namespace lunsim::scenarios
