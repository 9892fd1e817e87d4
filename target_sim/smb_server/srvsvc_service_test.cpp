#include "target_sim/smb_server/srvsvc_service.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>

using namespace lunsim;
using namespace lunsim::smb_server;
using namespace lunsim::rpc::srvsvc;
using rpc::OptionalText;

namespace {

constexpr TimePoint kNow{5'500'000'000};  // 5.5 s after the beginning

ServerConfig service_config() {
  ServerConfig made;
  made.access = *access_profile("windows-2019");
  made.sessions = {{"\\\\WS1", "alice", 3, 7200, 60, 0, "Windows"},
                   {"WS2", "bob", 1, 100, 1, 1, ""},
                   {"\\\\ws3", "alice", 0, 50, 50, 0, ""}};
  made.shares = {{"data", "C:\\data", "some data"}};
  made.files = {{7, 3, 1, "C:\\data\\a.txt", "alice"}, {8, 1, 0, "C:\\other", "bob"}};
  made.connections = {{1, 0, 3, 1, 10, "alice", "data", "WS1"}};
  made.epoch_s = 1'700'000'000;  // 2023-11-14 22:13:20, a Tuesday
  return made;
}

struct Service {
  explicit Service(ServerConfig made = service_config())
      : settings(std::move(made)),
        sessions(settings),
        service(settings, sessions, [this](SessionTable::Id id) { ended.push_back(id); }) {}

  EnumResponse<SessionInfo> enumerate(std::uint32_t level, OptionalText client = {},
                                      OptionalText user = {},
                                      std::uint32_t most = kMaxPreferredLength,
                                      std::optional<std::uint32_t> resume = {},
                                      Caller caller = Caller::administrator) {
    EnumRequest request;
    request.qualifiers = {client, user};
    request.level = level;
    request.preferred_maximum_length = most;
    request.resume_handle = resume;
    const auto stub = service.call(12, encode(Opnum::session_enum, request), caller, kNow);
    BOOST_REQUIRE(stub.has_value());
    return decode_enum_response<SessionInfo>(*stub).value();
  }
  std::uint32_t status_of(std::uint32_t level, OptionalText client, OptionalText user = {}) {
    return enumerate(level, client, user).status;
  }
  std::uint32_t remove(OptionalText client, OptionalText user,
                       Caller caller = Caller::administrator) {
    const auto stub = service.call(13, encode(SessionDelRequest{{}, client, user}), caller, kNow);
    return decode_status(stub.value()).value();
  }
  template <class Record>
  EnumResponse<Record> list(Opnum opnum, std::uint32_t level, std::vector<OptionalText> qualifiers,
                            Caller caller = Caller::administrator) {
    EnumRequest request;
    request.qualifiers = std::move(qualifiers);
    request.level = level;
    const auto stub =
        service.call(static_cast<std::uint16_t>(opnum), encode(opnum, request), caller, kNow);
    return decode_enum_response<Record>(stub.value()).value();
  }

  ServerConfig settings;
  SessionTable sessions;
  std::vector<SessionTable::Id> ended;
  SrvsvcService service;
};

std::u16string long_name(std::size_t units) { return u"\\\\" + std::u16string(units - 2, u'x'); }

}  // namespace

BOOST_AUTO_TEST_SUITE(srvsvc_service)

BOOST_AUTO_TEST_CASE(a_session_is_filled_truthfully_in_seconds_of_now) {
  Service server;
  const auto all = server.enumerate(502);
  BOOST_TEST(all.status == 0u);
  BOOST_TEST(all.total_entries == 3u);
  BOOST_REQUIRE(all.entries.size() == 3u);
  const SessionInfo& first = all.entries[0];
  BOOST_TEST((first.cname == u"WS1" && first.username == u"alice"));
  BOOST_TEST(first.num_opens == 3u);
  BOOST_TEST(first.time_s == 7205u);
  BOOST_TEST(first.idle_time_s == 65u);
  BOOST_TEST((first.cltype_name == u"Windows" && first.transport == u"\\Device\\NetbiosSmb"));
  BOOST_TEST((all.entries[1].cname == u"WS2"));
  BOOST_TEST(all.entries[1].user_flags == 1u);
}

BOOST_AUTO_TEST_CASE(qualifiers_must_all_match_whatever_their_case) {
  Service server;
  BOOST_TEST(server.enumerate(10, u"\\\\ws1").entries.size() == 1u);
  BOOST_TEST(server.enumerate(10, {}, u"ALICE").entries.size() == 2u);
  BOOST_TEST(server.enumerate(10, u"\\\\WS3", u"alice").entries.size() == 1u);
  BOOST_TEST(server.enumerate(10, u"", u"").entries.size() == 3u);
}

// MS-SRVS §3.1.4.5
BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_by_the_code_that_ms_srvs_names) {
  Service server;
  BOOST_TEST(server.status_of(10, u"WS1") == 2351u);
  BOOST_TEST(server.status_of(10, u"\\WS1") == 2351u);
  BOOST_TEST(server.status_of(10, u"\\\\NOSUCH") == 2312u);
  BOOST_TEST(server.status_of(10, u"\\\\WS2", u"alice") == 2312u);
  BOOST_TEST(server.status_of(10, {}, u"nobody") == 2221u);
  BOOST_TEST(server.status_of(10, long_name(1023)) == 2312u);
  BOOST_TEST(server.status_of(10, long_name(1024)) == 87u);
  BOOST_TEST(server.status_of(10, {}, std::u16string(1024, u'x')) == 87u);
  for (const std::uint32_t level : {3u, 9u, 11u, 501u, 503u, 0xffffffffu})
    BOOST_TEST(server.status_of(level, {}) == 124u);
}

