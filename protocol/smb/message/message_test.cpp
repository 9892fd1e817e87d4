#include <boost/test/unit_test.hpp>
#include <algorithm>

#include "protocol/bytes/test_bytes.hpp"
#include "protocol/smb/message/file_messages.hpp"
#include "protocol/smb/message/negotiate.hpp"
#include "protocol/smb/message/session_messages.hpp"

namespace {
using lunsim::bytes::hex;
using namespace lunsim::smb;
using lunsim::bytes::from_hex;
using lunsim::bytes::to_hex;

std::vector<std::byte> message_of(Command command, const std::vector<std::byte>& body) {
  Header header;
  header.command = command;
  std::vector<std::byte> message;
  lunsim::bytes::LittleWriter writer(message);
  encode(header, writer);
  writer.bytes(body);
  return message;
}

/// Decodes a message cut at every length: nothing but an error may come of it before `needed`.
template <class Decode>
void cut_everywhere(const std::vector<std::byte>& message, Decode decode) {
  for (std::size_t size = 0; size < message.size(); ++size)
    BOOST_TEST(!decode(Span(message).first(size)).has_value(), "cut at " << size);
}

// Captured: rpcclient 4.17.12's NEGOTIATE.
const std::string kNegotiate =
    "fe534d42400000000000000000001f0000000000000000000000000000000000000000000000000000000000000000"
    "00"
    "0000000000000000000000000000000024000500030000007f00000013a3ac68b9b3534c90e3637d440b87f1700000"
    "00"
    "04000000020210020003020311030000010026000000000001002000010022f01ced6d197a70d4f8febff8d16e2b16"
    "03"
    "880b5b298b9b7081573dcd3dfec2000002000a00000000000400020001000400030000000000000008000800000000"
    "00"
    "030002000100000005001200000000003100320037002e0030002e0030002e003100";
}  // namespace

BOOST_AUTO_TEST_SUITE(smb2_messages)

BOOST_AUTO_TEST_CASE(a_header_is_what_its_drawing_says) {
  Header header;
  header.credit_charge = 1;
  header.status = NtStatus::access_denied;
  header.command = Command::ioctl;
  header.credits = 2;
  header.flags = kFlagServerToRedir;
  header.next_command = 0x80;
  header.message_id = 5;
  header.tree_id = 7;
  header.session_id = 0x1122334455667788;
  std::vector<std::byte> raw;
  lunsim::bytes::LittleWriter writer(raw);
  encode(header, writer);
  BOOST_TEST(to_hex(raw) ==
             "fe534d424000"
             "0100"
             "220000c0"
             "0b00"
             "0200"
             "01000000"
             "80000000"
             "0500000000000000"
             "fffe0000"
             "07000000"
             "8877665544332211"
             "00000000000000000000000000000000");
  const Header again = decode_header(raw).value();
  BOOST_TEST((again.command == Command::ioctl && again.tree_id == 7 && again.message_id == 5));
  header.flags |= kFlagAsyncCommand;
  header.async_id = 0x0102030405060708;
  raw.clear();
  lunsim::bytes::LittleWriter other(raw);
  encode(header, other);
  BOOST_TEST(decode_header(raw).value().async_id == 0x0102030405060708u);
  cut_everywhere(raw, [](Span cut) { return decode_header(cut); });
}

BOOST_AUTO_TEST_CASE(rpcclients_negotiate_is_read_and_written_again_as_it_was) {
  const auto message = hex(kNegotiate);
  const auto request = decode_negotiate_request(message).value();
  BOOST_TEST(request.dialects.size() == 5u);
  BOOST_TEST(request.security_mode == 3);
  BOOST_TEST(request.capabilities == 0x7fu);
  BOOST_TEST(request.contexts.preauth_contexts == 1u);
  BOOST_TEST(request.contexts.salt.size() == 32u);
  BOOST_TEST((request.contexts.ciphers == std::vector{Cipher::aes128_gcm, Cipher::aes128_ccm,
                                                      Cipher::aes256_gcm, Cipher::aes256_ccm}));
  BOOST_TEST((request.contexts.signing_algorithms == std::vector{SigningAlgorithm::aes_gmac,
                                                                 SigningAlgorithm::aes_cmac,
                                                                 SigningAlgorithm::hmac_sha256}));
  BOOST_TEST((request.contexts.net_name == u"127.0.0.1"));
  BOOST_TEST(to_hex(encode(request)) == to_hex(Span(message).subspan(kHeaderBytes)));
  cut_everywhere(message, decode_negotiate_request);
}

BOOST_AUTO_TEST_CASE(the_answer_to_negotiate_survives_the_way) {
  NegotiateResponse response;
  response.dialect = Dialect::smb_3_1_1;
  response.security_mode = kSigningRequired;
  response.capabilities = kCapEncryption;
  response.max_read_bytes = 65536;
  response.security_blob = hex("6001020304");
  response.contexts.hash_algorithms = {kSha512};
  response.contexts.salt = hex("aabb");
  response.contexts.ciphers = {Cipher::aes256_gcm};
  response.contexts.signing_algorithms = {SigningAlgorithm::aes_cmac};
  const auto message = message_of(Command::negotiate, encode(response));
  const auto again = decode_negotiate_response(message).value();
  BOOST_TEST(
      (again.dialect == Dialect::smb_3_1_1 && again.security_blob == response.security_blob));
  BOOST_TEST((again.contexts.ciphers == response.contexts.ciphers));
  BOOST_TEST((again.contexts.signing_algorithms == response.contexts.signing_algorithms));
  cut_everywhere(message, decode_negotiate_response);
}

