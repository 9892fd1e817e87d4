#include "conformance/smb_proof/prove_servers.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim::conformance::srvsvc;

BOOST_AUTO_TEST_SUITE(prove_servers)

BOOST_AUTO_TEST_CASE(a_check_that_always_passes_is_not_proved) {
  std::vector<Check> some = checks();
  some.resize(1);
  some[0].run = [](SrvsvcBench&) { return Finding{}; };
  const auto proofs = prove(some);
  BOOST_TEST_REQUIRE(proofs.size() == 2u);
  BOOST_TEST(proofs[0].ok);
  BOOST_TEST(!proofs[1].ok);
  BOOST_TEST(proofs[1].mutant == "serves_no_level_0");
}

BOOST_AUTO_TEST_CASE(a_check_that_is_skipped_is_not_proved) {
  std::vector<Check> some = checks();
  some.resize(1);
  some[0].run = [](SrvsvcBench&) { return Finding{Finding::Verdict::skipped, "", "no wish"}; };
  for (const lunsim::conform::Proof& proof : prove(some)) {
    BOOST_TEST(!proof.ok);
    BOOST_TEST(proof.message == "skipped: no wish");
  }
}

BOOST_AUTO_TEST_CASE(mistakes_in_checks_are_told) {
  BOOST_TEST(mistakes_in(checks()).empty());
  std::vector<Check> some = checks();
  some.push_back(some.front());
  some.push_back({"ms-srvs/1/of_our_own", "MS-SRVS 1", some.front().run});
  const std::vector<std::string> mistakes = mistakes_in(some);
  BOOST_TEST_REQUIRE(mistakes.size() == 2u);
  BOOST_TEST(mistakes[0].ends_with("is there twice"));
  BOOST_TEST(mistakes[1] == "ms-srvs/1/of_our_own has no mutant");
}

BOOST_AUTO_TEST_SUITE_END()
