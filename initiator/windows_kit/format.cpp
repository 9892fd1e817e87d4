#include "initiator/windows_kit/format.hpp"

#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "initiator/windows_kit/code_points.hpp"

namespace lunsim::windows_kit {
namespace {

enum class Size { none, half_half, half, l, ll, w, i32, machine, long_double };

struct Spec {
  bool left = false, plus = false, zero = false, space = false, alternative = false;
  int width = 0;
  int precision = -1;  // none
  Size size = Size::none;
  char conversion = 0;
};

/// va_list as a value that can be handed on.
struct Arguments {
  std::va_list list;
};

template <class Unit>
class Formatter {
 public:
  explicit Formatter(Sink<Unit> sink) : sink_(sink) {}

  int run(const Unit* text, Arguments& arguments) {
    while (*text != 0) {
      const Unit* literal = text;
      while (*text != 0 && *text != '%') ++text;
      put(literal, static_cast<std::size_t>(text - literal));
      if (*text == 0) break;
      Spec spec;
      ++text;
      if (!read(text, spec, arguments) || !convert(spec, arguments)) return -1;
    }
    return static_cast<int>(count_);
  }

 private:
  using Other = std::conditional_t<std::is_same_v<Unit, char>, char16_t, char>;

  void put(const Unit* units, std::size_t count) {
    if (count > 0) sink_.put(sink_.to, units, count);
    count_ += count;
  }
  void fill(Unit unit, long times) {
    for (; times > 0; --times) put(&unit, 1);
  }

  // --- %[flags][width][.precision][size]conversion ---

  static int number(const Unit*& at, Arguments& arguments) {
    if (*at == '*') return ++at, va_arg(arguments.list, int);
    int value = 0;
    for (; *at >= '0' && *at <= '9'; ++at)
      if (value < 100'000'000) value = value * 10 + static_cast<int>(*at - '0');
    return value;
  }
  static bool read(const Unit*& at, Spec& spec, Arguments& arguments) {
    for (;; ++at) {
      if (*at == '-')
        spec.left = true;
      else if (*at == '+')
        spec.plus = true;
      else if (*at == '0')
        spec.zero = true;
      else if (*at == ' ')
        spec.space = true;
      else if (*at == '#')
        spec.alternative = true;
      else
        break;
    }
    spec.width = number(at, arguments);
    if (spec.width < 0) {
      spec.left = true;
      spec.width = -spec.width;
    }
    if (*at == '.') spec.precision = number(++at, arguments);
    read_size(at, spec);
    if (*at == 0 || *at > 0x7E) return false;
    spec.conversion = static_cast<char>(*at++);
    return true;
  }
  static bool take(const Unit*& at, const char* word) {
    std::size_t length = 0;
    for (; word[length] != 0; ++length)
      if (at[length] != static_cast<Unit>(word[length])) return false;
    at += length;
    return true;
  }
  static void read_size(const Unit*& at, Spec& spec) {
    constexpr struct {
      const char* word;
      Size size;
    } kSizes[] = {{"hh", Size::half_half}, {"h", Size::half},    {"ll", Size::ll},
                  {"l", Size::l},          {"w", Size::w},       {"I64", Size::ll},
                  {"I32", Size::i32},      {"I", Size::machine}, {"j", Size::ll},
                  {"z", Size::machine},    {"t", Size::machine}, {"L", Size::long_double}};
    for (const auto& known : kSizes) {
      if (!take(at, known.word)) continue;
      spec.size = known.size;
      return;
    }
  }

  bool convert(const Spec& spec, Arguments& arguments) {
    switch (spec.conversion) {
      case '%':
        return fill('%', 1), true;
      case 'd':
      case 'i':
        return put_signed(spec, arguments), true;
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return put_unsigned(spec, arguments), true;
      case 'p':
        return put_pointer(spec, arguments), true;
      case 'c':
      case 'C':
        return put_character(spec, arguments), true;
      case 's':
      case 'S':
        return put_text(spec, arguments), true;
      case 'a':
      case 'A':
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return put_real(spec, arguments);
      default:
        return false;
    }
  }

  // --- numbers ---

  static bool is_wide_number(Size size) { return size == Size::ll || size == Size::machine; }

