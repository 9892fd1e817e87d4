// The secret that a control client must show, in a file that only its owner can read. Never
// printed.
#pragma once

#include <string>

#include "tools/lunsim/notice_file.hpp"

namespace lunsim::tools {

class TokenFile {
 public:
  /// Draws a token and writes it to `path`, or, if that is empty, to a new file in the folder for
  /// temporary files. Mode 0600 from its first byte on. Another token gives way, nothing else does.
  /// Errors   std::system_error with the path in its text
  explicit TokenFile(const std::string& path);

  const std::string& path() const { return file_.path(); }
  const std::string& token() const { return token_; }

 private:
  std::string token_;
  NoticeFile file_;
};

}  // namespace lunsim::tools
