#include <map>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "protocol/iscsi/pdu/describe.hpp"
#include "scenarios/report/formats.hpp"
#include "scenarios/report/page.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// JSON that can stand in a script element: `<` only occurs in texts, where it may be written as a
/// number.
std::string script_json(const json::value& value) {
  std::string out;
  for (const char c : json::serialize(value)) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

json::array words(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& word : list) out.emplace_back(utf8(word));
  return out;
}

/// Lines of described PDUs, each once: most of them occur in thousands of PDUs.
class LineTable {
 public:
  json::array numbers_of(std::string_view text) {
    json::array out;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const auto [at, is_new] = numbers_.emplace(utf8(text.substr(0, end)), lines_.size());
      if (is_new) lines_.emplace_back(at->first);
      out.emplace_back(at->second);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }
  json::array take() { return std::move(lines_); }

 private:
  std::map<std::string, std::size_t> numbers_;
  json::array lines_;
};

json::object case_data(const RunReport& report, const ScenarioReport& scenario,
                       const CaseReport& one) {
  return {{"id", utf8(one.id)},
          {"verdict", word_of(one.verdict)},
          {"place", utf8(to_string(one.place))},
          {"rules", words(one.rules)},
          {"expected", utf8(one.expected)},
          {"seen", utf8(one.seen)},
          {"message", utf8(one.message)},
          {"began_ns", one.span.began_ns},
          {"ended_ns", one.span.ended_ns},
          {"first_entry", one.span.first_entry},
          {"last_entry", one.span.last_entry},
          {"replay", utf8(replay_line(scenario, one) + (report.live ? " --live" : ""))}};
}

std::string fields_of(const TraceEntry& entry) {
  if (entry.kind != TraceEntry::Kind::pdu) return {};
  std::string out = pdu::describe(entry.part.view());
  const auto digest = [&out](std::string_view name, DigestState state) {
    if (state == DigestState::absent) return;
    out += fmt::format("{} digest {}\n", name, state == DigestState::right ? "right" : "wrong");
  };
  digest("header", entry.part.header_digest);
  digest("data", entry.part.data_digest);
  return out;
}

json::object entry_data(const TraceEntry& entry, LineTable& lines) {
  const bool is_quiet =
      entry.kind == TraceEntry::Kind::opened || entry.kind == TraceEntry::Kind::closed;
  return {{"number", entry.number},
          {"at_ns", entry.at.since_start_ns},
          {"connection", entry.connection},
          {"from_opener", entry.from_opener},
          {"quiet", is_quiet},
          {"summary", utf8(entry.summary())},
          {"fields", lines.numbers_of(fields_of(entry))}};
}

std::vector<std::string> rules_of(const ScenarioReport& scenario) {
  std::set<std::string> out(scenario.checks.begin(), scenario.checks.end());
  for (const CaseReport& one : scenario.cases) out.insert(one.rules.begin(), one.rules.end());
  return {out.begin(), out.end()};
}

json::object scenario_data(const RunReport& report, const ScenarioReport& scenario,
                           LineTable& lines) {
  json::array cases, faults, strikes, ladder;
  if (const auto own = scenario_as_case(scenario))
    cases.push_back(case_data(report, scenario, *own));
  for (const CaseReport& one : scenario.cases) cases.push_back(case_data(report, scenario, one));
  for (const FaultReport& fault : scenario.faults)
    faults.push_back(
        {{"name", utf8(fault.name)}, {"fired", fault.fired}, {"matched", fault.matched}});
  for (const Strike& strike : scenario.strikes)
    strikes.push_back({{"fault", utf8(strike.fault)},
                       {"at_ns", strike.at_ns},
                       {"after_entry", strike.after_entry}});
  for (const TraceEntry& entry : scenario.ladder) ladder.push_back(entry_data(entry, lines));
  return {{"id", utf8(scenario.id)},
          {"repetition", scenario.repetition},
          {"file", utf8(scenario.file)},
          {"title", utf8(scenario.title)},
          {"verdict", word_of(scenario.verdict)},
          {"reason", utf8(scenario.reason)},
          {"tags", words(scenario.tags)},
          {"rules", words(rules_of(scenario))},
          {"seed", seed_text(scenario.seed)},
          {"event_hash", scenario.event_hash},
          {"virtual_ns", scenario.virtual_ns},
          {"faults", std::move(faults)},
          {"strikes", std::move(strikes)},
          {"cases", std::move(cases)},
          {"ladder", std::move(ladder)}};
}

