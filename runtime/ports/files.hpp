// The system calls of a file that is to be replaced safely, one by one, so that a test can let each
// fail or be the last. Handles are numbers from 0; errors are negative errno values.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace lunsim::runtime {

class Files {
 public:
  virtual ~Files() = default;
  /// A new file for writing that only its owner can read (0600).
  /// Errors   -EEXIST when there is one
  virtual int create(const std::string& path) = 0;
  /// A folder, to be synced.
  virtual int open_folder(const std::string& path) = 0;
  /// How many bytes were taken, at least one.
  virtual std::ptrdiff_t write(int handle, std::span<const std::byte> bytes) = 0;
  virtual int sync(int handle) = 0;
  virtual int close(int handle) = 0;
  virtual int rename(const std::string& from, const std::string& to) = 0;
  virtual int remove(const std::string& path) = 0;
};

}  // namespace lunsim::runtime
