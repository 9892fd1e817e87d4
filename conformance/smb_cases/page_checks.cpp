// Lengths, totals and handles of NetrSessionEnum.                              MS-SRVS §3.1.4.5
#include <algorithm>

#include <fmt/format.h>

#include "conformance/smb_cases/listing.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

constexpr int kPagesMax = 1000;
// How long an entry is a server may count as it likes: lengths are tried, each a quarter longer.
constexpr std::uint32_t kLengthMin = 16, kLengthMax = 1u << 20;

/// The least length tried at which some of all that is listed comes and not everything.
struct Part {
  std::uint32_t length_bytes = 0;
  Listing listing;
};
Part part_of(Ground& on) {
  Part part;
  for (std::uint32_t length = kLengthMin; length < kLengthMax; length += length / 4) {
    part = {length, list(on.bench, {.level = on.level, .preferred_bytes = length, .resume = 0})};
    if (!part.listing.has(kMoreData) && !part.listing.has(kBufTooSmall)) break;
    if (!part.listing.answer->sessions.empty()) break;
  }
  return part;
}
bool is_part(const Part& part, const Ground& on) {
  return part.listing.has(kMoreData) && !part.listing.answer->sessions.empty() &&
         part.listing.answer->sessions.size() < on.all.answer->sessions.size();
}

Finding small_length(Ground& on) {
  const Part part = part_of(on);
  return is_part(part, on)
             ? passed()
             : failed("234 and fewer entries than " + on.all.seen,
                      fmt::format("{} for {} bytes", part.listing.seen, part.length_bytes));
}
Finding everything(Ground& on) {
  return on.all.has(kSuccess) ? passed() : failed("0 and all sessions", on.all.seen);
}
Finding one_byte(Ground& on) {
  return expect_code(list(on.bench, {.level = on.level, .preferred_bytes = 1, .resume = 0}),
                     {kMoreData, kBufTooSmall});
}
Finding total(Ground& on) {
  if (on.all.answer->total != on.all.answer->sessions.size())
    return failed("a total of " + on.all.seen, fmt::format("{}", on.all.answer->total));
  const Listing rest = list(on.bench, {.level = on.level, .resume = 1});
  const bool is_right = rest.has(kSuccess) && rest.answer->total + 1 == on.all.answer->total;
  return is_right ? passed()
                  : failed("one less in total from the second session on",
                           rest.answer
                               ? fmt::format("{} of {}", rest.answer->total, on.all.answer->total)
                               : rest.seen);
}
Finding resume_goes_on(Ground& on) {
  const Listing rest = list(on.bench, {.level = on.level, .resume = 1});
  const bool is_right =
      rest.has(kSuccess) &&
      names_of(rest.answer->sessions) == names_of(std::span(on.all.answer->sessions).subspan(1));
  return is_right ? passed() : failed("all but the first of " + on.all.seen, rest.seen);
}
Finding resume_beyond(Ground& on) {
  const Listing listing = list(on.bench, {.level = on.level, .resume = 100'000});
  return listing.has(kSuccess) && listing.answer->sessions.empty()
             ? passed()
             : failed("0 and no entries", listing.seen);
}
Finding resume_of_zero(Ground& on) {
  const Listing without = list(on.bench, {.level = on.level});
  const Listing with = list(on.bench, {.level = on.level, .resume = 0});
  const bool is_same_list = with.has(kSuccess) && without.has(kSuccess) &&
                            names_of(with.answer->sessions) == names_of(without.answer->sessions);
  if (!is_same_list) return failed("the whole list: " + without.seen, with.seen);
  return !without.answer->resume ? passed() : failed("no handle where none was given", "one");
}
/// 0 is where a list begins, so the index of the last of n entries is n.
Finding handle_is_an_index(Ground& on) {
  const Part part = part_of(on);
  if (!is_part(part, on)) return left_out("no length gives a part of the list");
  const std::size_t count = part.listing.answer->sessions.size();
  const auto handle = part.listing.answer->resume;
  return handle == count ? passed()
                         : failed(fmt::format("the handle {} behind {} entries", count, count),
                                  handle ? fmt::format("{}", *handle) : "none");
}
Finding pages(Ground& on) {
  const Part first = part_of(on);
  if (!is_part(first, on))
    return failed("a page that is less than " + on.all.seen, first.listing.seen);
  std::vector<Session> seen;
  std::uint32_t resume = 0, length = first.length_bytes;
  for (int page = 0; page < kPagesMax; ++page) {
    const Listing listing =
        list(on.bench, {.level = on.level, .preferred_bytes = length, .resume = resume});
    if (!listing.answer) return failed("page by page", listing.seen);
    seen.insert(seen.end(), listing.answer->sessions.begin(), listing.answer->sessions.end());
    if (listing.has(kSuccess)) {
      return names_of(seen) == names_of(on.all.answer->sessions)
                 ? passed()
                 : failed(on.all.seen + ", once each",
                          fmt::format("{} in pages, by their names not the same", seen.size()));
    }
    const bool is_empty = listing.answer->sessions.empty();
    const bool may_need_more = listing.has(kMoreData) || listing.has(kBufTooSmall);
    if (may_need_more && is_empty && length < kLengthMax) {
      length += length / 4;  // a later entry may be longer
      continue;
    }
    if (!listing.has(kMoreData) || is_empty || !listing.answer->resume)
      return failed("234, entries and a handle", listing.seen);
    resume = *listing.answer->resume;
  }
  return failed("an end", "none");
}

const Row kPageRows[] = {
    {"ms-srvs/3.1.4.5/what_does_not_fit_is_more_data", kEnumSection, Needs::several, small_length},
    {"ms-srvs/3.1.4.5/one_byte_holds_no_entry", kEnumSection, Needs::level, one_byte},
    {"ms-srvs/3.1.4.5/the_maximum_length_returns_everything", kEnumSection, Needs::several,
     everything},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", kEnumSection, Needs::several,
     total},
    {"ms-srvs/3.1.4.5/a_handle_is_the_index_to_go_on_after", kEnumSection, Needs::several,
     resume_goes_on},
    {"ms-srvs/3.1.4.5/a_handle_beyond_the_list_is_success_without_entries", kEnumSection,
     Needs::level, resume_beyond},
    {"ms-srvs/3.1.4.5/a_handle_of_zero_begins_and_none_stores_none", kEnumSection, Needs::level,
     resume_of_zero},
    {"ms-srvs/3.1.4.5/the_handle_is_the_index_of_the_last_entry", kEnumSection, Needs::several,
     handle_is_an_index},
    {"ms-srvs/3.1.4.5/pages_have_every_session_once", kEnumSection, Needs::several, pages},
};

}  // namespace

std::span<const Row> page_rows() { return kPageRows; }

}  // namespace lunsim::conformance::srvsvc
