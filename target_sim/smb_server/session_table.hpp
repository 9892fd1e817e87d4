// SessionList of MS-SRVS §3.1.1.1 as the whole server sees it: what was declared first, then what
// clients made, each with a number that is never used twice. The order is that of the numbers.
// Shared by all connections of a server.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "runtime/ports/time_point.hpp"
#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::smb_server {

using runtime::TimePoint;

struct TableSession {
  std::u16string client;  // "\\WS1"
  std::u16string user;
  std::uint32_t num_opens = 0;
  TimePoint begun;
  TimePoint last_used;
  std::uint32_t user_flags = 0;
  std::u16string client_type;
  std::u16string transport;
  bool is_declared = false;
};

/// "WS1" of "WS1", "\WS1" and "\\WS1".
std::u16string without_backslashes(std::u16string_view computer);

class SessionTable {
 public:
  using Id = std::uint32_t;

  explicit SessionTable(const ServerConfig& config);

  Id add(TableSession session);
  /// As it stands at `now`.
  Id add(const DeclaredSession& declared, TimePoint now);
  /// Ends those of this client and user; an empty name counts for all. Returns  how many
  std::size_t end(std::u16string_view client, std::u16string_view user);
  /// Null if it has ended.
  TableSession* find(Id id);
  void remove(Id id) { sessions_.erase(id); }
  const std::map<Id, TableSession>& all() const { return sessions_; }

  /// SESSION_INFO_502 of a session, times in whole seconds of `now`.
  static rpc::srvsvc::SessionInfo info(const TableSession& session, TimePoint now);

 private:
  std::map<Id, TableSession> sessions_;
  Id next_id_ = 1;
};

}  // namespace lunsim::smb_server
