#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "scenarios/report/formats.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = xml_text(value).c_str();
}

void set(pugi::xml_node node, const char* name, std::uint64_t value) {
  node.append_attribute(name) = static_cast<unsigned long long>(value);
}

std::string rule_text(const RunReport& report, const CaseReport& one) {
  std::string out;
  for (const std::string& rule : one.rules) {
    const auto found = report.rules.find(rule);
    out += found == report.rules.end() ? fmt::format("rule {}\n", rule)
                                       : fmt::format("rule {}: {} ({})\n", rule, found->second.text,
                                                     joined(found->second.sources, "; "));
  }
  return out;
}

void add_outcome(pugi::xml_node node, const RunReport& report, const ScenarioReport& scenario,
                 const CaseReport& one) {
  if (one.verdict == Verdict::pass) return;
  const std::string text =
      fmt::format("at {}\n{}expected {}\nseen {}\nbecause {}\nreplay {}{}\n", to_string(one.place),
                  rule_text(report, one), one.expected, one.seen, one.message,
                  replay_line(scenario, one), report.live ? " --live" : "");
  // A warning is a case that passed, with something to read.
  if (one.verdict == Verdict::warn) {
    node.append_child("system-out")
        .append_child(pugi::node_pcdata)
        .set_value(xml_text("warning\n" + text).c_str());
    return;
  }
  if (one.verdict == Verdict::skipped) {
    set(node.append_child("skipped"), "message", one.message);
    return;
  }
  pugi::xml_node outcome = node.append_child(one.verdict == Verdict::fail ? "failure" : "error");
  set(outcome, "message", one.message.empty() ? one.seen : one.message);
  set(outcome, "type", word_of(one.verdict));
  outcome.append_child(pugi::node_pcdata).set_value(xml_text(text).c_str());
}

void add_case(pugi::xml_node suite, const RunReport& report, const ScenarioReport& scenario,
              const CaseReport& one) {
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "name", shown_id(one.id, scenario.repetition));
  set(node, "classname", scenario.id);
  set(node, "time", seconds_text(one.span.ended_ns - one.span.began_ns));
  set(node, "file", one.place.file);
  set(node, "line", one.place.line);
  add_outcome(node, report, scenario, one);
}

void add_properties(pugi::xml_node suite, const RunReport& report, const ScenarioReport& scenario) {
  pugi::xml_node properties = suite.append_child("properties");
  const auto property = [&](const char* name, const std::string& value) {
    pugi::xml_node node = properties.append_child("property");
    set(node, "name", name);
    set(node, "value", value);
  };
  property("title", scenario.title);
  property("version", report.version);
  property("world", report.live ? "live" : "simulated");
  property("seed", seed_text(scenario.seed));
  property("event_hash", scenario.event_hash);
  property("wall_seconds", seconds_text(scenario.wall_ns));
  if (!scenario.tags.empty()) property("tags", joined(scenario.tags, " "));
  for (const FaultReport& fault : scenario.faults)
    property("fault_fired", fmt::format("{}={}", fault.name, fault.fired));
}

/// The time of a suite is the world's own, as that of its cases is.
void add_suite(pugi::xml_node root, const RunReport& report, const ScenarioReport& scenario) {
  pugi::xml_node suite = root.append_child("testsuite");
  const auto own = scenario_as_case(scenario);
  const std::uint64_t own_skip = own && own->verdict == Verdict::skipped ? 1 : 0;
  const std::uint64_t own_error = own && own->verdict != Verdict::skipped ? 1 : 0;
  set(suite, "name", shown_id(scenario.id, scenario.repetition));
  set(suite, "tests", scenario.cases.size() + own_skip + own_error);
  set(suite, "failures", scenario.count(Verdict::fail));
  set(suite, "errors", scenario.count(Verdict::inconclusive) + own_error);
  set(suite, "skipped", scenario.count(Verdict::skipped) + own_skip);
  set(suite, "time", seconds_text(scenario.virtual_ns));
  add_properties(suite, report, scenario);
  if (own) add_case(suite, report, scenario, *own);
  for (const CaseReport& one : scenario.cases) add_case(suite, report, scenario, one);
}

}  // namespace

std::string to_junit(const RunReport& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "lunsim";
  for (const ScenarioReport& scenario : report.scenarios) add_suite(root, report, scenario);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace lunsim::scenarios
