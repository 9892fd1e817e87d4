#include "runtime/files/os_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace lunsim::runtime {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

int outcome(int result) { return result < 0 ? -errno : result; }

}  // namespace

int OsFiles::create(const std::string& path) {
  return outcome(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
}
int OsFiles::open_folder(const std::string& path) {
  return outcome(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}
std::ptrdiff_t OsFiles::write(int handle, std::span<const std::byte> bytes) {
  ssize_t taken = 0;
  do taken = ::write(handle, bytes.data(), bytes.size());
  while (taken < 0 && errno == EINTR);
  return taken < 0 ? -errno : taken;
}
int OsFiles::sync(int handle) { return outcome(fsync(handle)); }
int OsFiles::close(int handle) { return outcome(::close(handle)); }
int OsFiles::rename(const std::string& from, const std::string& to) {
  return outcome(std::rename(from.c_str(), to.c_str()));
}
int OsFiles::remove(const std::string& path) { return outcome(unlink(path.c_str())); }

std::optional<std::string> read_whole_file(const std::string& path, std::size_t bytes_max) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  std::array<char, 64 * 1024> buffer{};
  ssize_t came = 0;
  while (text.size() <= bytes_max && (came = read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<std::size_t>(came));
  const int error = came < 0 ? errno : text.size() > bytes_max ? EFBIG : 0;
  ::close(file);
  errno = error;
  if (error != 0) return std::nullopt;
  return text;
}

FileLock::FileLock(const std::string& path)
    : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly)) {
  if (file_ >= 0 && flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int error = errno;
  if (file_ >= 0) ::close(file_);
  throw std::system_error(error, std::generic_category(), path);
}

FileLock::~FileLock() { ::close(file_); }

}  // namespace lunsim::runtime
