// `servers:` of a scenario: what a fake SMB server is and pretends to have, and how hosts log in.
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "initiator/smb_client/client_config.hpp"
#include "runtime/ports/engine.hpp"
#include "runtime/trace/ip_address.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/smb_names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kServersMax = 64;
constexpr std::size_t kServerEntriesMax = 65'536;  // of users, sessions and the like
constexpr std::size_t kNetBiosNameMax = 15;
constexpr std::int64_t kSecond_ns = 1'000'000'000;

const std::vector<std::string>& dialect_names() {
  static const std::vector<std::string> kNames{"2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"};
  return kNames;
}

/// What a server is called that has no name in the file: its key in capitals.
std::string name_made_of(std::string_view id) {
  std::string name(id.substr(0, kNetBiosNameMax));
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return name;
}

void read_dialects(MapReader& map, std::vector<smb::Dialect>& out) {
  std::vector<std::string> names;
  if (!map.texts("dialects", names)) return;
  out.clear();
  if (names.empty())
    map.problems().add(map.place_of("dialects"),
                       "at least one dialect is wanted: nobody speaks none");
  for (const std::string& name : names) {
    if (const auto dialect = smb::parse_dialect(name))
      out.push_back(*dialect);
    else
      map.problems().add(map.place_of("dialects"), fmt::format("no dialect is called \"{}\"", name),
                         nearest(name, dialect_names()));
  }
}

/// Seconds, as the protocol counts them.
void read_age(MapReader& map, std::string_view key, std::int64_t& out_s) {
  std::int64_t ns = 0;
  if (map.duration(key, ns)) out_s = ns / kSecond_ns;
}

smb_server::User read_user(const Node& node, Problems& problems) {
  smb_server::User user;
  MapReader map(node, "a server's user", problems);
  map.need("name");
  map.text("name", user.name);
  map.text("password", user.password);
  map.flag("administrator", user.is_administrator);
  const std::vector<std::string> known = nt_status_words();
  std::string refusal;
  if (map.word("refusal", refusal, known)) {
    const auto status = nt_status_named(refusal);
    user.refusal = status.value_or(smb::NtStatus::logon_failure);
    if (!smb::is_error(user.refusal) || !status)
      problems.add(map.place_of("refusal"),
                   "a login is refused with an error: STATUS_LOGON_FAILURE and the like",
                   nearest(refusal, known));
  }
  map.finish();
  return user;
}

smb_server::Share read_share(const Node& node, Problems& problems) {
  smb_server::Share share;
  MapReader map(node, "a share", problems);
  map.need("name");
  map.text("name", share.name);
  map.text("path", share.path);
  map.text("remark", share.remark);
  map.number("max_uses", share.max_uses);
  bool is_special = share.name.ends_with('$');
  map.flag("special", is_special);
  if (is_special) share.type |= smb_server::kShareTypeSpecial;
  map.finish();
  return share;
}

smb_server::DeclaredFile read_file(const Node& node, Problems& problems) {
  smb_server::DeclaredFile file;
  MapReader map(node, "an open file", problems);
  map.need("id");
  map.number("id", file.id);
  map.need("path");
  map.text("path", file.path);
  map.text("user", file.user);
  map.number("permissions", file.permissions, 7, 1);
  map.number("locks", file.num_locks);
  map.finish();
  return file;
}

smb_server::DeclaredConnection read_connection(const Node& node, Problems& problems) {
  smb_server::DeclaredConnection connection;
  MapReader map(node, "a connection to a share", problems);
  map.need("share");
  map.number("id", connection.id);
  map.text("share", connection.share);
  map.text("client", connection.client);
  map.text("user", connection.user);
  map.number("opens", connection.num_opens);
  map.number("users", connection.num_users);
  read_age(map, "time", connection.time_s);
  map.finish();
  return connection;
}

