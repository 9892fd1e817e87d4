// `lunsim net session`: a server's sessions listed, shown and ended, through the functions of
// <lmshare.h>.
#pragma once

#include <cstdint>
#include <string>

namespace lunsim::tools {

struct NetSessionOptions {
  std::string server;   // host:port, or a name of the servers' file
  std::string servers;  // that file; empty: as the environment says
  std::string user;     // empty: anonymous
  std::string domain;
  std::string password_file;  // empty: LUNSIM_SMB_PASSWORD
  std::string client;         // \\WS1
  std::string of;             // a user
  std::uint32_t level = 2;
  std::string dialect;  // empty: all
  bool encrypts = false;
  std::string rpc_login;  // connect, sign or seal; empty: none
  bool deletes = false;
  double timeout_s = 30;
};
int net_session(const NetSessionOptions& options);

}  // namespace lunsim::tools
