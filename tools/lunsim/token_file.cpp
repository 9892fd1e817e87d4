#include "tools/lunsim/token_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <system_error>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

std::string draw_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 8; ++i) token += fmt::format("{:08x}", device());
  return token;
}

[[noreturn]] void refuse(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), "the token cannot be written to " + path);
}

}  // namespace

TokenFile::TokenFile(const std::string& path) : token_(draw_token()) {
  // Written beside it and moved: nobody sees half a token, or a file that others can read.
  std::string unfinished =
      path.empty() ? (std::filesystem::temp_directory_path() / "lunsim-control-XXXXXX").string()
                   : path + ".XXXXXX";
  const int file = mkostemp(unfinished.data(), O_CLOEXEC);   // 0600
  if (file < 0) refuse(path.empty() ? unfinished : path, errno);
  path_ = path.empty() ? unfinished : path;
  const std::string line = token_ + "\n";
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  int error = written ? 0 : errno;
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && path_ != unfinished && std::rename(unfinished.c_str(), path_.c_str()) != 0)
    error = errno;
  if (error == 0) return;
  unlink(unfinished.c_str());
  refuse(path_, error);
}

TokenFile::~TokenFile() { unlink(path_.c_str()); }

}  // namespace lunsim::tools
