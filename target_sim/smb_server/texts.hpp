// Texts of a configuration, which are UTF-8, as the wire has them.
#pragma once

#include <string>
#include <string_view>

namespace lunsim::smb_server {

/// What is no UTF-8 becomes an empty text: configurations are checked where they are read.
std::u16string text16(std::string_view text);
/// For events and refusals; half a surrogate pair becomes '?'.
std::string text8(std::u16string_view text);

}  // namespace lunsim::smb_server
