#include "scenarios/engine/story_test_kit.hpp"

#include "scenarios/engine/call_thread.hpp"

namespace scenarios = lunsim::scenarios;
using namespace lunsim::scenarios::test;
using scenarios::ScenarioReport;
using scenarios::Verdict;

namespace {

const std::string kTwoHosts =
    "language: 1\nscenario: t\n"
    "hosts:\n  n1: {isid: 00023d000011}\n  n2: {address: 10.0.0.77}\n"
    "targets:\n  array:\n    luns: [{lun: 0, capacity: 1 MiB}]\n    faults:\n"
    "      - slow: {on: {receive: READ(10), initiator: \"*:n1\"}, times: 1, may_not_fire: true, "
    "do: "
    "{delay: 3 s}}\n"
    "steps:\n"
    "  - login: {target: array, as: s1}\n    on: n1\n"
    "  - login: {target: array, as: s2}\n    on: n2\n";

const std::string kOneHost =
    "language: 1\nscenario: t\ntargets:\n  array:\n    luns: [{lun: 0, capacity: 1 MiB}]\n"
    "    faults:\n"
    "      - slow: {on: {receive: INQUIRY}, armed: false, times: 1, may_not_fire: true, do: "
    "{delay: "
    "3 s}}\n"
    "      - late: {on: {receive: READ(10)}, times: 1, may_not_fire: true, do: {delay: 3 s}}\n"
    "steps:\n  - login: {target: array, as: s1}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(several_hosts)

BOOST_AUTO_TEST_CASE(each_host_has_sessions_of_its_own) {
  BOOST_TEST(
      red(play_text(kTwoHosts + "  - call: GetIScsiSessionList\n    on: n1\n"
                                "    expect: {return: ERROR_SUCCESS, SessionInfo: [{InitiatorName: "
                                "\"iqn.2026-11.org.lunsim:n1\", ISID: 00 02 3d 00 00 11}]}\n"
                                "  - call: GetIScsiSessionList\n    on: n2\n"
                                "    expect: {return: ERROR_SUCCESS, SessionInfo: [{InitiatorName: "
                                "\"iqn.2026-11.org.lunsim:n2\", Connections: [{InitiatorAddress: "
                                "10.0.0.77}]}]}\n")) == "");
}

BOOST_AUTO_TEST_CASE(a_step_without_a_host_is_done_by_the_first) {
  BOOST_TEST(
      red(play_text(kTwoHosts + "  - call: GetIScsiSessionList\n"
                                "    expect: {return: ERROR_SUCCESS, SessionInfo: [{InitiatorName: "
                                "\"*:n1\"}]}\n")) == "");
}

BOOST_AUTO_TEST_CASE(a_step_with_a_session_is_done_by_its_host) {
  // Both hosts number their sessions alike, so only the host tells them apart.
  const std::string text = kTwoHosts +
                           "  - logout: s2\n"
                           "  - call: GetIScsiSessionList\n    on: n1\n"
                           "    expect: {return: ERROR_SUCCESS, SessionCount: 1}\n"
                           "  - call: GetIScsiSessionList\n    on: n2\n"
                           "    expect: {return: ERROR_SUCCESS, SessionCount: 0}\n";
  BOOST_TEST(red(play_text(text)) == "");
}

BOOST_AUTO_TEST_CASE(what_one_writes_the_other_reads_meanwhile) {
  const std::string text =
      kTwoHosts +
      "  - write: {session: s2, blocks: 8, pattern: counting}\n"
      "  - start: {read: {session: s1, blocks: 8, pattern: counting}, as: r1}\n"
      "  - read: {session: s2, blocks: 8, pattern: counting}\n"
      "    expect: {status: GOOD, took: {below: 1 s}}\n"
      "  - await: {r1: {within: 4 s, expect: {status: GOOD, took: {between: [3 "
      "s, 3100 ms]}}}}\n";
  BOOST_TEST(red(play_text(text)) == "");
}

BOOST_AUTO_TEST_CASE(a_host_that_is_not_there_is_told) {
  const auto problems = refusals(
      kTwoHosts + "  - call: GetIScsiSessionList\n    on: n3\n    expect: {return: any}\n");
  BOOST_REQUIRE(problems.size() == 1u);
  BOOST_TEST(problems.front() == "x.yaml:17:9: no host is named \"n3\"; did you mean \"n1\"?");
}

BOOST_AUTO_TEST_CASE(a_step_that_no_host_does_takes_none) {
  BOOST_TEST(
      refusals(kTwoHosts + "  - sleep: 1 s\n    on: n1\n").front().find("unknown key \"on\"") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(started_operations)

BOOST_AUTO_TEST_CASE(an_api_call_runs_beside_the_story) {
  const std::string text =
      kOneHost +
      "  - arm: slow\n"
      "  - start: {call: SendScsiInquiry, with: {UniqueSessionId: $s1}, as: c}\n"
      "  - read: {session: s1, lba: 8}\n"
      "    expect: {status: GOOD, took: {at_least: 3 s}}\n"
      "  - await: {operation: c, within: 10 s}\n"
      "    expect: {return: ERROR_SUCCESS, ResponseBuffer: {vendor: any}, took: "
      "{between: [3 s, 3500 ms]}}\n";
  BOOST_TEST(red(play_text(text)) == "");
}

BOOST_AUTO_TEST_CASE(an_outcome_that_differs_fails) {
  const std::string text = kOneHost +
                           "  - start: {read: {session: s1}, as: r}\n"
                           "  - await: {r: {outcome: BUSY}}\n";
  const ScenarioReport report = play_text(text);
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().expected == "status BUSY");
}

BOOST_AUTO_TEST_CASE(what_is_too_late_fails) {
  const std::string text = kOneHost +
                           "  - start: {read: {session: s1}, as: r}\n"
                           "  - await: {r: {within: 2 s}}\n";
  const ScenarioReport report = play_text(text);
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().expected == "r ends within 2 s");
  BOOST_TEST(report.cases.back().seen == "it has not ended");
}

BOOST_AUTO_TEST_CASE(what_must_not_have_ended_is_waited_for_again) {
  BOOST_TEST(red(play_text(kOneHost + "  - start: {read: {session: s1}, as: r}\n"
                                      "  - await: {r: {within: 2 s, ends: no}}\n"
                                      "  - await: {r: {within: 2 s, outcome: GOOD}}\n")) == "");
  const ScenarioReport report = play_text(kOneHost +
                                          "  - start: {scsi: {session: s1, cdb: \"00 00 00 00 00 "
                                          "00\"}, as: r}\n"
                                          "  - await: {r: {within: 2 s, ends: no}}\n"
                                          "  - await: {r: {within: 2 s}}\n");
  BOOST_TEST((report.verdict != Verdict::pass));
}

BOOST_AUTO_TEST_CASE(logins_run_side_by_side_and_leave_their_sessions) {
  const std::string text =
      "language: 1\nscenario: t\n"
      "hosts: {n1: {}, n2: {}}\n"
      "targets:\n  array:\n    faults:\n"
      "      - held: {on: {receive: Login Request}, times: 2, do: {hold: 2 s}}\n"
      "steps:\n"
      "  - start: {login: {target: array, as: s1}, on: n1, as: "
      "l1}\n"
      "  - start: {login: {target: array, as: s2}, on: n2, as: "
      "l2}\n"
      "  - await: {l1: {within: 10 s, outcome: ERROR_SUCCESS}, l2: {within: 10 s}}\n"
      "  - write: {session: s1, pattern: ones}\n"
      "  - read: {session: s2, pattern: ones}\n"
      "  - start: {logout: s2, as: o}\n"
      "  - await: o\n";
  BOOST_TEST(red(play_text(text)) == "");
}

BOOST_AUTO_TEST_CASE(what_a_started_call_saves_is_there_after_it) {
  const std::string saved =
      "  - start: {call: GetIScsiSessionList, save: {n: SessionCount}, as: c}\n";
  const std::string used =
      "  - call: GetIScsiSessionList\n    expect: {return: ERROR_SUCCESS, SessionCount: $n}\n";
  BOOST_TEST(red(play_text(kOneHost + saved + "  - await: c\n" + used)) == "");
  BOOST_TEST(refusals(kOneHost + saved + used + "  - await: c\n")
                 .front()
                 .find("no saved value is named \"n\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_at_work_when_the_story_ends_harms_nobody) {
  // Only the first step is asked for after the start: nothing waits for r and c any more.
  const ScenarioReport report = play_text(kOneHost +
                                              "  - start: {read: {session: s1}, as: r}\n"
                                              "  - start: {login: {target: array, multipath: yes, "
                                              "as: s2}, as: c}\n"
                                              "  - read: {session: s1, lba: 9}\n"
                                              "  - await: {r: {}, c: {}}\n",
                                          "#4");
  BOOST_TEST(report.cases.size() == 1u);
  BOOST_TEST((report.verdict == Verdict::pass), report.reason);
}

BOOST_AUTO_TEST_CASE(a_misspelt_outcome_or_kind_is_told) {
  const auto first = [](const std::string& step) { return refusals(kOneHost + step).front(); };
  BOOST_TEST(first("  - start: {reed: {session: s1}, as: r}\n  - await: r\n")
                 .find("did you mean \"read\"") != std::string::npos);
  BOOST_TEST(first("  - start: {as: r}\n  - await: r\n").find("start needs one of") !=
             std::string::npos);
  BOOST_TEST(first("  - start: {read: {session: s1}, logout: s1, as: r}\n  - await: r\n")
                 .find("start needs one of") != std::string::npos);
  BOOST_TEST(first("  - start: {read: {session: s1}, as: r}\n  - await: {r: {outcome: GOOOD}}\n")
                 .find("did you mean \"GOOD\"") != std::string::npos);
  BOOST_TEST(first("  - start: {read: {session: s1}, as: r}\n  - await: r\n  - await: {q: {}}\n")
                 .find("no started operation is named \"q\"") != std::string::npos);
  BOOST_TEST(first("  - start: {read: {session: s1, blocks: 8, blocks_each: 1}, as: r}\n  - await: "
                   "r\n")
                 .find("blocks_each") != std::string::npos);
  BOOST_TEST(first("  - start: {call: GetIScsiSessionList, sweep: {BufferSize: 0..4}, as: r}\n  - "
                   "await: r\n")
                 .find("unknown key \"sweep\"") != std::string::npos);
  BOOST_TEST(
      first("  - read: {session: s1}\n    expect: {took: 5}\n").find("a time with its unit") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(call_thread)

BOOST_AUTO_TEST_CASE(the_word_goes_back_and_forth) {
  using lunsim::runtime::TimePoint;
  std::string said;
  bool there = false;
  scenarios::CallThread call([&] {
    said += "a";
    scenarios::CallThread::current()->park([&] { return there; }, TimePoint{100});
    said += "b";
    scenarios::CallThread::current()->park([] { return false; }, TimePoint{200});
    said += "c";
  });
  BOOST_TEST(said == "");
  BOOST_TEST(call.is_ready(TimePoint{0}));
  call.resume();
  BOOST_TEST(said == "a");
  BOOST_TEST(!call.is_ready(TimePoint{99}));
  there = true;
  BOOST_TEST(call.is_ready(TimePoint{99}));
  call.resume();
  BOOST_TEST(!call.is_ready(TimePoint{199}));
  BOOST_TEST((call.deadline() == TimePoint{200}));
  BOOST_TEST(call.is_ready(TimePoint{200}));
  call.resume();
  BOOST_TEST(call.has_ended());
  BOOST_TEST(said == "abc");
  BOOST_TEST((scenarios::CallThread::current() == nullptr));
}

BOOST_AUTO_TEST_CASE(what_it_throws_comes_out) {
  scenarios::CallThread call([] { throw std::runtime_error("no"); });
  BOOST_CHECK_THROW(call.resume(), std::runtime_error);
  BOOST_TEST(call.has_ended());
}

BOOST_AUTO_TEST_SUITE_END()
