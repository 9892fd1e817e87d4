#include "initiator/remote/host_service.hpp"

#include <algorithm>

#include "initiator/host/elevation.hpp"
#include "initiator/host/status_code.hpp"
#include "initiator/remote/codec.hpp"
#include "protocol/bytes/little_endian.hpp"

namespace lunsim::initiator::remote {
namespace {

/// Takes the same time wherever the first difference is.
bool is_token(std::string_view shown, std::string_view token) {
  unsigned difference = shown.size() == token.size() && !token.empty() ? 0 : 1;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char c = shown.empty() ? '\0' : shown[i % shown.size()];
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(c) ^ static_cast<unsigned char>(token[i]));
  }
  return difference == 0;
}

}  // namespace

HostService::HostService(Host& host, std::string token, ServiceHooks hooks, ServiceLimits limits)
    : host_(host), token_(std::move(token)), hooks_(std::move(hooks)), limits_(limits) {}

HostService::~HostService() {
  for (auto& [id, connection] : connections_) abandon(connection);
  for (const OperationId operation : abandoned_) host_.take(operation);
  for (const std::uint64_t call : abandoned_net_calls_) net_calls_->take(call);
}

std::size_t HostService::operations() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [](const auto& one) { return one.second.is_asking(); }));
}

// --- between two turns of the world ---

bool HostService::has_work() {
  if (!abandoned_.empty() || !abandoned_net_calls_.empty()) return true;
  for (auto& [id, connection] : connections_) {
    if (connection.phase == Phase::closed || connection.phase == Phase::leaving) continue;
    if (connection.is_asking()) {
      if (connection.in.bytes() > 0 || !is_running_) return true;
      if (connection.operation && host_.poll(*connection.operation)) return true;
      if (connection.net_call && net_calls_->poll(*connection.net_call)) return true;
    } else if (connection.out.empty() && connection.in.has_frame()) {
      return true;
    }
  }
  return false;
}

bool HostService::serve() {
  std::vector<OperationId> abandoned;
  abandoned.swap(abandoned_);
  for (const OperationId operation : abandoned) host_.take(operation);
  std::vector<std::uint64_t> abandoned_net_calls;
  abandoned_net_calls.swap(abandoned_net_calls_);
  for (const std::uint64_t call : abandoned_net_calls) net_calls_->take(call);
  bool any = false;
  for (auto& [id, connection] : connections_) {
    if (connection.phase == Phase::closed || connection.phase == Phase::leaving) continue;
    if (connection.is_asking()) {
      // One thing at a time: whoever goes on talking has not understood us.
      if (connection.in.bytes() > 0) {
        reset(id, connection);
        any = true;
      } else {
        any = (connection.operation ? finish_operation(connection) : finish_net_call(connection)) ||
              any;
      }
    } else if (connection.out.empty() && connection.in.has_frame()) {
      any = true;
      if (const auto frame = connection.in.take()) {
        handle_frame(id, connection, *frame);
      } else {
        reset(id, connection);
      }
    }
  }
  return any;
}

void HostService::handle_frame(runtime::ConnectionId id, Connection& connection,
                               const Frame& frame) {
  if (connection.phase == Phase::greeting) {
    if (frame.kind == FrameKind::hello) return greet(connection, frame);
  } else if (frame.kind == FrameKind::request) {
    start(connection, frame);
    if (!connection.operation && connection.out.empty()) reset(id, connection);
    return;
  } else if (frame.kind == FrameKind::net_call) {
    start_net_call(connection, frame);
    if (!connection.net_call && connection.out.empty()) reset(id, connection);
    return;
  } else if (frame.kind == FrameKind::service) {
    control(connection, frame);
    if (connection.out.empty()) reset(id, connection);
    return;
  }
  reset(id, connection);
}

