// The fake SMB servers of a scenario and how hosts log in to them, as plain structs with their
// places in the file. What a server pretends to have is target_sim/smb_server's own ServerConfig.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/rpc/pdu.hpp"
#include "protocol/smb/message/negotiate.hpp"
#include "scenarios/engine/address.hpp"
#include "scenarios/engine/problem.hpp"
#include "target_sim/smb_faults/smb_fault.hpp"
#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::scenarios {

struct SmbFaultModel {
  Place place;
  smb_faults::SmbFault fault;
  bool may_not_fire = false;
};

struct SmbServerModel {
  Place place;
  std::string id;  // its key in the file
  Address address{"10.0.0.100", 445};
  smb_server::ServerConfig config;
  std::vector<SmbFaultModel> faults;
};

/// Who a host is at a server, and what it speaks there.
struct SmbLoginModel {
  Place place;
  std::string server;  // the server's key in the file
  std::string user;    // empty: nobody
  std::string domain, password;
  std::vector<smb::Dialect> dialects;  // empty: all
  bool encrypts = false;               // refuses to talk in clear
  bool writes_and_reads = false;       // the pipe by WRITE and READ instead of TRANSCEIVE
  bool begins_with_smb1 = false;
  rpc::AuthLevel rpc_login = rpc::AuthLevel::none;  // the user logs in once more inside RPC
  std::int64_t answer_timeout_ns = 30'000'000'000;
};

/// A server changed from outside: what ends, comes or breaks at once.
struct ServerChangeStep {
  Place server_place;
  std::string server;
  std::optional<smb_faults::EndSessions> end_sessions;
  std::vector<smb_server::DeclaredSession> add_sessions;
  bool expire_sessions = false;
  std::optional<bool> drop_connections_by_reset;
};

}  // namespace lunsim::scenarios
