#include "scenarios/engine/shard.hpp"

#include <charconv>

#include <fmt/format.h>

namespace lunsim::scenarios {
namespace {

constexpr std::uint32_t kShardsMax = 10'000;

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x0000'0100'0000'01b3u;
  }
  // The low bits of FNV-1a alone divide short, similar names badly.
  hash ^= hash >> 32;
  hash *= 0x9E37'79B9'7F4A'7C15u;
  return hash ^ (hash >> 29);
}

bool Shard::takes(std::string_view scenario_id) const {
  return stable_hash(scenario_id) % count == index - 1;
}

std::optional<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = number_of(text.substr(0, slash));
  const auto count = number_of(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > kShardsMax) return std::nullopt;
  return Shard{*index, *count};
}

std::string to_string(Shard shard) { return fmt::format("{}/{}", shard.index, shard.count); }

}  // namespace lunsim::scenarios
