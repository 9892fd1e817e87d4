// Small questions about text that several parts of the engine ask: case, trimming, UTF-8, numbers
// with units. Knows no YAML and no names of the standards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::scenarios {

std::string to_lower(std::string_view text);
std::string_view trimmed(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not); empty if all
/// is.
std::optional<std::size_t> first_bad_utf8(std::string_view text);

/// 12, 0x2A, 2Ah, 1_000. Nothing else around it.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// A number with B, KiB, MiB, GiB, TiB, PiB, kB, MB, GB, TB; without a unit, bytes. Fractions only
/// if they end at a byte.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// A number with ns, us, ms, s, min, h. A unit is needed, except for 0.
std::optional<std::int64_t> parse_duration_ns(std::string_view text);
/// Whether it is a number and a unit of time, however large.
bool looks_like_duration(std::string_view text);
/// "a, b or c".
std::string one_of_text(std::span<const std::string> words);
/// Pairs of hex digits with optional spaces: "70 00 05". Empty optional if it is something else.
std::optional<std::vector<std::byte>> parse_hex_bytes(std::string_view text);
/// The same in parts: "00 16, 00 * 512" is two bytes and 512 zeros. Empty if it is none of that or
/// more than `bytes_max`.
std::optional<std::vector<std::byte>> parse_repeated_hex(std::string_view text,
                                                         std::size_t bytes_max);
/// "70 00 05", at most `max` bytes and then "... (n bytes)".
std::string format_hex(const std::vector<std::byte>& bytes, std::size_t max = 32);
/// In single quotes, where a shell takes every character as it is but the quote itself.
std::string shell_quoted(std::string_view text);
/// Quoted only if a shell would see more in it than a word.
std::string shell_word(std::string_view text);
/// A file as an argument: never taken for an option.
std::string shell_path(std::string_view path);

}  // namespace lunsim::scenarios
