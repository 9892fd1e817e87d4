// One session in full feature phase: routes PDUs, numbers commands and statuses, carries tasks to
// the device and their results back. An engine value of its own behind the login front; what
// concerns other sessions goes through its owner. Discovery sessions are sessions without a device.
// RFC 7143 §4.2, §4.3, §11
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/iscsi/pdu/data_out.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/snack_request.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "protocol/iscsi/pdu/text_request.hpp"
#include "protocol/iscsi/session/command_window.hpp"
#include "target_sim/device/device.hpp"
#include "target_sim/session/command_table.hpp"
#include "target_sim/session/connection.hpp"
#include "target_sim/session/residual.hpp"

namespace lunsim::target_sim {

/// What a session asks of the server that it lives in.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  /// Something waits in the connection's outbox.
  virtual void wants_transmit(Connection& connection) = 0;
  /// Close once what is queued has left (or at once, by RST).
  virtual void close(Connection& connection, bool reset) = 0;
  /// The text of a SendTargets answer for `what`; `in_session_target` is the node's name in a
  /// normal session.
  virtual std::string send_targets(const Connection& connection, std::string_view what,
                                   std::string_view in_session_target) = 0;
  /// Tasks of one unit (or all units: no value) in every session of the node end without a
  /// response.
  virtual void abort_unit(std::size_t node, std::optional<std::uint64_t> lun,
                          const TargetSession& by) = 0;
  /// CLEAR TASK SET: the same for one unit, and the others are told.
  virtual void clear_unit(std::size_t node, std::uint64_t lun, const TargetSession& by) = 0;
  /// TARGET COLD RESET: all sessions of the node end.
  virtual void end_all_sessions(std::size_t node) = 0;
  /// A Reject was sent.
  virtual void rejected(const Connection& connection, pdu::RejectReason reason) = 0;
  /// A peer broke RFC 7143; `what` is a sentence part.
  virtual void violated(const Connection& connection, std::string_view what) = 0;
  /// Tasks of the session have lost their connection: it wants handle_retention() by
  /// retention_deadline().
  virtual void retains(TargetSession& session) = 0;
  /// The device has been given a task that is pending.
  virtual void device_is_busy(std::size_t node) = 0;
};

class TargetSession {
 public:
  struct Config {
    std::size_t node = 0;
    std::string target_name;
    std::string initiator_name;
    pdu::Isid isid;
    std::uint16_t tsih = 0;
    bool discovery = false;
    /// What tells the discovery sessions of one initiator port apart: the name of the target, else
    /// the portal. Empty in a normal session.                                            §7.4.2
    std::string discovery_scope;
    negotiation::SessionParameters parameters;
    CmdSn first_cmd_sn;
    std::uint32_t command_window = 128;
    Device* device = nullptr;  // null in a discovery session
    NexusId nexus{};
  };
  TargetSession(Config config, SessionOwner& owner);
  ~TargetSession();
  TargetSession(const TargetSession&) = delete;
  TargetSession& operator=(const TargetSession&) = delete;

  const Config& config() const { return config_; }
  const std::vector<Connection*>& connections() const { return connections_; }
  std::size_t outstanding_tasks() const { return table_.size(); }

  void add_connection(Connection& connection);
  /// The connection is gone: its tasks end without a response.
  void remove_connection(Connection& connection, runtime::TimePoint now);

