#include "target_sim/faults/fault_plan.hpp"

#include <boost/test/unit_test.hpp>

namespace target_sim = lunsim::target_sim;
using target_sim::FaultPlan;
using target_sim::FaultRule;
using target_sim::FaultScope;

namespace {

FaultRule rule(std::string name) {
  FaultRule out;
  out.name = std::move(name);
  return out;
}

target_sim::FaultOccasion occasion(std::uint32_t connection) {
  target_sim::FaultOccasion out;
  out.session = "s";
  out.connection = connection;
  return out;
}

/// Strikes at the matches 1..n of connection 1, as a string of 0 and 1.
std::string struck(FaultPlan& plan, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += plan.strike(0, occasion(1)) ? '1' : '0';
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_plan)

BOOST_AUTO_TEST_CASE(without_conditions_every_match_fires) {
  FaultPlan plan({rule("a")}, 1);
  BOOST_TEST(struck(plan, 4) == "1111");
}

BOOST_AUTO_TEST_CASE(nth_fires_once) {
  FaultRule nth = rule("a");
  nth.on.nth = 3;
  FaultPlan plan({nth}, 1);
  BOOST_TEST(struck(plan, 6) == "001000");
}

BOOST_AUTO_TEST_CASE(every_fires_at_the_multiples_until_times_is_used_up) {
  FaultRule every = rule("a");
  every.on.every = 2;
  every.times = 2;
  FaultPlan plan({every}, 1);
  BOOST_TEST(struck(plan, 8) == "01010000");
  BOOST_TEST(plan.counts().front().fired == 2u);
}

BOOST_AUTO_TEST_CASE(counting_per_connection_starts_anew_for_each) {
  FaultRule second = rule("a");
  second.on.nth = 2;
  second.on.per = FaultScope::connection;
  FaultPlan plan({second}, 1);
  BOOST_TEST(!plan.strike(0, occasion(1)));
  BOOST_TEST(!plan.strike(0, occasion(2)));
  BOOST_TEST(plan.strike(0, occasion(2)));
  BOOST_TEST(plan.strike(0, occasion(1)));
}

BOOST_AUTO_TEST_CASE(a_fault_after_another_sleeps_until_that_has_fired) {
  FaultRule later = rule("later");
  later.after = "first";
  FaultPlan plan({rule("first"), later}, 1);
  BOOST_TEST(!plan.is_awake(1));
  BOOST_TEST(!plan.strike(1, {}));
  BOOST_TEST(plan.strike(0, {}));
  BOOST_TEST(plan.strike(1, {}));
}

BOOST_AUTO_TEST_CASE(arming_wakes_and_starts_the_counters_anew) {
  FaultRule asleep = rule("a");
  asleep.armed = false;
  asleep.times = 1;
  FaultPlan plan({asleep}, 1);
  BOOST_TEST(struck(plan, 2) == "00");
  BOOST_TEST(plan.arm("a"));
  BOOST_TEST(struck(plan, 2) == "10");
  BOOST_TEST(plan.arm("a"));
  BOOST_TEST(struck(plan, 2) == "10");
  BOOST_TEST(plan.disarm("a"));
  BOOST_TEST(struck(plan, 2) == "00");
  BOOST_TEST(!plan.arm("b"));
}

BOOST_AUTO_TEST_CASE(chance_is_the_seeds) {
  FaultRule half = rule("a");
  half.on.probability = 0.5;
  FaultPlan one({half}, 7), same({half}, 7), other({half}, 8);
  const std::string drawn = struck(one, 200);
  BOOST_TEST(drawn == struck(same, 200));
  BOOST_TEST(drawn != struck(other, 200));
  const auto fired = one.counts().front().fired;
  BOOST_TEST(fired > 60u);
  BOOST_TEST(fired < 140u);
}

BOOST_AUTO_TEST_CASE(globs_match_iscsi_names) {
  BOOST_TEST(target_sim::matches_glob("", "anything"));
  BOOST_TEST(target_sim::matches_glob("*", ""));
  BOOST_TEST(target_sim::matches_glob("iqn.*:n?", "iqn.2026-11.org.lunsim:N1"));
  BOOST_TEST(!target_sim::matches_glob("iqn.*:n?", "iqn.2026-11.org.lunsim:n12"));
  BOOST_TEST(target_sim::matches_glob("*a*b*", "xxaxxbxx"));
  BOOST_TEST(!target_sim::matches_glob("*a*b", "xxaxxbxx"));
}

BOOST_AUTO_TEST_SUITE_END()
