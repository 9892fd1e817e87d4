// The few words and texts that all report formats share. Internal to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

/// "pass", "warn", "skipped", "inconclusive", "fail".
std::string_view word_of(Verdict verdict);
std::optional<Verdict> verdict_of(std::string_view word);

/// The text with U+FFFD for whatever is no UTF-8.
std::string utf8(std::string_view text);
/// The same, and `?` for what XML 1.0 cannot say.
std::string xml_text(std::string_view text);

/// The id, and which repetition it is if it is not the first.
std::string shown_id(const std::string& id, std::uint64_t repetition);
/// "0.000350 s" without the unit, for machines.
std::string seconds_text(std::int64_t ns);
/// "0x2a".
std::string seed_text(std::uint64_t seed);
std::string joined(const std::vector<std::string>& words, std::string_view between);

/// The scenario's own trouble (skipped, or the harness failed) as a case, so that it has a line of
/// its own in formats that only know cases.
std::optional<CaseReport> scenario_as_case(const ScenarioReport& scenario);

bool is_red(Verdict verdict);

}  // namespace lunsim::scenarios
