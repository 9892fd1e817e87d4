// The part of LiveCore that listens, accepts and connects.
#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>

#include "runtime/live/live_core.hpp"

namespace lunsim::runtime {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kAcceptsAtOnceMax = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};

Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

std::string advice(const error_code& error) {
  if (error == asio::error::address_in_use) {
    return "another program listens there; stop it or choose another port (0 picks a free one)";
  }
  if (error == asio::error::access_denied) {
    return "not allowed; ports below 1024 need privileges, choose a higher one";
  }
  if (error.value() == EADDRNOTAVAIL) {
    return "this machine has no such address; choose one of its own, 127.0.0.1 or 0.0.0.0";
  }
  return "the system refuses";
}

[[noreturn]] void refuse(const Endpoint& endpoint, const error_code& error) {
  throw std::system_error(error.value(), std::system_category(),
                          "cannot listen at " + to_string(endpoint) + ": " + advice(error));
}

/// A program that is started beside the world must not keep its ports.
void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

error_code open_listener(tcp::acceptor& acceptor, const tcp::endpoint& at, int backlog) {
  error_code error;
  acceptor.open(at.protocol(), error);
  if (!error) close_on_exec(acceptor.native_handle());
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && at.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(at, error);
  if (!error) acceptor.listen(backlog, error);
  if (!error) acceptor.native_non_blocking(true, error);
  if (error) {
    error_code ignored;
    acceptor.close(ignored);
  }
  return error;
}

tcp::endpoint loopback(bool is_ipv6) {
  if (is_ipv6) return {asio::ip::address_v6::loopback(), 0};
  return {asio::ip::address_v4::loopback(), 0};
}

CloseReason reason_of(const error_code& error) {
  if (error == asio::error::connection_refused) return CloseReason::refused;
  if (error == asio::error::timed_out) return CloseReason::timed_out;
  if (error == asio::error::connection_reset) return CloseReason::reset;
  return CloseReason::unreachable;
}

bool is_exhaustion(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Endpoint LiveCore::listen_at(LiveSlot& slot, const Endpoint& scenario) {
  auto listener = std::make_shared<LiveListener>(io_, slot);
  listener->scenario = scenario;
  listener->is_mapped = !options.keep_addresses;
  tcp::endpoint at;
  if (options.keep_addresses) {
    error_code error;
    const auto address = asio::ip::make_address(
        scenario.address == "localhost" ? "127.0.0.1" : scenario.address, error);
    if (error) {
      throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                              "cannot listen at " + to_string(scenario) +
                                  ": a listen address must be an IPv4 or IPv6 address");
    }
    at = {address, scenario.port};
  } else {
    at = loopback(scenario.address.find(':') != std::string::npos);
  }
  error_code error = open_listener(listener->acceptor, at, options.backlog);
  // A machine without IPv6 can still tell a story that speaks of it.
  if (error && listener->is_mapped && at.address().is_v6()) {
    error = open_listener(listener->acceptor, loopback(false), options.backlog);
  }
  if (error) refuse(scenario, error);
  const Endpoint real = endpoint_of(listener->acceptor.local_endpoint());
  if (listener->is_mapped) book.add(scenario, real);
  slot.listeners.push_back(std::move(listener));
  return real;
}

void LiveCore::wait_acceptable(const std::shared_ptr<LiveListener>& listener) {
  listener->acceptor.async_wait(tcp::acceptor::wait_read, [this, listener](error_code error) {
    if (!error && listener->slot.engine != nullptr) on_acceptable(listener);
  });
}

