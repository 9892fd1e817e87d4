#include "tools/lunsim/notice_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "runtime/files/os_files.hpp"

namespace lunsim::tools {
namespace {

constexpr std::size_t kNoticeBytesMax = 64 * 1024;

[[noreturn]] void refuse_notice(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), path + " cannot be written");
}

/// What stands there if that is a file of a notice's size.
std::optional<std::string> text_at(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return runtime::read_whole_file(path, kNoticeBytesMax);
}

/// Nobody's work is lost: only what looks like a notice gives way, and no device or pipe does.
void make_way(const std::string& path, bool (*is_ours)(std::string_view text)) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) refuse_notice(path, errno);
    return;
  }
  std::optional<std::string> old = text_at(path);
  if (old && old->ends_with('\n')) old->pop_back();
  if (old && (old->empty() || is_ours(*old))) return;
  throw std::system_error(
      EEXIST, std::generic_category(),
      fmt::format("{} is something else and stays as it is; name another file", path));
}

}  // namespace

bool are_ports(std::string_view lines) {
  return lines.find_first_not_of("0123456789\n") == std::string_view::npos;
}

NoticeFile::NoticeFile(const std::string& path, const std::string& text, mode_t mode,
                       bool (*is_ours)(std::string_view text))
    : lines_(text + "\n") {
  if (!path.empty()) make_way(path, is_ours);
  std::string unfinished =
      path.empty() ? (std::filesystem::temp_directory_path() / "lunsim-control-XXXXXX").string()
                   : path + ".XXXXXX";
  const int file = mkostemp(unfinished.data(), O_CLOEXEC);  // 0600
  if (file < 0) refuse_notice(path.empty() ? unfinished : path, errno);
  path_ = path.empty() ? unfinished : path;
  const bool is_written =
      ::write(file, lines_.data(), lines_.size()) == static_cast<ssize_t>(lines_.size());
  int error = is_written && fchmod(file, mode) == 0 ? 0 : errno;
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && path_ != unfinished && std::rename(unfinished.c_str(), path_.c_str()) != 0)
    error = errno;
  if (error == 0) return;
  unlink(unfinished.c_str());
  refuse_notice(path_, error);
}

NoticeFile::~NoticeFile() {
  if (text_at(path_) == lines_) unlink(path_.c_str());
}

}  // namespace lunsim::tools
