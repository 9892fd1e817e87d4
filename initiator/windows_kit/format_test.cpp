// The printing functions' formatter, form by form. Origin of the expectations: Microsoft's
// "Format specification syntax: printf and wprintf functions"; tools/peers/wine.py holds the same
// program against Wine's C library.
#include "initiator/windows_kit/format.hpp"
#include "initiator/windows_kit/print.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdarg>
#include <limits>
#include <string>

namespace {

using namespace lunsim::windows_kit;

template <class Unit>
struct Printed {
  int count;
  std::basic_string<Unit> text;
};

template <class Unit>
Printed<Unit> print(const Unit* format_text, ...) {
  std::basic_string<Unit> room(4096, Unit{0});
  Buffer<Unit> buffer{room.data(), room.size()};
  std::va_list arguments;
  va_start(arguments, format_text);
  const int count = format(buffer.sink(), format_text, arguments);
  va_end(arguments);
  room.resize(std::min(buffer.wanted, room.size()));
  return {count, room};
}
template <class... Arguments>
std::string narrow(const char* text, Arguments... arguments) {
  return print(text, arguments...).text;
}
/// As ASCII, for the eye; what is more becomes \xxxx.
template <class... Arguments>
std::string wide(const char16_t* text, Arguments... arguments) {
  std::string shown;
  for (const char16_t unit : print(text, arguments...).text) {
    if (unit < 0x80) {
      shown.push_back(static_cast<char>(unit));
    } else {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\%04X", unit);
      shown += hex;
    }
  }
  return shown;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(format_of_microsoft)

BOOST_AUTO_TEST_CASE(s_has_the_width_of_the_format_and_capital_s_the_other) {
  BOOST_TEST(narrow("%s|%S|%hs|%ls|%ws|%hS|%lS", "a", u"b", "c", u"d", u"e", "f", u"g") ==
             "a|b|c|d|e|f|g");
  BOOST_TEST(wide(u"%s|%S|%hs|%ls|%ws|%hS|%lS", u"a", "b", "c", u"d", u"e", "f", u"g") ==
             "a|b|c|d|e|f|g");
  BOOST_TEST(narrow("%c%C%hc%lc", 'a', u'b', 'c', u'd') == "abcd");
  BOOST_TEST(wide(u"%c%C%hc%lc", u'a', 'b', 'c', u'd') == "abcd");
  BOOST_TEST(narrow("%s %S", static_cast<char*>(nullptr), static_cast<char16_t*>(nullptr)) ==
             "(null) (null)");
}

BOOST_AUTO_TEST_CASE(texts_of_the_other_width_are_converted) {
  BOOST_TEST(narrow("%S", u"h\u00e9\u4e16\U0001F600") == "h\u00e9\u4e16\U0001F600");
  BOOST_TEST(wide(u"%S", "h\u00e9\u4e16\U0001F600") == "h\\00E9\\4E16\\D83D\\DE00");
  const char16_t half[] = {u'a', 0xD800, u'b', 0};
  BOOST_TEST(narrow("%S", half) == "a\ufffdb");
  BOOST_TEST(wide(u"%s", half) == "a\\D800b");
  BOOST_TEST(wide(u"%S", "a\xFF\xC3") == "a\\FFFD\\FFFD");
}

BOOST_AUTO_TEST_CASE(a_precision_bounds_what_is_read) {
  const char unended[] = {'a', 'b', 'c'};
  BOOST_TEST(narrow("%.3s|%.0s|%5.2s|%-5.2s|", unended, unended, unended, unended) ==
             "abc||   ab|ab   |");
  const char16_t wide_unended[] = {u'x', u'y'};
  BOOST_TEST(wide(u"%.2s|%*.*s", wide_unended, 4, 1, wide_unended) == "xy|   x");
}

BOOST_AUTO_TEST_CASE(l_is_32_bits_and_i64_is_64) {
  const unsigned long long many = 0x1234567890ABCDEFull;
  BOOST_TEST(narrow("%I64x %llX %I64d", many, many, std::numeric_limits<long long>::min()) ==
             "1234567890abcdef 1234567890ABCDEF -9223372036854775808");
  BOOST_TEST(narrow("%ld %lu %I32d %lx", -1, 0xFFFFFFFFu, -2, 0xEFFF003Fu) ==
             "-1 4294967295 -2 efff003f");
  BOOST_TEST(narrow("%Iu %zu %Id", std::size_t{1} << 40, std::size_t{7}, -3LL) ==
             "1099511627776 7 -3");
  BOOST_TEST(narrow("%hd %hu %hhd %hhu", 70000, 70000, 300, 300) == "4464 4464 44 44");
  BOOST_TEST(narrow("%p", reinterpret_cast<void*>(0xABC)) == "0000000000000ABC");
}

BOOST_AUTO_TEST_CASE(flags_width_and_precision_of_numbers) {
  BOOST_TEST(narrow("[%5d][%-5d][%05d][%+d][% d][%.3d][%5.3d][%05.3d]", 42, 42, 42, 42, 42, 42, 42,
                    42) == "[   42][42   ][00042][+42][ 42][042][  042][  042]");
  BOOST_TEST(narrow("[%#x][%#X][%#o][%08x][%#010x][%.0d]", 255, 255, 8, 255, 255, 0) ==
             "[0xff][0XFF][010][000000ff][0x000000ff][]");
  BOOST_TEST(narrow("[%#o][%#.0o][%#.3o][%#.1o][%#05o]", 0, 0, 8, 8, 8) ==
             "[0][0][010][010][00010]");
  BOOST_TEST(narrow("[%-+6d][%*d][%*d]", 7, 4, 7, -4, 7) == "[+7    ][   7][7   ]");
  BOOST_TEST(narrow("100%%") == "100%");
}

BOOST_AUTO_TEST_CASE(real_numbers_are_the_c_librarys) {
  BOOST_TEST(narrow("[%f][%.2f][%8.3f][%-8.1f][%08.2f][%+.1f]", 1.5, 3.14159, 2.5, 2.5, -1.5,
                    1.0) == "[1.500000][3.14][   2.500][2.5     ][-0001.50][+1.0]");
  BOOST_TEST(narrow("%g %G %.3e", 0.0001, 1e20, 12345.678) == "0.0001 1E+20 1.235e+04");
  BOOST_TEST(wide(u"%.1f", 0.25) == "0.2");
  BOOST_TEST(narrow("%5.1f|%05f", std::numeric_limits<double>::infinity(),
                    -std::numeric_limits<double>::infinity()) == "  inf| -inf");
}

BOOST_AUTO_TEST_CASE(what_is_no_format_is_refused) {
  BOOST_TEST(print("%").count == -1);
  BOOST_TEST(print("%q").count == -1);
  BOOST_TEST(print("%5").count == -1);
  int seen = 5;
  BOOST_TEST(print("ab%n", &seen).count == -1);
  BOOST_TEST(seen == 5);
}

BOOST_AUTO_TEST_CASE(a_buffer_keeps_what_fits_and_counts_all) {
  char room[4] = {'#', '#', '#', '#'};
  Buffer<char> buffer{room, 3};
  Buffer<char>::put(&buffer, "abcdef", 6);
  BOOST_TEST(buffer.wanted == 6u);
  BOOST_TEST(std::string(room, 4) == "abc#");
}

template <class Unit>
int into(Unit* to, std::size_t room, Overflow overflow, const Unit* text, ...) {
  std::va_list arguments;
  va_start(arguments, text);
  const int count = print(to, room, overflow, text, arguments);
  va_end(arguments);
  return count;
}

BOOST_AUTO_TEST_CASE(no_buffer_and_no_room_ask_for_the_length) {
  char* const none = nullptr;
  char16_t* const wide_none = nullptr;
  for (const Overflow how : {Overflow::counts, Overflow::unended}) {
    BOOST_TEST(into(none, 0, how, "%d", 12345) == 5);
    BOOST_TEST(into(wide_none, 0, how, u"%s", u"abc") == 3);
    BOOST_TEST(into(none, 0, how, "%s", "") == 0);
  }
  BOOST_TEST(into(none, 0, Overflow::is_empty, "%d", 12345) == -1);
  char room[3] = {'#', '#', '#'};
  BOOST_TEST(into(room, 0, Overflow::unended, "%d", 12345) == -1);
  BOOST_TEST(into(room, 3, Overflow::unended, "%d", 123) == 3);
  BOOST_TEST(std::string(room, 3) == "123");
}

BOOST_AUTO_TEST_SUITE_END()
