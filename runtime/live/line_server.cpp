#include "runtime/live/line_server.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <deque>
#include <map>
#include <system_error>

#include "runtime/live/live_core.hpp"

namespace lunsim::runtime {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr const char* kTooMany = R"({"error":"too many clients are connected"})";
constexpr std::chrono::seconds kFarewell{5};   // for a finished client to take its last answers

struct LineClient {
  LineClient(asio::io_context& io, tcp::socket accepted, ClientId name)
      : socket(std::move(accepted)), timer(io), id(name) {}
  tcp::socket socket;
  asio::steady_timer timer;   // admission, then farewell
  ClientId id;
  std::array<char, 16 * 1024> chunk;
  std::string input;                  // what is no line yet, or has no room among them
  std::deque<Line> lines;
  std::string sending, queued;        // answers: in flight, and behind it
  bool is_reading = false;
  bool is_writing = false;
  bool is_deaf = false;               // nothing is read any more: end of stream, or finish()
  bool is_finishing = false;
  bool is_limited = false;            // the timer means something
};
using LineClientPtr = std::shared_ptr<LineClient>;

}  // namespace

/// Callbacks hold it, so that one that comes after the server's end finds something.
class LineServerCore : public std::enable_shared_from_this<LineServerCore> {
 public:
  LineServerCore(asio::io_context& io, LineLimits given)
      : io_(io), acceptor_(io), retry_(io), limits_(given) {}

  void listen(const Endpoint& at) {
    error_code error;
    const auto address =
        asio::ip::make_address(at.address == "localhost" ? "127.0.0.1" : at.address, error);
    if (!error && !address.is_loopback()) error = asio::error::access_denied;
    const tcp::endpoint where(address, at.port);
    if (!error) acceptor_.open(where.protocol(), error);
    if (!error) {
      ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(16, error);
    if (error)
      throw std::system_error(error.value(), std::system_category(),
                              "cannot listen at " + to_string(at));
    const tcp::endpoint real = acceptor_.local_endpoint();
    endpoint = {real.address().to_string(), real.port()};
    accept();
  }

  void close() {
    is_closed_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    const auto all = std::exchange(clients, {});
    for (const auto& [id, client] : all) shut(*client);
  }

  std::optional<Line> poll_line() {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      auto next = clients.upper_bound(last_polled_);
      if (next == clients.end()) next = clients.begin();
      last_polled_ = next->first;
      const LineClientPtr client = next->second;
      if (client->lines.empty()) continue;
      Line line = std::move(client->lines.front());
      client->lines.pop_front();
      split(*client);
      read_if_welcome(client);
      return line;
    }
    return std::nullopt;
  }

  bool has_lines() const {
    return std::any_of(clients.begin(), clients.end(),
                       [](const auto& one) { return !one.second->lines.empty(); });
  }

  void send(ClientId id, std::string text) {
    const LineClientPtr client = find(id);
    if (!client) return;
    client->queued += text;
    client->queued += '\n';
    write(client);
  }

  void admit(ClientId id) {
    const LineClientPtr client = find(id);
    if (!client || client->is_finishing) return;
    // An expiry may be queued already, which cancel() does not take back.
    client->is_limited = false;
    client->timer.cancel();
  }

  void finish(ClientId id) {
    const LineClientPtr client = find(id);
    if (!client || client->is_finishing) return;
    client->is_finishing = true;
    client->is_deaf = true;
    client->lines.clear();
    limit(client, kFarewell);
    if (is_drained(*client)) say_farewell(client);
  }

  /// Those that are not on their way out.
  std::size_t guests() const {
    return static_cast<std::size_t>(
        std::count_if(clients.begin(), clients.end(),
                      [](const auto& one) { return !one.second->is_finishing; }));
  }

  LineClientPtr find(ClientId id) const {
    const auto found = clients.find(id);
    return found == clients.end() ? nullptr : found->second;
  }

  Endpoint endpoint;
  std::map<ClientId, LineClientPtr> clients;

