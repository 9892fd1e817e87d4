// The near end of raw connections: an engine that opens what it is told to, sends what it is given
// and keeps what comes, and knows no PDU. A world turns it, live or simulated; connection.hpp is
// what cases speak through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "runtime/ports/engine.hpp"

namespace lunsim::conform {

class RawEnd final : public runtime::Engine {
 public:
  /// Connections that came in and were not taken yet; more are reset.
  static constexpr std::size_t kWaitingMax = 64;
  /// Unread bytes of one connection; beyond it we stop reading.
  static constexpr std::size_t kUnreadBytesMax = std::size_t{4} << 20;

  enum class Phase : std::uint8_t { connecting, open, closed };
  struct Line {
    Phase phase = Phase::connecting;
    runtime::CloseReason reason{};    // once it is closed
    std::vector<std::byte> received;  // unread
    std::deque<std::vector<std::byte>> to_send;
    std::size_t sent_of_first = 0;
    std::size_t unsent_bytes = 0;
    std::uint16_t listener_port = 0;  // of who listened
    runtime::Endpoint opener = {};    // where it was opened from, once it stands
    std::uint64_t said_bytes = 0;     // given to send(), ever
    std::uint64_t taken_bytes = 0;    // of what came, taken out of `received` as whole PDUs
  };

  runtime::ConnectionId open(runtime::Endpoint to);
  /// The next connection that came in, if we listen and one waits.
  std::optional<runtime::ConnectionId> take_accepted();
  bool has_accepted() const { return !accepted_.empty(); }
  void send(runtime::ConnectionId id, std::vector<std::byte> bytes);
  /// In order, behind what is to be sent; or at once by RST.
  void close(runtime::ConnectionId id, bool reset);
  void half_close(runtime::ConnectionId id);
  Line& line(runtime::ConnectionId id) { return lines_.at(id); }

  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, runtime::TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>,
                    runtime::TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes,
                          runtime::TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, runtime::TimePoint now) override;
  void handle_released(runtime::ConnectionId, runtime::TimePoint) override {}
  void handle_timeout(runtime::TimePoint) override {}
  std::optional<runtime::Transmit> poll_transmit(runtime::TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<runtime::TimePoint> poll_timeout() const override { return std::nullopt; }
  bool wants_bytes(runtime::ConnectionId id) const override;

 private:
  std::map<runtime::ConnectionId, Line> lines_;
  std::map<runtime::ConnectionId, bool> in_flight_;
  std::deque<runtime::Action> actions_;
  std::deque<runtime::ConnectionId> accepted_;
  std::vector<std::span<const std::byte>> slice_ = std::vector<std::span<const std::byte>>(1);
  std::uint32_t next_ = 1;
};

}  // namespace lunsim::conform
