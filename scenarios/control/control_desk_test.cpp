#include "scenarios/control/control_desk.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "scenarios/control/serving_host.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/host_side.hpp"
#include "scenarios/engine/runner.hpp"

using namespace lunsim;
using namespace lunsim::scenarios;
namespace json = boost::json;

namespace {

constexpr const char* kStory = R"(language: 1
scenario: a desk
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    luns: [{lun: 0, capacity: 1 MiB}, {lun: 3, capacity: 2 MiB}]
    faults:
      - busy: {on: {receive: READ CAPACITY(10)}, times: 1, armed: false, do: {status: BUSY}}
      - slow: {on: {receive: REPORT LUNS}, armed: false, do: {delay: 5 s}}
)";

Scenario story() {
  Problems problems;
  auto scenario = load_scenario(kStory, "story.yaml", "story", problems);
  BOOST_REQUIRE(scenario.has_value());
  return *scenario;
}

/// A desk in the simulated world, with a host behind it.
struct Fixture {
  Fixture()
      : targets(scenario, world, 1),
        direct(world, host_config(scenario.hosts.front())),
        serving(direct, world,
                {.between =
                     [this] {
                       if (between) between();
                     },
                 .is_over = [this] { return is_over; },
                 .deadline = [this] { return world.now() + std::chrono::minutes(10); }}),
        desk({scenario, world, targets, "secret",
              [this](const CallRecord& call) { begun.push_back(call.function); },
              [this](const CallRecord& call) { ended.push_back(call); }}) {
    initiator::set_current_host(&serving);
  }
  ~Fixture() { initiator::set_current_host(nullptr); }

  json::object ask(const std::string& line, bool admitted = true) {
    const auto answer = desk.handle(line, admitted);
    BOOST_TEST(answer.text.find('\n') == std::string::npos);
    return json::parse(answer.text).as_object();
  }
  /// The result of a request that must be taken.
  json::object result(const std::string& line) {
    const json::object answer = ask(line);
    BOOST_REQUIRE_MESSAGE(answer.contains("result"), json::serialize(answer));
    return answer.at("result").as_object();
  }
  std::string error(const std::string& line) {
    const json::object answer = ask(line);
    BOOST_REQUIRE_MESSAGE(answer.contains("error"), json::serialize(answer));
    return std::string(answer.at("error").as_string());
  }
  json::object call(const std::string& function, const std::string& with) {
    return result(R"({"request":"call","function":")" + function + R"(","with":)" + with + "}");
  }
  /// Logs in through the desk and gives the session id as JSON.
  std::string login() {
    BOOST_TEST(
        call("AddIScsiSendTargetPortal", R"({"Portal":{"Address":"10.0.0.10","Socket":3260}})")
            .at("return")
            .to_number<int>() == 0);
    const json::object out =
        call("LoginIScsiTarget", R"({"TargetName":"iqn.2026-11.org.lunsim:array"})");
    BOOST_REQUIRE_EQUAL(std::string(out.at("name").as_string()), "ERROR_SUCCESS");
    return json::serialize(out.at("out").at("UniqueSessionId"));
  }

  Scenario scenario = story();
  runtime::SimulatedWorld world{1};
  TargetSide targets;
  initiator::DirectHost direct;
  ServingHost serving;
  std::function<void()> between;
  bool is_over = false;
  std::vector<std::string> begun;
  std::vector<CallRecord> ended;
  ControlDesk desk;
};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_desk)