template <class Read, class Entry>
void read_list(MapReader& map, std::string_view key, std::vector<Entry>& out, Read read) {
  const Node* list = map.take(key);
  if (list == nullptr) return;
  if (!list->is_list())
    return expected_but(*list, fmt::format("a list of {}", key), map.problems());
  if (are_too_many(*list, kServerEntriesMax, key, map.problems())) return;
  for (const Node& item : list->items) out.push_back(read(item, map.problems()));
}

/// Membership that gives rights: of Administrators and Server Operators.
void read_groups(MapReader& map, smb_server::ServerConfig& config) {
  const Node* groups = map.take("groups");
  if (groups == nullptr) return;
  static const std::vector<std::string> kGroups{"Administrators", "Server Operators", "Users"};
  if (!groups->is_map())
    return expected_but(*groups, "a map of groups and their members", map.problems());
  MapReader members(*groups, "a server's groups", map.problems());
  for (const std::string& group : kGroups) {
    std::vector<std::string> names;
    if (!members.texts(group, names)) continue;
    for (const std::string& name : names) {
      const auto user = std::ranges::find(config.users, name, &smb_server::User::name);
      if (user == config.users.end())
        map.problems().add(members.place_of(group), fmt::format("no user is named \"{}\"", name));
      else if (group != "Users")
        user->is_administrator = true;
    }
  }
  members.finish();
}

void read_caller(MapReader& map, std::string_view key, smb_server::Caller& out) {
  static const std::vector<std::string> kCallers{"anonymous", "guest", "authenticated",
                                                 "administrator"};
  std::string word;
  if (!map.word(key, word, kCallers)) return;
  const auto found = std::ranges::find(kCallers, word);
  if (found == kCallers.end())
    map.problems().add(
        map.place_of(key),
        fmt::format("\"{}\" is no kind of caller: possible is {}", word, one_of_text(kCallers)),
        nearest(word, kCallers));
  else
    out = static_cast<smb_server::Caller>(found - kCallers.begin());
}

void read_access(MapReader& map, smb_server::ServerConfig& config) {
  static const std::vector<std::string> kProfiles{"windows-2019", "legacy", "samba", "custom"};
  std::string profile = "windows-2019";
  map.word("profile", profile, kProfiles);
  const auto rules = smb_server::access_profile(profile == "custom" ? "windows-2019" : profile);
  if (!rules)
    map.problems().add(map.place_of("profile"), fmt::format("no profile is called \"{}\"", profile),
                       nearest(profile, kProfiles));
  config.access = rules.value_or(config.access);
  const Node* access = map.take("access");
  if (access == nullptr) return;
  if (profile != "custom")
    map.problems().add(access->place, "who may what is the profile's to say: `profile: custom`");
  MapReader who(*access, "a server's access", map.problems());
  read_caller(who, "session_names", config.access.session_names);
  read_caller(who, "session_details", config.access.session_details);
  read_caller(who, "session_del", config.access.session_del);
  read_caller(who, "files", config.access.files);
  read_caller(who, "connections", config.access.connections);
  read_caller(who, "share_names", config.access.share_names);
  read_caller(who, "share_details", config.access.share_details);
  read_caller(who, "server_names", config.access.server_names);
  read_caller(who, "server_details", config.access.server_details);
  who.finish();
}

void read_address_of(MapReader& map, Address& address) {
  std::string text;
  if (!map.text("address", text)) return;
  const auto endpoint = runtime::parse_endpoint(text, address.port);
  if (endpoint && runtime::parse_ip_address(endpoint->address))
    address = {endpoint->address, endpoint->port};
  else
    expected_but(*map.node().find("address"), "an IP address like 10.0.0.100 or 10.0.0.100:445",
                 map.problems());
}

void read_protocol(MapReader& map, smb_server::ServerConfig& config) {
  read_dialects(map, config.dialects);
  static const std::vector<std::string> kSigning{"enabled", "required"};
  std::string signing = "enabled";
  if (map.word("signing", signing, kSigning) &&
      std::ranges::find(kSigning, signing) == kSigning.end())
    map.problems().add(map.place_of("signing"), "signing is `enabled` or `required`",
                       nearest(signing, kSigning));
  if (signing == "required") config.signing = smb_server::SigningPolicy::required;
  map.flag("encryption", config.offers_encryption);
  map.flag("anonymous", config.allows_anonymous);
  map.flag("unknown_users_are_guests", config.unknown_users_are_guests);
  read_age(map, "session_lifetime", config.session_lifetime_s);
}