BOOST_AUTO_TEST_CASE(smb1s_negotiate_says_what_it_offers_of_smb2) {
  const auto offer = decode_smb1_negotiate(encode_smb1_negotiate()).value();
  BOOST_TEST(offer.smb_2_0_2);
  BOOST_TEST(offer.smb_2_wildcard);
  auto other = encode_smb1_negotiate();
  other[4] = std::byte{0x73};  // SESSION_SETUP_ANDX
  BOOST_TEST(!decode_smb1_negotiate(other).has_value());
}

BOOST_AUTO_TEST_CASE(every_request_survives_the_way_and_no_cut_one_is_taken) {
  const FileId file{0x1111, 0x2222};
  SessionSetupRequest setup;
  setup.security_mode = 1;
  setup.security_blob = hex("010203");
  auto message = message_of(Command::session_setup, encode(setup));
  BOOST_TEST((decode_session_setup_request(message).value().security_blob == setup.security_blob));
  cut_everywhere(message, decode_session_setup_request);

  message = message_of(Command::tree_connect, encode_tree_connect_request(u"\\\\srv\\IPC$"));
  BOOST_TEST((decode_tree_connect_request(message).value() == u"\\\\srv\\IPC$"));
  cut_everywhere(message, decode_tree_connect_request);

  CreateRequest create;
  create.name = u"srvsvc";
  create.desired_access = 0x12019f;
  message = message_of(Command::create, encode(create));
  BOOST_TEST((decode_create_request(message).value().name == u"srvsvc"));
  cut_everywhere(message, decode_create_request);

  message = message_of(Command::close, encode(CloseRequest{0, file}));
  BOOST_TEST((decode_close_request(message).value().file == file));
  cut_everywhere(message, decode_close_request);

  message = message_of(Command::read, encode(ReadRequest{4280, 0, file, 1}));
  BOOST_TEST(decode_read_request(message).value().length == 4280u);

  message = message_of(Command::write, encode(WriteRequest{0, file, hex("0506")}));
  BOOST_TEST((decode_write_request(message).value().data == hex("0506")));
  cut_everywhere(message, decode_write_request);

  message = message_of(Command::ioctl,
                       encode(IoctlRequest{kFsctlPipeTransceive, file, hex("0708"), 0, 4280, 1}));
  const auto ioctl = decode_ioctl_request(message).value();
  BOOST_TEST((ioctl.input == hex("0708") && ioctl.max_output_response == 4280));
  cut_everywhere(message, decode_ioctl_request);
}

BOOST_AUTO_TEST_CASE(every_answer_survives_the_way_and_no_cut_one_is_taken) {
  auto message = message_of(Command::session_setup,
                            encode(SessionSetupResponse{kSessionIsGuest, hex("0102")}));
  BOOST_TEST(decode_session_setup_response(message).value().session_flags == kSessionIsGuest);
  cut_everywhere(message, decode_session_setup_response);
  message =
      message_of(Command::tree_connect, encode(TreeConnectResponse{ShareKind::disk, 0x8000, 1, 2}));
  BOOST_TEST((decode_tree_connect_response(message).value().kind == ShareKind::disk));
  cut_everywhere(message, decode_tree_connect_response);
  CreateResponse create;
  create.file = {3, 4};
  message = message_of(Command::create, encode(create));
  BOOST_TEST((decode_create_response(message).value().file == create.file));
  message = message_of(Command::read, encode_read_response(hex("0a0b0c")));
  BOOST_TEST((decode_read_response(message).value() == hex("0a0b0c")));
  cut_everywhere(message, decode_read_response);
  message = message_of(Command::write, encode_write_response(77));
  BOOST_TEST(decode_write_response(message).value() == 77u);
  message =
      message_of(Command::ioctl, encode(IoctlResponse{kFsctlPipeTransceive, {1, 2}, hex("0d0e")}));
  BOOST_TEST((decode_ioctl_response(message).value().output == hex("0d0e")));
  cut_everywhere(message, decode_ioctl_response);
}

BOOST_AUTO_TEST_CASE(a_chain_is_followed_and_a_lying_one_refused) {
  auto first = message_of(Command::create, std::vector<std::byte>(8));
  const auto second = message_of(Command::close, {});
  const std::size_t first_bytes = first.size();
  first[20] = static_cast<std::byte>(first_bytes);
  first.insert(first.end(), second.begin(), second.end());
  const auto links = chain(first, 8).value();
  BOOST_REQUIRE(links.size() == 2u);
  BOOST_TEST(links[1].offset == first_bytes);
  BOOST_TEST(links[1].bytes == second.size());
  BOOST_TEST(!chain(first, 1).has_value());
  for (const int lie : {1, 8, 60, 0xff}) {
    first[20] = static_cast<std::byte>(lie);
    BOOST_TEST(!chain(first, 8).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_frame_has_its_length_before_it_in_network_order) {
  BOOST_TEST(to_hex(framed(hex("fe534d42"))) == "00000004fe534d42");
  BOOST_TEST(to_hex(Span(framed(std::vector<std::byte>(0x012345))).first(4)) == "00012345");
}

BOOST_AUTO_TEST_CASE(dialects_and_statuses_have_the_standards_names) {
  BOOST_TEST((parse_dialect("3.0.2") == Dialect::smb_3_0_2));
  BOOST_TEST(!parse_dialect("1.0").has_value());
  BOOST_TEST(to_string(NtStatus::logon_failure) == "STATUS_LOGON_FAILURE");
  BOOST_TEST(to_string(static_cast<NtStatus>(0xc0001234)) == "0xc0001234");
  BOOST_TEST(to_string(Command::tree_disconnect) == "TREE_DISCONNECT");
}

BOOST_AUTO_TEST_SUITE_END()
