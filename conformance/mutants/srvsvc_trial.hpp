// Tries the checks of conformance/smb_cases: each acquits our server, and convicts a server that is
// wrong in just that.
#pragma once

namespace lunsim::conformance {

/// Prints what is not as it should be.
bool all_srvsvc_checks_hold();
bool all_srvsvc_mutants_are_convicted();

}  // namespace lunsim::conformance
