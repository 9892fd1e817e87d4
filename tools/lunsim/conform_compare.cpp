// `lunsim diff` and `lunsim matrix`: reports of `lunsim conform --json` side by side.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "conformance/report/saved_report.hpp"
#include "tools/lunsim/conform.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

struct MatrixOptions {
  std::vector<std::string> files;
  std::string html, markdown;
  bool only_different = false;
};

std::optional<conform::SavedReport> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "lunsim: cannot read {}\n", path);
    return std::nullopt;
  }
  auto report = conform::read_saved_report(std::string(std::istreambuf_iterator<char>(file), {}));
  if (report) return std::move(*report);
  fmt::print(stderr, "lunsim: {} {}\n", path, report.error());
  return std::nullopt;
}

bool write(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (!file) fmt::print(stderr, "lunsim: cannot write {}\n", path);
  return file.good();
}

int diff(const std::string& before, const std::string& after) {
  const auto old_one = read(before);
  const auto new_one = read(after);
  if (!old_one || !new_one) return kExitUsage;
  const auto all = conform::differences(*old_one, *new_one);
  fmt::print("{}", conform::to_text(all));
  for (const conform::Difference& one : all)
    if (one.is_worse) return kExitCheckFailed;
  return kExitFine;
}

int matrix(const MatrixOptions& options) {
  std::vector<conform::SavedReport> reports;
  for (const std::string& path : options.files) {
    auto report = read(path);
    if (!report) return kExitUsage;
    reports.push_back(std::move(*report));
  }
  fmt::print("{}", conform::matrix_text(reports, options.only_different));
  const bool ok =
      write(options.html, conform::matrix_html(reports, options.only_different)) &&
      write(options.markdown, conform::matrix_markdown(reports, options.only_different));
  return ok ? kExitFine : kExitHarnessError;
}

}  // namespace

void add_compare_verbs(CLI::App& app, int& exit_code) {
  const auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* diff_verb = app.add_subcommand(
      "diff", "what became of a target between two reports of conform --json; red if it is worse");
  diff_verb->add_option("reports", *files, "OLD.json NEW.json")->required()->expected(2);
  diff_verb->callback([files, &exit_code] { exit_code = diff(files->at(0), files->at(1)); });

  const auto options = std::make_shared<MatrixOptions>();
  CLI::App* matrix_verb =
      app.add_subcommand("matrix", "several targets side by side, from reports of conform --json");
  matrix_verb->add_option("reports", options->files, "A.json B.json ...")->required();
  matrix_verb->add_flag("--different", options->only_different,
                        "only the cases that do not come out the same everywhere");
  matrix_verb->add_option("--html", options->html, "write it as a page");
  matrix_verb->add_option("--markdown", options->markdown, "write it as a Markdown table");
  matrix_verb->callback([options, &exit_code] { exit_code = matrix(*options); });
}

}  // namespace lunsim::tools
