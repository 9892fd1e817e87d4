#include "protocol/scsi/status.hpp"

#include <boost/test/unit_test.hpp>

using namespace lunsim::scsi;

BOOST_AUTO_TEST_SUITE(status)

// The status codes of SAM-5.
BOOST_AUTO_TEST_CASE(each_code_has_the_name_of_the_standard) {
  BOOST_TEST(name_of(static_cast<Status>(0x00)) == "GOOD");
  BOOST_TEST(name_of(static_cast<Status>(0x02)) == "CHECK CONDITION");
  BOOST_TEST(name_of(static_cast<Status>(0x04)) == "CONDITION MET");
  BOOST_TEST(name_of(static_cast<Status>(0x08)) == "BUSY");
  BOOST_TEST(name_of(static_cast<Status>(0x18)) == "RESERVATION CONFLICT");
  BOOST_TEST(name_of(static_cast<Status>(0x28)) == "TASK SET FULL");
  BOOST_TEST(name_of(static_cast<Status>(0x30)) == "ACA ACTIVE");
  BOOST_TEST(name_of(static_cast<Status>(0x40)) == "TASK ABORTED");
  BOOST_TEST(name_of(static_cast<Status>(0x22)) == "unknown status");
}

BOOST_AUTO_TEST_SUITE_END()
