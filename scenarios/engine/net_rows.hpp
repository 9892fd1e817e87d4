// What rows of the table of Net functions are made of. Internal to net_*.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/net_table.hpp"

namespace lunsim::scenarios {

inline Shape number_shape() {
  Shape shape;
  shape.kind = Shape::Kind::number;
  return shape;
}
inline Shape text_shape() {
  Shape shape;
  shape.kind = Shape::Kind::text;
  return shape;
}
inline Shape record_shape(std::vector<std::pair<std::string, const Shape*>> fields) {
  Shape shape;
  shape.kind = Shape::Kind::record;
  shape.fields = std::move(fields);
  return shape;
}
inline Shape list_shape(const Shape* element) {
  Shape shape;
  shape.kind = Shape::Kind::list;
  shape.element = element;
  return shape;
}

inline Parameter parameter(std::string name, ParameterKind kind, std::uint64_t initial,
                           const Shape* seen) {
  Parameter made;
  made.name = std::move(name);
  made.kind = kind;
  made.initial = initial;
  made.seen = seen;
  return made;
}
inline Parameter text_in(std::string name) {
  return parameter(std::move(name), ParameterKind::text, 0, nullptr);
}
inline Parameter number_in(std::string name, std::uint64_t initial) {
  return parameter(std::move(name), ParameterKind::long_value, initial, nullptr);
}
inline Parameter number_out(std::string name, std::uint64_t initial = 0) {
  return parameter(std::move(name), ParameterKind::long_out, initial, &plain_number_shape());
}
/// LPBYTE*: the library's own block comes out of it.
inline Parameter block_out(std::string name, const Shape& shape) {
  return parameter(std::move(name), ParameterKind::buffer_out, 0, &shape);
}

/// What calls hand out: one record or a list of them, in the layout of each level.
struct NetLayout {
  Shape record;
  std::vector<NetLevel> levels;
  Shape list = list_shape(&record);

  NetLayout(Shape one, std::vector<NetLevel> of_levels)
      : record(std::move(one)), levels(std::move(of_levels)) {}
  NetLayout(const NetLayout&) = delete;  // `list` points to `record`
  NetLayout& operator=(const NetLayout&) = delete;
};
// net_layouts.cpp
const NetLayout& session_layout();
const NetLayout& file_layout();
const NetLayout& connection_layout();
const NetLayout& share_layout();
const NetLayout& server_layout();
/// TIME_OF_DAY_INFO: one level, which no parameter names.
const NetLayout& time_layout();

/// net_raw.cpp
std::vector<NetFunction> raw_functions();

}  // namespace lunsim::scenarios