void HostService::greet(Connection& connection, const Frame& frame) {
  const auto hello = decode_hello(frame.body);
  if (!hello) return refuse(connection, Refusal::wrong_token);
  if (hello->version != kProtocolVersion) return refuse(connection, Refusal::other_version);
  connection.is_elevated = is_token(hello->token, token_);
  if (!connection.is_elevated && !is_token(hello->token, standard_token_))
    return refuse(connection, Refusal::wrong_token);
  if (count(Phase::ready) >= limits_.connections_max)
    return refuse(connection, Refusal::too_many_callers);
  connection.phase = Phase::ready;
  connection.in.set_bytes_max(kRequestBytesMax);
  std::vector<std::byte> body;
  bytes::LittleWriter writer(body);
  writer.u16(kProtocolVersion);
  writer.bytes(encode(host_.profile()));
  answer(connection, FrameKind::welcome, body);
}

void HostService::start(Connection& connection, const Frame& frame) {
  auto request = decode_request(frame.body);
  if (!request) return;
  if (!is_running_) return reply(connection, {status_code::kServiceNotRunning, {}});
  if (!connection.is_elevated && needs_elevation(*request))
    return reply(connection, {status_code::kAccessDenied, {}});
  if (hooks_.starts) hooks_.starts(*request);
  connection.request = *request;
  connection.operation = host_.start(std::move(*request));
  finish_operation(connection);
}

bool HostService::finish_operation(Connection& connection) {
  const OperationId operation = *connection.operation;
  if (!is_running_) {
    connection.operation.reset();
    host_.take(operation);
    reply(connection, {status_code::kServiceNotRunning, {}});
    return true;
  }
  if (!host_.poll(operation)) return false;
  connection.operation.reset();
  Reply done = host_.take(operation);
  if (hooks_.ended) hooks_.ended(connection.request, done);
  reply(connection, std::move(done));
  return true;
}

void HostService::start_net_call(Connection& connection, const Frame& frame) {
  auto call = decode_net_call(frame.body);
  if (!call) return;
  constexpr std::uint32_t kWorkstationNotStarted = 2138;  // NERR_WkstaNotStarted
  if (!is_running_ || net_calls_ == nullptr)
    return answer(connection, FrameKind::net_reply, encode(NetReply{kWorkstationNotStarted, {}}));
  connection.net_call = net_calls_->start(std::move(*call));
  finish_net_call(connection);
}

bool HostService::finish_net_call(Connection& connection) {
  const std::uint64_t call = *connection.net_call;
  if (is_running_ && !net_calls_->poll(call)) return false;
  connection.net_call.reset();
  answer(connection, FrameKind::net_reply, encode(net_calls_->take(call)));
  return true;
}

/// Nobody waits any more.
void HostService::abandon(Connection& connection) {
  if (connection.operation) abandoned_.push_back(*connection.operation);
  if (connection.net_call) abandoned_net_calls_.push_back(*connection.net_call);
  connection.operation.reset();
  connection.net_call.reset();
}

void HostService::control(Connection& connection, const Frame& frame) {
  const auto verb = decode_service(frame.body);
  if (!verb) return;
  if (*verb != ServiceVerb::ask) {
    if (!connection.is_elevated) return reply(connection, {status_code::kAccessDenied, {}});
    set_running(*verb == ServiceVerb::start);
  }
  const std::byte body[] = {static_cast<std::byte>(is_running_ ? 1 : 0)};
  answer(connection, FrameKind::service_state, body);
}

void HostService::set_running(bool runs) {
  if (runs == is_running_) return;
  is_running_ = runs;
  if (hooks_.switched) hooks_.switched(runs);
}

void HostService::answer(Connection& connection, FrameKind kind, std::span<const std::byte> body) {
  connection.out = encode_frame(kind, body);
  connection.sent = 0;
}

void HostService::reply(Connection& connection, Reply reply) {
  std::vector<std::byte> body = encode(reply);
  if (body.size() >= kReplyBytesMax) body = encode(Reply{status_code::kNotEnoughMemory, {}});
  answer(connection, FrameKind::reply, body);
}

