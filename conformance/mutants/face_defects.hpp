// Functions of the library with one defect each, in front of the healthy ones: what a face can get
// wrong about sizes and buffers, and the emptiest function there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "conformance/api_cases/functions.hpp"

namespace lunsim::conformance {

enum class FaceDefect : std::uint8_t {
  hollow,                 // returns ERROR_SUCCESS and does nothing else
  short_need,             // "too small" tells one less than is needed
  writes_when_too_small,  // "too small" leaves a byte in the buffer
  keeps_size,             // success does not tell the size
  doubles_size,           // counts two of everything
  tells_size_of_failure,  // any failure changes the size
  believes_probe,         // without a buffer the size on entry counts as room
  writes_before,          // success leaves a byte before the buffer
  writes_behind,          // and one behind what it tells
  doubles_empty,          // a list of nothing has a size
  takes_null,             // succeeds where an argument is NULL
  spoils_failures,        // a failure has a code that nobody knows
  hides_lack_of_memory,   // and if it is one of memory, none
  widens_status,          // the status is written as four bytes
  widens_sense_size,      // the size of the sense as eight
  tells_no_sense,         // without sense data its size is 0
  leaves_status,          // "too small" does not tell the status
  counts_as_room,         // the count on entry is the room for entries
  ansi_doubles_size,      // the A form tells twice what it needs
  ansi_doubles_count,     // and twice as many entries
  points_elsewhere,       // what the first entry points to is none of the caller's memory
  widens_stride,          // the second entry begins eight bytes late
};

/// Makes both forms of `function` wrong in `functions`. False if there is no such function.
bool break_face(Functions& functions, std::string_view function, FaceDefect defect);
/// Empty if no defect has this name.
std::optional<FaceDefect> face_defect_named(std::string_view name);

}  // namespace lunsim::conformance
