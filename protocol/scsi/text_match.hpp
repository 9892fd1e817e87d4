// How a name that somebody typed is held against a standard's name: in any case, and with spaces
// before a parenthesis or not. Within this room only.
#pragma once

#include <string_view>

namespace lunsim::scsi {

bool matches_name(std::string_view typed, std::string_view standard);

}  // namespace lunsim::scsi
