// SARIF 2.1.0 (OASIS). A case that is no pass is a result at the line of the scenario that expected
// otherwise; documented rules are reportingDescriptors.
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/engine/shard.hpp"
#include "scenarios/report/formats.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

constexpr const char* kNoRule = "lunsim/expectation";

/// RFC 3986 asks for all but the unreserved characters and the slash to be written as %XX.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return path.starts_with('/') ? "file://" + out : out;
}

std::string_view level_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
    case Verdict::inconclusive:
      return "error";
    case Verdict::warn:
      return "warning";
    case Verdict::skipped:
    case Verdict::pass:
      break;
  }
  return "note";
}

class Writer {
 public:
  explicit Writer(const RunReport& report) : report_(report) {
    add_rule(kNoRule, "What a scenario expects, where it names no documented rule.", {}, {});
    for (const auto& [id, rule] : report.rules) add_rule(id, rule.text, rule.reading, rule.sources);
  }

  json::object document() {
    for (const ScenarioReport& scenario : report_.scenarios) {
      if (scenario.harness_error)
        if (const auto own = scenario_as_case(scenario)) add_result(scenario, *own);
      for (const CaseReport& one : scenario.cases)
        if (one.verdict != Verdict::pass && one.verdict != Verdict::skipped)
          add_result(scenario, one);
    }
    json::object driver{
        {"name", "lunsim"}, {"version", report_.version}, {"rules", std::move(rules_)}};
    json::object run{
        {"tool", {{"driver", std::move(driver)}}},
        {"invocations",
         json::array{json::object{{"executionSuccessful", !report_.has_harness_error()}}}},
        {"columnKind", "utf16CodeUnits"},
        {"results", std::move(results_)},
        {"properties",
         {{"seed", seed_text(report_.seed)},
          {"world", report_.live ? "live" : "simulated"},
          {"eventHash", report_.event_hash}}}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", json::array{std::move(run)}}};
  }

 private:
  void add_rule(const std::string& id, const std::string& text, const std::string& reading,
                const std::vector<std::string>& sources) {
    json::object rule{{"id", utf8(id)}, {"shortDescription", {{"text", utf8(text)}}}};
    if (!reading.empty()) rule["fullDescription"] = {{"text", utf8(reading)}};
    if (!sources.empty()) rule["help"] = {{"text", utf8("Source: " + joined(sources, "; "))}};
    index_of_rule_.emplace(id, rules_.size());
    rules_.push_back(std::move(rule));
  }

  void add_result(const ScenarioReport& scenario, const CaseReport& one) {
    std::string rule = one.rules.empty() ? kNoRule : one.rules.front();
    if (!index_of_rule_.contains(rule)) add_rule(rule, rule, {}, {});
    std::string text = fmt::format("{}: {}", shown_id(one.id, scenario.repetition), scenario.title);
    const auto add = [&text](std::string_view name, const std::string& value) {
      if (!value.empty()) text += fmt::format("\n{}: {}", name, value);
    };
    add("expected", one.expected);
    add("seen", one.seen);
    add("because", one.message);
    const std::string replay = replay_line(scenario, one) + (report_.live ? " --live" : "");
    add("replay", replay);
    json::object location{{"artifactLocation", {{"uri", uri_of(one.place.file)}}}};
    if (one.place.line > 0) {
      location["region"] = {{"startLine", one.place.line}};
      if (one.place.column > 0) location["region"].get_object()["startColumn"] = one.place.column;
    }
    results_.push_back(
        {{"ruleId", utf8(rule)},
         {"ruleIndex", index_of_rule_.at(rule)},
         {"level", level_of(one.verdict)},
         {"message", {{"text", utf8(text)}}},
         {"locations", json::array{json::object{{"physicalLocation", std::move(location)}}}},
         {"partialFingerprints", {{"lunsimCase/v1", fmt::format("{:016x}", stable_hash(one.id))}}},
         {"properties", {{"case", utf8(one.id)}, {"replay", utf8(replay)}}}});
  }

  const RunReport& report_;
  json::array rules_, results_;
  std::map<std::string, std::size_t> index_of_rule_;
};

}  // namespace

std::string to_sarif(const RunReport& report) {
  return json::serialize(Writer(report).document()) + "\n";
}

}  // namespace lunsim::scenarios
