#include "target_sim/smb_server/pipe_end.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim;
using namespace lunsim::smb_server;
using namespace lunsim::rpc;

namespace {

struct Echo {
  PipeEnd pipe{"srvsvc",
               [this](std::uint16_t opnum, Span stub) -> srvsvc::Parsed<std::vector<std::byte>> {
                 opnums.push_back(opnum);
                 if (opnum == 99) return tl::unexpected(kFaultOpRange);
                 return std::vector<std::byte>(stub.begin(), stub.end());
               },
               0x1234};
  std::vector<int> opnums;

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
  BOOST_TEST(ack.association_group == 0x1234u);
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

BOOST_AUTO_TEST_CASE(authentication_inside_rpc_is_refused_by_its_reason) {
  Echo echo;
  auto pdu = encode(Echo::bind_of({{0, srvsvc::interface_id(), {ndr32()}}}), 1);
  pdu.resize(pdu.size() + 8 + 16);
  pdu[8] = static_cast<std::byte>(pdu.size());
  pdu[10] = std::byte{16};
  (void)echo.pipe.write(pdu);
  const auto nak = echo.next();
  BOOST_TEST((decode_common_header(nak).value().type == PduType::bind_nak));
  BOOST_TEST(static_cast<int>(nak[16]) == 8);
}

BOOST_AUTO_TEST_SUITE_END()
