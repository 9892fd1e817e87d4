#include "scenarios/engine/problem.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string to_string(const Problem& problem) {
  std::string text = to_string(problem.place) + ": " + problem.reason;
  if (!problem.suggestion.empty()) text += "; did you mean \"" + problem.suggestion + "\"?";
  return text;
}

namespace {

/// What was found in a file may be as long as the file.
std::string shortened(std::string text) {
  constexpr std::size_t kHead = 400, kTail = 80;
  if (text.size() <= kHead + kTail + 16) return text;
  const auto is_inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t head = kHead, tail = text.size() - kTail;
  while (is_inside(head)) --head;
  while (is_inside(tail)) ++tail;
  return text.substr(0, head) + " ... " + text.substr(tail);
}

}  // namespace

void Problems::add(Place place, std::string reason, std::string suggestion) {
  ++total_;
  reason = shortened(std::move(reason));
  if (kept_.size() < kKeptMax) kept_.push_back({std::move(place), std::move(reason), std::move(suggestion)});
}

void Problems::sort() {
  std::stable_sort(kept_.begin(), kept_.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  // Three rows of the usual table: a swap looks two rows back.
  std::vector<std::size_t> before(to.size() + 1), last(to.size() + 1), now(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return last[to.size()];
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kWordMax = 64;
  if (word.empty() || word.size() > kWordMax) return {};
  const std::string wanted = to_lower(word);
  std::size_t best = 1 + word.size() / 3;  // one slip in short words, more in long ones
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(wanted, to_lower(candidate));
    if (distance > best || (distance == best && !found.empty())) continue;
    best = distance;
    found = candidate;
  }
  return found;
}

}  // namespace lunsim::scenarios
