// What stands behind LiveWorld: the event loop, the attached engines, their listeners and
// connections. Internal to this room.
//
//   readable -> recv into the shared buffer -> handle_bytes -> pump: actions, transmits
//      -> sendmsg at once -> on EAGAIN keep the rest and wait until writable
#pragma once

#include <sys/uio.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/live/address_book.hpp"
#include "runtime/live/live_world.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::runtime {

using boost::asio::ip::tcp;

/// What observers are told of one connection; shared by both ends if both are ours, so that it is
/// told once.
struct Wire {
  std::uint32_t number = 0;
  Endpoint from, to;
  bool opened_seen = false;
  bool closed_seen = false;
  bool both_ends_here = false;
};

/// The rest of a Transmit that the kernel did not take.
struct PendingWrite {
  std::array<iovec, kTransmitSlicesMax> slices;  // only [first, count) means something
  std::size_t first = 0;
  std::size_t count = 0;
  bool empty() const { return first == count; }
  /// Gives up the first `bytes`.
  void advance(std::size_t bytes);
};

/// Chunks that byte filters hold; only connections with filters have one.
struct FilteredWrite {
  explicit FilteredWrite(boost::asio::io_context& io) : timer(io) {}
  FilterChain chain;
  std::deque<Chunk> chunks;
  std::size_t written = 0;         // of the first chunk
  std::size_t unacknowledged = 0;  // copied from the engine, handle_transmitted still owed
  bool is_finishing = false;       // the chain ended by FIN, not by silence
  boost::asio::steady_timer timer;
};

enum class ConnectionPhase : std::uint8_t {
  connecting,
  open,
  lingering,  // closed in order by the engine, which still owns memory that must leave
  draining,   // FIN is out, the engine has forgotten it; what the peer still sends is thrown away
  gone,
};

struct LiveSlot;

struct LiveConnection {
  LiveConnection(boost::asio::io_context& io, LiveSlot& owner, ConnectionId name)
      : socket(io), slot(owner), id(name) {}
  tcp::socket socket;
  LiveSlot& slot;
  ConnectionId id;
  ConnectionPhase phase = ConnectionPhase::connecting;
  bool is_opener = false;
  bool read_armed = false;
  bool write_armed = false;
  bool is_paused = false;  // waits in slot.paused until the engine wants bytes
  bool is_broken = false;  // a write failed: what can be read is read, then it ends
  std::unique_ptr<PendingWrite> pending;
  std::unique_ptr<FilteredWrite> filtered;
  std::unique_ptr<boost::asio::steady_timer> timer;  // connecting, lingering, draining, filters
  std::shared_ptr<Wire> wire;
};
using ConnectionPtr = std::shared_ptr<LiveConnection>;

struct LiveListener {
  LiveListener(boost::asio::io_context& io, LiveSlot& owner)
      : acceptor(io), retry(io), slot(owner) {}
  tcp::acceptor acceptor;
  boost::asio::steady_timer retry;
  LiveSlot& slot;
  Endpoint scenario;
  bool is_mapped = false;
};

struct LiveSlot {
  Engine* engine = nullptr;  // null once detached
  std::string address;
  std::vector<std::shared_ptr<LiveListener>> listeners;
  std::unordered_map<std::uint32_t, ConnectionPtr> connections;
  std::vector<ConnectionPtr> paused;
  std::optional<TimePoint> deadline;
  std::uint32_t accepted = 0;
  bool is_pumping = false;
  bool pump_again = false;
  bool pump_posted = false;
};

class LiveCore {
 public:
  explicit LiveCore(LiveOptions options);
  ~LiveCore();
  LiveCore(const LiveCore&) = delete;
  LiveCore& operator=(const LiveCore&) = delete;

  // live_core.cpp: engines, time, the loop
  TimePoint now() const;
  Entropy& entropy(std::string_view part);
  std::vector<Endpoint> attach(Engine& engine, const std::string& address,
                               std::span<const Endpoint> listen);
  void detach(Engine& engine);
  void wake(Engine& engine);
  bool run_until(const std::function<bool()>& done, TimePoint deadline);
  void run();
  void stop();
  void nudge();
  void stop_on_signals();
  void wake_on_child_signals();

  /// For what else lives on the loop (line_server.hpp).
  boost::asio::io_context& io() { return io_; }

