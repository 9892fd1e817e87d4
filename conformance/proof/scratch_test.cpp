#include <boost/test/unit_test.hpp>

#include <memory>

#include "conformance/harness/scratch.hpp"
#include "conformance/proof/proving_target.hpp"

namespace lunsim::conform {
namespace {

/// One target that outlives the cases.
class SameGround final : public Ground {
 public:
  explicit SameGround(std::shared_ptr<Ground> ground) : ground_(std::move(ground)) {}
  runtime::World& world() override { return ground_->world(); }

 private:
  std::shared_ptr<Ground> ground_;
};

GroundMaker one_target() {
  std::shared_ptr<Ground> ground = proving_grounds(nullptr)();
  return [ground] { return std::make_unique<SameGround>(ground); };
}

JudgedTarget target_with(std::uint64_t first, std::uint64_t last) {
  JudgedTarget target = proving_target();
  target.first_lba = first;
  target.last_lba = last;
  return target;
}

BOOST_AUTO_TEST_SUITE(scratch)

BOOST_AUTO_TEST_CASE(a_blank_unit_is_marked_and_known_again) {
  const GroundMaker grounds = one_target();
  const Profile profile = probe(grounds, proving_target());
  JudgedTarget target = target_with(100, 300);
  BOOST_TEST(claim_scratch(grounds, target, profile) == "");
  BOOST_TEST(target.last_lba == 299U);
  JudgedTarget again = target_with(100, 300);
  BOOST_TEST(claim_scratch(grounds, again, profile) == "");
}

BOOST_AUTO_TEST_CASE(a_unit_with_data_is_refused) {
  const GroundMaker grounds = one_target();
  const Profile profile = probe(grounds, proving_target());
  JudgedTarget target = target_with(0, 130);
  BOOST_REQUIRE(claim_scratch(grounds, target, profile) == "");
  JudgedTarget other = target_with(0, 150);  // the mark in block 130 is data to it
  const std::string why = claim_scratch(grounds, other, profile);
  BOOST_TEST(why.find("there is data in block 130") != std::string::npos, why);
  BOOST_TEST(other.last_lba == 150U);
}

BOOST_AUTO_TEST_CASE(a_range_beyond_the_unit_is_refused) {
  const GroundMaker grounds = one_target();
  const Profile profile = probe(grounds, proving_target());
  JudgedTarget target = target_with(0, profile.blocks);
  BOOST_TEST(claim_scratch(grounds, target, profile).find("blocks 0..") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_range_that_is_too_small_for_what_cases_write_is_refused) {
  const GroundMaker grounds = one_target();
  const Profile profile = probe(grounds, proving_target());
  JudgedTarget target = target_with(0, 127);
  BOOST_TEST(claim_scratch(grounds, target, profile).find("129 blocks") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
