// JSON as the control channel speaks it, to and from the scenario engine's own values: requests
// become Nodes, which the loader's readers judge; observations become JSON. No request is known
// here.
#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {

/// Numbers and words as in a file; a text is quoted unless it is a variable like "$s1"; null is
/// NULL; true and false are yes and no. The places are paths: "with.Lun".
Node node_of(const boost::json::value& value, const std::string& path);

/// A number, a text, a record as an object, a list as an array. A buffer that was lent:
/// {"hex": its valid bytes, "value": what they mean, or null}. Absent: null.
boost::json::value json_of(const Seen& seen);

}  // namespace lunsim::scenarios
