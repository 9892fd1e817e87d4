#include "protocol/smb/message/security.hpp"

#include <boost/test/unit_test.hpp>
#include <algorithm>

#include "protocol/bytes/test_bytes.hpp"

// The values were computed by Python's hmac, hashlib and cryptography over a header with command
// IOCTL, MessageId 5 and SessionId 1122334455667788h and 40 bytes 0, 1, 2 ...; the key is 0 to 15.
namespace {
using lunsim::bytes::hex;
using namespace lunsim::smb;
using lunsim::bytes::from_hex;
using lunsim::bytes::to_hex;

Bytes16 key() {
  Bytes16 out;
  for (std::size_t i = 0; i < 16; ++i) out[i] = static_cast<std::byte>(i);
  return out;
}

std::vector<std::byte> message(Command command = Command::ioctl, std::uint32_t flags = 8) {
  Header header;
  header.command = command;
  header.credit_charge = 1;
  header.credits = 1;
  header.flags = flags;
  header.message_id = 5;
  header.tree_id = 1;
  header.session_id = 0x1122334455667788;
  std::vector<std::byte> raw;
  lunsim::bytes::LittleWriter writer(raw);
  encode(header, writer);
  for (int i = 0; i < 40; ++i) writer.u8(static_cast<std::uint8_t>(i));
  return raw;
}
const std::pair<SigningAlgorithm, const char*> kSignatures[] = {
    {SigningAlgorithm::hmac_sha256, "164bf1a8d0ddba31e20893f9a8b15de7"},
    {SigningAlgorithm::aes_cmac, "fdd7c5c5ebe23eb97054f5452e20347b"},
    {SigningAlgorithm::aes_gmac, "6b977ef60b5c952aec0487cb4e9d08c7"}};
}  // namespace

BOOST_AUTO_TEST_SUITE(smb2_security)

BOOST_AUTO_TEST_CASE(signatures_are_those_of_another_implementation) {
  for (const auto& [algorithm, wanted] : kSignatures) {
    auto signed_message = message(Command::ioctl, 0);
    sign(algorithm, key(), signed_message);
    BOOST_TEST(decode_header(signed_message).value().is_signed());
    BOOST_TEST(to_hex(Span(signed_message).subspan(kSignatureOffset, 16)) == wanted);
    BOOST_TEST(is_signature_right(algorithm, key(), signed_message));
  }
  // The nonce of GMAC says who sent it, and whether it is a CANCEL.
  BOOST_TEST(to_hex(signature_of(SigningAlgorithm::aes_gmac, key(), message(Command::cancel, 9))) ==
             "b3ccc55637c385d5ab0050a1ed89a559");
}

BOOST_AUTO_TEST_CASE(no_byte_of_a_signed_message_can_be_changed_unnoticed) {
  for (const auto& [algorithm, wanted] : kSignatures) {
    auto raw = message();
    sign(algorithm, key(), raw);
    for (std::size_t at = 0; at < raw.size(); ++at) {
      raw[at] ^= std::byte{0x40};
      BOOST_TEST(!is_signature_right(algorithm, key(), raw), "byte " << at);
      raw[at] ^= std::byte{0x40};
    }
  }
}

