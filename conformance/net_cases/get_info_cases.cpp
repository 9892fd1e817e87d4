// NetSessionGetInfo: every level, every name that may be missing, wrong or unknown, who may ask,
// and what the structure holds.
#include <algorithm>
#include <cstdint>

#include "conformance/net_cases/net_case.hpp"

namespace lunsim::conformance {
namespace {

constexpr DWORD kErrorInsufficientBuffer = 122;
constexpr DWORD kLevels[] = {0, 1, 2, 10};
constexpr DWORD kLevelsMax = 1000;
constexpr DWORD kOddLevels[] = {0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

bool is_level(DWORD level) {
  return std::find(std::begin(kLevels), std::end(kLevels), level) != std::end(kLevels);
}
Block get_known(NetBench& bench, const KnownSession& session, DWORD level) {
  return get_info(bench, bench.server, unc(session.client), session.user, level);
}
/// A few seconds may have passed meanwhile.
bool is_about(DWORD seen, DWORD expected) { return seen >= expected && seen <= expected + 60; }

void levels(NetBench& bench, Judge& judge) {
  const KnownSession& known = bench.first;
  for (const DWORD level : kLevels) {
    const Block block = get_known(bench, known, level);
    judge.expect(block.has(), "a session that is there is found at every level", {"NSGI-R1"});
    if (!block.has()) continue;
    judge.expect(text_of(block.at<SESSION_INFO_0>().sesi0_cname) == known.client,
                 "every level begins with the computer's name", {"NSGI-R1"});
  }
  const Block zero = get_known(bench, known, 0);
  judge.expect(zero.has() && text_of(zero.at<SESSION_INFO_0>().sesi0_cname) == known.client,
               "level 0 has the computer", {"NSGI-R2"});
  const Block one = get_known(bench, known, 1);
  judge.expect(one.has(), "level 1 is served", {"NSGI-R3"});
  if (one.has()) {
    const auto& info = one.at<SESSION_INFO_1>();
    judge.expect(
        text_of(info.sesi1_cname) == known.client && text_of(info.sesi1_username) == known.user &&
            info.sesi1_num_opens == known.opens && is_about(info.sesi1_time, known.time_s) &&
            is_about(info.sesi1_idle_time, known.idle_s) && info.sesi1_user_flags == known.flags,
        "level 1 has computer, user, opens, times and flags", {"NSGI-R3"});
  }
  const Block two = get_known(bench, known, 2);
  judge.expect(two.has() && two.at<SESSION_INFO_2>().sesi2_num_opens == known.opens &&
                   text_of(two.at<SESSION_INFO_2>().sesi2_cltype_name) == known.client_type,
               "level 2 has the type of the client besides", {"NSGI-R4"});
  const Block ten = get_known(bench, known, 10);
  judge.expect(ten.has() && text_of(ten.at<SESSION_INFO_10>().sesi10_cname) == known.client &&
                   text_of(ten.at<SESSION_INFO_10>().sesi10_username) == known.user &&
                   is_about(ten.at<SESSION_INFO_10>().sesi10_time, known.time_s) &&
                   is_about(ten.at<SESSION_INFO_10>().sesi10_idle_time, known.idle_s),
               "level 10 has computer, user and times", {"NSGI-R5"});
}

void other_levels(NetBench& bench, Judge& judge) {
  for (DWORD level = 0; level <= kLevelsMax; ++level) {
    if (is_level(level) || level == 502) continue;
    judge.expect(get_known(bench, bench.first, level).code == ERROR_INVALID_LEVEL,
                 "levels that the page has not are invalid", {"NSGI-R6"});
  }
  for (const DWORD level : kOddLevels)
    judge.expect(get_known(bench, bench.first, level).code == ERROR_INVALID_LEVEL,
                 "so are the great ones", {"NSGI-R6"});
  judge.expect_one_of(get_known(bench, bench.first, 502).code, {ERROR_INVALID_LEVEL, NERR_Success},
                      "502 is the enumeration's, and pywin32's", {"NSGI-R7"});
  judge.expect_one_of(get_info(bench, bench.server, nullptr, nullptr, 3).code,
                      {ERROR_INVALID_LEVEL, ERROR_INVALID_PARAMETER},
                      "a level that is none and names that are NULL: one of them is told",
                      {"NSGI-R35"});
}

void missing_names(NetBench& bench, Judge& judge) {
  const std::u16string client = unc(bench.first.client), user = bench.first.user;
  for (const DWORD level : kLevels) {
    judge.expect_one_of(get_info(bench, bench.server, nullptr, user, level).code,
                        {ERROR_INVALID_PARAMETER}, "the computer is required", {"NSGI-R8"});
    judge.expect_one_of(get_info(bench, bench.server, client, nullptr, level).code,
                        {ERROR_INVALID_PARAMETER}, "the user is required", {"NSGI-R9"});
    judge.expect_one_of(get_info(bench, bench.server, u"", user, level).code,
                        {ERROR_INVALID_PARAMETER}, "an empty name is none", {"NSGI-R10"});
    judge.expect_one_of(get_info(bench, bench.server, client, u"", level).code,
                        {ERROR_INVALID_PARAMETER}, "an empty user is none", {"NSGI-R10"});
    Name server(bench.server), computer(client), who(user);
    judge.expect_one_of(
        bench.api.NetSessionGetInfo(server.get(), computer.get(), who.get(), level, nullptr),
        {ERROR_INVALID_PARAMETER}, "what is found needs a place", {"NSGI-R27"});
  }
}

void servers(NetBench& bench, Judge& judge) {
  const std::u16string client = unc(bench.first.client), user = bench.first.user;
  const Block own = get_info(bench, nullptr, client, user, 10);
  judge.expect(own.has() && text_of(own.at<SESSION_INFO_10>().sesi10_username) == user,
               "NULL is the local computer", {"NSGI-R11"});
  constexpr DWORD kServerUnavailable = 1722;
  judge.expect_one_of(get_info(bench, bench.nowhere, client, user, 10).code,
                      {ERROR_BAD_NETPATH, kServerUnavailable}, "a server that nobody knows",
                      {"NSGI-R12"});
}

void unknown_names(NetBench& bench, Judge& judge) {
  const std::u16string client = unc(bench.first.client), user = bench.first.user;
  const std::vector<std::uint32_t> kNotFound = {NERR_ClientNameNotFound, NERR_UserNotFound};
  for (const DWORD level : kLevels) {
    judge.expect_one_of(get_info(bench, bench.server, bench.absent, user, level).code, kNotFound,
                        "a computer without a session", {"NSGI-R13"});
    judge.expect_one_of(get_info(bench, bench.server, client, bench.stranger, level).code,
                        kNotFound, "a user without a session", {"NSGI-R16"});
    judge.expect_one_of(get_info(bench, bench.server, bench.absent, bench.stranger, level).code,
                        kNotFound, "neither has one", {"NSGI-R17"});
  }
  for (const auto* name : {u"WS1", u"\\WS1", u"WS1\\", u"/WS1", u"//WS1", u"x", u" \\\\WS1"})
    judge.expect_one_of(get_info(bench, bench.server, std::u16string(name), user, 10).code,
                        {NERR_InvalidComputer}, "a computer's name begins with two backslashes",
                        {"NSGI-R14", "NSGI-R15"});
  for (std::size_t length = 1; length <= 1100; length = length < 20 ? length + 1 : length * 2) {
    const std::u16string long_name(length, u'x');
    const NET_API_STATUS code = get_info(bench, bench.server, unc(long_name), user, 10).code;
    std::vector<std::uint32_t> allowed = kNotFound;
    allowed.push_back(ERROR_INVALID_PARAMETER);
    if (length + 3 > 1024) allowed = {ERROR_INVALID_PARAMETER};
    judge.expect(std::find(allowed.begin(), allowed.end(), code) != allowed.end(),
                 "names of every length are judged; beyond 1,024 they are no parameters",
                 {"NSGI-R22"});
  }
  judge.expect(get_info(bench, bench.server, unc(std::u16string(40'000, u'x')), user, 10).code ==
                   ERROR_INVALID_PARAMETER,
               "a name without an end in sight is no parameter", {"NSGI-R22"});
  const Block other_case = get_info(bench, bench.server, u"\\\\ws1", u"ALICE", 10);
  judge.expect_one_of(other_case.code, {NERR_Success, NERR_ClientNameNotFound, NERR_UserNotFound},
                      "names in another case", {"NSGI-R34"});
  judge.expect(!other_case.has() ||
                   text_of(other_case.at<SESSION_INFO_10>().sesi10_cname) == bench.first.client,
               "what is found is the session all the same", {"NSGI-R34"});
}

void who_may_ask(NetBench& bench, Judge& judge) {
  const std::u16string client = unc(bench.first.client), user = bench.first.user;
  for (const DWORD level : {1u, 2u}) {
    judge.expect(get_info(bench, bench.as_user, client, user, level).code == ERROR_ACCESS_DENIED,
                 "levels 1 and 2 are for administrators", {"NSGI-R18"});
    judge.expect_one_of(get_info(bench, bench.member, client, user, level).code,
                        {NERR_Success, ERROR_ACCESS_DENIED},
                        "or for all authenticated users, on a member server", {"NSGI-R19"});
  }
  for (const DWORD level : {0u, 10u}) {
    judge.expect(get_info(bench, bench.as_user, client, user, level).code == NERR_Success,
                 "levels 0 and 10 need no membership", {"NSGI-R20"});
    judge.expect(get_info(bench, bench.hardened, client, user, level).code == ERROR_ACCESS_DENIED,
                 "current servers refuse ordinary users these, too", {"NSGI-R21"});
  }
}

void troubles(NetBench& bench, Judge& judge) {
  bench.answer_with(ERROR_NOT_ENOUGH_MEMORY);
  judge.expect(get_known(bench, bench.first, 10).code == ERROR_NOT_ENOUGH_MEMORY,
               "a server without memory says so", {"NSGI-R23"});
  for (const DWORD code : {5u, 8u, 87u, 2221u, 2312u, 2351u}) {
    bench.answer_with(code);
    Block block(bench.api);
    BYTE before = 0;
    BYTE* place = &before;
    Name server(bench.server), client(unc(bench.first.client)), user(bench.first.user);
    const NET_API_STATUS seen =
        bench.api.NetSessionGetInfo(server.get(), client.get(), user.get(), 10, &place);
    judge.expect(seen == code && place == nullptr, "a failure leaves a NULL pointer", {"NSGI-R26"});
  }
  bench.answer_with(0);
  for (const DWORD level : kLevels)
    for (const KnownSession* session : {&bench.first, &bench.second, &bench.older}) {
      const NET_API_STATUS code = get_known(bench, *session, level).code;
      judge.expect(
          code != ERROR_MORE_DATA && code != kErrorInsufficientBuffer && code != NERR_BufTooSmall,
          "there is no size, so nothing is too small", {"NSGI-R28"});
    }
}

void contents(NetBench& bench, Judge& judge) {
  judge.expect(sizeof(NET_API_STATUS) == 4 && get_known(bench, bench.first, 10).code == 0,
               "success is 0 of 32 bits", {"NSGI-R36"});
  for (const KnownSession* known : {&bench.first, &bench.second}) {
    const Block block = get_known(bench, *known, 2);
    judge.expect(block.has(), "the session is found", {"NSGI-R29", "NSGI-R30"});
    if (!block.has()) continue;
    const auto& info = block.at<SESSION_INFO_2>();
    judge.expect(text_of(info.sesi2_cname).find(u'\\') == std::u16string::npos,
                 "the computer's name has no backslash", {"NSGI-R29"});
    judge.expect((info.sesi2_user_flags & ~DWORD{SESS_GUEST | SESS_NOENCRYPTION}) == 0 &&
                     info.sesi2_user_flags == known->flags,
                 "flags are guest and no encryption, and nothing else", {"NSGI-R30"});
  }
  const Block modern = get_known(bench, bench.second, 2);
  judge.expect(modern.has() && text_of(modern.at<SESSION_INFO_2>().sesi2_cltype_name).empty(),
               "a client whose type is not known has an empty one", {"NSGI-R32"});
  const Block earlier = get_known(bench, bench.first, 10);
  const DWORD before = earlier.has() ? earlier.at<SESSION_INFO_10>().sesi10_time : 0;
  bench.wait(100);
  const Block later = get_known(bench, bench.first, 10);
  judge.expect(later.has() && is_about(later.at<SESSION_INFO_10>().sesi10_time, before + 100) &&
                   is_about(later.at<SESSION_INFO_10>().sesi10_idle_time, bench.first.idle_s + 100),
               "times are seconds", {"NSGI-R31"});
  const Block twice = get_known(bench, bench.older, 10);
  judge.expect(
      twice.has() && is_about(twice.at<SESSION_INFO_10>().sesi10_time, bench.older.time_s + 100),
      "of several sessions it is one, the oldest", {"NSGI-R33"});
}

void ownership(NetBench& bench, Judge& judge) {
  for (const DWORD level : kLevels) {
    Block block = get_known(bench, bench.first, level);
    judge.expect(block.has(), "a block comes", {"NSGI-R24", "NSGI-R25"});
    if (!block.has()) continue;
    DWORD size = 0;
    bench.api.NetApiBufferSize(block.memory, &size);
    const LMSTR name = block.at<SESSION_INFO_0>().sesi0_cname;
    const auto at = reinterpret_cast<std::uintptr_t>(name);
    const auto begin = reinterpret_cast<std::uintptr_t>(block.memory);
    judge.expect(
        at >= begin && at + sizeof(WCHAR) * (bench.first.client.size() + 1) <= begin + size,
        "texts lie in the block", {"NSGI-R25"});
    judge.expect(bench.api.NetApiBufferFree(block.memory) == NERR_Success &&
                     bench.api.NetApiBufferSize(block.memory, &size) != NERR_Success,
                 "which is the caller's, and goes in one call", {"NSGI-R24"});
    block.memory = nullptr;
  }
}

}  // namespace

void add_get_info_cases(std::vector<NetCase>& cases) {
  const std::string file = "conformance/net_cases/get_info_cases.cpp";
  const auto add = [&](const char* name, void (*run)(NetBench&, Judge&)) {
    cases.push_back({name, "NetSessionGetInfo", file, run});
  };
  add("a session at every level", levels);
  add("levels that are none", other_levels);
  add("names that are missing", missing_names);
  add("which server", servers);
  add("names that are unknown or no names", unknown_names);
  add("who may ask", who_may_ask);
  add("troubles", troubles);
  add("what a structure holds", contents);
  add("whose memory it is", ownership);
}

}  // namespace lunsim::conformance
