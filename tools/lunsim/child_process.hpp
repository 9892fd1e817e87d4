// The program under test: a child in a process group of its own, with our standard streams and more
// environment. Ended by its pid and group, never by name, and reaped whatever happens. Waits for
// nothing by itself: whoever turns the world asks has_ended().
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace lunsim::tools {

/// How a program ended.
struct ProgramEnd {
  int exit_code = 0;
  int signal = 0;                // by which signal; 0: it exited
  bool left_processes = false;   // members of its group outlived it; they were ended
};

class ChildProcess {
 public:
  /// Starts `command` (its first word searched in PATH). `environment` has NAME=value, before ours.
  /// A terminal is not handed over: standard input is then empty. `is_quiet`: what it says is
  /// thrown away.
  /// Errors   std::system_error if it cannot be started
  ChildProcess(std::vector<std::string> command, std::vector<std::string> environment,
               bool is_quiet = false);
  /// Kills what is left of the group, and reaps the child.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// Looks, does not wait. Once it has, its group has been ended and it has been reaped.
  bool has_ended();
  const std::optional<ProgramEnd>& end() const { return end_; }
  /// To all of its group, as long as it has not ended.
  void signal_group(int signal_number);

 private:
  pid_t pid_ = -1;
  std::optional<ProgramEnd> end_;
};

/// "SIGSEGV (Segmentation fault)".
std::string signal_text(int signal_number);

}  // namespace lunsim::tools
