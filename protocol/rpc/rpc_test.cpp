#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"
#include "protocol/rpc/srvsvc.hpp"

namespace {
using namespace lunsim::rpc;
using namespace lunsim::rpc::srvsvc;
using lunsim::bytes::from_hex;
using lunsim::bytes::to_hex;

std::vector<std::byte> hex(std::string_view text) { return from_hex(text).value(); }

// Captured: rpcclient 4.17.12, bind and NetrSessionEnum of `netsessenum`.
const std::string kBind =
    "05000b03100000004800000001000000b810b810000000000100000000000100c84f324b7016d30112785a47bf6ee1"
    "88"
    "03000000045d888aeb1cc9119fe808002b10486002000000";
const std::string kSessionEnum =
    "050000031000000060000000020000004800000000000c00000002000a000000000000000a0000003100320037002e"
    "00"
    "30002e0030002e003100000000000000000000000100000001000000040002000000000000000000ffffffff000000"
    "00";

SessionInfo session() {
  return {u"\\\\WS1", u"alice", 3, 7200, 60, 1, u"Windows", u"\\Device\\NetbiosSmb"};
}
}  // namespace

BOOST_AUTO_TEST_SUITE(rpc_pdus)

BOOST_AUTO_TEST_CASE(rpcclients_bind_is_read_and_written_again_as_it_was) {
  const auto pdu = hex(kBind);
  const auto header = decode_common_header(pdu).value();
  BOOST_TEST((header.type == PduType::bind && header.call_id == 1 && header.auth_bytes == 0));
  const Bind bind = decode_bind(pdu).value();
  BOOST_REQUIRE(bind.contexts.size() == 1u);
  BOOST_TEST((bind.contexts[0].abstract_syntax == interface_id()));
  BOOST_TEST((bind.contexts[0].transfer_syntaxes == std::vector{ndr32()}));
  BOOST_TEST(to_hex(encode(bind, 1)) == kBind);
}

BOOST_AUTO_TEST_CASE(rpcclients_session_enum_is_read_and_written_again_as_it_was) {
  const auto pdu = hex(kSessionEnum);
  const auto part = decode_request(pdu).value();
  BOOST_TEST(part.opnum == 12);
  const auto request = decode_enum_request(Opnum::session_enum, part.stub).value();
  BOOST_TEST((request.server == u"127.0.0.1"));
  BOOST_TEST((request.qualifiers == std::vector<OptionalText>(2)));
  BOOST_TEST(request.level == 1u);
  BOOST_TEST(request.preferred_maximum_length == kMaxPreferredLength);
  BOOST_TEST(!request.resume_handle.has_value());
  const auto stub = encode(Opnum::session_enum, request);
  BOOST_TEST(to_hex(stub) == to_hex(part.stub.bytes));
  BOOST_TEST(to_hex(encode_request(0, 12, stub, 2, 4280).front()).substr(48) ==
             kSessionEnum.substr(48));
}

