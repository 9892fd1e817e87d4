#include "tools/lunsim/conform_files.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

void complain(const std::string& text) { fmt::print(stderr, "lunsim conform: {}\n", text); }

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::array<char, 16> text{};
  std::tm utc{};
  gmtime_r(&now, &utc);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc)};
}

bool write_reports(const ConformFiles& files, const std::optional<conform::Baseline>& baseline,
                   const conform::ConformReport& report) {
  bool ok = files.json.empty() || write_conform_file(files.json, conform::to_json(report));
  ok &= files.junit.empty() || write_conform_file(files.junit, conform::to_junit(report));
  ok &= files.html.empty() || write_conform_file(files.html, conform::to_html(report));
  ok &= files.markdown.empty() || write_conform_file(files.markdown, conform::to_markdown(report));
  if (files.update_baseline.empty()) return ok;
  const conform::Baseline old = baseline.value_or(conform::Baseline{});
  return write_conform_file(files.update_baseline, conform::to_baseline(report, old)) && ok;
}

/// Looked at before a run that may take minutes; a file that was not there is not there after it.
bool can_be_written(const ConformFiles& files) {
  for (const std::string* path :
       {&files.json, &files.junit, &files.html, &files.markdown, &files.update_baseline}) {
    if (path->empty() || *path == "-") continue;
    const bool was_there = std::filesystem::exists(*path);
    const bool ok = std::ofstream(*path, std::ios::binary | std::ios::app).good();
    std::error_code ignored;
    if (ok && !was_there) std::filesystem::remove(*path, ignored);
    if (ok) continue;
    complain("cannot write " + *path);
    return false;
  }
  return true;
}

}  // namespace

bool write_conform_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    fmt::print("{}", text);
    return true;
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (!file) complain("cannot write " + path);
  return file.good();
}

bool prepare_files(const ConformFiles& files, std::span<const std::string> ids,
                   std::optional<conform::Baseline>& into) {
  if (!can_be_written(files)) return false;
  if (files.baseline.empty()) return true;
  std::ifstream file(files.baseline, std::ios::binary);
  if (!file) {
    complain("cannot read " + files.baseline);
    return false;
  }
  auto read = conform::read_baseline(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!read) {
    complain(fmt::format("{}: {}", files.baseline, read.error()));
    return false;
  }
  for (const auto& [id, known] : read->cases)
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      complain(fmt::format("{}: there is no case {}; take it out, or give it its new name",
                           files.baseline, id));
      return false;
    }
  into = std::move(*read);
  return true;
}

int finish_report(const ConformFiles& files, const std::optional<conform::Baseline>& baseline,
                  bool verbose, conform::ConformReport& report) {
  using conform::Verdict;
  if (baseline) conform::apply(*baseline, today(), report);
  const bool is_taken = files.json == "-" || files.junit == "-" || files.html == "-" ||
                        files.markdown == "-" || files.update_baseline == "-";
  fmt::print(is_taken ? stderr : stdout, "{}", conform::to_text(report, verbose));
  if (!write_reports(files, baseline, report)) return kExitHarnessError;
  bool red = false, ran = false;
  for (const conform::CaseLine& line : report.lines) {
    red = red || conform::is_red(line);
    ran = ran ||
          (line.result.verdict != Verdict::skipped && line.result.verdict != Verdict::unsupported);
  }
  if (!files.update_baseline.empty() && ran) return kExitFine;
  return red ? kExitCheckFailed : ran ? kExitFine : kExitNothingRan;
}

}  // namespace lunsim::tools