void HostService::refuse(Connection& connection, Refusal why) {
  answer(connection, FrameKind::refused, encode_refused(why));
  connection.phase = Phase::leaving;
}

void HostService::reset(runtime::ConnectionId id, Connection& connection) {
  abandon(connection);
  connection.phase = Phase::closed;
  actions_.push_back(runtime::Close{id, true});
}

// --- inside the world's callbacks ---

void HostService::handle_connected(runtime::ConnectionId id, const runtime::Endpoint&,
                                   const runtime::Endpoint&, runtime::TimePoint now) {
  // Who says nothing, or does not take our refusal, keeps nobody out: the oldest makes room.
  if (count(Phase::greeting) + count(Phase::leaving) >= limits_.strangers_max)
    drop_oldest_stranger();
  Connection& connection = connections_[id];
  connection.number = next_number_++;
  connection.admitted_by = now + limits_.admission_time;
}

std::size_t HostService::count(Phase phase) const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [phase](const auto& one) { return one.second.phase == phase; }));
}

void HostService::drop_oldest_stranger() {
  const auto is_stranger = [](const Connection& one) {
    return one.phase == Phase::greeting || one.phase == Phase::leaving;
  };
  auto oldest = connections_.end();
  for (auto one = connections_.begin(); one != connections_.end(); ++one)
    if (is_stranger(one->second) &&
        (oldest == connections_.end() || one->second.number < oldest->second.number))
      oldest = one;
  if (oldest != connections_.end()) reset(oldest->first, oldest->second);
}

void HostService::handle_bytes(runtime::ConnectionId id, std::span<const std::byte> bytes,
                               runtime::TimePoint) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.phase == Phase::closed) return;
  if (found->second.phase == Phase::leaving) return;
  found->second.in.append(bytes);
}

void HostService::handle_transmitted(runtime::ConnectionId id, std::size_t bytes,
                                     runtime::TimePoint) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.sent += bytes;
  connection.is_in_flight = connection.sent < connection.out.size();
  if (connection.is_in_flight) return;
  connection.out.clear();
  if (connection.phase != Phase::leaving) return;
  connection.phase = Phase::closed;
  actions_.push_back(runtime::Close{id, false});
}

void HostService::handle_closed(runtime::ConnectionId id, runtime::CloseReason,
                                runtime::TimePoint) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  abandon(found->second);
  // A reset that is still due finds nothing any more.
  std::erase_if(actions_, [id](const runtime::Action& action) {
    return std::get<runtime::Close>(action).connection == id;
  });
  connections_.erase(found);
}

void HostService::handle_released(runtime::ConnectionId id, runtime::TimePoint) {
  connections_.erase(id);
}

void HostService::handle_timeout(runtime::TimePoint now) {
  for (auto& [id, connection] : connections_)
    if (connection.phase == Phase::greeting && connection.admitted_by <= now) reset(id, connection);
}

std::optional<runtime::Transmit> HostService::poll_transmit(runtime::TimePoint) {
  for (auto& [id, connection] : connections_) {
    if (connection.phase == Phase::closed || connection.is_in_flight || connection.out.empty())
      continue;
    connection.is_in_flight = true;
    connection.slice = connection.out;
    return runtime::Transmit{id, std::span(&connection.slice, 1), connection.out.size()};
  }
  return std::nullopt;
}

std::optional<runtime::Action> HostService::poll_action() {
  if (actions_.empty()) return std::nullopt;
  const runtime::Action action = actions_.front();
  actions_.pop_front();
  return action;
}

std::optional<runtime::TimePoint> HostService::poll_timeout() const {
  std::optional<runtime::TimePoint> next;
  for (const auto& [id, connection] : connections_)
    if (connection.phase == Phase::greeting && (!next || connection.admitted_by < *next))
      next = connection.admitted_by;
  return next;
}

// Always: only who is listened to can be found gone, and who talks out of turn is reset.
bool HostService::wants_bytes(runtime::ConnectionId) const { return true; }

}  // namespace lunsim::initiator::remote
