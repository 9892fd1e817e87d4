#include <boost/test/unit_test.hpp>
#include <string>

#include "protocol/bytes/hex.hpp"
#include "protocol/smb/crypto/cipher.hpp"
#include "protocol/smb/crypto/digest.hpp"
#include "protocol/smb/crypto/key_derivation.hpp"

namespace {
using namespace lunsim::smb;
using lunsim::bytes::from_hex;
using lunsim::bytes::to_hex;

std::vector<std::byte> hex(std::string_view text) { return from_hex(text).value(); }
Bytes16 hex16(std::string_view text) {
  Bytes16 out;
  const auto raw = hex(text);
  std::copy_n(raw.begin(), 16, out.begin());
  return out;
}
Span bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
const std::string kAbc = "abc";
}  // namespace

BOOST_AUTO_TEST_SUITE(smb_crypto)

// RFC 1320 §A.5, RFC 1321 §A.5, FIPS 180-2 appendix C.1
BOOST_AUTO_TEST_CASE(digests_of_abc_are_the_published_ones) {
  BOOST_TEST(to_hex(md4(bytes_of(kAbc))) == "a448017aaf21d8525fc10ae87aa6729d");
  BOOST_TEST(to_hex(md5({bytes_of("a"), bytes_of("bc")})) == "900150983cd24fb0d6963f7d28e17f72");
  BOOST_TEST(to_hex(sha512({bytes_of("ab"), bytes_of("c")})) ==
             "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

// RFC 2202 §2 case 2 and RFC 4231 §4.3
BOOST_AUTO_TEST_CASE(hmacs_are_the_published_ones) {
  const Span data = bytes_of("what do ya want for nothing?");
  BOOST_TEST(to_hex(hmac_md5(bytes_of("Jefe"), {data.first(5), data.subspan(5)})) ==
             "750c783e6ab0b503eaa86e310a5db738");
  BOOST_TEST(to_hex(hmac_sha256(bytes_of("Jefe"), {data})) ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// RFC 4493 §4, all four examples; the message is cut at every place too.
BOOST_AUTO_TEST_CASE(aes_cmac_is_the_published_one_however_the_message_is_cut) {
  const Bytes16 key = hex16("2b7e151628aed2a6abf7158809cf4f3c");
  const auto message =
      hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
          "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
  BOOST_TEST(to_hex(aes128_cmac(key, {})) == "bb1d6929e95937287fa37d129b756746");
  BOOST_TEST(to_hex(aes128_cmac(key, {Span(message).first(16)})) ==
             "070a16b46b4d4144f79bdd9dd04a287c");
  BOOST_TEST(to_hex(aes128_cmac(key, {Span(message).first(40)})) ==
             "dfa66747de9ae63030ca32611497c827");
  for (std::size_t cut = 0; cut <= message.size(); ++cut)
    BOOST_TEST(to_hex(aes128_cmac(key, {Span(message).first(cut), Span(message).subspan(cut)})) ==
               "51f0bebf7e3b9d92fc49741779363cfe");
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test case 1 (nothing but a
// nonce); the second was computed by Python's cryptography: AESGCM(bytes(range(16))).encrypt(
// bytes(12), b"", bytes(range(40))).
BOOST_AUTO_TEST_CASE(aes_gmac_is_gcm_of_nothing_however_the_message_is_cut) {
  std::array<std::byte, 12> nonce{};
  BOOST_TEST(to_hex(aes128_gmac(Bytes16{}, nonce, {})) == "58e2fccefa7e3061367f1d57a4e7455a");
  std::vector<std::byte> message;
  for (int i = 0; i < 40; ++i) message.push_back(static_cast<std::byte>(i));
  const Bytes16 key = hex16("000102030405060708090a0b0c0d0e0f");
  for (std::size_t cut = 0; cut <= message.size(); ++cut)
    BOOST_TEST(
        to_hex(aes128_gmac(key, nonce, {Span(message).first(cut), Span(message).subspan(cut)})) ==
        "cbd100f6b34f1b77692049146aea7997");
}

// McGrew and Viega, appendix B, test cases 4 and 16.
BOOST_AUTO_TEST_CASE(gcm_seals_as_published_and_opens_only_what_it_sealed) {
  const auto nonce = hex("cafebabefacedbaddecaf888");
  const auto associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto plain = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39");
  auto sealed =
      seal(Cipher::aes128_gcm, hex("feffe9928665731c6d6a8f9467308308"), nonce, associated, plain);
  BOOST_TEST(to_hex(sealed.tag) == "5bc94fbc3221a5db94fae95ae7121a47");
  const auto key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  sealed = seal(Cipher::aes256_gcm, key, nonce, associated, plain);
  BOOST_TEST(to_hex(sealed.tag) == "76fc6ece0f4e1768cddf8853bb2d551b");
  BOOST_TEST((open(Cipher::aes256_gcm, key, nonce, associated, sealed.bytes, sealed.tag) == plain));
  sealed.bytes[3] ^= std::byte{1};
  BOOST_TEST(!open(Cipher::aes256_gcm, key, nonce, associated, sealed.bytes, sealed.tag));
}

// Computed by Python's cryptography: AESCCM(key, 16).encrypt(nonce, plain, bytes(range(32))).
BOOST_AUTO_TEST_CASE(ccm_seals_as_another_implementation_does_and_opens_only_what_it_sealed) {
  const auto key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const auto nonce = hex("101112131415161718191a");
  const auto plain = hex("20212223");
  for (const Cipher cipher : {Cipher::aes128_ccm, Cipher::aes256_ccm}) {
    const Span k = Span(key).first(key_bytes(cipher));
    const auto sealed = seal(cipher, k, nonce, key, plain);
    BOOST_TEST(to_hex(sealed.bytes) + to_hex(sealed.tag) ==
               (cipher == Cipher::aes128_ccm ? "6c4e5ff88311f1d7baa323ae77a46ebc25e2b7b4"
                                             : "077fcdbbbc8cfe2e30b8ce281786b4d86d354a35"));
    BOOST_TEST((open(cipher, k, nonce, key, sealed.bytes, sealed.tag) == plain));
    BOOST_TEST(!open(cipher, k, nonce, plain, sealed.bytes, sealed.tag));
    Bytes16 wrong = sealed.tag;
    wrong[15] ^= std::byte{0x80};
    BOOST_TEST(!open(cipher, k, nonce, key, sealed.bytes, wrong));
  }
}

// RFC 6229 §2: key 0102030405, the first 16 bytes of its stream.
BOOST_AUTO_TEST_CASE(rc4_is_the_published_one) {
  BOOST_TEST(to_hex(rc4(hex("0102030405"), std::vector<std::byte>(16))) ==
             "b2396305f03dc027ccc3524a0a1118a8");
}

// MS-SMB2 has no vector in its text: computed by OpenSSL 3.0's KBKDF (counter, HMAC-SHA256).
BOOST_AUTO_TEST_CASE(keys_are_derived_as_another_implementation_derives_them) {
  using namespace std::string_view_literals;
  const auto key = hex("000102030405060708090a0b0c0d0e0f");
  BOOST_TEST(to_hex(derive_key(key, "SMB2AESCMAC\0"sv, bytes_of("SmbSign\0"sv), 16)) ==
             "6234814cbb8ea9227440ebfeb5eacbe1");
  BOOST_TEST(to_hex(derive_key(key, "SMB2AESCMAC\0"sv, bytes_of("SmbSign\0"sv), 32)) ==

             "8f7d6acd78c8f3d7052094c0a5ac3f821c2265ca1b3a900dddd1f6cd366f222d");
}

BOOST_AUTO_TEST_SUITE_END()
