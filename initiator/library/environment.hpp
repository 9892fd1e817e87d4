// Which host a process has, by its environment:
//   LUNSIM_HOST             127.0.0.1:PORT of a host service (`lunsim host` prints it)
//   LUNSIM_HOST_TOKEN_FILE  the file with the token that it wants
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "initiator/library/remote_host.hpp"

namespace lunsim::initiator {

struct HostAddress {
  std::string endpoint;    // address:port of loopback
  std::string token_file;  // its first line is the token
};

/// Empty when the environment names none.
std::optional<HostAddress> host_of_environment();

/// A host behind that address, not yet connected; null when the text is no address and port.
std::unique_ptr<RemoteHost> make_remote_host(const HostAddress& address);

/// A stream to it, or null; and the token of its file, or nothing.
std::unique_ptr<runtime::Stream> connect_to(const HostAddress& address);
std::string read_token(const std::string& path);

}  // namespace lunsim::initiator
