#include "protocol/iscsi/login/chap.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/iscsi/negotiation/binary_value.hpp"

namespace {
using namespace lunsim::login;
using lunsim::negotiation::decode_binary;
using lunsim::negotiation::encode_hex;

std::string response_of(ChapAlgorithm algorithm, std::uint8_t identifier, std::string_view secret,
                        std::string_view challenge_hex) {
  return encode_hex(
      chap_response(algorithm, identifier, secret, decode_binary(challenge_hex, 1024).value())
          .value());
}
}  // namespace

BOOST_AUTO_TEST_SUITE(chap)

// RFC 1994 §4.1: the digest runs over identifier, secret and challenge. With 'a', "b" and 'c' that
// is the digest of "abc", which RFC 1321 §A.5 (MD5), FIPS 180-2 appendices A.1 and B.1 and NIST's
// SHA3-256 examples publish.
BOOST_AUTO_TEST_CASE(digests_of_abc_are_the_published_ones) {
  BOOST_TEST(response_of(ChapAlgorithm::md5, 'a', "b", "0x63") ==
             "0x900150983cd24fb0d6963f7d28e17f72");
  BOOST_TEST(response_of(ChapAlgorithm::sha1, 'a', "b", "0x63") ==
             "0xa9993e364706816aba3e25717850c26c9cd0d89d");
  BOOST_TEST(response_of(ChapAlgorithm::sha256, 'a', "b", "0x63") ==
             "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(response_of(ChapAlgorithm::sha3_256, 'a', "b", "0x63") ==
             "0x3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

// Computed by Python's hashlib: hashlib.new(name, bytes([0x27]) + b"chapsecret12" +
// bytes(range(16))).hexdigest()
BOOST_AUTO_TEST_CASE(digests_of_an_ordinary_exchange_agree_with_another_implementation) {
  constexpr std::string_view kChallenge = "0x000102030405060708090a0b0c0d0e0f";
  BOOST_TEST(response_of(ChapAlgorithm::md5, 0x27, "chapsecret12", kChallenge) ==
             "0x2d430e505478c1b609d3b4278e3e6d25");
  BOOST_TEST(response_of(ChapAlgorithm::sha1, 0x27, "chapsecret12", kChallenge) ==
             "0x7c9f7936ffb450bfc60dfb625a39ba3ddd7d2ff7");
  BOOST_TEST(response_of(ChapAlgorithm::sha256, 0x27, "chapsecret12", kChallenge) ==
             "0xd56c93a8e66972a4530a67464cc6e1eff5bf1517daa0a7edd36fd02ec0b93c46");
  BOOST_TEST(response_of(ChapAlgorithm::sha3_256, 0x27, "chapsecret12", kChallenge) ==
             "0x5da8604c2dc2de58d1bb8ffc3fa678d65dba920b18b1815e28c318ecd7c256b0");
}

// Captured: tgtd 1.0.85 asks, libiscsi 1.19 answers; then libiscsi asks and tgtd answers.
BOOST_AUTO_TEST_CASE(foreign_peers_compute_the_same) {
  BOOST_TEST(
      response_of(
          ChapAlgorithm::md5, 1, "chapsecret12",
          "0x9b2964ea0841c9bea5b1cc704cdae0781dbe56a2005a82c4f2031145aa5974ed4db565f55cde12b46a8"
          "7f553f51a41eced9e") == "0x93194a7d6e7dfca50aac2ead6b9ff27c");
  BOOST_TEST(response_of(ChapAlgorithm::md5, 1, "tgtsecret1234",
                         "0x7BD48A735042616671EF243D3AC750564D6C08F18FEC3AA73E1C32A09A7C9F16") ==
             "0xb192911643f45023d8a82088482e0929");
}

BOOST_AUTO_TEST_CASE(a_response_is_as_long_as_its_digest) {
  for (const auto algorithm :
       {ChapAlgorithm::md5, ChapAlgorithm::sha1, ChapAlgorithm::sha256, ChapAlgorithm::sha3_256}) {
    BOOST_TEST(chap_response(algorithm, 0, "", {})->size() == digest_bytes(algorithm));
  }
}

BOOST_AUTO_TEST_CASE(an_algorithm_that_does_not_exist_has_no_response) {
  BOOST_TEST(!chap_response(ChapAlgorithm{99}, 0, "secret", {}));
  BOOST_TEST(digest_bytes(ChapAlgorithm{99}) == 0u);
}

BOOST_AUTO_TEST_CASE(the_first_acceptable_algorithm_of_the_list_is_chosen) {
  const std::vector<ChapAlgorithm> acceptable{ChapAlgorithm::md5, ChapAlgorithm::sha256};
  BOOST_TEST((choose_algorithm("5", acceptable) == ChapAlgorithm::md5));
  BOOST_TEST((choose_algorithm("8,7,6,5", acceptable) == ChapAlgorithm::sha256));
  BOOST_TEST((choose_algorithm("5,7", acceptable) == ChapAlgorithm::md5));
  BOOST_TEST((choose_algorithm("sha,,0x7,5", acceptable) == ChapAlgorithm::sha256));
  for (const auto* list : {"", "6", "6,8", "50", "5 ", "MD5", "261", "18446744073709551621"}) {
    BOOST_TEST_CONTEXT(list) BOOST_TEST(!choose_algorithm(list, acceptable));
  }
}

BOOST_AUTO_TEST_CASE(a_list_of_algorithms_is_written_in_order) {
  const std::vector<ChapAlgorithm> algorithms{ChapAlgorithm::sha256, ChapAlgorithm::md5};
  BOOST_TEST(list_of(algorithms) == "7,5");
  BOOST_TEST(list_of({}) == "");
}

BOOST_AUTO_TEST_CASE(an_identifier_is_a_number_of_one_byte) {
  BOOST_TEST((parse_identifier("0") == std::uint8_t{0}));
  BOOST_TEST((parse_identifier("0xFF") == std::uint8_t{255}));
  for (const auto* text : {"256", "-1", "", "1,2", "one"}) BOOST_TEST(!parse_identifier(text));
}

BOOST_AUTO_TEST_CASE(comparison_wants_equal_bytes_and_equal_sizes) {
  const auto a = decode_binary("0x010203", 3).value(), b = decode_binary("0x010204", 3).value();
  BOOST_TEST(is_equal_in_constant_time(a, a));
  BOOST_TEST(!is_equal_in_constant_time(a, b));
  BOOST_TEST(!is_equal_in_constant_time(a, std::span(a).first(2)));
  BOOST_TEST(is_equal_in_constant_time({}, {}));
}

BOOST_AUTO_TEST_CASE(a_challenge_is_drawn_anew_each_time) {
  unsigned draw = 0;
  const FillRandom counter = [&](std::span<std::byte> out) {
    for (std::byte& b : out) b = static_cast<std::byte>(++draw);
  };
  const ChapChallenge first = draw_challenge(ChapAlgorithm::sha256, counter);
  const ChapChallenge second = draw_challenge(ChapAlgorithm::sha256, counter);
  BOOST_TEST(first.identifier == 1);
  BOOST_TEST(first.bytes.size() == 32u);
  BOOST_TEST((first.bytes != second.bytes));
}

BOOST_AUTO_TEST_SUITE_END()
