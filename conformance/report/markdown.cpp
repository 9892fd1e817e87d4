#include <fmt/format.h>

#include "conformance/report/printable.hpp"
#include "conformance/report/report.hpp"

namespace lunsim::conform {
namespace {

bool is_worth_a_row(const CaseLine& line) {
  return is_red(line) || is_red(line.result.verdict) || line.result.verdict == Verdict::warn ||
         line.result.verdict == Verdict::pass_loose;
}

std::string row_of(const CaseLine& line) {
  const CaseResult& result = line.result;
  const std::string bytes =
      result.mark ? deciding_bytes(result.exchange, *result.mark) : std::string();
  const std::string baseline =
      line.baseline.empty() ? "" : fmt::format("{} {}", line.baseline, line.baseline_reason);
  return fmt::format("| {}{} | `{}` | {} | {} | {} | {} | {} |\n", is_red(line) ? "**" : "",
                     std::string(name_of(result.verdict)) + (is_red(line) ? "**" : ""),
                     line.about->id, name_of(line.about->level),
                     as_markdown_cell(line.about->purpose), as_markdown_cell(result.message),
                     as_markdown_cell(bytes), as_markdown_cell(baseline));
}

}  // namespace

std::string to_markdown(const ConformReport& report) {
  std::string out = fmt::format("## lunsim conform: {}\n\n{}\n\n", as_markdown_cell(report.target),
                                sums_of(report));
  std::string rows;
  for (const CaseLine& line : report.lines) {
    if (!is_worth_a_row(line)) continue;
    if (rows.size() > kMarkdownBytesMax) {
      rows += "\nThere are more; the JSON report has them all.\n";
      break;
    }
    rows += row_of(line);
  }
  if (!rows.empty())
    out +=
        "| verdict | case | level | requirement | seen | deciding bytes | baseline |\n"
        "|---|---|---|---|---|---|---|\n" +
        rows;
  return out + fmt::format("\nReplay: `{}`\n", report.replay);
}

}  // namespace lunsim::conform
