// Single values, expectations and the parameters of API functions as parts of a JSON Schema: what
// YAML's own types make of them in an editor, and the tables that the loader reads them by.
// Internal to schema.cpp.
#pragma once

#include <map>
#include <string>

#include <boost/json.hpp>

#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/key_record.hpp"

namespace lunsim::scenarios {

class SchemaValues {
 public:
  /// "${name}", which may stand for anything.
  static boost::json::object parameter();
  boost::json::object schema_of(const ValueForm& form);
  /// The definitions that the schemas given so far refer to.
  void write_definitions(boost::json::object& definitions);

 private:
  boost::json::object reference(const Shape& shape);
  boost::json::object shape_schema(const Shape& shape);
  boost::json::object parameters(const Function& function);
  boost::json::object conditions(const Function& function, const Shape& shape);
  boost::json::object outs(const Function& function);
  boost::json::object swept(const Function& function);

  std::map<const Shape*, std::string> names_;  // of shapes: "expectation 3"
  std::vector<const Shape*> order_;
};

}  // namespace lunsim::scenarios
