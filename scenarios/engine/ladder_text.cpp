#include "scenarios/engine/ladder_text.hpp"

#include <fmt/format.h>

namespace lunsim::scenarios {

std::string virtual_time_text(std::int64_t ns) {
  const double ms = static_cast<double>(ns) / 1e6;
  return ms < 100'000 ? fmt::format("{:9.3f} ms", ms) : fmt::format("{:9.3f} s ", ms / 1000);
}

std::vector<std::string> ladder_lines(const ScenarioReport& scenario, std::uint64_t last_entry,
                                      std::size_t lines_max) {
  std::vector<std::string> lines;
  auto strike = scenario.strikes.begin();
  const auto add_strikes_before = [&](std::uint64_t entry) {
    for (; strike != scenario.strikes.end() && strike->after_entry < entry; ++strike)
      lines.push_back(
          fmt::format("{}  ! fault {} strikes", virtual_time_text(strike->at_ns), strike->fault));
  };
  std::uint64_t expected = 1;
  for (const TraceEntry& entry : scenario.ladder) {
    if (entry.number > last_entry) break;
    if (entry.number != expected)
      lines.push_back(fmt::format("             ... {} more", entry.number - expected));
    expected = entry.number + 1;
    add_strikes_before(entry.number);
    lines.push_back(fmt::format("{}  {} {} {}", virtual_time_text(entry.at.since_start_ns),
                                entry.connection, entry.from_opener ? '>' : '<', entry.summary()));
  }
  // Of an entry that is not kept there is nothing to tell; of one that is to come, its faults are.
  add_strikes_before(last_entry + 1);
  if (lines.size() > lines_max)
    lines.erase(lines.begin(),
                lines.begin() + static_cast<std::ptrdiff_t>(lines.size() - lines_max));
  return lines;
}

}  // namespace lunsim::scenarios
