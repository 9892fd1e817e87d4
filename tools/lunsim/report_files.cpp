#include "tools/lunsim/report_files.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "conformance/rules/embedded_rules.hpp"
#include "scenarios/report/formats.hpp"
#include "scenarios/report/rule_texts.hpp"

namespace lunsim::tools {
namespace {

struct Format {
  const char* name;
  std::string ReportFiles::*path;
  std::string (*write)(const scenarios::RunReport&);
};
constexpr Format kFormats[] = {
    {"JUnit report", &ReportFiles::junit, scenarios::to_junit},
    {"JSON lines", &ReportFiles::jsonl, scenarios::to_jsonl},
    {"Markdown", &ReportFiles::markdown, scenarios::to_markdown},
    {"SARIF report", &ReportFiles::sarif, scenarios::to_sarif},
    {"HTML page", &ReportFiles::html, scenarios::to_html},
};

std::string summary_file() {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  return path == nullptr ? "" : path;
}

bool is_writable(const std::string& path) {
  return path == "-" || std::ofstream(path, std::ios::binary | std::ios::app).good();
}

void write_file(const std::string& path, const std::string& text, std::ios::openmode mode) {
  if (path == "-") {
    fmt::print("{}", text);
    return;
  }
  std::ofstream file(path, std::ios::binary | mode);
  file << text;
  file.flush();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

bool ReportFiles::any() const {
  if (summary) return true;
  for (const Format& format : kFormats)
    if (!(this->*format.path).empty()) return true;
  return false;
}

bool can_write(const ReportFiles& files, const char* verb) {
  std::map<std::string, const char*> taken;
  for (const Format& format : kFormats) {
    const std::string& path = files.*format.path;
    const auto [at, is_new] = taken.emplace(path, format.name);
    if (path.empty() || is_new) continue;
    fmt::print(stderr, "lunsim {}: {} and {} cannot both be written to {}\n", verb, at->second,
               format.name, path);
    return false;
  }
  for (const Format& format : kFormats) {
    const std::string& path = files.*format.path;
    if (path.empty() || is_writable(path)) continue;
    fmt::print(stderr, "lunsim {}: the {} cannot be written to {}\n", verb, format.name, path);
    return false;
  }
  if (!files.summary) return true;
  const std::string path = summary_file();
  if (path.empty())
    fmt::print(stderr,
               "lunsim {}: --summary appends to the file that GITHUB_STEP_SUMMARY names, and it is "
               "not set; --markdown FILE writes the same anywhere\n",
               verb);
  else if (!is_writable(path))
    fmt::print(stderr, "lunsim {}: the summary cannot be written to {}\n", verb, path);
  else
    return true;
  return false;
}

std::string rule_text(const std::string& id) {
  static const conformance::RuleTable kTable = conformance::embedded_rules();
  return scenarios::rule_line(kTable, id);
}

void complete(scenarios::RunReport& report, const ReportFiles& files) {
  report.version = LUNSIM_VERSION;
  if (files.any()) scenarios::add_rule_texts(conformance::embedded_rules(), report);
}

void write(const scenarios::RunReport& report, const ReportFiles& files) {
  for (const Format& format : kFormats) {
    const std::string& path = files.*format.path;
    if (!path.empty()) write_file(path, format.write(report), std::ios::trunc);
  }
  if (files.summary) write_file(summary_file(), scenarios::to_markdown(report), std::ios::app);
}

}  // namespace lunsim::tools
