// `lunsim init`: a first scenario and a CI file that runs it, written into somebody's repository.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "scenarios/engine/text.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/init_templates.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;

struct FirstFile {
  fs::path path;
  std::string text;
};

/// Every @NAME@ of a template is filled in; a template has no other @.
std::string filled(std::string_view text, const InitOptions& options) {
  const std::pair<std::string_view, std::string_view> values[] = {
      {"@IMAGE@", options.image}, {"@SOURCE@", options.source}};
  std::string out(text);
  for (const auto& [name, value] : values)
    for (std::size_t at = out.find(name); at != std::string::npos;
         at = out.find(name, at + value.size()))
      out.replace(at, name.size(), value);
  return out;
}

std::vector<FirstFile> first_files(const InitOptions& options) {
  const fs::path root = options.folder;
  std::vector<FirstFile> files{{root / "scenarios" / "first.yaml", kFirstScenario}};
  if (options.ci == "github")
    files.push_back({root / ".github" / "workflows" / "lunsim.yml", filled(kGithubCi, options)});
  if (options.ci == "gitlab")
    files.push_back({root / ".gitlab-ci.yml", filled(kGitlabCi, options)});
  return files;
}

/// What stands in a YAML text between quotes, and in a shell's, without a surprise.
bool is_plain(const std::string& text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-:@+~=%") == std::string::npos;
}

void write(const FirstFile& file) {
  std::error_code error;
  fs::create_directories(file.path.parent_path(), error);
  if (error)
    throw std::system_error(error, "the folder " + file.path.parent_path().string() +
                                       " cannot be made");
  std::ofstream out(file.path, std::ios::binary);
  out << file.text;
  out.close();
  if (!out)
    throw std::system_error(errno, std::generic_category(), "cannot write " + file.path.string());
  fmt::print("wrote {}\n", file.path.string());
}

}  // namespace

int init(const InitOptions& options) {
  for (const std::string& text : {options.image, options.source})
    if (!is_plain(text)) {
      fmt::print(stderr, "lunsim init: \"{}\" has characters that no image or source has\n", text);
      return kExitUsage;
    }
  const std::vector<FirstFile> files = first_files(options);
  // All or nothing: no half of it stands beside somebody's own files.
  for (const FirstFile& file : files) {
    std::error_code error;
    if (options.force || !fs::exists(fs::symlink_status(file.path, error))) continue;
    fmt::print(stderr, "lunsim init: {} is there already; nothing was written (--force replaces it)\n",
               file.path.string());
    return kExitUsage;
  }
  try {
    for (const FirstFile& file : files) write(file);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "lunsim init: {}\n", error.what());
    return kExitHarnessError;
  }
  fmt::print("now: lunsim run {}\n", scenarios::shell_word(files.front().path.string()));
  return kExitFine;
}

}  // namespace lunsim::tools
