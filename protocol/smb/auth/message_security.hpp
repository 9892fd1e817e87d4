// What a login with NTLM leaves behind to protect messages with: signatures and sealing, a key, a
// key stream and a sequence number for each direction. Extended session security only.
// MS-NLMP §3.4.4.2, §3.4.3, §3.4.5
#pragma once

#include <cstdint>
#include <span>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "protocol/smb/crypto/cipher.hpp"

namespace lunsim::smb::ntlm {

/// Signatures that each side has given already, under SPNEGO's list of mechanisms: numbers go on
/// behind them, the key streams begin anew.   MS-SPNG §3.2.5.1
struct SignedBefore {
  std::uint32_t by_us = 0, by_them = 0;
};

class MessageSecurity {
 public:
  /// Shape    `flags` as negotiated; 128 or 56 bits and key exchange obeyed
  MessageSecurity(const Bytes16& exported_session_key, std::uint32_t flags, Direction sends,
                  SignedBefore before = {});

  /// The signature of the next message that is sent.
  Bytes16 sign(Span message);
  /// Signs `message`, then enciphers `size` bytes of it at `at`, in place.
  Bytes16 seal(std::span<std::byte> message, std::size_t at, std::size_t size);
  /// Whether `signature` is that of the next message that came.
  bool verify(Span message, Span signature);
  /// Deciphers in place, then verifies. What a false one leaves behind is rubbish, and so is all
  /// that comes after it.
  bool unseal(std::span<std::byte> message, std::size_t at, std::size_t size, Span signature);

 private:
  struct Way {
    Bytes16 signing_key;
    Rc4 stream;
    std::uint32_t sequence = 0;
  };
  static Way way(const Bytes16& key, std::uint32_t flags, Direction direction,
                 std::uint32_t signed_before);
  Bytes16 signature(Way& of, const Bytes16& digest) const;
  static Bytes16 digest(const Way& of, Span message);

  bool has_key_exchange_;
  Way out_, in_;
};

/// The signature of a direction's first message: what SPNEGO puts under its list of mechanisms.
Bytes16 first_signature(const Bytes16& exported_session_key, std::uint32_t flags,
                        Direction direction, Span message);

}  // namespace lunsim::smb::ntlm
