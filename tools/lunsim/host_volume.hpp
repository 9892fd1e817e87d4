// `lunsim host --volume NAME=TARGET/LUN`.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "initiator/host/direct_host_config.hpp"

namespace lunsim::tools {

/// NAME stands before the first "=", LUN (a number, in decimal) behind the last "/".
/// Errors   a sentence that says what is missing
tl::expected<initiator::Volume, std::string> parse_volume(const std::string& text);

}  // namespace lunsim::tools