BOOST_AUTO_TEST_CASE(keys_are_those_of_another_implementation) {
  PreauthIntegrity preauth;
  preauth.update(std::as_bytes(std::span("one", 3)));
  preauth.update(std::as_bytes(std::span("two", 3)));
  BOOST_TEST(to_hex(Span(preauth.hash()).first(16)) == "3f11eebad5cffaa3fc1c792a73306046");
  auto keys = derive_session_keys(Dialect::smb_3_1_1, key(), preauth.hash(), Cipher::aes256_gcm);
  BOOST_TEST(to_hex(keys.signing) == "305c202e02b387e4479277ab1374d36d");
  BOOST_TEST(to_hex(keys.client_to_server) ==
             "c75a2ceb98dc77909a7c03f7187189d848aab97148d7cbc05987b2f5229e887b");
  BOOST_TEST(to_hex(keys.server_to_client) ==
             "f8d9a799c2e0778e04500457053fff2115a395a54fc169c06dd43427924c0676");
  keys = derive_session_keys(Dialect::smb_3_0, key(), {}, Cipher::aes128_ccm);
  BOOST_TEST(to_hex(keys.signing) == "6234814cbb8ea9227440ebfeb5eacbe1");
  BOOST_TEST(to_hex(keys.client_to_server) == "8e21f3cae16d07d84c03d74467f57878");
  BOOST_TEST(to_hex(keys.server_to_client) == "95d8b55c852cd25349994b3842fa4105");
  keys = derive_session_keys(Dialect::smb_2_1, key(), {}, Cipher::none);
  BOOST_TEST(to_hex(keys.signing) == to_hex(key()));
  BOOST_TEST(keys.client_to_server.empty());
}

BOOST_AUTO_TEST_CASE(an_encrypted_message_is_that_of_another_implementation) {
  const auto plain = message(Command::ioctl, 8);
  const std::pair<Cipher, const char*> kFrames[] = {
      {Cipher::aes128_gcm,
       "fd534d429a4e2dc63d63094f6db8b4d2953a2bcd101112131415161718191a1b000000006800000000000100887"
       "7"
       "6655443322113a7d4eed4f4fb7ef17dd5df5cc27ea3e32bc748736f46bbf80cb2911670511ad2d27213f80a6fb1"
       "c"
       "6bd7b39d9ee3730a89b8f12bf9c3bbe86b152db6879046985e5910a726927b9cc689704ba1aca22e6693a69d6dd"
       "6"
       "b8c7456189fceccde369b101e2bb85ea9bee"},
      {Cipher::aes128_ccm,
       "fd534d427fe01b1760cfc394785ca393e9b2ba8b101112131415161718191a00000000006800000000000100887"
       "7"
       "665544332211b23c309980bd50ab8e0ce96329639fae2968d8594fdd7aefef4086039df8d2eaf63474ba42426f6"
       "0"
       "1004a7d6a378787674fe7b5208f758dd4d3c36425c19b241c946ae4781dcb78bb8ec4eab1a0f38b59bf2739199c"
       "b"
       "cde81d51c2ee1baecc189c18e064520e8f51"}};
  const auto nonce = hex("101112131415161718191a1b");
  for (const auto& [cipher, wanted] : kFrames) {
    auto frame =
        encrypt(cipher, key(), 0x1122334455667788, Span(nonce).first(nonce_bytes(cipher)), plain);
    BOOST_TEST(to_hex(frame) == wanted);
    BOOST_TEST(decode_transform_header(frame).value().session_id == 0x1122334455667788u);
    BOOST_TEST((decrypt(cipher, key(), frame) == plain));
    for (std::size_t at = 4; at < frame.size(); ++at) {
      frame[at] ^= std::byte{1};
      const auto changed =
          decode_transform_header(frame) ? decrypt(cipher, key(), frame) : std::nullopt;
      // Behind an 11-byte nonce stand five bytes of padding, which are authenticated too.
      BOOST_TEST(!changed.has_value(), "byte " << at);
      frame[at] ^= std::byte{1};
    }
    BOOST_TEST(!decode_transform_header(Span(frame).first(60)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_question_about_the_negotiation_survives_the_way) {
  ValidateNegotiateRequest request{0x7f, key(), 1, {Dialect::smb_2_1, Dialect::smb_3_0}};
  const auto again = decode_validate_negotiate_request(encode(request)).value();
  BOOST_TEST((again.dialects == request.dialects && again.client_guid == request.client_guid));
  const ValidateNegotiateResponse response{4, key(), 3, Dialect::smb_3_0};
  BOOST_TEST(
      (decode_validate_negotiate_response(encode(response)).value().dialect == Dialect::smb_3_0));
  BOOST_TEST(encode(response).size() == 24u);
}

BOOST_AUTO_TEST_SUITE_END()
