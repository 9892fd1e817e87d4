#include "protocol/iscsi/login/stage.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <utility>

BOOST_AUTO_TEST_SUITE(stage)

// RFC 7143 §6.3: Security to Operational or FullFeature, Operational to FullFeature; nothing else.
BOOST_AUTO_TEST_CASE(three_of_the_sixteen_transitions_are_legal) {
  const std::set<std::pair<unsigned, unsigned>> legal{{0, 1}, {0, 3}, {1, 3}};
  for (unsigned from = 0; from < 4; ++from) {
    for (unsigned to = 0; to < 4; ++to) {
      BOOST_TEST_CONTEXT(from << " to " << to) {
        BOOST_TEST(lunsim::login::is_legal_transition(static_cast<lunsim::pdu::Stage>(from),
                                                      static_cast<lunsim::pdu::Stage>(to)) ==
                   legal.contains({from, to}));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(values_beyond_two_bits_lead_nowhere) {
  BOOST_TEST(!lunsim::login::is_legal_transition(lunsim::pdu::Stage{4}, lunsim::pdu::Stage{3}));
  BOOST_TEST(!lunsim::login::is_legal_transition(lunsim::pdu::Stage{0}, lunsim::pdu::Stage{255}));
}

BOOST_AUTO_TEST_CASE(only_two_stages_negotiate) {
  for (unsigned value = 0; value < 5; ++value) {
    BOOST_TEST(lunsim::login::is_negotiation_stage(static_cast<lunsim::pdu::Stage>(value)) ==
               (value < 2));
  }
}

BOOST_AUTO_TEST_SUITE_END()
