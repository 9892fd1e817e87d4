#include "runtime/files/replace_file.hpp"

namespace lunsim::runtime {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int write_all(Files& files, int handle, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::ptrdiff_t taken = files.write(handle, bytes);
    if (taken < 0) return static_cast<int>(taken);
    bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  return 0;
}

/// Closes in any case; the first error counts.
int close_after(Files& files, int handle, int error) {
  const int closed = files.close(handle);
  return error != 0 ? error : closed;
}

int write_new(Files& files, const std::string& path, std::span<const std::byte> bytes) {
  const int handle = files.create(path);
  if (handle < 0) return handle;
  int error = write_all(files, handle, bytes);
  if (error == 0) error = files.sync(handle);
  return close_after(files, handle, error);
}

int sync_folder(Files& files, const std::string& path) {
  const int handle = files.open_folder(path);
  if (handle < 0) return handle;
  return close_after(files, handle, files.sync(handle));
}

}  // namespace

int replace_file(Files& files, const std::string& path, std::span<const std::byte> bytes) {
  const std::string unfinished = path + ".new";
  files.remove(unfinished);  // what a crash has left; usually there is nothing
  int error = write_new(files, unfinished, bytes);
  if (error == 0) error = files.rename(unfinished, path);
  if (error != 0) {
    files.remove(unfinished);
    return error;
  }
  return sync_folder(files, folder_of(path));
}

}  // namespace lunsim::runtime
