// Which SMB servers a host knows by which names, and who logs in there: read from a file, or from a
// few variables for one server. Passwords are kept and never told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "initiator/smb_client/client_config.hpp"

namespace lunsim::initiator {

struct NamedServer {
  std::u16string name;  // what callers say; the empty one is the host's own server
  smb_client::ClientConfig config;
};

/// Shape    a JSON object: `servers`, a list of objects with `name`, `address`, `user`, `domain`,
///          `password` or `password_file` (its first line; from `folder` if it is relative),
///          `dialects`, `encrypt`, `rpc`, `timeout_s`; and `own`, the name of the host's own server
/// Returns  every server, and the own one once more under the empty name
/// Errors   a sentence: where, what, and what is known there
tl::expected<std::vector<NamedServer>, std::string> parse_servers(const std::string& text,
                                                                  const std::string& folder);
/// The same of a file.
tl::expected<std::vector<NamedServer>, std::string> read_servers(const std::string& path);

/// LUNSIM_SERVERS names a file. Without it LUNSIM_SMB_SERVER (host or host:port) is the host's own
/// server and the only one, with LUNSIM_SMB_USER, LUNSIM_SMB_DOMAIN and LUNSIM_SMB_PASSWORD or
/// LUNSIM_SMB_PASSWORD_FILE, and LUNSIM_SMB_RPC. With neither there is none.
tl::expected<std::vector<NamedServer>, std::string> servers_of_environment();

}  // namespace lunsim::initiator
