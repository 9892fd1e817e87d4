#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "scenarios/engine/lua_functions.hpp"
#include "scenarios/engine/lua_places.hpp"
#include "scenarios/engine/lua_prompt.hpp"
#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/runner.hpp"

namespace lunsim::scenarios {
namespace {

LoadedScenarios load(const std::string& text, const std::string& path) {
  const ScenarioFile file{text, path, "x"};
  return load_scenarios({&file, 1});
}
std::string problems_of(const std::string& text, const std::string& path = "a.lua") {
  std::string out;
  for (const std::string& problem : load(text, path).problems) out += problem + "\n";
  return out;
}
ScenarioReport run(const std::string& text, const std::string& path = "a.lua",
                   std::uint64_t seed = 1, const std::string& filter = {}) {
  const LoadedScenarios loaded = load(text, path);
  for (const std::string& problem : loaded.problems) BOOST_ERROR(problem);
  BOOST_REQUIRE(loaded.scenarios.size() == 1U);
  RunOptions options;
  options.seed = seed;
  options.filter = filter;
  return run_scenario(loaded.scenarios.front(), options);
}
/// A scenario whose steps are `steps`, from line 4 on.
std::string lua(const std::string& steps, const std::string& faults = "") {
  return "return {language = 1, scenario = 't',\n"
         "targets = {array = {luns = {{lun = 0, capacity = '1 MiB'}}, faults = {" +
         faults + "}}},\nsteps = function()\n" + steps + "\nend}\n";
}
/// "pass" or what the first case that is red says.
std::string verdict(const ScenarioReport& report) {
  for (const CaseReport& one : report.cases)
    if (one.verdict != Verdict::pass)
      return fmt::format("{} {}:{} {}", one.verdict == Verdict::fail ? "fail" : "red",
                         one.place.file, one.place.line,
                         one.message.empty() ? one.seen : one.message);
  return report.reason + std::string(describe(report.verdict));
}
const std::string kBusy =
    "{busy = {on = {receive = 'READ(10)'}, times = 2, ['do'] = {status = 'BUSY'}}}";
const std::string kYamlHead =
    "language: 1\nscenario: t\ntargets:\n  array: {luns: [{lun: 0, capacity: 1 MiB}]}\nsteps:\n"
    "  - login: {target: array, as: s1}\n";

/// The same with two hosts, from line 5 on.
std::string lua_of_two_hosts(const std::string& steps) {
  std::string out = lua("\n" + steps);
  return out.replace(out.find("targets ="), 0, "hosts = {n1 = {}, n2 = {}}, ");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lua_scenario)

BOOST_AUTO_TEST_CASE(a_script_has_several_hosts) {
  const std::string steps =
      "local a = login{target = 'array', on = 'n1'}\n"
      "local b = login{target = 'array', on = 'n2'}\n"
      "logout(b)\n"
      "equal(call{'GetIScsiSessionList', on = 'n1'}.SessionCount, 1)\n"
      "equal(call{'GetIScsiSessionList', on = 'n2'}.SessionCount, 0)\n"
      "stop_service('n1')\n"
      "local r = read{session = a, expect = 'anything'}\n"
      "equal(r.returned, 'ISDSC_SERVICE_NOT_RUNNING')";
  BOOST_TEST(verdict(run(lua_of_two_hosts(steps))) == "pass");
  BOOST_TEST(verdict(run(lua_of_two_hosts("login{target = 'array', on = 'n3'}")))
                 .starts_with("fail a.lua:5 a.lua:5: no host is named \"n3\""));
}

BOOST_AUTO_TEST_CASE(a_script_starts_calls_and_looks_at_the_wire) {
  BOOST_TEST(
      verdict(run(lua("mark('before')\n"
                      "start{login = {target = 'array'}, as = 'l'}\n"
                      "local s = await('l')\n"
                      "start{call = 'SendScsiInquiry', with = {UniqueSessionId = s}, as = 'c'}\n"
                      "local r = await{operation = 'c', within = '5 s', expect = 'anything'}\n"
                      "equal(r.returned, 'ERROR_SUCCESS')\n"
                      "connections{[s.session] = 1}\n"
                      "observe{since = 'before', wire = {'receive Login Request', "
                      "'receive INQUIRY'}, within = 0}"))) == "pass");
  BOOST_TEST(verdict(run(lua("login{target = 'array', as = 's'}\n"
                             "observe{since = 'start', never = {'receive INQUIRY'}}")))
                 .starts_with("fail a.lua:5 "));
  BOOST_TEST(verdict(run(lua("observe{since = 'never set', wire = {'opened'}}")))
                 .starts_with("fail a.lua:4 "));
}

BOOST_AUTO_TEST_CASE(a_lua_file_has_the_keys_of_yaml_and_steps_as_a_coroutine) {
  const ScenarioReport report =
      run(lua("local s = login{target = 'array'}\n"
              "write{session = s, lba = 3, pattern = 'ones'}\n"
              "local r = read{session = s, lba = 3, pattern = 'ones'}\n"
              "equal(r.status, 'GOOD') equal(#r.data, 512)\n"
              "equal(r.returned, 'ERROR_SUCCESS')\n"
              "logout(s)"));
  BOOST_TEST(verdict(report) == "pass");
  BOOST_TEST(report.cases.size() == 7U);
  BOOST_TEST(report.cases.front().id == "x#1/line 4");
  BOOST_TEST(report.cases.back().place.line == 9U);
}

BOOST_AUTO_TEST_CASE(what_is_not_as_expected_fails_at_its_line) {
  BOOST_TEST(
      verdict(run(lua("login{target = 'array', as = 's'}\n\nread{session = 's', lba = 9999}")))
          .starts_with("fail a.lua:6 "));
  BOOST_TEST(verdict(run(lua("expect(1 == 2, 'one is two')"))) ==
             "fail a.lua:4 the condition is false");
  BOOST_TEST(verdict(run(lua("equal({1, 2}, {1, 3}, 'the list')"))) == "fail a.lua:4 the list");
  const ScenarioReport report =
      run(lua("login{target = 'array', as = 's'}\n"
              "local r = read{session = 's', lba = 9999, expect = 'anything'}\n"
              "equal(r.sense.key, 'ILLEGAL REQUEST')"));
  BOOST_TEST(verdict(report) == "pass");
}

BOOST_AUTO_TEST_CASE(calls_go_through_the_api_with_their_parameters) {
  const ScenarioReport report =
      run(lua("local s = login{target = 'array'}\n"
              "local r = call('SendScsiReadCapacity', {UniqueSessionId = s, ResponseSize = 8})\n"
              "equal(r.ResponseBuffer.last_lba, 2047)\n"
              "r = call('SendScsiReadCapacity', {UniqueSessionId = s, ResponseSize = 4},\n"
              "         {expect = {['return'] = 'ERROR_INSUFFICIENT_BUFFER', rule = 'SRC-R2'}})\n"
              "equal(r.returned, 'ERROR_INSUFFICIENT_BUFFER')\n"
              "call{'GetIScsiSessionListW', with = {BufferSize = 0}, expect = 'anything'}\n"
              "step{call = 'GetIScsiSessionListW', with = {BufferSize = 0}, expect = 'anything'}\n"
              "step{call = 'GetIScsiSessionListW'}"));
  BOOST_TEST(verdict(report) == "pass");
  BOOST_TEST(report.cases.at(3).rules.front() == "SRC-R2");
  const std::string login = "local s = login{target = 'array'} ";
  for (const char* step :
       {"step{call = 'SendScsiReadCapacity', with = {UniqueSessionId = s, Lun = 99}}",
        "read{session = s, lun = 99, expect = {took = 'any'}}",
        "logout(s) step{logout = 'session 1', expect = {took = 'any'}}"}) {
    const std::string said = verdict(run(lua(login + step)));
    BOOST_TEST(
        (said.starts_with("fail a.lua:4 return: ") || said.starts_with("fail a.lua:4 status: ")),
        said);
  }
}

BOOST_AUTO_TEST_CASE(time_is_virtual) {
  const ScenarioReport report =
      run(lua("local before = now() sleep '60 s' sleep(0.5) equal(now() - before, 60.5)"));
  BOOST_TEST(verdict(report) == "pass");
  BOOST_TEST(report.virtual_ns >= 60'500'000'000);
}

BOOST_AUTO_TEST_CASE(faults_are_armed_counted_and_waited_for) {
  const ScenarioReport report = run(
      lua("local s = login{target = 'array'}\n"
          "start{read = {session = s}, as = 'r'}\n"
          "expect(wait{fault = 'busy', within = '5 s'}, 'busy fires')\n"
          "equal(await{operation = 'r', expect = {status = 'BUSY'}}.status, 'BUSY')\n"
          "expect(not wait{fault = 'busy', within = '5 s'}, 'and not again')\n"
          "equal(times_fired('busy'), 1) fired{busy = 1} disarm 'busy' read{session = s}\n"
          "local n = 0 expect(wait{condition = function() n = n + 1 return n > 1 end, within = 1}, "
          "'n') ",
          kBusy));
  BOOST_TEST(verdict(report) == "pass");
}

BOOST_AUTO_TEST_CASE(mistakes_in_steps_are_errors_at_their_line) {
  BOOST_TEST(verdict(run(lua("\nlogin{targte = 'array'}"))) ==
             "fail a.lua:5 a.lua:5: unknown key \"targte\" in login; did you mean \"target\"?");
  BOOST_TEST(verdict(run(lua("login{target = 'arrray'}"))) ==
             "fail a.lua:4 a.lua:4: no target is named \"arrray\"; did you mean \"array\"?");
  BOOST_TEST(verdict(run(lua("read{session = 'nobody'}"))) ==
             "fail a.lua:4 a.lua:4: no session is named \"nobody\"");
  BOOST_TEST(
      verdict(run(lua("sleep 'soon'"))).starts_with("fail a.lua:4 a.lua:4: expected a time"));
  BOOST_TEST(verdict(run(lua("times_fired('x')"))) ==
             "fail a.lua:4 a.lua:4: no fault is named \"x\"");
  BOOST_TEST(verdict(run(lua("raed{session = 's'}"))) ==
             "fail a.lua:4 a.lua:4: unknown name \"raed\"; did you mean \"read\"?");
}

BOOST_AUTO_TEST_CASE(no_pcall_holds_a_mistake_in_a_step_up) {
  const std::string login = "local s = login{target = 'array'} ";
  const auto says = [&](const std::string& steps, const std::string& part) {
    const std::string said = verdict(run(lua(login + steps, kBusy)));
    BOOST_TEST(said.starts_with("fail a.lua:4 a.lua:4: "), steps << " says " << said);
    BOOST_TEST(said.find(part) != std::string::npos, said);
  };
  says("pcall(login, {targte = 1}) logout(s)", "did you mean \"target\"?");
  says("pcall(read, {session = s, expect = {status = 'GOD'}})", "did you mean \"GOOD\"?");
  says("pcall(arm, 'nope')", "no fault is named \"nope\"");
  says("pcall(times_fired, 'nope')", "no fault is named \"nope\"");
  says("pcall(wait, {fault = 'nope', within = 1})", "no fault is named \"nope\"");
  says("pcall(wait, {condition = function() times_fired('no') end, within = 1})", "in the cond");
  says("pcall(expect, true)", "in words what is expected");
  says("pcall(pcall, login, {target = 'nope'})", "no target is named \"nope\"");
  says("coroutine.resume(coroutine.create(function() pcall(login, {target = 'nope'}) end))",
       "no target is named \"nope\"");
  says(
      "local c <close> = setmetatable({}, {__close = function() local n = 1 end}) pcall(sleep, {})",
      "sleep");
  // What comes of a step is no mistake: there is a case that says it.
  BOOST_TEST(verdict(run(lua("local s = login{target = 'array'} logout(s)\n"
                             "equal(pcall(error, 'no'), false)"))) == "pass");
}

BOOST_AUTO_TEST_CASE(a_mistake_ends_its_script_and_no_other) {
  const ScenarioReport report = run(kYamlHead +
                                        "  - lua: pcall(arm, 'nope')\n"
                                        "  - lua: equal(read{session = 's1'}.status, 'GOOD')\n",
                                    "a.yaml");
  BOOST_TEST(report.count(Verdict::fail) == 1U);
  BOOST_TEST((report.cases.back().verdict == Verdict::pass));
  BOOST_TEST(report.cases.size() == 4U);
}

BOOST_AUTO_TEST_CASE(what_a_script_starts_must_be_awaited) {
  const std::string start =
      "local s = login{target = 'array'}\nstart{read = {session = s, lun = 99}, as = 'r'}\n";
  BOOST_TEST(verdict(run(lua(start))) ==
             "fail a.lua:5 \"r\" is started, but never awaited after that");
  BOOST_TEST(verdict(run(lua(start + "sleep '1 s'"), "a.lua", 1, "#1/line 5")).starts_with("fail"));
  BOOST_TEST(
      verdict(run(lua(start + "await{operation = 'r', expect = {status = 'CHECK CONDITION'}}"))) ==
      "pass");
  BOOST_TEST(verdict(run(kYamlHead + "  - lua: \"start{read = {session = 's1'}, as = 'r'}\"\n"
                                     "  - lua: await('r')\n",
                         "a.yaml", 1, "#2*")) == "pass");
  const std::string never = "{busy = {on = {receive = 'READ(10)'}, ['do'] = {answer = 'never'}}}";
  BOOST_TEST(
      verdict(run(lua(start + "await{operation = 'r', within = '1 s', ends = false}", never)))
          .find("never awaited") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_script_that_judges_nothing_is_no_pass) {
  for (const char* steps : {"", "sleep '1 s'", "log('all is well') local a = 1 + 1"}) {
    const ScenarioReport report = run(lua(steps));
    BOOST_TEST((report.verdict == Verdict::inconclusive));
    BOOST_TEST(verdict(report).find("judges anything") != std::string::npos, verdict(report));
    BOOST_TEST(run(lua(steps), "a.lua", 1, "#1/nothing").cases.size() == 1U);
  }
  BOOST_TEST((run(kYamlHead.substr(0, kYamlHead.find("  - login")) + "  - sleep: 1 s\n", "a.yaml")
                  .verdict == Verdict::inconclusive));
}

BOOST_AUTO_TEST_CASE(a_script_that_does_not_end_is_a_named_error_with_its_line) {
  BOOST_TEST(
      verdict(run(lua("\nwhile true do end"))).starts_with("fail a.lua:5 a.lua:5: budget: "));
  BOOST_TEST(verdict(run(lua("while true do sleep '1 ms' end"))).find("budget: ") !=
             std::string::npos);
  BOOST_TEST(verdict(run(lua("os.exit(0)"))).find("sandbox: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_in_the_table_have_the_place_of_their_key) {
  BOOST_TEST(
      problems_of("return {language = 1, scenario = 't',\n  targets = {\n    array = {lunz = "
                  "{}},\n  },\n}") ==
      "a.lua:3:14: unknown key \"lunz\" in a target; did you mean \"luns\"?\n");
  BOOST_TEST(problems_of("scenario({language = 1, scenario = 't', targets = {array = {luns = {\n"
                         "{lun = 0},\n{lun = 1, capacity = '3 MiBB'}}}}})")
                 .starts_with("a.lua:3:11: "));
  BOOST_TEST(problems_of("x = = 1") == "a.lua:1:0: unexpected symbol near '='\n");
  BOOST_TEST(problems_of("local t = 1") ==
             "a.lua:1:1: the file gives no scenario: it ends with `return {...}` or calls "
             "scenario{...}\n");
  BOOST_TEST(problems_of("\nlogin{target = 'array'}").starts_with("a.lua:2:0: login belongs into"));
  BOOST_TEST(problems_of("while true do end").find("budget: ") != std::string::npos);
  BOOST_TEST(problems_of("scenario{} scenario{}").find("a second one") != std::string::npos);
  BOOST_TEST(problems_of("\xff").find("UTF-8") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(places_are_those_of_the_literal) {
  const LuaPlaces places = find_lua_places(
      "local x = {a = 1} -- {b = 2}\n"
      "local function f() return {c = 3} end\n"
      "return {\n"
      "  one = {two = {[ 'three' ] = 3, 4, {five = 5}}},\n"
      "  steps = function() if x then local t = {six = 6} end return {seven = 7} end,\n"
      "  eight = [[ {nine = 9} ]], ten = f{eleven = 11},\n"
      "}",
      "a.lua");
  const auto at = [&](const std::string& path) {
    const auto found = places.find(path);
    return found == places.end() ? std::string("-")
                                 : fmt::format("{}:{}", found->second.line, found->second.column);
  };
  BOOST_TEST(at("") == "3:8");
  BOOST_TEST(at("one/two/three") == "4:17");
  BOOST_TEST(at("one/two/1") == "4:34");
  BOOST_TEST(at("one/two/2/five") == "4:38");
  BOOST_TEST(at("steps") == "5:3");
  BOOST_TEST(at("ten") == "6:29");
  for (const char* absent : {"a", "b", "c", "six", "seven", "nine", "eleven", "steps/six"})
    BOOST_TEST(at(absent) == "-");
}

BOOST_AUTO_TEST_CASE(a_lua_step_stands_among_those_of_yaml) {
  const ScenarioReport report =
      run(kYamlHead +
              "  - lua: |\n"
              "      local r = read{session = 's1'}\n"
              "      equal(r.status, 'GOOD')\n"
              "      login{target = 'array', as = 's2', multipath = true}\n"
              "      count = 3\n"
              "  - read: {session: s2}\n"
              "  - lua: equal(count, 3)\n",
          "a.yaml");
  BOOST_TEST(verdict(report) == "pass");
  BOOST_TEST(report.cases.at(1).id == "x#2/line 8");
  const std::string bad = kYamlHead + "  - lua: |\n\n      local a = 1\n      error('no')\n";
  BOOST_TEST(verdict(run(bad, "a.yaml")) == "fail a.yaml:10 a.yaml:10: no");
  BOOST_TEST(problems_of(kYamlHead + "  - lua: |\n      local a = 1\n      local = 2\n",
                         "a.yaml") == "a.yaml:9:0: <name> expected near '='\n");
  BOOST_TEST(problems_of(kYamlHead + "  - read: {session: s2}\n  - lua: login{}\n", "a.yaml")
                 .find("no session") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_hash_and_another_gives_another) {
  const std::string text = lua(
      "local s = login{target = 'array'}\n"
      "for i = 1, 20 do write{session = s, lba = math.random(0, 1000), pattern = 'ones'} end\n"
      "for k in pairs{a = 1, b = 2, [1] = 3, [2.5] = 4} do read{session = s, lba = #tostring(k)} "
      "end");
  const ScenarioReport first = run(text, "a.lua", 7);
  BOOST_TEST(verdict(first) == "pass");
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(run(text, "folder/a.lua", 7).event_hash == first.event_hash);
  BOOST_TEST(run(text, "a.lua", 8).event_hash != first.event_hash);
}

BOOST_AUTO_TEST_CASE(a_filter_picks_a_line_of_a_script) {
  const std::string text = lua("expect(true, 'one')\nexpect(false, 'two')\nexpect(true, 'three')");
  const ScenarioReport report = run(text, "a.lua", 1, "#1/line 5");
  BOOST_REQUIRE(report.cases.size() == 1U);
  BOOST_TEST(report.cases.front().id == "x#1/line 5");
}

BOOST_AUTO_TEST_CASE(what_scripts_log_is_shown_with_a_red_report) {
  const ScenarioReport report =
      run(lua("sleep '1 s' log('at', {a = 1}) print('x', nil)\nexpect(nil, "
              "'something')"));
  BOOST_REQUIRE(report.log.size() == 2U);
  BOOST_TEST(report.log[0] == "a.lua:4: 1.000000 s: at {a = 1}");
  BOOST_TEST(report.log[1] == "a.lua:4: 1.000000 s: x\tnil");
  BOOST_TEST(to_text(report).find(report.log[0]) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_prompt_runs_lines_in_one_world) {
  const LoadedScenarios loaded = load(lua(""), "a.lua");
  RunOptions options;
  std::string said;
  options.play = [&](const Stage& stage, ScenarioReport& report) {
    LuaPrompt prompt(stage, report);
    std::uint32_t number = 0;
    for (const char* line :
         {"1 + 1", "s = login{target = 'array'}", "s.session, targets.array.luns[1].capacity",
          "read{session = s, lba = 9999}", "nonsense(", "raed{}", "while true do end",
          "read{session = s}.status", "hosts.host.initiator", "if true then"}) {
      const LuaPrompt::Answer answer = prompt.run(line, ++number);
      said +=
          (answer.failed ? "!" : "") + std::string(answer.is_incomplete ? "..." : "") + answer.text;
    }
  };
  const ScenarioReport report = run_scenario(loaded.scenarios.at(0), options);
  BOOST_TEST(report.reason == "");
  BOOST_TEST(said.starts_with("2\n\"session 1\"\t1048576\n!FAIL: "), said);
  BOOST_TEST(said.find("!...prompt:5: ") != std::string::npos, said);
  BOOST_TEST(said.find("!prompt:6: unknown name \"raed\"; did you mean \"read\"?\n") !=
             std::string::npos);
  BOOST_TEST(said.find("!prompt:7: budget: ") != std::string::npos);
  BOOST_TEST(
      said.find("\"GOOD\"\n\"iqn.2026-11.org.lunsim:host\"\n!...prompt:10:") != std::string::npos,
      said);
}

BOOST_AUTO_TEST_CASE(a_fault_waits_for_what_a_predicate_says) {
  const std::string faults =
      "faults: [{far: {on: {receive: READ(10), lua: pdu.lba >= 100 and pdu.lun == 0}, do: {status: "
      "BUSY}}}, {wire: {on: {send: Data-In, lua: 'pdu.opcode == \"SCSI Data-In\" and pdu.command "
      "== "
      "\"READ(10)\" and pdu.data_bytes == 1024'}, do: {set: {StatSN: 77}}, may_not_fire: true}}]";
  const ScenarioReport report = run(
      "language: 1\nscenario: t\ntargets:\n  array: {luns: [{lun: 0, capacity: 1 MiB}], " + faults +
          "}\nsteps:\n  - login: {target: array, as: s1}\n"
          "  - read: {session: s1, lba: 99}\n"
          "  - read: {session: s1, lba: 100}\n    expect: {status: BUSY}\n"
          "  - fired: {far: 1, wire: 0}\n"
          "  - read: {session: s1, lba: 1, blocks: 2}\n    expect: {return: any}\n"
          "  - fired: {wire: 1}\n",
      "a.yaml");
  BOOST_TEST(verdict(report) == "pass");
}

BOOST_AUTO_TEST_CASE(a_fault_does_what_its_script_decides) {
  const ScenarioReport report =
      run("language: 1\nscenario: t\ntargets:\n  array:\n    luns: [{lun: 0, capacity: 1 MiB}]\n"
          "    faults:\n"
          "      - picky:\n"
          "          on: {receive: READ(10)}\n"
          "          do:\n"
          "            lua: |\n"
          "              seen = (rawget(_G, 'seen') or 0) + 1\n"
          "              if pdu.lba % 2 == 1 then\n"
          "                reply{status = 'CHECK CONDITION', sense = {key = 'MEDIUM ERROR', asc = "
          "0x11}}\n"
          "              else hold '5 s' end\n"
          "steps:\n  - login: {target: array, as: s1}\n"
          "  - read: {session: s1, lba: 3}\n"
          "    expect: {status: CHECK CONDITION, sense: {key: MEDIUM ERROR, asc: 11h}}\n"
          "  - lua: |\n"
          "      local before = now()\n"
          "      read{session = 's1', lba = 4}\n"
          "      expect(now() - before >= 5, 'an even block is slow')\n"
          "      equal(seen, 2)\n"
          "  - fired: {picky: 2}\n",
          "a.yaml");
  BOOST_TEST(verdict(report) == "pass");
  // On the wire, from a .lua file, by a function.
  const ScenarioReport wire = run(lua(
      "local s = login{target = 'array'}\n"
      "start{read = {session = s}, as = 'r'} sleep '1 s'\n"
      "await{operation = 'r', within = '40 s', expect = {answered = false, ['return'] = 'any'}}",
      "{lost = {on = {send = 'Data-In', command = 'READ(10)'}, times = 1, ['do'] = {lua = "
      "function(pdu)\n"
      "if pdu.Data_Segment_Length == 0 or pdu.data_bytes == 512 then drop() end end}}}"));
  BOOST_TEST(verdict(wire) == "pass");
}

BOOST_AUTO_TEST_CASE(errors_in_the_scripts_of_faults_fail_the_scenario) {
  const auto with = [](const std::string& on, const std::string& action) {
    return run(
        "language: 1\nscenario: t\ntargets:\n  array:\n    luns: [{lun: 0}]\n    faults:\n"
        "      - f:\n          on: {receive: READ(10)" +
            on + "}\n          do: {" + action +
            "}\n          may_not_fire: true\n"
            "steps:\n  - login: {target: array, as: s1}\n  - read: {session: s1}\n"
            "    expect: {return: any}\n",
        "a.yaml");
  };
  BOOST_TEST(verdict(with(", lua: pdu.lba.x > 1", "status: BUSY")).starts_with("fail a.yaml:8 "));
  BOOST_TEST(verdict(with(", lua: 'login{}'", "status: BUSY")).find("cannot wait here") !=
             std::string::npos);
  BOOST_TEST(verdict(with("", "lua: 'while true do end'")).find("budget: ") != std::string::npos);
  BOOST_TEST(verdict(with("", "lua: 'reply{stale = true}'")).find("cannot give stale data") !=
             std::string::npos);
  BOOST_TEST(verdict(with("", "lua: 'reply{statsu = 1}'")).find("did you mean \"status\"?") !=
             std::string::npos);
  BOOST_TEST(verdict(with("", "lua: 'return {status = \"BUSY\"}'")) == "pass");
  BOOST_TEST(
      problems_of("language: 1\nscenario: t\ntargets:\n  array:\n    faults:\n      - f: {on: "
                  "{receive: READ(10), lua: '1 +'}, do: {drop: true}}\n",
                  "a.yaml")
          .starts_with("a.yaml:6:0: "));
}

BOOST_AUTO_TEST_CASE(a_row_may_be_a_predicate) {
  const auto with = [](const std::string& predicate) {
    return verdict(run(kYamlHead +
                           "  - call: SendScsiReadCapacity\n    with: {UniqueSessionId: $s1}\n"
                           "    expect: {return: ERROR_SUCCESS, lua: " +
                           predicate +
                           "}\n"
                           "  - read: {session: s1, lba: 5}\n"
                           "    expect: {lua: 'seen.status == \"GOOD\" and #seen.data == 512'}\n",
                       "a.yaml"));
  };
  BOOST_TEST(with("(seen.ResponseBuffer.last_lba + 1) % 2048 == 0") == "pass");
  BOOST_TEST(with("seen.ResponseBuffer.last_lba == 1") ==
             "fail a.yaml:9 lua: what stands at line 9 does not hold");
  BOOST_TEST(with("seen.nothing.x").starts_with("fail a.yaml:9 lua: a.yaml:9: attempt to index"));
}

BOOST_AUTO_TEST_CASE(every_function_that_scripts_have_is_annotated) {
  const std::string text = lua_annotations();
  BOOST_TEST(text.starts_with("---@meta"));
  lua::Sandbox sandbox(1);
  const auto names = [&] {
    const auto step = sandbox.run(
        "local o = {} for k, v in pairs(_G) do if type(v) == 'function' then o[#o + 1] = k end end "
        "return o",
        "n.lua");
    std::vector<std::string> out;
    for (const lua::Value& name : step.values.at(0).values) out.push_back(name.text);
    return out;
  };
  const std::vector<std::string> before = names();
  std::optional<lua::Value> given;
  offer_functions(sandbox, {}, given);
  std::size_t own = 0;
  for (const std::string& name : names()) {
    if (std::find(before.begin(), before.end(), name) != before.end()) continue;
    ++own;
    BOOST_TEST(text.find("\nfunction " + name + "(") != std::string::npos, name);
  }
  BOOST_TEST(own == lua_functions().size() + 1);
  for (const LuaFunction& function : lua_functions()) {
    BOOST_TEST(!function.line.empty());
    // Every parameter has a type.
    std::string_view rest = function.parameters;
    while (!rest.empty()) {
      const std::string name(rest.substr(0, rest.find(',')));
      rest.remove_prefix(std::min(rest.size(), name.size() + 2));
      const bool is_typed = function.annotations.find("@param " + name) != std::string_view::npos;
      BOOST_TEST(is_typed, function.name << " " << name);
    }
    // The example is Lua.
    lua::Value compiled;
    const auto step = sandbox.compile(function.example, "e.lua", 1, compiled);
    BOOST_TEST((step.kind == lua::Sandbox::Step::Kind::finished), step.failure.message);
  }
  lua::Value compiled;
  BOOST_TEST(
      (sandbox.compile(text, "m.lua", 1, compiled).kind == lua::Sandbox::Step::Kind::finished));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::scenarios
