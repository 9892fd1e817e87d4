// Digests and message authentication codes of SMB and NTLM, by nettle: MD4, MD5, HMAC-MD5,
// HMAC-SHA256, SHA-512, AES-128-CMAC and AES-128-GMAC. Not a policy: which of them a dialect wants
// is said by protocol/smb/message. MS-NLMP §3.3.2, MS-SMB2 §3.1.4.1, RFC 4493, NIST SP 800-38D.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace lunsim::smb {

using Bytes16 = std::array<std::byte, 16>;
using Bytes64 = std::array<std::byte, 64>;
using Span = std::span<const std::byte>;
/// Parts that are hashed one after the other, so that nobody has to join them.
using Parts = std::initializer_list<Span>;

Bytes16 md4(Span data);
Bytes16 md5(Parts parts);
Bytes16 hmac_md5(Span key, Parts parts);
/// All 32 bytes.
std::array<std::byte, 32> hmac_sha256(Span key, Parts parts);
Bytes64 sha512(Parts parts);
Bytes16 aes128_cmac(const Bytes16& key, Parts parts);
/// Shape    a nonce of 12 bytes that this key has never had before; `data` is authenticated only
Bytes16 aes128_gmac(const Bytes16& key, std::span<const std::byte, 12> nonce, Parts data);

/// In a time that depends on the sizes only. False if the sizes differ.
bool is_equal_in_constant_time(Span a, Span b);

}  // namespace lunsim::smb
