#include "protocol/smb/auth/message_security.hpp"

#include <algorithm>
#include <array>

#include "protocol/bytes/little_endian.hpp"

namespace lunsim::smb::ntlm {
namespace {

constexpr Direction other(Direction direction) {
  return direction == Direction::client_to_server ? Direction::server_to_client
                                                  : Direction::client_to_server;
}

}  // namespace

MessageSecurity::Way MessageSecurity::way(const Bytes16& key, std::uint32_t flags,
                                          Direction direction, std::uint32_t signed_before) {
  return {signing_key(key, direction), Rc4(sealing_key(key, flags, direction)), signed_before};
}

MessageSecurity::MessageSecurity(const Bytes16& key, std::uint32_t flags, Direction sends,
                                 SignedBefore before)
    : has_key_exchange_((flags & kNegotiateKeyExchange) != 0),
      out_(way(key, flags, sends, before.by_us)),
      in_(way(key, flags, other(sends), before.by_them)) {}

Bytes16 MessageSecurity::digest(const Way& of, Span message) {
  std::vector<std::byte> sequence;
  bytes::LittleWriter(sequence).u32(of.sequence);
  return hmac_md5(of.signing_key, {sequence, message});
}

Bytes16 MessageSecurity::signature(Way& of, const Bytes16& digest) const {
  std::array<std::byte, 8> checksum;
  std::copy_n(digest.begin(), checksum.size(), checksum.begin());
  if (has_key_exchange_) of.stream.apply(checksum);
  std::vector<std::byte> raw;
  bytes::LittleWriter writer(raw);
  writer.u32(1);
  writer.bytes(checksum);
  writer.u32(of.sequence++);
  Bytes16 made{};
  std::ranges::copy(raw, made.begin());
  return made;
}

Bytes16 MessageSecurity::sign(Span message) { return signature(out_, digest(out_, message)); }

Bytes16 MessageSecurity::seal(std::span<std::byte> message, std::size_t at, std::size_t size) {
  const Bytes16 plain = digest(out_, message);
  out_.stream.apply(message.subspan(at, size));
  return signature(out_, plain);
}

bool MessageSecurity::verify(Span message, Span given) {
  return is_equal_in_constant_time(signature(in_, digest(in_, message)), given);
}

Bytes16 first_signature(const Bytes16& key, std::uint32_t flags, Direction direction,
                        Span message) {
  return MessageSecurity(key, flags, direction).sign(message);
}

bool MessageSecurity::unseal(std::span<std::byte> message, std::size_t at, std::size_t size,
                             Span given) {
  in_.stream.apply(message.subspan(at, size));
  return verify(message, given);
}

}  // namespace lunsim::smb::ntlm
