#include "initiator/smb_client/smb_client.hpp"

#include <cassert>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::smb_client {

using namespace smb;
using runtime::CloseReason;
using runtime::ConnectionId;

namespace {

constexpr std::size_t kPrefixBytes = 4;

}  // namespace

std::optional<rpc::AuthLevel> rpc_login_named(std::string_view word) {
  if (word == "connect") return rpc::AuthLevel::connect;
  if (word == "sign") return rpc::AuthLevel::integrity;
  if (word == "seal") return rpc::AuthLevel::privacy;
  return std::nullopt;
}

SmbClient::SmbClient(ClientConfig config, runtime::Entropy& entropy)
    : config_(std::move(config)), entropy_(entropy) {
  entropy_.fill(guid_);
  if (config_.server_name.empty()) config_.server_name = config_.server.address;
}

void SmbClient::call(std::uint16_t opnum, std::vector<std::byte> stub, TimePoint now) {
  assert(!call_ && !outcome_);
  call_ = Call{opnum, std::move(stub)};
  deadline_ = now + config_.answer_timeout;
  if (connection_ && is_open_) return begin_call(now);
  exchange_ = {};
  caller_ = RpcCaller();
  login_.reset();
  incoming_.clear();
  step_ = Step::connect;
  connection_ = ConnectionId{next_connection_++};
  actions_.push_back(runtime::Connect{*connection_, config_.server});
}

std::optional<Outcome> SmbClient::take_outcome() {
  auto taken = std::move(outcome_);
  outcome_.reset();
  return taken;
}

void SmbClient::disconnect() {
  if (!connection_) return;
  call_.reset();
  deadline_.reset();
  if (!is_open_) return hang_up(true);
  auto frame = exchange_.request(Command::logoff, encode_empty_body());
  if (!frame) return hang_up(false);
  is_open_ = false;
  closes_when_sent_ = true;
  unsent_.push_back(std::move(*frame));
}

void SmbClient::ask(Command command, const std::vector<std::byte>& body, TimePoint now) {
  auto frame = exchange_.request(command, body);
  if (!frame) return violate(frame.error());
  deadline_ = now + config_.answer_timeout;
  put(std::move(*frame));
}

void SmbClient::put(std::vector<std::byte> frame) { unsent_.push_back(std::move(frame)); }

void SmbClient::handle_connected(ConnectionId id, const runtime::Endpoint&,
                                 const runtime::Endpoint&, TimePoint now) {
  if (connection_ != id) return;
  negotiate(now);
}

void SmbClient::handle_bytes(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  if (connection_ != id) return;
  incoming_.insert(incoming_.end(), bytes.begin(), bytes.end());
  while (connection_ == id && incoming_.size() >= kPrefixBytes) {
    const std::size_t size = bytes::load_be24(incoming_.data() + 1);
    if (incoming_[0] != std::byte{} || size > kFrameBytesMax)
      return violate({"a frame that is no session message, or too long", "MS-SMB2 2.1", 0, ""});
    if (incoming_.size() - kPrefixBytes < size) return;
    const auto end = incoming_.begin() + static_cast<std::ptrdiff_t>(kPrefixBytes + size);
    const std::vector<std::byte> frame(incoming_.begin() + kPrefixBytes, end);
    incoming_.erase(incoming_.begin(), end);
    handle_frame(frame, now);
  }
}

void SmbClient::handle_frame(Span frame, TimePoint now) {
  if (!call_) return;  // the answer to LOGOFF
  const auto answer = exchange_.answer(frame);
  if (!answer) return violate(answer.error());
  if (answer->is_interim) {
    deadline_ = now + config_.answer_timeout;
    return;
  }
  handle_answer(*answer, now);
}

void SmbClient::handle_answer(const Exchange::Answer& answer, TimePoint now) {
  switch (step_) {
    case Step::connect:
      return;
    case Step::negotiate:
      return handle_negotiate(answer, now);
    case Step::session_setup:
      return handle_session_setup(answer, now);
    case Step::tree_connect:
      return handle_tree_connect(answer, now);
    case Step::validate_negotiate:
      return handle_validate_negotiate(answer, now);
    case Step::create:
      return handle_create(answer, now);
    case Step::bind:
    case Step::call:
      return handle_pipe(answer, now);
  }
}

void SmbClient::fail(Outcome outcome) {
  outcome.step = step_;
  if (call_) outcome_ = std::move(outcome);
  call_.reset();
  deadline_.reset();
}

void SmbClient::refuse(NtStatus status) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::refused;
  outcome.nt_status = status;
  fail(std::move(outcome));
  hang_up(false);
}

void SmbClient::violate(const ProtocolError& error) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::violated;
  outcome.error = error;
  fail(std::move(outcome));
  hang_up(true);
}

/// What is in flight stays where it is until the world has let go of it.
void SmbClient::hang_up(bool reset) {
  if (!connection_) return;
  actions_.push_back(runtime::Close{*connection_, reset});
  dying_[*connection_] = std::move(unsent_);
  unsent_.clear();
  in_flight_ = 0;
  is_open_ = false;
  closes_when_sent_ = false;
  connection_.reset();
}

void SmbClient::handle_released(ConnectionId id, TimePoint) { dying_.erase(id); }

void SmbClient::handle_transmitted(ConnectionId id, std::size_t bytes, TimePoint) {
  if (connection_ != id) return;
  in_flight_ -= bytes;
  if (in_flight_ > 0) return;
  unsent_.pop_front();
  if (unsent_.empty() && closes_when_sent_) hang_up(false);
}

void SmbClient::handle_closed(ConnectionId id, CloseReason reason, TimePoint) {
  if (connection_ != id) return;
  connection_.reset();
  is_open_ = false;
  closes_when_sent_ = false;
  unsent_.clear();
  in_flight_ = 0;
  Outcome outcome;
  outcome.kind = step_ == Step::connect ? Outcome::Kind::unopened : Outcome::Kind::broken;
  outcome.close_reason = reason;
  fail(std::move(outcome));
}

void SmbClient::handle_timeout(TimePoint now) {
  if (!deadline_ || now < *deadline_) return;
  Outcome outcome;
  outcome.kind = Outcome::Kind::unanswered;
  fail(std::move(outcome));
  hang_up(true);
}

std::optional<runtime::Transmit> SmbClient::poll_transmit(TimePoint) {
  if (!connection_ || in_flight_ > 0 || unsent_.empty() || step_ == Step::connect)
    return std::nullopt;
  slice_[0] = unsent_.front();
  in_flight_ = unsent_.front().size();
  return runtime::Transmit{*connection_, slice_, in_flight_};
}

std::optional<runtime::Action> SmbClient::poll_action() {
  if (actions_.empty()) return std::nullopt;
  runtime::Action action = actions_.front();
  actions_.pop_front();
  return action;
}

}  // namespace lunsim::smb_client
