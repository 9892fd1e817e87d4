#include "tools/lunsim/net_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <lm.h>

#include "initiator/library/servers_file.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "protocol/bytes/utf16.hpp"
#include "runtime/live/live_world.hpp"
#include "scenarios/engine/names.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

constexpr std::uint16_t kSmbPort = 445;

/// What the levels have in common, for the table; what a level does not tell is not there.
struct Row {
  std::string client;
  std::optional<std::string> user, client_type;
  std::optional<std::uint32_t> opens, time_s, idle_s, flags;
};
constexpr std::string_view kNotTold = "-";

std::string text(LMSTR utf16) {
  return utf16 == nullptr ? std::string{} : bytes::utf8_from_utf16(utf16).value_or("?");
}

template <class Info>
const Info& at(LPBYTE block, DWORD index) {
  return reinterpret_cast<const Info*>(block)[index];
}

Row row(LPBYTE block, DWORD i, std::uint32_t level) {
  switch (level) {
    case 0:
      return {text(at<SESSION_INFO_0>(block, i).sesi0_cname), {}, {}, {}, {}, {}, {}};
    case 1: {
      const auto& s = at<SESSION_INFO_1>(block, i);
      return {text(s.sesi1_cname), text(s.sesi1_username), {}, s.sesi1_num_opens, s.sesi1_time,
              s.sesi1_idle_time,   s.sesi1_user_flags};
    }
    case 2: {
      const auto& s = at<SESSION_INFO_2>(block, i);
      return {text(s.sesi2_cname), text(s.sesi2_username), text(s.sesi2_cltype_name),
              s.sesi2_num_opens,   s.sesi2_time,           s.sesi2_idle_time,
              s.sesi2_user_flags};
    }
    case 10: {
      const auto& s = at<SESSION_INFO_10>(block, i);
      return {text(s.sesi10_cname), text(s.sesi10_username), {}, {},
              s.sesi10_time,        s.sesi10_idle_time,      {}};
    }
    default: {
      const auto& s = at<SESSION_INFO_502>(block, i);
      return {text(s.sesi502_cname), text(s.sesi502_username), text(s.sesi502_cltype_name),
              s.sesi502_num_opens,   s.sesi502_time,           s.sesi502_idle_time,
              s.sesi502_user_flags};
    }
  }
}

std::string clock(std::optional<std::uint32_t> told) {
  if (!told) return std::string(kNotTold);
  const std::uint32_t seconds = *told;
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}
std::string number(std::optional<std::uint32_t> told) {
  return told ? std::to_string(*told) : std::string(kNotTold);
}
std::string word(const std::optional<std::string>& told) {
  return told.value_or(std::string(kNotTold));
}

std::optional<std::string> password(const NetSessionOptions& options) {
  if (options.password_file.empty()) {
    const char* found = std::getenv("LUNSIM_SMB_PASSWORD");
    return found == nullptr ? "" : found;
  }
  std::ifstream file(options.password_file);
  std::string line;
  if (!std::getline(file, line)) {
    fmt::print(stderr, "lunsim net session: {} has no password in its first line\n",
               options.password_file);
    return std::nullopt;
  }
  return line;
}

/// As Windows writes it: \\server.
std::string bare_name(const std::string& server) {
  return server.substr(std::min(server.find_first_not_of('\\'), server.size()));
}

