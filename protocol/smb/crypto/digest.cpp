#include "protocol/smb/crypto/digest.hpp"

#include <algorithm>

#include <nettle/cmac.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include "protocol/smb/crypto/octets.hpp"

namespace lunsim::smb {

Bytes16 md4(Span data) {
  md4_ctx context;
  md4_init(&context);
  md4_update(&context, data.size(), octets(data));
  Bytes16 digest;
  md4_digest(&context, digest.size(), octets(digest));
  return digest;
}

Bytes16 md5(Parts parts) {
  md5_ctx context;
  md5_init(&context);
  for (const Span part : parts) md5_update(&context, part.size(), octets(part));
  Bytes16 digest;
  md5_digest(&context, digest.size(), octets(digest));
  return digest;
}

Bytes16 hmac_md5(Span key, Parts parts) {
  hmac_md5_ctx context;
  hmac_md5_set_key(&context, key.size(), octets(key));
  for (const Span part : parts) hmac_md5_update(&context, part.size(), octets(part));
  Bytes16 digest;
  hmac_md5_digest(&context, digest.size(), octets(digest));
  return digest;
}

std::array<std::byte, 32> hmac_sha256(Span key, Parts parts) {
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, key.size(), octets(key));
  for (const Span part : parts) hmac_sha256_update(&context, part.size(), octets(part));
  std::array<std::byte, 32> digest;
  hmac_sha256_digest(&context, digest.size(), octets(digest));
  return digest;
}

Bytes64 sha512(Parts parts) {
  sha512_ctx context;
  sha512_init(&context);
  for (const Span part : parts) sha512_update(&context, part.size(), octets(part));
  Bytes64 digest;
  sha512_digest(&context, digest.size(), octets(digest));
  return digest;
}

Bytes16 aes128_cmac(const Bytes16& key, Parts parts) {
  cmac_aes128_ctx context;
  cmac_aes128_set_key(&context, octets(key));
  for (const Span part : parts) cmac_aes128_update(&context, part.size(), octets(part));
  Bytes16 digest;
  cmac_aes128_digest(&context, digest.size(), octets(digest));
  return digest;
}

Bytes16 aes128_gmac(const Bytes16& key, std::span<const std::byte, 12> nonce, Parts data) {
  gcm_aes128_ctx context;
  gcm_aes128_set_key(&context, octets(key));
  gcm_aes128_set_iv(&context, nonce.size(), octets(nonce));
  // gcm_update wants whole blocks in every call but the last: parts are joined to blocks here.
  std::array<std::byte, GCM_BLOCK_SIZE> block;
  std::size_t filled = 0;
  for (Span part : data) {
    while (!part.empty()) {
      const std::size_t taken = std::min(part.size(), block.size() - filled);
      std::copy_n(part.begin(), taken, block.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += taken;
      part = part.subspan(taken);
      if (filled < block.size()) break;
      gcm_aes128_update(&context, filled, octets(block));
      filled = 0;
    }
  }
  if (filled > 0) gcm_aes128_update(&context, filled, octets(block));
  Bytes16 digest;
  gcm_aes128_digest(&context, digest.size(), octets(digest));
  return digest;
}

bool is_equal_in_constant_time(Span a, Span b) {
  return a.size() == b.size() && (a.empty() || memeql_sec(a.data(), b.data(), a.size()) != 0);
}

}  // namespace lunsim::smb
