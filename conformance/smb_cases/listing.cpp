#include "conformance/smb_cases/listing.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lunsim::conformance::srvsvc {
namespace {

std::u16string lower(std::u16string text) {
  for (char16_t& c : text)
    if (c >= u'A' && c <= u'Z') c = static_cast<char16_t>(c - u'A' + u'a');
  return text;
}

}  // namespace

Finding passed() { return {}; }
Finding failed(std::string expected, std::string seen) {
  return {Finding::Verdict::fail, std::move(expected), std::move(seen)};
}
Finding left_out(std::string why) { return {Finding::Verdict::skipped, "", std::move(why)}; }

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
    if (listing.has(code) && (code == kSuccess || listing.answer->sessions.empty()))
      return passed();
  return failed(fmt::format("{}", fmt::join(codes, " or ")), listing.seen);
}

bool is_same(const std::u16string& a, const std::u16string& b) { return lower(a) == lower(b); }

std::u16string bare(const std::u16string& client) {
  const std::size_t at = client.find_first_not_of(u'\\');
  return at == std::u16string::npos ? u"" : client.substr(at);
}

std::vector<Names> names_of(std::span<const Session> sessions) {
  std::vector<Names> names;
  for (const Session& one : sessions) names.emplace_back(lower(bare(one.client)), lower(one.user));
  std::ranges::sort(names);
  return names;
}

std::optional<Session> session_of_ours(SrvsvcBench& bench) {
  for (const std::uint32_t level : {502u, 2u, 1u, 10u}) {
    const Listing listing = list(bench, {.level = level});
    if (!listing.has(kSuccess)) continue;
    for (const Session& one : listing.answer->sessions)
      if (is_same(one.user, bench.user)) return one;
  }
  return std::nullopt;
}

std::optional<Session> opened_session(SrvsvcBench& bench, std::uint32_t level) {
  const Listing before = list(bench, {.level = level});
  if (!before.has(kSuccess) || !bench.open_session()) return std::nullopt;
  const Listing after = list(bench, {.level = level});
  if (!after.has(kSuccess)) return std::nullopt;
  const std::vector<Names> old = names_of(before.answer->sessions);
  const std::vector<Names> now = names_of(after.answer->sessions);
  std::vector<Names> fresh;
  std::ranges::set_difference(now, old, std::back_inserter(fresh));
  if (fresh.size() != 1) return std::nullopt;
  // Of several with these names the youngest.
  std::optional<Session> found;
  for (const Session& one : after.answer->sessions)
    if (names_of(std::span(&one, 1)).front() == fresh.front() &&
        (!found || one.time_s < found->time_s))
      found = one;
  return found;
}

}  // namespace lunsim::conformance::srvsvc
