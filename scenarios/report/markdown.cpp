#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/ladder_text.hpp"
#include "scenarios/report/formats.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kTextBytesMax = 900u << 10;  // GitHub takes 1 MiB a step
constexpr std::size_t kValueBytesMax = 2000;
constexpr std::size_t kLadderLines = 12;

std::string_view mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✅";
    case Verdict::warn:
      return "⚠️";
    case Verdict::skipped:
      return "⏭️";
    case Verdict::inconclusive:
      return "❓";
    case Verdict::fail:
      return "❌";
  }
  return "";
}

/// Cut at the end of a character, so that it stays UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= kValueBytesMax) return text;
  std::size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + " …";
}

/// Text in a paragraph or cell: nothing of it is markup.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : shortened(utf8(text))) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '\n' || c == '\r')
      out += "<br>";
    else if (std::string_view("\\`*_{}[]()#+-.!|~@").find(c) != std::string_view::npos)
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += ' ';
    else
      out += c;
  }
  return out;
}

/// A block that is shown as it is: its fence is longer than any that stands in it.
std::string block(const std::string& text, std::string_view language) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n",
                     fence);
}

std::string rule_rows(const RunReport& report, const CaseReport& one) {
  std::string out;
  for (const std::string& id : one.rules) {
    const auto rule = report.rules.find(id);
    out += rule == report.rules.end()
               ? fmt::format("| rule | {} |\n", plain(id))
               : fmt::format("| rule {} | {} ({}) |\n", plain(id), plain(rule->second.text),
                             plain(joined(rule->second.sources, "; ")));
  }
  return out;
}

std::string case_text(const RunReport& report, const ScenarioReport& scenario,
                      const CaseReport& one) {
  const auto row = [](std::string_view name, const std::string& value) {
    return value.empty() ? std::string() : fmt::format("| {} | {} |\n", name, plain(value));
  };
  std::string out =
      fmt::format("\n### {} {}\n\n{}\n\n| | |\n|---|---|\n", mark_of(one.verdict),
                  plain(shown_id(one.id, scenario.repetition)), plain(scenario.title));
  out += row("at", to_string(one.place)) + row("expected", one.expected) + row("seen", one.seen) +
         row("because", one.message) + rule_rows(report, one);
  out += "\n" + block(utf8(replay_line(scenario, one)) + (report.live ? " --live" : ""), "sh");
  std::string ladder;
  for (const std::string& line : ladder_lines(scenario, one.span.last_entry, kLadderLines))
    ladder += shortened(utf8(line)) + "\n";
  if (!ladder.empty())
    out +=
        "\n<details><summary>on the wire</summary>\n\n" + block(ladder, "text") + "\n</details>\n";
  return out;
}

std::string sums(const RunReport& report) {
  std::string head = "| scenarios |";
  std::string line = "|---:|";
  std::string body = fmt::format("| {} |", report.scenarios.size());
  for (const Verdict verdict :
       {Verdict::pass, Verdict::warn, Verdict::skipped, Verdict::inconclusive, Verdict::fail}) {
    head += fmt::format(" {} {} |", mark_of(verdict), word_of(verdict));
    line += "---:|";
    body += fmt::format(" {} |", report.count(verdict));
  }
  return fmt::format("{}\n{}\n{}\n", head, line, body);
}

}  // namespace

std::string to_markdown(const RunReport& report) {
  std::string out =
      fmt::format("## {} lunsim: {}\n\n", mark_of(report.is_red() ? Verdict::fail : Verdict::pass),
                  report.is_red() ? "something is red" : "all is well");
  out += sums(report);
  out += fmt::format("\nlunsim {}, {} world, seed `{}`, event hash `{}`", report.version,
                     report.live ? "live" : "simulated", seed_text(report.seed), report.event_hash);
  if (report.shard.count > 1) out += fmt::format(", shard {}", to_string(report.shard));
  out += "\n";
  std::size_t shown = 0;
  std::size_t left_out = 0;
  const auto add = [&](const ScenarioReport& scenario, const CaseReport& one) {
    if (one.verdict == Verdict::pass || one.verdict == Verdict::skipped) return;
    if (shown >= kMarkdownCasesMax || out.size() >= kTextBytesMax) {
      ++left_out;
      return;
    }
    ++shown;
    out += case_text(report, scenario, one);
  };
  for (const ScenarioReport& scenario : report.scenarios) {
    if (const auto own = scenario_as_case(scenario)) add(scenario, *own);
    for (const CaseReport& one : scenario.cases) add(scenario, one);
  }
  if (left_out > 0) out += fmt::format("\n… and {} more.\n", left_out);
  return out;
}

}  // namespace lunsim::scenarios
