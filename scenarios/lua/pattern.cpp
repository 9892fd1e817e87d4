#include "scenarios/lua/pattern.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace lunsim::lua {
namespace {

using Set = std::bitset<256>;

bool is_lower(unsigned c) { return c >= 'a' && c <= 'z'; }
bool is_upper(unsigned c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }
bool is_alpha(unsigned c) { return is_lower(c) || is_upper(c); }
bool is_graphic(unsigned c) { return c > 0x20 && c < 0x7F; }

/// The class letter's characters, in the C locale; nothing for a letter that names no class.
bool in_class(unsigned c, char letter) {
  switch (letter) {
    case 'a':
      return is_alpha(c);
    case 'c':
      return c < 0x20 || c == 0x7F;
    case 'd':
      return is_digit(c);
    case 'g':
      return is_graphic(c);
    case 'l':
      return is_lower(c);
    case 'p':
      return is_graphic(c) && !is_alpha(c) && !is_digit(c);
    case 's':
      return c == ' ' || (c >= 9 && c <= 13);
    case 'u':
      return is_upper(c);
    case 'w':
      return is_alpha(c) || is_digit(c);
    case 'x':
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    default:
      return false;
  }
}

/// What %letter stands for: a class, its complement for a capital, or the character itself.
Set escaped(char letter) {
  Set set;
  const auto code = static_cast<unsigned char>(letter);
  const char small = is_upper(code) ? static_cast<char>(letter - 'A' + 'a') : letter;
  static constexpr std::string_view kClasses = "acdglpsuwx";
  if (kClasses.find(small) == std::string_view::npos) {
    set.set(code);
    return set;
  }
  for (unsigned c = 0; c < 256; ++c) set[c] = in_class(c, small) != is_upper(code);
  return set;
}

}  // namespace

/// Reads a pattern's text into items.
class Pattern::Compiler {
 public:
  Compiler(std::string_view text, Pattern& out) : text_(text), out_(out) {}

  void run() {
    while (out_.error_.empty() && at_ < text_.size()) read_item();
    if (out_.error_.empty() && !open_.empty()) out_.error_ = "unfinished capture";
  }

 private:
  bool fail(std::string why) {
    if (out_.error_.empty()) out_.error_ = std::move(why);
    return false;
  }
  bool is_at(std::size_t i, char c) const { return i < text_.size() && text_[i] == c; }

  void read_item() {
    const char c = text_[at_];
    if (c == '(') return read_open();
    if (c == ')') return read_close();
    if (c == '$' && at_ + 1 == text_.size()) {
      ++at_;
      out_.items_.push_back({Kind::end, 0, 0, 0, 0, {}});
      return;
    }
    if (c == '%' && at_ + 1 < text_.size()) {
      const char next = text_[at_ + 1];
      if (next == 'b') return read_balance();
      if (next == 'f') return read_frontier();
      if (is_digit(static_cast<unsigned char>(next))) return read_back_reference(next);
    }
    read_single();
  }
  void read_open() {
    const bool is_position = is_at(at_ + 1, ')');
    if (captures_ == PatternMatch::kCapturesMax) {
      fail("too many captures");
      return;
    }
    Item item;
    item.kind = is_position ? Kind::open_position : Kind::open;
    item.number = static_cast<std::uint8_t>(captures_);
    out_.items_.push_back(item);
    if (!is_position) open_.push_back(captures_);
    closed_[captures_++] = is_position;
    at_ += is_position ? 2 : 1;
  }
  void read_close() {
    if (open_.empty()) {
      fail("invalid pattern capture");
      return;
    }
    Item item;
    item.kind = Kind::close;
    item.number = static_cast<std::uint8_t>(open_.back());
    closed_[open_.back()] = true;
    open_.pop_back();
    out_.items_.push_back(item);
    ++at_;
  }
  void read_balance() {
    if (at_ + 3 >= text_.size()) {
      fail("malformed pattern (missing arguments to '%b')");
      return;
    }
    Item item;
    item.kind = Kind::balance;
    item.from = static_cast<unsigned char>(text_[at_ + 2]);
    item.to = static_cast<unsigned char>(text_[at_ + 3]);
    out_.items_.push_back(item);
    at_ += 4;
  }
  void read_frontier() {
    at_ += 2;
    if (!is_at(at_, '[')) {
      fail("missing '[' after '%f' in pattern");
      return;
    }
    Item item;
    item.kind = Kind::frontier;
    if (const auto set = read_set()) item.set = *set;
    out_.items_.push_back(item);
  }
  void read_back_reference(char digit) {
    const int index = digit - '1';
    if (index < 0 || static_cast<std::size_t>(index) >= captures_ ||
        !closed_[static_cast<std::size_t>(index)]) {
      fail(fmt::format("invalid capture index %{}", index + 1));
      return;
    }
    Item item;
    item.kind = Kind::back_reference;
    item.number = static_cast<std::uint8_t>(index);
    out_.items_.push_back(item);
    at_ += 2;
  }
  void read_single() {
    Item item;
    const char c = text_[at_];
    if (c == '[') {
      const auto set = read_set();
      if (!set) return;
      item.set = *set;
    } else if (c == '%') {
      if (at_ + 1 == text_.size()) {
        fail("malformed pattern (ends with '%')");
        return;
      }
      item.set = escaped(text_[at_ + 1]);
      at_ += 2;
    } else {
      c == '.' ? item.set.set() : item.set.set(static_cast<unsigned char>(c));
      ++at_;
    }
    static constexpr std::string_view kRepeats = "*+-?";
    if (at_ < text_.size() && kRepeats.find(text_[at_]) != std::string_view::npos)
      item.repeats = text_[at_++];
    out_.items_.push_back(item);
  }
  /// From '[' to behind its ']'; a ']' directly behind '[' or '[^' is one of the set.
  std::optional<Set> read_set() {
    Set set;
    const bool is_complement = is_at(at_ + 1, '^');
    at_ += is_complement ? 2 : 1;
    for (bool first = true;; first = false) {
      if (at_ >= text_.size()) return missing_bracket();
      const char c = text_[at_];
      if (c == ']' && !first) break;
      if (c == '%') {
        if (at_ + 1 >= text_.size()) return missing_bracket();
        set |= escaped(text_[at_ + 1]);
        at_ += 2;
      } else if (is_at(at_ + 1, '-') && at_ + 2 < text_.size() && text_[at_ + 2] != ']') {
        for (unsigned i = static_cast<unsigned char>(c);
             i <= static_cast<unsigned char>(text_[at_ + 2]); ++i)
          set.set(i);
        at_ += 3;
      } else {
        set.set(static_cast<unsigned char>(c));
        ++at_;
      }
    }
    ++at_;
    return is_complement ? ~set : set;
  }
  std::optional<Set> missing_bracket() {
    fail("malformed pattern (missing ']')");
    return std::nullopt;
  }