BOOST_AUTO_TEST_CASE(pages_have_every_entry_once_and_say_how_many_are_left) {
  Service server;
  // Level 0: four bytes and the name with its null.
  constexpr std::uint32_t kOne = 4 + 8;
  auto page = server.enumerate(0, {}, {}, 2 * kOne, 0);
  BOOST_TEST(page.status == 234u);
  BOOST_TEST(page.entries.size() == 2u);
  BOOST_TEST(page.total_entries == 3u);
  BOOST_TEST((page.resume_handle == 2u));
  page = server.enumerate(0, {}, {}, 2 * kOne, page.resume_handle);
  BOOST_TEST(page.status == 0u);
  BOOST_TEST(page.entries.size() == 1u);
  BOOST_TEST(page.total_entries == 1u);
  BOOST_TEST(server.enumerate(0, {}, {}, kOne - 1, 0).entries.empty());
  BOOST_TEST(server.enumerate(0, {}, {}, kOne - 1, 0).status == 234u);
  BOOST_TEST(!server.enumerate(0, {}, {}, kOne).resume_handle.has_value());
}

BOOST_AUTO_TEST_CASE(a_qualifier_plays_no_part_in_the_resume_handle) {
  Service server;
  auto page = server.enumerate(0, {}, u"alice", 12, 0);
  BOOST_TEST(page.status == 234u);
  BOOST_TEST((page.resume_handle == 1u));
  BOOST_TEST(page.total_entries == 2u);
  page = server.enumerate(0, {}, u"alice", 12, page.resume_handle);
  BOOST_TEST(page.status == 0u);
  BOOST_TEST((page.entries.at(0).cname == u"ws3"));
}

BOOST_AUTO_TEST_CASE(a_resume_handle_behind_the_end_is_success_and_nothing) {
  Service server;
  for (const std::uint32_t resume : {3u, 999u}) {
    const auto page = server.enumerate(10, {}, {}, kMaxPreferredLength, resume);
    BOOST_TEST(page.status == 0u);
    BOOST_TEST(page.entries.empty());
  }
}

BOOST_AUTO_TEST_CASE(who_may_ask_for_what_is_said_by_the_profile) {
  for (const auto& [profile, names, details] :
       {std::tuple{"legacy", 0u, 5u}, std::tuple{"windows-2019", 5u, 5u},
        std::tuple{"samba", 5u, 5u}}) {
    ServerConfig made = service_config();
    made.access = *access_profile(profile);
    Service server(made);
    const auto status = [&](std::uint32_t level) {
      return server.enumerate(level, {}, {}, kMaxPreferredLength, {}, Caller::authenticated).status;
    };
    BOOST_TEST(status(0) == names);
    BOOST_TEST(status(10) == names);
    for (const std::uint32_t level : {1u, 2u, 502u}) BOOST_TEST(status(level) == details);
    BOOST_TEST(server.remove(u"\\\\WS1", {}, Caller::authenticated) == 5u);
    BOOST_TEST(server.sessions.all().size() == 3u);
  }
  BOOST_TEST(!access_profile("nobody").has_value());
}

