// The ladder of a scenario as lines for people: what crossed the wire, when, and where faults
// struck.
#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// "12.350 ms", "61.000000 s": as precise as a reader needs, and of one width.
std::string virtual_time_text(std::int64_t ns);

/// Shape    `lines_max` at most, the last ones up to and with entry `last_entry` of the trace
/// Returns  "   1.250 ms  1 > SCSI Command READ(10) ...", `>` from the initiator, `<` from the
///          target; "   1.250 ms  ! fault busy strikes" where one did
std::vector<std::string> ladder_lines(const ScenarioReport& scenario, std::uint64_t last_entry,
                                      std::size_t lines_max);

}  // namespace lunsim::scenarios
