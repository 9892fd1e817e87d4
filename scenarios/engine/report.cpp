#include "scenarios/engine/report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/ladder_text.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "\x1b[32m";
    case Verdict::warn:
    case Verdict::inconclusive:
      return "\x1b[33m";
    case Verdict::fail:
      return "\x1b[31m";
    case Verdict::skipped:
      return "\x1b[36m";
  }
  return "";
}

std::string painted(std::string_view text, Verdict verdict, const TextOptions& options) {
  if (!options.colour) return std::string(text);
  return fmt::format("{}{}\x1b[0m", colour_of(verdict), text);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string case_text(const ScenarioReport& scenario, const CaseReport& one,
                      const TextOptions& options) {
  std::string out =
      fmt::format("  {} {}\n", painted(describe(one.verdict), one.verdict, options), one.id);
  if (one.verdict == Verdict::pass) return out;
  out += fmt::format("    at        {}\n", to_string(one.place));
  if (!one.rules.empty()) out += fmt::format("    rule      {}\n", joined(one.rules));
  for (const std::string& id : one.rules)
    if (const std::string text = options.rule_text ? options.rule_text(id) : ""; !text.empty())
      out += fmt::format("              {}: {}\n", id, text);
  if (!one.expected.empty()) out += fmt::format("    expected  {}\n", one.expected);
  if (!one.seen.empty()) out += fmt::format("    seen      {}\n", one.seen);
  if (!one.message.empty()) out += fmt::format("    because   {}\n", one.message);
  out += fmt::format("    replay    {}{}\n", replay_line(scenario, one),
                     options.live ? " --live" : "");
  return out;
}

std::string fault_text(const ScenarioReport& scenario) {
  std::string out;
  for (const FaultReport& fault : scenario.faults)
    out += fmt::format("{}{} {}x", out.empty() ? "" : ", ", fault.name, fault.fired);
  return out;
}

std::string time_text(std::int64_t ns) {
  const double ms = static_cast<double>(ns) / 1e6;
  return ms < 10'000 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

/// What crossed the wire up to the first case that is red.
std::string ladder_text(const ScenarioReport& scenario) {
  constexpr std::size_t kLinesMax = 20;
  for (const CaseReport& one : scenario.cases) {
    if (one.verdict != Verdict::fail && one.verdict != Verdict::inconclusive) continue;
    std::string out;
    for (const std::string& line : ladder_lines(scenario, one.span.last_entry, kLinesMax))
      out += "    " + line + "\n";
    if (out.empty()) return out;
    return fmt::format("  on the wire until {} (> from the initiator, < from the target)\n{}",
                       one.id, out);
  }
  return {};
}

}  // namespace

std::string_view describe(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::skipped:
      return "skipped";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::fail:
      return "FAIL";
  }
  return "";
}

std::uint64_t ScenarioReport::count(Verdict wanted) const {
  return static_cast<std::uint64_t>(std::count_if(
      cases.begin(), cases.end(), [&](const CaseReport& one) { return one.verdict == wanted; }));
}

std::uint64_t RunReport::count(Verdict wanted) const {
  return static_cast<std::uint64_t>(
      std::count_if(scenarios.begin(), scenarios.end(),
                    [&](const ScenarioReport& one) { return one.verdict == wanted; }));
}

bool RunReport::has_harness_error() const {
  return std::any_of(scenarios.begin(), scenarios.end(),
                     [](const ScenarioReport& one) { return one.harness_error; });
}

bool RunReport::is_red() const { return count(Verdict::fail) + count(Verdict::inconclusive) > 0; }

bool RunReport::is_empty() const { return count(Verdict::skipped) == scenarios.size(); }

std::string replay_line(const ScenarioReport& scenario, const CaseReport& one) {
  if (!scenario.replay.empty()) return scenario.replay;
  // A file's id depends on the folder that a run was given, so only the case is named.
  const std::string_view part = std::string_view(one.id).starts_with(scenario.id)
                                    ? std::string_view(one.id).substr(scenario.id.size())
                                    : std::string_view(one.id);
  return fmt::format("lunsim run {}{} --seed 0x{:x} --filter {}", shell_path(scenario.file),
                     scenario.replay_options, scenario.seed, shell_quoted(part));
}

std::string to_text(const ScenarioReport& scenario, const TextOptions& options) {
  std::string out = fmt::format(
      "{} {}", painted(describe(scenario.verdict), scenario.verdict, options), scenario.id);
  if (scenario.verdict == Verdict::skipped) return out + fmt::format(" ({})\n", scenario.reason);
  out += fmt::format(": {}; {} case{}, {}", scenario.title, scenario.cases.size(),
                     scenario.cases.size() == 1 ? "" : "s", time_text(scenario.virtual_ns));
  const std::string faults = fault_text(scenario);
  if (!faults.empty()) out += "; faults: " + faults;
  out += '\n';
  if (!scenario.reason.empty()) out += fmt::format("    {}\n", scenario.reason);
  // A sweep that fails everywhere says so once it has shown enough.
  constexpr std::size_t kShownMax = 8;
  std::size_t red = 0;
  for (const CaseReport& one : scenario.cases) {
    if (one.verdict == Verdict::pass) {
      if (options.verbose) out += case_text(scenario, one, options);
    } else if (++red <= kShownMax || options.verbose) {
      out += case_text(scenario, one, options);
    }
  }
  if (red > kShownMax && !options.verbose)
    out += fmt::format("  ... and {} more\n", red - kShownMax);
  if (options.verbose || red > 0)
    for (const std::string& line : scenario.log) out += fmt::format("    {}\n", line);
  return out + ladder_text(scenario);
}

namespace {

/// "1 case", "2 cases".
std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string summary_text(const RunReport& report, const TextOptions& options) {
  std::uint64_t cases = 0;
  std::uint64_t fired = 0;
  for (const ScenarioReport& scenario : report.scenarios) {
    cases += scenario.cases.size();
    for (const FaultReport& fault : scenario.faults) fired += fault.fired > 0 ? 1 : 0;
  }
  std::string out = fmt::format("{}, {}, {} fired: ", counted(report.scenarios.size(), "scenario"),
                                counted(cases, "case"), counted(fired, "fault"));
  std::string sums;
  for (const Verdict verdict :
       {Verdict::pass, Verdict::warn, Verdict::skipped, Verdict::inconclusive, Verdict::fail}) {
    const std::uint64_t count = report.count(verdict);
    if (count == 0) continue;
    sums += (sums.empty() ? "" : ", ") +
            painted(fmt::format("{} {}", count, describe(verdict)), verdict, options);
  }
  return out + (sums.empty() ? "nothing ran" : sums) + "\n";
}

}  // namespace lunsim::scenarios
