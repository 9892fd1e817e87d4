// SessionList, TreeConnectList and FileList of MS-SRVS §3.1.1.1 as the whole server sees them: what
// was declared first, then what clients made, each with a number that is never used twice. The
// order is that of the numbers. Shared by all connections of a server. Who ends a session ends what
// it had (MS-SMB2 §3.3.4.12); the connection that it came by learns it at its next message.
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
  std::uint64_t session_id = 0;  // on the wire; 0: declared
};

/// A tree connect. MS-SMB2 §3.3.4.19
struct ListedConnection {
  std::uint32_t session = 0;  // SessionTable::Id; 0: of nobody
  std::uint32_t type = 0;
  std::uint32_t num_opens = 0;
  std::uint32_t num_users = 1;
  TimePoint begun;
  std::u16string user;
  std::u16string share;
  std::u16string client;  // without backslashes
};

/// An open. MS-SMB2 §3.3.4.20
struct ListedFile {
  std::uint32_t session = 0;
  std::uint32_t connection = 0;  // 0: of none
  std::uint32_t permissions = 1;
  std::uint32_t num_locks = 0;
  std::u16string path;
  std::u16string user;
};

/// Whole seconds, from 0 to 2^32 - 1.
std::uint32_t seconds_between(TimePoint from, TimePoint to);

/// "WS1" of "WS1", "\WS1" and "\\WS1"; a third backslash belongs to the name.
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
  /// And its connections and files.
  void remove(Id id);
  const std::map<Id, TableSession>& all() const { return sessions_; }
  /// By what it is called on the wire. 0: there is none
  Id find_by_session_id(std::uint64_t session_id) const;

  Id add_connection(ListedConnection connection);
  /// And its files.
  void remove_connection(Id id);
  const std::map<Id, ListedConnection>& connections() const { return connections_; }
  /// Counted by its session and its connection.
  Id add_file(ListedFile file);
  /// False if there is none.
  bool remove_file(Id id);
  const std::map<Id, ListedFile>& files() const { return files_; }

  /// SESSION_INFO_502 of a session, times in whole seconds of `now`.
  static rpc::srvsvc::SessionInfo info(const TableSession& session, TimePoint now);

 private:
  void declare(const DeclaredConnection& declared);
  void declare(const DeclaredFile& declared);
  void drop_what_it_had(Id session);

  std::map<Id, TableSession> sessions_;
  std::map<Id, ListedConnection> connections_;
  std::map<Id, ListedFile> files_;
  Id next_id_ = 1;
  Id next_connection_ = 1;
  Id next_file_ = 1;
};

}  // namespace lunsim::smb_server
