#include "scenarios/engine/matcher.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using Kind = Matcher::Kind;

std::optional<std::string> differs(const Matcher& matcher, const Seen& seen) {
  return fmt::format("expected {}, seen {}", describe(matcher), describe(seen));
}

std::optional<std::string> judge_number(const Matcher& matcher, const Seen& seen,
                                        const Variables& variables) {
  const auto bound = value_of(matcher.number, variables);
  if (!bound) return "the variable " + matcher.number.variable + " has no value here";
  if (seen.kind != Seen::Kind::number) return differs(matcher, seen);
  const std::uint64_t value = seen.number;
  bool fits = false;
  switch (matcher.kind) {
    case Kind::number:
      fits = value == *bound;
      break;
    case Kind::at_least:
      fits = value >= *bound;
      break;
    case Kind::at_most:
      fits = value <= *bound;
      break;
    case Kind::below:
      fits = value < *bound;
      break;
    case Kind::above:
      fits = value > *bound;
      break;
    default: {
      const auto upper = value_of(matcher.upper, variables);
      fits = upper && value >= *bound && value <= *upper;
    }
  }
  if (fits) return std::nullopt;
  return differs(matcher, seen);
}

std::optional<std::string> judge_bytes(const Matcher& matcher, const Seen& seen) {
  const std::size_t have = seen.kind == Seen::Kind::bytes && seen.valid_bytes == 0
                               ? seen.bytes.size()
                               : std::min(seen.valid_bytes, seen.bytes.size());
  const bool size_fits =
      matcher.is_prefix ? have >= matcher.bytes.size() : have == matcher.bytes.size();
  if (size_fits && std::equal(matcher.bytes.begin(), matcher.bytes.end(), seen.bytes.begin()))
    return std::nullopt;
  std::vector<std::byte> valid(seen.bytes.begin(),
                               seen.bytes.begin() + static_cast<std::ptrdiff_t>(have));
  return fmt::format("expected {}, seen {}", describe(matcher), format_hex(valid));
}

/// `*` any number of characters, `?` one; all others stand for themselves in their very case: what
/// an API tells is compared, not what a person typed.
bool fits_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// A variable in it that has no value here; what is compared with it differs always, and `not`
/// must not make a match of that.
bool has_unknown(const Matcher& matcher, const Variables& variables) {
  return !value_of(matcher.number, variables) || !value_of(matcher.upper, variables) ||
         std::any_of(matcher.of.begin(), matcher.of.end(),
                     [&](const Matcher& part) { return has_unknown(part, variables); });
}

/// What is not there is not different: only the raw bytes of a buffer can be, whatever they mean.
std::optional<std::string> judge_negation(const Matcher& matcher, const Seen& seen,
                                          const Variables& variables) {
  const Matcher& inner = matcher.of.front();
  const bool of_bytes =
      inner.kind == Kind::bytes || inner.kind == Kind::zeros || inner.kind == Kind::untouched;
  if (seen.kind == Seen::Kind::absent && !(of_bytes && seen.is_buffer))
    return differs(matcher, seen);
  if (has_unknown(inner, variables)) return "a variable of it has no value here";
  if (mismatch(inner, seen, variables)) return std::nullopt;
  return differs(matcher, seen);
}

std::optional<std::string> judge_untouched(const Seen& seen) {
  if (seen.has_before) {
    if (seen.number == seen.number_before) return std::nullopt;
    return fmt::format("expected to stay {}, seen {}", seen.number_before, describe(seen));
  }
  if (!seen.is_buffer || seen.before.size() != seen.bytes.size())
    return "expected untouched, but nothing is known of before: seen " + describe(seen);
  for (std::size_t i = 0; i < seen.bytes.size(); ++i)
    if (seen.bytes[i] != seen.before[i])
      return fmt::format("expected untouched, byte {} of {} was written", i, seen.bytes.size());
  return std::nullopt;
}

