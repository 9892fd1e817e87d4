// Files, connections, shares, the server itself and its clock: what is asked, and what a caller
// gets. Layouts are x86-64's, as a Windows compiler makes them (measured with mingw-w64).
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

static_assert(sizeof(FILE_INFO_2) == 4 && sizeof(FILE_INFO_3) == 32);
static_assert(offsetof(FILE_INFO_3, fi3_pathname) == 16);
static_assert(sizeof(CONNECTION_INFO_0) == 4 && sizeof(CONNECTION_INFO_1) == 40);
static_assert(offsetof(CONNECTION_INFO_1, coni1_username) == 24);
static_assert(sizeof(SHARE_INFO_0) == 8 && sizeof(SHARE_INFO_1) == 24);
static_assert(sizeof(SHARE_INFO_2) == 56 && sizeof(SHARE_INFO_501) == 32);
static_assert(sizeof(SHARE_INFO_502) == 72 && sizeof(SHARE_INFO_503) == 80);
static_assert(offsetof(SHARE_INFO_502, shi502_security_descriptor) == 64);
static_assert(sizeof(SHARE_INFO_1005) == 4);
static_assert(sizeof(SERVER_INFO_100) == 16 && sizeof(SERVER_INFO_101) == 40);
static_assert(sizeof(SERVER_INFO_102) == 72 && sizeof(SERVER_INFO_103) == 80);
static_assert(offsetof(SERVER_INFO_102, sv102_userpath) == 64);
static_assert(sizeof(TIME_OF_DAY_INFO) == 48);

namespace {

/// Answers what it is told to, and keeps what was asked.
struct CannedLists final : smb_client::Network {
  Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
               std::vector<std::byte> stub) override {
    asked_server = server;
    asked_opnum = opnum;
    asked_stub = std::move(stub);
    ++calls;
    return outcome;
  }
  Outcome outcome;
  rpc::OptionalText asked_server;
  int asked_opnum = 0;
  std::vector<std::byte> asked_stub;
  int calls = 0;
};

struct ListsFixture {
  CannedLists network;
  smb_client::CurrentNetwork current{network};
  char16_t server[8] = u"\\\\SRV";
  char16_t name[8] = u"data";
  BYTE* block = nullptr;
  DWORD count = 0, total = 0, resume = 0;

  ~ListsFixture() { release(); }
  void release() {
    NetApiBufferFree(block);
    block = nullptr;
  }
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(block);
  }
};

std::u16string text(LMSTR value) { return value == nullptr ? u"(null)" : std::u16string(value); }