BOOST_AUTO_TEST_CASE(a_pdu_cut_anywhere_is_refused) {
  for (const std::string& text : {kBind, kSessionEnum}) {
    const auto pdu = hex(text);
    for (std::size_t size = 0; size < pdu.size(); ++size) {
      BOOST_TEST(!decode_bind(Span(pdu).first(size)).has_value());
      BOOST_TEST(!decode_request(Span(pdu).first(size)).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_bind_survives_the_way) {
  BindAck ack;
  ack.secondary_address = "\\PIPE\\srvsvc";
  ack.association_group = 0x53f0;
  ack.results = {{ContextResult::acceptance, 0, ndr32()},
                 {ContextResult::provider_rejection, kReasonTransferSyntaxes, {}},
                 {ContextResult::negotiate_ack, 3, {}}};
  const auto again = decode_bind_ack(encode(ack, 7)).value();
  BOOST_TEST(again.secondary_address == ack.secondary_address);
  BOOST_REQUIRE(again.results.size() == 3u);
  BOOST_TEST((again.results[0].transfer_syntax == ndr32()));
  BOOST_TEST((again.results[2].result == ContextResult::negotiate_ack));
  BOOST_TEST(again.results[2].reason == 3);
}

BOOST_AUTO_TEST_CASE(a_stub_is_cut_into_fragments_and_their_flags_say_which) {
  std::vector<std::byte> stub(1000);
  for (std::size_t i = 0; i < stub.size(); ++i) stub[i] = static_cast<std::byte>(i);
  const auto fragments = encode_response(0, stub, 9, 424);
  BOOST_REQUIRE(fragments.size() == 3u);
  std::vector<std::byte> joined;
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    BOOST_TEST(fragments[i].size() <= 424u);
    const auto header = decode_common_header(fragments[i]).value();
    BOOST_TEST(((header.flags & kFirstFragment) != 0) == (i == 0));
    BOOST_TEST(((header.flags & kLastFragment) != 0) == (i == 2));
    const auto piece = decode_response(fragments[i]).value();
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  BOOST_TEST((joined == stub));
  BOOST_TEST(encode_response(0, {}, 9, 424).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_fault_carries_its_status) {
  const auto pdu = encode_fault(0, kFaultOpRange, 3, true);
  BOOST_TEST((decode_common_header(pdu).value().flags & kDidNotExecute) != 0);
  BOOST_TEST(decode_fault(pdu).value() == kFaultOpRange);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(srvsvc_stubs)

BOOST_AUTO_TEST_CASE(each_level_carries_its_members_and_no_others) {
  for (const std::uint32_t level : {0u, 1u, 2u, 10u, 502u}) {
    const EnumResponse<SessionInfo> response{level, {session(), session()}, 5, 2, 234};
    const auto again = decode_enum_response<SessionInfo>(encode(response)).value();
    BOOST_REQUIRE(again.entries.size() == 2u);
    const SessionInfo& found = again.entries[1];
    BOOST_TEST((found.cname == u"\\\\WS1"));
    BOOST_TEST((found.username.has_value() == (level != 0)));
    BOOST_TEST(found.num_opens == (level == 1 || level == 2 || level == 502 ? 3u : 0u));
    BOOST_TEST(found.time_s == (level == 0 ? 0u : 7200u));
    BOOST_TEST(found.idle_time_s == (level == 0 ? 0u : 60u));
    BOOST_TEST((found.cltype_name.has_value() == (level == 2 || level == 502)));
    BOOST_TEST((found.transport.has_value() == (level == 502)));
    BOOST_TEST(again.total_entries == 5u);
    BOOST_TEST((again.resume_handle == 2u));
    BOOST_TEST(again.status == 234u);
  }
}

// Hand-made from the IDL: level 10, one session "\\A" of user "b", 16 s, 1 s idle, 2 in all, no
// resume handle, ERROR_MORE_DATA.
BOOST_AUTO_TEST_CASE(the_bytes_of_level_10_are_those_of_the_idl) {
  const EnumResponse<SessionInfo> response{
      10, {{u"\\\\A", u"b", 0, 16, 1, 0, {}, {}}}, 2, std::nullopt, 234};
  BOOST_TEST(to_hex(encode(response)) ==
             "0a000000"
             "0a000000"
             "00000200"  // level, tag, pointer to the container
             "01000000"
             "04000200"
             "01000000"  // one entry, pointer, size of the array
             "08000200"
             "0c000200"
             "10000000"
             "01000000"
             "04000000"
             "00000000"
             "04000000"
             "5c005c0041000000"
             "02000000"
             "00000000"
             "02000000"
             "62000000"
             "02000000"
             "00000000"
             "ea000000");
}

BOOST_AUTO_TEST_CASE(an_answer_cut_anywhere_is_refused) {
  const auto stub = encode(EnumResponse<SessionInfo>{502, {session()}, 1, 0, 0});
  for (std::size_t size = 0; size < stub.size(); ++size)
    BOOST_TEST(!decode_enum_response<SessionInfo>(Span(stub).first(size)).has_value());
}

BOOST_AUTO_TEST_CASE(a_count_that_the_stub_cannot_hold_is_refused_before_memory_is_taken) {
  auto stub = encode(EnumResponse<SessionInfo>{10, {session()}, 1, std::nullopt, 0});
  for (const std::size_t at : {std::size_t{12}, std::size_t{20}}) {
    auto lying = stub;
    for (std::size_t i = 0; i < 4; ++i) lying[at + i] = std::byte{0x7f};
    BOOST_TEST(!decode_enum_response<SessionInfo>(lying).has_value());
  }
}

BOOST_AUTO_TEST_CASE(level_and_tag_that_differ_are_an_invalid_tag) {
  EnumRequest request;
  request.qualifiers.resize(2);
  request.level = 10;
  auto stub = encode(Opnum::session_enum, request);
  stub[16] = std::byte{1};
  const auto parsed = decode_enum_request(Opnum::session_enum, stub);
  BOOST_REQUIRE(!parsed.has_value());
  BOOST_TEST(parsed.error() == kFaultInvalidTag);
}

BOOST_AUTO_TEST_CASE(an_unknown_level_has_an_empty_arm) {
  EnumRequest request;
  request.qualifiers = {u"\\\\A", std::nullopt};
  request.level = 99;
  request.resume_handle = 7;
  const auto again =
      decode_enum_request(Opnum::session_enum, encode(Opnum::session_enum, request)).value();
  BOOST_TEST(again.level == 99u);
  BOOST_TEST((again.resume_handle == 7u));
}

BOOST_AUTO_TEST_CASE(a_text_without_its_null_or_with_an_offset_is_refused) {
  std::vector<std::byte> stub;
  NdrWriter(stub).text(u"ab");
  BOOST_TEST((NdrReader(stub).text() == u"ab"));
  for (const std::size_t at : {std::size_t{4}, std::size_t{16}}) {  // the offset, the null
    auto wrong = stub;
    wrong[at] = std::byte{1};
    NdrReader reader(wrong);
    (void)reader.text();
    BOOST_TEST(reader.failed());
  }
}

BOOST_AUTO_TEST_CASE(shares_files_connections_and_servers_survive_the_way) {
  ShareInfo share;
  share.netname = u"data";
  share.path = u"C:\\data";
  share.security_descriptor = hex("0100048000");
  const auto again =
      decode_info_response<ShareInfo>(encode(InfoResponse<ShareInfo>{502, share, 0})).value();
  BOOST_TEST((again.info->path == share.path));
  BOOST_TEST((again.info->security_descriptor == share.security_descriptor));
  const auto refused =
      decode_info_response<ShareInfo>(encode(InfoResponse<ShareInfo>{1, std::nullopt, 2310}))
          .value();
  BOOST_TEST(!refused.info.has_value());
  BOOST_TEST(refused.status == 2310u);
  const auto files = decode_enum_response<FileInfo>(
                         encode(EnumResponse<FileInfo>{3, {{7, 3, 1, u"a", u"b"}}, 1, 0, 0}))
                         .value();
  BOOST_TEST((files.entries[0].pathname == u"a"));
  const auto connections =
      decode_enum_response<ConnectionInfo>(
          encode(EnumResponse<ConnectionInfo>{1, {{1, 0, 2, 3, 4, u"a", u"b"}}, 1, 0, 0}))
          .value();
  BOOST_TEST((connections.entries[0].netname == u"b"));
  ServerInfo server;
  server.name = u"S";
  server.comment = u"c";
  server.capabilities = 9;
  BOOST_TEST(decode_info_response<ServerInfo>(encode(InfoResponse<ServerInfo>{103, server, 0}))
                 .value()
                 .info->capabilities == 9u);
  TimeOfDay time;
  time.year = 2026;
  time.timezone_min = -60;
  const auto tod = decode_remote_tod_response(encode_remote_tod_response(time, 0)).value();
  BOOST_TEST(tod.time->year == 2026u);
  BOOST_TEST(tod.time->timezone_min == -60);
}

// Captured: smbtorture's NetSrvGetInfo could not read the refusal of a level whose arm was left
// out.
BOOST_AUTO_TEST_CASE(a_refused_level_that_the_union_knows_has_a_null_arm) {
  for (const std::uint32_t level : {502u, 503u, 1005u})
    BOOST_TEST(to_hex(encode(InfoResponse<ServerInfo>{level, std::nullopt, 124})).substr(8) ==
               "000000007c000000");
  BOOST_TEST(to_hex(encode(InfoResponse<ServerInfo>{99, std::nullopt, 124})).substr(8) ==
             "7c000000");
  for (const std::uint32_t level : {1004u, 99u})
    BOOST_TEST(
        decode_info_response<ShareInfo>(encode(InfoResponse<ShareInfo>{level, std::nullopt, 124}))
            .value()
            .status == 124u);
  // 1005 is a level of NetrShareGetInfo and none of NetrShareEnum.
  BOOST_TEST(encode(EnumResponse<ShareInfo>{1005, {}, 0, {}, 124}).size() == 20u);
}

BOOST_AUTO_TEST_SUITE_END()
