// Before anything is written: is the LUN really nobody's?
#pragma once

#include <cstdint>
#include <string>

#include "conformance/harness/run_case.hpp"

namespace lunsim::conform {

class CaseContext;
class Connection;

/// "lunsim01" and "lunsim02": what cases register with PERSISTENT RESERVE OUT.
inline constexpr std::uint64_t kReservationKey = 0x6C75'6E73'696D'3031u;
inline constexpr std::uint64_t kOtherReservationKey = 0x6C75'6E73'696D'3032u;
/// "lunsim" and two bytes more.
constexpr bool is_key_of_cases(std::uint64_t key) { return key >> 16 == kReservationKey >> 16; }

/// Registrations with such keys, and a reservation of theirs, that a run that was killed or a case
/// has left behind are preempted. Those of others stay.                      SPC-4 §5.13.11.4
void take_back_reservations(CaseContext& c, Connection& one);

/// Makes sure that the LUN may be written to: the last block of the range that was allowed carries
/// our mark, or the first and last 64 blocks of the LUN and of the range are blank (zeros); then
/// the mark is written there. That block is taken out of `target`'s range.
/// Before that, registrations and reservations with such keys are taken back: a run that was
/// killed left them.
///
/// Returns empty, or a sentence that says why it must not be written to.
std::string claim_scratch(const GroundMaker& grounds, JudgedTarget& target, const Profile& profile);

}  // namespace lunsim::conform
