#include "initiator/library/environment.hpp"

#include <cstdio>
#include <cstdlib>

#include "runtime/ports/engine.hpp"
#include "runtime/stream/tcp_stream.hpp"

namespace lunsim::initiator {
namespace {

// A host gives no operation more than ten minutes.
constexpr std::chrono::seconds kSilenceMax{11 * 60};
constexpr std::size_t kTokenBytesMax = 200;

std::FILE* open_token(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
#ifdef _WIN32
  // Under Wine a path of the Linux side: its root is drive Z.
  if (file == nullptr && path.starts_with('/')) file = std::fopen(("Z:" + path).c_str(), "rb");
#endif
  return file;
}

}  // namespace

std::optional<HostAddress> host_of_environment() {
  const char* endpoint = std::getenv("LUNSIM_HOST");
  if (endpoint == nullptr || *endpoint == '\0') return std::nullopt;
  const char* token_file = std::getenv("LUNSIM_HOST_TOKEN_FILE");
  return HostAddress{endpoint, token_file != nullptr ? token_file : ""};
}

std::string read_token(const std::string& path) {
  std::FILE* file = open_token(path);
  if (file == nullptr) return {};
  std::string token;
  for (int c = std::fgetc(file); c > ' ' && token.size() < kTokenBytesMax; c = std::fgetc(file))
    token.push_back(static_cast<char>(c));
  std::fclose(file);
  return token;
}

std::unique_ptr<runtime::Stream> connect_to(const HostAddress& address) {
  const auto endpoint = runtime::parse_endpoint(address.endpoint, 0);
  if (!endpoint) return nullptr;
  return runtime::connect_tcp(endpoint->address, endpoint->port, kSilenceMax);
}

std::unique_ptr<RemoteHost> make_remote_host(const HostAddress& address) {
  if (!runtime::parse_endpoint(address.endpoint, 0)) return nullptr;
  return std::make_unique<RemoteHost>([address] { return connect_to(address); },
                                      [address] { return read_token(address.token_file); });
}

}  // namespace lunsim::initiator