void LiveCore::on_acceptable(const std::shared_ptr<LiveListener>& listener) {
  for (int i = 0; i < kAcceptsAtOnceMax && listener->slot.engine != nullptr; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor = ::accept4(listener->acceptor.native_handle(), peer.data(), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      peer.resize(size);
      accepted(*listener, descriptor, peer);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (is_exhaustion(errno)) {
      // The connection stays in the backlog and would wake us again at once.
      listener->retry.expires_after(kAcceptPause);
      listener->retry.async_wait([this, listener](error_code error) {
        if (!error && listener->slot.engine != nullptr) on_acceptable(listener);
      });
      return;
    }
  }
  if (listener->slot.engine != nullptr) wait_acceptable(listener);
}

void LiveCore::accepted(LiveListener& listener, int descriptor, const tcp::endpoint& peer) {
  LiveSlot& slot = listener.slot;
  const ConnectionId id{kAcceptedConnectionBit | slot.accepted};
  auto c = std::make_shared<LiveConnection>(io_, slot, id);
  error_code error;
  c->socket.assign(peer.protocol(), descriptor, error);
  if (error) {
    ::close(descriptor);
    return;
  }
  ++slot.accepted;
  c->socket.native_non_blocking(true, error);
  c->socket.set_option(tcp::no_delay(true), error);
  Endpoint local = listener.scenario;
  if (!listener.is_mapped) {
    const tcp::endpoint real = c->socket.local_endpoint(error);
    if (!error) local = endpoint_of(real);
  }
  Endpoint from = endpoint_of(peer);
  const auto ours = opened_here_.find({from.address, from.port});
  if (ours != opened_here_.end()) {
    c->wire = ours->second;
    c->wire->both_ends_here = true;
    from = c->wire->from;
    opened_here_.erase(ours);
  } else if (is_turned_away(c, from, local)) {
    return;
  }
  c->phase = ConnectionPhase::open;
  slot.connections[static_cast<std::uint32_t>(id)] = c;
  begin_wire(c, from, local);
  add_filters(*c);
  slot.engine->handle_connected(id, from, local, now());
  if (slot.engine == nullptr || c->phase != ConnectionPhase::open) return;
  pump(slot);
  if (c->phase == ConnectionPhase::open) read_or_pause(c);
}

/// Somebody from outside, whose connection the kernel has accepted already.
bool LiveCore::is_turned_away(const ConnectionPtr& c, const Endpoint& from, const Endpoint& to) {
  constexpr std::size_t kIgnoredMax = 1024;
  const Admission admission = gate ? gate(from, to, now()) : Admission::accept;
  if (admission == Admission::accept) return false;
  if (admission == Admission::ignore && ignored_.size() < kIgnoredMax) {
    ignored_.push_back(c);
  } else {
    shut(*c, true);
  }
  return true;
}

void LiveCore::perform(LiveSlot& slot, const Connect& connect) {
  auto c = std::make_shared<LiveConnection>(io_, slot, connect.connection);
  c->is_opener = true;
  slot.connections[static_cast<std::uint32_t>(connect.connection)] = c;
  limit(c, options.connect_timeout, &LiveCore::connect_over);
  const Endpoint& to = connect.to;
  if (black_holes.contains(to.address)) return;
  if (const auto real = book.real_of(to)) {
    const Admission admission = gate ? gate({slot.address, 0}, to, now()) : Admission::accept;
    if (admission == Admission::refuse) fail_later(c, CloseReason::refused);
    if (admission != Admission::accept) return;
    connect_to(c, to, *real);
    return;
  }
  error_code error;
  const auto address = asio::ip::make_address(to.address, error);
  const bool is_loopback = to.address == "localhost" || (!error && address.is_loopback());
  if (is_loopback || options.keep_addresses || options.reach_outside) {
    connect_to(c, to, to);
    return;
  }
  bool is_known = book.knows_address(to.address);
  for (const auto& other : slots_) {
    is_known = is_known || (other->engine != nullptr && other->address == to.address);
  }
  fail_later(c, is_known ? CloseReason::refused : CloseReason::unreachable);
}

void LiveCore::connect_to(const ConnectionPtr& c, const Endpoint& scenario, const Endpoint& real) {
  error_code error;
  const auto address =
      asio::ip::make_address(real.address == "localhost" ? "127.0.0.1" : real.address, error);
  if (error) {
    connect_by_name(c, scenario, real);
  } else {
    start_connect(c, scenario, {address, real.port});
  }
}

void LiveCore::connect_by_name(const ConnectionPtr& c, const Endpoint& scenario,
                               const Endpoint& real) {
  auto resolver = std::make_shared<tcp::resolver>(io_);
  resolver->async_resolve(
      real.address, std::to_string(real.port), tcp::resolver::numeric_service,
      [this, c, scenario, resolver](error_code error, const tcp::resolver::results_type& found) {
        if (c->phase != ConnectionPhase::connecting) return;
        if (error || found.empty()) {
          end(c, CloseReason::unreachable);
        } else {
          start_connect(c, scenario, found.begin()->endpoint());
        }
      });
}

void LiveCore::start_connect(const ConnectionPtr& c, const Endpoint& scenario,
                             const tcp::endpoint& to) {
  error_code error;
  c->socket.open(to.protocol(), error);
  if (error) {
    fail_later(c, CloseReason::unreachable);
    return;
  }
  close_on_exec(c->socket.native_handle());
  c->socket.native_non_blocking(true, error);
  c->socket.set_option(tcp::no_delay(true), error);
  c->socket.async_connect(to, [this, c, scenario](error_code failed) {
    if (c->phase != ConnectionPhase::connecting) return;
    if (failed) {
      end(c, reason_of(failed));
    } else {
      on_connected(c, scenario);
    }
  });
  // On loopback the other end, if it is ours, is accepted later in this same loop: it finds the
  // wire here.
  const tcp::endpoint local = c->socket.local_endpoint(error);
  if (error) return;
  Endpoint from = endpoint_of(local);
  c->wire = std::make_shared<Wire>();
  opened_here_[{from.address, from.port}] = c->wire;
  if (!c->slot.address.empty() && !options.keep_addresses) from.address = c->slot.address;
  c->wire->from = from;
  c->wire->to = scenario;
}

void LiveCore::on_connected(const ConnectionPtr& c, const Endpoint& scenario) {
  c->timer.reset();
  c->phase = ConnectionPhase::open;
  if (!c->wire) {
    c->wire = std::make_shared<Wire>();
    error_code error;
    c->wire->from = endpoint_of(c->socket.local_endpoint(error));
    c->wire->to = scenario;
  }
  begin_wire(c, c->wire->from, c->wire->to);
  add_filters(*c);
  c->slot.engine->handle_connected(c->id, scenario, c->wire->from, now());
  pump(c->slot);
  if (c->phase == ConnectionPhase::open) read_or_pause(c);
}

// Not at once: an engine must not hear of a failure while it is being polled.
void LiveCore::fail_later(const ConnectionPtr& c, CloseReason reason) {
  asio::post(io_, [this, c, reason] {
    if (c->phase == ConnectionPhase::connecting) end(c, reason);
  });
}

void LiveCore::begin_wire(const ConnectionPtr& c, const Endpoint& from, const Endpoint& to) {
  if (observers.empty() && !filter_factory) return;
  if (!c->wire) {
    c->wire = std::make_shared<Wire>();
    c->wire->from = from;
    c->wire->to = to;
  }
  if (c->wire->opened_seen) return;
  c->wire->opened_seen = true;
  c->wire->number = ++wires_begun_;
  for (Observer* o : observers) o->opened(c->wire->number, c->wire->from, c->wire->to, now());
}

void LiveCore::add_filters(LiveConnection& c) {
  if (!filter_factory) return;
  FilterChain chain = filter_factory(c.wire->number, c.is_opener, c.wire->from, c.wire->to);
  if (chain.empty()) return;
  c.filtered = std::make_unique<FilteredWrite>(io_);
  c.filtered->chain = std::move(chain);
}

}  // namespace lunsim::runtime
