#include "conformance/smb_cases/checks.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>

#include <fmt/format.h>

namespace lunsim::conformance::srvsvc {
namespace {

constexpr std::uint32_t kSuccess = 0, kInvalidParameter = 87, kInvalidLevel = 124, kMoreData = 234,
                        kUserNotFound = 2221, kBufTooSmall = 2123, kClientNameNotFound = 2312,
                        kInvalidComputer = 2351;
constexpr std::uint32_t kFaultInvalidTag = 0x1c00'0006, kFaultBadStub = 0x0000'06f7;
const std::u16string kAbsent = u"\\\\LUNSIM-NOBODY";
const std::u16string kStranger = u"lunsim-nobody";
constexpr std::size_t kCharactersMax = 1024;  // with the null
constexpr int kPagesMax = 1000;

Finding pass() { return {}; }
Finding fail(std::string expected, std::string seen) {
  return {Finding::Verdict::fail, std::move(expected), std::move(seen)};
}
Finding skipped(std::string why) { return {Finding::Verdict::skipped, "", std::move(why)}; }

/// What came, as one value: an answer, or words for what came instead.
struct Listing {
  std::optional<EnumAnswer> answer;
  std::string seen;
  std::uint32_t fault = 0;
  bool has(std::uint32_t code) const { return answer && answer->code == code; }
};

Listing list(SrvsvcBench& bench, const EnumCall& call) {
  const Reply reply = bench.call(kSessionEnum, stub_of(call));
  Listing listing;
  if (reply.kind == Reply::Kind::lost) {
    listing.seen = "no answer: " + reply.how;
  } else if (reply.kind == Reply::Kind::fault) {
    listing.fault = reply.fault;
    listing.seen = fmt::format("RPC fault {:#010x}", reply.fault);
  } else if (auto answer = read_enum(reply.stub); !answer) {
    listing.seen = "an answer that does not decode";
  } else {
    listing.seen = fmt::format("{} with {} entries", answer->code, answer->sessions.size());
    listing.answer = std::move(answer);
  }
  return listing;
}

Finding expect_code(const Listing& listing, std::initializer_list<std::uint32_t> codes) {
  for (const std::uint32_t code : codes)
    if (listing.has(code) && (code == kSuccess || listing.answer->sessions.empty())) return pass();
  return fail(fmt::format("{}", fmt::join(codes, " or ")), listing.seen);
}

std::u16string lower(std::u16string text) {
  for (char16_t& c : text)
    if (c >= u'A' && c <= u'Z') c = static_cast<char16_t>(c - u'A' + u'a');
  return text;
}
bool is_same(const std::u16string& a, const std::u16string& b) { return lower(a) == lower(b); }
std::u16string bare(const std::u16string& client) {
  const std::size_t at = client.find_first_not_of(u'\\');
  return at == std::u16string::npos ? u"" : client.substr(at);
}

/// The judge's own session, at the first level that is served and has a user.
std::optional<Session> own_session(SrvsvcBench& bench) {
  for (const std::uint32_t level : {502u, 2u, 1u, 10u}) {
    const Listing listing = list(bench, {.level = level});
    if (!listing.has(kSuccess)) continue;
    for (const Session& one : listing.answer->sessions)
      if (is_same(one.user, bench.user)) return one;
  }
  return std::nullopt;
}
/// The first level that is served at all.
std::optional<std::uint32_t> served_level(SrvsvcBench& bench) {
  for (const std::uint32_t level : {10u, 502u, 2u, 1u, 0u})
    if (list(bench, {.level = level}).has(kSuccess)) return level;
  return std::nullopt;
}
/// What a check stands on besides its bench.
struct Ground {
  SrvsvcBench& bench;
  std::uint32_t level = 0;  // one that is served
  Listing all;              // everything at that level, three sessions at least
};

Finding level_is_served(SrvsvcBench& bench, std::uint32_t level) {
  const Listing listing = list(bench, {.level = level});
  if (!listing.has(kSuccess) || listing.answer->level != level)
    return fail(fmt::format("level {} with our own session in it", level), listing.seen);
  const auto& all = listing.answer->sessions;
  const bool is_there = std::any_of(all.begin(), all.end(), [&](const Session& one) {
    return !one.client.empty() && (level == 0 || is_same(one.user, bench.user));
  });
  return is_there ? pass() : fail("our own session among the entries", listing.seen);
}
Finding level_0(Ground& on) { return level_is_served(on.bench, 0); }
Finding level_1(Ground& on) { return level_is_served(on.bench, 1); }
Finding level_2(Ground& on) { return level_is_served(on.bench, 2); }
Finding level_10(Ground& on) { return level_is_served(on.bench, 10); }
Finding level_502(Ground& on) { return level_is_served(on.bench, 502); }

/// A union without the arm may be refused before the routine sees it.
Finding other_levels(Ground& on) {
  for (const std::uint32_t level : {3u, 4u, 9u, 11u, 501u, 503u, 1000u, 0xffff'ffffu}) {
    const Listing listing = list(on.bench, {.level = level});
    if (listing.has(kInvalidLevel) || listing.fault == kFaultInvalidTag ||
        listing.fault == kFaultBadStub)
      continue;
    return fail(fmt::format("124 for level {}, or a fault of its stub", level), listing.seen);
  }
  return pass();
}

Finding client_filters(Ground& on) {
  return expect_code(list(on.bench, {.client = kAbsent, .level = on.level}),
                     {kClientNameNotFound, kUserNotFound});
}
Finding user_filters(Ground& on) {
  return expect_code(list(on.bench, {.user = kStranger, .level = on.level}),
                     {kUserNotFound, kClientNameNotFound});
}
Finding both_must_match(Ground& on) {
  const auto own = own_session(on.bench);
  if (!own) return fail("our own session", "no level shows it");
  return expect_code(
      list(on.bench, {.client = u"\\\\" + bare(own->client), .user = kStranger, .level = on.level}),
      {kUserNotFound, kClientNameNotFound});
}
Finding what_matches_comes(Ground& on) {
  const auto own = own_session(on.bench);
  if (!own) return fail("our own session", "no level shows it");
  const Listing listing = list(
      on.bench, {.client = u"\\\\" + bare(own->client), .user = on.bench.user, .level = on.level});
  if (!listing.has(kSuccess) || listing.answer->sessions.empty())
    return fail("our own session for its own names", listing.seen);
  for (const Session& one : listing.answer->sessions)
    if (bare(one.client) != bare(own->client)) return fail("nobody else's", listing.seen);
  return pass();
}
Finding client_without_backslashes(Ground& on) {
  for (const auto* name : {u"NOBODY", u"\\NOBODY", u"/NOBODY"}) {
    const Finding one =
        expect_code(list(on.bench, {.client = name, .level = on.level}), {kInvalidComputer});
    if (one.verdict != Finding::Verdict::pass) return one;
  }
  return pass();
}
Finding long_client(Ground& on) {
  return expect_code(
      list(on.bench, {.client = u"\\\\" + std::u16string(kCharactersMax, u'x'), .level = on.level}),
      {kInvalidParameter});
}
Finding long_user(Ground& on) {
  return expect_code(
      list(on.bench, {.user = std::u16string(kCharactersMax, u'x'), .level = on.level}),
      {kInvalidParameter});
}
Finding empty_names(Ground& on) {
  const Listing all = list(on.bench, {.level = on.level});
  const Listing same = list(on.bench, {.client = u"", .user = u"", .level = on.level});
  if (same.has(kSuccess) && same.answer->sessions.size() == all.answer->sessions.size())
    return pass();
  return fail("as many sessions as without names: " + all.seen, same.seen);
}
Finding server_name(Ground& on) {
  return expect_code(list(on.bench, {.server = u"\\\\not-this-server", .level = on.level}),
                     {kSuccess});
}

/// At least two sessions, so that there is something to page through.
std::optional<Listing> several(SrvsvcBench& bench, std::uint32_t level) {
  Listing all = list(bench, {.level = level});
  while (all.has(kSuccess) && all.answer->sessions.size() < 3) {
    if (!bench.open_session()) return std::nullopt;
    const std::size_t before = all.answer->sessions.size();
    all = list(bench, {.level = level});
    if (all.has(kSuccess) && all.answer->sessions.size() <= before) return std::nullopt;
  }
  return all;
}
Finding small_length(Ground& on) {
  // Enough for an entry or two at any level, and never for three with their texts.
  const Listing listing = list(on.bench, {.level = on.level, .preferred_bytes = 60, .resume = 0});
  const bool is_right =
      listing.has(kMoreData) && listing.answer->sessions.size() < on.all.answer->sessions.size();
  return is_right ? pass() : fail("234 and fewer entries than " + on.all.seen, listing.seen);
}
Finding everything(Ground& on) {
  return on.all.has(kSuccess) ? pass() : fail("0 and all sessions", on.all.seen);
}
Finding one_byte(Ground& on) {
  return expect_code(list(on.bench, {.level = on.level, .preferred_bytes = 1, .resume = 0}),
                     {kMoreData, kBufTooSmall});
}
Finding total(Ground& on) {
  if (on.all.answer->total != on.all.answer->sessions.size())
    return fail("a total of " + on.all.seen, fmt::format("{}", on.all.answer->total));
  const Listing rest = list(on.bench, {.level = on.level, .resume = 1});
  const bool is_right = rest.has(kSuccess) && rest.answer->total + 1 == on.all.answer->total;
  return is_right
             ? pass()
             : fail("one less in total from the second session on",
                    rest.answer ? fmt::format("{} of {}", rest.answer->total, on.all.answer->total)
                                : rest.seen);
}
Finding resume_goes_on(Ground& on) {
  const Listing rest = list(on.bench, {.level = on.level, .resume = 1});
  const bool is_right =
      rest.has(kSuccess) && rest.answer->sessions.size() + 1 == on.all.answer->sessions.size();
  return is_right ? pass() : fail("all but the first of " + on.all.seen, rest.seen);
}
Finding resume_beyond(Ground& on) {
  const Listing listing = list(on.bench, {.level = on.level, .resume = 100'000});
  return listing.has(kSuccess) && listing.answer->sessions.empty()
             ? pass()
             : fail("0 and no entries", listing.seen);
}
Finding resume_of_zero(Ground& on) {
  const Listing without = list(on.bench, {.level = on.level});
  const Listing with = list(on.bench, {.level = on.level, .resume = 0});
  const bool is_same_list = with.has(kSuccess) && without.has(kSuccess) &&
                            with.answer->sessions.size() == without.answer->sessions.size();
  if (!is_same_list) return fail("the whole list: " + without.seen, with.seen);
  return !without.answer->resume ? pass() : fail("no handle where none was given", "one");
}
Finding pages(Ground& on) {
  std::size_t seen = 0;
  std::uint32_t resume = 0;
  for (int page = 0; page < kPagesMax; ++page) {
    const Listing listing =
        list(on.bench, {.level = on.level, .preferred_bytes = 120, .resume = resume});
    if (!listing.answer) return fail("page by page", listing.seen);
    seen += listing.answer->sessions.size();
    if (listing.has(kSuccess)) {
      if (page == 0) return fail("more than one page of 120 bytes", listing.seen);
      return seen == on.all.answer->sessions.size()
                 ? pass()
                 : fail(on.all.seen + ", once each", fmt::format("{} in pages", seen));
    }
    if (!listing.has(kMoreData) || listing.answer->sessions.empty() || !listing.answer->resume)
      return fail("234, entries and a handle", listing.seen);
    resume = *listing.answer->resume;
  }
  return fail("an end", "none");
}

Finding expect_del(SrvsvcBench& bench, const Text& client, const Text& user,
                   std::initializer_list<std::uint32_t> codes) {
  const Reply reply = bench.call(kSessionDel, del_stub(client, user));
  std::string seen = reply.kind == Reply::Kind::lost
                         ? "no answer: " + reply.how
                         : fmt::format("RPC fault {:#010x}", reply.fault);
  if (reply.kind == Reply::Kind::stub) {
    const auto code = read_code(reply.stub);
    if (code && std::find(codes.begin(), codes.end(), *code) != codes.end()) return pass();
    seen = code ? fmt::format("{}", *code) : "an answer that does not decode";
  }
  return fail(fmt::format("{}", fmt::join(codes, " or ")), seen);
}
Finding del_without_backslashes(Ground& on) {
  return expect_del(on.bench, u"LUNSIM-NOBODY", {}, {kClientNameNotFound});
}
Finding del_no_client(Ground& on) {
  return expect_del(on.bench, kAbsent, {}, {kClientNameNotFound});
}
Finding del_no_user(Ground& on) {
  return expect_del(on.bench, {}, kStranger, {kClientNameNotFound});
}
Finding del_long_client(Ground& on) {
  return expect_del(on.bench, u"\\\\" + std::u16string(kCharactersMax, u'x'), {},
                    {kInvalidParameter});
}
Finding del_long_user(Ground& on) {
  return expect_del(on.bench, {}, std::u16string(kCharactersMax, u'x'), {kInvalidParameter});
}
/// Some servers end every session then, the judge's among them.
Finding del_nothing(Ground& on) {
  if (!on.bench.may_end_sessions) return skipped("it could end sessions: --allow end-sessions");
  return expect_del(on.bench, {}, {}, {kClientNameNotFound, kInvalidParameter});
}
/// How many sessions of ours the server has, counted by a session that may be new: the one before
/// may be among those that ended.
std::optional<std::size_t> count_own(SrvsvcBench& bench) {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    for (const std::uint32_t level : {502u, 2u, 1u, 10u}) {
      const Listing listing = list(bench, {.level = level});
      if (!listing.has(kSuccess)) continue;
      const auto& all = listing.answer->sessions;
      return static_cast<std::size_t>(std::count_if(
          all.begin(), all.end(), [&](const Session& s) { return is_same(s.user, bench.user); }));
    }
  }
  return std::nullopt;
}
/// Whether the call is answered or its own connection ends first is not said; the sessions are
/// gone.
Finding del_ends(Ground& on) {
  if (!on.bench.may_end_sessions) return skipped("it ends sessions: --allow end-sessions");
  if (!on.bench.open_session()) return skipped("no further session could be opened");
  const auto own = own_session(on.bench);
  const auto before = count_own(on.bench);
  if (!own || !before) return fail("our own session", "no level shows it");
  const Finding said = expect_del(on.bench, u"\\\\" + bare(own->client), on.bench.user, {kSuccess});
  const auto after = count_own(on.bench);
  if (after && *after < *before && *after <= 1) return pass();
  return fail(fmt::format("{} sessions fewer", *before), said.seen);
}

enum class Needs : std::uint8_t { nothing, level, several };
struct Row {
  const char* id;
  const char* section;
  Needs needs;
  Finding (*run)(Ground&);
};

constexpr const char *kEnum = "MS-SRVS 3.1.4.5", *kDel = "MS-SRVS 3.1.4.6";

const Row kRows[] = {
    {"ms-srvs/3.1.4.5/level_0_is_served", kEnum, Needs::nothing, level_0},
    {"ms-srvs/3.1.4.5/level_1_is_served", kEnum, Needs::nothing, level_1},
    {"ms-srvs/3.1.4.5/level_2_is_served", kEnum, Needs::nothing, level_2},
    {"ms-srvs/3.1.4.5/level_10_is_served", kEnum, Needs::nothing, level_10},
    {"ms-srvs/3.1.4.5/level_502_is_served", kEnum, Needs::nothing, level_502},
    {"ms-srvs/3.1.4.5/other_levels_are_invalid", kEnum, Needs::nothing, other_levels},
    {"ms-srvs/3.1.4.5/a_client_that_has_none_is_not_found", kEnum, Needs::level, client_filters},
    {"ms-srvs/3.1.4.5/a_user_who_has_none_is_not_found", kEnum, Needs::level, user_filters},
    {"ms-srvs/3.1.4.5/both_qualifiers_must_match", kEnum, Needs::level, both_must_match},
    {"ms-srvs/3.1.4.5/what_matches_comes_and_nothing_else", kEnum, Needs::level,
     what_matches_comes},
    {"ms-srvs/3.1.4.5/a_client_begins_with_two_backslashes", kEnum, Needs::level,
     client_without_backslashes},
    {"ms-srvs/3.1.4.5/a_client_beyond_1024_characters_is_invalid", kEnum, Needs::level,
     long_client},
    {"ms-srvs/3.1.4.5/a_user_beyond_1024_characters_is_invalid", kEnum, Needs::level, long_user},
    {"ms-srvs/3.1.4.5/an_empty_name_qualifies_nothing", kEnum, Needs::level, empty_names},
    {"ms-srvs/3.1.4.5/the_servers_name_is_ignored", kEnum, Needs::level, server_name},
    {"ms-srvs/3.1.4.5/what_does_not_fit_is_more_data", kEnum, Needs::several, small_length},
    {"ms-srvs/3.1.4.5/one_byte_holds_no_entry", kEnum, Needs::level, one_byte},
    {"ms-srvs/3.1.4.5/the_maximum_length_returns_everything", kEnum, Needs::several, everything},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", kEnum, Needs::several, total},
    {"ms-srvs/3.1.4.5/a_handle_is_the_index_to_go_on_after", kEnum, Needs::several, resume_goes_on},
    {"ms-srvs/3.1.4.5/a_handle_beyond_the_list_is_success_without_entries", kEnum, Needs::level,
     resume_beyond},
    {"ms-srvs/3.1.4.5/a_handle_of_zero_begins_and_none_stores_none", kEnum, Needs::level,
     resume_of_zero},
    {"ms-srvs/3.1.4.5/pages_have_every_session_once", kEnum, Needs::several, pages},
    {"ms-srvs/3.1.4.6/a_client_without_backslashes_is_not_found", kDel, Needs::nothing,
     del_without_backslashes},
    {"ms-srvs/3.1.4.6/a_client_that_has_none_is_not_found", kDel, Needs::nothing, del_no_client},
    {"ms-srvs/3.1.4.6/a_user_who_has_none_is_not_found", kDel, Needs::nothing, del_no_user},
    {"ms-srvs/3.1.4.6/a_client_beyond_1024_characters_is_invalid", kDel, Needs::nothing,
     del_long_client},
    {"ms-srvs/3.1.4.6/a_user_beyond_1024_characters_is_invalid", kDel, Needs::nothing,
     del_long_user},
    {"ms-srvs/3.1.4.6/without_names_nothing_is_found", kDel, Needs::nothing, del_nothing},
    // The last one: the judge's session may be among those that end.
    {"ms-srvs/3.1.4.6/sessions_that_match_end", kDel, Needs::nothing, del_ends},
};

Finding judge(const Row& row, SrvsvcBench& bench) {
  Ground on{bench, 0, {}};
  if (row.needs == Needs::nothing) return row.run(on);
  const auto level = served_level(bench);
  if (!level) return fail("some level that is served", "none is");
  on.level = *level;
  if (row.needs == Needs::several) {
    auto all = several(bench, *level);
    if (!all || !all->answer) return skipped("no further session could be opened");
    on.all = std::move(*all);
  }
  return row.run(on);
}

}  // namespace

std::vector<Check> checks() {
  std::vector<Check> all;
  for (const Row& row : kRows)
    all.push_back({row.id, row.section, [&row](SrvsvcBench& bench) { return judge(row, bench); }});
  return all;
}

}  // namespace lunsim::conformance::srvsvc