/// Those without an id get one behind the highest.
void number_connections(std::vector<smb_server::DeclaredConnection>& connections) {
  std::uint32_t highest = 0;
  for (const auto& one : connections) highest = std::max(highest, one.id);
  for (auto& one : connections)
    if (one.id == 0) one.id = ++highest;
}

/// What a list has of each name or number only once.
template <class Entry, class Key>
void need_each_once(MapReader& map, std::string_view list, const std::vector<Entry>& entries,
                    Key key) {
  std::set<std::string> seen;
  for (const Entry& entry : entries)
    if (const std::string text = key(entry); !seen.insert(to_lower(text)).second)
      map.problems().add(map.place_of(list), fmt::format("{}: {} is there twice", list, text));
}

/// What a server cannot be: double names, connections to nothing.
void judge_server(MapReader& map, const smb_server::ServerConfig& config) {
  using namespace smb_server;
  need_each_once(map, "users", config.users, [](const User& user) { return user.name; });
  need_each_once(map, "shares", config.shares, [](const Share& share) { return share.name; });
  need_each_once(map, "files", config.files,
                 [](const DeclaredFile& file) { return fmt::format("id {}", file.id); });
  need_each_once(map, "connections", config.connections,
                 [](const DeclaredConnection& one) { return fmt::format("id {}", one.id); });
  for (const Share& share : config.shares)
    if (equal_ignoring_case(share.name, "IPC$"))
      map.problems().add(map.place_of("shares"), "IPC$ is there in any case; leave it out");
  for (const DeclaredConnection& one : config.connections) {
    const bool is_there = equal_ignoring_case(one.share, "IPC$") ||
                          std::ranges::any_of(config.shares, [&](const Share& share) {
                            return equal_ignoring_case(share.name, one.share);
                          });
    if (!is_there)
      map.problems().add(map.place_of("connections"),
                         fmt::format("a connection to {}, which is no share here", one.share));
  }
}

SmbServerModel read_server(const std::string& id, const Node& node, std::size_t number,
                           Problems& problems) {
  SmbServerModel server;
  server.place = node.place;
  server.id = id;
  server.address.host = fmt::format("10.0.0.{}", 99 + number);
  server.config.name = name_made_of(id);
  MapReader map(node, "a server", problems);
  read_address_of(map, server.address);
  map.text("name", server.config.name);
  map.text("domain", server.config.domain);
  for (const std::string* name : {&server.config.name, &server.config.domain})
    if (name->empty() || name->size() > kNetBiosNameMax)
      problems.add(map.place_of(name == &server.config.name ? "name" : "domain"),
                   "a NetBIOS name has 1 to 15 characters");
  map.text("comment", server.config.comment);
  read_list(map, "users", server.config.users, read_user);
  read_groups(map, server.config);
  read_list(map, "shares", server.config.shares, read_share);
  read_list(map, "sessions", server.config.sessions, read_server_session);
  read_list(map, "files", server.config.files, read_file);
  read_list(map, "connections", server.config.connections, read_connection);
  number_connections(server.config.connections);
  read_access(map, server.config);
  map.size("memory", server.config.memory_bytes);
  read_protocol(map, server.config);
  judge_server(map, server.config);
  if (const Node* faults = map.take("faults"))
    server.faults = read_server_faults(*faults, problems);
  map.finish();
  return server;
}

void read_rpc_login(MapReader& map, SmbLoginModel& login) {
  static const std::vector<std::string> kWords(std::begin(smb_client::kRpcLoginWords),
                                               std::end(smb_client::kRpcLoginWords));
  std::string word;
  if (!map.word("rpc", word, kWords)) return;
  const auto level = smb_client::rpc_login_named(word);
  if (!level)
    map.problems().add(map.place_of("rpc"), "a login inside RPC is `connect`, `sign` or `seal`",
                       nearest(word, kWords));
  login.rpc_login = level.value_or(rpc::AuthLevel::none);
}

