#include "scenarios/report/words.hpp"

#include <array>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 5> kWords{
    {{Verdict::pass, "pass"},
     {Verdict::warn, "warn"},
     {Verdict::skipped, "skipped"},
     {Verdict::inconclusive, "inconclusive"},
     {Verdict::fail, "fail"}}};

/// Bytes of the UTF-8 sequence that begins here; 0 if none does (RFC 3629).
std::size_t sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xC2 && first <= 0xDF   ? 2
                            : first >= 0xE0 && first <= 0xEF ? 3
                            : first >= 0xF0 && first <= 0xF4 ? 4
                                                             : 0;
  if (bytes == 0 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool is_overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool is_outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return is_overlong || is_outside ? 0 : bytes;
}

}  // namespace

std::string_view word_of(Verdict verdict) {
  for (const auto& [value, word] : kWords)
    if (value == verdict) return word;
  return "";
}

std::optional<Verdict> verdict_of(std::string_view word) {
  for (const auto& [value, known] : kWords)
    if (known == word) return value;
  return std::nullopt;
}

std::string utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = sequence_bytes(text);
    if (bytes == 0)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

std::string xml_text(std::string_view text) {
  std::string out = utf8(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = '?';
  // U+FFFE and U+FFFF are no characters of XML.
  for (const std::string_view none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (std::size_t at = out.find(none); at != std::string::npos; at = out.find(none, at))
      out.replace(at, none.size(), "?");
  return out;
}

std::string shown_id(const std::string& id, std::uint64_t repetition) {
  return repetition == 1 ? id : fmt::format("{} (repetition {})", id, repetition);
}

std::string seconds_text(std::int64_t ns) {
  return fmt::format("{:.6f}", static_cast<double>(ns) / 1e9);
}

std::string seed_text(std::uint64_t seed) { return fmt::format("0x{:x}", seed); }

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

std::optional<CaseReport> scenario_as_case(const ScenarioReport& scenario) {
  if (scenario.verdict != Verdict::skipped && !scenario.harness_error) return std::nullopt;
  CaseReport one;
  one.id = scenario.id;
  one.verdict = scenario.verdict;
  one.place = {scenario.file, 1, 1};
  one.message = scenario.reason;
  return one;
}

bool is_red(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::inconclusive;
}

}  // namespace lunsim::scenarios
