#include "target_sim/smb_server/security_context.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "protocol/rpc/srvsvc.hpp"
#include "protocol/smb/auth/initiator.hpp"
#include "target_sim/smb_server/pipe_end.hpp"

using namespace lunsim;
using namespace lunsim::smb_server;
using namespace lunsim::rpc;

BOOST_AUTO_TEST_SUITE(rpc_security)

namespace {

constexpr std::uint32_t kContextId = 79;

/// A client that logs in inside RPC, and the pipe that it talks to.
struct Secured {
  explicit Secured(AuthLevel wanted, std::u16string password = u"Secret") : level(wanted) {
    smb::Credentials who;
    who.user = u"alice";
    who.password = std::move(password);
    initiator.emplace(who, smb::LoginChance{{std::byte{1}}, {std::byte{2}}}, 0);
  }

  static smb::AcceptorPolicy accounts() {
    smb::AcceptorPolicy made;
    made.computer_name = u"FAKESRV";
    made.find_account = [](std::u16string_view user) -> std::optional<smb::Account> {
      if (user != u"alice") return std::nullopt;
      return smb::Account{smb::ntlm::nt_hash(u"Secret"), smb::NtStatus::success};
    };
    return made;
  }

  std::vector<std::byte> leg(PduType type, Span token) {
    Bind wanted;
    wanted.contexts = {{0, srvsvc::interface_id(), {ndr32()}}};
    auto pdu = encode(wanted, 1, type);
    append_auth(pdu, {kAuthNegotiate, level, 0, kContextId, token}, 0, 4);
    (void)pipe.write(pdu);
    return pipe.read(65536).bytes;
  }
  static std::vector<std::byte> token_of(Span pdu) {
    const auto trailer = decode_auth(pdu).value();
    return {trailer->value.begin(), trailer->value.end()};
  }
  /// Both legs. Returns the last answer.
  std::vector<std::byte> log_in() {
    const auto ack = leg(PduType::bind, initiator->first_token());
    BOOST_REQUIRE((decode_common_header(ack).value().type == PduType::bind_ack));
    const auto last = initiator->handle_challenge(token_of(ack)).value();
    auto answer = leg(PduType::alter_context, last);
    security.emplace(initiator->session_key(), initiator->flags(),
                     smb::ntlm::Direction::client_to_server, smb::ntlm::SignedBefore{1, 1});
    return answer;
  }
  /// The fragments of a request, each protected as the level says.
  std::vector<std::vector<std::byte>> request(Span stub) {
    auto fragments = encode_request(0, 12, stub, 2, 1000);
    for (auto& pdu : fragments) {
      constexpr std::byte kPlace[16] = {};
      append_auth(pdu, {kAuthNegotiate, level, 0, kContextId, kPlace}, 24, 16);
      const auto message = std::span(pdu).first(pdu.size() - 16);
      const auto signature = level == AuthLevel::privacy
                                 ? security->seal(message, 24, message.size() - 24 - 8)
                                 : security->sign(message);
      std::ranges::copy(signature, pdu.end() - 16);
    }
    return fragments;
  }
  std::vector<std::byte> opened(std::vector<std::byte> pdu) {
    const auto signature = smb::Span(pdu).last(16);
    const std::vector<std::byte> given(signature.begin(), signature.end());
    const auto message = std::span(pdu).first(pdu.size() - 16);
    const bool is_right = level == AuthLevel::privacy
                              ? security->unseal(message, 24, message.size() - 24 - 8, given)
                              : security->verify(message, given);
    BOOST_TEST(is_right);
    const auto stub = decode_response(pdu).value();
    return {stub.begin(), stub.end()};
  }

  AuthLevel level;
  std::optional<smb::Initiator> initiator;
  std::optional<smb::ntlm::MessageSecurity> security;
  AssociationTable associations;
  smb::AcceptorPolicy policy = accounts();
  std::vector<std::u16string> users;
  PipeEnd pipe{{"srvsvc", srvsvc::interface_id(),
                [this](const PipeCall& call) -> srvsvc::Parsed<std::vector<std::byte>> {
                  users.push_back(call.login == nullptr ? u"nobody" : call.login->user);
                  return std::vector<std::byte>(call.stub.bytes.begin(), call.stub.bytes.end());
                },
                [this] {
                  return std::make_unique<smb::Acceptor>(policy, smb::ntlm::Bytes8{std::byte{7}},
                                                         0);
                },
                associations, "192.0.2.7"}};
};

std::vector<std::byte> counted(std::size_t size) {
  std::vector<std::byte> stub(size);
  for (std::size_t i = 0; i < size; ++i) stub[i] = static_cast<std::byte>(i);
  return stub;
}

}  // namespace