SmbLoginModel read_login(const std::string& server, const Node& node, Problems& problems) {
  SmbLoginModel login;
  login.place = node.place;
  login.server = server;
  MapReader map(node, "a host's login to a server", problems);
  map.text("user", login.user);
  map.text("domain", login.domain);
  map.text("password", login.password);
  read_dialects(map, login.dialects);
  map.flag("encrypt", login.encrypts);
  map.flag("write_and_read", login.writes_and_reads);
  map.flag("smb1_first", login.begins_with_smb1);
  read_rpc_login(map, login);
  map.duration("timeout", login.answer_timeout_ns);
  map.finish();
  if (login.user.empty() && !login.password.empty())
    problems.add(node.place, "a password without a user: nobody has none");
  return login;
}

}  // namespace

smb_server::DeclaredSession read_server_session(const Node& node, Problems& problems) {
  smb_server::DeclaredSession session;
  MapReader map(node, "a session of a server", problems);
  map.need("client");
  map.text("client", session.client);
  if (session.client.find_first_not_of('\\') == std::string::npos)
    problems.add(map.place_of("client"), "a session comes from a computer: its name is missing");
  map.text("user", session.user);
  map.number("opens", session.num_opens);
  read_age(map, "time", session.time_s);
  read_age(map, "idle", session.idle_s);
  bool is_guest = false;
  bool is_clear = false;
  map.flag("guest", is_guest);
  map.flag("no_encryption", is_clear);
  session.user_flags = (is_guest ? 1u : 0u) | (is_clear ? 2u : 0u);
  map.text("client_type", session.client_type);
  map.text("transport", session.transport);
  map.finish();
  return session;
}

std::vector<SmbServerModel> read_servers(const Node& node, Problems& problems) {
  std::vector<SmbServerModel> servers;
  if (!node.is_map() || node.keys.empty()) expected_but(node, "a map of servers", problems);
  if (!node.is_map() || are_too_many(node, kServersMax, "servers", problems)) return servers;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    SmbServerModel server = read_server(node.keys[i], node.items[i], i + 1, problems);
    for (const SmbServerModel& other : servers) {
      if (equal_ignoring_case(other.config.name, server.config.name))
        problems.add(server.place, fmt::format("two servers are named {}", server.config.name));
      if (other.address.host == server.address.host && other.address.port == server.address.port)
        problems.add(server.place, fmt::format("{} listens there already", other.id));
    }
    servers.push_back(std::move(server));
  }
  return servers;
}

void read_smb_logins(const Node& node, HostModel& host, Problems& problems) {
  if (!node.is_map())
    return expected_but(node, "a map of servers and who the host is there", problems);
  if (are_too_many(node, kServersMax, "servers", problems)) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    host.smb.push_back(read_login(node.keys[i], node.items[i], problems));
}

ServerChangeStep read_server_change(const Node& body, Problems& problems) {
  ServerChangeStep change;
  MapReader map(body, "a change of a server", problems);
  map.need("server");
  map.text("server", change.server);
  change.server_place = map.place_of("server");
  if (const Node* end = map.take("end_sessions"))
    change.end_sessions = read_end_sessions(*end, problems);
  read_list(map, "add_sessions", change.add_sessions, read_server_session);
  map.flag("expire_sessions", change.expire_sessions);
  static const std::vector<std::string> kHow{"reset", "finish"};
  std::string how;
  if (map.word("drop_connections", how, kHow)) {
    if (std::ranges::find(kHow, how) == kHow.end())
      problems.add(map.place_of("drop_connections"), "connections end by `reset` or `finish`",
                   nearest(how, kHow));
    change.drop_connections_by_reset = how == "reset";
  }
  map.finish();
  if (body.is_map() && body.keys.size() == 1) problems.add(body.place, "this change does nothing");
  return change;
}

}  // namespace lunsim::scenarios
