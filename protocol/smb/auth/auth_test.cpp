#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"
#include "protocol/bytes/little_endian.hpp"
#include "protocol/smb/auth/acceptor.hpp"
#include "protocol/smb/auth/initiator.hpp"
#include "protocol/smb/auth/message_security.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"
#include "protocol/smb/crypto/cipher.hpp"

namespace {
using namespace lunsim::smb;
using namespace lunsim::smb::ntlm;
using lunsim::bytes::from_hex;
using lunsim::bytes::to_hex;

template <std::size_t N>
std::array<std::byte, N> filled(int value) {
  std::array<std::byte, N> out;
  out.fill(static_cast<std::byte>(value));
  return out;
}
std::vector<std::byte> hex(std::string_view text) { return from_hex(text).value(); }

// MS-NLMP §4.2.4.3, both messages.
const std::string kChallenge =
    "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef000000000000000024002400440000"
    "00"
    "060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076"
    "00"
    "6500720000000000";
const std::string kAuthenticate =
    "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010"
    "00"
    "5c00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f"
    "00"
    "4d0050005500540045005200"
    "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
    "68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c"
    "00"
    "44006f006d00610069006e0001000c005300650072007600650072000000000000000000"
    "c5dad2544fc9799094ce1ce90bc9d03e";

AcceptorPolicy policy_with(NtStatus refusal = NtStatus::success) {
  AcceptorPolicy policy;
  policy.computer_name = u"FAKESRV";
  policy.domain_name = u"WORKGROUP";
  policy.find_account = [refusal](std::u16string_view user) -> std::optional<Account> {
    if (!is_equal_without_case(user, u"Alice")) return std::nullopt;
    return Account{nt_hash(u"S3cret\u00e9"), refusal};
  };
  return policy;
}

struct Exchange {
  AcceptorPolicy policy = policy_with();
  Credentials credentials{u"alice", u"DOM", u"S3cret\u00e9", u"WS1", u"cifs/fakesrv"};
  LoginChance chance{filled<8>(0xaa), filled<16>(0x55)};

  NtStatus status{};
  Bytes16 client_key{}, server_key{};
  bool final_is_right = false;
  Login login;

