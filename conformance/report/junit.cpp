#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pugixml.hpp>

#include "conformance/report/printable.hpp"
#include "conformance/report/report.hpp"

namespace lunsim::conform {
namespace {

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = printable(value).c_str();
}

std::string details_of(const ConformReport& report, const CaseLine& line) {
  std::string out = fmt::format("{}\n{}\nrequirements {}\n", line.about->purpose,
                                line.result.message, fmt::join(line.about->requirements, ", "));
  if (line.result.mark) out += deciding_bytes(line.result.exchange, *line.result.mark) + "\n";
  if (!line.baseline.empty())
    out += fmt::format("baseline: {} {}\n", line.baseline, line.baseline_reason);
  for (const Frame& frame : line.result.exchange.frames) out += describe(frame) + "\n";
  return out + "replay " + replay_of(report, line) + "\n";
}

/// "failure" for a verdict on the target, "error" where the run could not judge.
const char* outcome_of(const CaseLine& line) {
  const Verdict verdict = line.result.verdict;
  if (is_red(line)) return is_red(verdict) && verdict != Verdict::fail ? "error" : "failure";
  const bool has_run = is_pass(verdict) || verdict == Verdict::warn;
  return has_run ? nullptr : "skipped";
}

void add_case(pugi::xml_node suite, const ConformReport& report, const CaseLine& line) {
  pugi::xml_node node = suite.append_child("testcase");
  const std::string& id = line.about->id;
  set(node, "name", id.substr(id.rfind('/') + 1));
  set(node, "classname", id.substr(0, id.rfind('/')));
  set(node, "time", fmt::format("{:.3f}", double(line.result.duration_ns) / 1e9));
  if (const char* outcome = outcome_of(line)) {
    pugi::xml_node child = node.append_child(outcome);
    const std::string said =
        line.result.message.empty() ? line.about->purpose : line.result.message;
    set(child, "message", line.baseline.empty() ? said : line.baseline + ": " + said);
    if (std::string_view(outcome) != "skipped") {
      set(child, "type", name_of(line.result.verdict));
      child.append_child(pugi::node_pcdata).set_value(printable(details_of(report, line)).c_str());
    }
  } else if (line.result.verdict == Verdict::warn) {
    node.append_child("system-out")
        .append_child(pugi::node_pcdata)
        .set_value(printable("warning\n" + details_of(report, line)).c_str());
  }
}

}  // namespace

std::string to_junit(const ConformReport& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "lunsim conform";
  pugi::xml_node suite = root.append_child("testsuite");
  set(suite, "name", report.target);
  std::size_t failures = 0, errors = 0, skipped = 0;
  std::int64_t duration_ns = 0;
  for (const CaseLine& line : report.lines) {
    const std::string_view outcome = outcome_of(line) == nullptr ? "" : outcome_of(line);
    failures += outcome == "failure";
    errors += outcome == "error";
    skipped += outcome == "skipped";
    duration_ns += line.result.duration_ns;
  }
  suite.append_attribute("tests") = static_cast<unsigned long long>(report.lines.size());
  suite.append_attribute("failures") = static_cast<unsigned long long>(failures);
  suite.append_attribute("errors") = static_cast<unsigned long long>(errors);
  suite.append_attribute("skipped") = static_cast<unsigned long long>(skipped);
  set(suite, "time", fmt::format("{:.3f}", double(duration_ns) / 1e9));
  for (const CaseLine& line : report.lines) add_case(suite, report, line);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace lunsim::conform
