#include "protocol/iscsi/login/iscsi_name.hpp"

#include <algorithm>

namespace lunsim::login {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == ':' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool is_acceptable_iscsi_name(std::string_view name) {
  return !name.empty() && name.size() <= kIscsiNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

}  // namespace lunsim::login