BOOST_AUTO_TEST_CASE(requests_and_responses_are_protected_at_every_level) {
  for (const AuthLevel level :
       {AuthLevel::call, AuthLevel::packet, AuthLevel::integrity, AuthLevel::privacy}) {
    Secured client(level);
    const auto last = client.log_in();
    BOOST_TEST((decode_common_header(last).value().type == PduType::alter_context_resp));
    BOOST_TEST(client.initiator->handle_final(Secured::token_of(last)).has_value());
    const auto stub = counted(5001);
    for (int call = 0; call < 2; ++call) {
      for (const auto& fragment : client.request(stub)) BOOST_REQUIRE(client.pipe.write(fragment));
      std::vector<std::byte> joined;
      while (client.pipe.has_message()) {
        const auto pdu = client.pipe.read(65536).bytes;
        BOOST_TEST(pdu.size() <= 4280u);
        const auto part = client.opened(pdu);
        joined.insert(joined.end(), part.begin(), part.end());
      }
      BOOST_TEST((joined == stub));
    }
    BOOST_TEST((client.users == std::vector<std::u16string>{u"alice", u"alice"}));
  }
}

BOOST_AUTO_TEST_CASE(what_is_sealed_cannot_be_read_on_the_way) {
  Secured client(AuthLevel::privacy);
  (void)client.log_in();
  const auto stub = counted(64);
  const auto sent = client.request(stub).front();
  BOOST_TEST(std::ranges::search(sent, stub).empty());
  BOOST_REQUIRE(client.pipe.write(sent));
  const auto came = client.pipe.read(65536).bytes;
  BOOST_TEST(std::ranges::search(came, stub).empty());
}

BOOST_AUTO_TEST_CASE(a_request_that_was_changed_or_is_not_signed_is_refused) {
  for (const std::size_t at : {std::size_t{22}, std::size_t{30}}) {
    Secured client(AuthLevel::integrity);
    (void)client.log_in();
    auto sent = client.request(counted(64)).front();
    sent[at] ^= std::byte{1};
    (void)client.pipe.write(sent);
    BOOST_TEST(decode_fault(client.pipe.read(65536).bytes).value() == kFaultAccessDenied);
    BOOST_TEST(client.users.empty());
    BOOST_TEST(!client.pipe.write(client.request(counted(64)).front()));
  }
  Secured bare(AuthLevel::integrity);
  (void)bare.log_in();
  (void)bare.pipe.write(encode_request(0, 12, counted(64), 2, 4280).front());
  BOOST_TEST(decode_fault(bare.pipe.read(65536).bytes).value() == kFaultAccessDenied);
  BOOST_TEST(bare.users.empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_password_inside_rpc_is_a_fault_or_ends_the_next_call) {
  Secured client(AuthLevel::integrity, u"wrong");
  BOOST_TEST(decode_fault(client.log_in()).value() == kFaultAccessDenied);

  Secured silent(AuthLevel::integrity, u"wrong");  // by auth3, which nobody answers
  const auto ack = silent.leg(PduType::bind, silent.initiator->first_token());
  const auto last = silent.initiator->handle_challenge(Secured::token_of(ack)).value();
  std::vector<std::byte> auth3 = encode(Bind{}, 1, PduType::auth3);
  auth3.resize(20);
  append_auth(auth3, {kAuthNegotiate, AuthLevel::integrity, 0, kContextId, last}, 0, 4);
  BOOST_TEST(silent.pipe.write(auth3));
  BOOST_TEST(!silent.pipe.has_message());
  (void)silent.pipe.write(encode_request(0, 12, counted(8), 2, 4280).front());
  BOOST_TEST(decode_fault(silent.pipe.read(65536).bytes).value() == kFaultAccessDenied);
}

BOOST_AUTO_TEST_CASE(a_login_of_a_connection_only_protects_nothing_and_names_the_caller) {
  Secured client(AuthLevel::connect);
  (void)client.log_in();
  BOOST_REQUIRE(client.pipe.write(encode_request(0, 12, counted(8), 2, 4280).front()));
  BOOST_TEST(
      (decode_common_header(client.pipe.read(65536).bytes).value().type == PduType::response));
  BOOST_TEST((client.users == std::vector<std::u16string>{u"alice"}));
}

BOOST_AUTO_TEST_CASE(what_nobody_here_speaks_is_refused_by_its_reason) {
  for (const auto& [type, level] :
       {std::pair{std::uint8_t{68}, AuthLevel::integrity}, std::pair{kAuthNtlm, AuthLevel::none}}) {
    Secured client(level);
    Bind wanted;
    wanted.contexts = {{0, srvsvc::interface_id(), {ndr32()}}};
    auto pdu = encode(wanted, 1);
    append_auth(pdu, {type, level, 0, kContextId, counted(16)}, 0, 4);
    (void)client.pipe.write(pdu);
    const auto nak = client.pipe.read(65536).bytes;
    BOOST_TEST((decode_common_header(nak).value().type == PduType::bind_nak));
    BOOST_TEST(static_cast<int>(nak[16]) == 8);
  }
}

BOOST_AUTO_TEST_SUITE_END()
