// The fake SMB server under any bytes: a client's whole life, in one piece or cut in small ones.
// Nobody has to log in and nobody signs, so that what is mutated gets as far as NDR. The first byte
// says how it is cut. The seeds `rpc_login_*` are what our own client says when it logs in inside
// RPC, with no chance on its side either: their signatures are right here.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/require.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace {

using namespace lunsim;
using lunsim::fuzz::require;
using smb_server::SmbServer;

smb_server::ServerConfig config() {
  smb_server::ServerConfig made;
  made.allows_anonymous = true;
  made.unknown_users_are_guests = true;
  made.users = {{"admin", "Passw0rd", true}};
  made.shares = {{"data", "C:\\data", "files"}};
  for (const char* client : {"WS1", "WS2"}) {
    smb_server::DeclaredSession& session = made.sessions.emplace_back();
    session.client = client;
    session.user = "alice";
  }
  made.files = {{7, 1, 0, "C:\\data\\a", "alice"}};
  made.connections = {{1, 0, 0, 1, 0, "alice", "data", "WS1"}};
  const auto anybody = smb_server::Caller::anonymous;
  made.access = {anybody, anybody, anybody, anybody, anybody, anybody, anybody, anybody, anybody};
  return made;
}

/// No chance: the first session is number 1, so that a seed can name it.
class Still final : public runtime::Entropy {
 public:
  void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0}); }
};

class Visit {
 public:
  Visit() : server_(config(), entropy_) {
    server_.handle_connected(kId, {"10.0.0.1", 50000}, {"10.0.0.100", 445}, kNow);
  }
  void say(std::span<const std::byte> bytes) {
    if (is_over_ || !server_.wants_bytes(kId)) return;
    server_.handle_bytes(kId, bytes, kNow);
    while (const auto transmit = server_.poll_transmit(kNow)) {
      std::size_t sum = 0;
      for (const auto slice : transmit->slices) sum += slice.size();
      require(sum == transmit->bytes && sum > 0, "what is sent is as long as it says");
      server_.handle_transmitted(transmit->connection, transmit->bytes, kNow);
    }
    while (const auto action = server_.poll_action()) {
      server_.handle_released(std::get<runtime::Close>(*action).connection, kNow);
      is_over_ = true;
    }
    require(server_.connections() <= 1, "one connection is one");
    require(server_.sessions().all().size() <= 2 + smb_server::Connection::kSessionsMax,
            "sessions are bounded");
  }

 private:
  static constexpr runtime::ConnectionId kId{runtime::kAcceptedConnectionBit};
  static constexpr runtime::TimePoint kNow{0};
  Still entropy_;
  SmbServer server_;
  bool is_over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const std::size_t step = data[0] == 0 ? std::max<std::size_t>(bytes.size(), 1) : data[0];
  Visit visit;
  for (std::size_t at = 0; at < bytes.size(); at += step)
    visit.say(bytes.subspan(at, std::min(step, bytes.size() - at)));
  return 0;
}
