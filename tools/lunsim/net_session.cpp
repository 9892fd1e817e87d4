#include "tools/lunsim/net_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <lm.h>

#include "initiator/smb_client/network.hpp"
#include "protocol/bytes/utf16.hpp"
#include "runtime/live/live_world.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

constexpr std::uint16_t kSmbPort = 445;

/// What the levels have in common, for the table.
struct Row {
  std::string client, user, client_type;
  std::uint32_t opens = 0, time_s = 0, idle_s = 0, flags = 0;
};

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
      return {text(at<SESSION_INFO_0>(block, i).sesi0_cname), "", "", 0, 0, 0, 0};
    case 1: {
      const auto& s = at<SESSION_INFO_1>(block, i);
      return {text(s.sesi1_cname), text(s.sesi1_username), "", s.sesi1_num_opens, s.sesi1_time,
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
      return {text(s.sesi10_cname), text(s.sesi10_username), "", 0,
              s.sesi10_time,        s.sesi10_idle_time,      0};
    }
    default: {
      const auto& s = at<SESSION_INFO_502>(block, i);
      return {text(s.sesi502_cname), text(s.sesi502_username), text(s.sesi502_cltype_name),
              s.sesi502_num_opens,   s.sesi502_time,           s.sesi502_idle_time,
              s.sesi502_user_flags};
    }
  }
}

std::string clock(std::uint32_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
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

std::optional<smb_client::ClientConfig> client_config(const NetSessionOptions& options) {
  smb_client::ClientConfig config;
  // As Windows writes it: \\server.
  const std::size_t name = std::min(options.server.find_first_not_of('\\'), options.server.size());
  const auto server = runtime::parse_endpoint(options.server.substr(name), kSmbPort);
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

int failed(NET_API_STATUS status, const Listener& listener) {
  fmt::print(stderr, "lunsim net session: error {} ({})\n", status,
             listener.last.empty() ? "refused before anything was sent" : listener.last);
  return status == ERROR_BAD_NETPATH ? kExitPeerUnreachable : kExitCheckFailed;
}

void print_table(LPBYTE block, DWORD count, std::uint32_t level) {
  fmt::print("{:<22} {:<20} {:<17} {:>5} {}\n\n{:-<79}\n", "Computer", "User name", "Client Type",
             "Opens", "Idle time", "");
  for (DWORD i = 0; i < count; ++i) {
    const Row r = row(block, i, level);
    fmt::print("{:<22} {:<20} {:<17} {:>5} {}\n", "\\\\" + r.client, r.user, r.client_type, r.opens,
               clock(r.idle_s));
  }
}

void print_one(LPBYTE block, std::uint32_t level) {
  const Row r = row(block, 0, level);
  fmt::print(
      "User name       {}\nComputer        {}\nGuest logon     {}\nClient type     {}\n"
      "Sess time       {}\nIdle time       {}\n",
      r.user, r.client, (r.flags & SESS_GUEST) != 0 ? "Yes" : "No", r.client_type, clock(r.time_s),
      clock(r.idle_s));
}

int act(const NetSessionOptions& options, const Listener& listener) {
  auto client = bytes::utf16_from_utf8(options.client).value_or(u"");
  auto user = bytes::utf16_from_utf8(options.of).value_or(u"");
  const LMSTR client_text = client.empty() ? nullptr : client.data();
  const LMSTR user_text = user.empty() ? nullptr : user.data();
  LPBYTE block = nullptr;
  if (options.deletes) {
    const auto status = NetSessionDel(nullptr, client_text, user_text);
    if (status != NERR_Success) return failed(status, listener);
  } else if (client_text != nullptr && user_text != nullptr) {
    const auto status = NetSessionGetInfo(nullptr, client_text, user_text, options.level, &block);
    if (status != NERR_Success) return failed(status, listener);
    print_one(block, options.level);
  } else {
    DWORD count = 0, total = 0, resume = 0;
    const auto status = NetSessionEnum(nullptr, client_text, user_text, options.level, &block,
                                       MAX_PREFERRED_LENGTH, &count, &total, &resume);
    if (status != NERR_Success) return failed(status, listener);
    print_table(block, count, options.level);
  }
  NetApiBufferFree(block);
  fmt::print("The command completed successfully.\n");
  return kExitFine;
}

}  // namespace

int net_session(const NetSessionOptions& options) {
  const auto config = client_config(options);
  if (!config) return kExitUsage;
  runtime::LiveOptions live;
  live.reach_outside = true;
  runtime::LiveWorld world(live);
  smb_client::WorldNetwork network(world, "127.0.0.1");
  network.add_server(u"", *config);
  Listener listener(network);
  smb_client::CurrentNetwork current(listener);
  return act(options, listener);
}

}  // namespace lunsim::tools