std::optional<std::string> judge_zeros(const Seen& seen) {
  const std::size_t have = std::min(seen.valid_bytes, seen.bytes.size());
  for (std::size_t i = 0; i < have; ++i)
    if (seen.bytes[i] != std::byte{0}) return fmt::format("expected zeros, byte {} is not", i);
  if (have == 0) return "expected zeros, seen nothing";
  return std::nullopt;
}

std::optional<std::string> judge_record(const Matcher& matcher, const Seen& seen,
                                        const Variables& variables) {
  if (seen.kind != Seen::Kind::record) return differs(matcher, seen);
  for (std::size_t i = 0; i < matcher.fields.size(); ++i) {
    const Seen* field = seen.field(matcher.fields[i]);
    const Seen nothing = Seen::absent_because("not there");
    if (auto why = mismatch(matcher.of[i], field != nullptr ? *field : nothing, variables))
      return matcher.fields[i] + ": " + *why;
  }
  return std::nullopt;
}

std::optional<std::string> judge_list(const Matcher& matcher, const Seen& seen,
                                      const Variables& variables) {
  if (seen.kind != Seen::Kind::list) return differs(matcher, seen);
  if (matcher.kind == Kind::count)
    return mismatch(matcher.of.front(), Seen::of_number(seen.items.size()), variables);
  if (matcher.kind == Kind::contains) {
    for (const Matcher& wanted : matcher.of) {
      const bool there = std::any_of(seen.items.begin(), seen.items.end(), [&](const Seen& item) {
        return !mismatch(wanted, item, variables);
      });
      if (!there) return fmt::format("expected {} among {}", describe(wanted), describe(seen));
    }
    return std::nullopt;
  }
  if (matcher.of.size() != seen.items.size())
    return fmt::format("expected {} entries, seen {}: {}", matcher.of.size(), seen.items.size(),
                       describe(seen));
  for (std::size_t i = 0; i < matcher.of.size(); ++i)
    if (auto why = mismatch(matcher.of[i], seen.items[i], variables))
      return fmt::format("entry {}: {}", i + 1, *why);
  return std::nullopt;
}

std::string join(const std::vector<Matcher>& parts) {
  std::string out;
  for (const Matcher& part : parts) out += (out.empty() ? "" : ", ") + describe(part);
  return out;
}

}  // namespace

std::optional<std::uint64_t> value_of(const Number& number, const Variables& variables) {
  if (number.variable.empty()) return number.value;
  const auto found = variables.find(number.variable);
  if (found == variables.end()) return std::nullopt;
  const std::uint64_t base = found->second.number;
  const std::uint64_t sum = base + static_cast<std::uint64_t>(number.offset);
  const bool wrapped = number.offset < 0 ? sum > base : sum < base;
  if (wrapped) return std::nullopt;
  return sum;
}

std::string describe(const Number& number) {
  if (number.variable.empty()) return std::to_string(number.value);
  if (number.offset == 0) return "$" + number.variable;
  return fmt::format("${}{:+}", number.variable, number.offset);
}

Seen Seen::absent_because(std::string why) {
  Seen seen;
  seen.text = std::move(why);
  return seen;
}
Seen Seen::of_number(std::uint64_t value, Names names) {
  Seen seen;
  seen.kind = Kind::number;
  seen.number = value;
  seen.names = names;
  return seen;
}
Seen Seen::of_text(std::string value) {
  Seen seen;
  seen.kind = Kind::text;
  seen.text = std::move(value);
  return seen;
}
Seen Seen::of_bytes(std::vector<std::byte> value) {
  Seen seen;
  seen.kind = Kind::bytes;
  seen.valid_bytes = value.size();
  seen.bytes = std::move(value);
  return seen;
}
void Seen::add(std::string name, Seen value) {
  field_names.push_back(std::move(name));
  items.push_back(std::move(value));
}
const Seen* Seen::field(std::string_view name) const {
  for (std::size_t i = 0; i < field_names.size(); ++i)
    if (field_names[i] == name) return &items[i];
  return nullptr;
}

