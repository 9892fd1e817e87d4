// The session parameters by key, as numbers (booleans as 0 and 1), so that the negotiation can be a
// loop over the registry instead of a function for each key.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/iscsi/negotiation/key.hpp"
#include "protocol/iscsi/negotiation/parameters.hpp"

namespace lunsim::negotiation {

/// True for the twelve keys that have a number in SessionParameters.
bool is_session_parameter(Key key);
/// Errors   asserted: the key is a session parameter
std::uint64_t read(const SessionParameters& parameters, Key key);
/// Errors   asserted: the key is a session parameter; the value is in its range
void write(SessionParameters& parameters, Key key, std::uint64_t value);

/// A value of TaskReporting as it stands in text; nothing for any other word. RFC 7143 §13.23
std::optional<TaskReporting> task_reporting_of(std::string_view word);

}  // namespace lunsim::negotiation