  LiveOptions options;
  std::int64_t epoch_s = 0;
  std::vector<Observer*> observers;
  FilterFactory filter_factory;
  Gate gate;
  std::set<std::string> black_holes;
  AddressBook book;
  std::atomic<bool> was_stopped{false};

 private:
  void pump(LiveSlot& slot);
  std::size_t pump_once(LiveSlot& slot);
  void post_pump(LiveSlot& slot);
  void after_activity(LiveSlot& slot);
  void arm_timer(TimePoint at);
  void on_timer();

  // live_opening.cpp: listening, accepting, connecting
  Endpoint listen_at(LiveSlot& slot, const Endpoint& scenario);
  void wait_acceptable(const std::shared_ptr<LiveListener>& listener);
  void on_acceptable(const std::shared_ptr<LiveListener>& listener);
  void accepted(LiveListener& listener, int descriptor, const tcp::endpoint& peer);
  void perform(LiveSlot& slot, const Connect& connect);
  bool is_turned_away(const ConnectionPtr& c, const Endpoint& from, const Endpoint& to);
  void connect_to(const ConnectionPtr& c, const Endpoint& scenario, const Endpoint& real);
  void connect_by_name(const ConnectionPtr& c, const Endpoint& scenario, const Endpoint& real);
  void start_connect(const ConnectionPtr& c, const Endpoint& scenario, const tcp::endpoint& to);
  void on_connected(const ConnectionPtr& c, const Endpoint& scenario);
  void fail_later(const ConnectionPtr& c, CloseReason reason);
  void begin_wire(const ConnectionPtr& c, const Endpoint& from, const Endpoint& to);
  void add_filters(LiveConnection& c);

  // live_traffic.cpp: bytes and closings
  void start(LiveSlot& slot, const Transmit& transmit, std::size_t& written);
  std::unique_ptr<PendingWrite> take_spare();
  void give_spare(std::unique_ptr<PendingWrite> used);
  std::size_t write_some(const ConnectionPtr& c, PendingWrite& from);
  void start_filtered(const ConnectionPtr& c, const Transmit& transmit);
  void write_filtered(const ConnectionPtr& c);
  void end_filtered(const ConnectionPtr& c, StreamEnd end);
  void wait_writable(const ConnectionPtr& c);
  void on_writable(const ConnectionPtr& c);
  void write_broke(const ConnectionPtr& c);
  void read_or_pause(const ConnectionPtr& c);
  void wait_readable(const ConnectionPtr& c);
  void on_readable(const ConnectionPtr& c);
  void drain(const ConnectionPtr& c);
  void perform(LiveSlot& slot, const Close& close);
  void perform(LiveSlot& slot, const HalfClose& close);
  void begin_draining(const ConnectionPtr& c);
  void finish_sending(const ConnectionPtr& c);
  void release(const ConnectionPtr& c, bool reset);
  void end(const ConnectionPtr& c, CloseReason reason);
  void shut(LiveConnection& c, bool reset);
  void limit(const ConnectionPtr& c, Duration time, void (LiveCore::*then)(const ConnectionPtr&));
  void linger_over(const ConnectionPtr& c);
  void connect_over(const ConnectionPtr& c);
  void tell_carried(LiveConnection& c, bool sent, std::span<const std::byte> bytes);
  void tell_closed(LiveConnection& c, bool by_us, bool reset);

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::chrono::steady_clock::time_point start_;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> scratch_;
  std::vector<std::unique_ptr<PendingWrite>> spares_;
  std::vector<ConnectionPtr> ignored_;  // accepted, and never looked at again; bounded
  std::map<std::string, std::unique_ptr<Entropy>, std::less<>> entropies_;
  std::vector<std::unique_ptr<LiveSlot>> slots_;
  std::unordered_map<const Engine*, LiveSlot*> slot_of_engine_;  // attached
  std::map<std::pair<std::string, std::uint16_t>, std::shared_ptr<Wire>> opened_here_;
  std::uint32_t wires_begun_ = 0;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;
  std::uint32_t overdue_rounds_ = 0;
  std::unique_ptr<boost::asio::signal_set> signals_;
  std::unique_ptr<boost::asio::signal_set> child_signals_;
};

}  // namespace lunsim::runtime
