#include "protocol/smb/auth/ntlm_v2.hpp"

#include <algorithm>

#include "protocol/bytes/little_endian.hpp"
#include "protocol/smb/crypto/cipher.hpp"

namespace lunsim::smb::ntlm {
namespace {

char16_t upper(char16_t c) {
  const auto shifted = [c](int by) { return static_cast<char16_t>(c - by); };
  if (c >= u'a' && c <= u'z') return shifted(32);
  if (c >= 0xe0 && c <= 0xfe && c != 0xf7) return shifted(32);
  if (c == 0xff) return 0x178;
  if (c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) return shifted(32);
  if (c >= 0x430 && c <= 0x44f) return shifted(32);
  if (c >= 0x450 && c <= 0x45f) return shifted(80);
  return c;
}

}  // namespace

Bytes16 nt_hash(std::u16string_view password) { return md4(bytes::utf16le(password)); }

std::u16string upper(std::u16string_view text) {
  std::u16string out(text);
  std::ranges::transform(out, out.begin(), [](char16_t c) { return upper(c); });
  return out;
}

bool is_equal_without_case(std::u16string_view a, std::u16string_view b) {
  return upper(a) == upper(b);
}

Bytes16 response_key(const Bytes16& hash, std::u16string_view user, std::u16string_view domain) {
  return hmac_md5(hash, {bytes::utf16le(upper(user)), bytes::utf16le(domain)});
}

Bytes16 proof(const Bytes16& key, const Bytes8& server_challenge, Span client) {
  return hmac_md5(key, {server_challenge, client});
}

Bytes16 session_base_key(const Bytes16& key, const Bytes16& nt_proof) {
  return hmac_md5(key, {nt_proof});
}

std::vector<std::byte> lm_v2_response(const Bytes16& key, const Bytes8& server_challenge,
                                      const Bytes8& client_challenge) {
  const Bytes16 digest = hmac_md5(key, {server_challenge, client_challenge});
  std::vector<std::byte> out(digest.begin(), digest.end());
  out.insert(out.end(), client_challenge.begin(), client_challenge.end());
  return out;
}

std::vector<std::byte> client_part(std::uint64_t filetime, const Bytes8& client_challenge,
                                   Span av_pairs) {
  std::vector<std::byte> raw;
  bytes::LittleWriter writer(raw);
  writer.u8(1);
  writer.u8(1);
  writer.zeros(6);
  writer.u64(filetime);
  writer.bytes(client_challenge);
  writer.zeros(4);
  writer.bytes(av_pairs);
  writer.zeros(4);
  return raw;
}

Bytes16 message_integrity(const Bytes16& key, Span negotiate, Span challenge, Span authenticate) {
  return hmac_md5(key, {negotiate, challenge, authenticate});
}

namespace {
/// The terminating null belongs to the constants.
Bytes16 direction_key(Span key, Direction direction, std::string_view purpose) {
  const bool up = direction == Direction::client_to_server;
  const std::string constant = std::string("session key to ") +
                               (up ? "client-to-server " : "server-to-client ") +
                               std::string(purpose) + " key magic constant";
  return md5({key, std::as_bytes(std::span(constant.c_str(), constant.size() + 1))});
}
}  // namespace

Bytes16 signing_key(const Bytes16& key, Direction direction) {
  return direction_key(key, direction, "signing");
}

Bytes16 sealing_key(const Bytes16& key, std::uint32_t flags, Direction direction) {
  const std::size_t bytes = (flags & kNegotiate128) != 0 ? 16 : (flags & kNegotiate56) != 0 ? 7 : 5;
  return direction_key(Span(key).first(bytes), direction, "sealing");
}

}  // namespace lunsim::smb::ntlm
