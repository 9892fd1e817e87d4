// One connection of a case to the target: sends what it is given, cuts what comes into PDUs, and
// keeps the numbers that an honest peer would keep, so that a body only says what is different. It
// judges nothing.                                             RFC 7143 §4.2.2, §6.3, §11
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/harness/exchange.hpp"
#include "conformance/harness/pdu_cutter.hpp"
#include "conformance/harness/raw_end.hpp"
#include "conformance/harness/raw_pdu.hpp"
#include "conformance/harness/judged_target.hpp"

namespace lunsim::conform {

/// How a login is to go; what is not said is what an ordinary initiator says.
struct LoginPlan {
  Pairs keys = {};  // of the operational stage
  bool discovery = false;
  std::optional<std::string> target = {}, initiator = {};
  std::optional<std::uint64_t> isid = {};  // 48 bits
  std::uint16_t tsih = 0, cid = 0;
  std::uint32_t cmd_sn = 1;
  std::optional<Credentials> chap = {};  // else the run's, if the target wants it
};

struct LoginResult {
  Seen last;  // the Login Response that decided
  bool ok = false;
  Pairs answers;                // all that the target said
  std::vector<Seen> responses;  // that it said it in
  std::string value(std::string_view key) const { return value_of(answers, key).value_or(""); }
  std::uint64_t number(std::string_view key, std::uint64_t otherwise) const;
  /// The last response that has `key`; the one that decided if none has.
  const Seen& said(std::string_view key) const;
};

/// One Login Request's header.
struct LoginStep {
  std::uint8_t csg = 1, nsg = 3;
  bool transit = true, continues = false;
  Pairs keys = {};
};

class Connection {
 public:
  /// What a case shares among its connections.
  struct Surroundings {
    runtime::World& world;
    RawEnd& end;
    Exchange& exchange;
    const JudgedTarget& target;
    runtime::TimePoint deadline;  // beyond it waiting throws WatchdogBites
    runtime::Duration patience;
    std::uint64_t next_isid = 0;
  };
  struct WatchdogBites {};

  Connection(Surroundings& around, std::uint32_t number);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Waits until it stands or has failed.
  bool open();
  bool is_open() const;
  std::uint32_t number() const { return number_; }

  // --- out
  void send(const RawPdu& pdu);
  /// Bytes that are no PDU, or half of one.
  void send_bytes(std::span<const std::byte> bytes, std::string_view what);
  /// Fills in ITT, CmdSN and ExpStatSN as an honest initiator would; a CmdSN is used up unless the
  /// I bit is set. Returns the tag.
  std::uint32_t stamp(RawPdu& pdu);
  /// stamp() and send().
  std::uint32_t issue(RawPdu& pdu);
  std::uint32_t issue(RawPdu&& pdu) { return issue(pdu); }
  void close(bool reset = false);
  void half_close();

  // --- in
  /// The next that comes. Pings of the target's are answered and passed over; that costs no time.
  Seen next() { return next(around_.patience); }
  Seen next(runtime::Duration within);
  /// The next PDU with this tag (or whatever ends the wait); others go to `between`.
  Seen answer_to(std::uint32_t initiator_task_tag, std::vector<Seen>* between = nullptr);
  /// Lets time pass without reading.
  void wait(runtime::Duration time);

  // --- login
  /// A Login Request of this connection's ISID, TSIH, CID and numbers.
  RawPdu login_request(const LoginStep& step);
  /// Sends it and waits.
  Seen login_step(const LoginStep& step);
  /// InitiatorName, and SessionType and TargetName as the plan wants them.
  Pairs names(const LoginPlan& plan = {}) const;
  /// An ordinary login; result.ok says whether it reached full feature phase.
  LoginResult login(const LoginPlan& plan = {});
  /// Logs out and closes; never throws.
  void leave();
  /// Digests of what is sent and expected from now on.
  void use_digests(bool header, bool data);

  // --- numbers, for bodies to read and to spoil
  std::uint32_t cmd_sn = 1, exp_stat_sn = 0;
  std::uint32_t exp_cmd_sn = 0, max_cmd_sn = 0;  // as last told
  std::uint64_t isid = 0;
  std::uint16_t tsih = 0, cid = 0;
  bool full_feature = false;
  bool header_digest = false, data_digest = false;
  std::uint32_t next_tag() { return next_tag_++; }

 private:
  std::optional<Seen> take();
  void keep_numbers(const RawPdu& pdu);
  bool answer_ping(const RawPdu& pdu);
  void turn(runtime::Duration within, bool until_bytes);
  Seen over();
  bool log_in_by_chap(const LoginPlan& plan, const Credentials& who, LoginResult& result);
  bool negotiate(Pairs offers, LoginResult& result);
  bool collect(const LoginStep& step, LoginResult& result);

  Surroundings& around_;
  std::uint32_t number_;
  runtime::ConnectionId id_{};
  PduCutter cutter_;
  std::uint32_t next_tag_ = 1;
  std::uint32_t login_tag_ = 0;
};

/// CHAP_R for a challenge as it stands in CHAP_C; nothing if that is no binary value.
std::optional<std::string> chap_proof(const std::string& algorithm, const std::string& identifier,
                                      const std::string& challenge, const std::string& secret);

}  // namespace lunsim::conform