// MS-SRVS §3.1.4.6
BOOST_AUTO_TEST_CASE(deleting_ends_every_match_and_nothing_else) {
  Service server;
  BOOST_TEST(server.remove({}, {}) == 2312u);
  BOOST_TEST(server.remove(u"WS1", {}) == 2312u);
  BOOST_TEST(server.remove(u"\\\\WS1", u"bob") == 2312u);
  BOOST_TEST(server.remove(long_name(1024), {}) == 87u);
  BOOST_TEST(server.remove({}, std::u16string(1024, u'x')) == 87u);
  BOOST_TEST(server.sessions.all().size() == 3u);
  BOOST_TEST(server.remove({}, u"Alice") == 0u);
  BOOST_TEST((server.ended == std::vector<SessionTable::Id>{1, 3}));
  BOOST_TEST(server.remove({}, u"Alice") == 2312u);
  BOOST_TEST(server.enumerate(10).entries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_memory_for_an_answer_nothing_is_done_and_it_is_said) {
  ServerConfig made = service_config();
  made.memory_bytes = 0;
  Service full(made);
  BOOST_TEST(full.enumerate(10).status == kErrorNotEnoughMemory);
  BOOST_TEST(full.remove(u"\\\\WS1", {}) == kErrorNotEnoughMemory);
  BOOST_TEST(full.sessions.all().size() == 3u);
  BOOST_TEST(full.service.call(99, {}, Caller::administrator, kNow).error() == rpc::kFaultOpRange);
  made.memory_bytes = 300;
  Service small(made);
  BOOST_TEST(small.enumerate(502).status == kErrorNotEnoughMemory);
  BOOST_TEST(small.enumerate(10, {}, {}, 60).status == kErrorMoreData);
  BOOST_TEST(small.remove(u"\\\\WS1", {}) == kNerrSuccess);
}

BOOST_AUTO_TEST_CASE(shares_are_listed_in_their_order_with_ipc_last) {
  Service server;
  const auto all = server.list<ShareInfo>(Opnum::share_enum, 1, {}, Caller::anonymous);
  BOOST_REQUIRE(all.entries.size() == 2u);
  BOOST_TEST((all.entries[0].remark == u"some data"));
  BOOST_TEST(all.entries[1].type == 0x80000003u);
  BOOST_TEST(server.list<ShareInfo>(Opnum::share_enum, 502, {}, Caller::authenticated).status ==
             5u);
  BOOST_TEST(server.list<ShareInfo>(Opnum::share_enum, 1005, {}).status == 124u);
}

BOOST_AUTO_TEST_CASE(a_share_is_found_by_name_or_refused) {
  Service server;
  const auto ask = [&](std::u16string name, std::uint32_t level) {
    const auto stub = server.service.call(16, encode(ShareGetInfoRequest{{}, name, level}),
                                          Caller::administrator, kNow);
    return decode_info_response<ShareInfo>(stub.value()).value();
  };
  BOOST_TEST((ask(u"DATA", 2).info->path == u"C:\\data"));
  BOOST_TEST(ask(u"nosuch", 1).status == 2310u);
  BOOST_TEST(ask(u"", 1).status == 87u);
  BOOST_TEST(ask(u"data", 3).status == 124u);
}

BOOST_AUTO_TEST_CASE(files_are_listed_shown_and_closed) {
  Service server;
  BOOST_TEST(server.list<FileInfo>(Opnum::file_enum, 3, {u"c:\\DATA", {}}).entries.size() == 1u);
  BOOST_TEST(server.list<FileInfo>(Opnum::file_enum, 2, {{}, u"bob"}).entries.at(0).id == 8u);
  BOOST_TEST(server.list<FileInfo>(Opnum::file_enum, 4, {{}, {}}).status == 124u);
  // §3.1.4.2: a prefix goes up to a backslash.
  for (const char16_t* base : {u"C:\\data", u"C:\\data\\", u"C:\\data\\a.txt", u"C:"})
    BOOST_TEST(!server.list<FileInfo>(Opnum::file_enum, 3, {base, {}}).entries.empty());
  for (const char16_t* base : {u"C:\\da", u"C:\\data\\a", u"C:\\data\\a.txt\\"})
    BOOST_TEST(server.list<FileInfo>(Opnum::file_enum, 3, {base, {}}).entries.empty());
  const auto close = [&](std::uint32_t id) {
    return decode_status(
               server.service.call(11, encode(FileRequest{{}, id, {}}), Caller::administrator, kNow)
                   .value())
        .value();
  };
  BOOST_TEST(close(7) == 0u);
  BOOST_TEST(close(7) == 2314u);
  const auto shown =
      server.service.call(10, encode(FileRequest{{}, 8, 3}), Caller::administrator, kNow);
  BOOST_TEST((decode_info_response<FileInfo>(shown.value()).value().info->username == u"bob"));
}

BOOST_AUTO_TEST_CASE(connections_are_of_a_share_or_of_a_computer) {
  Service server;
  const auto ask = [&](OptionalText qualifier, std::uint32_t level = 1) {
    return server.list<ConnectionInfo>(Opnum::connection_enum, level, {qualifier});
  };
  BOOST_TEST(ask(u"DATA").entries.at(0).time_s == 15u);
  BOOST_TEST(ask(u"\\\\ws1").entries.size() == 1u);
  BOOST_TEST(ask(u"other").entries.empty());
  // §2.2.4.2: the name that was not asked for.
  BOOST_TEST((ask(u"data").entries.at(0).netname == u"WS1"));
  BOOST_TEST((ask(u"\\\\WS1").entries.at(0).netname == u"data"));
  BOOST_TEST(ask({}).status == 87u);
  BOOST_TEST(ask(u"").status == 87u);
  BOOST_TEST(ask(u"data", 2).status == 124u);
}

// MS-SRVS §3.1.4.6, MS-SMB2 §3.3.4.12, §3.3.4.17
BOOST_AUTO_TEST_CASE(an_ended_session_leaves_no_file_and_no_connection) {
  Service server;
  const auto files = [&] { return server.list<FileInfo>(Opnum::file_enum, 2, {{}, {}}).entries; };
  const auto uses = [&] {
    const auto stub = server.service.call(16, encode(ShareGetInfoRequest{{}, u"data", 2}),
                                          Caller::administrator, kNow);
    return decode_info_response<ShareInfo>(stub.value()).value().info->current_uses;
  };
  BOOST_TEST(uses() == 1u);
  BOOST_TEST(server.remove(u"\\\\WS1", u"alice") == 0u);
  BOOST_REQUIRE(files().size() == 1u);
  BOOST_TEST(files().front().id == 8u);
  BOOST_TEST(uses() == 0u);
  BOOST_TEST(server.sessions.connections().empty());
}

BOOST_AUTO_TEST_CASE(a_closed_file_is_one_open_less_of_its_session) {
  Service server;
  BOOST_TEST(server.enumerate(2, u"\\\\WS1").entries.at(0).num_opens == 3u);
  (void)server.service.call(11, encode(FileRequest{{}, 7, {}}), Caller::administrator, kNow);
  BOOST_TEST(server.enumerate(2, u"\\\\WS1").entries.at(0).num_opens == 2u);
}

BOOST_AUTO_TEST_CASE(a_third_backslash_belongs_to_the_name) {
  Service server;
  BOOST_TEST(server.status_of(0, u"\\\\\\WS1") == kNerrClientNameNotFound);
  BOOST_TEST(server.remove(u"\\\\\\WS1", {}) == kNerrClientNameNotFound);
}

BOOST_AUTO_TEST_CASE(the_time_of_day_is_the_worlds) {
  Service server;
  const auto stub = server.service.call(28, encode_remote_tod_request({}), Caller::anonymous, kNow);
  const auto time = decode_remote_tod_response(stub.value()).value().time.value();
  BOOST_TEST(time.elapsed_s == 1'700'000'005u);
  BOOST_TEST(time.msecs == 5500u);
  BOOST_TEST(time.hunds == 50u);
  BOOST_TEST((time.year == 2023 && time.month == 11 && time.day == 14 && time.weekday == 2));
  BOOST_TEST((time.hours == 22 && time.mins == 13 && time.secs == 25));
}

BOOST_AUTO_TEST_CASE(rubbish_and_unknown_calls_are_faults) {
  Service server;
  const std::vector<std::byte> rubbish(7, std::byte{0xff});
  for (const int opnum : {8, 9, 10, 11, 12, 13, 15, 16, 21, 28, 33, 36})
    BOOST_TEST(!server.service
                    .call(static_cast<std::uint16_t>(opnum), rubbish, Caller::administrator, kNow)
                    .has_value());
  BOOST_TEST(server.service.call(99, {}, Caller::administrator, kNow).error() ==
             rpc::kFaultOpRange);
}

BOOST_AUTO_TEST_SUITE_END()
