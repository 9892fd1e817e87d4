// The files of a conformance run: a baseline that is read before it, and the reports and the next
// baseline that are written after it.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "conformance/report/baseline.hpp"
#include "conformance/report/report.hpp"

namespace lunsim::tools {

/// Paths; empty: not wanted. "-" is standard output.
struct ConformFiles {
  std::string baseline, update_baseline;
  std::string json, junit, html, markdown;
};

/// Errors   false, and it was said why
bool write_conform_file(const std::string& path, const std::string& text);
/// `ids` are all cases that there are for what is judged, chosen or not.
/// Errors   false, and it was said why: a baseline that is none, cannot be read, or has a case that
/// is not there; a file that will not be written in the end
bool prepare_files(const ConformFiles& files, std::span<const std::string> ids,
                   std::optional<conform::Baseline>& into);
/// Holds the report against the baseline, prints it (all with `verbose`; to standard error if a
/// file takes standard output) and writes the files.
/// Returns  an exit code: 0, 1 for what is red, 4 for a file that cannot be written, 5 for a run in
/// which nothing ran
int finish_report(const ConformFiles& files, const std::optional<conform::Baseline>& baseline,
                  bool verbose, conform::ConformReport& report);

}  // namespace lunsim::tools