std::optional<smb_client::ClientConfig> client_config(const NetSessionOptions& options) {
  smb_client::ClientConfig config;
  const auto server = runtime::parse_endpoint(bare_name(options.server), kSmbPort);
  if (!server) {
    fmt::print(stderr, "lunsim net session: a server is wanted as host or host:port, not {}\n",
               options.server);
    return std::nullopt;
  }
  config.server = *server;
  config.user = options.user;
  config.domain = options.domain;
  const auto secret = password(options);
  if (!secret) return std::nullopt;
  config.password = *secret;
  if (!options.dialect.empty()) {
    const auto dialect = smb::parse_dialect(options.dialect);
    if (!dialect) {
      fmt::print(stderr,
                 "lunsim net session: no dialect is called {}; known are 2.0.2, 2.1, 3.0, 3.0.2 "
                 "and 3.1.1\n",
                 options.dialect);
      return std::nullopt;
    }
    config.dialects = {*dialect};
  }
  if (!options.rpc_login.empty()) {
    const auto level = smb_client::rpc_login_named(options.rpc_login);
    if (!level) {
      fmt::print(stderr, "lunsim net session: --rpc is connect, sign or seal, not {}\n",
                 options.rpc_login);
      return std::nullopt;
    }
    config.rpc_login = *level;
  }
  if (options.encrypts) config.encryption = smb_client::Encryption::required;
  config.answer_timeout = std::chrono::duration_cast<runtime::Duration>(
      std::chrono::duration<double>(options.timeout_s));
  return config;
}

/// Remembers how the last call went on the wire, for the sentence behind a code.
class Listener final : public smb_client::Network {
 public:
  explicit Listener(smb_client::Network& below) : below_(below) {}
  smb_client::Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                           std::vector<std::byte> stub) override {
    auto outcome = below_.call(server, opnum, std::move(stub));
    last = outcome.kind == smb_client::Outcome::Kind::answered ? "the server's own answer"
                                                               : describe(outcome);
    return outcome;
  }
  std::string last;

 private:
  smb_client::Network& below_;
};

/// What a person can do about a code; empty if that is not known.
std::string hint(NET_API_STATUS status, const NetSessionOptions& options) {
  constexpr NET_API_STATUS kLogonFailure = 1326;
  const bool has_backslashes = options.client.starts_with("\\\\");
  if (!options.client.empty() && !has_backslashes &&
      (status == NERR_InvalidComputer || status == NERR_ClientNameNotFound))
    return fmt::format("; a computer is named with two backslashes: --client '\\\\{}'",
                       bare_name(options.client));
  if (status == kLogonFailure && !options.user.empty() && options.password_file.empty() &&
      std::getenv("LUNSIM_SMB_PASSWORD") == nullptr)
    return fmt::format("; no password was given for {}: LUNSIM_SMB_PASSWORD or --password-file",
                       options.user);
  if (status == ERROR_INVALID_LEVEL) return "; known levels are 0, 1, 2, 10 and, of lists, 502";
  if (status == ERROR_ACCESS_DENIED) return "; the user may not ask that there";
  return {};
}

int failed(NET_API_STATUS status, const Listener& listener, const NetSessionOptions& options) {
  const auto codes = scenarios::return_codes();
  const auto code = std::ranges::find(codes, std::uint32_t{status}, &scenarios::CodeName::value);
  const std::string_view name = code == codes.end() ? std::string_view{} : code->name;
  fmt::print(stderr, "lunsim net session: error {} ({}){}{}{}\n", status,
             listener.last.empty() ? "refused before anything was sent" : listener.last,
             name.empty() ? "" : ": ", name, hint(status, options));
  return status == ERROR_BAD_NETPATH ? kExitPeerUnreachable : kExitCheckFailed;
}

/// With the two backslashes in front, which servers tell with or without.
std::string computer(const std::string& client) { return "\\\\" + bare_name(client); }

void print_table(LPBYTE block, DWORD count, std::uint32_t level) {
  if (count == 0) {
    fmt::print("There are no entries in the list.\n\n");
    return;
  }
  fmt::print("{:<22} {:<20} {:<17} {:>5} {}\n\n{:-<79}\n", "Computer", "User name", "Client Type",
             "Opens", "Idle time", "");
  for (DWORD i = 0; i < count; ++i) {
    const Row r = row(block, i, level);
    fmt::print("{:<22} {:<20} {:<17} {:>5} {}\n", computer(r.client), word(r.user),
               word(r.client_type), number(r.opens), clock(r.idle_s));
  }
}

