#include "protocol/bytes/utf16.hpp"

#include <boost/test/unit_test.hpp>

#include <iconv.h>

namespace lunsim::bytes {
namespace {

// The C library's converter, as a witness. Host byte order, no byte order mark.
std::u16string by_iconv(std::string text) {
  const iconv_t converter = iconv_open("UTF-16LE", "UTF-8");
  BOOST_REQUIRE(converter != iconv_t(-1));
  std::u16string out(text.size() + 1, u'\0');
  char* from = text.data();
  char* to = reinterpret_cast<char*>(out.data());
  std::size_t from_left = text.size();
  std::size_t to_left = out.size() * 2;
  BOOST_REQUIRE(iconv(converter, &from, &from_left, &to, &to_left) != std::size_t(-1));
  iconv_close(converter);
  out.resize(out.size() - to_left / 2);
  return out;
}

BOOST_AUTO_TEST_SUITE(utf16)

BOOST_AUTO_TEST_CASE(one_two_three_and_four_byte_sequences) {
  BOOST_TEST((*utf16_from_utf8("iqn") == u"iqn"));
  BOOST_TEST((*utf16_from_utf8("\xC3\xBC") == u"\u00FC"));
  BOOST_TEST((*utf16_from_utf8("\xE2\x82\xAC") == u"\u20AC"));
  // RFC 2781 §2.1, figure: U+12345 is D808h DF45h.
  BOOST_TEST((*utf16_from_utf8("\xF0\x92\x8D\x85") == u"\xD808\xDF45"));
  BOOST_TEST((*utf8_from_utf16(u"\xD808\xDF45") == "\xF0\x92\x8D\x85"));
  BOOST_TEST(utf16_from_utf8("")->empty());
  BOOST_TEST((*utf16_from_utf8(std::string_view("a\0b", 3)) == std::u16string_view(u"a\0b", 3)));
}

BOOST_AUTO_TEST_CASE(every_code_point_goes_there_and_back) {
  for (char32_t code = 0; code <= 0x10'FFFF; ++code) {
    std::u16string text;
    if (code >= 0xD800 && code < 0xE000) continue;
    if (code < 0x1'0000) {
      text += static_cast<char16_t>(code);
    } else {
      text += static_cast<char16_t>(0xD7C0 + (code >> 10));
      text += static_cast<char16_t>(0xDC00 + (code & 0x3FF));
    }
    const auto narrow = utf8_from_utf16(text);
    BOOST_REQUIRE(narrow.has_value());
    const auto wide = utf16_from_utf8(*narrow);
    BOOST_REQUIRE(wide.has_value());
    BOOST_REQUIRE((*wide == text));
  }
}

BOOST_AUTO_TEST_CASE(the_c_library_reads_the_same) {
  std::string text;
  for (const char32_t code :
       {0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFDu, 0x1'0000u, 0x10'FFFFu}) {
    std::u16string one;
    if (code < 0x1'0000) {
      one = static_cast<char16_t>(code);
    } else {
      one = {static_cast<char16_t>(0xD7C0 + (code >> 10)),
             static_cast<char16_t>(0xDC00 + (code & 0x3FF))};
    }
    text += *utf8_from_utf16(one);
  }
  BOOST_TEST((*utf16_from_utf8(text) == by_iconv(text)));
}

BOOST_AUTO_TEST_CASE(invalid_utf_8_is_an_error_with_its_place) {
  // stray continuation, lone lead bytes, overlong forms, a surrogate, above 10FFFFh, never-used
  // bytes
  for (const std::string_view tail :
       {"\x80", "\xC3", "\xE2\x82", "\xF0\x92\x8D", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
        "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF",
        "\xC3(", "\xE2(\xA1", "\xE2\x82("}) {
    const auto wide = utf16_from_utf8("ok" + std::string(tail));
    BOOST_REQUIRE(!wide.has_value());
    BOOST_TEST(wide.error().byte_offset == 2u);
  }
}

BOOST_AUTO_TEST_CASE(half_a_surrogate_pair_is_an_error_with_its_place) {
  BOOST_TEST(utf8_from_utf16(u"ab\xD800").error().byte_offset == 2u);
  BOOST_TEST(utf8_from_utf16(u"ab\xD800x").error().byte_offset == 2u);
  BOOST_TEST(utf8_from_utf16(u"\xDC00").error().byte_offset == 0u);
  BOOST_TEST(utf8_from_utf16(u"\xD800\xD800\xDC00").error().byte_offset == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::bytes
