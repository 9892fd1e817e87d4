// Lines of text over loopback TCP, for a control channel beside the engines: a small server on the
// live world's loop that collects whole lines and sends answers. Knows no command. Poll style: its
// owner takes lines between two turns of the world, never inside a callback. Bounded everywhere: a
// client that sends without reading, or too long a line, or half a line for ever, costs itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/ports/engine.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::runtime {

class LiveWorld;
class LineServerCore;

struct LineLimits {
  std::size_t line_bytes_max = 64 * 1024;      // without its end
  std::size_t clients_max = 16;                // more are told so and closed
  std::size_t waiting_lines_max = 64;          // per client; beyond it we stop reading from it
  std::size_t waiting_answer_bytes_max = 1u << 20;  // per client; beyond it we stop reading from it
  /// A client that has not been admit()ted by then is closed.
  Duration admission_time = std::chrono::seconds(10);
};

enum class ClientId : std::uint64_t {};

struct Line {
  ClientId client{};
  std::string text;       // without its end; empty with `too_long`
  bool too_long = false;  // the line was cut off; the client hears no more from us after finish()
};

class LineServer {
 public:
  /// Listens at once; `world` outlives it.
  /// Errors   std::system_error with the endpoint in its text
  LineServer(LiveWorld& world, const Endpoint& listen, LineLimits limits = {});
  ~LineServer();
  LineServer(const LineServer&) = delete;
  LineServer& operator=(const LineServer&) = delete;

  /// Where it really listens.
  const Endpoint& endpoint() const;
  bool has_lines() const;
  /// The oldest line that waits, clients in turn.
  std::optional<Line> poll_line();
  /// Queues `text` and a line end; nothing if the client is gone.
  void send(ClientId client, std::string text);
  /// The client need not fear the admission time any more.
  void admit(ClientId client);
  /// Closes once what is queued has left; its waiting lines are forgotten.
  void finish(ClientId client);
  bool is_here(ClientId client) const;
  std::size_t clients() const;

 private:
  std::shared_ptr<LineServerCore> core_;
};

}  // namespace lunsim::runtime