  void handle_pdu(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void handle_data_digest_error(Connection& connection, const pdu::PduView& pdu,
                                runtime::TimePoint now);
  // Connection recovery, at ErrorRecoveryLevel 2.                                §7.2.2, §11.14
  /// A login with this CID takes the place of a connection, live or lost.
  void reinstate(std::uint16_t cid, runtime::TimePoint now);
  /// Tasks of a connection that is gone are kept, and with them the session.
  bool is_retained() const { return !lost_.empty(); }
  std::optional<runtime::TimePoint> retention_deadline() const;
  /// Ends what was not reassigned in time.
  void handle_retention(runtime::TimePoint now);

  /// A task of ours that was pending has completed.
  void handle_completion(Command& command, runtime::TimePoint now);

  void ping(Connection& connection, runtime::TimePoint now);
  void request_logout(Connection& connection, std::uint16_t time3_s, runtime::TimePoint now);
  /// Returns how many tasks ended. With FastAbort the initiator is told on their connections, but
  /// not on the one that asked for it.                                                    §4.2.3.4
  std::size_t abort_tasks(std::optional<std::uint64_t> lun, runtime::TimePoint now);
  /// A function on many tasks is executed, by another session or by this one: what its first
  /// completion and its first unit attention are fenced for.                            §4.2.2.3.4
  void fence_after_abort(std::optional<std::uint64_t> lun, bool by_another);
  /// Somebody else ended tasks of ours without a response: says what the window is now.
  void tell_window(runtime::TimePoint now);
  /// The outbox of the connection has room again.
  void continue_sending(Connection& connection, runtime::TimePoint now);

  CmdSn exp_cmd_sn() const { return window_.exp_cmd_sn(); }
  CmdSn max_cmd_sn() const { return window_.max_cmd_sn(); }

 private:
  /// What a task has sent, until its status is acknowledged.
  struct Sent {
    Connection* connection = nullptr;
    std::uint16_t cid = 0;
    bool is_read = false;
    std::optional<KeptPdu> response;  // of one that has lost its connection
    TransferLog pdus;
    TargetTransferTag ack_tag = kReservedTargetTransferTag;  // of Data-Ins with the A bit
    std::uint32_t snack_tag = 0;                             // of the last R-Data SNACK
    std::optional<StatSn> status;                            // once it has been sent
  };

  // session_commands.cpp: SCSI commands and their data
  void handle_scsi_command(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void begin_command(Connection& connection, const pdu::ScsiCommand& request,
                     const pdu::PduView& pdu, runtime::TimePoint now);
  bool fill_cdb(Command& command, const pdu::PduView& pdu);
  void handle_data_out(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void advance(Command& command, runtime::TimePoint now);
  void request_data(Command& command, runtime::TimePoint now);
  void request_data_for_waiting(runtime::TimePoint now);
  void fail(Command& command, std::uint8_t key, std::uint8_t asc, std::uint8_t ascq,
            runtime::TimePoint now);
  void fail(Command& command, WriteTransfer::Fault fault, runtime::TimePoint now);
  void finish(Command& command, runtime::TimePoint now);
  void respond(Command& command, runtime::TimePoint now);
  Command* find(InitiatorTaskTag tag);
  void forget(Command& command);
  void abort(Command& command, runtime::TimePoint now);
  void end_tasks_of(const Connection& connection, bool goes_on, runtime::TimePoint now);

  // session_responses.cpp: what goes back
  void start_sending(Command& command, runtime::TimePoint now);
  void send_next_data_in(Command& command, runtime::TimePoint now);
  void push_data(const Command& command, std::span<const Slice> parts, runtime::TimePoint now);
  void stop_sending(Command& command);
  void complete_in_window(const Command& command);
  TargetTransferTag next_transfer_tag();
  void run_parked(runtime::TimePoint now);
  void answer_task_management(Connection& connection, const pdu::TaskManagementRequest& request,
                              runtime::TimePoint now);
  void drop_early(const Connection& connection);
  void drain(std::optional<std::uint64_t> lun);
  bool is_draining(std::optional<std::uint64_t> lun) const;
  bool is_managing(InitiatorTaskTag tag) const;
  void answer_drained(runtime::TimePoint now);
  void send_management_response(Connection& connection, const pdu::TaskManagementRequest& request,
                                pdu::TaskManagementOutcome outcome, runtime::TimePoint now);
  void send_managed(Connection& connection, const pdu::TaskManagementRequest& request,
                    pdu::TaskManagementOutcome outcome, runtime::TimePoint now);
  void send_scsi_response(Command& command, runtime::TimePoint now);
  void reject(Connection& connection, const pdu::PduView& pdu, pdu::RejectReason reason,
              runtime::TimePoint now);

  // session_recovery.cpp: what is sent again, from ErrorRecoveryLevel 1 on
  bool recovers() const { return config_.parameters.error_recovery_level > 0; }
  void handle_snack(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void take_acknowledgement(Connection& connection, StatSn exp_stat_sn);
  void keep_status(Connection& connection, const pdu::BhsBytes& bhs,
                   std::span<const std::byte> data);
  void keep_data_pdu(const Command& command, const pdu::BhsBytes& bhs,
                     std::span<const Slice> data = {});
  TargetTransferTag acknowledge_tag(const Command& command);
  bool recover_data_out(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void drop_sent(InitiatorTaskTag tag);
  void begin_sent(const Command& command);
  void forget_sent(const KeptPdu& status);
  void resend(Connection& connection, const KeptPdu& kept, runtime::TimePoint now);
  void resend_statuses(Connection& connection, const pdu::PduView& pdu,
                       const pdu::SnackRequest& request, runtime::TimePoint now);
  void resend_data(Connection& connection, const pdu::PduView& pdu,
                   const pdu::SnackRequest& request, runtime::TimePoint now);
  void resend_data_cut_again(Connection& connection, const pdu::PduView& pdu,
                             const pdu::SnackRequest& request, runtime::TimePoint now);
  void resend_response(Connection& connection, Sent& sent, runtime::TimePoint now);
  void take_data_ack(Connection& connection, const pdu::PduView& pdu,
                     const pdu::SnackRequest& request, runtime::TimePoint now);
  void reject_snack(Connection& connection, const pdu::PduView& pdu, pdu::RejectReason reason,
                    InitiatorTaskTag tag, runtime::TimePoint now);

  // session_reassignment.cpp: tasks that outlive their connection, at ErrorRecoveryLevel 2
  bool reassigns() const { return config_.parameters.error_recovery_level > 1; }
  struct Lost {
    std::uint16_t cid = 0;
    bool is_logged_out = false;  // its tasks may be reassigned
    runtime::TimePoint deadline;
  };
  void lose(Connection& connection, bool is_logged_out, runtime::TimePoint now);
  void lose_tasks(Connection& connection, runtime::TimePoint now);
  void suspend(Command& command);
  void note_lost(std::uint16_t cid, bool is_logged_out, runtime::TimePoint now);
  Lost* find_lost(std::uint16_t cid);
  bool end_lost(std::uint16_t cid, runtime::TimePoint now);
  pdu::LogoutOutcome log_out_for_recovery(const pdu::LogoutRequest& request,
                                          std::vector<Connection*>& ended, runtime::TimePoint now);
  pdu::TaskManagementOutcome judge_reassignment(const pdu::TaskManagementRequest& request);
  void reassign(Connection& connection, const pdu::TaskManagementRequest& request,
                runtime::TimePoint now);
  void answer_again(Connection& connection, Sent& sent, runtime::TimePoint now);
  void go_on(Command& command, Connection& connection, const Sent& sent, runtime::TimePoint now);

  // session_control.cpp: everything that is not a SCSI command
  void handle_nop_out(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void handle_text_request(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  void redeclare(Connection& connection, std::string_view text);
  Result<std::string> answer_text(const Connection& connection, std::string_view text);
  void send_text(Connection& connection, const pdu::TextRequest& request, runtime::TimePoint now);
  void handle_logout_request(Connection& connection, const pdu::PduView& pdu,
                             runtime::TimePoint now);
  void handle_task_management(Connection& connection, const pdu::PduView& pdu,
                              runtime::TimePoint now);
  pdu::TaskManagementOutcome manage(const pdu::TaskManagementRequest& request,
                                    runtime::TimePoint now);
  pdu::TaskManagementOutcome reset_unit(std::uint64_t lun, runtime::TimePoint now);

  // session_fence.cpp: Response Fence and FastAbort
  struct Fenced;
  bool has_fences() const;
  bool is_fast() const;
  bool takes_fence(const Command& command);
  bool is_fenced_off(std::optional<std::uint64_t> lun) const;
  bool is_in_sending(std::optional<std::uint64_t> lun) const;
  void note_acknowledged(Connection& connection, const pdu::PduView& pdu);
  void wait_at_fence(Fenced response, runtime::TimePoint now);
  void advance_fences(runtime::TimePoint now);
  bool advance(Fenced& fenced, runtime::TimePoint now);
  void await_all(Fenced& fenced, runtime::TimePoint now);
  void send_fenced(Fenced& fenced, runtime::TimePoint now);
  void leave_fence(const Command& command);
  void leave_fence(const Connection& connection);
  void solicit(Connection& connection, runtime::TimePoint now);
  void keep_transfers(const Command& command);
  void tell_terminated(const std::vector<Command*>& tasks, runtime::TimePoint now);
  bool is_kept_transfer(const pdu::DataOut& data_out) const;
  void free_transfers(const Connection& connection, const pdu::NopOut& nop_out);

  /// The switch on the opcode.
  void dispatch(Connection& connection, const pdu::PduView& pdu, runtime::TimePoint now);
  /// Applies the command window; true if the PDU may be acted on now.
  bool admit(Connection& connection, const pdu::PduView& pdu, CmdSn cmd_sn, runtime::TimePoint now);
  void hold_early(Connection& connection, const pdu::PduView& pdu, CmdSn cmd_sn);
  void release_early(runtime::TimePoint now);

  /// Numbers and queues a PDU that has exp_cmd_sn and max_cmd_sn; `with_status` takes a StatSN.
  template <class Pdu>
  void stamp(Connection& connection, Pdu& pdu, bool with_status) {
    pdu.stat_sn = with_status ? connection.stat_sn.take() : connection.stat_sn.peek();
    pdu.exp_cmd_sn = window_.exp_cmd_sn();
    pdu.max_cmd_sn = window_.max_cmd_sn();
  }
  template <class Pdu>
  void send(Connection& connection, const Pdu& pdu, std::span<const std::byte> data,
            runtime::TimePoint now) {
    pdu::BhsBytes bhs;
    encode(pdu, bhs);
    if (recovers() && pdu.stat_sn != connection.stat_sn.peek()) keep_status(connection, bhs, data);
    connection.outbox.push(bhs, data, now.since_start_ns);
    owner_.wants_transmit(connection);
  }

  Config config_;
  SessionOwner& owner_;
  std::vector<Connection*> connections_;
  session::CommandWindow window_;
  CommandPool pool_;
  CommandTable table_;
  std::uint32_t next_transfer_tag_ = 1;
  std::uint64_t write_budget_used_ = 0;  // bytes of write data asked for and not executed
  std::vector<InitiatorTaskTag> waiting_for_budget_;
  std::uint32_t immediate_outstanding_ = 0;

  struct Early {
    Connection* connection = nullptr;
    pdu::BhsBytes bhs{};
    std::vector<std::byte> ahs, data;
    bool dropped = false;  // aborted before its turn came
    std::size_t bytes() const { return sizeof(Early) + ahs.size() + data.size(); }
  };
  std::map<std::uint32_t, Early> early_;  // by CmdSN
  std::size_t early_bytes_ = 0;
  bool releasing_early_ = false;

  /// Immediate task management that waits for the commands before it.                  §4.2.3.3
  struct Parked {
    Connection* connection = nullptr;
    pdu::TaskManagementRequest request;
  };
  std::vector<Parked> parked_;

  /// Task management that is done, but whose response waits for data that was asked for.  §4.2.3.3
  struct Held {
    Connection* connection = nullptr;
    pdu::TaskManagementRequest request;
    pdu::TaskManagementOutcome outcome{};
    std::optional<std::uint64_t> lun;  // none: all units
  };
  std::vector<Held> held_;

  /// A response that waits for a Response Fence, or the fence that it is itself.      §4.2.2.3.3
  struct Fenced {
    std::optional<std::uint64_t> lun;  // none: all units
    bool is_fence = false;
    bool ends_when_sent = false;  // only what went before it must have arrived    §11.6.1
    Command* command = nullptr;   // the response of this,
    Held managed{};               // else of this
    Connection* connection = nullptr;
    enum class Step : std::uint8_t {
      waits,       // for its turn
      awaits,      // the acknowledgment of what went before it
      leaves,      // its Data-In is under way
      is_awaited,  // it has been sent and must be acknowledged
    } step = Step::waits;
    struct Mark {
      Connection* connection = nullptr;
      StatSn until{};  // ExpStatSN
    };
    std::vector<Mark> marks = {};
  };
  std::deque<Fenced> fenced_;  // in the order in which they came from the device
  bool advancing_fences_ = false;
  /// Units whose next completion is fenced, and whose next unit attention is.         §4.2.2.3.4
  std::set<std::uint64_t> fence_first_, fence_attention_;

  /// Target Transfer Tags of aborted tasks, valid until the initiator has heard of it.  §4.2.3.4 g
  struct KeptTransfer {
    const Connection* connection = nullptr;
    TargetTransferTag tag{};
    std::uint64_t lun_field = 0;
    StatSn told{};  // of the Asynchronous Message
  };
  std::deque<KeptTransfer> kept_transfers_;
  const Connection* managing_ = nullptr;  // task management that came here is being executed

  struct TextExchange {
    InitiatorTaskTag initiator_task_tag{};
    TargetTransferTag tag{};
    std::string received;  // a logical segment under way (C bit)
    std::string answer;    // what is still to be sent
    std::string declared;  // takes effect when the exchange ends                          §6.2
  };
  std::optional<TextExchange> text_;
  pdu::BhsBytes scratch_{};

  std::map<InitiatorTaskTag, Sent> sent_;  // bounded by what its statuses and commands are
  std::size_t sent_cost_ = 0;              // of their data PDUs
  std::vector<Lost> lost_;                 // at most one for a CID
};

}  // namespace lunsim::target_sim
