#include "tools/lunsim/subprocess.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

extern char** environ;

namespace lunsim::tools {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after(double seconds) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// Reads what is there into `into`; false at the end of the stream or at the deadline.
bool read_some(int fd, std::string& into, Clock::time_point deadline) {
  pollfd waiting{fd, POLLIN, 0};
  if (poll(&waiting, 1, milliseconds_until(deadline)) <= 0) return false;
  char buffer[65536];
  const ssize_t got = read(fd, buffer, sizeof buffer);
  if (got <= 0) return false;
  into.append(buffer, static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Subprocess::Subprocess(const std::vector<std::string>& command,
                       const std::vector<std::string>& environment, bool with_errors) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  if (with_errors) {
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  } else {
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  }
  std::vector<std::string> words = command;
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  const int error = posix_spawnp(&pid_, words.front().c_str(), &actions, nullptr,
                                 pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    throw std::system_error(error, std::generic_category(), words.front());
  }
  out_ = ends[0];
}

Subprocess::~Subprocess() {
  if (is_running()) {
    kill(SIGKILL);
    waitpid(pid_, &wait_status_, 0);
  }
  if (out_ >= 0) close(out_);
}

bool Subprocess::is_running() {
  if (!waited_ && waitpid(pid_, &wait_status_, WNOHANG) == pid_) waited_ = true;
  return !waited_;
}

void Subprocess::kill(int signal_number) {
  if (is_running()) ::kill(pid_, signal_number);
}

std::string Subprocess::read_line(double timeout_s) {
  const auto deadline = after(timeout_s);
  while (pending_.find('\n') == std::string::npos)
    if (!read_some(out_, pending_, deadline)) return {};
  const std::size_t end = pending_.find('\n');
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  return line;
}

std::string Subprocess::read_all(double timeout_s, int& exit_code) {
  const auto deadline = after(timeout_s);
  std::string all = std::move(pending_);
  while (read_some(out_, all, deadline)) {
  }
  if (Clock::now() >= deadline) kill(SIGKILL);
  if (!waited_) {
    waitpid(pid_, &wait_status_, 0);
    waited_ = true;
  }
  exit_code = WIFEXITED(wait_status_) ? WEXITSTATUS(wait_status_) : -1;
  return all;
}

std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("VmRSS:", 0) != 0) continue;
    std::uint64_t kib = 0;
    std::istringstream(line.substr(6)) >> kib;
    return kib * 1024;
  }
  return 0;
}

namespace {

int loopback_socket(std::uint16_t port, sockaddr_in& address) {
  address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

}  // namespace

std::uint16_t free_port() {
  sockaddr_in address;
  const int fd = loopback_socket(0, address);
  socklen_t size = sizeof address;
  void* raw = &address;
  const bool bound = bind(fd, static_cast<sockaddr*>(raw), size) == 0 &&
                     getsockname(fd, static_cast<sockaddr*>(raw), &size) == 0;
  close(fd);
  if (!bound) throw std::system_error(errno, std::generic_category(), "no free port");
  return ntohs(address.sin_port);
}

bool wait_for_port(std::uint16_t port, double timeout_s) {
  const auto deadline = after(timeout_s);
  while (Clock::now() < deadline) {
    sockaddr_in address;
    const int fd = loopback_socket(port, address);
    void* raw = &address;
    const bool open = connect(fd, static_cast<sockaddr*>(raw), sizeof address) == 0;
    close(fd);
    if (open) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace lunsim::tools
