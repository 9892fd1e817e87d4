// NetSessionEnum and NetSessionDel: levels, filters, pages of every size, who may ask, and what is
// left.
#include <algorithm>
#include <map>

#include "conformance/net_cases/net_case.hpp"

namespace lunsim::conformance {
namespace {

constexpr DWORD kListLevels[] = {0, 1, 2, 10, 502};

bool is_list_level(DWORD level) {
  return std::find(std::begin(kListLevels), std::end(kListLevels), level) != std::end(kListLevels);
}

using Clients = std::multimap<std::u16string, std::u16string>;  // client, user

/// Of level 10, whose structure has both.
Clients clients_of(const Block& block) {
  Clients all;
  for (DWORD i = 0; i < block.read && block.memory != nullptr; ++i)
    all.emplace(text_of(block.at<SESSION_INFO_10>(i).sesi10_cname),
                text_of(block.at<SESSION_INFO_10>(i).sesi10_username));
  return all;
}
bool has(const Clients& all, const KnownSession& one) {
  const auto [from, to] = all.equal_range(one.client);
  return std::any_of(from, to, [&](const auto& entry) { return entry.second == one.user; });
}
bool has_all(const NetBench& bench, const Clients& all) {
  return has(all, bench.first) && has(all, bench.second) && all.count(bench.older.client) == 2;
}
Block everything(NetBench& bench, DWORD level = 10) {
  return enumerate(bench, bench.server, nullptr, nullptr, level);
}

void lists(NetBench& bench, Judge& judge) {
  for (const DWORD level : kListLevels) {
    const Block block = everything(bench, level);
    judge.expect(block.code == NERR_Success && block.memory != nullptr && block.read >= 4,
                 "success has an array and says how long it is", {"NSE-R1"});
    judge.expect(block.total >= block.read, "the total is no less than what came", {"NSE-R8"});
  }
  for (DWORD level = 0; level <= 1000; ++level) {
    if (is_list_level(level)) continue;
    judge.expect(everything(bench, level).code == ERROR_INVALID_LEVEL, "other levels are invalid",
                 {"NSE-R2"});
  }
  for (const DWORD level : {0x80000000u, 0xffffffffu})
    judge.expect(everything(bench, level).code == ERROR_INVALID_LEVEL, "so are the great ones",
                 {"NSE-R2"});
  const Block all = everything(bench);
  judge.expect(has_all(bench, clients_of(all)), "NULL filters nothing, and nothing is left out",
               {"NSE-R1", "NSE-R3", "NSE-R4"});
  const Block empty = enumerate(bench, bench.server, u"", u"", 10);
  judge.expect(has_all(bench, clients_of(empty)), "nor does an empty name", {"NSE-R3"});
  const Block some = enumerate(bench, bench.server, unc(bench.first.client), bench.first.user, 10);
  judge.expect(some.code == NERR_Success && clients_of(some).size() == 1 &&
                   has(clients_of(some), bench.first),
               "names that are given are those that come", {"NSE-R3"});
  const Block users = enumerate(bench, bench.server, nullptr, bench.second.user, 10);
  judge.expect(clients_of(users).size() == 1 && has(clients_of(users), bench.second),
               "a user alone is a filter, too", {"NSE-R3"});
}

/// Walks through all pages of so many bytes; false if one does not go on.
bool walk(NetBench& bench, Judge& judge, DWORD page, Clients& all, bool& was_in_pages) {
  DWORD resume = 0;
  for (int pages = 0; pages < 100; ++pages) {
    const Block block = enumerate(bench, bench.server, nullptr, nullptr, 10, page, &resume);
    for (auto& entry : clients_of(block)) all.insert(entry);
    if (block.code == NERR_Success) return true;
    was_in_pages = true;
    const bool is_more = block.code == ERROR_MORE_DATA;
    judge.expect(is_more, "what does not fit is more data", {"NSE-R5"});
    if (!is_more || block.read == 0) return false;
    judge.expect(block.memory != nullptr, "and what fits is there, to be freed", {"NSE-R5"});
    judge.expect(block.total > block.read, "the total knows of what is left", {"NSE-R8"});
    const auto whole = clients_of(block);
    judge.expect(
        std::all_of(whole.begin(), whole.end(),
                    [](const auto& one) { return !one.first.empty() && !one.second.empty(); }),
        "an entry is whole or absent", {"NSE-R7"});
  }
  return false;
}

void pages(NetBench& bench, Judge& judge) {
  const Block all = everything(bench);
  const Clients expected = clients_of(all);
  bool was_in_pages = false;
  for (DWORD page = 40; page <= 400; page += 20) {
    Clients seen;
    if (!walk(bench, judge, page, seen, was_in_pages)) continue;
    judge.expect(seen == expected, "page by page every session comes once", {"NSE-R9", "NSE-R7"});
  }
  judge.expect(was_in_pages, "small pages are not enough for all", {"NSE-R5"});
  judge.expect(has_all(bench, expected), "MAX_PREFERRED_LENGTH is enough for all", {"NSE-R4"});
  const Block unresumed = enumerate(bench, bench.server, nullptr, nullptr, 10, 400, nullptr);
  judge.expect_one_of(unresumed.code, {NERR_Success, ERROR_MORE_DATA},
                      "without a handle there is a first page", {"NSE-R9"});
  judge.expect(unresumed.read > 0, "with sessions on it", {"NSE-R9"});
  DWORD handle = 0;
  const Block first = enumerate(bench, bench.server, nullptr, nullptr, 10, 100, &handle);
  judge.expect(first.code != ERROR_MORE_DATA || handle != 0, "where to go on is told", {"NSE-R9"});
  for (const DWORD page : {0u, 1u, 8u}) {
    DWORD resume = 0;
    judge.expect_one_of(enumerate(bench, bench.server, nullptr, nullptr, 10, page, &resume).code,
                        {NERR_BufTooSmall, ERROR_MORE_DATA}, "no entry fits", {"NSE-R6"});
  }
}

void refusals(NetBench& bench, Judge& judge) {
  const std::vector<std::uint32_t> kNotFound = {NERR_ClientNameNotFound, NERR_UserNotFound};
  for (const DWORD level : kListLevels) {
    judge.expect_one_of(enumerate(bench, bench.server, bench.absent, nullptr, level).code,
                        kNotFound, "a computer without a session", {"NSE-R10"});
    judge.expect_one_of(enumerate(bench, bench.server, nullptr, bench.stranger, level).code,
                        kNotFound, "a user without a session", {"NSE-R12"});
  }
  for (const auto* name : {u"WS1", u"\\WS1", u"WS1\\\\", u"/WS1"})
    judge.expect_one_of(enumerate(bench, bench.server, std::u16string(name), nullptr, 10).code,
                        {NERR_InvalidComputer}, "a name that is no computer's", {"NSE-R11"});
  for (const DWORD level : {1u, 2u})
    judge.expect_one_of(enumerate(bench, bench.as_user, nullptr, nullptr, level).code,
                        {ERROR_ACCESS_DENIED}, "details are for administrators", {"NSE-R13"});
  judge.expect_one_of(enumerate(bench, bench.as_user, nullptr, nullptr, 502).code,
                      {ERROR_ACCESS_DENIED}, "so is 502", {"NSE-R14"});
}

std::size_t sessions_of(NetBench& bench, const KnownSession& session) {
  return clients_of(everything(bench)).count(session.client);
}

void deletes(NetBench& bench, Judge& judge) {
  judge.expect(del(bench, bench.as_user, unc(bench.first.client), nullptr) == ERROR_ACCESS_DENIED &&
                   sessions_of(bench, bench.first) == 1,
               "an ordinary user ends nothing", {"NSD-R5"});
  judge.expect(del(bench, bench.server, bench.absent, nullptr) == NERR_ClientNameNotFound,
               "there is no such session", {"NSD-R6"});
  judge.expect(del(bench, bench.server, unc(bench.first.client), bench.second.user) ==
                   NERR_ClientNameNotFound,
               "nor one of both names", {"NSD-R6"});
  judge.expect_one_of(del(bench, bench.server, nullptr, nullptr),
                      {ERROR_INVALID_PARAMETER, NERR_ClientNameNotFound}, "no name is no session",
                      {"NSD-R4"});
  judge.expect(
      del(bench, bench.server, unc(bench.first.client), bench.first.user) == NERR_Success &&
          sessions_of(bench, bench.first) == 0,
      "a session ends", {"NSD-R1"});
  judge.expect(del(bench, bench.server, nullptr, bench.second.user) == NERR_Success &&
                   sessions_of(bench, bench.second) == 0,
               "NULL for the computer ends all sessions of the user", {"NSD-R2"});
  judge.expect(del(bench, bench.server, unc(bench.older.client), nullptr) == NERR_Success &&
                   sessions_of(bench, bench.older) == 0,
               "NULL for the user ends all sessions of the computer", {"NSD-R3"});
}

}  // namespace

void add_session_enum_cases(std::vector<NetCase>& cases) {
  const std::string file = "conformance/net_cases/session_list_cases.cpp";
  cases.push_back({"all sessions, and some", "NetSessionEnum", file, lists});
  cases.push_back({"pages of every size", "NetSessionEnum", file, pages});
  cases.push_back({"refusals", "NetSessionEnum", file, refusals});
}
void add_session_del_cases(std::vector<NetCase>& cases) {
  cases.push_back({"sessions are ended", "NetSessionDel",
                   "conformance/net_cases/session_list_cases.cpp", deletes});
}

}  // namespace lunsim::conformance
