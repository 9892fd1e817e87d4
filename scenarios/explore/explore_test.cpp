#include <boost/test/unit_test.hpp>

#include "runtime/memory/allocation_gate.hpp"
#include "scenarios/engine/runner.hpp"
#include "scenarios/explore/explore.hpp"
#include "scenarios/explore/split_filter.hpp"
#include "scenarios/explore/test_defects.hpp"

namespace lunsim::explore {
namespace {

constexpr const char* kExploredStory = R"(language: 1
scenario: two writes, read back
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 1 MiB}]
steps:
  - login: {target: array, as: s1}
  - sleep: 1 s
  - write: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "first "}
  - sleep: 10 s
  - write: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "second "}
  - sleep: 10 s
  - read: {session: s1, lun: 0, lba: 4, blocks: 2, pattern: "second "}
  - logout: s1
)";

constexpr const char* kServerStory = R"(language: 1
scenario: sessions are listed and one is shown
servers:
  files:
    name: FAKESRV
    users: [{name: admin, password: Passw0rd, administrator: yes}]
    sessions: [{client: WS1, user: alice, time: 90 s}]
steps:
  - call: NetSessionEnum
    with: {servername: \\FAKESRV, level: 10}
    expect: {return: any}
  - call: NetSessionGetInfo
    with: {servername: \\FAKESRV, UncClientName: \\WS1, username: alice}
    expect: {return: any}
)";

scenarios::Scenario explored_story(const char* text = kExploredStory) {
  const scenarios::ScenarioFile file{text, "story.yaml", "story"};
  auto loaded = scenarios::load_scenarios(std::span(&file, 1));
  for (const std::string& problem : loaded.problems) BOOST_TEST_MESSAGE(problem);
  BOOST_TEST_REQUIRE(loaded.scenarios.size() == 1u);
  return std::move(loaded.scenarios.front());
}

bool tells(const ExploreReport& report, std::string_view invariant) {
  for (const FailedVariant& failed : report.failed)
    for (const Finding& finding : failed.findings)
      if (finding.invariant == invariant) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exploration)

BOOST_AUTO_TEST_CASE(a_story_of_a_server_stands_trouble_at_every_message) {
  for (const Trouble trouble : {Trouble::reset, Trouble::drop, Trouble::delay, Trouble::duplicate,
                                Trouble::reorder, Trouble::outcomes}) {
    ExploreOptions options;
    options.trouble = trouble;
    const ExploreReport report = lunsim::explore::explore(explored_story(kServerStory), options);
    BOOST_TEST(!report.is_red(), to_text(report, true));
    BOOST_TEST(report.variants == report.points);
    BOOST_TEST(report.points >= (trouble == Trouble::outcomes ? 6u : 16u),
               name_of(trouble) << ": " << report.points);
    for (const StepLine& step : report.steps) BOOST_TEST(step.points > 0u, step.what);
  }
  // What does not strike servers has no point here, and that is no success.
  for (const Trouble trouble : {Trouble::stall, Trouble::crash}) {
    ExploreOptions options;
    options.trouble = trouble;
    const ExploreReport report = lunsim::explore::explore(explored_story(kServerStory), options);
    BOOST_TEST(report.is_red(), to_text(report, true));
    BOOST_TEST(report.variants == 0u);
  }
}

BOOST_AUTO_TEST_CASE(every_net_function_without_memory_is_error_8_and_leaves_a_network_that_works) {
  if (!runtime::has_allocation_gate()) {
    BOOST_TEST_MESSAGE("a sanitizer's operator new: no allocation can be made to fail here");
    return;
  }
  constexpr const char* kEveryCall = R"(language: 1
scenario: every Net function once
servers:
  files:
    name: FAKESRV
    users: [{name: admin, password: Passw0rd, administrator: yes}]
    shares: [{name: data, path: 'C:\data'}]
    sessions: [{client: WS1, user: alice, time: 90 s}, {client: WS2, user: bob}]
    files: [{id: 7, path: 'C:\data\a', user: alice}]
    connections: [{id: 1, share: data, client: WS1, user: alice}]
steps:
  - {call: NetSessionEnum, with: {servername: \\FAKESRV, level: 502}}
  - {call: NetSessionGetInfo, with: {servername: \\FAKESRV, UncClientName: \\WS1, username: alice}}
  - {call: NetFileEnum, with: {servername: \\FAKESRV, level: 3}}
  - {call: NetFileGetInfo, with: {servername: \\FAKESRV, fileid: 7, level: 3}}
  - {call: NetConnectionEnum, with: {servername: \\FAKESRV, qualifier: data, level: 1}}
  - {call: NetShareEnum, with: {servername: \\FAKESRV, level: 2}}
  - {call: NetShareGetInfo, with: {servername: \\FAKESRV, netname: data, level: 2}}
  - {call: NetServerGetInfo, with: {servername: \\FAKESRV, level: 101}}
  - {call: NetRemoteTOD, with: {UncServerName: \\FAKESRV}}
  - {call: NetFileClose, with: {servername: \\FAKESRV, fileid: 7}}
  - {call: NetSessionDel, with: {servername: \\FAKESRV, username: bob}}
)";
  ExploreOptions options;
  options.trouble = Trouble::oom;
  options.points_max = 5000;
  const ExploreReport report = lunsim::explore::explore(explored_story(kEveryCall), options);
  BOOST_TEST(!report.is_red(), to_text(report, true));
  BOOST_TEST(report.variants > 100u);
  for (const StepLine& step : report.steps) BOOST_TEST(step.points > 0u, step.what);
}

