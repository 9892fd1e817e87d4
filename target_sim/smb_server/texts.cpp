#include "target_sim/smb_server/texts.hpp"

#include "protocol/bytes/utf16.hpp"

namespace lunsim::smb_server {

std::u16string text16(std::string_view text) {
  return bytes::utf16_from_utf8(text).value_or(std::u16string{});
}

std::string text8(std::u16string_view text) {
  return bytes::utf8_from_utf16(text).value_or(std::string("?"));
}

}  // namespace lunsim::smb_server
