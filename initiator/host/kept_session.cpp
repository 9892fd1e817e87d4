#include "initiator/host/kept_session.hpp"

#include <algorithm>
#include <utility>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/sense.hpp"

namespace lunsim::initiator {

using runtime::TimePoint;

namespace {

constexpr scsi::AdditionalSense kReportedLunsDataHasChanged{0x3F, 0x0E};  // SPC-4 annex D

bool says_units_have_changed(std::span<const std::byte> sense_data) {
  const auto sense = scsi::decode_sense(sense_data);
  return sense && sense->key == scsi::SenseKey::unit_attention &&
         sense->code == kReportedLunsDataHasChanged;
}

}  // namespace

KeptSession::KeptSession(runtime::World& world, const std::string& address, SessionConfig config,
                         runtime::Entropy& entropy, pdu::Tap* tap, ReconnectPolicy policy)
    : world_(world),
      may_return_(policy.tries_max > 0),
      reconnector_(policy),
      session_(std::move(config), entropy, tap) {
  world_.attach(*this, address, {});
}

KeptSession::~KeptSession() { world_.detach(*this); }

void KeptSession::start() {
  session_.start(world_.now());
  collect(world_.now());
  world_.wake(*this);
}

// A command may end at once, before submit() has said its name: events are collected after the name
// is known.
CommandHandle KeptSession::submit(ScsiRequest request) {
  const CommandHandle handle = session_.submit(std::move(request), world_.now());
  commands_.emplace(handle, std::nullopt);
  collect(world_.now());
  world_.wake(*this);
  return handle;
}

CommandHandle KeptSession::manage(pdu::TaskManagementFunction function, std::uint64_t lun_field,
                                  CommandHandle of) {
  const CommandHandle handle = session_.manage(function, lun_field, of, world_.now());
  management_.emplace(handle, std::nullopt);
  collect(world_.now());
  world_.wake(*this);
  return handle;
}

void KeptSession::send_targets(std::string_view what) {
  session_.send_targets(what, world_.now());
  collect(world_.now());
  world_.wake(*this);
}

void KeptSession::log_out() {
  if (state_ == State::over) return;
  reconnector_.stop();
  state_ = State::logging_out;
  session_.logout(world_.now());
  collect(world_.now());
  world_.wake(*this);
}

std::optional<TargetsDiscovered> KeptSession::take_targets() {
  return std::exchange(targets_, std::nullopt);
}

std::optional<ScsiCompletion> KeptSession::take_completion(CommandHandle handle) {
  const auto found = commands_.find(handle);
  if (found == commands_.end() || !found->second) return std::nullopt;
  std::optional<ScsiCompletion> completion = std::move(found->second);
  commands_.erase(found);
  return completion;
}

std::optional<ManagementDone> KeptSession::take_management(CommandHandle handle) {
  const auto found = management_.find(handle);
  if (found == management_.end() || !found->second) return std::nullopt;
  const std::optional<ManagementDone> done = found->second;
  management_.erase(found);
  return done;
}

void KeptSession::forget(CommandHandle handle) {
  commands_.erase(handle);
  management_.erase(handle);
}

void KeptSession::collect(TimePoint now) {
  while (std::optional<Event> event = session_.poll_event()) {
    reconnector_.handle(*event, now);
    std::visit([&](auto& what) { happened(what, now); }, *event);
  }
}

void KeptSession::happened(const LoggedIn&, TimePoint) {
  nexus_ = {session_.login().tsih(), session_.local(), session_.peer()};
  state_ = State::up;
  ++connections_;
}

// While the session is away, a failed login is one try of several.
void KeptSession::happened(const LoginFailed& failure, TimePoint) {
  if (state_ == State::away) return;
  login_failure_ = failure;
  state_ = State::over;
}

void KeptSession::happened(const LoggedOut&, TimePoint) { state_ = State::over; }

// Given up, a session stays where it was: away, without a connection, until it is logged out.
void KeptSession::happened(const ConnectionLost&, TimePoint) {
  const bool returns = may_return_ && state_ != State::logging_out;
  state_ = returns ? State::away : State::over;
}

void KeptSession::happened(TargetsDiscovered& targets, TimePoint) { targets_ = std::move(targets); }

void KeptSession::happened(ScsiCompletion& completion, TimePoint) {
  if (says_units_have_changed(completion.sense)) units_have_changed_ = true;
  const auto found = commands_.find(completion.handle);
  if (found != commands_.end()) found->second = std::move(completion);
}

// Its data begins as that of a SCSI Response: SenseLength, then sense data.  RFC 7143 §11.9.4.1
void KeptSession::happened(const AsyncReceived& received, TimePoint) {
  if (received.message.async_event != pdu::AsyncEvent::scsi_event || received.data.size() < 2)
    return;
  const std::span<const std::byte> behind_length = std::span(received.data).subspan(2);
  const std::size_t told = bytes::load_be16(received.data.data());
  if (says_units_have_changed(behind_length.first(std::min(told, behind_length.size()))))
    units_have_changed_ = true;
}

void KeptSession::happened(const ManagementDone& done, TimePoint) {
  const auto found = management_.find(done.handle);
  if (found != management_.end()) found->second = done;
}

void KeptSession::handle_connected(runtime::ConnectionId id, const runtime::Endpoint& peer,
                                   const runtime::Endpoint& local, TimePoint now) {
  session_.handle_connected(id, peer, local, now);
  collect(now);
}

void KeptSession::handle_bytes(runtime::ConnectionId id, std::span<const std::byte> bytes,
                               TimePoint now) {
  session_.handle_bytes(id, bytes, now);
  collect(now);
}

void KeptSession::handle_transmitted(runtime::ConnectionId id, std::size_t bytes, TimePoint now) {
  session_.handle_transmitted(id, bytes, now);
  collect(now);
}

void KeptSession::handle_closed(runtime::ConnectionId id, runtime::CloseReason reason,
                                TimePoint now) {
  session_.handle_closed(id, reason, now);
  collect(now);
}

void KeptSession::handle_released(runtime::ConnectionId id, TimePoint now) {
  session_.handle_released(id, now);
  collect(now);
}

void KeptSession::handle_timeout(TimePoint now) {
  if (reconnector_.is_due(now)) {
    reconnector_.handle_started();
    session_.start(now);
  }
  session_.handle_timeout(now);
  collect(now);
}

std::optional<runtime::Transmit> KeptSession::poll_transmit(TimePoint now) {
  return session_.poll_transmit(now);
}

std::optional<runtime::Action> KeptSession::poll_action() { return session_.poll_action(); }

std::optional<TimePoint> KeptSession::poll_timeout() const {
  const std::optional<TimePoint> inner = session_.poll_timeout();
  const std::optional<TimePoint> again = reconnector_.poll_timeout();
  if (!inner || !again) return inner ? inner : again;
  return std::min(*inner, *again);
}

bool KeptSession::wants_bytes(runtime::ConnectionId id) const { return session_.wants_bytes(id); }

}  // namespace lunsim::initiator
