#include "scenarios/engine/story_test_kit.hpp"

#include "scenarios/engine/faulty_host.hpp"

namespace scenarios = lunsim::scenarios;
namespace initiator = lunsim::initiator;
using namespace lunsim::scenarios::test;
using scenarios::ScenarioReport;
using scenarios::Verdict;

namespace {

/// A host_story with these host faults, and a session s1 before its steps.
std::string host_story(const std::string& faults, const std::string& steps) {
  return "language: 1\nscenario: t\ntargets:\n  array: {luns: [{lun: 0, capacity: 1 MiB}]}\n"
         "host_faults:\n" +
         faults + "steps:\n  - login: {target: array, as: s1}\n" + steps;
}
std::string list_step(const std::string& expect) {
  return "  - call: GetIScsiSessionList\n    expect: {" + expect + "}\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(host_faults)

BOOST_AUTO_TEST_CASE(a_call_returns_what_it_is_told_and_nothing_happens) {
  BOOST_TEST(red(play_text(host_story(
                 "  - busy: {on: {call: LogoutIScsiTarget}, times: 2, do: {return: "
                 "ISDSC_SESSION_BUSY}}\n",
                 "  - call: LogoutIScsiTarget\n    with: {UniqueSessionId: $s1}\n    repeat: 2\n"
                 "    expect: {return: ISDSC_SESSION_BUSY}\n" +
                     list_step("return: ERROR_SUCCESS, SessionCount: 1") + "  - logout: s1\n" +
                     list_step("return: ERROR_SUCCESS, SessionCount: 0") +
                     "  - fired: {busy: 2}\n"))) == "");
}

BOOST_AUTO_TEST_CASE(done_means_that_it_happens_all_the_same) {
  BOOST_TEST(red(play_text(host_story(
                 "  - lost: {on: {call: LogoutIScsiTarget}, do: {return: ISDSC_TRANSPORT_ERROR, "
                 "done: yes}}\n",
                 "  - logout: s1\n    expect: {return: ISDSC_TRANSPORT_ERROR}\n" +
                     list_step("return: ERROR_SUCCESS, SessionCount: 0")))) == "");
}

BOOST_AUTO_TEST_CASE(a_delayed_call_takes_so_much_longer) {
  BOOST_TEST(red(play_text(host_story(
                 "  - late: {on: {call: GetIScsiSessionList}, times: 1, do: {delay: 60 s}}\n",
                 list_step("return: ERROR_SUCCESS, took: {between: [60 s, 60 s]}") +
                     list_step("return: ERROR_SUCCESS, took: 0")))) == "");
}

BOOST_AUTO_TEST_CASE(a_hanging_call_never_ends_and_is_let_go_at_the_end) {
  const std::string hang = "  - stuck: {on: {call: SendScsiInquiry}, do: hang}\n";
  BOOST_TEST(
      red(play_text(host_story(hang,
                               "  - start: {call: SendScsiInquiry, with: {UniqueSessionId: $s1}, "
                               "as: c}\n  - read: {session: s1}\n  - sleep: 2 h\n"
                               "  - await: {c: {within: 1 h, ends: no}}\n"
                               "  - await: {c: {within: 1 s, ends: no}}\n"))) == "");
}

BOOST_AUTO_TEST_CASE(a_hanging_call_of_the_story_itself_is_no_verdict) {
  const ScenarioReport report =
      play_text(host_story("  - stuck: {on: {call: GetIScsiSessionList}, do: hang}\n",
                           list_step("return: ERROR_SUCCESS")));
  BOOST_TEST((report.verdict == Verdict::inconclusive));
  BOOST_TEST(report.cases.back().message.find("never returns, by the fault \"stuck\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_list_grows_between_two_calls) {
  BOOST_TEST(red(play_text(host_story(
                 "  - grew: {on: {call: GetIScsiSessionList, nth: 2}, do: {grew: 2}}\n"
                 "  - gone: {on: {call: GetIScsiSessionList, nth: 3}, do: {shrank: 1}}\n",
                 "  - call: GetIScsiSessionList\n    with: {BufferSize: 0}\n"
                 "    expect: {return: ERROR_INSUFFICIENT_BUFFER, BufferSize: any}\n"
                 "    save: {need: BufferSize}\n"
                 "  - call: GetIScsiSessionList\n    with: {BufferSize: $need}\n"
                 "    expect: {return: ERROR_INSUFFICIENT_BUFFER, BufferSize: {above: $need}}\n" +
                     list_step("return: ERROR_SUCCESS, SessionCount: 0") +
                     list_step("return: ERROR_SUCCESS, SessionCount: 1")))) == "");
}

BOOST_AUTO_TEST_CASE(a_stopped_service_answers_so_and_its_sessions_stay) {
  BOOST_TEST(red(play_text("language: 1\nscenario: t\nhosts: {n1: {}, n2: {}}\ntargets:\n  array: "
                           "{}\nsteps:\n  - login: {target: array, as: s1}\n"
                           "  - stop_service: n1\n" +
                           list_step("return: ISDSC_SERVICE_NOT_RUNNING") +
                           "  - read: {session: s1}\n    expect: {return: "
                           "ISDSC_SERVICE_NOT_RUNNING}\n"
                           "  - call: GetIScsiSessionList\n    on: n2\n    expect: {return: "
                           "ERROR_SUCCESS}\n"
                           "  - start_service: n1\n  - read: {session: s1}\n")) == "");
}

BOOST_AUTO_TEST_CASE(a_service_stops_under_a_call) {
  BOOST_TEST(red(play_text(host_story(
                 "  - dies: {on: {call: SendScsiReportLuns}, do: stop_service}\n"
                 "  - slow: {on: {call: SendScsiInquiry}, do: {delay: 10 s}}\n",
                 "  - start: {call: SendScsiInquiry, with: {UniqueSessionId: $s1}, as: c}\n"
                 "  - call: SendScsiReportLuns\n    with: {UniqueSessionId: $s1}\n"
                 "    expect: {return: ISDSC_SERVICE_NOT_RUNNING}\n"
                 "  - await: {c: {within: 0, outcome: ISDSC_SERVICE_NOT_RUNNING}}\n"
                 "  - start_service: host\n" +
                     list_step("return: ERROR_SUCCESS")))) == "");
}

BOOST_AUTO_TEST_CASE(it_strikes_only_what_it_waits_for) {
  const auto fired = [](const std::string& on) {
    const ScenarioReport report = play_text(
        host_story("  - f: {on: {" + on + "}, may_not_fire: true, do: {delay: 1 s}}\n",
                   "  - scsi: {session: s1, lun: 0, cdb: \"12 00 00 00 24 00\", data_in: 36}\n"
                   "  - scsi: {session: s1, lun: 3, cdb: \"12 00 00 00 24 00\", data_in: 36}\n"
                   "    expect: {return: any}\n"));
    return report.faults.at(0).fired;
  };
  BOOST_TEST(fired("call: SendScsiInquiry") == 2u);
  BOOST_TEST(fired("command: INQUIRY") == 2u);
  BOOST_TEST(fired("command: INQUIRY, lun: 3") == 1u);
  BOOST_TEST(fired("call: SendScsiInquiry, every: 2") == 1u);
  BOOST_TEST(fired("call: SendScsiInquiry, host: host") == 2u);
  BOOST_TEST(fired("command: READ(10)") == 0u);
  BOOST_TEST(fired("call: SendScsiReportLuns") == 0u);
  BOOST_TEST(fired("call: LoginIScsiTarget, target: \"*array\"") == 1u);
  BOOST_TEST(fired("call: LoginIScsiTarget, target: \"*other\"") == 0u);
}

BOOST_AUTO_TEST_CASE(it_is_armed_and_waits_for_others_like_any_fault) {
  BOOST_TEST(red(play_text(host_story(
                 "  - a: {on: {call: GetIScsiSessionList}, armed: false, times: 1, do: {delay: 1 "
                 "s}}\n"
                 "  - b: {on: {call: GetIScsiSessionList}, after: a, times: 1, do: {delay: 2 "
                 "s}}\n",
                 list_step("return: ERROR_SUCCESS, took: 0") + "  - arm: a\n" +
                     list_step("return: ERROR_SUCCESS, took: 1 s") +
                     list_step("return: ERROR_SUCCESS, took: 2 s") +
                     list_step("return: ERROR_SUCCESS, took: 0")))) == "");
}

BOOST_AUTO_TEST_CASE(one_that_never_fires_fails_its_story) {
  const ScenarioReport report =
      play_text(host_story("  - f: {on: {call: SendScsiInquiry}, do: hang}\n", ""));
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().id == "x#fault/f");
}

BOOST_AUTO_TEST_CASE(nonsense_is_told_with_its_place) {
  const auto first = [](const std::string& fault) {
    const auto told = refusals(host_story("  - f: {" + fault + "}\n", ""));
    return told.empty() ? std::string{} : told.front();
  };
  const auto says = [&](const std::string& fault, const std::string& part) {
    const std::string told = first(fault);
    BOOST_TEST(told.find(part) != std::string::npos, fault << " says " << told);
    BOOST_TEST(told.starts_with("x.yaml:6:"), told);
  };
  says("on: {call: LogoutIscsiTarget}, do: hang", "did you mean \"LogoutIScsiTarget\"");
  says("on: {nth: 2}, do: hang", "waits for a `call:`");
  says("on: {command: REED(10)}, do: hang", "did you mean \"READ(10)\"");
  says("on: {call: LogoutIScsiTarget, target: x}, do: hang", "only `call: LoginIScsiTarget`");
  says("on: {call: LogoutIScsiTarget, host: n9}, do: hang", "no host is named");
  says("on: {call: LogoutIScsiTarget}, do: {grew: 1}", "only a call that returns a list");
  says("on: {call: GetIScsiSessionList}, do: {return: 0}", "success cannot be made up");
  says("on: {call: GetIScsiSessionList}, do: {return: ISDSC_SESION_BUSY}",
       "did you mean \"ISDSC_SESSION_BUSY\"");
  says("on: {call: GetIScsiSessionList}, do: {done: yes}", "`done:` belongs to a `return:`");
  says("on: {call: GetIScsiSessionList}, do: {hang: yes, grew: 1}", "one way only");
  says("on: {call: GetIScsiSessionList}, do: {}", "does nothing");
  says("on: {call: GetIScsiSessionList}, after: g, do: hang", "no host fault is named \"g\"");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(connection_generations)

BOOST_AUTO_TEST_CASE(a_session_counts_its_connections) {
  const std::string text =
      "language: 1\nscenario: t\nhosts: {n1: {offers: {DefaultTime2Wait: 0}}}\ntargets:\n  array:\n"
      "    faults:\n      - cut: {on: {receive: READ(10)}, times: 1, do: {cut: {how: reset}}}\n"
      "steps:\n  - login: {target: array, as: s1}\n  - connections: {s1: 1}\n"
      "  - read: {session: s1}\n    expect: {answered: no}\n  - sleep: 3 s\n"
      "  - connections: {s1: ";
  BOOST_TEST(red(play_text(text + "2}\n")) == "");
  const ScenarioReport wrong = play_text(text + "1}\n");
  BOOST_TEST((wrong.verdict == Verdict::fail));
  BOOST_TEST(wrong.cases.back().seen == "2");
}

BOOST_AUTO_TEST_SUITE_END()
