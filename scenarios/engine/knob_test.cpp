#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/engine/knob_table.hpp"
#include "scenarios/engine/node.hpp"
#include "scenarios/engine/runner.hpp"

namespace scenarios = lunsim::scenarios;
namespace runtime = lunsim::runtime;
using scenarios::Knob;
using scenarios::KnobPlace;

namespace {

/// All that crossed the wire, a line for each event: connection, direction, time, bytes.
class Record final : public runtime::Observer {
 public:
  explicit Record(std::string& out) : out_(out) {}
  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override {
    out_ += fmt::format("{} opened {} {} {}\n", number, to_string(from), to_string(to),
                        now.since_start_ns);
  }
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override {
    out_ +=
        fmt::format("{} {} {} ", number, from_opener ? "to target" : "to host", now.since_start_ns);
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    out_ += '\n';
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override {
    out_ += fmt::format("{} closed {} {} {}\n", number, by_opener, reset, now.since_start_ns);
  }

 private:
  std::string& out_;
};

struct SeenByKnob {
  std::vector<std::string> problems;
  scenarios::ScenarioReport report;
  std::string wire;
};

SeenByKnob seen_of(const std::string& text, const std::string& path = "story.yaml") {
  SeenByKnob seen;
  const scenarios::ScenarioFile file{text, path, "story"};
  const scenarios::LoadedScenarios loaded = scenarios::load_scenarios({&file, 1});
  seen.problems = loaded.problems;
  if (!seen.problems.empty()) return seen;
  scenarios::RunOptions options;
  options.seed = 7;
  options.seed_is_explicit = true;
  options.capture = [&](const scenarios::Scenario&) { return std::make_unique<Record>(seen.wire); };
  seen.report = scenarios::run_scenario(loaded.scenarios.front(), options);
  return seen;
}

bool has_failed(const scenarios::ScenarioReport& report) {
  return report.verdict == scenarios::Verdict::fail;
}

/// What is wrong with a knob; empty if it does what it should.
std::string complaint(const Knob& knob) {
  const SeenByKnob without = seen_of(scenarios::knob_scenario(knob, false));
  if (!without.problems.empty()) return "its story: " + without.problems.front();
  if (without.report.harness_error) return "its story: " + without.report.reason;
  if (without.report.verdict != scenarios::Verdict::pass)
    return "its story fails by itself:\n" + to_text(without.report);
  const SeenByKnob with = seen_of(scenarios::knob_scenario(knob, true));
  if (!with.problems.empty()) return with.problems.front();
  if (with.report.harness_error) return with.report.reason;
  for (const scenarios::FaultReport& fault : with.report.faults)
    if (fault.fired == 0)
      return fmt::format("{} never fired, and matched {} times", fault.name, fault.matched);
  const bool is_fault = knob.place != KnobPlace::target && knob.place != KnobPlace::host;
  if (is_fault && with.report.faults.empty()) return "it is no fault";
  // What a call says need not come from the wire; then a step of its story tells.
  const bool tells = knob.place == KnobPlace::host_faults && has_failed(with.report);
  if (with.wire == without.wire && !tells) return "it changes nothing on the wire";
  return {};
}

std::string lua_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// A tree as a Lua table, every scalar as text.
std::string lua_of(const scenarios::Node& node) {
  if (node.is_scalar()) return lua_text(node.text);
  std::string out = "{";
  for (std::size_t i = 0; i < node.items.size(); ++i)
    out += (node.is_map() ? fmt::format("[{}] = ", lua_text(node.keys[i])) : std::string{}) +
           lua_of(node.items[i]) + ", ";
  return out + "}";
}

std::set<std::string> required_knobs() {
  std::set<std::string> out;
  std::ifstream in(std::filesystem::path(LUNSIM_SOURCE_DIR) /
                   "scenarios/engine/required_knobs.txt");
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line.front() != '#') out.insert(line);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(knobs)

BOOST_AUTO_TEST_CASE(every_example_fires_and_shows_on_the_wire) {
  for (const Knob& knob : scenarios::knobs()) {
    const std::string why = complaint(knob);
    if (!why.empty()) BOOST_ERROR(fmt::format("{}: {}: {}", knob.section, knob.name, why));
  }
}

BOOST_AUTO_TEST_CASE(a_knob_that_is_wrong_idle_or_without_effect_is_told) {
  const Knob misspelt{"x", "PDU", "", "- x: {on: {send: Data-In}, doo: drop}", "reading"};
  BOOST_TEST(complaint(misspelt).find("doo") != std::string::npos);
  const Knob idle{"x", "PDU", "", "- x: {on: {send: Reject}, do: drop}", "reading"};
  BOOST_TEST(complaint(idle) == "x never fired, and matched 0 times");
  const Knob nothing{"x", "PDU", "", "command_timeout: 59 s", "login", KnobPlace::host};
  BOOST_TEST(complaint(nothing) == "it changes nothing on the wire");
  const Knob of_host{"x",     "Host",
                     "",      "- x: {on: {call: GetIScsiSessionList}, do: {delay: 0}}",
                     "calls", KnobPlace::host_faults};
  BOOST_TEST(complaint(of_host) == "it changes nothing on the wire");
}

BOOST_AUTO_TEST_CASE(every_example_does_the_same_from_lua) {
  for (const Knob& knob : scenarios::knobs()) {
    const std::string yaml = scenarios::knob_scenario(knob, true);
    scenarios::Problems problems;
    const scenarios::Node tree = scenarios::read_yaml(yaml, "story.yaml", problems);
    const SeenByKnob from_lua = seen_of("return " + lua_of(tree), "story.lua");
    if (!from_lua.problems.empty())
      BOOST_ERROR(fmt::format("{}: {}: {}", knob.section, knob.name, from_lua.problems.front()));
    else if (from_lua.wire != seen_of(yaml).wire)
      BOOST_ERROR(fmt::format("{}: {}: not the same on the wire", knob.section, knob.name));
  }
}

BOOST_AUTO_TEST_CASE(the_table_has_what_is_required_and_nothing_else) {
  std::set<std::string> left = required_knobs();
  BOOST_TEST(!left.empty());
  for (const Knob& knob : scenarios::knobs()) {
    const std::string line = fmt::format("{}: {}", knob.section, knob.name);
    if (left.erase(line) == 0)
      BOOST_ERROR(line + " is not in required_knobs.txt, or twice in the table");
  }
  for (const std::string& line : left) BOOST_ERROR(line + " is required, and no knob");
}

BOOST_AUTO_TEST_CASE(every_knob_is_in_a_section) {
  const std::size_t parts = scenarios::wire_knobs().size() + scenarios::device_knobs().size() +
                            scenarios::host_knobs().size() + scenarios::smb_knobs().size();
  BOOST_TEST(scenarios::knobs().size() == parts);
}

BOOST_AUTO_TEST_CASE(the_lists_for_people_and_machines_have_every_knob) {
  const std::string text = scenarios::knobs_text();
  const auto parsed = boost::json::parse(scenarios::knobs_json()).as_array();
  const std::vector<Knob> all = scenarios::knobs();
  BOOST_REQUIRE(parsed.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    BOOST_TEST(text.find(fmt::format("  {}: {}\n", all[i].name, all[i].line)) != std::string::npos);
    const auto& object = parsed[i].as_object();
    BOOST_TEST(object.at("name").as_string() == all[i].name);
    BOOST_TEST(object.at("section").as_string() == all[i].section);
    BOOST_TEST(object.at("line").as_string() == all[i].line);
    BOOST_TEST(object.at("example").as_string() == all[i].example);
    const bool is_fault = all[i].example.starts_with("- ");
    BOOST_TEST(object.at("place").as_string().ends_with("faults") == is_fault);
  }
}

BOOST_AUTO_TEST_SUITE_END()
