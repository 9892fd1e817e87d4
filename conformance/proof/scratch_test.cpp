#include <boost/test/unit_test.hpp>

#include <memory>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/scratch.hpp"
#include "conformance/proof/proving_target.hpp"
#include "protocol/bytes/big_endian.hpp"

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

/// PERSISTENT RESERVE OUT with our key, in a session that is broken then, as by a kill.
void leave_reservation(CaseContext& c) {
  Connection& one = c.session();
  c.settle(one);
  for (const std::uint8_t action :
       {std::uint8_t{6}, std::uint8_t{1}}) {  // REGISTER AND IGNORE, RESERVE
    std::vector<std::byte> list(24);
    bytes::store_be64(&list[action == 6 ? 8 : 0], kReservationKey);
    RawPdu command = c.scsi_command({0x5F, action, 0x03, 0, 0, 0, 0, 0, 24, 0});
    command.set("W", 1).set("Expected Data Transfer Length", list.size()).with_data(list);
    c.expect(one.answer_to(one.issue(command)),
             {pdu_of(pdu::Opcode::scsi_response, {{"Status", 0}})});
  }
  one.close(true);
}

BOOST_AUTO_TEST_CASE(a_reservation_that_a_killed_run_left_is_taken_back) {
  const GroundMaker grounds = one_target();
  const Profile profile = probe(grounds, proving_target());
  JudgedTarget target = target_with(100, 300);
  Case killed;
  killed.id = "lunsim/0/killed";
  killed.body = leave_reservation;
  const CaseResult left = run_case(killed, grounds, target, profile, 7);
  BOOST_REQUIRE_MESSAGE(left.verdict == Verdict::pass, left.message);
  BOOST_TEST(claim_scratch(grounds, target, profile) == "");
  Case writes;
  writes.id = "lunsim/0/writes";
  writes.body = [](CaseContext& c) {
    Connection& other = c.session();
    c.settle(other);
    std::size_t keys = 1;
    for (const Seen& seen : c.read(other, {0x5E, 0, 0, 0, 0, 0, 0, 1, 0, 0}, 256))
      if (seen.is(pdu::Opcode::data_in)) keys = seen.pdu.data.size() - 8;
    c.check(keys == 0, "there are keys", Seen{});
  };
  const CaseResult clean = run_case(writes, grounds, target, profile, 8);
  BOOST_CHECK_MESSAGE(clean.verdict == Verdict::pass, clean.message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
