// The answer to SendTargets as a list: TargetName begins a record, TargetAddress values belong to
// it. Names and addresses come from a stranger and end up in paths, logs and lists, so anything but
// the characters of a name ends the list. RFC 7143 Appendix C, §4.2.7, §13.8
#pragma once

#include <string_view>
#include <vector>

#include "initiator/session/initiator_session.hpp"

namespace lunsim::initiator {

/// Returns   complete=false if a pair is broken, foreign or unsound; what came before it is listed
/// Cost      O(text)
TargetsDiscovered parse_target_records(std::string_view text);

/// "iqn.", "eui." or "naa." and then letters, digits, "-", ".", ":" and UTF-8 beyond ASCII, 223
/// bytes at most. Capitals and "_" are let pass, since targets in the field have them; no space, no
/// control character, no "/" or "\". §4.2.7.2
bool is_sound_target_name(std::string_view name);
/// host[:port][,portal-group-tag] with nothing but the characters of these. §13.8
bool is_sound_target_address(std::string_view address);

}  // namespace lunsim::initiator
