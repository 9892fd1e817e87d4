// The units of a session, as the operating system has them: those that a login found, until the
// target says that they have changed. Who lists them then looks at the target again first.
#pragma once

#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

/// What of `units` is wanted, at the numbers wanted. Without wishes all of them are mapped, each at
/// its own number.
std::vector<ScannedUnit> mapped(std::vector<ScannedUnit> units,
                                const std::vector<MappedLun>& wanted);

/// True when the units of the session are those that the target told last, or it cannot be asked:
/// while it is away, or where it does not answer, they stay as they were. Else to be called again
/// at the host's next turn. Costs REPORT LUNS, and INQUIRY and TEST UNIT READY for each unit, once
/// for a change.
bool bring_units_up_to_date(HostState& host, SessionRecord& record);

}  // namespace lunsim::initiator
