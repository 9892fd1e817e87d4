// What the body of a case has in its hands that judges an initiator: the honest target, to be
// spoiled where the case wants it, the initiator's connections, and the means to judge
// (CaseContext). `drive` makes the initiator do something; what that is the case cannot choose, so
// each waits for what it needs and is "unsupported" if that never comes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/case_context.hpp"
#include "conformance/harness/initiator_line.hpp"
#include "conformance/harness/played_unit.hpp"

namespace lunsim::conform {

/// Makes the initiator do something at a portal of ours.
class Driver {
 public:
  virtual ~Driver() = default;
  /// Once, after we listen.
  virtual void start(const runtime::Endpoint& portal, const std::string& target_name) = 0;
  /// Looks, does not wait.
  virtual bool has_ended() = 0;
  /// It has ended, and has no complaint.
  virtual bool ended_well() = 0;
  /// How it ended, in a few words; empty while it has not.
  virtual std::string end() = 0;
};

/// How the target that we play logs in; what is not said is what an ordinary target says.
struct TargetPlan {
  Pairs answers = {};   // to keys of the operational stage, instead of ours; "" leaves the key out
  Pairs declares = {};  // further keys of ours, with the first operational answer
  /// Keys of the security stage instead of ours (CHAP_A, CHAP_I, CHAP_C, CHAP_N, CHAP_R).
  Pairs chap = {};
  std::uint32_t window = 32;
  std::uint32_t stat_sn = 1;
  std::uint32_t max_recv_bytes = 65536;
};

class InitiatorContext : public CaseContext {
 public:
  InitiatorContext(Connection::Surroundings& around, const Profile& profile, Driver& driver,
                   const runtime::Endpoint& portal)
      : CaseContext(around, profile), around_(around), driver_(driver), portal_(portal) {}

  // --- connections
  /// Starts the driver if it has not been, and waits for a connection; unsupported if none comes.
  InitiatorLine& accept();
  /// The same, if one comes within this time.
  InitiatorLine* accept_within(runtime::Duration within);
  /// A normal session in full feature phase. Discovery sessions before it are served.
  InitiatorLine& session(const TargetPlan& plan = {});
  /// The first Login Request on a new connection, unanswered.
  struct Knock {
    InitiatorLine& line;
    Seen request;
  };
  Knock knock();
  /// Goes on with a login that has begun, to full feature phase. False if it does not get there;
  /// `last` is then what came instead.
  bool log_in(InitiatorLine& line, Seen first, const TargetPlan& plan, Seen* last = nullptr);
  /// All Login Requests of the last log_in().
  const std::vector<Seen>& login_requests() const { return login_requests_; }

  // --- the honest target
  using Wanted = std::function<bool(const RawPdu&)>;
  /// Serves what comes until `wanted` does, which is returned unanswered. Whatever else ends it
  /// (a close, silence) is returned, too.
  Seen serve_until(InitiatorLine& line, const Wanted& wanted);
  /// The same; unsupported with "the initiator never `what`" if it does not come.
  Seen serve_until(InitiatorLine& line, const Wanted& wanted, std::string_view what);
  /// Answers one PDU as an honest target would.
  void serve(InitiatorLine& line, const Seen& seen);
  /// The next PDU that is no further request: several commands may be under way, and a command
  /// that was sent before the initiator heard us is no answer to anything. Commands that come
  /// meanwhile, and Data-Out of theirs, are kept unanswered (serve_held() answers them); pings, and
  /// data that an R2T of serve() asked for, are served. At most 256 are kept.
  Seen next_reply(InitiatorLine& line, runtime::Duration within);
  Seen next_reply(InitiatorLine& line) { return next_reply(line, patience()); }
  const std::vector<Seen>& held() const { return held_; }
  void serve_held(InitiatorLine& line);
  /// Keeps what is under way until nothing more comes: what comes after that is an answer.
  void gather(InitiatorLine& line);
  /// Serves all that comes until the connection ends or nothing comes for so long; returns that.
  Seen serve_all(InitiatorLine& line, runtime::Duration quiet);
  Seen serve_all(InitiatorLine& line) { return serve_all(line, patience()); }
  /// The connection ends, or the initiator logs out: a legal answer to a target that is out of
  /// order.
  void expect_leaves(InitiatorLine& line, std::string_view after);
  /// Whether the initiator still lives on `line`: it answers a ping of ours, or sends anything.
  void expect_answers_ping(InitiatorLine& line, std::string_view after);

  /// The initiator makes use of what was answered: a further command, a logout, or its own good
  /// end.
  /// With `may_give_up` also any other end of the program: what it does about a failed command is
  /// its own choice.
  void expect_goes_on(InitiatorLine& line, std::string_view after, bool may_give_up = false);

  /// After the connection was lost: a new one comes, or the driver ends. Hanging is a failure.
  void expect_comes_back_or_ends(const Seen& last);

  bool driver_has_ended() { return driver_.has_ended(); }
  PlayedUnit& unit() { return unit_; }
  const runtime::Endpoint& portal() const { return portal_; }
  const std::string& played_name() const { return target().name; }
  /// CHAP credentials as the driver has them; the run's.
  const Credentials& credentials() const { return target().chap; }
  void close_all();

 private:
  RawPdu login_response(InitiatorLine& line, const Seen& request, const Pairs& keys, bool transit);
  Pairs answers_to(InitiatorLine& line, const Pairs& offers, const TargetPlan& plan) const;
  bool secure(InitiatorLine& line, Seen& request, const TargetPlan& plan);
  Seen next_login(InitiatorLine& line, RawPdu response);
  void serve_command(InitiatorLine& line, const RawPdu& command);
  void serve_data_out(InitiatorLine& line, const RawPdu& data);
  void go_on_with_write(InitiatorLine& line, WriteInProgress& write, bool burst_is_over);
  void serve_text(InitiatorLine& line, const RawPdu& request);

  Connection::Surroundings& around_;
  Driver& driver_;
  runtime::Endpoint portal_;
  bool is_started_ = false;
  std::vector<std::unique_ptr<InitiatorLine>> lines_;
  std::vector<Seen> login_requests_;
  std::vector<Seen> held_;
  PlayedUnit unit_;
};

/// PDUs that cases wait for.
InitiatorContext::Wanted is_opcode(pdu::Opcode opcode);
/// A SCSI Command that reads, or writes, at least so many bytes.
InitiatorContext::Wanted is_read(std::uint32_t bytes_min = 1);
InitiatorContext::Wanted is_write(std::uint32_t bytes_min = 1);

/// The end of a command: status, residual and sense.
RawPdu scsi_response(const InitiatorLine& line, const RawPdu& command, std::uint8_t status,
                     const std::vector<std::byte>& sense = {});
/// One Data-In; F and S as given, the residual for what the command expected beyond it if S.
RawPdu data_in(const InitiatorLine& line, const RawPdu& command, std::uint32_t offset,
               std::vector<std::byte> data, std::uint32_t data_sn, bool is_last);
RawPdu r2t(const InitiatorLine& line, const RawPdu& command, std::uint32_t transfer_tag,
           std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes);
/// A ping of ours; not stamped. TTT 0xFFFFFFFF wants no answer.
RawPdu nop_in(std::uint32_t transfer_tag);
RawPdu async_message(std::uint8_t event, std::uint16_t parameter1 = 0, std::uint16_t parameter2 = 0,
                     std::uint16_t parameter3 = 0);

}  // namespace lunsim::conform
