// A network of clients in a world, connected at their first call and kept. Whoever calls waits and
// the world turns meanwhile; whoever turns the world himself starts calls and asks for their end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "initiator/smb_client/network.hpp"
#include "initiator/smb_client/smb_client.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::smb_client {

class WorldNetwork final : public Network {
 public:
  /// Turns the world until `done()` holds or the time has come; true if it held.
  using Wait = std::function<bool(const std::function<bool()>& done, runtime::TimePoint deadline)>;

  /// Connections are made from `address`. `world` outlives it. Without `wait`, World::run_until.
  WorldNetwork(runtime::World& world, std::string address, Wait wait = {});
  ~WorldNetwork() override;

  /// `name` is what callers say, with or without backslashes; the empty one is the host's own
  /// server.
  void add_server(std::u16string_view name, ClientConfig config);
  /// Another name of a server that was added, for the same clients.
  void add_name(std::u16string_view name, std::u16string_view of);
  bool has_server(std::u16string_view name) const;

  /// One after the other: who calls while a call of this server is under way waits for its end.
  Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
               std::vector<std::byte> stub) override;

  using CallId = std::uint64_t;
  /// A name that nobody knows, and a call beyond kClientsMax at one server, end at once.
  /// Errors   std::bad_alloc, here and by all that follow: then nothing is left of the call
  CallId start(const rpc::OptionalText& server, std::uint16_t opnum, std::vector<std::byte> stub);
  /// It has ended.
  bool poll(CallId id);
  /// Its outcome; one that has not ended is given up, and its connection reset.
  Outcome take(CallId id);

  /// The first client behind a name; null if it was not used yet.
  const SmbClient* client(std::u16string_view name) const;

  static constexpr std::size_t kClientsMax = 32;  // of a server: so many calls at a time

 private:
  struct Line {
    std::unique_ptr<SmbClient> client;
    bool is_busy = false;
  };
  struct Server {
    std::u16string name;
    ClientConfig config;
    std::vector<Line> lines;

    bool is_busy() const;
  };
  struct Call {
    Server* server = nullptr;
    SmbClient* client = nullptr;  // null if it never began
    TimePoint deadline;
    std::optional<Outcome> outcome;
  };
  Line* idle_line(Server& server);
  void end(Call& call, Outcome outcome);
  void drop(Call& call);
  void forget(CallId id);
  void part(SmbClient& client);

  runtime::World& world_;
  std::string address_;
  Wait wait_;
  std::map<std::u16string, std::shared_ptr<Server>>
      servers_;  // by upper case name without backslashes
  std::map<CallId, Call> calls_;
  CallId next_call_ = 1;
};

}  // namespace lunsim::smb_client
