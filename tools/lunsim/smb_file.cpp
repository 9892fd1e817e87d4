#include "tools/lunsim/smb_file.hpp"

#include <limits>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace lunsim::tools {

const char* const kSmbFileHelp = R"(The file is a JSON object; all members may be left out:
  "name": "FAKESRV", "domain": "WORKGROUP", "comment": "..."
  "users":    [{"name": "alice", "password": "...", "administrator": true, "refusal": "account_disabled"}]
  "shares":   [{"name": "data", "path": "C:\\data", "remark": "...", "hidden": false}]
  "sessions": [{"client": "\\\\WS1", "user": "alice", "opens": 1, "time_s": 3600, "idle_s": 60,
                "guest": false, "client_type": "...", "transport": "..."}]
  "files":    [{"id": 7, "path": "C:\\data\\a.txt", "user": "alice", "permissions": 3, "locks": 0}]
  "connections": [{"id": 1, "share": "data", "client": "\\\\WS1", "user": "alice", "opens": 1, "time_s": 60}]
  "access": "windows-2019" | "legacy" | "samba"
  "dialects": ["2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"], "signing": "enabled" | "required"
  "encryption": true, "anonymous": false, "unknown_users_are_guests": false
IPC$ is there in any case. Times are ages at the start and grow.)";

namespace {

namespace json = boost::json;
using smb::NtStatus;

/// Ends the reading: the sentence goes to the caller.
struct Mistake {
  std::string text;
};

[[noreturn]] void refuse(const std::string& where, std::string_view what) {
  throw Mistake{fmt::format("{}: {}", where, what)};
}

/// One object of the file; every member must be asked for, or it is not known.
class Reader {
 public:
  Reader(const json::value& value, std::string where) : where_(std::move(where)) {
    if (!value.is_object()) refuse(where_, "an object in braces is wanted");
    object_ = &value.get_object();
  }

  std::string text(const char* name, std::string otherwise = {}) {
    const json::value* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_string()) refuse(place(name), "a text in quotation marks is wanted");
    return std::string(value->get_string());
  }
  bool flag(const char* name, bool otherwise = false) {
    const json::value* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_bool()) refuse(place(name), "true or false is wanted");
    return value->get_bool();
  }
  std::uint32_t number(const char* name, std::uint32_t otherwise = 0) {
    const json::value* value = find(name);
    if (value == nullptr) return otherwise;
    boost::system::error_code error;
    const auto found = value->to_number<std::uint32_t>(error);
    if (error) refuse(place(name), "a whole number from 0 to 4294967295 is wanted");
    return found;
  }
  template <class Each>
  void list(const char* name, Each each) {
    const json::value* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) refuse(place(name), "a list in brackets is wanted");
    std::size_t number = 0;
    for (const json::value& item : value->get_array())
      each(item, fmt::format("{}[{}]", place(name), number++));
  }
  std::string place(const char* name) const {
    return where_.empty() ? name : fmt::format("{}.{}", where_, name);
  }
  void end() const {
    for (const auto& member : *object_)
      if (!asked_.contains(std::string(member.key())))
        refuse(place(std::string(member.key()).c_str()),
               fmt::format("not known here; known are {}", fmt::join(asked_, ", ")));
  }

 private:
  const json::value* find(const char* name) {
    asked_.insert(name);
    return object_->if_contains(name);
  }

  const json::object* object_ = nullptr;
  std::string where_;
  std::set<std::string> asked_;
};

NtStatus refusal(const std::string& name, const std::string& where) {
  const std::pair<const char*, NtStatus> kRefusals[] = {
      {"account_disabled", NtStatus::account_disabled},
      {"account_expired", NtStatus::account_expired},
      {"account_locked_out", NtStatus::account_locked_out},
      {"account_restriction", NtStatus::account_restriction},
      {"invalid_logon_hours", NtStatus::invalid_logon_hours},
      {"invalid_workstation", NtStatus::invalid_workstation},
      {"logon_type_not_granted", NtStatus::logon_type_not_granted},
      {"password_expired", NtStatus::password_expired},
      {"password_must_change", NtStatus::password_must_change}};
  std::string known;
  for (const auto& [text, status] : kRefusals) {
    if (name == text) return status;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", text);
  }
  refuse(where, fmt::format("no refusal is called {}; known are {}", name, known));
}

std::string wanted_text(Reader& reader, const char* name) {
  std::string text = reader.text(name);
  if (text.empty()) refuse(reader.place(name), "must not be missing or empty");
  return text;
}

