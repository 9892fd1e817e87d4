// Two C programs, compiled as C11 from c_program_*.c, call the faces by their encoding-neutral
// names.
#include <boost/test/unit_test.hpp>

#include "initiator/api/api_test_doubles.hpp"

extern "C" {
unsigned long lunsim_c_size_of_portal(void);
unsigned long lunsim_c_size_of_wide_portal(void);
ISDSC_STATUS lunsim_c_probe_sessions(ULONG* size, ULONG* count);
ISDSC_STATUS lunsim_c_probe_wide_sessions(ULONG* size, ULONG* count);
}

namespace {

lunsim::initiator::Reply one_session(const lunsim::initiator::Request&) {
  return {0, std::vector<lunsim::initiator::SessionInfo>(1)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(c_program)

BOOST_AUTO_TEST_CASE(unicode_decides_which_form_a_neutral_name_means) {
  BOOST_TEST(lunsim_c_size_of_portal() == 514u);
  BOOST_TEST(lunsim_c_size_of_wide_portal() == 1026u);
  lunsim::api::testing::FakeHost host(one_session);
  ULONG size = 0, count = 0;
  BOOST_TEST(lunsim_c_probe_sessions(&size, &count) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size == 64u + 3);  // three empty texts
  size = 0;
  BOOST_TEST(lunsim_c_probe_wide_sessions(&size, &count) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size == 64u + 6);
}

BOOST_AUTO_TEST_SUITE_END()
