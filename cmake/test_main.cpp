#define BOOST_TEST_MODULE lunsim
#include <boost/test/unit_test.hpp>
