// Fake SMB servers with one known defect each, as taps between pipe and srvsvc: what a call asks or
// what it is answered is bent at one place. Each is convicted by the case that mutants.yaml names.
// Never part of the program.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "target_sim/smb_server/message_tap.hpp"

namespace lunsim::conformance {

/// The mutant of this name around the tap of a server's faults (null: it has none), which outlives
/// it; null if there is none of that name.
std::unique_ptr<smb_server::MessageTap> make_server_mutant(std::string_view name,
                                                           smb_server::MessageTap* own);
std::vector<std::string_view> server_mutant_names();

}  // namespace lunsim::conformance