BOOST_AUTO_TEST_CASE(messages_of_a_server_stand_being_torn_at_every_byte) {
  std::string encrypted = kServerStory;
  encrypted.replace(encrypted.find("servers:"), 0,
                    "hosts: {secret: {smb: {files: {user: admin, password: Passw0rd, "
                    "encrypt: yes}}}}\n");
  for (const std::string& story : {std::string(kServerStory), encrypted}) {
    ExploreOptions options;
    options.trouble = Trouble::split;
    options.points_max = 400;
    const ExploreReport report = lunsim::explore::explore(explored_story(story.c_str()), options);
    BOOST_TEST(!report.is_red(), to_text(report, true));
    // Of each message so many: NEGOTIATE and two legs of the login, tree, pipe, bind, two calls.
    BOOST_TEST(report.points > 16 * kHeadBytes * 3 / 4);
    BOOST_TEST(report.variants == std::min(report.points, options.points_max));
  }
}

BOOST_AUTO_TEST_CASE(a_torn_message_is_told_by_its_name_and_byte) {
  VariantPlan plan;
  plan.strike = {Trouble::split, 3};
  const VariantRun run = run_variant(explored_story(kServerStory), plan);
  BOOST_TEST(run.struck_at.value_or("") == "SMB2 NEGOTIATE request torn before byte 3");
}

BOOST_AUTO_TEST_CASE(an_outcome_that_a_server_said_and_the_caller_did_not_hear_is_found) {
  ExploreOptions options;
  options.trouble = Trouble::outcomes;
  options.server_defect = [](smb_server::MessageTap* struck) {
    return std::make_unique<testing::SaysOneRefusalForAll>(struck);
  };
  const ExploreReport report = lunsim::explore::explore(explored_story(kServerStory), options);
  BOOST_TEST(report.in_peace.empty(), to_text(report, true));
  BOOST_TEST(tells(report, "outcome lost"), to_text(report, true));
}

BOOST_AUTO_TEST_CASE(an_outcome_that_a_host_said_and_the_caller_did_not_hear_is_found) {
  ExploreOptions options;
  options.trouble = Trouble::outcomes;
  options.calls_defect = testing::make<testing::ReturnsOneRefusalForAll>;
  const ExploreReport report = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST(report.in_peace.empty(), to_text(report, true));
  BOOST_TEST(tells(report, "outcome lost"), to_text(report, true));
}

