#include "scenarios/engine/story_test_kit.hpp"

namespace scenarios = lunsim::scenarios;
using namespace lunsim::scenarios::test;
using scenarios::ScenarioReport;
using scenarios::Verdict;

namespace {

const std::string kObserveHead =
    "language: 1\nscenario: t\nhosts: {n1: {offers: {DefaultTime2Wait: 0}}, n2: {}}\n"
    "targets:\n  array:\n    luns: [{lun: 0, capacity: 1 MiB}, {lun: 3, capacity: 1 MiB}]\n"
    "    faults:\n"
    "      - busy: {on: {receive: READ(10), lun: 3}, may_not_fire: true, do: {status: BUSY}}\n"
    "      - cut: {on: {receive: VERIFY(10)}, times: 1, may_not_fire: true, do: {cut: {how: "
    "reset}}}\n"
    "steps:\n  - login: {target: array, as: s1}\n";
const std::string kWrite = "  - write: {session: s1, blocks: 4}\n";

ScenarioReport observed(const std::string& steps) { return play_text(kObserveHead + steps); }

}  // namespace

BOOST_AUTO_TEST_SUITE(observe)

BOOST_AUTO_TEST_CASE(an_order_is_found_with_others_between) {
  BOOST_TEST(red(observed(kWrite +
                          "  - observe: {wire: [receive SCSI Command, send SCSI Response], since: "
                          "last step}\n")) == "");
  BOOST_TEST(
      red(observed("  - observe: {wire: [opened, receive Login Request, send Login Response, "
                   "receive INQUIRY], since: start}\n")) == "");
}

