// What all connections of one server share: its configuration, its sessions, srvsvc, and where new
// numbers come from.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "protocol/smb/auth/acceptor.hpp"
#include "protocol/smb/message/negotiate.hpp"
#include "runtime/ports/entropy.hpp"
#include "target_sim/smb_server/association.hpp"
#include "target_sim/smb_server/message_tap.hpp"
#include "target_sim/smb_server/session_table.hpp"
#include "target_sim/smb_server/srvsvc_service.hpp"

namespace lunsim::smb_server {

struct ServerState {
  /// `chance` and `message_tap` (null: none) outlive it.
  ServerState(ServerConfig configuration, runtime::Entropy& chance,
              MessageTap* message_tap = nullptr);
  ServerState(const ServerState&) = delete;
  ServerState& operator=(const ServerState&) = delete;

  ServerConfig config;
  runtime::Entropy& entropy;
  MessageTap* tap;
  smb::Guid guid{};
  SessionTable sessions;
  SrvsvcService srvsvc;
  smb::AcceptorPolicy login_policy;
  std::map<std::u16string, const User*> users;  // by upper case name
  std::uint64_t next_session_id = 0;
  std::uint64_t next_file_id = 1;
  AssociationTable associations;

  Caller caller(const smb::Login& login) const;
  /// 100 ns since 1601.
  std::uint64_t filetime(TimePoint now) const;
};

}  // namespace lunsim::smb_server
