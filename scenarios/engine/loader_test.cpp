#include "scenarios/engine/loader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace scenarios = lunsim::scenarios;
using scenarios::Problems;

namespace {

/// All problems of a text, a line each.
std::string problems_of(const std::string& text, const scenarios::ReadLimits& limits = {}) {
  Problems problems;
  const auto scenario = scenarios::load_scenario(text, "x.yaml", "x", problems, limits);
  BOOST_TEST(scenario.has_value() == problems.empty());
  std::string out;
  for (const scenarios::Problem& problem : problems.kept()) out += to_string(problem) + "\n";
  return out;
}

/// A whole scenario around some steps (each line already indented by two).
std::string with_steps(const std::string& steps) {
  return "language: 1\nscenario: t\ntargets:\n  array: {}\nsteps:\n" + steps;
}
std::string with_fault(const std::string& fault) {
  return "language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - f: " + fault + "\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loader)

BOOST_AUTO_TEST_CASE(a_small_scenario_is_read_with_its_defaults) {
  Problems problems;
  const auto scenario = scenarios::load_scenario(
      "language: 1\nscenario: two words\nchecks: [SRC-R1]\nseed: 0x2A\ntargets:\n  Array:\n"
      "    portals: [\"[fd00::1]:860\"]\n    luns: [{lun: 7, capacity: 1.5 MiB, block: 4096}]\n",
      "x.yaml", "api/x", problems);
  BOOST_REQUIRE(scenario.has_value());
  BOOST_TEST(scenario->title == "two words");
  BOOST_TEST(scenario->seed.value() == 42u);
  BOOST_REQUIRE(scenario->targets.size() == 1u);
  const scenarios::TargetModel& target = scenario->targets[0];
  BOOST_TEST(target.name == "iqn.2026-11.org.lunsim:array");
  BOOST_TEST(target.portals[0].host == "fd00::1");
  BOOST_TEST(target.portals[0].port == 860);
  BOOST_TEST(target.luns[0].capacity_bytes == 1572864u);
  BOOST_TEST(target.luns[0].place.line == 8u);
}

BOOST_AUTO_TEST_CASE(task_reporting_is_for_targets) {
  Problems problems;
  const auto scenario = scenarios::load_scenario(
      "language: 1\nscenario: t\ntargets:\n  array:\n    offers: {TaskReporting: FastAbort}\n",
      "x.yaml", "x", problems);
  BOOST_REQUIRE(scenario.has_value());
  BOOST_TEST((scenario->targets[0].wishes.session.task_reporting ==
              lunsim::negotiation::TaskReporting::fast_abort));
  BOOST_TEST(
      problems_of(
          "language: 1\nscenario: t\ntargets:\n  array:\n    offers: {TaskReporting: Fence}\n")
          .starts_with("x.yaml:5:29: \"Fence\" is no TaskReporting: possible is "));
  BOOST_TEST(
      problems_of("language: 1\nscenario: t\nhosts: {n: {offers: {TaskReporting: FastAbort}}}\n"
                  "targets:\n  array: {}\n") ==
      "x.yaml:3:21: TaskReporting is for targets: no host asks for it\n");
}

BOOST_AUTO_TEST_CASE(a_typo_is_told_with_place_and_suggestion) {
  BOOST_TEST(problems_of("language: 1\nscenario: t\ntargets:\n  array:\n    lunz: []\n") ==
             "x.yaml:5:5: unknown key \"lunz\" in a target; did you mean \"luns\"?\n");
  BOOST_TEST(problems_of(with_steps("  - logn: {target: array}\n")) ==
             "x.yaml:6:5: unknown step \"logn\"; did you mean \"login\"?\n");
  BOOST_TEST(problems_of(with_steps("  - login: {target: aray}\n")) ==
             "x.yaml:6:21: no target is named \"aray\"; did you mean \"array\"?\n");
}

BOOST_AUTO_TEST_CASE(names_of_functions_parameters_and_codes_are_checked) {
  BOOST_TEST(problems_of(with_steps("  - call: SendScsiReadCapacty\n    expect: {return: 0}\n")) ==
             "x.yaml:6:11: no function is named \"SendScsiReadCapacty\"; did you mean "
             "\"SendScsiReadCapacity\"?\n");
  BOOST_TEST(
      problems_of(with_steps(
          "  - call: GetIScsiSessionList\n    with: {BufferSise: 1}\n    expect: {return: 0}\n")) ==
      "x.yaml:7:12: GetIScsiSessionList has no parameter \"BufferSise\"; did you mean "
      "\"BufferSize\"?\n");
  BOOST_TEST(problems_of(with_steps(
                 "  - call: GetIScsiSessionList\n    expect: {return: ERROR_SUCESS}\n")) ==
             "x.yaml:7:22: unknown name \"ERROR_SUCESS\"; did you mean \"ERROR_SUCCESS\"?\n");
  BOOST_TEST(problems_of(with_steps(
                 "  - call: GetIScsiSessionList\n    expect: {out: {SesionCount: 1}}\n")) ==
             "x.yaml:7:20: nothing named \"SesionCount\" comes out of GetIScsiSessionList; did you "
             "mean \"SessionCount\"?\n");
}

BOOST_AUTO_TEST_CASE(names_of_pdus_commands_and_fields_are_checked) {
  BOOST_TEST(
      problems_of(with_fault("{on: {send: Data-Inn}, do: drop}")) ==
      "x.yaml:6:24: no PDU and no SCSI command is named \"Data-Inn\"; did you mean \"Data-In\"?\n");
  BOOST_TEST(problems_of(with_fault("{on: {receive: READ(11)}, do: {status: BUSI}}"))
                 .find("did you mean \"BUSY\"?") != std::string::npos);
  BOOST_TEST(problems_of(with_fault("{on: {send: Data-In}, do: {set: {DataSM: 1}}}"))
                 .find("did you mean \"DataSN\"?") != std::string::npos);
  BOOST_TEST(problems_of(with_fault("{on: {send: Data-In}, do: {status: BUSY}}"))
                 .find("belongs to a SCSI command") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_mistake_is_told_at_once_up_to_twenty) {
  std::string text = "language: 1\nscenario: t\ntargets:\n  array: {}\n";
  for (int i = 0; i < 30; ++i) text += "key" + std::to_string(i) + ": 1\n";
  Problems problems;
  scenarios::load_scenario(text, "x.yaml", "x", problems);
  BOOST_TEST(problems.kept().size() == 20u);
  BOOST_TEST(problems.total() == 30u);
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_a_mistake) {
  BOOST_TEST(problems_of("language: 1\nscenario: t\nscenario: u\ntargets: {a: {}}\n") ==
             "x.yaml:3:1: the key \"scenario\" stands here a second time\n");
}

BOOST_AUTO_TEST_CASE(a_quote_without_end_is_a_mistake) {
  BOOST_TEST(problems_of("language: 1\nscenario: \"t\ntargets: {a: {}}\n") ==
             "x.yaml:2:11: this quote is never closed\n");
  BOOST_TEST(problems_of("language: 1\nscenario: 't''s\ntargets: {a: {}}\n") ==
             "x.yaml:2:11: this quote is never closed\n");
  BOOST_TEST(problems_of("language: 1 # it's fine\nscenario: it's fine too\ntargets: {a: {}}\n") ==
             "");
  BOOST_TEST(problems_of("language: 1\nscenario: |\n  a \"block\n  'of text\ntargets: {a: {}}\n") ==
             "");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf_8_are_a_mistake) {
  BOOST_TEST(problems_of("language: 1\nscenario: \xC0\x80\n") ==
             "x.yaml:2:11: this is not UTF-8\n");
  BOOST_TEST(problems_of("language: 1\nscenario: \xED\xA0\x80\n") ==
             "x.yaml:2:11: this is not UTF-8\n");
}

BOOST_AUTO_TEST_CASE(an_alias_bomb_is_refused_quickly) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    text += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i)
      text += std::string(i == 0 ? "" : ", ") + "*" + static_cast<char>(c - 1);
    text += "]\n";
  }
  BOOST_TEST(problems_of(text).find("once aliases are followed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused) {
  BOOST_TEST(problems_of("a: " + std::string(100'000, '[')).find("nested deeper") !=
             std::string::npos);
  BOOST_TEST(problems_of(std::string(20'000, '-')).find("x.yaml") == 0u);
  std::string stairs;
  for (int i = 0; i < 40; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  BOOST_TEST(problems_of(stairs).find("nested deeper") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_large_file_is_refused) {
  scenarios::ReadLimits limits;
  limits.file_bytes_max = 100;
  BOOST_TEST(problems_of(std::string(101, ' '), limits).find("at most 100 are read") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sweep_has_a_bound) {
  const std::string step =
      "  - call: GetIScsiSessionList\n    sweep: {BufferSize: 0..99999, SessionCount: 0..1}\n    "
      "expect: {return: 0}\n";
  BOOST_TEST(problems_of(with_steps(step)) ==
             "x.yaml:7:12: this sweep has more than 100000 combinations\n");
}

BOOST_AUTO_TEST_CASE(units_are_needed_and_checked) {
  BOOST_TEST(problems_of(with_steps("  - sleep: 60\n")).find("a time with its unit") !=
             std::string::npos);
  BOOST_TEST(problems_of(with_steps("  - sleep: 60 sec\n")).find("a time with its unit") !=
             std::string::npos);
  BOOST_TEST(problems_of("language: 1\nscenario: t\ntargets: {a: {luns: [{lun: 0, capacity: 64 MB, "
                         "block: 511}]}}\n")
                 .find("a power of two") != std::string::npos);
}

void has(const std::string& text, const std::string& wanted) {
  const std::string told = problems_of(text);
  BOOST_TEST(told.find(wanted) != std::string::npos, wanted << " is not in " << told);
}

BOOST_AUTO_TEST_CASE(a_task_management_function_has_a_name_a_session_and_a_response) {
  const std::string login = "  - login: {target: array, as: s1}\n";
  BOOST_TEST(
      problems_of(with_steps(login + "  - manage: {session: s1, function: LOGICAL UNIT RESET}\n"
                                     "    expect: {response: function complete}\n"))
          .empty());
  has(with_steps(login + "  - manage: {session: s1, function: LOGICAL UNIT REST}\n"),
      "did you mean \"LOGICAL UNIT RESET\"?");
  has(with_steps(login + "  - manage: {session: s9, function: CLEAR ACA}\n"), "s9");
  has(with_steps(login + "  - manage: {session: s1, function: CLEAR ACA}\n"
                         "    expect: {response: function completed}\n"),
      "did you mean \"function complete\"?");
}

BOOST_AUTO_TEST_CASE(a_row_that_expects_nothing_is_refused) {
  const std::string call = "  - call: GetIScsiSessionList\n    expect: ";
  for (const char* row : {"{}", "{rule: X-R1}", "[{return: 0}, {warn: true}]"})
    has(with_steps(call + row + "\n"), "this row expects nothing");
  has(with_steps("  - login: {target: array}\n    expect: {rule: X}\n"), "expects nothing");
  has(with_steps(call + "{SessionInfo: {contains: []}}\n"), "at least one entry");
  BOOST_TEST(problems_of(with_steps(call + "{return: any}\n")).empty());
}

BOOST_AUTO_TEST_CASE(variables_of_expectations_must_have_been_saved) {
  const std::string call = "  - call: GetIScsiSessionList\n    save: {need: BufferSize}\n";
  const std::string any = call + "    expect: {return: any}\n";
  for (const char* wrong :
       {"$neeed", "{not: $neeed}", "{between: [0, $neeed]}", "{one_of: [0, {above: $neeed}]}"})
    has(with_steps(any + call + "    expect: {BufferSize: " + wrong + "}\n"),
        "no saved value is named \"neeed\"; did you mean \"need\"?");
  BOOST_TEST(problems_of(with_steps(any + call + "    expect: {BufferSize: $need}\n")).empty());
}

BOOST_AUTO_TEST_CASE(a_repetition_that_never_comes_is_refused) {
  const std::string row = "    expect: [{nth: [1, 4], return: 0}, {return: any}]\n";
  has(with_steps("  - call: GetIScsiSessionList\n    repeat: 3\n" + row), "no repetition 4");
  has(with_steps("  - login: {target: array}\n" + row), "no repetition 4");
  BOOST_TEST(
      problems_of(with_steps("  - call: GetIScsiSessionList\n    repeat: 4\n" + row)).empty());
}

BOOST_AUTO_TEST_CASE(what_is_started_is_awaited_once) {
  const std::string start =
      "  - login: {target: array, as: s}\n  - start: {read: {session: s}, as: r}\n";
  has(with_steps(start), "x.yaml:7:5: \"r\" is started, but never awaited after that");
  has(with_steps(start + "  - await: r\n  - await: r\n"), "no started operation is named \"r\"");
  BOOST_TEST(problems_of(with_steps(start + "  - await: r\n")).empty());
}

BOOST_AUTO_TEST_CASE(texts_of_a_unit_have_the_lengths_of_inquiry) {
  const auto unit = [](const std::string& key, std::size_t length) {
    return "language: 1\nscenario: t\ntargets: {a: {luns: [{lun: 0, " + key + ": " +
           std::string(length, 'x') + "}]}}\n";
  };
  const std::pair<const char*, std::size_t> limits[] = {
      {"vendor", 8}, {"product", 16}, {"revision", 4}, {"serial", 128}};
  for (const auto& [key, most] : limits) {
    BOOST_TEST(problems_of(unit(key, most)).empty(), key);
    has(unit(key, most + 1), "x.yaml:3:");
    has(unit(key, most + 1), "is longer than " + std::to_string(most) + " characters");
  }
}

BOOST_AUTO_TEST_CASE(times_have_a_bound) {
  for (const char* time : {"500000000 s", "99999999999999999999 s", "721 h"})
    has(with_steps(std::string("  - sleep: ") + time + "\n"),
        std::string("x.yaml:6:12: ") + time + " is out of range: \"sleep\" is at most 30 days");
  BOOST_TEST(problems_of(with_steps("  - sleep: 720 h\n")).empty());
  has(with_steps("  - change: {target: array, request_logout: 65536 s}\n"), "is at most 65535 s");
}

BOOST_AUTO_TEST_CASE(a_portal_is_an_ip_address) {
  const auto target = [](const std::string& portal) {
    return "language: 1\nscenario: t\ntargets: {a: {portals: [\"" + portal + "\"]}}\n";
  };
  for (const char* good : {"10.0.0.1", "10.0.0.1:3260", "[fd00::1]", "[::1]:1"})
    BOOST_TEST(problems_of(target(good)).empty(), good);
  for (const char* bad : {"a", "10.0.0", "10.0.0.1:", "10.0.0.1:0", "::1", "[10.0.0.1]", "[::1]x"})
    has(target(bad), "expected an IP address like 10.0.0.10:3260 or [fd00::1]:3260");
}

BOOST_AUTO_TEST_CASE(faults_that_cannot_be_are_refused) {
  has(with_fault("{on: {receive: READ(10)}, do: {status: BUSY, drop: true}}"), "two faults");
  has(with_fault("{on: {send: Data-In}, do: {drop: true, hold: 1 s}}"), "what is dropped");
  has(with_fault("{on: {receive: Data-In}, do: drop}"), "a target never receives Data-In");
  has(with_fault("{on: {send: Login Request}, do: drop}"), "a target never sends Login Request");
}

BOOST_AUTO_TEST_CASE(what_is_possible_is_told) {
  has(with_fault("{on: {send: Data-In}, do: {cut: {how: explode}}}"),
      "finish, reset, silence or half close");
  has(with_fault("{on: {send: Data-In}, do: {corrupt: xyzzy}}"),
      "header digest, data digest, header digest range or data digest range");
  has(with_fault("{on: {send: Data-In}, do: {explode: 1}}"), "possible is status, sense, delay");
  has(with_fault("{on: {send: Data-In}, times: -1, do: drop}"), "a number from 1, found \"-1\"");
  has(with_fault("{on: {receive: READ(10)}, do: {status: CHECK CONDITION, sense: {asc: 2A}}}"),
      "did you mean \"2Ah\"?");
  const std::string call = "  - call: LoginIScsiTarget\n    with: {LoginOptions: {AuthType: ";
  has(with_steps(call + "CHAP}}\n    expect: {return: 0}\n"), "ISCSI_CHAP_AUTH_TYPE");
  BOOST_TEST(
      problems_of(with_steps(call + "ISCSI_CHAP_AUTH_TYPE}}\n    expect: {return: 0}\n")).empty());
}

BOOST_AUTO_TEST_CASE(mistakes_of_syntax_are_told_in_plain_words_at_their_place) {
  has("language: 1\nscenario: t\ntargets:\n\tarray: {}\n",
      "x.yaml:4:1: a tab is used for indentation");
  has("language: 1\ntargets: {a: {luns: []}\nscenario: t\nsteps: []\n",
      "x.yaml:2:10: this \"{\" is never closed");
  has("language: 1\ntargets: {a: {luns: [{lun: 0}}}\nscenario: t\n",
      "x.yaml:2:21: this \"[\" is never closed");
  has("language: 1\nscenario: *\ntargets: {}\n", "is to be quoted");
  has("language: 1\nscenario: *all\ntargets: {}\n", "is to be quoted");
  has("language: 1\nscenario: t\ntargets:\n    a: {}\n  b: {}\n", "x.yaml:5:3: this is not YAML");
  has("language: 1\nscenario: t: u\ntargets: {}\n", "to be quoted");
}

BOOST_AUTO_TEST_CASE(mistakes_come_in_the_order_of_the_file_without_their_followers) {
  BOOST_TEST(problems_of("language: 1\nscenari: t\nseed: x\ntargets: {a: {lunz: []}}\n") ==
             "x.yaml:2:1: unknown key \"scenari\" in a scenario; did you mean \"scenario\"?\n"
             "x.yaml:3:7: expected a number from 0, found \"x\"\n"
             "x.yaml:4:15: unknown key \"lunz\" in a target; did you mean \"luns\"?\n");
  BOOST_TEST(problems_of(with_fault("{on: {recieve: READ(10)}, do: {status: BUSY}}")) ==
             "x.yaml:6:18: unknown key \"recieve\" in a fault's on; did you mean \"receive\"?\n");
}

BOOST_AUTO_TEST_CASE(any_bytes_whatever_do_no_harm) {
  const std::string good =
      with_fault("{on: {receive: READ(10), lba: 0..7, nth: 2}, do: {status: BUSY}}");
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    Problems problems;
    scenarios::load_scenario(good.substr(0, cut), "x.yaml", "x", problems);
    for (const char c : {'{', '"', '\0', '&', '*', '\xFF', '\n', ':'}) {
      std::string bad = good;
      bad[cut] = c;
      Problems more;
      scenarios::load_scenario(bad, "x.yaml", "x", more);
    }
  }
  BOOST_TEST(problems_of("").find("holds no scenario") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
