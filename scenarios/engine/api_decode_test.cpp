#include "scenarios/engine/api_decode.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <vector>

namespace scenarios = lunsim::scenarios;
using scenarios::Seen;

namespace {

constexpr std::uint64_t kAddress = 0x10000;
constexpr std::size_t kInitiatorNameAt = 16;  // of ISCSI_SESSION_INFOA, x86-64
constexpr std::size_t kSessionBytes = 64;

/// One session whose initiator name is said to stand at `pointer`; behind the session "ab", ended.
Seen decoded(std::uint64_t pointer) {
  std::vector<std::byte> bytes(kSessionBytes, std::byte{0});
  std::memcpy(&bytes[kInitiatorNameAt], &pointer, sizeof pointer);
  for (const char c : {'a', 'b', '\0'}) bytes.push_back(static_cast<std::byte>(c));
  return scenarios::decode_sessions({bytes, kAddress, bytes.size()}, 1, true, {});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_decode)

BOOST_AUTO_TEST_CASE(a_pointer_into_the_buffer_is_followed) {
  const Seen seen = decoded(kAddress + kSessionBytes);
  BOOST_REQUIRE(seen.items.size() == 1u);
  BOOST_TEST(seen.items[0].field("InitiatorName")->text == "ab");
}

BOOST_AUTO_TEST_CASE(a_pointer_out_of_the_buffer_makes_all_of_it_absent) {
  for (const std::uint64_t pointer :
       {kAddress - 1, kAddress + kSessionBytes + 3, std::uint64_t{1}, ~std::uint64_t{0}}) {
    const Seen seen = decoded(pointer);
    BOOST_TEST((seen.kind == Seen::Kind::absent));
    BOOST_TEST(seen.text == "a pointer leads out of the buffer");
  }
}

BOOST_AUTO_TEST_SUITE_END()
