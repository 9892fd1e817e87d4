#include "target_sim/smb_server/pipe_end.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"
#include "protocol/rpc/ndr.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/lsarpc_service.hpp"

using namespace lunsim;
using namespace lunsim::smb_server;
using namespace lunsim::rpc;

namespace {

struct Echo {
  AssociationTable associations;
  smb::AcceptorPolicy policy = accounts();
  std::vector<std::u16string> users;  // of each call that was authenticated inside RPC
  PipeEnd pipe{service("srvsvc", srvsvc::interface_id())};
  std::vector<int> opnums;

  static smb::AcceptorPolicy accounts() {
    smb::AcceptorPolicy made;
    made.computer_name = u"FAKESRV";
    made.find_account = [](std::u16string_view user) -> std::optional<smb::Account> {
      if (user != u"alice") return std::nullopt;
      return smb::Account{smb::ntlm::nt_hash(u"Secret"), smb::NtStatus::success};
    };
    return made;
  }
  PipeService service(std::string name, const SyntaxId& interface) {
    const auto answer = [this](const PipeCall& call) -> srvsvc::Parsed<std::vector<std::byte>> {
      opnums.push_back(call.opnum);
      if (call.login != nullptr) users.push_back(call.login->user);
      if (call.opnum == 99) return tl::unexpected(kFaultOpRange);
      if (call.opnum == 6 || call.opnum == 0)
        return lsarpc_call(call.opnum, call.stub, Caller::authenticated, call.association);
      return std::vector<std::byte>(call.stub.bytes.begin(), call.stub.bytes.end());
    };
    const auto make_acceptor = [this] {
      return std::make_unique<smb::Acceptor>(policy, smb::ntlm::Bytes8{std::byte{7}}, 0);
    };
    return {std::move(name), interface, answer, make_acceptor, associations, "192.0.2.7"};
  }

  std::vector<std::byte> next() { return pipe.read(65536).bytes; }
  PduType next_type() { return decode_common_header(next()).value().type; }
  void bind() {
    BOOST_REQUIRE(pipe.write(encode(bind_of({{0, srvsvc::interface_id(), {ndr32()}}}), 1)));
    BOOST_REQUIRE(next_type() == PduType::bind_ack);
  }
  static Bind bind_of(std::vector<PresentationContext> contexts) {
    Bind made;
    made.contexts = std::move(contexts);
    return made;
  }
};

std::vector<std::byte> bytes_of_hex(std::string_view text) { return bytes::from_hex(text).value(); }

std::vector<std::byte> stub_of(std::size_t size) {
  std::vector<std::byte> stub(size);
  for (std::size_t i = 0; i < size; ++i) stub[i] = static_cast<std::byte>(i * 7);
  return stub;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pipe_end)

BOOST_AUTO_TEST_CASE(each_context_of_a_bind_is_answered_on_its_own) {
  Echo echo;
  SyntaxId features{{}, 1};
  const int kFeatures[] = {0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45, 0x03};
  for (std::size_t i = 0; i < 9; ++i) features.uuid[i] = static_cast<std::byte>(kFeatures[i]);
  SyntaxId other = srvsvc::interface_id();
  other.uuid[0] ^= std::byte{1};
  BOOST_REQUIRE(echo.pipe.write(encode(Echo::bind_of({{0, srvsvc::interface_id(), {ndr32()}},
                                                      {1, srvsvc::interface_id(), {ndr64()}},
                                                      {2, srvsvc::interface_id(), {features}},
                                                      {3, other, {ndr32()}}}),
                                       1)));
  const auto ack = decode_bind_ack(echo.next()).value();
  BOOST_TEST(ack.secondary_address == "\\PIPE\\srvsvc");
  BOOST_TEST(ack.association_group == 0x5300u);
  BOOST_REQUIRE(ack.results.size() == 4u);
  BOOST_TEST((ack.results[0].result == ContextResult::acceptance));
  BOOST_TEST((ack.results[1].result == ContextResult::provider_rejection));
  BOOST_TEST(ack.results[1].reason == kReasonTransferSyntaxes);
  BOOST_TEST((ack.results[2].result == ContextResult::negotiate_ack));
  BOOST_TEST(ack.results[2].reason == 3);
  BOOST_TEST(ack.results[3].reason == kReasonAbstractSyntax);
  BOOST_REQUIRE(echo.pipe.write(encode_request(1, 12, {}, 2, 4280).front()));
  BOOST_TEST(decode_fault(echo.next()).value() == kFaultUnknownInterface);
}

BOOST_AUTO_TEST_CASE(a_call_in_fragments_cut_anywhere_is_one_call) {
  const auto stub = stub_of(5000);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{13}, std::size_t{4096}}) {
    Echo echo;
    echo.bind();
    for (const auto& fragment : encode_request(0, 12, stub, 2, 1000))
      for (std::size_t at = 0; at < fragment.size(); at += piece)
        BOOST_REQUIRE(
            echo.pipe.write(Span(fragment).subspan(at, std::min(piece, fragment.size() - at))));
    BOOST_TEST(echo.opnums == std::vector<int>{12}, boost::test_tools::per_element());
    std::vector<std::byte> joined;
    while (echo.pipe.has_message()) {
      const auto pdu = echo.next();
      BOOST_TEST(pdu.size() <= 4280u);
      const auto part = decode_response(pdu).value();
      joined.insert(joined.end(), part.begin(), part.end());
    }
    BOOST_TEST((joined == stub));
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_read_in_pieces_and_says_that_there_is_more) {
  Echo echo;
  echo.bind();
  BOOST_REQUIRE(echo.pipe.write(encode_request(0, 12, stub_of(100), 2, 4280).front()));
  const auto first = echo.pipe.read(50);
  BOOST_TEST(first.is_cut);
  const auto rest = echo.pipe.read(500);
  BOOST_TEST(!rest.is_cut);
  BOOST_TEST(first.bytes.size() + rest.bytes.size() == 124u);
  BOOST_TEST(!echo.pipe.has_message());
}

