#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstring>
#include <string>

#include "initiator/api/include/lm.h"
#include "initiator/smb_client/network.hpp"
#include "protocol/rpc/srvsvc.hpp"

using namespace lunsim;
using namespace lunsim::rpc::srvsvc;
using smb_client::Outcome;

// x86-64 layouts, as a Windows compiler makes them (measured with mingw-w64).
static_assert(sizeof(SESSION_INFO_0) == 8);
static_assert(sizeof(SESSION_INFO_1) == 32 && offsetof(SESSION_INFO_1, sesi1_user_flags) == 28);
static_assert(sizeof(SESSION_INFO_2) == 40 && offsetof(SESSION_INFO_2, sesi2_cltype_name) == 32);
static_assert(sizeof(SESSION_INFO_10) == 24 && offsetof(SESSION_INFO_10, sesi10_idle_time) == 20);
static_assert(sizeof(SESSION_INFO_502) == 48 &&
              offsetof(SESSION_INFO_502, sesi502_transport) == 40);

namespace {

/// Answers whatever it is told to, and remembers what was asked.
struct CannedSessions final : smb_client::Network {
  Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
               std::vector<std::byte> stub) override {
    asked_server = server;
    asked_opnum = opnum;
    ++calls;
    if (opnum == 12) request = decode_enum_request(Opnum::session_enum, stub).value();
    if (opnum == 13) deletion = decode_session_del_request(stub).value();
    return outcome;
  }
  void answer(EnumResponse<SessionInfo> response) { outcome.stub = encode(response); }

  Outcome outcome;
  rpc::OptionalText asked_server;
  int asked_opnum = 0;
  int calls = 0;
  EnumRequest request;
  SessionDelRequest deletion;
};

struct SessionsFixture {
  CannedSessions network;
  smb_client::CurrentNetwork current{network};
  char16_t server[8] = u"\\\\SRV";
  char16_t client[8] = u"\\\\WS1";
  char16_t user[8] = u"alice";
  char16_t empty[1] = {};
  BYTE* block = nullptr;

  ~SessionsFixture() { NetApiBufferFree(block); }
};

