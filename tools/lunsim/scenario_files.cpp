#include "tools/lunsim/scenario_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

namespace fs = std::filesystem;
// As the loader's own bound (ReadLimits), so that a huge file is not even read.
constexpr std::uintmax_t kFileBytesMax = scenarios::ReadLimits{}.file_bytes_max;

std::string without_extension(const fs::path& path) {
  fs::path plain = path;
  return plain.replace_extension().generic_string();
}

/// A single file's id: under the catalogue if it lies there, else its name.
std::string id_of_file(const fs::path& path) {
  const std::string text = fs::absolute(path).lexically_normal().generic_string();
  const std::string marker = "scenarios/catalog/";
  const std::size_t at = text.rfind(marker);
  if (at != std::string::npos) return without_extension(text.substr(at + marker.size()));
  return without_extension(path.filename());
}

bool read_file(const fs::path& path, const std::string& id,
               std::vector<scenarios::ScenarioFile>& out) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
    fmt::print(stderr, "lunsim: {} is no file; save the scenario in one\n", path.string());
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  const std::uintmax_t size = fs::file_size(path, error);
  if (!file || error) {
    fmt::print(stderr, "lunsim: cannot read {}\n", path.string());
    return false;
  }
  if (size > kFileBytesMax) {
    fmt::print(stderr, "lunsim: {} has {} bytes; a scenario has at most {}\n", path.string(), size,
               kFileBytesMax);
    return false;
  }
  out.push_back({std::string(std::istreambuf_iterator<char>(file), {}), path.generic_string(), id});
  return true;
}

bool is_scenario(const fs::path& path) {
  return path.extension() == ".lua" ||
         (path.extension() == ".yaml" && path.stem().extension() != ".part");
}

bool add_folder(const fs::path& folder, std::vector<scenarios::ScenarioFile>& out) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  while (!error && at != fs::recursive_directory_iterator()) {
    if (at->is_regular_file(error) && is_scenario(at->path())) found.push_back(at->path());
    const fs::path here = at->path();
    at.increment(error);
    if (error) {
      fmt::print(stderr, "lunsim: cannot look into {}: {}\n", here.string(), error.message());
      return false;
    }
  }
  if (error) {
    fmt::print(stderr, "lunsim: cannot look into {}: {}\n", folder.string(), error.message());
    return false;
  }
  std::sort(found.begin(), found.end());
  if (found.empty()) {
    fmt::print(stderr, "lunsim: there is no scenario (*.yaml, *.lua) in {}\n", folder.string());
    return false;
  }
  return std::all_of(found.begin(), found.end(), [&](const fs::path& path) {
    return read_file(path, without_extension(path.lexically_relative(folder)), out);
  });
}

/// A file that is named twice is played once.
void drop_repeated(std::vector<scenarios::ScenarioFile>& files) {
  std::set<fs::path> seen;
  std::erase_if(files, [&](const scenarios::ScenarioFile& file) {
    std::error_code error;
    return !seen.insert(fs::weakly_canonical(file.path, error)).second;
  });
}

/// Files of one name from several folders get their whole paths as ids.
void tell_apart(std::vector<scenarios::ScenarioFile>& files) {
  std::map<std::string, int> uses;
  for (const scenarios::ScenarioFile& file : files) ++uses[file.id];
  for (scenarios::ScenarioFile& file : files)
    if (uses[file.id] > 1)
      file.id = without_extension(fs::path(file.path).lexically_normal().relative_path());
}

std::optional<std::string> read_included(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kFileBytesMax || error)
    return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool read_params(const std::vector<std::string>& written,
                 std::map<std::string, std::string>& params) {
  for (const std::string& one : written) {
    const std::size_t equals = one.find('=');
    if (equals == 0 || equals == std::string::npos) {
      fmt::print(stderr, "lunsim: --param wants name=value, not \"{}\"\n", one);
      return false;
    }
    params[one.substr(0, equals)] = one.substr(equals + 1);
  }
  return true;
}

}  // namespace

std::optional<std::vector<scenarios::ScenarioFile>> find_scenario_files(
    const std::vector<std::string>& paths) {
  std::vector<scenarios::ScenarioFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      fmt::print(stderr, "lunsim: there is no file or folder {}{}\n", path,
                 status.type() == fs::file_type::none ? " (" + error.message() + ")" : "");
      return std::nullopt;
    }
    const bool read = fs::is_directory(status) ? add_folder(path, files)
                                               : read_file(path, id_of_file(path), files);
    if (!read) return std::nullopt;
  }
  drop_repeated(files);
  tell_apart(files);
  return files;
}

std::optional<scenarios::Outside> outside_of(const std::vector<std::string>& params) {
  scenarios::Outside outside;
  outside.read_file = read_included;
  if (!read_params(params, outside.params)) return std::nullopt;
  return outside;
}

std::optional<std::vector<scenarios::Scenario>> load_all(const std::vector<std::string>& paths,
                                                         const std::vector<std::string>& params) {
  const auto outside = outside_of(params);
  if (!outside) return std::nullopt;
  const auto files = find_scenario_files(paths);
  if (!files) return std::nullopt;
  scenarios::LoadedScenarios loaded = scenarios::load_scenarios(*files, *outside);
  for (const std::string& problem : loaded.problems) fmt::print(stderr, "{}\n", problem);
  if (!loaded.problems.empty()) return std::nullopt;
  return std::move(loaded.scenarios);
}

}  // namespace lunsim::tools
