#include "protocol/bytes/base64.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"

namespace lunsim::bytes {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

BOOST_AUTO_TEST_SUITE(base64)

// RFC 4648 §10, test vectors.
BOOST_AUTO_TEST_CASE(published_vectors_both_ways) {
  constexpr std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                        {"f", "Zg=="},
                                                                        {"fo", "Zm8="},
                                                                        {"foo", "Zm9v"},
                                                                        {"foob", "Zm9vYg=="},
                                                                        {"fooba", "Zm9vYmE="},
                                                                        {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : kVectors) {
    BOOST_TEST(to_base64(bytes_of(plain)) == text);
    const auto back = from_base64(text);
    BOOST_REQUIRE_MESSAGE(back.has_value(), text);
    BOOST_TEST(to_hex(*back) == to_hex(bytes_of(plain)));
  }
}

BOOST_AUTO_TEST_CASE(bytes_of_every_value_and_length_come_back) {
  std::vector<std::byte> data;
  for (unsigned n = 0; n < 300; ++n) {
    const auto back = from_base64(to_base64(data));
    BOOST_REQUIRE(back.has_value());
    BOOST_REQUIRE((*back == data));
    data.push_back(static_cast<std::byte>(n * 41));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_refused) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9v\n",
                                      "Zm 9", "Zm-_", "Zh==", "Zm9=", "Zg=a"}) {
    BOOST_TEST(!from_base64(text).has_value(), text);
  }
  BOOST_TEST(from_base64("Zm9vZ*9v").error().byte_offset == 5u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::bytes
