#include "protocol/rpc/security/pdu_protection.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "protocol/smb/auth/ntlm_flags.hpp"

using namespace lunsim;
using namespace lunsim::rpc;

BOOST_AUTO_TEST_SUITE(pdu_protection)

namespace {

constexpr std::uint32_t kFlags = smb::ntlm::kExtendedSessionSecurity | smb::ntlm::kNegotiate128 |
                                 smb::ntlm::kNegotiateKeyExchange;

PduProtection end_of(AuthLevel level, smb::ntlm::Direction sends) {
  const smb::Bytes16 key{std::byte{1}, std::byte{2}};
  return {{kAuthNegotiate, level, 7},
          smb::ntlm::MessageSecurity(key, kFlags, sends, {.by_us = 1, .by_them = 1})};
}

std::vector<std::byte> request_pdu(std::size_t stub_bytes) {
  const std::vector<std::byte> stub(stub_bytes, std::byte{0x5a});
  return encode_request(0, 12, stub, 2, kFragmentBytes).front();
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_one_end_protects_the_other_opens_in_order) {
  for (const AuthLevel level :
       {AuthLevel::call, AuthLevel::packet, AuthLevel::integrity, AuthLevel::privacy}) {
    auto client = end_of(level, smb::ntlm::Direction::client_to_server);
    auto server = end_of(level, smb::ntlm::Direction::server_to_client);
    for (const std::size_t size : {std::size_t{0}, std::size_t{9}, std::size_t{64}}) {
      const auto plain = request_pdu(size);
      auto sent = plain;
      client.protect(sent);
      BOOST_TEST(sent.size() <= plain.size() + PduProtection::kBytesMax);
      BOOST_TEST((sent.size() - PduProtection::kSignatureBytes - kAuthTrailerBytes - kStubOffset) %
                     PduProtection::kPaddedTo ==
                 0u);
      if (size > 0)
        BOOST_TEST(std::ranges::search(sent, std::span(plain).subspan(kStubOffset)).empty() ==
                   (level == AuthLevel::privacy));
      const auto trailer = decode_auth(sent).value();
      BOOST_REQUIRE(trailer.has_value());
      const auto clear = server.opened(sent, *trailer);
      BOOST_REQUIRE(clear.has_value());
      BOOST_TEST(decode_request(*clear).value().stub.bytes.size() == size);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_bit_can_be_changed_and_no_trailer_of_others_is_taken) {
  const auto opens = [](auto&& change) {
    auto client = end_of(AuthLevel::integrity, smb::ntlm::Direction::client_to_server);
    auto server = end_of(AuthLevel::integrity, smb::ntlm::Direction::server_to_client);
    auto sent = request_pdu(32);
    client.protect(sent);
    change(sent);
    const auto trailer = decode_auth(sent);
    return trailer && *trailer && server.opened(sent, **trailer).has_value();
  };
  BOOST_TEST(opens([](auto&) {}));
  std::size_t size = 0;
  (void)opens([&](auto& pdu) { size = pdu.size(); });
  for (std::size_t at = 0; at < size; ++at)
    BOOST_TEST(!opens([&](auto& pdu) { pdu[at] ^= std::byte{1}; }), "byte " << at);
}

BOOST_AUTO_TEST_CASE(a_pdu_that_comes_twice_is_believed_once) {
  auto client = end_of(AuthLevel::privacy, smb::ntlm::Direction::client_to_server);
  auto server = end_of(AuthLevel::privacy, smb::ntlm::Direction::server_to_client);
  auto sent = request_pdu(32);
  client.protect(sent);
  BOOST_TEST(server.opened(sent, *decode_auth(sent).value()).has_value());
  BOOST_TEST(!server.opened(sent, *decode_auth(sent).value()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