BOOST_AUTO_TEST_CASE(only_the_token_admits) {
  Fixture f;
  for (const char* line : {R"({"request":"hello"})", R"({"request":"hello","token":"Secret"})",
                           R"({"request":"hello","token":""})", R"({"request":"hello","token":7})",
                           R"({"request":"list_faults","token":"secret"})",
                           R"({"request":"hello","token":"secretsecret"})", "{", "[]", ""}) {
    const auto answer = f.desk.handle(line, false);
    BOOST_TEST(!answer.admits, line);
    BOOST_TEST(answer.ends, line);
    BOOST_TEST(!says(answer.text, "array"), line);
  }
  const auto answer = f.desk.handle(R"({"id":"a","request":"hello","token":"secret"})", false);
  BOOST_TEST(answer.admits);
  BOOST_TEST(!answer.ends);
  BOOST_TEST(!says(answer.text, "secret"));
  const json::value said = json::parse(answer.text);
  BOOST_TEST(said.at("id") == "a");
  BOOST_TEST(said.at("result").at("targets").at(0).at("portals").at(0) == "10.0.0.10:3260");
}

BOOST_AUTO_TEST_CASE(a_fault_is_armed_between_two_calls_and_counted) {
  Fixture f;
  const std::string session = f.login();
  const std::string with = R"({"Lun":0,"UniqueSessionId":)" + session + "}";
  BOOST_TEST(f.call("SendScsiReadCapacity", with).at("name") == "ERROR_SUCCESS");
  BOOST_TEST(f.result(R"({"request":"arm","fault":"busy"})").empty());
  const json::object busy = f.call("SendScsiReadCapacity", with);
  BOOST_TEST(busy.at("name") == "ISDSC_SCSI_REQUEST_FAILED");
  BOOST_TEST(busy.at("out").at("ScsiStatus").to_number<int>() == 8);
  const json::value fault = f.result(R"({"request":"list_faults"})").at("faults").at(0);
  BOOST_TEST(fault.at("name") == "busy");
  BOOST_TEST(fault.at("armed").as_bool());
  BOOST_TEST(fault.at("fired").to_number<int>() == 1);
  f.result(R"({"request":"disarm","fault":"busy"})");
  BOOST_TEST(!f.result(R"({"request":"list_faults"})").at("faults").at(0).at("armed").as_bool());
  BOOST_TEST(f.call("SendScsiReadCapacity", with).at("name") == "ERROR_SUCCESS");
}

BOOST_AUTO_TEST_CASE(units_come_grow_and_go_in_the_words_of_the_language) {
  Fixture f;
  const std::string session = f.login();
  const auto luns = [&] {
    for (int i = 0; i < 4; ++i) {  // unit attentions first
      const json::object seen =
          f.call("SendScsiReportLuns", R"({"UniqueSessionId":)" + session + "}");
      if (seen.at("return").to_number<int>() == 0)
        return json::serialize(seen.at("out").at("ResponseBuffer").at("value").at("luns"));
    }
    return std::string("none");
  };
  BOOST_TEST(luns() == "[0,3]");
  f.result(R"({"request":"change","target":"array","add":{"lun":7,"capacity":"64 MiB"}})");
  BOOST_TEST(luns() == "[0,3,7]");
  f.result(R"({"request":"change","target":"array","remove":{"lun":3}})");
  BOOST_TEST(luns() == "[0,7]");
  f.result(R"({"request":"change","target":"array","resize":{"lun":7,"capacity":"128 MiB"}})");
  BOOST_TEST(
      says(f.error(R"({"request":"change","target":"array","remove":{"lun":3}})"), "no LUN 3"));
  BOOST_TEST(says(f.error(R"({"request":"change","target":"aray","remove":{"lun":3}})"),
                  "did you mean \"array\""));
  BOOST_TEST(says(f.error(R"({"request":"change","target":"array","remov":{"lun":3}})"),
                  "did you mean \"remove\""));
  BOOST_TEST(
      says(f.error(R"({"request":"change","target":"array","add":{"lun":9,"capacity":"big"}})"),
           "add.capacity"));
  BOOST_TEST(says(f.error(R"({"request":"change"})"), "target"));
}