BOOST_AUTO_TEST_CASE(an_unknown_call_is_a_fault_and_the_pipe_goes_on) {
  Echo echo;
  echo.bind();
  BOOST_REQUIRE(echo.pipe.write(encode_request(0, 99, {}, 2, 4280).front()));
  BOOST_TEST(decode_fault(echo.next()).value() == kFaultOpRange);
  BOOST_REQUIRE(echo.pipe.write(encode_request(0, 12, {}, 3, 4280).front()));
  BOOST_TEST((echo.next_type() == PduType::response));
}

BOOST_AUTO_TEST_CASE(what_is_out_of_turn_breaks_the_pipe) {
  {
    Echo echo;  // a call before the bind
    BOOST_TEST(!echo.pipe.write(encode_request(0, 12, {}, 2, 4280).front()));
  }
  {
    Echo echo;  // a second bind
    echo.bind();
    BOOST_TEST(
        !echo.pipe.write(encode(Echo::bind_of({{0, srvsvc::interface_id(), {ndr32()}}}), 2)));
  }
  {
    Echo echo;  // the second fragment without the first
    echo.bind();
    BOOST_TEST(!echo.pipe.write(encode_request(0, 12, stub_of(3000), 2, 1000)[1]));
  }
  {
    Echo echo;  // rubbish
    BOOST_TEST(!echo.pipe.write(std::vector<std::byte>(16, std::byte{0x41})));
    BOOST_TEST(!echo.pipe.write(encode(Echo::bind_of({}), 1)));
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_never_ends_is_bounded) {
  Echo echo;
  echo.bind();
  const auto fragments = encode_request(0, 12, stub_of(PipeEnd::kStubMax + 10'000), 2, 4280);
  std::size_t taken = 0;
  while (taken < fragments.size() && echo.pipe.write(fragments[taken])) {
    if (echo.pipe.has_message()) break;
    ++taken;
  }
  BOOST_TEST(taken < fragments.size());
  BOOST_TEST(decode_fault(echo.next()).value() == kFaultProtocol);
}

BOOST_AUTO_TEST_CASE(integers_of_either_order_are_read) {
  // A bind and a call of LsarClose, as a big-endian sender writes them.
  Echo echo;
  BOOST_REQUIRE(echo.pipe.write(bytes_of_hex(
      "05000b0300000000004800000000000110b810b8000000000100000000000100"
      "4b324fc8167001d312785a47bf6ee188000000038a885d041ceb11c99fe808002b10486000000002")));
  BOOST_REQUIRE((echo.next_type() == PduType::bind_ack));
  std::string request = "050000030000000000300000000000020000001800000063";
  request += "000000010000000200000003000000040000000500000006";
  BOOST_REQUIRE(echo.pipe.write(bytes_of_hex(request)));
  BOOST_TEST(decode_fault(echo.next()).value() == kFaultOpRange);
  BOOST_TEST(echo.opnums == std::vector<int>{99}, boost::test_tools::per_element());
  const auto four = bytes_of_hex("00000002000000000000000200340000");
  NdrReader reader(Stub(four, ByteOrder::big));
  BOOST_TEST((reader.text() == u"4"));
}

BOOST_AUTO_TEST_CASE(a_handle_belongs_to_its_association) {
  Echo echo;
  const auto bound = [&](PipeEnd& pipe, std::uint32_t group) {
    Bind wanted = Echo::bind_of({{0, lsarpc_interface(), {ndr32()}}});
    wanted.association_group = group;
    (void)pipe.write(encode(wanted, 1));
    return pipe.read(65536).bytes;
  };
  PipeEnd first(echo.service("lsarpc", lsarpc_interface()));
  PipeEnd stranger(echo.service("lsarpc", lsarpc_interface()));
  PipeEnd kin(echo.service("lsarpc", lsarpc_interface()));
  const auto group = decode_bind_ack(bound(first, 0)).value().association_group;
  BOOST_TEST(decode_bind_ack(bound(stranger, 0)).value().association_group != group);
  BOOST_TEST(decode_bind_ack(bound(kin, group)).value().association_group == group);

  std::vector<std::byte> open(4 + 24 + 4);
  BOOST_REQUIRE(first.write(encode_request(0, 6, open, 2, 4280).front()));
  const auto answer = first.read(65536).bytes;
  const auto stub = decode_response(answer).value();
  BOOST_REQUIRE(stub.size() == 24u);
  const auto close = encode_request(0, 0, stub.first(20), 3, 4280).front();
  BOOST_REQUIRE(stranger.write(close));
  BOOST_TEST(decode_fault(stranger.read(65536).bytes).value() == kFaultContextMismatch);
  BOOST_REQUIRE(kin.write(close));
  const auto closed = kin.read(65536).bytes;
  BOOST_TEST((decode_common_header(closed).value().type == PduType::response));
  BOOST_REQUIRE(first.write(close));
  BOOST_TEST(decode_fault(first.read(65536).bytes).value() == kFaultContextMismatch);

  PipeEnd nobody(echo.service("lsarpc", lsarpc_interface()));
  BOOST_TEST((decode_common_header(bound(nobody, 0x7777)).value().type == PduType::bind_nak));
}

BOOST_AUTO_TEST_SUITE_END()