BOOST_AUTO_TEST_CASE(what_a_story_does_to_an_answer_loses_no_outcome) {
  constexpr const char* kSpoilt = R"(language: 1
scenario: an answer is lost by the story's own fault
servers:
  files:
    name: FAKESRV
    users: [{name: admin, password: Passw0rd, administrator: yes}]
    faults:
      - lost: {on: {send: IOCTL, nth: 2}, times: 1, do: @do}
steps:
  - call: NetSessionEnum
    with: {servername: \\FAKESRV, level: 10}
    expect: {return: any}
)";
  for (const char* const spoilt : {"drop", "{signature: wrong}", "{status: STATUS_PIPE_BUSY}"}) {
    std::string story = kSpoilt;
    story.replace(story.find("@do"), 3, spoilt);
    ExploreOptions options;
    options.trouble = Trouble::outcomes;
    const ExploreReport report = lunsim::explore::explore(explored_story(story.c_str()), options);
    BOOST_TEST(!report.is_red(), to_text(report, true));
    BOOST_TEST(report.variants >= 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_healthy_host_stands_every_trouble_at_every_point) {
  for (const std::string& name : trouble_names()) {
    ExploreOptions options;
    options.trouble = *trouble_named(name);
    if (options.trouble == Trouble::oom && !runtime::has_allocation_gate()) {
      BOOST_TEST_MESSAGE("a sanitizer's operator new: no allocation can be made to fail here");
      continue;
    }
    options.points_max = 500;
    const ExploreReport report = lunsim::explore::explore(explored_story(), options);
    BOOST_TEST(!report.is_red(), to_text(report, true));
    BOOST_TEST(report.variants > 20u);
    BOOST_TEST(report.variants == std::min(report.points, options.points_max));
  }
}

BOOST_AUTO_TEST_CASE(every_step_says_how_many_points_it_has_or_why_none) {
  const ExploreReport report = lunsim::explore::explore(explored_story(), {});
  BOOST_TEST_REQUIRE(report.steps.size() == 8u);
  BOOST_TEST(report.steps[0].points > 20u);
  BOOST_TEST(report.steps[1].points == 0u);
  BOOST_TEST(report.steps[1].why_none == "touches no wire");
  BOOST_TEST(report.steps[2].points == 3u);  // the command, its answer, and when that had left
  BOOST_TEST(report.steps[7].points == 3u);
}

BOOST_AUTO_TEST_CASE(what_a_story_does_in_peace_is_no_finding) {
  // A rejected command's number is due again (RFC 7143 §7.3); a started read passes the wire before
  // it is awaited; two hosts of one name never come to rest (§6.3.5).
  constexpr const char* kStories[] = {
      R"(language: 1
scenario: a rejected command
targets:
  array:
    faults:
      - f: {on: {receive: TEST UNIT READY}, times: 1, armed: false, do: {drop: yes, reject: {reason: 04h}}}
steps:
  - login: {target: array, as: s1}
  - arm: f
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
    expect: {return: {not: ERROR_SUCCESS}}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
)",
      R"(language: 1
scenario: reads at once
targets:
  array:
    command_window: 2
    faults:
      - queued: {on: {receive: READ(10)}, do: {delay: 20 ms}}
steps:
  - login: {target: array, as: s1}
  - start: {read: {session: s1, blocks: 512}, as: r1}
  - start: {read: {session: s1, blocks: 512}, as: r2}
  - start: {read: {session: s1, blocks: 512}, as: r3}
  - start: {read: {session: s1, blocks: 512}, as: r4}
  - await: {operation: r1, within: 30 s}
  - await: {operation: r2, within: 30 s}
  - await: {operation: r3, within: 30 s}
  - await: {operation: r4, within: 30 s}
)",
      R"(language: 1
scenario: clones
hosts:
  one: {initiator: "iqn.2026-11.org.lunsim:clone"}
  two: {initiator: "iqn.2026-11.org.lunsim:clone"}
targets: {array: {}}
steps:
  - login: {target: array, as: s1}
    on: one
  - login: {target: array, as: s2}
    on: two
  - sleep: 30 s
)"};
  for (const char* const text : kStories) {
    const ExploreReport report = lunsim::explore::explore(explored_story(text), {});
    BOOST_TEST(report.in_peace.empty(), to_text(report, true));
    BOOST_TEST(!report.has_unexplained_step(), to_text(report, true));
  }
}

BOOST_AUTO_TEST_CASE(a_step_at_the_wire_without_a_point_is_an_error) {
  ExploreReport report;
  report.steps = {{1, "login", 0, {}}};
  BOOST_TEST(report.is_red());
  BOOST_TEST(to_text(report, false).find("ERROR") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_variant_replays_by_its_point) {
  ExploreOptions options;
  options.defect = testing::make<testing::AcknowledgesLostWrites>;
  const ExploreReport report = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST_REQUIRE(!report.failed.empty());
  options.point = report.failed.front().point;
  options.seed = report.seed;
  const ExploreReport again = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST_REQUIRE(again.failed.size() == 1u);
  BOOST_TEST(again.failed.front().findings.front().what ==
             report.failed.front().findings.front().what);
  BOOST_TEST(replay_line(again, *options.point).find("--explore reset --point") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lost_acknowledged_write_is_found) {
  ExploreOptions options;
  options.defect = testing::make<testing::AcknowledgesLostWrites>;
  const ExploreReport report = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST(report.in_peace.empty());
  BOOST_TEST(tells(report, "acknowledged write lost"), to_text(report, true));
}

BOOST_AUTO_TEST_CASE(data_from_elsewhere_is_found) {
  ExploreOptions options;
  options.defect = testing::make<testing::ReadsTheNextBlock>;
  const ExploreReport report = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST(report.in_peace.empty());
  BOOST_TEST(tells(report, "wrong data"), to_text(report, true));
}

BOOST_AUTO_TEST_CASE(an_outcome_that_nobody_knows_is_found) {
  ExploreOptions options;
  options.defect = testing::make<testing::ReturnsANumberOfItsOwn>;
  const ExploreReport report = lunsim::explore::explore(explored_story(), options);
  BOOST_TEST(report.in_peace.empty());
  BOOST_TEST(tells(report, "undocumented outcome"), to_text(report, true));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::explore
