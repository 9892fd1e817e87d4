#include "protocol/smb/crypto/key_derivation.hpp"

#include <cassert>

namespace lunsim::smb {

std::vector<std::byte> derive_key(Span key, std::string_view label, Span context,
                                  std::size_t bytes) {
  assert(bytes == 16 || bytes == 32);
  constexpr std::byte kCounter[4] = {{}, {}, {}, std::byte{1}};
  constexpr std::byte kSeparator[1] = {};
  const std::size_t bits = bytes * 8;
  const std::byte length[4] = {
      {}, {}, static_cast<std::byte>(bits >> 8), static_cast<std::byte>(bits & 0xff)};
  const auto label_bytes = std::as_bytes(std::span(label.data(), label.size()));
  const auto output = hmac_sha256(key, {kCounter, label_bytes, kSeparator, context, length});
  return {output.begin(), output.begin() + static_cast<std::ptrdiff_t>(bytes)};
}

}  // namespace lunsim::smb
