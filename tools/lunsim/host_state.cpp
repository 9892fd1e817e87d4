#include "tools/lunsim/host_state.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "initiator/remote/state_file.hpp"
#include "runtime/files/replace_file.hpp"

namespace lunsim::tools {
namespace {

constexpr std::size_t kStateBytesMax = 64u << 20;

std::string variable(const char* name) {
  const char* found = std::getenv(name);
  return found != nullptr ? found : "";
}

void make_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) return;
  std::error_code error;
  // What is made is its owner's alone; what was there stays as it is.
  const mode_t before = umask(S_IRWXG | S_IRWXO);
  std::filesystem::create_directories(folder, error);
  umask(before);
  if (error)
    throw std::runtime_error(
        fmt::format("the folder {} cannot be made: {}", folder.string(), error.message()));
}

/// Secrets stand in it: whatever made it readable for others, it does not stay so.
void keep_it_ours(const std::string& path) {
  constexpr mode_t kOwnerAlone = S_IRUSR | S_IWUSR;
  struct stat found {};
  if (stat(path.c_str(), &found) == 0 && (found.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
  if (chmod(path.c_str(), kOwnerAlone) == 0) {
    fmt::print(stderr,
               "lunsim host: others could read the state {}; now only its owner can (0600)\n",
               path);
    return;
  }
  throw std::runtime_error(
      fmt::format("others can read the state {}, which has secrets in it, and that cannot be "
                  "changed: {}; make it 0600",
                  path, std::generic_category().message(errno)));
}

/// Two names of one file are one state: links are followed, to a file that may not be there yet.
std::string followed(std::string path) {
  constexpr int kLinksMax = 40;
  namespace fs = std::filesystem;
  std::error_code error;
  for (int links = 0; fs::is_symlink(path, error); ++links) {
    if (links == kLinksMax)
      throw std::runtime_error(fmt::format("the state {} is a link that leads nowhere", path));
    const fs::path to = fs::read_symlink(path, error);
    path = to.is_absolute() ? to.string() : (fs::path(path).parent_path() / to).string();
  }
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw std::runtime_error(fmt::format("the state {} is no file; name one with --state", path));
  return path;
}

}  // namespace

std::string state_path(const std::string& given) {
  if (!given.empty()) return given;
  if (const std::string path = variable("LUNSIM_STATE"); !path.empty()) return path;
  // A relative path in the variable is to be ignored, says the specification of these folders.
  if (const std::string folder = variable("XDG_STATE_HOME"); folder.starts_with('/'))
    return folder + "/lunsim/host.state";
  if (const std::string home = variable("HOME"); !home.empty())
    return home + "/.local/state/lunsim/host.state";
  return {};
}

HostStateFile::HostStateFile(std::string path) : path_(followed(std::move(path))) {
  make_folder(path_);
  try {
    lock_.emplace(path_ + ".lock");
  } catch (const std::system_error& error) {
    if (error.code().value() == EWOULDBLOCK)
      throw std::runtime_error("another host has the state " + path_ +
                               "; end that one, or name another file with --state");
    throw std::runtime_error(fmt::format("the state {} cannot be locked: {}", path_, error.what()));
  }
  const auto text = runtime::read_whole_file(path_, kStateBytesMax);
  if (!text && errno == ENOENT) return;
  if (!text)
    throw std::runtime_error(fmt::format("the state {} cannot be read: {}", path_,
                                         std::generic_category().message(errno)));
  keep_it_ours(path_);
  auto configuration = initiator::remote::decode_state(std::as_bytes(std::span(*text)));
  if (!configuration)
    throw std::runtime_error(fmt::format("{} is not used as state: {}; move it away to begin anew",
                                         path_, configuration.error()));
  saved_ = std::move(*configuration);
}

bool HostStateFile::save(const initiator::HostConfiguration& configuration) {
  if (configuration == saved_) return true;
  const int error =
      runtime::replace_file(files_, path_, initiator::remote::encode_state(configuration));
  if (error != 0) {
    fmt::print(stderr, "lunsim host: the state {} cannot be written: {}\n", path_,
               std::generic_category().message(-error));
    return false;
  }
  saved_ = configuration;
  return true;
}

}  // namespace lunsim::tools
