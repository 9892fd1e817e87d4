#include <boost/test/unit_test.hpp>

#include "conformance/harness/case_context.hpp"
#include "conformance/proof/proving_target.hpp"

namespace lunsim::conform {
namespace {

CaseResult run(Case one, const Mutant* mutant = nullptr, bool strict = false) {
  const GroundMaker grounds = proving_grounds(mutant);
  return run_case(one, grounds, proving_target(), Profile{}, 1, strict);
}

Case with_body(std::function<void(CaseContext&)> body) {
  Case one;
  one.id = "rfc7143/1/test";
  one.body = std::move(body);
  return one;
}

BOOST_AUTO_TEST_SUITE(run_case_verdicts)

BOOST_AUTO_TEST_CASE(a_body_that_judges_nothing_is_inconclusive) {
  BOOST_CHECK(run(with_body([](CaseContext&) {})).verdict == Verdict::inconclusive);
}

BOOST_AUTO_TEST_CASE(a_body_that_waits_for_ever_is_ended) {
  const Case one = with_body([](CaseContext& c) {
    Connection& connection = c.session();
    for (;;) connection.next();
  });
  BOOST_CHECK(run(one).verdict == Verdict::time_out);
}

BOOST_AUTO_TEST_CASE(silence_is_proved_by_a_ping_that_is_answered) {
  const Case one = with_body([](CaseContext& c) { c.expect_ignored(c.session(), "nothing"); });
  BOOST_CHECK(run(one).verdict == Verdict::pass);
  const Mutant deaf("deaf", "answers no ping", "- f: {on: {receive: NOP-Out}, do: drop}\n");
  BOOST_CHECK(run(one, &deaf).verdict == Verdict::fail);
}

BOOST_AUTO_TEST_CASE(a_failed_should_is_a_warning_unless_strict) {
  Case one = with_body([](CaseContext& c) { c.fail("no", Seen{}); });
  one.level = Level::should;
  BOOST_CHECK(run(one).verdict == Verdict::warn);
  BOOST_CHECK(run(one, nullptr, true).verdict == Verdict::fail);
}

BOOST_AUTO_TEST_CASE(the_worst_remark_is_the_verdict) {
  const Case one = with_body([](CaseContext& c) {
    c.warn("trouble");
    c.loose("loosely");
  });
  const CaseResult result = run(one);
  BOOST_CHECK(result.verdict == Verdict::warn);
  BOOST_TEST(result.message == "trouble; loosely");
}

BOOST_AUTO_TEST_CASE(the_probe_finds_what_our_target_can_do) {
  const GroundMaker grounds = proving_grounds(nullptr);
  const Profile profile = probe(grounds, proving_target());
  BOOST_TEST(profile.reachable);
  for (const Need need : {Need::login, Need::discovery, Need::chap, Need::lun, Need::header_digest})
    BOOST_TEST(profile.has(need), name_of(need));
  BOOST_TEST(profile.block_bytes == 512U);
}

BOOST_AUTO_TEST_CASE(what_was_said_wrongly_is_no_fault_of_the_target) {
  const GroundMaker grounds = proving_grounds(nullptr);
  BOOST_TEST(probe(grounds, proving_target()).mistake == "");
  const auto says = [&](JudgedTarget target, std::string_view what) {
    const std::string mistake = probe(grounds, target).mistake;
    BOOST_TEST(mistake.find(what) != std::string::npos, mistake);
  };
  JudgedTarget wrong = proving_target();
  wrong.name = "iqn.2026-11.org.lunsim:nowhere";
  says(wrong, "there is no target iqn.2026-11.org.lunsim:nowhere there (Login Response 0203h)");
  says(wrong, "it lists " + proving_target().name);
  wrong = proving_target();
  wrong.lun = 77;
  says(wrong, "the target has no LUN 77; it has 0");
  wrong = proving_target();
  wrong.chap.secret = "not the secret at all";
  says(wrong, "Login Response 0201h: authentication failure); is the user in the URL right");
  wrong = proving_target();
  wrong.chap_name = "iqn.2026-11.org.lunsim:nowhere";
  says(wrong, "there is no target iqn.2026-11.org.lunsim:nowhere there");
}

BOOST_AUTO_TEST_CASE(who_is_not_there_is_not_reachable) {
  JudgedTarget nobody = proving_target();
  nobody.portal.port = 1;
  const Profile profile = probe(proving_grounds(nullptr), nobody);
  BOOST_TEST(!profile.reachable);
  BOOST_TEST(!profile.trouble.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::conform
