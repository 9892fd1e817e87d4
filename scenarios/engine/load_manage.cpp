// A `manage:` step: a task management function by its name.                     RFC 7143 §11.5.1
#include <array>

#include <fmt/format.h>

#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using TaskFunction = pdu::TaskManagementFunction;

constexpr std::array kFunctions{
    TaskFunction::abort_task,         TaskFunction::abort_task_set,
    TaskFunction::clear_aca,          TaskFunction::clear_task_set,
    TaskFunction::logical_unit_reset, TaskFunction::target_warm_reset,
    TaskFunction::target_cold_reset,  TaskFunction::task_reassign,
    TaskFunction::query_task,         TaskFunction::query_task_set,
    TaskFunction::i_t_nexus_reset,    TaskFunction::query_asynchronous_event};

Shape number_shape(Names names) {
  Shape shape;
  shape.names = names;
  return shape;
}

const Shape& manage_shape() {
  static const Shape kResponse = number_shape(Names::tmf_response);
  static const Shape kAnswered = number_shape(Names::yes_no);
  static const Shape kManage = [] {
    Shape shape;
    shape.kind = Shape::Kind::record;
    shape.fields = {
        {"return", &return_shape()}, {"answered", &kAnswered}, {"response", &kResponse}};
    return shape;
  }();
  return kManage;
}

void read_function(const Node& node, ManageStep& manage, Problems& problems) {
  std::vector<std::string> known;
  for (const TaskFunction function : kFunctions) known.emplace_back(pdu::name_of(function));
  note_words(node, known, problems);
  for (const TaskFunction function : kFunctions) {
    if (!node.is_scalar() || !equal_ignoring_case(node.text, pdu::name_of(function))) continue;
    manage.function = function;
    return;
  }
  problems.add(node.place,
               fmt::format("no task management function: possible is {}", one_of_text(known)),
               node.is_scalar() ? nearest(node.text, known) : std::string{});
}

}  // namespace

ManageStep read_manage(MapReader& map, const Node& body) {
  Problems& problems = map.problems();
  ManageStep manage;
  if (const Node* expect = map.take("expect"))
    manage.rows = read_record_rows(*expect, manage_shape(), problems);
  MapReader inner(body, "manage", problems);
  inner.need("session");
  inner.text("session", manage.session);
  if (manage.session.starts_with('$')) manage.session.erase(0, 1);
  manage.session_place = inner.place_of("session");
  if (const Node* function = inner.need("function")) read_function(*function, manage, problems);
  inner.number("lun", manage.lun);
  inner.finish();
  return manage;
}

}  // namespace lunsim::scenarios
