// An SMB2 client as an engine: connects, negotiates, logs in, opens srvsvc and calls, one call
// after the other. Steps follow each other as answers come; whatever goes wrong ends the connection
// and the call with an Outcome. MS-SMB2 §3.2
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "initiator/smb_client/client_config.hpp"
#include "initiator/smb_client/exchange.hpp"
#include "initiator/smb_client/outcome.hpp"
#include "initiator/smb_client/rpc_caller.hpp"
#include "protocol/smb/auth/initiator.hpp"
#include "protocol/smb/message/file_messages.hpp"
#include "protocol/smb/message/session_messages.hpp"
#include "runtime/ports/entropy.hpp"

namespace lunsim::smb_client {

using runtime::TimePoint;

class SmbClient final : public runtime::Engine {
 public:
  /// `entropy` outlives it.
  SmbClient(ClientConfig config, runtime::Entropy& entropy);

  /// Begins a call; connects first if there is no connection. Asserted: none is going on.
  void call(std::uint16_t opnum, std::vector<std::byte> stub, TimePoint now);
  /// How the call ended; once.
  std::optional<Outcome> take_outcome();
  /// LOGOFF and the end of the connection, without waiting for an answer. A call that goes on is
  /// forgotten.
  void disconnect();

  smb::Dialect dialect() const { return exchange_.dialect; }
  /// No connection, and none that is ending.
  bool is_quiet() const { return !connection_ && dying_.empty(); }
  bool is_encrypted() const { return exchange_.encrypts; }

  void handle_connected(runtime::ConnectionId, const runtime::Endpoint& peer,
                        const runtime::Endpoint& local, TimePoint now) override;
  void handle_bytes(runtime::ConnectionId, std::span<const std::byte>, TimePoint now) override;
  void handle_transmitted(runtime::ConnectionId, std::size_t bytes, TimePoint now) override;
  void handle_closed(runtime::ConnectionId, runtime::CloseReason, TimePoint now) override;
  void handle_released(runtime::ConnectionId, TimePoint now) override;
  void handle_timeout(TimePoint now) override;
  std::optional<runtime::Transmit> poll_transmit(TimePoint now) override;
  std::optional<runtime::Action> poll_action() override;
  std::optional<TimePoint> poll_timeout() const override { return deadline_; }
  bool wants_bytes(runtime::ConnectionId) const override { return true; }

  static constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20;

 private:
  // smb_client.cpp
  void ask(smb::Command command, const std::vector<std::byte>& body, TimePoint now);
  void handle_frame(smb::Span frame, TimePoint now);
  void handle_answer(const Exchange::Answer& answer, TimePoint now);
  void fail(Outcome outcome);
  void refuse(smb::NtStatus status);
  void violate(const ProtocolError& error);
  void hang_up(bool reset);
  void put(std::vector<std::byte> frame);

  // smb_client_steps.cpp
  void negotiate(TimePoint now);
  void handle_negotiate(const Exchange::Answer& answer, TimePoint now);
  Result<void> choose(const smb::NegotiateResponse& response, smb::Span message);
  void handle_session_setup(const Exchange::Answer& answer, TimePoint now);
  void logged_in(const Exchange::Answer& answer, const smb::SessionSetupResponse& response,
                 TimePoint now);
  void handle_tree_connect(const Exchange::Answer& answer, TimePoint now);
  void handle_validate_negotiate(const Exchange::Answer& answer, TimePoint now);
  smb::Initiator new_login(TimePoint now);
  void open_pipe(TimePoint now);
  void handle_create(const Exchange::Answer& answer, TimePoint now);
  void say(std::vector<std::vector<std::byte>> pdus, TimePoint now);
  void say_next(TimePoint now);
  void handle_pipe(const Exchange::Answer& answer, TimePoint now);
  void read_more(TimePoint now);
  void begin_call(TimePoint now);

  struct Call {
    std::uint16_t opnum = 0;
    std::vector<std::byte> stub;
  };

  ClientConfig config_;
  runtime::Entropy& entropy_;
  smb::Guid guid_{};
  std::uint32_t next_connection_ = 1;
  std::optional<runtime::ConnectionId> connection_;
  bool is_open_ = false;  // the pipe is bound
  Step step_ = Step::connect;
  std::optional<Call> call_;
  std::optional<Outcome> outcome_;
  std::optional<TimePoint> deadline_;
  Exchange exchange_;
  std::optional<smb::Initiator> login_;
  smb::NegotiateResponse server_;
  smb::FileId pipe_;
  RpcCaller caller_;
  std::deque<std::vector<std::byte>> unsaid_;  // PDUs that wait for the answer to the one before

  std::vector<std::byte> incoming_;
  std::deque<std::vector<std::byte>> unsent_;
  bool closes_when_sent_ = false;
  std::map<runtime::ConnectionId, std::deque<std::vector<std::byte>>> dying_;  // until released
  std::size_t in_flight_ = 0;
  std::span<const std::byte> slice_[1];
  std::deque<runtime::Action> actions_;
};

}  // namespace lunsim::smb_client