json::object data_of(const RunReport& report) {
  LineTable lines;
  json::array scenarios;
  for (const ScenarioReport& scenario : report.scenarios)
    scenarios.push_back(scenario_data(report, scenario, lines));
  json::object rules;
  for (const auto& [id, rule] : report.rules)
    rules[utf8(id)] = {{"text", utf8(rule.text)},
                       {"reading", utf8(rule.reading)},
                       {"sources", words(rule.sources)}};
  return {
      {"scenarios", std::move(scenarios)}, {"rules", std::move(rules)}, {"lines", lines.take()}};
}

std::string headline(const RunReport& report) {
  std::string out =
      fmt::format("lunsim {}, {} world, seed {}, event hash {}", report.version,
                  report.live ? "live" : "simulated", seed_text(report.seed), report.event_hash);
  if (report.shard.count > 1) out += fmt::format(", shard {}", to_string(report.shard));
  if (report.stopped_early) out += ", stopped at the first that was red";
  return out;
}

constexpr const char* kPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>lunsim: {title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<div class="top"><h1>lunsim: <span class="{verdict}">{title}</span></h1><span class="faint mono">{headline}</span>
<span class="end"><button id="theme" aria-label="switch between light and dark">dark</button></span></div>
<div class="tools" role="search">
<label>filter <input id="filter" type="search" placeholder="id, title, tag:, rule:, fault:, !not" autocomplete="off"></label>
<span id="verdicts" role="group" aria-label="verdicts"></span>
<span id="shown" role="status" aria-live="polite"></span>
<span class="faint"><kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> next and last case <kbd>l</kbd> ladder <kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> close <kbd>t</kbd> light or dark</span>
</div>
<noscript>This page shows its report by a script of its own; where none may run, ask lunsim for --markdown or --junit.</noscript>
</header>
<main>
<table id="matrix"><thead><tr><th scope="col">verdict</th><th scope="col">scenario</th><th scope="col">cases</th><th scope="col">virtual time</th></tr></thead><tbody></tbody></table>
<section id="detail" aria-label="one case" hidden></section>
</main>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</body>
</html>
)";

/// The page with every {name} replaced, each once, so that what is put in is not looked at again.
std::string filled(std::string_view page,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!page.empty()) {
    const std::size_t open = std::min(page.find('{'), page.size());
    out += page.substr(0, open);
    page.remove_prefix(open);
    if (page.empty()) break;
    const std::size_t close = std::min(page.find('}'), page.size() - 1);
    const std::string_view name = page.substr(1, close - 1);
    for (const auto& [key, value] : values)
      if (key == name) out += value;
    page.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::string to_html(const RunReport& report) {
  const std::string title =
      report.is_red()
          ? fmt::format("{} of {} scenarios are red",
                        report.count(Verdict::fail) + report.count(Verdict::inconclusive),
                        report.scenarios.size())
          : fmt::format("{} scenarios, none is red", report.scenarios.size());
  return filled(kPage, {{"title", escaped(title)},
                        {"verdict", report.is_red() ? "fail" : "pass"},
                        {"headline", escaped(headline(report))},
                        {"style", std::string(page_files()[0].text)},
                        {"script", std::string(page_files()[1].text)},
                        {"data", script_json(data_of(report))}});
}

}  // namespace lunsim::scenarios