ShareInfo share(std::u16string name) {
  ShareInfo made;
  made.netname = std::move(name);
  made.type = STYPE_SPECIAL;
  made.remark = u"for all";
  made.max_uses = SHI_USES_UNLIMITED;
  made.current_uses = 2;
  made.path = u"C:\\data";
  made.servername = u"*";
  made.flags = 0x30;
  made.security_descriptor.assign(20, std::byte{0x5a});
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(net_lists_face)

BOOST_FIXTURE_TEST_CASE(files_come_in_the_strides_of_their_structures, ListsFixture) {
  const std::vector<FileInfo> files = {{7, 3, 1, u"C:\\a", u"alice"}, {8, 1, 0, u"C:\\b", u"bob"}};
  DWORD_PTR handle = 5;
  network.outcome.stub = encode(EnumResponse<FileInfo>{3, files, 9, 2, 234});
  BOOST_TEST(NetFileEnum(server, name, nullptr, 3, &block, 100, &count, &total, &handle) == 234u);
  BOOST_TEST((count == 2u && total == 9u && handle == 2u));
  BOOST_TEST((text(as<FILE_INFO_3>()[1].fi3_pathname) == u"C:\\b"));
  BOOST_TEST(as<FILE_INFO_3>()[0].fi3_num_locks == 1u);
  const auto asked = decode_enum_request(Opnum::file_enum, network.asked_stub).value();
  BOOST_TEST((asked.qualifiers[0] == u"data" && !asked.qualifiers[1] && asked.resume_handle == 5u));
  release();
  network.outcome.stub = encode(EnumResponse<FileInfo>{2, files, 2, {}, 0});
  BOOST_TEST(NetFileEnum(server, nullptr, name, 2, &block, MAX_PREFERRED_LENGTH, &count, &total,
                         nullptr) == 0u);
  BOOST_TEST((as<FILE_INFO_2>()[0].fi2_id == 7u && as<FILE_INFO_2>()[1].fi2_id == 8u));
  release();
  network.outcome.stub = encode(InfoResponse<FileInfo>{3, files[1], 0});
  BOOST_TEST(NetFileGetInfo(nullptr, 8, 3, &block) == 0u);
  BOOST_TEST((text(as<FILE_INFO_3>()->fi3_username) == u"bob"));
  BOOST_TEST((network.asked_opnum == 10 && !network.asked_server));
  network.outcome.stub = encode_status(2314);
  BOOST_TEST(NetFileClose(server, 8) == 2314u);
  BOOST_TEST(network.asked_opnum == 11);
}

BOOST_FIXTURE_TEST_CASE(connections_want_a_qualifier, ListsFixture) {
  network.outcome.stub =
      encode(EnumResponse<ConnectionInfo>{1, {{4, 0, 1, 1, 60, u"alice", u"data"}}, 1, {}, 0});
  const auto enumerate = [&](LMSTR qualifier, DWORD level) {
    return NetConnectionEnum(server, qualifier, level, &block, MAX_PREFERRED_LENGTH, &count, &total,
                             &resume);
  };
  BOOST_TEST(enumerate(name, 1) == 0u);
  BOOST_TEST(as<CONNECTION_INFO_1>()->coni1_time == 60u);
  BOOST_TEST((text(as<CONNECTION_INFO_1>()->coni1_netname) == u"data"));
  BOOST_TEST(network.asked_opnum == 8);
  release();
  BOOST_TEST(enumerate(nullptr, 1) == 87u);
  BOOST_TEST(enumerate(name, 2) == 124u);
  BOOST_TEST(network.calls == 1);
}

BOOST_FIXTURE_TEST_CASE(shares_have_their_security_descriptor_in_the_block, ListsFixture) {
  for (const DWORD level : {0u, 1u, 2u, 501u, 502u, 503u}) {
    network.outcome.stub =
        encode(EnumResponse<ShareInfo>{level, {share(u"a$"), share(u"b")}, 2, {}, 0});
    BOOST_TEST(NetShareEnum(server, level, &block, MAX_PREFERRED_LENGTH, &count, &total, &resume) ==
               0u);
    BOOST_TEST(count == 2u);
    BOOST_TEST((text(as<SHARE_INFO_0>()->shi0_netname) == u"a$"));
    if (level == 502) {
      const auto& second = as<SHARE_INFO_502>()[1];
      BOOST_TEST(second.shi502_reserved == 0u);
      const auto* descriptor = static_cast<const unsigned char*>(second.shi502_security_descriptor);
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(descriptor) % 8 == 0u);
      BOOST_TEST((descriptor[0] == 0x5a && descriptor[19] == 0x5a));
      BOOST_TEST((text(second.shi502_path) == u"C:\\data"));
    }
    if (level == 503) BOOST_TEST((text(as<SHARE_INFO_503>()[1].shi503_servername) == u"*"));
    if (level == 501) BOOST_TEST(as<SHARE_INFO_501>()[1].shi501_flags == 0x30u);
    release();
  }
  BOOST_TEST(NetShareEnum(server, 1005, &block, 1, &count, &total, &resume) == 124u);
  network.outcome.stub = encode(InfoResponse<ShareInfo>{1005, share(u"a$"), 0});
  BOOST_TEST(NetShareGetInfo(server, name, 1005, &block) == 0u);
  BOOST_TEST(as<SHARE_INFO_1005>()->shi1005_flags == 0x30u);
  release();
  BOOST_TEST(NetShareGetInfo(server, nullptr, 1, &block) == 87u);
  network.outcome.stub = encode(InfoResponse<ShareInfo>{1, {}, 2310});
  BOOST_TEST(NetShareGetInfo(server, name, 1, &block) == 2310u);
  BOOST_TEST(block == nullptr);
}

