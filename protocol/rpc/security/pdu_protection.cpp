#include "protocol/rpc/security/pdu_protection.hpp"

#include <algorithm>

namespace lunsim::rpc {
namespace {

constexpr std::size_t kObjectBytes = 16;

std::size_t stub_offset(Span pdu) {
  const bool has_object = (static_cast<std::uint8_t>(pdu[3]) & kObjectUuid) != 0;
  return kStubOffset + (has_object ? kObjectBytes : 0);
}

}  // namespace

void PduProtection::protect(std::vector<std::byte>& pdu) {
  constexpr std::byte kPlace[kSignatureBytes] = {};
  append_auth(pdu, {context_.type, context_.level, 0, context_.id, kPlace}, kStubOffset, kPaddedTo);
  const auto message = std::span(pdu).first(pdu.size() - kSignatureBytes);
  const std::size_t stub = stub_offset(pdu);
  const std::size_t hidden = message.size() - kAuthTrailerBytes - stub;
  const smb::Bytes16 signature = context_.level == AuthLevel::privacy
                                     ? security_.seal(message, stub, hidden)
                                     : security_.sign(message);
  std::copy(signature.begin(), signature.end(), pdu.end() - kSignatureBytes);
}

std::optional<std::vector<std::byte>> PduProtection::opened(Span pdu, const AuthTrailer& trailer) {
  if (trailer.type != context_.type || trailer.level != context_.level ||
      trailer.context_id != context_.id || trailer.value.size() != kSignatureBytes)
    return std::nullopt;
  const std::size_t stub = stub_offset(pdu);
  const std::size_t end = pdu.size() - kSignatureBytes - kAuthTrailerBytes;
  if (end < stub) return std::nullopt;
  std::vector<std::byte> clear(pdu.begin(), pdu.end());
  const auto message = std::span(clear).first(pdu.size() - kSignatureBytes);
  const bool is_right = context_.level == AuthLevel::privacy
                            ? security_.unseal(message, stub, end - stub, trailer.value)
                            : security_.verify(message, trailer.value);
  if (!is_right) return std::nullopt;
  return clear;
}

void append_token(std::vector<std::byte>& pdu, const SecurityContextId& context, Span token) {
  append_auth(pdu, {context.type, context.level, 0, context.id, token}, 0, 4);
}

}  // namespace lunsim::rpc
