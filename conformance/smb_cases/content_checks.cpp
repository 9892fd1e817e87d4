// What the entries of NetrSessionEnum say.                          MS-SRVS §2.2.4.11 to §2.2.4.15
#include <algorithm>

#include <fmt/format.h>

#include "conformance/smb_cases/listing.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

constexpr std::uint32_t kSlackSeconds = 60;       // between two questions, on a slow network
constexpr std::uint32_t kFreshSecondsMax = 3600;  // of a session that was just opened

/// The members that §3.1.4.5 takes from SESSION_INFO_502 at a level, but times, in words.
std::string told_at(const Session& one, std::uint32_t level) {
  const Names names = names_of(std::span(&one, 1)).front();
  std::string out;
  const auto narrow = [&out](const std::u16string& text) {
    for (const char16_t unit : text) out += fmt::format("{:x}.", static_cast<unsigned>(unit));
    out += ' ';
  };
  narrow(names.first);
  if (has_user(level)) narrow(names.second);
  if (level == 1 || level == 2) out += fmt::format("opens {} ", one.opens);
  if (level == 2) {
    out += fmt::format("flags {:x} ", one.flags);
    narrow(one.client_type);
  }
  return out;
}

std::vector<Session> in_order(std::vector<Session> sessions, std::uint32_t level) {
  std::ranges::stable_sort(sessions, [level](const Session& a, const Session& b) {
    return std::pair(told_at(a, level), a.time_s) < std::pair(told_at(b, level), b.time_s);
  });
  return sessions;
}

bool is_near(std::uint32_t a, std::uint32_t b) {
  return std::max(a, b) - std::min(a, b) <= kSlackSeconds;
}

Finding levels_agree(Ground& on) {
  const Listing whole = list(on.bench, {.level = 502});
  if (!whole.has(kSuccess)) return left_out("level 502 is not served: " + whole.seen);
  if (on.level == 502) return left_out("no other level is served");
  const Listing part = list(on.bench, {.level = on.level});
  if (!part.has(kSuccess) || part.answer->sessions.size() != whole.answer->sessions.size())
    return failed("the sessions of level 502: " + whole.seen, part.seen);
  const auto theirs = in_order(part.answer->sessions, on.level);
  const auto right = in_order(whole.answer->sessions, on.level);
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (told_at(theirs[i], on.level) != told_at(right[i], on.level))
      return failed("what level 502 tells of each session", "something else");
    if (on.level == 0 || on.level == 1) continue;
    if (!is_near(theirs[i].time_s, right[i].time_s) || !is_near(theirs[i].idle_s, right[i].idle_s))
      return failed(
          fmt::format("{} s, {} s idle as at level 502", right[i].time_s, right[i].idle_s),
          fmt::format("{} s, {} s idle", theirs[i].time_s, theirs[i].idle_s));
  }
  return passed();
}

Finding times(Ground& on) {
  if (on.level == 0) return left_out("level 0 has no times");
  const auto fresh = opened_session(on.bench, on.level);
  if (!fresh) return left_out("a further session of ours could not be opened or told apart");
  if (fresh->time_s > kFreshSecondsMax)
    return failed("seconds since the session was created a moment ago",
                  fmt::format("{}", fresh->time_s));
  return fresh->idle_s <= fresh->time_s + 1
             ? passed()
             : failed(
                   fmt::format("idle for no longer than the {} s that it is there", fresh->time_s),
                   fmt::format("{} s", fresh->idle_s));
}

const Row kContentRows[] = {
    {"ms-srvs/3.1.4.5/levels_tell_the_same", kEnumSection, Needs::level, levels_agree},
    {"ms-srvs/2.2.4.12/times_are_those_of_the_session", "MS-SRVS 2.2.4.12", Needs::level, times},
};

}  // namespace

std::span<const Row> content_rows() { return kContentRows; }

}  // namespace lunsim::conformance::srvsvc
