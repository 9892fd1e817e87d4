#include <boost/test/unit_test.hpp>

#include "scenarios/engine/call_memory.hpp"
#include "scenarios/engine/runner.hpp"

namespace scenarios = lunsim::scenarios;
using scenarios::RunOptions;
using scenarios::RunReport;
using scenarios::ScenarioReport;
using scenarios::Verdict;

namespace {

scenarios::Scenario load(const std::string& text) {
  const scenarios::ScenarioFile file{text, "x.yaml", "x"};
  scenarios::LoadedScenarios loaded = scenarios::load_scenarios({&file, 1});
  for (const std::string& problem : loaded.problems) BOOST_ERROR(problem);
  BOOST_REQUIRE(loaded.scenarios.size() == 1u);
  return loaded.scenarios.front();
}

RunReport run(const std::string& text, const std::string& filter = {}, std::uint64_t seed = 1) {
  RunOptions options;
  options.seed = seed;
  options.filter = filter;
  const std::vector<scenarios::Scenario> one{load(text)};
  return scenarios::run_scenarios(one, options);
}
ScenarioReport run_one(const std::string& text, const std::string& filter = {}) {
  const RunReport report = run(text, filter);
  BOOST_REQUIRE(report.scenarios.size() == 1u);
  return report.scenarios.front();
}

const std::string kHead =
    "language: 1\nscenario: t\ntargets:\n  array: {luns: [{lun: 0, capacity: 1 MiB}]}\nsteps:\n  - "
    "login: {target: array, as: s1}\n";
const std::string kCapacity = "  - call: SendScsiReadCapacity\n    with: {UniqueSessionId: $s1}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(player)

BOOST_AUTO_TEST_CASE(what_was_expected_passes) {
  const ScenarioReport report = run_one(
      kHead + kCapacity +
      "    expect: {return: ERROR_SUCCESS, ResponseBuffer: {last_lba: 2047}, rule: SRC-R1}\n");
  BOOST_TEST((report.verdict == Verdict::pass), scenarios::to_text(report));
  BOOST_TEST(report.cases.size() == 2u);
  BOOST_TEST(report.cases.back().rules.front() == "SRC-R1");
}

BOOST_AUTO_TEST_CASE(what_was_not_expected_fails_with_both_sides_and_the_place) {
  const ScenarioReport report = run_one(
      kHead + kCapacity +
      "    expect: {return: ERROR_SUCCESS, ResponseBuffer: {last_lba: 2046}, rule: SRC-R1}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  const scenarios::CaseReport& last = report.cases.back();
  BOOST_TEST(last.place.line == 9u);
  BOOST_TEST(last.expected.find("2046") != std::string::npos);
  BOOST_TEST(last.seen.find("2047") != std::string::npos);
  const std::string text = scenarios::to_text(report);
  BOOST_TEST(text.find("x.yaml:9:13") != std::string::npos);
  BOOST_TEST(text.find("SRC-R1") != std::string::npos);
  BOOST_TEST(text.find("lunsim run x.yaml --seed 0x1 --filter '#2'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_row_with_a_condition_is_not_excused_by_one_without) {
  const std::string text = kHead + kCapacity +
                           "    sweep: {ResponseSize: [4, 8]}\n"
                           "    expect:\n"
                           "      - {if: {ResponseSize: {below: 8}}, return: ERROR_SUCCESS}\n"
                           "      - {return: any}\n";
  const ScenarioReport report = run_one(text);
  BOOST_TEST(report.count(Verdict::fail) == 1u);
  BOOST_TEST(report.cases[1].id == "x#2[ResponseSize=4]");
  BOOST_TEST((report.cases[1].verdict == Verdict::fail));
}

BOOST_AUTO_TEST_CASE(a_row_that_does_not_say_how_it_ends_means_success) {
  const std::string call =
      "  - call: SendScsiReadCapacity\n    with: {UniqueSessionId: $s1, Lun: 99}\n";
  const std::string read = "  - read: {session: s1, lun: 99}\n";
  const std::string twice = "  - logout: s1\n  - logout: s1\n";
  const std::string expect = "    expect: ";
  for (const std::string& step :
       {call + expect + "{took: {below: 10 s}}\n", call + expect + "{ResponseSize: any}\n",
        call + expect + "{lua: \"seen.took ~= 0\"}\n", read + expect + "{data: any}\n",
        read + expect + "{answered: yes}\n", read + expect + "{sense: any}\n",
        read + expect + "{return: ERROR_SUCCESS, data_bytes: any}\n",
        read + expect + "[{nth: 1, took: any}]\n", twice + expect + "{took: any}\n",
        "  - start: {read: {session: s1, lun: 99}, as: r}\n  - await: r\n" + expect +
            "{took: any}\n"}) {
    const ScenarioReport report = run_one(kHead + step);
    BOOST_TEST((report.verdict == Verdict::fail), step);
    const std::string& why = report.cases.back().message;
    BOOST_TEST((why.starts_with("return: ") || why.starts_with("status: ")), why);
    BOOST_TEST(report.cases.back().expected.starts_with("return ERROR_SUCCESS"));
  }
  for (const std::string& step :
       {call + expect + "{return: any, took: {below: 10 s}}\n",
        read + expect + "{status: any, data: any}\n", read + expect + "{answered: any}\n",
        read + expect + "{return: any}\n", read + expect + "{sense: {key: ILLEGAL REQUEST}}\n",
        twice + expect + "{return: {not: ERROR_SUCCESS}, took: any}\n",
        kCapacity + expect + "{took: {below: 10 s}}\n"}) {
    const ScenarioReport report = run_one(kHead + step);
    BOOST_TEST((report.verdict == Verdict::pass), scenarios::to_text(report));
  }
}

BOOST_AUTO_TEST_CASE(what_can_never_be_is_refused) {
  const auto says = [](const std::string& text, const std::string& part) {
    const scenarios::ScenarioFile file{text, "x.yaml", "x"};
    const std::vector<std::string> told = scenarios::load_scenarios({&file, 1}).problems;
    BOOST_REQUIRE_MESSAGE(!told.empty(), text);
    BOOST_TEST(told.front().find(part) != std::string::npos, told.front());
  };
  says(kHead + kCapacity + "    expect: {return: 0, took: {between: [5 s, 1 s]}}\n",
       "nothing is between these");
  const std::string head = "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n";
  const std::string fault = ": {may_not_fire: yes, on: {receive: READ(10)}, do: ";
  says(head + "      - f" + fault + "{status: BUSY}, after: f}\n", "comes after itself: it never");
  says(head + "      - f" + fault + "{status: BUSY}, after: g}\n      - g" + fault +
           "{status: BUSY}, after: f}\n",
       "\"f\" comes after itself, by way of others");
  says(head + "      - f" + fault + "{apply: never}}\n", "changes no medium");
  says(head + "      - f" + fault + "{apply: cached}}\n", "changes no medium");
  says(head + "      - f: {on: {send: bytes}, do: {bandwidth: 100 GiB}}\n", "slows nothing down");
}

BOOST_AUTO_TEST_CASE(a_call_that_expects_nothing_must_succeed) {
  const ScenarioReport good = run_one(kHead + kCapacity + "  - call: GetIScsiSessionList\n");
  BOOST_TEST((good.verdict == Verdict::pass), scenarios::to_text(good));
  BOOST_TEST(good.cases.size() == 3u);
  const ScenarioReport bad = run_one(kHead + kCapacity + "    sweep: {ResponseSize: [8, 4]}\n");
  BOOST_TEST(bad.count(Verdict::fail) == 1u);
  BOOST_TEST(bad.cases.back().id == "x#2[ResponseSize=4]");
  BOOST_TEST(bad.cases.back().expected == "return ERROR_SUCCESS");
}

BOOST_AUTO_TEST_CASE(a_row_that_nothing_hits_fails) {
  const ScenarioReport report = run_one(kHead + kCapacity +
                                        "    expect:\n      - {return: ERROR_SUCCESS}\n      - "
                                        "{return: ISDSC_SCSI_REQUEST_FAILED}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().message == "nothing ever hit this row");
  BOOST_TEST(report.cases.back().place.line == 11u);
}

BOOST_AUTO_TEST_CASE(a_fault_that_never_fires_fails_unless_it_may) {
  const std::string head =
      "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - f: {on: {receive: "
      "READ(10)}, do: {status: BUSY}";
  const std::string tail = "}\nsteps:\n  - login: {target: array, as: s1}\n";
  BOOST_TEST((run_one(head + tail).verdict == Verdict::fail));
  BOOST_TEST((run_one(head + ", may_not_fire: true" + tail).verdict == Verdict::pass));
  const ScenarioReport fired =
      run_one(head + tail + "  - read: {session: s1}\n    expect: {status: BUSY}\n");
  BOOST_TEST((fired.verdict == Verdict::pass), scenarios::to_text(fired));
  BOOST_TEST(fired.faults.front().fired == 1u);
}

BOOST_AUTO_TEST_CASE(a_step_without_its_session_is_inconclusive_and_no_pass) {
  const ScenarioReport report = run_one(
      "language: 1\nscenario: t\nhosts: {h: {connect_timeout: 1 s}}\ntargets:\n  array:\n    chap: "
      "{user: u, secret: a long secret}\n"
      "steps:\n  - login: {target: array, as: s1}\n  - read: {session: s1}\n");
  BOOST_TEST(report.count(Verdict::fail) == 1u);
  BOOST_TEST(report.count(Verdict::inconclusive) == 1u);
}

BOOST_AUTO_TEST_CASE(data_that_differs_from_its_pattern_fails) {
  const ScenarioReport report = run_one(kHead +
                                        "  - write: {session: s1, lba: 3, pattern: ones}\n  - "
                                        "read: {session: s1, lba: 2, blocks: 2, pattern: zeros}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().message == "the data differs from \"zeros\" at block 3, byte 0");
}

BOOST_AUTO_TEST_CASE(a_filter_picks_one_case_of_a_sweep) {
  const std::string text =
      kHead + kCapacity + "    sweep: {ResponseSize: 0..20}\n    expect: {return: any}\n";
  BOOST_TEST(run_one(text).cases.size() == 22u);
  const ScenarioReport one = run_one(text, "x#2[ResponseSize=7]");
  BOOST_TEST(one.cases.size() == 1u);
  BOOST_TEST(one.cases.back().id == "x#2[ResponseSize=7]");
  BOOST_TEST(run_one(text, "#2[ResponseSize=1?]").cases.size() == 10u);
  BOOST_TEST(run(text, "elsewhere").is_empty());
}

BOOST_AUTO_TEST_CASE(a_filter_for_cases_reports_only_them) {
  const std::string text = kHead + "  - read: {session: s1}\n  - logout: s1\n";
  for (const char* filter : {"x#2", "#2", "*#2", "?#2"}) {
    const ScenarioReport report = run_one(text, filter);
    BOOST_REQUIRE(report.cases.size() == 1u);
    BOOST_TEST(report.cases.front().id == "x#2");
  }
  for (const char* filter : {"x#9", "#9", "y#2", "*/x#2", "#fault/f", "#2[ResponseSize=7]"})
    BOOST_TEST(run(text, filter).scenarios.empty(), filter);
}

BOOST_AUTO_TEST_CASE(a_filter_leaves_what_else_fails_unjudged) {
  const std::string text =
      "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - f: {on: {receive: "
      "READ(10)}, do: {status: BUSY}}\nsteps:\n  - login: {target: array, as: s1}\n  - write: "
      "{session: s1}\n    expect: {status: BUSY}\n";
  BOOST_TEST((run_one(text).verdict == Verdict::fail));
  BOOST_TEST((run_one(text, "#1").verdict == Verdict::pass));
  BOOST_TEST((run_one(text, "#fault/f").verdict == Verdict::fail));
}

/// The words of a line as a shell takes them.
std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\'') {
      quoted = !quoted;
    } else if (!quoted && line[i] == '\\') {
      words.back() += line[++i];
    } else if (!quoted && line[i] == ' ') {
      words.emplace_back();
    } else {
      words.back() += line[i];
    }
  }
  return words;
}

BOOST_AUTO_TEST_CASE(a_replay_line_replays_whatever_the_id_and_the_path) {
  const std::string text =
      "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - \"it's\": {on: {receive: "
      "READ(10)}, do: {status: BUSY}}\nsteps:\n  - login: {target: array, as: s1}\n" +
      kCapacity +
      "    sweep: {ResponseSize: 7..9}\n    expect:\n      - {if: {ResponseSize: 8}, return: 5}\n"
      "      - {return: any}\n      - {if: {ResponseSize: 77}, return: 0}\n"
      "  - read: {session: s1, lba: 9999999}\n    repeat: 3\n    expect: {status: any}\n"
      "  - call: GetIScsiSessionList\n    repeat: 3\n    expect: [{nth: 2, return: 5}, {return: "
      "any}]\n";
  scenarios::Scenario scenario = load(text);
  scenario.id = "sub folder/it's";
  scenario.file = "my dir/sub folder/it's.yaml";
  RunOptions options;
  const ScenarioReport whole = scenarios::run_scenario(scenario, options);
  std::size_t red = 0;
  for (const scenarios::CaseReport& one : whole.cases) {
    if (one.verdict == Verdict::pass) continue;
    ++red;
    const std::vector<std::string> words = shell_words(scenarios::replay_line(whole, one));
    BOOST_REQUIRE(words.size() == 7u);
    BOOST_TEST(words[2] == scenario.file);
    scenario.id = "it's";  // as the file alone is called
    options.filter = words[6];
    const scenarios::RunReport again = scenarios::run_scenarios({&scenario, 1}, options);
    BOOST_REQUIRE(again.scenarios.size() == 1u);
    BOOST_REQUIRE(again.scenarios.front().cases.size() >= 1u);
    const scenarios::CaseReport& same = again.scenarios.front().cases.front();
    BOOST_TEST(same.message == one.message);
    BOOST_TEST((same.verdict == one.verdict));
  }
  BOOST_TEST(red >= 3u);
}

/// A callee that writes one byte right behind a buffer, or right before it, while this lives.
struct Misdeed {
  Misdeed(const std::string& buffer, bool past_its_end) {
    scenarios::CallMemory::set_misdeed(
        [=](const std::string& name, std::byte* data, std::size_t bytes) {
          volatile std::byte* at = past_its_end ? data + bytes : data - 1;
          if (name == buffer) *at = std::byte{0x55};
        });
  }
  ~Misdeed() { scenarios::CallMemory::set_misdeed({}); }
};

BOOST_AUTO_TEST_CASE(a_byte_written_past_a_buffer_fails_and_nothing_is_trusted_after_it) {
  const Misdeed misdeed("ResponseBuffer", true);
  const ScenarioReport report =
      run_one(kHead + kCapacity + "    expect: {return: any}\n  - read: {session: s1}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_REQUIRE(report.cases.size() == 3u);
  BOOST_TEST((report.cases[1].verdict == Verdict::fail));
  BOOST_TEST(report.cases[1].message.find("past the end of ResponseBuffer") != std::string::npos);
  BOOST_TEST((report.cases[2].verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(a_byte_written_before_a_buffer_fails) {
  const Misdeed misdeed("SenseBuffer", false);
  const ScenarioReport report = run_one(kHead + kCapacity + "    expect: {return: any}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST((report.cases[1].verdict == Verdict::fail));
  BOOST_TEST(report.cases[1].message == "wrote before the first byte of SenseBuffer");
}

BOOST_AUTO_TEST_CASE(a_login_that_writes_outside_fails) {
  for (const bool past_its_end : {true, false}) {
    const Misdeed misdeed("UniqueSessionId", past_its_end);
    BOOST_TEST((run_one(kHead).verdict == Verdict::fail));
  }
}

BOOST_AUTO_TEST_CASE(a_case_that_no_row_speaks_of_fails) {
  const ScenarioReport report =
      run_one(kHead + kCapacity +
              "    sweep: {ResponseSize: [8, 9]}\n    expect: [{if: {ResponseSize: 8}, return: "
              "ERROR_SUCCESS}]\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().message == "no row speaks of this case");
}

BOOST_AUTO_TEST_CASE(a_row_of_login_or_logout_that_nothing_hits_fails) {
  const std::string rows = "    expect: [{return: 0}, {return: 5}]\n";
  const std::string head = "language: 1\nscenario: t\ntargets: {array: {}}\nsteps:\n";
  const std::string login = "  - login: {target: array, as: s1}\n";
  for (const std::string& steps : {login + rows, login + "  - logout: s1\n" + rows}) {
    const ScenarioReport report = run_one(head + steps);
    BOOST_TEST((report.verdict == Verdict::fail));
    BOOST_TEST(report.cases.back().message == "nothing ever hit this row");
  }
}

BOOST_AUTO_TEST_CASE(what_could_not_be_judged_is_no_pass) {
  const ScenarioReport report = run_one(kHead +
                                        "  - call: GetIScsiSessionList\n    expect: {return: any}\n"
                                        "    save: {id: SessionInfo.7.SessionId}\n");
  BOOST_TEST(report.count(Verdict::fail) == 0u);
  BOOST_TEST((report.verdict == Verdict::inconclusive));
}

const std::string kSlow =
    "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - f: {on: {receive: "
    "READ(10)}, do: {delay: 5 s}}\nsteps:\n  - login: {target: array, as: s1}\n"
    "  - start: {read: {session: s1}, as: r}\n";

BOOST_AUTO_TEST_CASE(an_operation_that_ends_too_late_fails) {
  const ScenarioReport late = run_one(kSlow + "  - await: {operation: r, within: 1 s}\n");
  BOOST_TEST((late.verdict == Verdict::fail));
  BOOST_TEST(late.count(Verdict::fail) == 1u);
  const ScenarioReport early = run_one(kSlow + "  - await: {operation: r, within: 6 s}\n");
  BOOST_TEST((early.verdict == Verdict::pass), scenarios::to_text(early));
}

BOOST_AUTO_TEST_CASE(a_fault_that_fired_otherwise_than_expected_fails) {
  const ScenarioReport report = run_one(kSlow + "  - await: r\n  - fired: {f: 2}\n");
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_TEST(report.cases.back().seen == "fired 1 times, matched 1");
  BOOST_TEST((run_one(kSlow + "  - await: r\n  - fired: {f: 1}\n").verdict == Verdict::pass));
}

BOOST_AUTO_TEST_CASE(without_steps_there_is_nothing_to_pass) {
  const RunReport report = run("language: 1\nscenario: t\ntargets: {array: {}}\n");
  BOOST_TEST((report.scenarios.front().verdict == Verdict::skipped));
  BOOST_TEST(report.is_empty());
}

BOOST_AUTO_TEST_CASE(sixty_virtual_seconds_take_no_time) {
  const ScenarioReport report = run_one(kHead + "  - sleep: 60 s\n");
  BOOST_TEST(report.virtual_ns >= 60'000'000'000);
}

BOOST_AUTO_TEST_CASE(the_hash_sees_what_crosses_the_wire) {
  const std::string body =
      "luns: [{lun: 0, capacity: 1 MiB}]}\nsteps:\n  - login: {target: array, as: s1}\n";
  const std::string head = "language: 1\nscenario: t\ntargets:\n  array: {";
  const RunReport report = run(head + body);
  BOOST_TEST(report.event_hash == run(head + body).event_hash);
  BOOST_TEST(report.event_hash != run(head + "first_stat_sn: 77, " + body).event_hash);
}

BOOST_AUTO_TEST_SUITE_END()