std::string share_type(std::uint32_t type) {
  switch (type & STYPE_MASK) {
    case STYPE_DISKTREE:
      return "Disk";
    case STYPE_PRINTQ:
      return "Print";
    case STYPE_DEVICE:
      return "Comm";
    default:
      return "IPC";
  }
}

/// What a computer is connected to, as far as the server tells.
void print_connections(LMSTR server, LMSTR client) {
  LPBYTE block = nullptr;
  DWORD count = 0, total = 0;
  const auto status =
      NetConnectionEnum(server, client, 1, &block, MAX_PREFERRED_LENGTH, &count, &total, nullptr);
  if (status == NERR_Success && count > 0) {
    fmt::print("\n{:<15}{:<9}{}\n\n{:-<79}\n", "Share name", "Type", "# Opens", "");
    for (DWORD i = 0; i < count; ++i) {
      const auto& one = at<CONNECTION_INFO_1>(block, i);
      fmt::print("{:<15}{:<9}{}\n", text(one.coni1_netname), share_type(one.coni1_type),
                 one.coni1_num_opens);
    }
  }
  NetApiBufferFree(block);
}

void print_one(LPBYTE block, std::uint32_t level) {
  const Row r = row(block, 0, level);
  std::string_view guest = kNotTold;
  if (r.flags) guest = (*r.flags & SESS_GUEST) != 0 ? "Yes" : "No";
  fmt::print(
      "User name       {}\nComputer        {}\nGuest logon     {}\nClient type     {}\n"
      "Sess time       {}\nIdle time       {}\n",
      word(r.user), bare_name(r.client), guest, word(r.client_type), clock(r.time_s),
      clock(r.idle_s));
}

int act(const NetSessionOptions& options, LMSTR server, const Listener& listener) {
  auto client = bytes::utf16_from_utf8(options.client).value_or(u"");
  auto user = bytes::utf16_from_utf8(options.of).value_or(u"");
  const LMSTR client_text = client.empty() ? nullptr : client.data();
  const LMSTR user_text = user.empty() ? nullptr : user.data();
  LPBYTE block = nullptr;
  if (options.deletes) {
    const auto status = NetSessionDel(server, client_text, user_text);
    if (status != NERR_Success) return failed(status, listener, options);
  } else if (client_text != nullptr && user_text != nullptr) {
    const auto status = NetSessionGetInfo(server, client_text, user_text, options.level, &block);
    if (status != NERR_Success) return failed(status, listener, options);
    print_one(block, options.level);
    print_connections(server, client_text);
  } else {
    DWORD count = 0, total = 0, resume = 0;
    const auto status = NetSessionEnum(server, client_text, user_text, options.level, &block,
                                       MAX_PREFERRED_LENGTH, &count, &total, &resume);
    if (status != NERR_Success) return failed(status, listener, options);
    print_table(block, count, options.level);
  }
  NetApiBufferFree(block);
  fmt::print("The command completed successfully.\n");
  return kExitFine;
}

}  // namespace

int net_session(const NetSessionOptions& options) {
  const auto known = options.servers.empty() ? initiator::servers_of_environment()
                                             : initiator::read_servers(options.servers);
  if (!known) {
    fmt::print(stderr, "lunsim net session: {}\n", known.error());
    return kExitUsage;
  }
  runtime::LiveOptions live;
  live.reach_outside = true;
  runtime::LiveWorld world(live);
  smb_client::WorldNetwork network(world, "127.0.0.1");
  for (const auto& one : *known) network.add_server(one.name, one.config);
  auto server = bytes::utf16_from_utf8(bare_name(options.server)).value_or(u"");
  if (server.empty() || !network.has_server(server)) {
    const auto config = client_config(options);
    if (!config) return kExitUsage;
    server.clear();
    network.add_server(server, *config);
  }
  Listener listener(network);
  smb_client::CurrentNetwork current(listener);
  return act(options, server.empty() ? nullptr : server.data(), listener);
}

}  // namespace lunsim::tools
