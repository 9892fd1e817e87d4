#include <boost/test/unit_test.hpp>

#include "scenarios/explore/block_model.hpp"

namespace lunsim::explore {
namespace {

const UnitName kUnit{"iqn.t:disk", 0};
const UnitName kOther{"iqn.t:disk", 1};

std::vector<std::byte> block(int value) { return std::vector<std::byte>(512, std::byte(value)); }

struct Units {
  Units() {
    model.add_unit(kUnit, 512);
    model.add_unit(kOther, 512);
  }
  void write(std::uint64_t lba, int value, bool acknowledged) {
    model.end_write(model.begin_write(kUnit, lba, block(value)), acknowledged);
  }
  std::optional<std::string> read(std::uint64_t lba, int value) {
    return model.end_read(model.begin_read(kUnit, lba, 1), block(value));
  }
  BlockModel model;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(block_model, Units)

BOOST_AUTO_TEST_CASE(what_was_never_written_is_zeros) {
  BOOST_TEST(!read(7, 0));
  BOOST_TEST(read(7, 1).value() == "block 7 of LUN 0 of iqn.t:disk holds what nobody wrote");
}

BOOST_AUTO_TEST_CASE(an_acknowledged_write_must_be_read_back) {
  write(7, 1, true);
  BOOST_TEST(!read(7, 1));
  BOOST_TEST(read(7, 0).value() ==
             "block 7 of LUN 0 of iqn.t:disk holds zeros, though a write to it was acknowledged");
  write(7, 2, true);
  BOOST_TEST(read(7, 1).has_value());
}

BOOST_AUTO_TEST_CASE(a_write_without_an_answer_may_be_there_or_not) {
  write(7, 1, true);
  write(7, 2, false);
  BOOST_TEST(!read(7, 1));
  BOOST_TEST(!read(7, 2));
  write(7, 3, true);
  BOOST_TEST(read(7, 2).has_value());
}

BOOST_AUTO_TEST_CASE(writes_at_the_same_time_may_end_in_any_order) {
  const auto slow = model.begin_write(kUnit, 7, block(1));
  write(7, 2, true);
  BOOST_TEST(!read(7, 1));
  BOOST_TEST(!read(7, 2));
  model.end_write(slow, false);
  BOOST_TEST(!read(7, 1));
}

BOOST_AUTO_TEST_CASE(a_read_may_see_a_write_that_came_meanwhile) {
  const auto reading = model.begin_read(kUnit, 7, 1);
  write(7, 1, true);
  write(7, 2, true);
  BOOST_TEST(!model.end_read(reading, block(1)));
}

BOOST_AUTO_TEST_CASE(data_of_another_block_is_named) {
  write(7, 1, true);
  BOOST_TEST(read(8, 1).value() ==
             "block 8 of LUN 0 of iqn.t:disk holds what was written for block 7 of LUN 0 of "
             "iqn.t:disk");
}

BOOST_AUTO_TEST_CASE(units_do_not_mix_and_a_forgotten_one_is_not_judged) {
  write(7, 1, true);
  BOOST_TEST(model.end_read(model.begin_read(kOther, 7, 1), block(1)).has_value());
  model.forget_unit(kOther);
  BOOST_TEST(!model.end_read(model.begin_read(kOther, 7, 1), block(1)));
  BOOST_TEST(model.written().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
