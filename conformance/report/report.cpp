#include "conformance/report/report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "conformance/report/printable.hpp"

namespace lunsim::conform {

std::size_t ConformReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(),
                    [&](const CaseLine& one) { return one.result.verdict == verdict; }));
}

bool is_red(const CaseLine& line) {
  if (line.baseline == "known") return false;
  if (line.baseline == "regression" || line.baseline == "unexpected pass") return true;
  return is_red(line.result.verdict);
}

namespace {

std::string line_of(const CaseLine& line) {
  std::string out = fmt::format("{:<13} {} ({})\n", name_of(line.result.verdict), line.about->id,
                                name_of(line.about->level));
  if (!line.result.message.empty())
    out += fmt::format("              {}\n", printable(line.result.message));
  if (line.result.mark) {
    const std::string bytes = deciding_bytes(line.result.exchange, *line.result.mark);
    if (!bytes.empty()) out += fmt::format("              {}\n", bytes);
  }
  if (!line.baseline.empty())
    out += fmt::format("              baseline: {} {}\n", line.baseline, line.baseline_reason);
  return out;
}

std::string ladder_of(const CaseLine& line) {
  std::string out;
  for (const Frame& frame : line.result.exchange.frames)
    out += "                " + describe(frame) + "\n";
  return out;
}

}  // namespace

std::string sums_of(const ConformReport& report) {
  constexpr std::array kAll{Verdict::pass,         Verdict::pass_loose,  Verdict::warn,
                            Verdict::fail,         Verdict::unsupported, Verdict::skipped,
                            Verdict::inconclusive, Verdict::time_out,    Verdict::target_gone};
  std::string out = fmt::format("{} cases:", report.lines.size());
  for (const Verdict verdict : kAll)
    if (const std::size_t count = report.count(verdict); count > 0)
      out += fmt::format(" {} {}", count, name_of(verdict));
  for (const std::string_view what : {"known", "regression", "unexpected pass"}) {
    const auto count = std::count_if(report.lines.begin(), report.lines.end(),
                                     [&](const CaseLine& one) { return one.baseline == what; });
    if (count > 0) out += fmt::format("; {} {}", count, what);
  }
  return out;
}

std::string to_text(const ConformReport& report, bool verbose) {
  std::string out;
  std::map<std::string, std::size_t> not_run;  // one line for all that were not run for one reason
  for (const CaseLine& line : report.lines) {
    if (!verbose && line.result.verdict == Verdict::pass && line.baseline.empty()) continue;
    if (!verbose && line.result.message.starts_with(kNotRun)) {
      ++not_run[line.result.message];
      continue;
    }
    out += line_of(line);
    if (verbose && !is_pass(line.result.verdict)) out += ladder_of(line);
  }
  for (const auto& [why, count] : not_run)
    out += fmt::format("{:<13} {} cases {}\n", name_of(Verdict::inconclusive), count, why);
  return out + sums_of(report) + "\n";
}

}  // namespace lunsim::conform