SessionInfo session(std::u16string name = u"WS1") {
  return {std::move(name), u"alice", 3, 7200, 60, SESS_GUEST, u"Windows", u"tcp"};
}
std::u16string session_text(LMSTR value) {
  return value == nullptr ? u"(null)" : std::u16string(value);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(net_session_face)

BOOST_FIXTURE_TEST_CASE(get_info_fills_each_level_in_one_block, SessionsFixture) {
  for (const DWORD level : {0u, 1u, 2u, 10u}) {
    network.answer({level, {session(), session(u"other")}, 2, {}, 0});
    BOOST_REQUIRE(NetSessionGetInfo(server, client, user, level, &block) == NERR_Success);
    BOOST_REQUIRE(block != nullptr);
    BOOST_TEST((session_text(reinterpret_cast<SESSION_INFO_0*>(block)->sesi0_cname) == u"WS1"));
    if (level == 2) {
      const auto* info = reinterpret_cast<SESSION_INFO_2*>(block);
      BOOST_TEST((session_text(info->sesi2_username) == u"alice"));
      BOOST_TEST(info->sesi2_num_opens == 3u);
      BOOST_TEST(info->sesi2_time == 7200u);
      BOOST_TEST(info->sesi2_idle_time == 60u);
      BOOST_TEST(info->sesi2_user_flags == static_cast<DWORD>(SESS_GUEST));
      BOOST_TEST((session_text(info->sesi2_cltype_name) == u"Windows"));
    }
    if (level == 10) BOOST_TEST(reinterpret_cast<SESSION_INFO_10*>(block)->sesi10_idle_time == 60u);
    DWORD bytes = 0;
    BOOST_TEST(NetApiBufferSize(block, &bytes) == 0u);
    const auto* name = reinterpret_cast<SESSION_INFO_0*>(block)->sesi0_cname;
    const auto at = reinterpret_cast<const BYTE*>(name) - block;
    BOOST_TEST((at > 0 && at + 8 <= static_cast<std::ptrdiff_t>(bytes)));
    NetApiBufferFree(block);
    block = nullptr;
  }
  BOOST_TEST((network.asked_server == u"\\\\SRV"));
  BOOST_TEST(network.asked_opnum == 12);
  BOOST_TEST((network.request.qualifiers[0] == u"\\\\WS1"));
  BOOST_TEST((network.request.qualifiers[1] == u"alice"));
  BOOST_TEST(network.request.preferred_maximum_length == MAX_PREFERRED_LENGTH);
  BOOST_TEST(!network.request.resume_handle.has_value());
}

BOOST_FIXTURE_TEST_CASE(get_info_refuses_before_anything_leaves, SessionsFixture) {
  for (const DWORD level : {3u, 9u, 11u, 502u, 1000u, 0xffffffffu})
    BOOST_TEST(NetSessionGetInfo(server, client, user, level, &block) == 124u);
  BOOST_TEST(NetSessionGetInfo(server, nullptr, user, 10, &block) == 87u);
  BOOST_TEST(NetSessionGetInfo(server, client, nullptr, 10, &block) == 87u);
  BOOST_TEST(NetSessionGetInfo(server, empty, user, 10, &block) == 87u);
  BOOST_TEST(NetSessionGetInfo(server, client, empty, 10, &block) == 87u);
  BOOST_TEST(NetSessionGetInfo(server, client, user, 10, nullptr) == 87u);
  BOOST_TEST(NetSessionGetInfo(server, nullptr, nullptr, 3, &block) == 124u);
  BOOST_TEST(network.calls == 0);
}

BOOST_FIXTURE_TEST_CASE(what_the_server_says_is_returned_and_the_pointer_is_null, SessionsFixture) {
  for (const DWORD code : {5u, 8u, 87u, 2221u, 2312u, 2351u}) {
    network.answer({10, {}, 0, {}, code});
    block = reinterpret_cast<BYTE*>(this);
    BOOST_TEST(NetSessionGetInfo(server, client, user, 10, &block) == code);
    BOOST_TEST(block == nullptr);
  }
  // A server that says success and gives nothing has no such session.
  network.answer({10, {}, 0, {}, 0});
  BOOST_TEST(NetSessionGetInfo(server, client, user, 10, &block) == 2312u);
  // Another level than was asked is no answer.
  network.answer({1, {session()}, 1, {}, 0});
  BOOST_TEST(NetSessionGetInfo(server, client, user, 10, &block) == 1783u);
  network.outcome.kind = Outcome::Kind::unopened;
  BOOST_TEST(NetSessionGetInfo(server, client, user, 10, &block) == 53u);
  BOOST_TEST(block == nullptr);
}

BOOST_FIXTURE_TEST_CASE(enum_gives_a_page_and_where_it_goes_on, SessionsFixture) {
  network.answer({502, {session(), session(u"WS22")}, 9, 2, 234});
  DWORD count = 7, total = 7, resume = 0;
  BOOST_TEST(NetSessionEnum(nullptr, nullptr, nullptr, 502, &block, 100, &count, &total, &resume) ==
             234u);
  BOOST_TEST(count == 2u);
  BOOST_TEST(total == 9u);
  BOOST_TEST(resume == 2u);
  const auto* infos = reinterpret_cast<SESSION_INFO_502*>(block);
  BOOST_TEST((session_text(infos[1].sesi502_cname) == u"WS22"));
  BOOST_TEST((session_text(infos[1].sesi502_transport) == u"tcp"));
  BOOST_TEST(network.request.preferred_maximum_length == 100u);
  BOOST_TEST((network.request.resume_handle == 0u));
  BOOST_TEST(!network.request.qualifiers[0].has_value());
}

BOOST_FIXTURE_TEST_CASE(enum_refuses_before_anything_leaves, SessionsFixture) {
  DWORD count = 0, total = 0;
  const auto enumerate = [&](DWORD level, LPBYTE* into, LPDWORD read, LPDWORD all) {
    return NetSessionEnum(server, nullptr, nullptr, level, into, MAX_PREFERRED_LENGTH, read, all,
                          nullptr);
  };
  BOOST_TEST(enumerate(3, &block, &count, &total) == 124u);
  BOOST_TEST(enumerate(10, nullptr, &count, &total) == 87u);
  BOOST_TEST(enumerate(10, &block, nullptr, &total) == 87u);
  BOOST_TEST(enumerate(10, &block, &count, nullptr) == 87u);
  BOOST_TEST(network.calls == 0);
}

BOOST_FIXTURE_TEST_CASE(del_passes_both_names_on, SessionsFixture) {
  network.outcome.stub = encode_status(2312);
  BOOST_TEST(NetSessionDel(server, client, nullptr) == 2312u);
  BOOST_TEST(network.asked_opnum == 13);
  BOOST_TEST((network.deletion.client == u"\\\\WS1"));
  BOOST_TEST(!network.deletion.user.has_value());
}

BOOST_AUTO_TEST_CASE(without_a_network_the_workstation_is_not_started) {
  BYTE* block = nullptr;
  char16_t name[2] = u"a";
  BOOST_TEST(NetSessionGetInfo(nullptr, name, name, 10, &block) == 2138u);
  BOOST_TEST(NetSessionDel(nullptr, name, name) == 2138u);
}

BOOST_AUTO_TEST_CASE(buffers_have_a_size_keep_what_they_had_and_are_freed) {
  void* buffer = nullptr;
  DWORD bytes = 0;
  BOOST_TEST(NetApiBufferAllocate(100, &buffer) == 0u);
  std::memset(buffer, 0x5a, 100);
  BOOST_TEST(NetApiBufferSize(buffer, &bytes) == 0u);
  BOOST_TEST(bytes == 100u);
  BOOST_TEST(NetApiBufferReallocate(buffer, 200, &buffer) == 0u);
  BOOST_TEST(static_cast<unsigned char*>(buffer)[99] == 0x5a);
  BOOST_TEST(NetApiBufferSize(buffer, &bytes) == 0u);
  BOOST_TEST(bytes == 200u);
  BOOST_TEST(NetApiBufferReallocate(buffer, 0, &buffer) == 0u);
  BOOST_TEST(buffer == nullptr);
  BOOST_TEST(NetApiBufferAllocate(0, &buffer) == 0u);
  BOOST_TEST(buffer != nullptr);
  BOOST_TEST(NetApiBufferFree(buffer) == 0u);
  BOOST_TEST(NetApiBufferFree(buffer) == 87u);
  BOOST_TEST(NetApiBufferSize(buffer, &bytes) == 87u);
  BOOST_TEST(NetApiBufferFree(&bytes) == 87u);
  BOOST_TEST(NetApiBufferFree(nullptr) == 0u);
  BOOST_TEST(NetApiBufferSize(nullptr, &bytes) == 87u);
  BOOST_TEST(NetApiBufferAllocate(1, nullptr) == 87u);
}

BOOST_AUTO_TEST_SUITE_END()
