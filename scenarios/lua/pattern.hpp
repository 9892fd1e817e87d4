// Lua patterns with a budget: what string.find, match, gmatch and gsub search with here, because
// the library's own matcher cannot be interrupted. A pattern is compiled first and judged then;
// matching is a pure function that counts its steps. Not a regular expression engine.
// Lua 5.4 Reference Manual §6.4.1
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::lua {

struct PatternMatch {
  enum class End : std::uint8_t { matched, failed, out_of_steps, too_deep };
  struct Capture {
    std::size_t begin = 0, end = 0;
    bool is_position = false;  // "()": `begin` is what it captured, from 0
  };
  static constexpr std::size_t kCapturesMax = 32;

  End how = End::failed;
  std::size_t begin = 0, end = 0;
  std::size_t capture_count = 0;
  std::array<Capture, kCapturesMax> captures{};
};

class Pattern {
 public:
  /// Nested choices that one match may keep open.
  static constexpr std::size_t kDepthMax = 200;
  static constexpr std::size_t kTextBytesMax = 4096;

  /// With `anchors`, a '^' in front ties the pattern to where a match begins; gmatch has none.
  /// What is malformed is told by `error()`, in the manual's words; such a pattern matches nothing.
  explicit Pattern(std::string_view text, bool anchors = true);

  const std::string& error() const { return error_; }
  bool is_anchored() const { return is_anchored_; }

  /// Tries one place. `steps_left` goes down with every character that is looked at; below zero the
  /// match ends with `out_of_steps`.
  PatternMatch match_at(std::string_view subject, std::size_t at, std::int64_t& steps_left) const;
  /// The first match at `from` or behind it (at `from` only, if it is anchored).
  PatternMatch search(std::string_view subject, std::size_t from, std::int64_t& steps_left) const;

 private:
  enum class Kind : std::uint8_t {
    single,
    balance,
    frontier,
    open,
    open_position,
    close,
    back_reference,
    end
  };
  struct Item {
    Kind kind = Kind::single;
    char repeats = 0;                // single: one of * + - ?, or 0
    std::uint8_t number = 0;         // close, back_reference: which capture
    unsigned char from = 0, to = 0;  // balance
    std::bitset<256> set;            // single, frontier
  };
  class Compiler;
  class Run;

  std::vector<Item> items_;
  std::string error_;
  bool is_anchored_ = false;
};

/// What string.gsub puts in a match's place; %0 to %9 and %% in `replacement`. False with `error`
/// in the manual's words if it cannot be read.
bool append_replacement(std::string& out, std::string_view replacement, std::string_view subject,
                        const PatternMatch& match, std::string& error);

}  // namespace lunsim::lua