  void put_signed(const Spec& spec, Arguments& arguments) {
    long long value =
        is_wide_number(spec.size) ? va_arg(arguments.list, long long) : va_arg(arguments.list, int);
    if (spec.size == Size::half) value = static_cast<short>(value);
    if (spec.size == Size::half_half) value = static_cast<signed char>(value);
    const char* sign = value < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : "";
    const auto magnitude = static_cast<unsigned long long>(value);
    put_digits(spec, value < 0 ? 0 - magnitude : magnitude, 10, sign);
  }
  void put_unsigned(const Spec& spec, Arguments& arguments) {
    unsigned long long value = is_wide_number(spec.size)
                                   ? va_arg(arguments.list, unsigned long long)
                                   : va_arg(arguments.list, unsigned);
    if (spec.size == Size::half) value = static_cast<unsigned short>(value);
    if (spec.size == Size::half_half) value = static_cast<unsigned char>(value);
    const bool is_hex = spec.conversion == 'x' || spec.conversion == 'X';
    const char* prefix = "";
    if (spec.alternative && value != 0 && is_hex) prefix = spec.conversion == 'x' ? "0x" : "0X";
    put_digits(spec, value, is_hex ? 16 : spec.conversion == 'o' ? 8 : 10, prefix);
  }
  /// All digits, in capitals, and no prefix.
  void put_pointer(Spec spec, Arguments& arguments) {
    spec.conversion = 'X';
    spec.precision = 2 * static_cast<int>(sizeof(void*));
    const auto value = reinterpret_cast<std::size_t>(va_arg(arguments.list, void*));
    put_digits(spec, value, 16, "");
  }
  void put_digits(const Spec& spec, unsigned long long value, unsigned base, const char* prefix) {
    const char* figures = spec.conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[24];
    std::size_t first = sizeof digits;
    for (; value != 0; value /= base) digits[--first] = figures[value % base];
    const std::size_t count = sizeof digits - first;
    const std::size_t least = spec.precision < 0 ? 1 : static_cast<std::size_t>(spec.precision);
    std::size_t zeros = least > count ? least - count : 0;
    if (spec.alternative && base == 8 && zeros == 0) zeros = 1;  // one is enough, and 0 is one
    put_number(spec, prefix, zeros, digits + first, count, spec.precision < 0);
  }
  void put_number(const Spec& spec, const char* prefix, std::size_t zeros, const char* digits,
                  std::size_t count, bool may_pad_with_zeros) {
    const std::size_t length = std::strlen(prefix) + zeros + count;
    const long padding = spec.width - static_cast<long>(length);
    const bool with_zeros = spec.zero && !spec.left && may_pad_with_zeros;
    if (!spec.left && !with_zeros) fill(' ', padding);
    put_ascii(prefix, std::strlen(prefix));
    if (with_zeros) fill('0', padding);
    fill('0', static_cast<long>(zeros));
    put_ascii(digits, count);
    if (spec.left) fill(' ', padding);
  }
  void put_ascii(const char* text, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) fill(static_cast<Unit>(text[i]), 1);
  }
  /// The C library's digits; sign and padding are ours.
  bool put_real(const Spec& spec, Arguments& arguments) {
    const double value = spec.size == Size::long_double
                             ? static_cast<double>(va_arg(arguments.list, long double))
                             : va_arg(arguments.list, double);
    constexpr int kPrecisionMax = 500;
    const int precision = spec.precision < 0 ? 6 : spec.precision;
    char how[8] = "%.";
    char* at = how + 2;
    const int shown = precision < kPrecisionMax ? precision : kPrecisionMax;
    if (shown >= 100) *at++ = static_cast<char>('0' + shown / 100);
    if (shown >= 10) *at++ = static_cast<char>('0' + shown / 10 % 10);
    *at++ = static_cast<char>('0' + shown % 10);
    *at++ = spec.conversion;
    *at = 0;
    char digits[1024];
    if (strfromd(digits, sizeof digits, how, value) < 0) return false;
    const bool is_negative = digits[0] == '-';
    const char* text = digits + (is_negative ? 1 : 0);
    const char* sign = is_negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
    const bool is_finite = *text >= '0' && *text <= '9';
    put_number(spec, sign, 0, text, std::strlen(text), is_finite);
    return true;
  }

  // --- text ---

  /// Whether a text or character argument has 16 bits.
  static bool is_wide(const Spec& spec) {
    if (spec.size == Size::half || spec.size == Size::half_half) return false;
    if (spec.size == Size::l || spec.size == Size::w) return true;
    const bool is_of_the_format = spec.conversion == 's' || spec.conversion == 'c';
    return std::is_same_v<Unit, char16_t> == is_of_the_format;
  }

  void put_character(Spec spec, Arguments& arguments) {
    const int value = va_arg(arguments.list, int);
    spec.precision = 1;
    if (is_wide(spec)) {
      const auto unit = static_cast<char16_t>(value);
      put_units(spec, &unit, 1);
    } else {
      const auto unit = static_cast<char>(value);
      put_units(spec, &unit, 1);
    }
  }
  void put_text(const Spec& spec, Arguments& arguments) {
    const void* text = va_arg(arguments.list, const void*);
    if (is_wide(spec)) {
      put_limited(spec, text != nullptr ? static_cast<const char16_t*>(text) : u"(null)");
    } else {
      put_limited(spec, text != nullptr ? static_cast<const char*>(text) : "(null)");
    }
  }
  /// No unit behind the precision is read: there need not be a NUL.
  template <class From>
  void put_limited(const Spec& spec, const From* text) {
    std::size_t length = 0;
    while ((spec.precision < 0 || length < static_cast<std::size_t>(spec.precision)) &&
           text[length] != 0)
      ++length;
    put_units(spec, text, length);
  }
  void put_units(const Spec& spec, const Unit* text, std::size_t length) {
    const long padding = spec.width - static_cast<long>(length);
    if (!spec.left) fill(spec.zero ? '0' : ' ', padding);
    put(text, length);
    if (spec.left) fill(' ', padding);
  }
  void put_units(const Spec& spec, const Other* text, std::size_t length) {
    const Other* const end = text + length;
    Unit units[4];
    long wanted = 0;
    for (const Other* at = text; at != end;) {
      const CodePoint one = first_of(at, end);
      wanted += static_cast<long>(write(one.value, units));
      at += one.units;
    }
    if (!spec.left) fill(spec.zero ? '0' : ' ', spec.width - wanted);
    for (const Other* at = text; at != end;) {
      const CodePoint one = first_of(at, end);
      put(units, write(one.value, units));
      at += one.units;
    }
    if (spec.left) fill(' ', spec.width - wanted);
  }

  Sink<Unit> sink_;
  std::size_t count_ = 0;
};

template <class Unit>
int format_text(Sink<Unit> sink, const Unit* text, std::va_list arguments) {
  Arguments own;
  va_copy(own.list, arguments);
  const int count = Formatter<Unit>(sink).run(text, own);
  va_end(own.list);
  return count;
}

}  // namespace

int format(Sink<char> sink, const char* text, std::va_list arguments) {
  return format_text(sink, text, arguments);
}
int format(Sink<char16_t> sink, const char16_t* text, std::va_list arguments) {
  return format_text(sink, text, arguments);
}

}  // namespace lunsim::windows_kit
