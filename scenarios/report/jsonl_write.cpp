#include <boost/json.hpp>
#include <fmt/format.h>

#include "protocol/bytes/hex.hpp"
#include "scenarios/report/formats.hpp"
#include "scenarios/report/jsonl.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

json::array json_words(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& word : list) out.emplace_back(utf8(word));
  return out;
}

std::string_view word_of(DigestState state) {
  switch (state) {
    case DigestState::absent:
      return "absent";
    case DigestState::right:
      return "right";
    case DigestState::wrong:
      return "wrong";
  }
  return "";
}

std::string_view word_of(TraceEntry::Kind kind) {
  switch (kind) {
    case TraceEntry::Kind::opened:
      return "opened";
    case TraceEntry::Kind::pdu:
      return "pdu";
    case TraceEntry::Kind::no_pdu:
      return "bytes";
    case TraceEntry::Kind::closed:
      return "closed";
  }
  return "";
}

json::object run_line(const RunReport& report) {
  return {{"kind", "run"},
          {"format", kJsonlFormat},
          {"tool", "lunsim"},
          {"version", report.version},
          {"world", report.live ? "live" : "simulated"},
          {"seed", seed_text(report.seed)},
          {"shard", {{"index", report.shard.index}, {"count", report.shard.count}}},
          {"selected", report.selected},
          {"selection", fmt::format("{:016x}", report.selection_hash)},
          {"assigned", report.assigned},
          {"repetitions", report.repetitions},
          {"stopped_early", report.stopped_early},
          {"event_hash", report.event_hash}};
}

json::object scenario_line(const ScenarioReport& scenario) {
  json::array faults;
  for (const FaultReport& fault : scenario.faults)
    faults.push_back({{"name", utf8(fault.name)},
                      {"matched", fault.matched},
                      {"fired", fault.fired},
                      {"may_not_fire", fault.may_not_fire}});
  return {{"kind", "scenario"},
          {"id", utf8(scenario.id)},
          {"repetition", scenario.repetition},
          {"position", scenario.position},
          {"file", utf8(scenario.file)},
          {"title", utf8(scenario.title)},
          {"tags", json_words(scenario.tags)},
          {"checks", json_words(scenario.checks)},
          {"seed", seed_text(scenario.seed)},
          {"verdict", word_of(scenario.verdict)},
          {"reason", utf8(scenario.reason)},
          {"harness_error", scenario.harness_error},
          {"malformed_on_wire", scenario.malformed_on_wire},
          {"virtual_ns", scenario.virtual_ns},
          {"wall_ns", scenario.wall_ns},
          {"faults", std::move(faults)},
          {"ladder_left_out", scenario.ladder_left_out},
          {"event_hash", scenario.event_hash}};
}

json::object head(const char* kind, const ScenarioReport& scenario) {
  return {{"kind", kind}, {"scenario", utf8(scenario.id)}, {"repetition", scenario.repetition}};
}

json::object case_line(const RunReport& report, const ScenarioReport& scenario,
                       const CaseReport& one) {
  json::object line = head("case", scenario);
  line["id"] = utf8(one.id);
  line["verdict"] = word_of(one.verdict);
  line["file"] = utf8(one.place.file);
  line["line"] = one.place.line;
  line["column"] = one.place.column;
  line["rules"] = json_words(one.rules);
  line["expected"] = utf8(one.expected);
  line["seen"] = utf8(one.seen);
  line["message"] = utf8(one.message);
  line["began_ns"] = one.span.began_ns;
  line["ended_ns"] = one.span.ended_ns;
  line["first_entry"] = one.span.first_entry;
  line["last_entry"] = one.span.last_entry;
  line["replay"] = utf8(replay_line(scenario, one) + (report.live ? " --live" : ""));
  return line;
}

json::object wire_line(const ScenarioReport& scenario, const TraceEntry& entry) {
  json::object line = head("wire", scenario);
  line["entry"] = entry.number;
  line["what"] = word_of(entry.kind);
  line["connection"] = entry.connection;
  line["from_opener"] = entry.from_opener;
  line["began_ns"] = entry.began_at.since_start_ns;
  line["at_ns"] = entry.at.since_start_ns;
  line["summary"] = utf8(entry.summary());
  if (entry.kind == TraceEntry::Kind::opened) {
    line["from"] = to_string(entry.from);
    line["to"] = to_string(entry.to);
  }
  if (entry.kind == TraceEntry::Kind::closed) line["by_reset"] = entry.by_reset;
  if (entry.kind == TraceEntry::Kind::pdu) {
    line["pdu"] = entry.pdu_number;
    line["name"] = entry.name();
    line["bhs"] = bytes::to_hex(entry.part.bhs);
    line["ahs"] = bytes::to_hex(entry.part.ahs);
    line["header_digest"] = word_of(entry.part.header_digest);
    line["data_digest"] = word_of(entry.part.data_digest);
  }
  if (entry.kind == TraceEntry::Kind::pdu || entry.kind == TraceEntry::Kind::no_pdu) {
    line["data"] = bytes::to_hex(entry.part.data);
    line["data_bytes"] = entry.part.data_bytes;
    line["offset"] = entry.part.offset;
    line["bytes"] = entry.part.bytes;
  }
  return line;
}

}  // namespace

std::string to_jsonl(const RunReport& report) {
  std::string out;
  const auto add = [&out](const json::object& line) { out += json::serialize(line) + "\n"; };
  add(run_line(report));
  std::uint64_t cases = 0;
  for (const ScenarioReport& scenario : report.scenarios) {
    add(scenario_line(scenario));
    for (const CaseReport& one : scenario.cases) add(case_line(report, scenario, one));
    cases += scenario.cases.size();
    for (const Strike& strike : scenario.strikes) {
      json::object line = head("strike", scenario);
      line["fault"] = utf8(strike.fault);
      line["at_ns"] = strike.at_ns;
      line["after_entry"] = strike.after_entry;
      add(line);
    }
    for (const TraceEntry& entry : scenario.ladder) add(wire_line(scenario, entry));
  }
  for (const auto& [id, rule] : report.rules)
    add({{"kind", "rule"},
         {"id", id},
         {"text", utf8(rule.text)},
         {"reading", utf8(rule.reading)},
         {"sources", json_words(rule.sources)}});
  add({{"kind", "end"}, {"scenarios", report.scenarios.size()}, {"cases", cases}});
  return out;
}

}  // namespace lunsim::scenarios
