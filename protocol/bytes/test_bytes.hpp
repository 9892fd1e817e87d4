// Bytes for tests, from what is written in them.
#pragma once

#include <string_view>
#include <vector>

#include "protocol/bytes/hex.hpp"

namespace lunsim::bytes {

/// Hexadecimal text as from_hex() takes it. Throws if it is none.
inline std::vector<std::byte> hex(std::string_view text) { return from_hex(text).value(); }

/// 0, 1, 2 and so on, modulo 256.
inline std::vector<std::byte> counting(std::size_t n) {
  std::vector<std::byte> data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = static_cast<std::byte>(i);
  return data;
}

}  // namespace lunsim::bytes
