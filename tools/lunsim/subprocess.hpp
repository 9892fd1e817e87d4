// A program that we start, read from and end by its own pid. For benches that need foreign servers
// and clients.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace lunsim::tools {

class Subprocess {
 public:
  /// Starts `command` (searched in PATH) with its standard output in a pipe and its errors in
  /// /dev/null unless `with_errors`. Extra environment as NAME=value. Throws std::system_error if
  /// it cannot be started.
  explicit Subprocess(const std::vector<std::string>& command,
                      const std::vector<std::string>& environment = {}, bool with_errors = false);
  ~Subprocess();  // kills it
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  pid_t pid() const { return pid_; }
  bool is_running();
  /// One line of its output, without the newline; empty at its end or after `timeout_s`.
  std::string read_line(double timeout_s);
  /// All of its output until it ends or `timeout_s` is over (then it is killed). `exit_code` is -1
  /// for a signal.
  std::string read_all(double timeout_s, int& exit_code);
  void kill(int signal_number);

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string pending_;
  int wait_status_ = 0;
  bool waited_ = false;
};

/// Resident memory of a process in bytes; 0 if it is not there.
std::uint64_t resident_bytes(pid_t pid);
/// A TCP port of 127.0.0.1 that nobody uses now.
std::uint16_t free_port();
/// True once somebody accepts connections at 127.0.0.1:port.
bool wait_for_port(std::uint16_t port, double timeout_s);

}  // namespace lunsim::tools
