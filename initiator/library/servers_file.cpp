#include "initiator/library/servers_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "protocol/bytes/utf16.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"

namespace lunsim::initiator {
namespace {

namespace json = boost::json;

constexpr std::uint16_t kSmbPort = 445;

/// Ends the reading: the sentence goes to the caller.
struct Mistake {
  std::string text;
};
[[noreturn]] void refuse(const std::string& where, std::string_view what) {
  throw Mistake{fmt::format("{}: {}", where, what)};
}

std::u16string utf16(const std::string& where, const std::string& text) {
  auto converted = bytes::utf16_from_utf8(text);
  if (!converted) refuse(where, "no valid UTF-8");
  return std::move(*converted);
}

std::string first_line(const std::string& where, const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line))
    refuse(where, path.string() + " has no password in its first line");
  return line;
}

/// One object of the file; what was not asked for is not known.
class Members {
 public:
  Members(const json::value& value, std::string where) : where_(std::move(where)) {
    if (!value.is_object()) refuse(where_, "an object in braces is wanted");
    object_ = &value.get_object();
  }
  const json::value* find(const char* name) {
    asked_.insert(name);
    return object_->if_contains(name);
  }
  std::string text(const char* name) {
    const json::value* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) refuse(place(name), "a text in quotation marks is wanted");
    return std::string(value->get_string());
  }
  const json::array* list(const char* name) {
    const json::value* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) refuse(place(name), "a list in brackets is wanted");
    return &value->get_array();
  }
  std::string place(std::string_view name) const {
    return where_.empty() ? std::string(name) : fmt::format("{}.{}", where_, name);
  }
  void end() const {
    for (const auto& member : *object_)
      if (!asked_.contains(std::string(member.key())))
        refuse(place(std::string(member.key())),
               fmt::format("not known here; known are {}", fmt::join(asked_, ", ")));
  }

 private:
  const json::object* object_ = nullptr;
  std::string where_;
  std::set<std::string> asked_;
};

runtime::Endpoint endpoint(const std::string& where, const std::string& text) {
  const auto found = runtime::parse_endpoint(text, kSmbPort);
  if (!found) refuse(where, "host or host:port is wanted, not \"" + text + "\"");
  return *found;
}

rpc::AuthLevel rpc_login(const std::string& where, const std::string& word) {
  const auto level = smb_client::rpc_login_named(word);
  if (!level) refuse(where, "known are connect, sign and seal");
  return *level;
}

void read_how(Members& members, smb_client::ClientConfig& config) {
  if (const json::array* dialects = members.list("dialects")) {
    config.dialects.clear();
    for (const json::value& one : *dialects) {
      const auto dialect = one.is_string() ? smb::parse_dialect(std::string(one.get_string()))
                                           : std::optional<smb::Dialect>{};
      if (!dialect) refuse(members.place("dialects"), "known are 2.0.2, 2.1, 3.0, 3.0.2 and 3.1.1");
      config.dialects.push_back(*dialect);
    }
    if (config.dialects.empty()) refuse(members.place("dialects"), "at least one is wanted");
  }
  if (const json::value* encrypt = members.find("encrypt")) {
    if (!encrypt->is_bool()) refuse(members.place("encrypt"), "true or false is wanted");
    if (encrypt->get_bool()) config.encryption = smb_client::Encryption::required;
  }
  if (const std::string word = members.text("rpc"); !word.empty())
    config.rpc_login = rpc_login(members.place("rpc"), word);
  if (const json::value* timeout = members.find("timeout_s")) {
    boost::system::error_code error;
    const auto seconds = timeout->to_number<std::uint32_t>(error);
    if (error || seconds == 0 || seconds > 3600)
      refuse(members.place("timeout_s"), "whole seconds from 1 to 3600 are wanted");
    config.answer_timeout = std::chrono::seconds(seconds);
  }
}

NamedServer read_server(const json::value& value, const std::string& where,
                        const std::filesystem::path& folder) {
  Members members(value, where);
  NamedServer server;
  server.name = utf16(members.place("name"), members.text("name"));
  if (server.name.empty()) refuse(members.place("name"), "must not be missing or empty");
  server.config.server = endpoint(members.place("address"), members.text("address"));
  server.config.user = members.text("user");
  server.config.domain = members.text("domain");
  server.config.password = members.text("password");
  const std::string password_file = members.text("password_file");
  if (!password_file.empty())
    server.config.password = first_line(members.place("password_file"), folder / password_file);
  read_how(members, server.config);
  members.end();
  return server;
}

/// Names are compared without case and leading backslashes.
void add_once(std::vector<NamedServer>& all, NamedServer server) {
  const auto bare = [](std::u16string_view name) {
    while (name.starts_with(u'\\')) name.remove_prefix(1);
    return name;
  };
  for (std::size_t i = 0; i < all.size(); ++i)
    if (smb::ntlm::is_equal_without_case(bare(all[i].name), bare(server.name)))
      refuse(fmt::format("servers[{}].name", all.size()),
             fmt::format("servers[{}] is called so, too; upper and lower case are the same", i));
  all.push_back(std::move(server));
}

std::vector<NamedServer> read_all(const json::value& document, const std::string& folder) {
  Members members(document, "");
  std::vector<NamedServer> all;
  if (const json::array* servers = members.list("servers"))
    for (const json::value& one : *servers)
      add_once(all, read_server(one, fmt::format("servers[{}]", all.size()), folder));
  const std::string own = members.text("own");
  members.end();
  if (own.empty()) return all;
  const std::u16string own_name = utf16("own", own);
  for (const NamedServer& server : all) {
    if (server.name != own_name) continue;
    NamedServer again{u"", server.config};
    all.push_back(std::move(again));
    return all;
  }
  refuse("own", "no server is called " + own);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace

tl::expected<std::vector<NamedServer>, std::string> parse_servers(const std::string& text,
                                                                  const std::string& folder) {
  boost::system::error_code error;
  const json::value document = json::parse(text, error);
  if (error) return tl::unexpected("not JSON: " + error.message());
  try {
    return read_all(document, folder);
  } catch (const Mistake& mistake) {
    return tl::unexpected(mistake.text);
  }
}

tl::expected<std::vector<NamedServer>, std::string> read_servers(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return tl::unexpected(path + " cannot be read");
  auto servers = parse_servers(text.str(), std::filesystem::path(path).parent_path().string());
  if (!servers) return tl::unexpected(path + ": " + servers.error());
  return servers;
}

tl::expected<std::vector<NamedServer>, std::string> servers_of_environment() {
  if (const std::string path = variable("LUNSIM_SERVERS"); !path.empty()) return read_servers(path);
  const std::string address = variable("LUNSIM_SMB_SERVER");
  if (address.empty()) return std::vector<NamedServer>{};
  try {
    NamedServer own;
    own.config.server = endpoint("LUNSIM_SMB_SERVER", address);
    own.config.user = variable("LUNSIM_SMB_USER");
    own.config.domain = variable("LUNSIM_SMB_DOMAIN");
    own.config.password = variable("LUNSIM_SMB_PASSWORD");
    if (const std::string word = variable("LUNSIM_SMB_RPC"); !word.empty())
      own.config.rpc_login = rpc_login("LUNSIM_SMB_RPC", word);
    const std::string password_file = variable("LUNSIM_SMB_PASSWORD_FILE");
    if (!password_file.empty())
      own.config.password = first_line("LUNSIM_SMB_PASSWORD_FILE", password_file);
    return std::vector<NamedServer>{own};
  } catch (const Mistake& mistake) {
    return tl::unexpected(mistake.text);
  }
}

}  // namespace lunsim::initiator