  std::string_view text_;
  Pattern& out_;
  std::size_t at_ = 0;
  std::size_t captures_ = 0;
  std::vector<std::size_t> open_;
  std::array<bool, PatternMatch::kCapturesMax> closed_{};
};

/// One attempt at one place. Choices recurse; what has none is a loop.
class Pattern::Run {
 public:
  Run(const std::vector<Item>& items, std::string_view subject, std::int64_t& steps,
      PatternMatch& match)
      : items_(items), subject_(subject), steps_(steps), match_(match) {}

  bool from(std::size_t item, std::size_t at) {
    if (depth_ == kDepthMax) return stop(PatternMatch::End::too_deep);
    ++depth_;
    const bool matched = go(item, at);
    --depth_;
    return matched;
  }

 private:
  bool stop(PatternMatch::End how) {
    match_.how = how;
    return false;
  }
  bool is_stopped() const { return match_.how != PatternMatch::End::failed; }
  bool step() {
    if (--steps_ < 0) return stop(PatternMatch::End::out_of_steps);
    return true;
  }
  bool fits(const Item& item, std::size_t at) const {
    return at < subject_.size() && item.set[static_cast<unsigned char>(subject_[at])];
  }

  bool go(std::size_t i, std::size_t at) {
    for (; i < items_.size(); ++i) {
      if (!step()) return false;
      const Item& item = items_[i];
      switch (item.kind) {
        case Kind::single:
          if (item.repeats != 0) return repeated(i, at);
          if (!fits(item, at)) return false;
          ++at;
          break;
        case Kind::balance:
          if (!balance(item, at)) return false;
          break;
        case Kind::frontier:
          if (!is_frontier(item, at)) return false;
          break;
        case Kind::end:
          if (at != subject_.size()) return false;
          break;
        case Kind::back_reference:
          if (!repeats_capture(item, at)) return false;
          break;
        case Kind::open:
        case Kind::open_position:
        case Kind::close:
          return capture(i, at);
      }
    }
    match_.end = at;
    return true;
  }
  bool repeated(std::size_t i, std::size_t at) {
    const Item& item = items_[i];
    if (item.repeats == '?') {
      if (fits(item, at) && from(i + 1, at + 1)) return true;
      return !is_stopped() && from(i + 1, at);
    }
    if (item.repeats == '-') return shortest(i, at);
    if (item.repeats == '+') return fits(item, at) && longest(i, at + 1);
    return longest(i, at);
  }
  bool longest(std::size_t i, std::size_t at) {
    std::size_t end = at;
    while (fits(items_[i], end)) {
      if (!step()) return false;
      ++end;
    }
    while (true) {
      if (from(i + 1, end)) return true;
      if (is_stopped() || end == at) return false;
      --end;
    }
  }
  bool shortest(std::size_t i, std::size_t at) {
    while (true) {
      if (from(i + 1, at)) return true;
      if (is_stopped() || !fits(items_[i], at) || !step()) return false;
      ++at;
    }
  }
  bool balance(const Item& item, std::size_t& at) {
    if (at >= subject_.size() || static_cast<unsigned char>(subject_[at]) != item.from)
      return false;
    std::size_t open = 1;
    for (std::size_t i = at + 1; i < subject_.size(); ++i) {
      if (!step()) return false;
      const auto c = static_cast<unsigned char>(subject_[i]);
      if (c == item.to) {
        if (--open == 0) {
          at = i + 1;
          return true;
        }
      } else if (c == item.from) {
        ++open;
      }
    }
    return false;
  }
  /// The ends of the subject count as zero bytes.
  bool is_frontier(const Item& item, std::size_t at) const {
    const auto code = [&](std::size_t i) {
      return i < subject_.size() ? static_cast<unsigned char>(subject_[i]) : 0U;
    };
    return !item.set[at == 0 ? 0U : code(at - 1)] && item.set[code(at)];
  }
  bool repeats_capture(const Item& item, std::size_t& at) {
    const PatternMatch::Capture& earlier = match_.captures[item.number];
    // A position captures no characters.
    const std::size_t length = earlier.is_position ? 0 : earlier.end - earlier.begin;
    steps_ -= static_cast<std::int64_t>(length);
    if (subject_.size() - at < length ||
        subject_.substr(earlier.begin, length) != subject_.substr(at, length))
      return false;
    at += length;
    return true;
  }
  bool capture(std::size_t i, std::size_t at) {
    const Item& item = items_[i];
    PatternMatch::Capture& own = match_.captures[item.number];
    const PatternMatch::Capture before = own;
    const std::size_t count = match_.capture_count;
    if (item.kind == Kind::close) {
      own.end = at;
    } else {
      own = {at, at, item.kind == Kind::open_position};
      match_.capture_count = count + 1;
    }
    if (from(i + 1, at)) return true;
    own = before;
    match_.capture_count = count;
    return false;
  }

