// `servers:` of the language: what is refused, what a report shows of SMB, and that a seed is
// enough.
#include "scenarios/engine/story_test_kit.hpp"

#include "scenarios/engine/net_table.hpp"

using namespace lunsim::scenarios;
using lunsim::scenarios::test::play_text;
using lunsim::scenarios::test::red;
using lunsim::scenarios::test::refusals;

namespace {

const std::string kServersHead = "language: 1\nscenario: s\n";

std::string server_story(const std::string& server, const std::string& steps) {
  return kServersHead + "servers:\n  files:\n    name: FAKESRV\n" +
         "    users: [{name: admin, password: Passw0rd, administrator: yes}]\n" +
         "    sessions: [{client: WS1, user: alice, time: 90 s}]\n" + server + "steps:\n" + steps;
}

const std::string kListCall =
    "  - call: NetSessionEnum\n    with: {servername: \\\\FAKESRV, level: 0}\n"
    "    expect: {return: ERROR_SUCCESS, entriesread: 2, bufptr: {contains: {cname: WS1}}}\n";

bool tells(const std::string& text, const std::string& part) {
  for (const std::string& line : refusals(text))
    if (line.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(servers)

BOOST_AUTO_TEST_CASE(a_story_about_a_server_needs_no_target_and_a_seed_gives_one_hash) {
  const ScenarioReport first = play_text(server_story("", kListCall));
  BOOST_TEST(red(first) == "");
  BOOST_TEST(first.event_hash == play_text(server_story("", kListCall)).event_hash);
  BOOST_TEST(first.event_hash !=
             play_text(server_story("    dialects: \"2.1\"\n", kListCall)).event_hash);
}

BOOST_AUTO_TEST_CASE(mistakes_in_servers_and_their_faults_are_told_with_what_was_meant) {
  const auto fault = [](const std::string& rule) {
    return server_story("    faults:\n      - f: {" + rule + "}\n", kListCall);
  };
  BOOST_TEST(tells(kServersHead + "steps: []\n", "targets"));
  BOOST_TEST(tells(server_story("    profle: legacy\n", kListCall), "did you mean \"profile\""));
  BOOST_TEST(tells(server_story("    profile: windows-2020\n", kListCall),
                   "did you mean \"windows-2019\""));
  BOOST_TEST(
      tells(server_story("    access: {session_del: guest}\n", kListCall), "profile: custom"));
  BOOST_TEST(tells(server_story("    dialects: \"3.2\"\n", kListCall), "no dialect"));
  BOOST_TEST(
      tells(server_story("    groups: {Administrators: bob}\n", kListCall), "no user is named"));
  const auto with = [](const std::string& more) { return server_story(more, kListCall); };
  BOOST_TEST(tells(with("    dialects: []\n"), "at least one dialect"));
  BOOST_TEST(
      tells(with("    shares: [{name: a, path: x}, {name: A, path: y}]\n"), "A is there twice"));
  BOOST_TEST(tells(with("    shares: [{name: ipc$, path: x}]\n"), "IPC$ is there in any case"));
  BOOST_TEST(
      tells(with("    files: [{id: 7, path: a}, {id: 7, path: b}]\n"), "id 7 is there twice"));
  BOOST_TEST(tells(with("    connections: [{share: none}]\n"), "no share here"));
  BOOST_TEST(tells(kServersHead + "servers: {f: {users: [{name: jo}, {name: JO}]}}\nsteps: []\n",
                   "JO is there twice"));
  BOOST_TEST(tells(kServersHead + "servers: {f: {sessions: [{client: ''}]}}\nsteps: []\n",
                   "a session comes from a computer"));
  BOOST_TEST(!tells(with("    connections: [{share: IPC$}, {share: ipc$}]\n"), "connections"));
  BOOST_TEST(tells(fault("on: {receive: IOCTL, call: any}, do: drop"), "waits for one of"));
  BOOST_TEST(tells(fault("on: {receive: IOKTL}, do: drop"), "did you mean \"IOCTL\""));
  BOOST_TEST(tells(fault("on: {call: NetrSessionEnum}, do: drop"), "a call is answered"));
  BOOST_TEST(tells(fault("on: {receive: IOCTL}, do: {return: 5}"), "cannot be done"));
  BOOST_TEST(tells(fault("on: {send: IOCTL}, do: {dialect: \"2.1\"}"), "only NEGOTIATE"));
  BOOST_TEST(tells(fault("on: {call: any}, do: {done: yes}"), "belongs to a `return:`"));
  BOOST_TEST(tells(fault("on: {call: any}, do: {total: 1}, after: g"), "no server fault is named"));
  BOOST_TEST(
      tells(server_story("", "  - call: NetSessionEnm\n"), "did you mean \"NetSessionEnum\""));
  BOOST_TEST(tells(server_story("", "  - change: {server: file, expire_sessions: yes}\n"),
                   "did you mean \"files\""));
}

BOOST_AUTO_TEST_CASE(messages_of_smb_are_observed_by_name_direction_and_status) {
  const auto seen = [](const std::string& pattern) {
    return play_text(server_story("", kListCall + "  - observe: {since: start, within: 1 s, " +
                                          pattern + "}\n"))
        .verdict;
  };
  BOOST_TEST((seen("wire: [receive SMB2 IOCTL, send SMB2 IOCTL]") == Verdict::pass));
  BOOST_TEST((seen("wire: [{send: SMB2 SESSION_SETUP, status: "
                   "STATUS_MORE_PROCESSING_REQUIRED}]") == Verdict::pass));
  BOOST_TEST((seen("count: [{receive: SMB2 NEGOTIATE, times: 1}]") == Verdict::pass));
  BOOST_TEST((seen("wire: [send SMB2 IOCTL, receive SMB2 NEGOTIATE]") == Verdict::fail));
  BOOST_TEST((seen("wire: [{send: SMB2 IOCTL, status: STATUS_PENDING}]") == Verdict::fail));
  BOOST_TEST((seen("never: [receive SMB2 CREATE]") == Verdict::fail));
  BOOST_TEST(tells(server_story("", "  - observe: {wire: [receive SMB2 IOKTL]}\n"),
                   "did you mean \"IOCTL\""));
  BOOST_TEST(tells(server_story("",
                                "  - observe: {wire: [{receive: SMB2 IOCTL, status: "
                                "STATUS_SUCCESS}]}\n"),
                   "only what is sent has a status"));
}

BOOST_AUTO_TEST_CASE(a_fault_of_a_server_that_never_fires_fails_its_scenario) {
  const ScenarioReport report = play_text(server_story(
      "    faults:\n      - f: {on: {call: NetrFileEnum}, do: {return: 5}}\n", kListCall));
  BOOST_TEST((report.verdict == Verdict::fail));
  BOOST_REQUIRE(report.faults.size() == 1u);
  BOOST_TEST(report.faults.front().fired == 0u);
}

BOOST_AUTO_TEST_CASE(the_ladder_names_messages_of_smb) {
  const std::string text = server_story("", kListCall);
  const ScenarioFile file{text, "x.yaml", "x"};
  const LoadedScenarios loaded = load_scenarios({&file, 1});
  BOOST_REQUIRE(loaded.scenarios.size() == 1u);
  RunOptions options;
  options.ladder.first_max = 100;
  const ScenarioReport report = run_scenario(loaded.scenarios.front(), options);
  std::string all;
  for (const TraceEntry& entry : report.ladder) all += entry.summary() + "\n";
  BOOST_TEST(all.find("SMB2 NEGOTIATE request, message 0") != std::string::npos, all);
  BOOST_TEST(all.find("STATUS_MORE_PROCESSING_REQUIRED") != std::string::npos, all);
  BOOST_TEST(all.find("SMB2 IOCTL response") != std::string::npos, all);
  BOOST_TEST(all.find("no PDU") == std::string::npos, all);
}

BOOST_AUTO_TEST_CASE(every_net_function_can_be_named_and_has_its_levels_in_order) {
  for (const NetFunction& function : net_functions()) {
    bool ansi = true;
    BOOST_TEST(function_named(function.function.name, ansi) == &function.function);
    BOOST_TEST(net_function_of(function.function) == &function);
    for (const NetLevel& level : function.levels)
      for (const NetField& field : level.fields)
        BOOST_TEST(field.offset + (field.is_text ? 8 : 4) <= level.bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()
