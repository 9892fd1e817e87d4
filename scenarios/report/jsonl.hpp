// Reads a report back from JSON lines (to_jsonl() in formats.hpp), for merging and for other
// formats. Believes nothing: a file that was cut, changed or written by a newer lunsim is refused
// with its line.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "scenarios/engine/report.hpp"

namespace lunsim::scenarios {

inline constexpr int kJsonlFormat = 1;
inline constexpr std::size_t kJsonlBytesMax = std::size_t{1} << 30;

/// Shape    the whole text of one report; `name` stands for it in messages
/// Errors   "x.jsonl:7: ..." for the first line that cannot be taken; a missing `end` line
tl::expected<RunReport, std::string> read_jsonl(std::string_view text, const std::string& name);

}  // namespace lunsim::scenarios
