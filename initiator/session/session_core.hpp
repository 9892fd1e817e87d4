// The state of an InitiatorSession and what moves it; private to this room. The functions only
// route and put the small values beside them together: no rule of the standard about tags, data,
// windows, pings or texts is decided here.
//
//   session_requests.cpp   what the application commands
//   session_login.cpp      connect, log in, follow a redirect
//   session_receive.cpp    bytes to PDUs, one switch, the data path
//   session_answers.cpp    what answers requests of ours
//   session_events.cpp     what a target says unasked
//   session_send.cpp       what leaves, in which order
//   session_time.cpp       deadlines
//   session_end.cpp        completions, and how it all ends
#pragma once

#include <deque>

#include "initiator/session/initiator_session.hpp"
#include "initiator/session/link.hpp"
#include "initiator/session/management_table.hpp"
#include "initiator/session/nop_keeper.hpp"
#include "initiator/session/task_table.hpp"
#include "initiator/session/text_exchange.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/session/command_numbering.hpp"

namespace lunsim::initiator {

struct InitiatorSession::Impl {
  using TimePoint = runtime::TimePoint;

  /// We make Data-Out and commands only while less than this waits to leave.
  static constexpr std::size_t kSendAheadBytes = 1u << 20;
  /// Beyond this (a target that asks and asks and does not read) we stop reading.
  static constexpr std::size_t kSendBacklogBytesMax = 4u << 20;
  /// Asynchronous messages and rejects that nobody polls are dropped beyond this.
  static constexpr std::size_t kNewsMax = 1024;
  static constexpr std::size_t kNewsDataBytesMax = 4096;

  Impl(SessionConfig given, runtime::Entropy& chance, pdu::Tap* pdu_tap);

  // session_requests.cpp
  void start(TimePoint now);
  CommandHandle submit(ScsiRequest request, TimePoint now);
  CommandHandle manage(pdu::TaskManagementFunction function, LunField lun, CommandHandle of,
                       TimePoint now);
  void send_targets(std::string_view what, TimePoint now);
  void logout(TimePoint now);
  void drop();
  bool manage_without_target(const ManagementRequest& request, Task* task);
  void send_management(ManagementRequest request, TimePoint now);
  void begin_logout(TimePoint now);

  // session_login.cpp
  void connect_to(const runtime::Endpoint& portal, TimePoint now);
  void handle_connected(const runtime::Endpoint& from, const runtime::Endpoint& at, TimePoint now);
  void handle_login_pdu(const pdu::PduView& view, TimePoint now);
  void send_login(const login::InitiatorLogin::Request& request, TimePoint now);
  void follow_redirect(const login::InitiatorLogin::Outcome& outcome, TimePoint now);
  void enter_full_feature_phase(TimePoint now);
  void fail_login(LoginFailed failure);

  // session_receive.cpp
  void receive(std::span<const std::byte> input, TimePoint now);
  void handle_step(const pdu::Framer::Step& step, TimePoint now);
  void route(const pdu::PduView& view, TimePoint now);
  template <class Pdu>
  bool admit(const Result<Pdu>& pdu);
  bool admit_status(StatSn stat_sn);
  void place_data_in(const pdu::PduView& view);
  void finish_data_in();
  void handle_scsi_response(const pdu::PduView& view);
  void handle_r2t(const pdu::PduView& view);

  // session_answers.cpp
  void handle_text_response(const pdu::PduView& view);
  void handle_management_response(const pdu::PduView& view);
  void finish_management(const ManagementRequest& request, pdu::TaskManagementOutcome outcome);
  void handle_logout_response(const pdu::PduView& view);

  // session_events.cpp
  void handle_nop_in(const pdu::PduView& view, TimePoint now);
  void handle_async_message(const pdu::PduView& view, TimePoint now);
  void end_tasks_of(LunField lun, TimePoint now);
  void handle_reject(const pdu::PduView& view, TimePoint now);
  void handle_rejected_command(InitiatorTaskTag tag, CmdSn exp_cmd_sn, TimePoint now);

  // session_send.cpp
  void turn(TimePoint now);
  bool send_data_out(TimePoint now);
  bool send_question(TimePoint now);
  bool send_command(TimePoint now);
  void send_nop(pdu::NopOut nop, std::span<const std::byte> data, TimePoint now);
  void handle_cut(pdu::TapVerdict::Cut cut);

  // session_time.cpp
  void handle_timeout(TimePoint now);
  void handle_phase_timeout();
  void expire_commands(TimePoint now);
  void expire_requests(TimePoint now);
  void keep_alive(TimePoint now);
  std::optional<TimePoint> next_timeout() const;

  // session_end.cpp
  ScsiCompletion completion_of(Task& task, CommandOutcome outcome);
  void complete(Task& task, CommandOutcome outcome);
  void finish_question(bool complete_answer);
  void tell(Event news);
  void close_link(bool reset);
  void violate(const ProtocolError& error);
  void violate(std::string_view reason, std::string_view section, std::size_t byte_offset = 0,
               std::string_view field = {}) {
    violate(ProtocolError{reason, section, byte_offset, field});
  }
  void lose(const ConnectionLost& loss, CommandOutcome outcome = CommandOutcome::connection_lost);
  void finish_logout(const LoggedOut& result, bool reset);
  void end_everything(CommandOutcome outcome);

  InitiatorTaskTag fresh_tag();
  /// A further connection of a session that another one leads.  RFC 7143 §6.3.4
  bool is_joined() const { return config.login.tsih != 0; }
  bool is_discovery() const { return config.login.target_name.empty(); }
  bool is_logged_in() const { return state >= State::full_feature; }
  std::uint16_t time2wait_s() const { return login->session_parameters().default_time2wait_s; }

  SessionConfig config;
  runtime::Entropy& entropy;
  pdu::Tap* tap;

  State state = State::idle;
  std::unique_ptr<Link> link;
  std::vector<std::unique_ptr<Link>> fading;  // closed by us; the world may still read them
  std::deque<runtime::Action> actions;
  std::deque<Event> events;
  std::uint32_t next_connection = 1;
  std::uint32_t next_tag = 0;
  std::uint64_t next_handle = 1;
  runtime::Endpoint peer, local;

  std::optional<login::InitiatorLogin> login;
  std::uint32_t redirects = 0;
  std::optional<TimePoint> phase_deadline;  // of connecting, logging in, logging out
  WriteRules write_rules;
  bool data_in_order = true;

  session::CommandNumbering numbering;
  TaskTable tasks;
  ManagementTable management;
  TextExchange text;
  CmdSn text_cmd_sn;  // of the last Text Request
  NopKeeper nop;
  std::deque<InitiatorTaskTag> bursts;  // whose Data-Out sequences wait, in order

  struct Arriving {
    pdu::DataIn header;
    bool is_wanted = false;
  };
  std::optional<Arriving> arriving;   // a Data-In whose header has been placed
  std::optional<TimePoint> leave_at;  // the target wants a Logout: when at the latest
  std::optional<InitiatorTaskTag> logout_tag;
};

/// The common part of every PDU that carries a status: was it sound, is it the next?
template <class Pdu>
bool InitiatorSession::Impl::admit(const Result<Pdu>& pdu) {
  if (!pdu) {
    violate(pdu.error());
    return false;
  }
  numbering.update(pdu->exp_cmd_sn, pdu->max_cmd_sn);
  return admit_status(pdu->stat_sn);
}

}  // namespace lunsim::initiator