  void run(const std::function<void(std::vector<std::byte>&)>& spoil = {}) {
    Acceptor acceptor(policy, filled<8>(7), 133'000'000'000'000'000u);
    Initiator initiator(credentials, chance, 0);
    const auto first = acceptor.handle_token(initiator.first_token());
    BOOST_REQUIRE(first.status == NtStatus::more_processing_required);
    auto answer = initiator.handle_challenge(first.token).value();
    if (spoil) spoil(answer);
    const auto last = acceptor.handle_token(answer);
    status = last.status;
    login = acceptor.login();
    client_key = initiator.session_key();
    server_key = login.session_key;
    if (status == NtStatus::success)
      final_is_right = initiator.handle_final(last.token).has_value();
  }
};
}  // namespace

BOOST_AUTO_TEST_SUITE(smb_auth)

BOOST_AUTO_TEST_CASE(the_arithmetic_of_ntlmv2_is_that_of_ms_nlmp_4_2_4) {
  const Bytes16 hash = nt_hash(u"Password");
  BOOST_TEST(to_hex(hash) == "a4f49c406510bdcab6824ee7c30fd852");  // §4.2.2.1.2
  const Bytes16 key = response_key(hash, u"User", u"Domain");
  BOOST_TEST(to_hex(key) == "0c868a403bfd7a93a3001ef22ef02e3f");
  const auto pairs = encode_av_pairs(
      {text_pair(AvId::nb_domain_name, u"Domain"), text_pair(AvId::nb_computer_name, u"Server")});
  Bytes8 server_challenge;
  std::ranges::copy(hex("0123456789abcdef"), server_challenge.begin());
  const auto part = client_part(0, filled<8>(0xaa), pairs);
  const Bytes16 nt_proof = proof(key, server_challenge, part);
  BOOST_TEST(to_hex(nt_proof) == "68cd0ab851e51c96aabc927bebef6a1c");
  BOOST_TEST(to_hex(lm_v2_response(key, server_challenge, filled<8>(0xaa))) ==
             "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
  const Bytes16 base = session_base_key(key, nt_proof);
  BOOST_TEST(to_hex(base) == "8de40ccadbc14a82f15cb0ad0de95ca3");
  BOOST_TEST(to_hex(rc4(base, filled<16>(0x55))) == "c5dad2544fc9799094ce1ce90bc9d03e");
}

// §4.2.4.4: the signing key and the checksum of "Plaintext" are published with sealing; the
// signature's form is checked against a peer instead (rpcclient verifies it).
BOOST_AUTO_TEST_CASE(the_messages_of_ms_nlmp_4_2_4_3_are_read_as_printed) {
  const auto challenge = decode_challenge(hex(kChallenge));
  BOOST_REQUIRE(challenge.has_value());
  BOOST_TEST((challenge->target_name == u"Server"));
  BOOST_TEST(challenge->flags == 0xe28a8233u);
  BOOST_TEST(to_hex(challenge->server_challenge) == "0123456789abcdef");
  const auto pairs = decode_av_pairs(challenge->target_info).value();
  BOOST_REQUIRE(pairs.size() == 2u);
  BOOST_TEST(to_hex(find(pairs, AvId::nb_computer_name)->value) == "530065007200760065007200");

  const auto message = decode_authenticate(hex(kAuthenticate));
  BOOST_REQUIRE(message.has_value());
  BOOST_TEST((message->user == u"User"));
  BOOST_TEST((message->domain == u"Domain"));
  BOOST_TEST((message->workstation == u"COMPUTER"));
  BOOST_TEST(message->nt_response.size() == 84u);
  BOOST_TEST(to_hex(message->encrypted_session_key) == "c5dad2544fc9799094ce1ce90bc9d03e");
  BOOST_TEST(!message->mic.has_value());
}

BOOST_AUTO_TEST_CASE(what_is_encoded_is_decoded_again) {
  auto message = decode_authenticate(hex(kAuthenticate)).value();
  message.mic = filled<16>(3);
  const auto again = decode_authenticate(encode(message)).value();
  BOOST_TEST((again.user == message.user && again.nt_response == message.nt_response));
  BOOST_TEST((again.mic == message.mic));
  BOOST_TEST(decode_negotiate(encode(NegotiateMessage{0x1234})).value().flags == 0x1234u);
}

BOOST_AUTO_TEST_CASE(a_message_cut_anywhere_is_refused_or_read_never_more) {
  for (const std::string& text : {kChallenge, kAuthenticate}) {
    const auto raw = hex(text);
    for (std::size_t size = 0; size < raw.size(); ++size) {
      const Span cut = Span(raw).first(size);
      BOOST_TEST(!decode_authenticate(cut).has_value());
      BOOST_TEST(!decode_challenge(cut).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(both_sides_agree_on_a_key_and_on_each_others_signatures) {
  Exchange exchange;
  exchange.run();
  BOOST_TEST(to_string(exchange.status) == "STATUS_SUCCESS");
  BOOST_TEST(to_hex(exchange.client_key) == to_hex(filled<16>(0x55)));
  BOOST_TEST(to_hex(exchange.server_key) == to_hex(exchange.client_key));
  BOOST_TEST(exchange.final_is_right);
  BOOST_TEST((exchange.login.user == u"alice" && exchange.login.workstation == u"WS1"));
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_an_unknown_user_look_alike) {
  Exchange wrong;
  wrong.credentials.password = u"other";
  wrong.run();
  BOOST_TEST(to_string(wrong.status) == "STATUS_LOGON_FAILURE");
  Exchange unknown;
  unknown.credentials.user = u"bob";
  unknown.run();
  BOOST_TEST(to_string(unknown.status) == "STATUS_LOGON_FAILURE");
}

BOOST_AUTO_TEST_CASE(an_account_can_be_refused_in_its_own_way_once_the_password_is_right) {
  Exchange exchange;
  exchange.policy = policy_with(NtStatus::account_disabled);
  exchange.run();
  BOOST_TEST(to_string(exchange.status) == "STATUS_ACCOUNT_DISABLED");
  exchange.credentials.password = u"other";
  exchange.run();
  BOOST_TEST(to_string(exchange.status) == "STATUS_LOGON_FAILURE");
}

BOOST_AUTO_TEST_CASE(anonymous_and_guest_are_what_the_policy_says) {
  Exchange anonymous;
  anonymous.credentials = {};
  anonymous.run();
  BOOST_TEST(to_string(anonymous.status) == "STATUS_LOGON_FAILURE");
  anonymous.policy.allows_anonymous = true;
  anonymous.run();
  BOOST_TEST(to_string(anonymous.status) == "STATUS_SUCCESS");
  BOOST_TEST(anonymous.login.is_anonymous);
  Exchange guest;
  guest.credentials.user = u"bob";
  guest.policy.unknown_users_are_guests = true;
  guest.run();
  BOOST_TEST(to_string(guest.status) == "STATUS_SUCCESS");
  BOOST_TEST(guest.login.is_guest);
}

// Each byte of the last token is changed in turn: nothing but the client's own workstation name's
// case and SPNEGO's unprotected fields could pass, and the MICs cover those as well.
BOOST_AUTO_TEST_CASE(no_byte_of_the_authenticate_message_can_be_changed_unnoticed) {
  std::size_t size = 0;
  Exchange probe;
  probe.run([&](auto& token) { size = token.size(); });
  std::size_t ntlm_at = 0;
  probe.run([&](auto& token) {
    const auto wanted = hex("4e544c4d53535000");
    ntlm_at = static_cast<std::size_t>(
        std::search(token.begin(), token.end(), wanted.begin(), wanted.end()) - token.begin());
  });
  BOOST_REQUIRE(ntlm_at + 88 < size);
  for (std::size_t at = ntlm_at; at < size; ++at) {
    Exchange exchange;
    exchange.run([&](auto& token) { token[at] ^= std::byte{0x01}; });
    BOOST_TEST(to_string(exchange.status) != "STATUS_SUCCESS", "byte " << at - ntlm_at);
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_prefers_another_mechanism_is_told_ours_and_then_served) {
  AcceptorPolicy policy = policy_with();
  Acceptor acceptor(policy, filled<8>(7), 0);
  spnego::NegTokenInit init;
  init.mech_types = {hex("2a864886f712010202"), spnego::ntlmssp()};  // Kerberos 5 first
  init.mech_token = hex("6000");
  const auto step = acceptor.handle_token(spnego::encode(init));
  BOOST_TEST(to_string(step.status) == "STATUS_MORE_PROCESSING_REQUIRED");
  const auto resp = spnego::decode_resp(step.token).value();
  BOOST_TEST((resp.supported_mech == spnego::ntlmssp()));
  BOOST_TEST((resp.neg_state == spnego::NegState::request_mic));
  BOOST_TEST(!resp.response_token.has_value());
  spnego::NegTokenInit only_kerberos;
  only_kerberos.mech_types = {hex("2a864886f712010202")};
  Acceptor other(policy, filled<8>(7), 0);
  BOOST_TEST(to_string(other.handle_token(spnego::encode(only_kerberos)).status) ==
             "STATUS_LOGON_FAILURE");
}

// MS-NLMP §4.2.4.4: flags of §4.2.4, exported session key 16 times 55.
BOOST_AUTO_TEST_CASE(a_message_is_sealed_as_the_standard_s_example) {
  constexpr std::uint32_t kFlags = 0xe28a'8233;
  const Bytes16 key = filled<16>(0x55);
  MessageSecurity client(key, kFlags, Direction::client_to_server);
  MessageSecurity server(key, kFlags, Direction::server_to_client);
  auto message = lunsim::bytes::utf16le(u"Plaintext");
  const Bytes16 signature = client.seal(message, 0, message.size());
  BOOST_TEST(to_hex(message) == "54e50165bf1936dc996020c1811b0f06fb5f");
  BOOST_TEST(to_hex(signature) == "010000007fb38ec5c55d497600000000");
  BOOST_TEST(server.unseal(message, 0, message.size(), signature));
  BOOST_TEST((message == lunsim::bytes::utf16le(u"Plaintext")));

  // The stream and the number go on; a message that comes twice is refused.
  const Bytes16 second = client.sign(message);
  BOOST_TEST(static_cast<int>(second[12]) == 1);
  BOOST_TEST(server.verify(message, second));
  BOOST_TEST(!server.verify(message, second));
}

BOOST_AUTO_TEST_CASE(ntlm_without_spnego_is_answered_without_spnego) {
  AcceptorPolicy policy = policy_with();
  Acceptor acceptor(policy, filled<8>(7), 0);
  const auto step = acceptor.handle_token(encode(NegotiateMessage{kNegotiateUnicode}));
  BOOST_TEST((message_type(step.token) == 2u));
}

BOOST_AUTO_TEST_CASE(spnego_cut_or_changed_anywhere_is_refused_or_read_never_more) {
  spnego::NegTokenInit init;
  init.mech_types = {spnego::ntlmssp()};
  init.mech_token = std::vector<std::byte>(300, std::byte{1});
  const auto raw = spnego::encode(init);
  BOOST_TEST(spnego::decode_init(raw).value().mech_token->size() == 300u);
  for (std::size_t size = 0; size < raw.size(); ++size)
    BOOST_TEST(!spnego::decode_init(Span(raw).first(size)).has_value());
  for (std::size_t at = 0; at < 60; ++at) {
    auto changed = raw;
    changed[at] = std::byte{0xff};
    (void)spnego::decode_init(changed);
    (void)spnego::decode_resp(changed);
  }
  BOOST_TEST(spnego::decode_init(spnego::encode_hint()).value().mech_types.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
