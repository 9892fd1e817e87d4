#include "target_sim/smb_server/session_table.hpp"

#include <algorithm>
#include <chrono>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {
namespace {

TimePoint before(TimePoint now, std::int64_t seconds) {
  return now + std::chrono::duration_cast<runtime::Duration>(std::chrono::seconds(-seconds));
}

std::uint32_t seconds_between(TimePoint from, TimePoint to) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, 0xffff'ffff));
}

}  // namespace

std::u16string without_backslashes(std::u16string_view computer) {
  const std::size_t name = computer.find_first_not_of(u'\\');
  return std::u16string(name == computer.npos ? u"" : computer.substr(name));
}

SessionTable::SessionTable(const ServerConfig& config) {
  for (const DeclaredSession& declared : config.sessions) add(declared, TimePoint{});
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
    return (name.empty() || smb::ntlm::is_equal_without_case(session.client, name)) &&
           (user.empty() || smb::ntlm::is_equal_without_case(session.user, user));
  });
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
