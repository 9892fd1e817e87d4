// Levels and qualifiers of NetrSessionEnum.                                    MS-SRVS §3.1.4.5
#include <algorithm>

#include <fmt/format.h>

#include "conformance/smb_cases/listing.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

constexpr std::uint32_t kFaultInvalidTag = 0x1c00'0006, kFaultBadStub = 0x0000'06f7;
const std::u16string kAbsentClient = u"\\\\LUNSIM-NOBODY";
const std::u16string kStranger = u"lunsim-nobody";

Finding level_is_served(SrvsvcBench& bench, std::uint32_t level) {
  const Listing listing = list(bench, {.level = level});
  if (!listing.has(kSuccess) || listing.answer->level != level)
    return failed(fmt::format("level {} with our own session in it", level), listing.seen);
  const auto& all = listing.answer->sessions;
  const bool is_there = std::ranges::any_of(all, [&](const Session& one) {
    return !one.client.empty() && (!has_user(level) || is_same(one.user, bench.user));
  });
  return is_there ? passed() : failed("our own session among the entries", listing.seen);
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
    return failed(fmt::format("124 for level {}, or a fault of its stub", level), listing.seen);
  }
  return passed();
}

Finding client_filters(Ground& on) {
  return expect_code(list(on.bench, {.client = kAbsentClient, .level = on.level}),
                     {kClientNameNotFound, kUserNotFound});
}
Finding user_filters(Ground& on) {
  return expect_code(list(on.bench, {.user = kStranger, .level = on.level}),
                     {kUserNotFound, kClientNameNotFound});
}
Finding both_must_match(Ground& on) {
  const auto own = session_of_ours(on.bench);
  if (!own) return failed("our own session", "no level shows it");
  return expect_code(
      list(on.bench, {.client = u"\\\\" + bare(own->client), .user = kStranger, .level = on.level}),
      {kUserNotFound, kClientNameNotFound});
}
Finding what_matches_comes(Ground& on) {
  const auto own = session_of_ours(on.bench);
  if (!own) return failed("our own session", "no level shows it");
  const Listing listing = list(
      on.bench, {.client = u"\\\\" + bare(own->client), .user = on.bench.user, .level = on.level});
  if (!listing.has(kSuccess) || listing.answer->sessions.empty())
    return failed("our own session for its own names", listing.seen);
  return passed();
}
/// Only a list with somebody else in it can show that somebody else stays away.
Finding nothing_else_comes(Ground& on) {
  const auto own = session_of_ours(on.bench);
  if (!own) return failed("our own session", "no level shows it");
  const auto is_ours = [&](const Session& one) {
    return is_same(bare(one.client), bare(own->client)) &&
           (!has_user(on.level) || is_same(one.user, on.bench.user));
  };
  const Listing all = list(on.bench, {.level = on.level});
  if (!all.answer || std::ranges::all_of(all.answer->sessions, is_ours))
    return left_out("every session there is ours: there is nobody who could be left out");
  const Listing listing = list(
      on.bench, {.client = u"\\\\" + bare(own->client), .user = on.bench.user, .level = on.level});
  if (!listing.has(kSuccess)) return failed("our own sessions for their names", listing.seen);
  return std::ranges::all_of(listing.answer->sessions, is_ours)
             ? passed()
             : failed("nobody else's session", listing.seen);
}
Finding client_without_backslashes(Ground& on) {
  for (const auto* name : {u"NOBODY", u"\\NOBODY", u"/NOBODY"}) {
    const Finding one =
        expect_code(list(on.bench, {.client = name, .level = on.level}), {kInvalidComputer});
    if (one.verdict != Finding::Verdict::pass) return one;
  }
  return passed();
}
std::u16string client_of(std::size_t characters_with_null) {
  return u"\\\\" + std::u16string(characters_with_null - 3, u'x');
}
std::u16string user_of(std::size_t characters_with_null) {
  return std::u16string(characters_with_null - 1, u'x');
}
Finding long_client(Ground& on) {
  const Finding longest =
      expect_code(list(on.bench, {.client = client_of(kCharactersMax), .level = on.level}),
                  {kClientNameNotFound, kUserNotFound});
  if (longest.verdict != Finding::Verdict::pass) return longest;
  return expect_code(list(on.bench, {.client = client_of(kCharactersMax + 1), .level = on.level}),
                     {kInvalidParameter});
}
Finding long_user(Ground& on) {
  const Finding longest =
      expect_code(list(on.bench, {.user = user_of(kCharactersMax), .level = on.level}),
                  {kUserNotFound, kClientNameNotFound});
  if (longest.verdict != Finding::Verdict::pass) return longest;
  return expect_code(list(on.bench, {.user = user_of(kCharactersMax + 1), .level = on.level}),
                     {kInvalidParameter});
}
Finding empty_names(Ground& on) {
  const Listing all = list(on.bench, {.level = on.level});
  const Listing same = list(on.bench, {.client = u"", .user = u"", .level = on.level});
  if (all.answer && same.has(kSuccess) &&
      names_of(same.answer->sessions) == names_of(all.answer->sessions))
    return passed();
  return failed("the sessions that come without names: " + all.seen, same.seen);
}
Finding server_name(Ground& on) {
  return expect_code(list(on.bench, {.server = u"\\\\not-this-server", .level = on.level}),
                     {kSuccess});
}

const Row kNameRows[] = {
    {"ms-srvs/3.1.4.5/level_0_is_served", kEnumSection, Needs::nothing, level_0},
    {"ms-srvs/3.1.4.5/level_1_is_served", kEnumSection, Needs::nothing, level_1},
    {"ms-srvs/3.1.4.5/level_2_is_served", kEnumSection, Needs::nothing, level_2},
    {"ms-srvs/3.1.4.5/level_10_is_served", kEnumSection, Needs::nothing, level_10},
    {"ms-srvs/3.1.4.5/level_502_is_served", kEnumSection, Needs::nothing, level_502},
    {"ms-srvs/3.1.4.5/other_levels_are_invalid", kEnumSection, Needs::nothing, other_levels},
    {"ms-srvs/3.1.4.5/a_client_that_has_none_is_not_found", kEnumSection, Needs::level,
     client_filters},
    {"ms-srvs/3.1.4.5/a_user_who_has_none_is_not_found", kEnumSection, Needs::level, user_filters},
    {"ms-srvs/3.1.4.5/both_qualifiers_must_match", kEnumSection, Needs::level, both_must_match},
    {"ms-srvs/3.1.4.5/what_matches_comes", kEnumSection, Needs::level, what_matches_comes},
    {"ms-srvs/3.1.4.5/what_does_not_match_stays_away", kEnumSection, Needs::level,
     nothing_else_comes},
    {"ms-srvs/3.1.4.5/a_client_begins_with_two_backslashes", kEnumSection, Needs::level,
     client_without_backslashes},
    {"ms-srvs/3.1.4.5/a_client_beyond_1024_characters_is_invalid", kEnumSection, Needs::level,
     long_client},
    {"ms-srvs/3.1.4.5/a_user_beyond_1024_characters_is_invalid", kEnumSection, Needs::level,
     long_user},
    {"ms-srvs/3.1.4.5/an_empty_name_qualifies_nothing", kEnumSection, Needs::level, empty_names},
    {"ms-srvs/3.1.4.5/the_servers_name_is_ignored", kEnumSection, Needs::level, server_name},
};

}  // namespace

std::span<const Row> name_rows() { return kNameRows; }

}  // namespace lunsim::conformance::srvsvc
