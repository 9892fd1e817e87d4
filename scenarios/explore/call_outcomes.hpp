// Every outcome that a call of a function of the iSCSI library may have by its documentation, for
// hosts that are to return each of them once. Success first; what a page only calls "a Win32 or
// ISDSC code" is stood for by codes that the sources name or that any call can meet.
//                                  learn.microsoft.com, iscsidsc.h; conformance/rules; iscsierr.h
#pragma once

#include <span>
#include <string_view>

#include "initiator/host/host.hpp"

namespace lunsim::explore {

/// By the function's name without A or W; empty for one that is not in the table.
std::span<const initiator::StatusCode> outcomes_of(std::string_view function);
/// The part of that table that has neither logins nor SCSI commands.
std::span<const initiator::StatusCode> other_outcomes_of(std::string_view function);
/// Codes that only a caller's own mistake earns: a NULL pointer, a size that cannot be. No host
/// needs to return them for what happened to it.
std::span<const initiator::StatusCode> codes_of_a_callers_mistake(std::string_view function);
/// Whether the documentation allows this code: one of either list. A function that is not in the
/// table is allowed nothing.
bool is_documented(std::string_view function, initiator::StatusCode code);

}  // namespace lunsim::explore
