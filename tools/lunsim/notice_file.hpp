// A line or a few in a file of their own, for programs that look for it while we are there: an
// address, ports, a token.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace lunsim::tools {

inline constexpr mode_t kReadableNotice = 0644;

/// Numbers of ports, a line each.
bool are_ports(std::string_view lines);

class NoticeFile {
 public:
  /// Writes `text` and the end of a line beside `path` and moves it there: nobody sees half of it,
  /// or a file that others can read (`mode`). What stands there is replaced only if `is_ours` says
  /// that its text is such a notice, left behind by one who was killed. An empty path names a new
  /// file in the folder for temporary files.
  ///
  /// Errors   std::system_error with the path in its text; EEXIST for what is no notice
  NoticeFile(const std::string& path, const std::string& text, mode_t mode,
             bool (*is_ours)(std::string_view text));
  ~NoticeFile();  // removes it, unless something else stands there now
  NoticeFile(const NoticeFile&) = delete;
  NoticeFile& operator=(const NoticeFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_, lines_;
};

}  // namespace lunsim::tools
