#include "tools/lunsim/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

extern char** environ;

namespace lunsim::tools {
namespace {

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// Ours without those that `first` sets.
std::vector<std::string> merged(std::vector<std::string> first) {
  const std::size_t set = first.size();
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const bool is_set =
        std::any_of(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(set),
                    [&](const std::string& one) { return name_of(one) == name_of(*variable); });
    if (!is_set) first.emplace_back(*variable);
  }
  return first;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// What posix_spawn is told: a group of its own, signals as a shell would leave them.
class SpawnSettings {
 public:
  explicit SpawnSettings(bool is_quiet) {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t standard;
    sigemptyset(&standard);
    posix_spawnattr_setsigmask(&attributes_, &standard);
    for (const int one : {SIGINT, SIGTERM, SIGCHLD, SIGPIPE}) sigaddset(&standard, one);
    posix_spawnattr_setsigdefault(&attributes_, &standard);
    posix_spawn_file_actions_init(&actions_);
    // Behind our back in the terminal's foreground group it would be stopped when it reads.
    if (isatty(STDIN_FILENO) != 0)
      posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!is_quiet) return;
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  const posix_spawnattr_t* attributes() const { return &attributes_; }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> command, std::vector<std::string> environment,
                           bool is_quiet) {
  std::vector<std::string> variables = merged(std::move(environment));
  const SpawnSettings settings(is_quiet);
  const int error =
      posix_spawnp(&pid_, command.front().c_str(), settings.actions(), settings.attributes(),
                   pointers(command).data(), pointers(variables).data());
  if (error != 0) throw std::system_error(error, std::generic_category(), command.front());
}

ChildProcess::~ChildProcess() {
  if (has_ended()) return;
  ::kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool ChildProcess::has_ended() {
  if (end_) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  end_.emplace();
  if (WIFSIGNALED(status)) {
    end_->signal = WTERMSIG(status);
  } else {
    end_->exit_code = WEXITSTATUS(status);
  }
  // The group lives, and keeps its number, as long as one of its members does.
  end_->left_processes = ::kill(-pid_, SIGKILL) == 0;
  return true;
}

void ChildProcess::signal_group(int signal_number) {
  if (!has_ended()) ::kill(-pid_, signal_number);
}

std::string signal_text(int signal_number) {
  const char* short_name = sigabbrev_np(signal_number);
  if (short_name == nullptr) return fmt::format("signal {}", signal_number);
  const char* description = sigdescr_np(signal_number);
  return fmt::format("SIG{} ({})", short_name, description != nullptr ? description : "?");
}

}  // namespace lunsim::tools