  const std::vector<Item>& items_;
  std::string_view subject_;
  std::int64_t& steps_;
  PatternMatch& match_;
  std::size_t depth_ = 0;
};

Pattern::Pattern(std::string_view text, bool anchors) {
  if (anchors && text.starts_with('^')) {
    is_anchored_ = true;
    text.remove_prefix(1);
  }
  if (text.size() > kTextBytesMax)
    error_ = "pattern too long";
  else
    Compiler(text, *this).run();
}

PatternMatch Pattern::match_at(std::string_view subject, std::size_t at,
                               std::int64_t& steps_left) const {
  PatternMatch match;
  if (!error_.empty() || at > subject.size()) return match;
  match.begin = at;
  if (Run(items_, subject, steps_left, match).from(0, at)) match.how = PatternMatch::End::matched;
  return match;
}

PatternMatch Pattern::search(std::string_view subject, std::size_t from,
                             std::int64_t& steps_left) const {
  PatternMatch match;
  for (std::size_t at = from; at <= subject.size(); ++at) {
    match = match_at(subject, at, steps_left);
    if (match.how != PatternMatch::End::failed || is_anchored_) return match;
  }
  return match;
}

bool append_replacement(std::string& out, std::string_view replacement, std::string_view subject,
                        const PatternMatch& match, std::string& error) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '%') {
      out += replacement[i];
      continue;
    }
    const char next = ++i < replacement.size() ? replacement[i] : '\0';
    if (next == '%') {
      out += '%';
    } else if (next == '0' || (next == '1' && match.capture_count == 0)) {
      out += subject.substr(match.begin, match.end - match.begin);
    } else if (next >= '1' && next <= '9') {
      const auto index = static_cast<std::size_t>(next - '1');
      if (index >= match.capture_count) {
        error = fmt::format("invalid capture index %{} in replacement string", index + 1);
        return false;
      }
      const PatternMatch::Capture& capture = match.captures[index];
      if (capture.is_position)
        out += std::to_string(capture.begin + 1);
      else
        out += subject.substr(capture.begin, capture.end - capture.begin);
    } else {
      error = "invalid use of '%' in replacement string";
      return false;
    }
  }
  return true;
}

}  // namespace lunsim::lua
