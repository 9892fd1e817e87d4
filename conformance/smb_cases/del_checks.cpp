// NetrSessionDel.                                                              MS-SRVS §3.1.4.6
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "conformance/smb_cases/listing.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

struct Said {
  std::optional<std::uint32_t> code;
  std::string seen;
};
Said said_to_del(SrvsvcBench& bench, const Text& client, const Text& user) {
  const Reply reply = bench.call(kSessionDel, del_stub(client, user));
  if (reply.kind == Reply::Kind::lost) return {{}, "no answer: " + reply.how};
  if (reply.kind == Reply::Kind::fault) return {{}, fmt::format("RPC fault {:#010x}", reply.fault)};
  const auto code = read_code(reply.stub);
  return {code, code ? fmt::format("{}", *code) : "an answer that does not decode"};
}

Finding expect_del(SrvsvcBench& bench, const Text& client, const Text& user,
                   std::initializer_list<std::uint32_t> codes) {
  const Said said = said_to_del(bench, client, user);
  if (said.code && std::ranges::find(codes, *said.code) != codes.end()) return passed();
  return failed(fmt::format("{}", fmt::join(codes, " or ")), said.seen);
}
Finding del_without_backslashes(Ground& on) {
  return expect_del(on.bench, u"LUNSIM-NOBODY", {}, {kClientNameNotFound});
}
Finding del_no_client(Ground& on) {
  return expect_del(on.bench, u"\\\\LUNSIM-NOBODY", {}, {kClientNameNotFound});
}
Finding del_no_user(Ground& on) {
  return expect_del(on.bench, {}, u"lunsim-nobody", {kClientNameNotFound});
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
  return expect_del(on.bench, {}, {}, {kClientNameNotFound, kInvalidParameter});
}

/// How many sessions have these names, counted by a session that may be new: the one before may be
/// among those that ended.
std::optional<std::size_t> count_of(SrvsvcBench& bench, std::uint32_t level, const Names& names) {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    const Listing listing = list(bench, {.level = level});
    if (!listing.has(kSuccess)) continue;
    const std::vector<Names> all = names_of(listing.answer->sessions);
    return static_cast<std::size_t>(std::ranges::count(all, names));
  }
  return std::nullopt;
}
/// Whether the call is answered or its own connection ends first is not said; the sessions of this
/// user from this computer are gone, and at most the one that counts them is new.
Finding del_ends(Ground& on) {
  for (const std::uint32_t level : {502u, 2u, 1u, 10u}) {
    if (!list(on.bench, {.level = level}).has(kSuccess)) continue;
    const auto own = opened_session(on.bench, level);
    if (!own) return left_out("no further session of ours could be opened and told apart");
    const Names names = names_of(std::span(&*own, 1)).front();
    const auto before = count_of(on.bench, level, names);
    if (!before) return failed("our own sessions in the list", "none");
    const Said said = said_to_del(on.bench, u"\\\\" + bare(own->client), on.bench.user);
    const auto after = count_of(on.bench, level, names);
    if (after && *after < *before && *after <= 1) return passed();
    return failed(fmt::format("none of {} sessions with our names", *before),
                  fmt::format("{}, and {} of them", said.seen,
                              after ? fmt::format("{}", *after) : std::string("no list")));
  }
  return failed("our own session", "no level shows it");
}

const Row kDelRows[] = {
    {"ms-srvs/3.1.4.6/a_client_without_backslashes_is_not_found", kDelSection, Needs::nothing,
     del_without_backslashes},
    {"ms-srvs/3.1.4.6/a_client_that_has_none_is_not_found", kDelSection, Needs::nothing,
     del_no_client},
    {"ms-srvs/3.1.4.6/a_user_who_has_none_is_not_found", kDelSection, Needs::nothing, del_no_user},
    {"ms-srvs/3.1.4.6/a_client_beyond_1024_characters_is_invalid", kDelSection, Needs::nothing,
     del_long_client},
    {"ms-srvs/3.1.4.6/a_user_beyond_1024_characters_is_invalid", kDelSection, Needs::nothing,
     del_long_user},
    {"ms-srvs/3.1.4.6/without_names_nothing_is_found", kDelSection, Needs::leave, del_nothing},
    {"ms-srvs/3.1.4.6/sessions_that_match_end", kDelSection, Needs::leave, del_ends},
};

}  // namespace

std::span<const Row> del_rows() { return kDelRows; }

}  // namespace lunsim::conformance::srvsvc