 private:
  static void shut(LineClient& client) {
    error_code ignored;
    client.timer.cancel();
    client.socket.shutdown(tcp::socket::shutdown_both, ignored);
    client.socket.close(ignored);
  }
  static bool is_drained(const LineClient& client) {
    return !client.is_writing && client.queued.empty();
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
      if (self->is_closed_) return;
      if (!error) {
        self->welcome(std::move(socket));
        self->accept();
      } else if (error != asio::error::operation_aborted) {
        // Out of descriptors, say: it would come again at once.
        self->retry_.expires_after(std::chrono::milliseconds(100));
        self->retry_.async_wait([self](error_code cancelled) {
          if (!cancelled && !self->is_closed_) self->accept();
        });
      }
    });
  }

  void welcome(tcp::socket socket) {
    error_code ignored;
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    socket.non_blocking(true, ignored);
    const bool is_full = guests() >= limits_.clients_max;
    if (clients.size() >= 2 * limits_.clients_max) return;   // not even told
    socket.set_option(tcp::no_delay(true), ignored);
    const ClientId id{++last_id_};
    auto client = std::make_shared<LineClient>(io_, std::move(socket), id);
    clients[id] = client;
    limit(client, limits_.admission_time);
    if (is_full) {
      send(id, kTooMany);
      return finish(id);
    }
    read_if_welcome(client);
  }

  /// The client is gone when this time is over, unless admit() or a longer one comes first.
  void limit(const LineClientPtr& client, Duration time) {
    client->is_limited = true;
    client->timer.expires_after(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(time));
    client->timer.async_wait([self = shared_from_this(), client](error_code cancelled) {
      const bool is_over = client->is_limited &&
                           client->timer.expiry() <= std::chrono::steady_clock::now();
      if (!cancelled && is_over) self->part(client);
    });
  }

  void part(const LineClientPtr& client) {
    shut(*client);
    clients.erase(client->id);
  }

  /// Our side ends; what the peer still sends is thrown away, for a close with unread bytes would
  /// take our last answer with it.
  void say_farewell(const LineClientPtr& client) {
    error_code ignored;
    client->socket.shutdown(tcp::socket::shutdown_send, ignored);
    drain(client);
  }

  void drain(const LineClientPtr& client) {
    if (client->is_reading) return;   // that reading goes on draining
    client->is_reading = true;
    client->socket.async_read_some(
        asio::buffer(client->chunk),
        [self = shared_from_this(), client](error_code error, std::size_t) {
          client->is_reading = false;
          if (self->find(client->id) != client) return;
          if (error) return self->part(client);
          self->drain(client);
        });
  }

  void read_if_welcome(const LineClientPtr& client) {
    const bool has_room =
        client->lines.size() < limits_.waiting_lines_max &&
        client->sending.size() + client->queued.size() <= limits_.waiting_answer_bytes_max;
    if (client->is_reading || client->is_deaf || !has_room) return;
    client->is_reading = true;
    client->socket.async_read_some(
        asio::buffer(client->chunk),
        [self = shared_from_this(), client](error_code error, std::size_t count) {
          client->is_reading = false;
          if (self->find(client->id) != client) return;
          if (client->is_finishing) return error ? self->part(client) : self->drain(client);
          if (error) return self->heard_all(client);
          client->input.append(client->chunk.data(), count);
          self->split(*client);
          self->read_if_welcome(client);
        });
  }

  /// The peer's side is closed; what it asked before is still answered.
  void heard_all(const LineClientPtr& client) {
    client->is_deaf = true;
    client->input = {};   // half a line is none
    if (client->lines.empty() && is_drained(*client)) return part(client);
    limit(client, limits_.admission_time);
  }

  /// Whole lines move to where they wait, as long as there is room.
  void split(LineClient& client) {
    std::size_t begin = 0;
    while (client.lines.size() < limits_.waiting_lines_max) {
      const std::size_t end = client.input.find('\n', begin);
      std::size_t bytes = std::min(end, client.input.size()) - begin;
      const bool has_return = bytes > 0 && client.input[begin + bytes - 1] == '\r';
      if (has_return) --bytes;
      if (bytes > limits_.line_bytes_max) {
        client.is_deaf = true;
        client.input = {};
        client.lines.push_back({client.id, {}, true});
        return;
      }
      if (end == std::string::npos) break;
      client.lines.push_back({client.id, client.input.substr(begin, bytes), false});
      begin = end + 1;
    }
    client.input.erase(0, begin);
  }

  void write(const LineClientPtr& client) {
    if (client->is_writing || client->queued.empty()) return;
    client->is_writing = true;
    client->sending = std::exchange(client->queued, {});
    asio::async_write(client->socket, asio::buffer(client->sending),
                      [self = shared_from_this(), client](error_code error, std::size_t) {
                        client->is_writing = false;
                        client->sending = {};
                        if (self->find(client->id) != client) return;
                        if (error) return self->part(client);
                        self->write(client);
                        if (client->is_writing) return;
                        if (client->is_finishing) return self->say_farewell(client);
                        if (client->is_deaf && client->lines.empty()) return self->part(client);
                        self->read_if_welcome(client);
                      });
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  LineLimits limits_;
  ClientId last_polled_{};
  std::uint64_t last_id_ = 0;
  bool is_closed_ = false;
};

LineServer::LineServer(LiveWorld& world, const Endpoint& listen, LineLimits limits)
    : core_(std::make_shared<LineServerCore>(world.core_->io(), limits)) {
  core_->listen(listen);
}
LineServer::~LineServer() { core_->close(); }

const Endpoint& LineServer::endpoint() const { return core_->endpoint; }
bool LineServer::has_lines() const { return core_->has_lines(); }
std::optional<Line> LineServer::poll_line() { return core_->poll_line(); }
void LineServer::send(ClientId client, std::string text) { core_->send(client, std::move(text)); }
void LineServer::admit(ClientId client) { core_->admit(client); }
void LineServer::finish(ClientId client) { core_->finish(client); }
bool LineServer::is_here(ClientId client) const { return core_->find(client) != nullptr; }
std::size_t LineServer::clients() const { return core_->guests(); }

}  // namespace lunsim::runtime