BOOST_AUTO_TEST_CASE(sessions_connections_and_counters_are_told) {
  Fixture f;
  f.login();
  const json::value session = f.result(R"({"request":"list_sessions"})").at("sessions").at(0);
  BOOST_TEST(session.at("target") == "array");
  BOOST_TEST(session.at("initiator") == "iqn.2026-11.org.lunsim:host");
  BOOST_TEST(session.at("isid") == "00 02 3d 00 00 01");
  const json::value connection =
      f.result(R"({"request":"list_connections"})").at("connections").at(0);
  BOOST_TEST(connection.at("full_feature").as_bool());
  BOOST_TEST(connection.at("tsih") == session.at("tsih"));
  const json::object counters = f.result(R"({"request":"counters"})");
  BOOST_TEST(counters.at("pdus_received").to_number<int>() > 4);
  BOOST_TEST(counters.at("violations").to_number<int>() == 0);
  BOOST_TEST(counters.at("calls").to_number<int>() == 2);
  f.result(R"({"request":"change","target":"array","drop_sessions":"reset"})");
  f.world.run_until([] { return false; }, f.world.now() + std::chrono::milliseconds(100));
  BOOST_TEST(f.result(R"({"request":"list_sessions"})").at("sessions").as_array().empty());
}

BOOST_AUTO_TEST_CASE(a_call_tells_its_parameters_and_buffers) {
  Fixture f;
  const std::string session = f.login();
  const json::object out = f.call(
      "SendScsiInquiry", R"({"UniqueSessionId":)" + session + R"(,"EvpdCmddt":1,"PageCode":128})");
  BOOST_TEST(out.at("return").to_number<int>() == 0);
  const json::value buffer = out.at("out").at("ResponseBuffer");
  BOOST_TEST(says(std::string(buffer.at("hex").as_string()), "00 80 "));
  BOOST_TEST(buffer.at("value").at("page").to_number<int>() == 0x80);
  BOOST_TEST(out.at("out").at("SenseBuffer").at("value").is_null());
  const json::object null = f.call("GetIScsiSessionList", R"({"BufferSize":0,"SessionInfo":null})");
  BOOST_TEST(null.at("name") == "ERROR_INSUFFICIENT_BUFFER");
  BOOST_TEST(null.at("out").at("SessionInfo").is_null());
  BOOST_TEST(null.at("out").at("BufferSize").to_number<int>() > 100);
  const json::object list = f.call("GetIScsiSessionListA", "{}");
  BOOST_TEST(list.at("out").at("SessionInfo").at("value").at(0).at("TargetName") ==
             "iqn.2026-11.org.lunsim:array");
  BOOST_TEST(f.begun.size() == f.ended.size());
  BOOST_TEST(f.ended.back().number == 5u);
  BOOST_TEST(f.ended[3].returned == 122u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_told_in_a_sentence_with_the_id) {
  Fixture f;
  const json::object unknown = f.ask(R"({"id":41,"request":"lst_faults"})");
  BOOST_TEST(unknown.at("id").to_number<int>() == 41);
  BOOST_TEST(says(std::string(unknown.at("error").as_string()), "did you mean \"list_faults\""));
  BOOST_TEST(says(f.error(R"({"request":"arm","fault":"bussy"})"), "did you mean \"busy\""));
  BOOST_TEST(says(f.error(R"({"request":"arm"})"), "\"fault\" is wanted"));
  BOOST_TEST(
      says(f.error(R"({"request":"arm","fault":"busy","faults":1})"), "unknown key \"faults\""));
  BOOST_TEST(says(f.error(R"({"request":"call","function":"SendScsiReadCapcity"})"),
                  "did you mean \"SendScsiReadCapacity\""));
  BOOST_TEST(
      says(f.error(R"({"request":"call","function":"SendScsiReadCapacity","with":{"Lum":1}})"),
           "no parameter \"Lum\""));
  BOOST_TEST(says(
      f.error(
          R"({"request":"call","function":"LogoutIScsiTarget","with":{"UniqueSessionId":"$s1"}})"),
      "no session s1"));
  BOOST_TEST(says(f.error(R"({"request":"lua","code":"return 1"})"), "Lua"));
  BOOST_TEST(says(f.error("{\"request\":"), "not JSON"));
  BOOST_TEST(says(f.error("[1]"), "JSON object"));
  BOOST_TEST(says(f.error(R"({"id":{"x":1},"request":7})"), "\"request\" is wanted"));
}

BOOST_AUTO_TEST_CASE(while_a_call_waits_everything_else_is_answered) {
  Fixture f;
  const std::string session = f.login();
  f.result(R"({"request":"arm","fault":"slow"})");
  bool answered = false;
  f.between = [&] {
    if (answered || !f.desk.is_calling()) return;
    answered = f.result(R"({"request":"list_faults"})").contains("faults");
    BOOST_TEST(
        says(f.error(R"({"request":"call","function":"GetIScsiSessionList"})"), "under way"));
  };
  f.call("SendScsiReportLuns", R"({"UniqueSessionId":)" + session + "}");
  BOOST_TEST(answered);
  BOOST_TEST(f.world.now().since_start_ns > 5'000'000'000);
  BOOST_TEST(!f.desk.is_calling());
}

BOOST_AUTO_TEST_CASE(a_call_is_given_up_when_all_is_over) {
  Fixture f;
  const std::string session = f.login();
  f.result(R"({"request":"arm","fault":"slow"})");
  f.between = [&] { f.is_over = f.desk.is_calling(); };
  const json::object given_up =
      f.call("SendScsiReportLuns", R"({"UniqueSessionId":)" + session + "}");
  BOOST_TEST(given_up.at("return").to_number<int>() != 0);
  BOOST_TEST(f.world.now().since_start_ns < 5'000'000'000);
}

BOOST_AUTO_TEST_CASE(whatever_stands_in_a_line_is_answered_with_one_line) {
  Fixture f;
  const std::vector<std::string> seeds{
      R"({"id":1,"request":"call","function":"SendScsiReadCapacity","with":{"Lun":0,"UniqueSessionId":null}})",
      R"({"id":2,"request":"change","target":"array","add":{"lun":7,"capacity":"64 MiB"}})",
      R"({"id":3,"request":"arm","fault":"busy"})",
      R"({"id":4,"request":"hello","token":"secret"})",
      R"({"id":5,"request":"call","function":"LoginIScsiTarget","with":{"TargetName":"x","LoginOptions":{"AuthType":1}}})",
  };
  runtime::SeededEntropy chance(7);
  const std::string_view spice = "{}[]\",:0123456789-+.eE\\u$ \t\x80\xFFnulltruefalse";
  for (int round = 0; round < 4000; ++round) {
    std::string line = seeds[chance.below(seeds.size())];
    for (std::uint64_t change = 1 + chance.below(6); change > 0; --change) {
      const std::size_t at = chance.below(line.size() + 1);
      switch (chance.below(3)) {
        case 0:
          line.insert(at, 1, spice[chance.below(spice.size())]);
          break;
        case 1:
          line.erase(at, 1 + chance.below(4));
          break;
        default:
          if (at < line.size()) line[at] = spice[chance.below(spice.size())];
      }
    }
    for (const bool admitted : {false, true}) {
      const auto answer = f.desk.handle(line, admitted);
      const json::value said = json::parse(answer.text);
      BOOST_REQUIRE(said.at("id").is_null() || said.at("id").is_int64() ||
                    said.at("id").is_uint64() || said.at("id").is_string());
      BOOST_REQUIRE(said.as_object().contains("error") != said.as_object().contains("result"));
      ControlDesk::is_call(line);
    }
  }
  // And it still works.
  f.login();
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused) {
  Fixture f;
  const std::string deep = R"({"request":"call","with":)" + std::string(10000, '[');
  BOOST_TEST(says(f.error(deep), "not JSON"));
}

BOOST_AUTO_TEST_SUITE_END()