std::string describe(const Seen& seen) {
  switch (seen.kind) {
    case Seen::Kind::absent:
      return seen.text.empty() ? "nothing" : "nothing (" + seen.text + ")";
    case Seen::Kind::number:
      return show_number(seen.number, seen.names);
    case Seen::Kind::text:
      return '"' + seen.text + '"';
    case Seen::Kind::bytes:
      return format_hex(seen.bytes);
    case Seen::Kind::record: {
      std::string out = "{";
      for (std::size_t i = 0; i < seen.items.size(); ++i)
        out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", seen.field_names[i],
                           describe(seen.items[i]));
      return out + "}";
    }
    case Seen::Kind::list: {
      std::string out = "[";
      constexpr std::size_t kShownMax = 12;
      for (std::size_t i = 0; i < seen.items.size() && i < kShownMax; ++i)
        out += (i == 0 ? "" : ", ") + describe(seen.items[i]);
      if (seen.items.size() > kShownMax) out += fmt::format(", ... ({} in all)", seen.items.size());
      return out + "]";
    }
  }
  return {};
}

std::string describe(const Matcher& matcher) {
  const auto number = [&](const Number& n) {
    return n.variable.empty() ? show_number(n.value, matcher.names) : describe(n);
  };
  switch (matcher.kind) {
    case Kind::any:
      return "anything";
    case Kind::number:
      return number(matcher.number);
    case Kind::text:
      return '"' + matcher.text + '"';
    case Kind::bytes:
      return (matcher.is_prefix ? "bytes that begin " : "") + format_hex(matcher.bytes);
    case Kind::one_of:
      return "one of " + join(matcher.of);
    case Kind::negation:
      return "not " + join(matcher.of);
    case Kind::at_least:
      return "at least " + number(matcher.number);
    case Kind::at_most:
      return "at most " + number(matcher.number);
    case Kind::below:
      return "below " + number(matcher.number);
    case Kind::above:
      return "above " + number(matcher.number);
    case Kind::between:
      return number(matcher.number) + " to " + number(matcher.upper);
    case Kind::untouched:
      return "untouched";
    case Kind::zeros:
      return "zeros";
    case Kind::record: {
      std::string out = "{";
      for (std::size_t i = 0; i < matcher.of.size(); ++i)
        out +=
            fmt::format("{}{}: {}", i == 0 ? "" : ", ", matcher.fields[i], describe(matcher.of[i]));
      return out + "}";
    }
    case Kind::list:
      return "[" + join(matcher.of) + "]";
    case Kind::contains:
      return "a list with " + join(matcher.of);
    case Kind::count:
      return "a list of " + join(matcher.of) + " entries";
  }
  return {};
}

std::optional<std::string> mismatch(const Matcher& matcher, const Seen& seen,
                                    const Variables& variables) {
  switch (matcher.kind) {
    case Kind::any:
      return std::nullopt;
    case Kind::number:
    case Kind::at_least:
    case Kind::at_most:
    case Kind::below:
    case Kind::above:
    case Kind::between:
      return judge_number(matcher, seen, variables);
    case Kind::text:
      if (seen.kind == Seen::Kind::text && fits_glob(matcher.text, seen.text)) return std::nullopt;
      return differs(matcher, seen);
    case Kind::bytes:
      return judge_bytes(matcher, seen);
    case Kind::one_of:
      for (const Matcher& choice : matcher.of)
        if (!mismatch(choice, seen, variables)) return std::nullopt;
      return differs(matcher, seen);
    case Kind::negation:
      return judge_negation(matcher, seen, variables);
    case Kind::untouched:
      return judge_untouched(seen);
    case Kind::zeros:
      return judge_zeros(seen);
    case Kind::record:
      return judge_record(matcher, seen, variables);
    case Kind::list:
    case Kind::contains:
    case Kind::count:
      return judge_list(matcher, seen, variables);
  }
  return std::nullopt;
}

}  // namespace lunsim::scenarios
