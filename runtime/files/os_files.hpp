// The operating system's files behind the port, and a lock that is held by one process at a time.
#pragma once

#include <optional>
#include <string>

#include "runtime/ports/files.hpp"

namespace lunsim::runtime {

class OsFiles : public Files {
 public:
  int create(const std::string& path) override;
  int open_folder(const std::string& path) override;
  std::ptrdiff_t write(int handle, std::span<const std::byte> bytes) override;
  int sync(int handle) override;
  int close(int handle) override;
  int rename(const std::string& from, const std::string& to) override;
  int remove(const std::string& path) override;
};

/// All of a file.
/// Errors   empty, with errno set; ENOENT when there is none
std::optional<std::string> read_whole_file(const std::string& path, std::size_t bytes_max);

/// Held until the object or the process ends, however it ends.
class FileLock {
 public:
  /// Makes the file (0600) if need be.
  /// Errors   std::system_error with the path in its text; EWOULDBLOCK when somebody has it
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace lunsim::runtime
