#include "runtime/stream/tcp_stream.hpp"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#endif

#include <algorithm>
#include <cstring>

namespace lunsim::runtime {
namespace {

#ifdef _WIN32
using Socket = SOCKET;
constexpr Socket kNoSocket = INVALID_SOCKET;
constexpr int kSendFlags = 0;

/// Once for this module, and never given back: other threads may still be talking at its end. So
/// Winsock stays in the process when this module is unloaded; taken out and loaded again it would
/// not start.
bool is_network_ready() {
  static const bool ready = [] {
    WSADATA data;
    return LoadLibraryA("ws2_32.dll") != nullptr && WSAStartup(MAKEWORD(2, 2), &data) == 0;
  }();
  return ready;
}
void close_socket(Socket s) { closesocket(s); }
bool was_interrupted() { return false; }
Socket open_socket(int family) { return WSASocketW(family, SOCK_STREAM, 0, nullptr, 0, 0); }
bool is_ready_to_read(Socket s) {
  WSAPOLLFD one{s, POLLRDNORM, 0};
  return WSAPoll(&one, 1, 0) != 0;
}
void limit_silence_of(Socket s, std::chrono::seconds silence_max) {
  const auto ms = static_cast<DWORD>(silence_max.count() * 1000);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, reinterpret_cast<const char*>(&ms), sizeof ms);
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, reinterpret_cast<const char*>(&ms), sizeof ms);
}
#else
using Socket = int;
constexpr Socket kNoSocket = -1;
constexpr int kSendFlags = MSG_NOSIGNAL;

bool is_network_ready() { return true; }
void close_socket(Socket s) { close(s); }
bool was_interrupted() { return errno == EINTR; }
Socket open_socket(int family) { return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0); }
bool is_ready_to_read(Socket s) {
  pollfd one{s, POLLIN, 0};
  return poll(&one, 1, 0) != 0;
}
void limit_silence_of(Socket s, std::chrono::seconds silence_max) {
  const timeval time{silence_max.count(), 0};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}
#endif

class TcpStream final : public Stream {
 public:
  explicit TcpStream(Socket socket) : socket_(socket) {}
  ~TcpStream() override { close_socket(socket_); }

  bool send(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const int some = static_cast<int>(std::min<std::size_t>(bytes.size(), 1u << 20));
      const auto sent = ::send(socket_, reinterpret_cast<const char*>(bytes.data()),
                               static_cast<decltype(sizeof 0)>(some), kSendFlags);
      if (sent < 0 && was_interrupted()) continue;
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
  }

  std::size_t receive(std::span<std::byte> into) override {
    for (;;) {
      const int some = static_cast<int>(std::min<std::size_t>(into.size(), 1u << 20));
      const auto came = ::recv(socket_, reinterpret_cast<char*>(into.data()),
                               static_cast<decltype(sizeof 0)>(some), 0);
      if (came < 0 && was_interrupted()) continue;
      return came > 0 ? static_cast<std::size_t>(came) : 0;
    }
  }

  bool is_readable() override { return is_ready_to_read(socket_); }
  void limit_silence(std::chrono::seconds silence_max) override {
    limit_silence_of(socket_, silence_max);
  }

 private:
  Socket socket_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
};

bool is_loopback(const in6_addr& address) {
  static const unsigned char kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return std::memcmp(&address, kLoopback, sizeof kLoopback) == 0;
}

bool find_address(const std::string& text, std::uint16_t port, Address& found) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  const char* numbers = text == "localhost" ? "127.0.0.1" : text.c_str();
  if (inet_pton(AF_INET, numbers, &v4.sin_addr) == 1) {
    std::memcpy(&found.storage, &v4, sizeof v4);
    found.bytes = sizeof v4;
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (inet_pton(AF_INET6, numbers, &v6.sin6_addr) != 1) return false;
  std::memcpy(&found.storage, &v6, sizeof v6);
  found.bytes = sizeof v6;
  return is_loopback(v6.sin6_addr);
}

}  // namespace

std::unique_ptr<Stream> connect_tcp(const std::string& address, std::uint16_t port,
                                    std::chrono::seconds silence_max) {
  Address to;
  if (!is_network_ready() || !find_address(address, port, to)) return nullptr;
  const Socket socket = open_socket(to.storage.ss_family);
  if (socket == kNoSocket) return nullptr;
  auto stream = std::make_unique<TcpStream>(socket);
  stream->limit_silence(silence_max);
  // What is asked is small, and the answer is waited for.
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<const char*>(&on), sizeof on);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&to.storage), to.bytes) != 0)
    return nullptr;
  return stream;
}

}  // namespace lunsim::runtime
