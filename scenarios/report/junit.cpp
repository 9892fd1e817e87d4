#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {
namespace {

/// XML 1.0 knows no control characters, not even escaped.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    out += control ? '?' : c;
  }
  return out;
}

std::string rules_of(const CaseReport& one) {
  std::string out;
  for (const std::string& rule : one.rules) out += (out.empty() ? "" : " ") + rule;
  return out;
}

void add_outcome(pugi::xml_node node, const ScenarioReport& scenario, const CaseReport& one) {
  if (one.verdict == Verdict::pass || one.verdict == Verdict::warn) return;
  if (one.verdict == Verdict::skipped) {
    node.append_child("skipped").append_attribute("message") = printable(one.message).c_str();
    return;
  }
  pugi::xml_node outcome = node.append_child(one.verdict == Verdict::fail ? "failure" : "error");
  outcome.append_attribute("message") = printable(one.message).c_str();
  outcome.append_attribute("type") = std::string(describe(one.verdict)).c_str();
  const std::string text =
      fmt::format("at {}\nrules {}\nexpected {}\nseen {}\nreplay {}\n", to_string(one.place),
                  rules_of(one), one.expected, one.seen, replay_line(scenario, one));
  outcome.append_child(pugi::node_pcdata).set_value(printable(text).c_str());
}

void add_suite(pugi::xml_node root, const ScenarioReport& scenario) {
  pugi::xml_node suite = root.append_child("testsuite");
  suite.append_attribute("name") = scenario.id.c_str();
  const bool skipped = scenario.verdict == Verdict::skipped;
  const bool broken = scenario.harness_error;  // we failed, not what was tested
  suite.append_attribute("tests") = scenario.cases.size() + (skipped || broken ? 1 : 0);
  suite.append_attribute("failures") = scenario.count(Verdict::fail);
  suite.append_attribute("errors") = scenario.count(Verdict::inconclusive) + (broken ? 1 : 0);
  suite.append_attribute("skipped") = skipped ? 1 : scenario.count(Verdict::skipped);
  suite.append_attribute("time") =
      fmt::format("{:.6f}", static_cast<double>(scenario.virtual_ns) / 1e9).c_str();
  pugi::xml_node properties = suite.append_child("properties");
  const auto property = [&](const char* name, const std::string& value) {
    pugi::xml_node node = properties.append_child("property");
    node.append_attribute("name") = name;
    node.append_attribute("value") = printable(value).c_str();
  };
  property("title", scenario.title);
  property("seed", fmt::format("0x{:x}", scenario.seed));
  property("event_hash", scenario.event_hash);
  for (const FaultReport& fault : scenario.faults)
    property("fault_fired", fmt::format("{}={}", fault.name, fault.fired));
  if (skipped || broken) {
    pugi::xml_node node = suite.append_child("testcase");
    node.append_attribute("name") = scenario.id.c_str();
    node.append_attribute("classname") = scenario.id.c_str();
    node.append_child(broken ? "error" : "skipped").append_attribute("message") =
        printable(scenario.reason).c_str();
  }
  for (const CaseReport& one : scenario.cases) {
    pugi::xml_node node = suite.append_child("testcase");
    node.append_attribute("name") = printable(one.id).c_str();
    node.append_attribute("classname") = scenario.id.c_str();
    node.append_attribute("file") = one.place.file.c_str();
    node.append_attribute("line") = one.place.line;
    add_outcome(node, scenario, one);
  }
}

}  // namespace

std::string to_junit(const RunReport& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "lunsim";
  for (const ScenarioReport& scenario : report.scenarios) add_suite(root, scenario);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace lunsim::scenarios