BOOST_AUTO_TEST_CASE(the_other_order_is_not_found) {
  const ScenarioReport report =
      observed(kWrite +
               "  - observe: {wire: [send SCSI Response, receive SCSI Command], since: last step, "
               "within: 1 s}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  const scenarios::CaseReport& last = report.cases.back();
  BOOST_TEST(last.message == "\"receive SCSI Command\" did not come, after \"send SCSI Response\"");
  BOOST_TEST(last.seen == "receive SCSI Command of WRITE(10), send SCSI Response of WRITE(10)");
  BOOST_TEST(last.expected == "\"send SCSI Response\", \"receive SCSI Command\"");
}

BOOST_AUTO_TEST_CASE(fields_are_looked_at) {
  const std::string read =
      "  - read: {session: s1, lun: 3}\n    expect: {status: BUSY}\n  - observe: {since: last "
      "step, "
      "within: 1 s, wire: [";
  BOOST_TEST(red(observed(read + "{receive: READ(10), lun: 3}, {send: SCSI Response, status: "
                                 "BUSY}]}\n")) == "");
  BOOST_TEST((observed(read + "{receive: READ(10), lun: 4}]}\n").verdict == Verdict::fail));
  BOOST_TEST((observed(read + "{send: SCSI Response, status: GOOD}]}\n").verdict == Verdict::fail));
  BOOST_TEST(
      (observed(read + "{send: SCSI Response, command: INQUIRY}]}\n").verdict == Verdict::fail));
  BOOST_TEST(red(observed(read + "{send: SCSI Response, command: READ(10), status: {one_of: [BUSY, "
                                 "TASK SET FULL]}}]}\n")) == "");
}

BOOST_AUTO_TEST_CASE(what_must_not_come_fails) {
  const std::string look = "  - observe: {since: last step, never: ";
  BOOST_TEST(red(observed(kWrite + look + "[send Reject, reset]}\n")) == "");
  const ScenarioReport report = observed(kWrite + look + "receive WRITE(10)}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().message == "\"receive WRITE(10)\" came, which must not");
}

BOOST_AUTO_TEST_CASE(never_ends_with_the_order_and_no_earlier) {
  const std::string text =
      kWrite +
      "  - observe: {since: last step, wire: [receive WRITE(10)], never: [send "
      "SCSI Response]}\n";
  BOOST_TEST(red(observed(text)) == "");
  BOOST_TEST(
      (observed(kWrite + "  - observe: {since: last step, wire: [send SCSI Response], never: "
                         "[receive WRITE(10)]}\n")
           .verdict == Verdict::fail));
}

BOOST_AUTO_TEST_CASE(counts_and_repetitions) {
  const std::string three =
      "  - read: {session: s1, blocks: 3, blocks_each: 1}\n  - observe: {since: "
      "last step, ";
  BOOST_TEST(red(observed(three + "count: {receive: READ(10), times: 3}}\n")) == "");
  BOOST_TEST(red(observed(three + "count: [{receive: READ(10), times: {at_least: 2}}, {send: R2T, "
                                  "times: 0}]}\n")) == "");
  const ScenarioReport report = observed(three + "count: {receive: READ(10), times: 2}}\n");
  BOOST_TEST(report.cases.back().message == "\"receive READ(10)\" came 3 times, not 2");
  BOOST_TEST(red(observed(three + "wire: [{receive: READ(10), times: 3}]}\n")) == "");
  BOOST_TEST(observed(three + "within: 1 s, wire: [{receive: READ(10), times: 4}]}\n")
                 .cases.back()
                 .message == "\"receive READ(10)\" came 3 of 4 times");
}

BOOST_AUTO_TEST_CASE(it_waits_for_what_comes_later) {
  const std::string text =
      "  - start: {scsi: {session: s1, cdb: \"2f 00 00 00 00 00 00 00 01 00\"}, as: v}\n"
      "  - observe: {wire: [reset, opened, receive Login Request], within: 10 s}\n"
      "  - await: v\n    expect: {answered: no}\n  - fired: {cut: 1}\n";
  BOOST_TEST(red(observed(text)) == "");
}

BOOST_AUTO_TEST_CASE(from_then_on_means_from_then_on) {
  BOOST_TEST(
      (observed(kWrite + "  - observe: {wire: [receive WRITE(10)], within: 5 s}\n").verdict ==
       Verdict::fail));
}

BOOST_AUTO_TEST_CASE(from_then_on_ends_with_its_time) {
  const std::string slow = "  - start: {read: {session: s1}, as: r}\n  - observe: {within: 1 s, ";
  const std::string end = "}\n  - await: r\n";
  BOOST_TEST((observed(slow + "never: [receive READ(10)]" + end).verdict == Verdict::fail));
  BOOST_TEST((observed(slow + "count: {send: Data-In, times: 0}" + end).verdict == Verdict::fail));
  BOOST_TEST(red(observed(slow + "never: [receive WRITE(10)]" + end)) == "");
}

BOOST_AUTO_TEST_CASE(a_mark_is_a_beginning) {
  BOOST_TEST(red(observed("  - mark: here\n" + kWrite + kWrite +
                          "  - observe: {since: here, count: {receive: WRITE(10), times: 2}}\n"
                          "  - observe: {since: last step, count: {receive: WRITE(10), times: "
                          "1}}\n")) == "");
}

BOOST_AUTO_TEST_CASE(hosts_are_told_apart) {
  BOOST_TEST(
      red(observed("  - login: {target: array, as: s2}\n    on: n2\n"
                   "  - write: {session: s2}\n"
                   "  - observe: {since: start, count: [{receive: WRITE(10), host: n1, times: "
                   "0}, {receive: WRITE(10), host: n2, times: 1}]}\n")) == "");
}

BOOST_AUTO_TEST_CASE(task_management_has_names_of_its_own) {
  const std::string text = "  - observe: {since: start, count: {receive: ABORT TASK, times: 0}}\n";
  BOOST_TEST(red(observed(text)) == "");
}

BOOST_AUTO_TEST_CASE(nonsense_is_told_with_its_place) {
  const auto says = [](const std::string& step, const std::string& part) {
    const auto told = refusals(kObserveHead + "  - observe: {" + step + "}\n");
    BOOST_REQUIRE_MESSAGE(!told.empty(), step);
    BOOST_TEST(told.front().find(part) != std::string::npos, step << " says " << told.front());
    BOOST_TEST(told.front().starts_with("x.yaml:12:"), told.front());
  };
  says("wire: [send SCSI Respons]", "did you mean \"SCSI Response\"");
  says("wire: [receive SCSI Response]", "so it is `send:` here");
  says("wire: [SCSI Response]", "expected `send ...` or `receive ...`");
  says("wire: []", "at least one event");
  says("within: 1 s", "needs one of wire, never and count");
  says("wire: [{send: SCSI Response, statuz: GOOD}]", "unknown key \"statuz\"");
  says("wire: [{send: SCSI Response, receive: READ(10)}]", "one of `send:`");
  says("wire: [reset], since: hre", "no mark is named \"hre\"");
  says("wire: [{receive: READ(10), host: n3}]", "no host is named \"n3\"");
  says("since: start, count: [{receive: READ(10)}]", "needs the key \"times\"");
  says("since: start, count: [receive READ(10)]", "as a map of keys");
  says("wire: [{event: opend}]", "opened, closed or reset");
  says("since: start, never: [{send: SCSI Response, Status: 77777}]", "has 8 bits: 255 at most");
  says("since: start, never: [{send: SCSI Response, Status: {one_of: [0, 300]}}]", "has 8 bits");
  says("since: start, count: {receive: READ(10), times: {between: [5, 1]}}", "between these");
  says("never: [receive READ(10)]", "looks at no time at all: it needs `since:`");
  says("never: [receive READ(10)], within: 0", "looks at no time at all: it needs `since:`");
  says("count: {receive: READ(10), times: 0}", "looks at no time at all: it needs `since:`");
}

BOOST_AUTO_TEST_SUITE_END()
