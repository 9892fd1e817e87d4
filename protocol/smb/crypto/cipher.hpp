// Ciphers of SMB and NTLM, by nettle: RC4, and AES-128/256 in CCM and GCM as SMB 3 seals messages.
// MS-NLMP §3.4.4, MS-SMB2 §3.1.4.3.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/smb/crypto/digest.hpp"

namespace lunsim::smb {

/// Enciphers or deciphers with a fresh key stream.
std::vector<std::byte> rc4(Span key, Span data);

/// A key stream that goes on from one message to the next.
class Rc4 {
 public:
  explicit Rc4(Span key);
  ~Rc4();
  Rc4(Rc4&&) noexcept;
  Rc4& operator=(Rc4&&) noexcept;
  /// Enciphers or deciphers in place.
  void apply(std::span<std::byte> data);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// MS-SMB2 §2.2.3.1.2
enum class Cipher : std::uint16_t {
  none = 0,
  aes128_ccm = 1,
  aes128_gcm = 2,
  aes256_ccm = 3,
  aes256_gcm = 4,
};
/// 16 or 32 bytes of key; 11 (CCM) or 12 (GCM) bytes of nonce.
std::size_t key_bytes(Cipher cipher);
std::size_t nonce_bytes(Cipher cipher);

struct Sealed {
  std::vector<std::byte> bytes;  // as many as went in
  Bytes16 tag;
};
/// Shape    key and nonce of the cipher's sizes (asserted); `associated` is authenticated, not
/// hidden
Sealed seal(Cipher cipher, Span key, Span nonce, Span associated, Span plain);
/// Returns  the plain bytes; nothing if the tag is not right
std::optional<std::vector<std::byte>> open(Cipher cipher, Span key, Span nonce, Span associated,
                                           Span sealed, const Bytes16& tag);

}  // namespace lunsim::smb