smb_server::User user(Reader reader) {
  smb_server::User made;
  made.name = wanted_text(reader, "name");
  made.password = reader.text("password");
  made.is_administrator = reader.flag("administrator");
  if (const std::string name = reader.text("refusal"); !name.empty())
    made.refusal = refusal(name, reader.place("refusal"));
  reader.end();
  return made;
}

smb_server::Share share(Reader reader) {
  smb_server::Share made;
  made.name = wanted_text(reader, "name");
  made.path = reader.text("path");
  made.remark = reader.text("remark");
  if (reader.flag("hidden")) made.type |= smb_server::kShareTypeSpecial;
  reader.end();
  return made;
}

smb_server::DeclaredSession session(Reader reader) {
  smb_server::DeclaredSession made;
  made.client = wanted_text(reader, "client");
  made.user = reader.text("user");
  made.num_opens = reader.number("opens");
  made.time_s = reader.number("time_s");
  made.idle_s = reader.number("idle_s");
  made.user_flags = reader.flag("guest") ? 1 : 0;
  made.client_type = reader.text("client_type");
  made.transport = reader.text("transport", made.transport);
  reader.end();
  return made;
}

smb_server::DeclaredFile file(Reader reader) {
  smb_server::DeclaredFile made;
  made.id = reader.number("id");
  made.path = wanted_text(reader, "path");
  made.user = reader.text("user");
  made.permissions = reader.number("permissions", 1);
  made.num_locks = reader.number("locks");
  reader.end();
  return made;
}

smb_server::DeclaredConnection connection(Reader reader) {
  smb_server::DeclaredConnection made;
  made.id = reader.number("id");
  made.share = wanted_text(reader, "share");
  made.client = reader.text("client");
  made.user = reader.text("user");
  made.num_opens = reader.number("opens");
  made.time_s = reader.number("time_s");
  reader.end();
  return made;
}

void read_protocol(Reader& reader, smb_server::ServerConfig& config) {
  bool has_dialects = false;
  reader.list("dialects", [&](const json::value& value, const std::string& where) {
    const auto dialect =
        value.is_string() ? smb::parse_dialect(std::string_view(value.get_string())) : std::nullopt;
    if (!dialect)
      refuse(where, "a dialect is wanted: \"2.0.2\", \"2.1\", \"3.0\", \"3.0.2\" or \"3.1.1\"");
    if (!has_dialects) config.dialects.clear();
    has_dialects = true;
    config.dialects.push_back(*dialect);
  });
  const std::string signing = reader.text("signing", "enabled");
  if (signing != "enabled" && signing != "required")
    refuse(reader.place("signing"), "\"enabled\" or \"required\" is wanted");
  if (signing == "required") config.signing = smb_server::SigningPolicy::required;
  config.offers_encryption = reader.flag("encryption", true);
  config.allows_anonymous = reader.flag("anonymous");
  config.unknown_users_are_guests = reader.flag("unknown_users_are_guests");
}

smb_server::ServerConfig read_server(const json::value& value) {
  constexpr std::size_t kNetBiosNameMax = 15;
  Reader reader(value, "");
  smb_server::ServerConfig config;
  config.name = reader.text("name", config.name);
  config.domain = reader.text("domain", config.domain);
  for (const char* name : {"name", "domain"})
    if (const std::string text = reader.text(name); text.size() > kNetBiosNameMax)
      refuse(name, "a NetBIOS name has at most 15 characters");
  config.comment = reader.text("comment");
  const auto read = [&](const char* name, auto& into, auto make) {
    reader.list(name, [&](const json::value& item, const std::string& where) {
      into.push_back(make(Reader(item, where)));
    });
  };
  read("users", config.users, user);
  read("shares", config.shares, share);
  read("sessions", config.sessions, session);
  read("files", config.files, file);
  read("connections", config.connections, connection);
  const std::string access = reader.text("access", "windows-2019");
  const auto rules = smb_server::access_profile(access);
  if (!rules) refuse(reader.place("access"), "\"windows-2019\", \"legacy\" or \"samba\" is wanted");
  config.access = *rules;
  read_protocol(reader, config);
  reader.end();
  return config;
}

}  // namespace

tl::expected<smb_server::ServerConfig, std::string> parse_smb_server(const std::string& text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return tl::unexpected(fmt::format("not JSON: {}", error.message()));
  try {
    return read_server(value);
  } catch (const Mistake& mistake) {
    return tl::unexpected(mistake.text);
  }
}

}  // namespace lunsim::tools
