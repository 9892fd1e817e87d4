// What holds for each of the 79 exports, whatever it is called with.
#include "conformance/api_cases/functions.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

#include "initiator/host/host.hpp"

namespace {

/// Answers everything with one code.
class OneCode final : public lunsim::initiator::Host {
 public:
  using Reply = lunsim::initiator::Reply;
  explicit OneCode(ISDSC_STATUS code) : code_(code) {}
  lunsim::initiator::OperationId start(lunsim::initiator::Request) override { return {}; }
  bool poll(lunsim::initiator::OperationId) override { return true; }
  Reply take(lunsim::initiator::OperationId) override { return {code_, {}}; }
  Reply call(lunsim::initiator::Request) override { return {code_, {}}; }
  const Profile& profile() const override { return profile_; }

 private:
  ISDSC_STATUS code_;
  Profile profile_;
};

template <class... Arguments>
ISDSC_STATUS call_with_nothing(ISDSC_STATUS (*function)(Arguments...)) {
  return function(Arguments{}...);
}

void poisons_the_last_error(ISDSC_STATUS code) {
  OneCode host(code);
  lunsim::initiator::set_current_host(&host);
#define LUNSIM_CALL(name)     \
  errno = 0;                  \
  call_with_nothing(&::name); \
  BOOST_TEST(errno == LUNSIM_LAST_ERROR_POISON, #name " leaves " << errno);
  LUNSIM_API_FUNCTIONS(LUNSIM_CALL)
#undef LUNSIM_CALL
  lunsim::initiator::set_current_host(nullptr);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(functions)

BOOST_AUTO_TEST_CASE(each_leaves_a_poison_as_the_last_error) {
  poisons_the_last_error(ERROR_SUCCESS);
  poisons_the_last_error(ISDSC_SERVICE_NOT_RUNNING);
}

BOOST_AUTO_TEST_CASE(a_call_with_good_arguments_does_so_too) {
  OneCode host(ERROR_SUCCESS);
  lunsim::initiator::set_current_host(&host);
  ULONG size = 0, count = 0;
  errno = 0;
  BOOST_TEST(GetIScsiSessionListW(&size, &count, nullptr) == ERROR_SUCCESS);
  BOOST_TEST(errno == LUNSIM_LAST_ERROR_POISON);
  lunsim::initiator::set_current_host(nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
