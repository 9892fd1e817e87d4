// The secret that a control client must show, in a file that only its owner can read. Never printed.
#pragma once

#include <string>

namespace lunsim::tools {

class TokenFile {
 public:
  /// Draws a token and writes it to `path` (what stands there is replaced), or, if that is empty, to
  /// a new file in the folder for temporary files. Mode 0600 from its first byte on.
  /// Errors   std::system_error with the path in its text
  explicit TokenFile(const std::string& path);
  ~TokenFile();  // removes it
  TokenFile(const TokenFile&) = delete;
  TokenFile& operator=(const TokenFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& token() const { return token_; }

 private:
  std::string path_, token_;
};

}  // namespace lunsim::tools