BOOST_FIXTURE_TEST_CASE(a_server_tells_of_itself_at_four_levels, ListsFixture) {
  ServerInfo info;
  info.name = u"SRV";
  info.comment = u"a comment";
  info.userpath = u"c:\\";
  info.version_major = 10;
  info.disc = 15;
  info.capabilities = 3;
  for (const DWORD level : {100u, 101u, 102u, 103u}) {
    network.outcome.stub = encode(InfoResponse<ServerInfo>{level, info, 0});
    BOOST_TEST(NetServerGetInfo(server, level, &block) == 0u);
    BOOST_TEST(as<SERVER_INFO_100>()->sv100_platform_id == 500u);
    BOOST_TEST((text(as<SERVER_INFO_100>()->sv100_name) == u"SRV"));
    if (level == 102) BOOST_TEST((text(as<SERVER_INFO_102>()->sv102_userpath) == u"c:\\"));
    if (level == 103) BOOST_TEST(as<SERVER_INFO_103>()->sv103_capabilities == 3u);
    release();
  }
  BOOST_TEST(NetServerGetInfo(server, 99, &block) == 124u);
  // Success of another level than was asked is no answer.
  network.outcome.stub = encode(InfoResponse<ServerInfo>{100, info, 0});
  BOOST_TEST(NetServerGetInfo(server, 101, &block) == 1783u);
}

BOOST_FIXTURE_TEST_CASE(the_clock_of_a_server_is_a_structure_of_its_own, ListsFixture) {
  TimeOfDay time;
  time.elapsed_s = 1'700'000'000;
  time.timezone_min = -60;
  time.weekday = 2;
  network.outcome.stub = encode_remote_tod_response(time, 0);
  BOOST_TEST(NetRemoteTOD(server, &block) == 0u);
  BOOST_TEST(as<TIME_OF_DAY_INFO>()->tod_elapsedt == 1'700'000'000u);
  BOOST_TEST(as<TIME_OF_DAY_INFO>()->tod_timezone == -60);
  BOOST_TEST(as<TIME_OF_DAY_INFO>()->tod_weekday == 2u);
  release();
  network.outcome.stub = encode_remote_tod_response({}, 5);
  BOOST_TEST(NetRemoteTOD(server, &block) == 5u);
  BOOST_TEST(block == nullptr);
}

BOOST_FIXTURE_TEST_CASE(null_places_and_endless_names_are_refused_before_anything_leaves,
                        ListsFixture) {
  std::u16string endless(40'000, u'x');
  BOOST_TEST(NetFileEnum(server, nullptr, nullptr, 3, nullptr, 1, &count, &total, nullptr) == 87u);
  BOOST_TEST(NetShareEnum(server, 1, &block, 1, nullptr, &total, nullptr) == 87u);
  BOOST_TEST(NetConnectionEnum(server, name, 1, &block, 1, &count, nullptr, nullptr) == 87u);
  BOOST_TEST(NetFileGetInfo(server, 1, 3, nullptr) == 87u);
  BOOST_TEST(NetFileGetInfo(server, 1, 4, &block) == 124u);
  BOOST_TEST(NetShareGetInfo(server, name, 1, nullptr) == 87u);
  BOOST_TEST(NetServerGetInfo(server, 100, nullptr) == 87u);
  BOOST_TEST(NetRemoteTOD(server, nullptr) == 87u);
  BOOST_TEST(NetRemoteTOD(endless.data(), &block) == 87u);
  BOOST_TEST(NetSessionDel(server, endless.data(), nullptr) == 87u);
  BOOST_TEST(network.calls == 0);
}

BOOST_AUTO_TEST_SUITE_END()
