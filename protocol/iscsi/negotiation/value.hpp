// Values of text keys: numbers, booleans, ranges and lists, read strictly and written plainly. Not
// binary values (binary_value.hpp) and not what a value means for a key (key_registry.hpp). RFC
// 7143 §6.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::negotiation {

inline constexpr std::string_view kYes = "Yes", kNo = "No", kNone = "None", kReject = "Reject",
                                  kIrrelevant = "Irrelevant", kNotUnderstood = "NotUnderstood";

/// Reject, Irrelevant or NotUnderstood: what an acceptor may say and a proposer must not. §6.2.
bool is_reserved_answer(std::string_view value);

/// Shape    a decimal-constant ("0" or digits without leading zero) or a hex-constant ("0x" or "0X"
///          and digits)
/// Returns  the number, if it is below 2^64; nothing for any other text, a range and a sign
///          included
std::optional<std::uint64_t> parse_number(std::string_view value);
std::optional<bool> parse_boolean(std::string_view value);

struct NumberRange {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};
/// Shape    two numbers with a tilde between them, the left one not above the right one
std::optional<NumberRange> parse_range(std::string_view value);

/// The items of a comma-separated list; empty items stay, so that their place can be told.
std::vector<std::string_view> split_list(std::string_view value);
bool list_contains(std::string_view list, std::string_view item);

constexpr std::string_view text_of(bool value) { return value ? kYes : kNo; }

}  // namespace lunsim::negotiation
