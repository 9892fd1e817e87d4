#include "target_sim/smb_server/session_table.hpp"

#include <algorithm>
#include <chrono>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

using smb::ntlm::is_equal_without_case;

namespace {

TimePoint before(TimePoint now, std::int64_t seconds) {
  return now + std::chrono::duration_cast<runtime::Duration>(std::chrono::seconds(-seconds));
}

}  // namespace

std::uint32_t seconds_between(TimePoint from, TimePoint to) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, 0xffff'ffff));
}

std::u16string without_backslashes(std::u16string_view computer) {
  for (int i = 0; i < 2 && computer.starts_with(u'\\'); ++i) computer.remove_prefix(1);
  return std::u16string(computer);
}

SessionTable::SessionTable(const ServerConfig& config) {
  for (const DeclaredSession& declared : config.sessions) add(declared, TimePoint{});
  for (const DeclaredConnection& declared : config.connections) declare(declared);
  for (const DeclaredFile& declared : config.files) declare(declared);
}

/// It belongs to the session of its computer and user, if that is declared, too.
void SessionTable::declare(const DeclaredConnection& declared) {
  ListedConnection connection{0,
                              declared.type,
                              declared.num_opens,
                              declared.num_users,
                              before(TimePoint{}, declared.time_s),
                              text16(declared.user),
                              text16(declared.share),
                              without_backslashes(text16(declared.client))};
  for (const auto& [id, session] : sessions_)
    if (connection.session == 0 && is_equal_without_case(session.client, connection.client) &&
        is_equal_without_case(session.user, connection.user))
      connection.session = id;
  connections_.emplace(declared.id, std::move(connection));
  next_connection_ = std::max(next_connection_, declared.id + 1);
}

/// It belongs to the first declared session of its user, which has counted it already.
void SessionTable::declare(const DeclaredFile& declared) {
  ListedFile file{
      0, 0, declared.permissions, declared.num_locks, text16(declared.path), text16(declared.user)};
  for (const auto& [id, session] : sessions_)
    if (file.session == 0 && is_equal_without_case(session.user, file.user)) file.session = id;
  files_.emplace(declared.id, std::move(file));
  next_file_ = std::max(next_file_, declared.id + 1);
}

SessionTable::Id SessionTable::add(const DeclaredSession& declared, TimePoint now) {
  TableSession session;
  session.client = without_backslashes(text16(declared.client));
  session.user = text16(declared.user);
  session.num_opens = declared.num_opens;
  session.begun = before(now, declared.time_s);
  session.last_used = before(now, declared.idle_s);
  session.user_flags = declared.user_flags;
  session.client_type = text16(declared.client_type);
  session.transport = text16(declared.transport);
  session.is_declared = true;
  return add(std::move(session));
}

std::size_t SessionTable::end(std::u16string_view client, std::u16string_view user) {
  const std::u16string name = without_backslashes(client);
  return std::erase_if(sessions_, [&](const auto& entry) {
    const TableSession& session = entry.second;
    const bool is_meant = (name.empty() || is_equal_without_case(session.client, name)) &&
                          (user.empty() || is_equal_without_case(session.user, user));
    if (is_meant) drop_what_it_had(entry.first);
    return is_meant;
  });
}

void SessionTable::remove(Id id) {
  drop_what_it_had(id);
  sessions_.erase(id);
}

void SessionTable::drop_what_it_had(Id session) {
  const auto is_its = [session](const auto& entry) { return entry.second.session == session; };
  std::erase_if(files_, is_its);
  std::erase_if(connections_, is_its);
}

SessionTable::Id SessionTable::find_by_session_id(std::uint64_t session_id) const {
  const auto found = std::ranges::find_if(
      sessions_, [&](const auto& entry) { return entry.second.session_id == session_id; });
  return session_id == 0 || found == sessions_.end() ? 0 : found->first;
}

SessionTable::Id SessionTable::add_connection(ListedConnection connection) {
  const Id id = next_connection_++;
  connections_.emplace(id, std::move(connection));
  return id;
}

void SessionTable::remove_connection(Id id) {
  std::vector<Id> open;
  for (const auto& [file, listed] : files_)
    if (listed.connection == id) open.push_back(file);
  for (const Id file : open) remove_file(file);
  connections_.erase(id);
}

SessionTable::Id SessionTable::add_file(ListedFile file) {
  const Id id = next_file_++;
  if (TableSession* session = find(file.session)) ++session->num_opens;
  if (const auto found = connections_.find(file.connection); found != connections_.end())
    ++found->second.num_opens;
  files_.emplace(id, std::move(file));
  return id;
}

bool SessionTable::remove_file(Id id) {
  const auto found = files_.find(id);
  if (found == files_.end()) return false;
  const auto one_less = [](std::uint32_t& count) { count -= count > 0 ? 1 : 0; };
  if (TableSession* session = find(found->second.session)) one_less(session->num_opens);
  if (const auto its = connections_.find(found->second.connection); its != connections_.end())
    one_less(its->second.num_opens);
  files_.erase(found);
  return true;
}

SessionTable::Id SessionTable::add(TableSession session) {
  const Id id = next_id_++;
  sessions_.emplace(id, std::move(session));
  return id;
}

TableSession* SessionTable::find(Id id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

rpc::srvsvc::SessionInfo SessionTable::info(const TableSession& session, TimePoint now) {
  rpc::srvsvc::SessionInfo info;
  info.cname = session.client;
  info.username = session.user;
  info.num_opens = session.num_opens;
  info.time_s = seconds_between(session.begun, now);
  info.idle_time_s = seconds_between(session.last_used, now);
  info.user_flags = session.user_flags;
  info.cltype_name = session.client_type;
  info.transport = session.transport;
  return info;
}

}  // namespace lunsim::smb_server
