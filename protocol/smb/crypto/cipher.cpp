#include "protocol/smb/crypto/cipher.hpp"

#include <cassert>

#include <nettle/arcfour.h>
#include <nettle/ccm.h>
#include <nettle/gcm.h>

#include "protocol/smb/crypto/octets.hpp"

namespace lunsim::smb {
namespace {

// One mode and key size of AES: how nettle names its steps.
struct Ccm128 {
  ccm_aes128_ctx context;
  void key(Span k) { ccm_aes128_set_key(&context, octets(k)); }
  void begin(Span nonce, Span associated, std::size_t bytes) {
    ccm_aes128_set_nonce(&context, nonce.size(), octets(nonce), associated.size(), bytes, 16);
    ccm_aes128_update(&context, associated.size(), octets(associated));
  }
  void encrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    ccm_aes128_encrypt(&context, n, to, from);
  }
  void decrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    ccm_aes128_decrypt(&context, n, to, from);
  }
  void digest(std::uint8_t* to) { ccm_aes128_digest(&context, 16, to); }
};
struct Ccm256 {
  ccm_aes256_ctx context;
  void key(Span k) { ccm_aes256_set_key(&context, octets(k)); }
  void begin(Span nonce, Span associated, std::size_t bytes) {
    ccm_aes256_set_nonce(&context, nonce.size(), octets(nonce), associated.size(), bytes, 16);
    ccm_aes256_update(&context, associated.size(), octets(associated));
  }
  void encrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    ccm_aes256_encrypt(&context, n, to, from);
  }
  void decrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    ccm_aes256_decrypt(&context, n, to, from);
  }
  void digest(std::uint8_t* to) { ccm_aes256_digest(&context, 16, to); }
};
struct Gcm128 {
  gcm_aes128_ctx context;
  void key(Span k) { gcm_aes128_set_key(&context, octets(k)); }
  void begin(Span nonce, Span associated, std::size_t) {
    gcm_aes128_set_iv(&context, nonce.size(), octets(nonce));
    gcm_aes128_update(&context, associated.size(), octets(associated));
  }
  void encrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    gcm_aes128_encrypt(&context, n, to, from);
  }
  void decrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    gcm_aes128_decrypt(&context, n, to, from);
  }
  void digest(std::uint8_t* to) { gcm_aes128_digest(&context, 16, to); }
};
struct Gcm256 {
  gcm_aes256_ctx context;
  void key(Span k) { gcm_aes256_set_key(&context, octets(k)); }
  void begin(Span nonce, Span associated, std::size_t) {
    gcm_aes256_set_iv(&context, nonce.size(), octets(nonce));
    gcm_aes256_update(&context, associated.size(), octets(associated));
  }
  void encrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    gcm_aes256_encrypt(&context, n, to, from);
  }
  void decrypt(std::size_t n, std::uint8_t* to, const std::uint8_t* from) {
    gcm_aes256_decrypt(&context, n, to, from);
  }
  void digest(std::uint8_t* to) { gcm_aes256_digest(&context, 16, to); }
};

template <class Mode>
Sealed seal_with(Span key, Span nonce, Span associated, Span plain) {
  Mode mode;
  mode.key(key);
  mode.begin(nonce, associated, plain.size());
  Sealed sealed{std::vector<std::byte>(plain.size()), {}};
  mode.encrypt(plain.size(), octets(sealed.bytes), octets(plain));
  mode.digest(octets(sealed.tag));
  return sealed;
}

template <class Mode>
std::optional<std::vector<std::byte>> open_with(Span key, Span nonce, Span associated, Span sealed,
                                                const Bytes16& tag) {
  Mode mode;
  mode.key(key);
  mode.begin(nonce, associated, sealed.size());
  std::vector<std::byte> plain(sealed.size());
  mode.decrypt(sealed.size(), octets(plain), octets(sealed));
  Bytes16 found;
  mode.digest(octets(found));
  if (!is_equal_in_constant_time(found, tag)) return std::nullopt;
  return plain;
}

}  // namespace

struct Rc4::Stream {
  arcfour_ctx context;
};
Rc4::Rc4(Span key) : stream_(std::make_unique<Stream>()) {
  arcfour_set_key(&stream_->context, key.size(), octets(key));
}
Rc4::~Rc4() = default;
Rc4::Rc4(Rc4&&) noexcept = default;
Rc4& Rc4::operator=(Rc4&&) noexcept = default;

void Rc4::apply(std::span<std::byte> data) {
  arcfour_crypt(&stream_->context, data.size(), octets(data), octets(data));
}

std::vector<std::byte> rc4(Span key, Span data) {
  arcfour_ctx context;
  arcfour_set_key(&context, key.size(), octets(key));
  std::vector<std::byte> out(data.size());
  arcfour_crypt(&context, data.size(), octets(out), octets(data));
  return out;
}

std::size_t key_bytes(Cipher cipher) {
  return cipher == Cipher::aes256_ccm || cipher == Cipher::aes256_gcm ? 32 : 16;
}

std::size_t nonce_bytes(Cipher cipher) {
  return cipher == Cipher::aes128_ccm || cipher == Cipher::aes256_ccm ? 11 : 12;
}

Sealed seal(Cipher cipher, Span key, Span nonce, Span associated, Span plain) {
  assert(key.size() == key_bytes(cipher) && nonce.size() == nonce_bytes(cipher));
  switch (cipher) {
    case Cipher::aes128_ccm:
      return seal_with<Ccm128>(key, nonce, associated, plain);
    case Cipher::aes128_gcm:
      return seal_with<Gcm128>(key, nonce, associated, plain);
    case Cipher::aes256_ccm:
      return seal_with<Ccm256>(key, nonce, associated, plain);
    case Cipher::aes256_gcm:
      return seal_with<Gcm256>(key, nonce, associated, plain);
    case Cipher::none:
      break;
  }
  assert(false && "no cipher to seal with");
  return {};
}

std::optional<std::vector<std::byte>> open(Cipher cipher, Span key, Span nonce, Span associated,
                                           Span sealed, const Bytes16& tag) {
  assert(key.size() == key_bytes(cipher) && nonce.size() == nonce_bytes(cipher));
  switch (cipher) {
    case Cipher::aes128_ccm:
      return open_with<Ccm128>(key, nonce, associated, sealed, tag);
    case Cipher::aes128_gcm:
      return open_with<Gcm128>(key, nonce, associated, sealed, tag);
    case Cipher::aes256_ccm:
      return open_with<Ccm256>(key, nonce, associated, sealed, tag);
    case Cipher::aes256_gcm:
      return open_with<Gcm256>(key, nonce, associated, sealed, tag);
    case Cipher::none:
      break;
  }
  return std::nullopt;
}

}  // namespace lunsim::smb
