// What a case's body has in its hands: connections to the target, and the means to judge. Every
// call that judges either lets the body go on or ends it; a body that judges nothing is
// inconclusive.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/connection.hpp"
#include "conformance/harness/outcome.hpp"
#include "conformance/harness/profile.hpp"

namespace lunsim::conform {

/// How a body ends before its end.
struct Decision {
  Verdict verdict = Verdict::fail;
  std::string message;
  std::optional<Mark> mark;
};

class CaseContext {
 public:
  CaseContext(Connection::Surroundings& around, const Profile& profile)
      : around_(around), profile_(profile) {}

  const JudgedTarget& target() const { return around_.target; }
  const Profile& profile() const { return profile_; }
  runtime::Duration patience() const { return around_.patience; }
  runtime::TimePoint now() const { return around_.world.now(); }

  // --- connections; they live as long as the case
  /// A new TCP connection, nothing said on it.
  Connection& connect();
  /// A new session in full feature phase; inconclusive if an ordinary login does not succeed.
  Connection& session(const LoginPlan& plan = {});

  // --- judging
  /// The first outcome that fits; fails if none does. The name of what fitted is in the report.
  Outcome expect(const Seen& seen, const std::vector<Outcome>& legal, std::string_view about = {});
  /// Fails unless `holds`; `field` of `seen` decides.
  void check(bool holds, const std::string& otherwise, const Seen& seen,
             std::string_view field = {});
  /// A judgement that came out well without expect() or check().
  void judged() { has_judged_ = true; }
  /// Nothing but the answer to a ping comes: what was sent before has been ignored, and the
  /// connection lives.
  void expect_ignored(Connection& connection, std::string_view what);
  /// The connection answers a ping; others that come before are passed over.
  void expect_alive(Connection& connection, std::string_view after);
  /// A further session can be opened: the target lives, whatever became of the old connection.
  void expect_target_alive(std::string_view after);
  [[noreturn]] void fail(const std::string& why, const Seen& seen, std::string_view field = {});
  [[noreturn]] void inconclusive(const std::string& why);
  [[noreturn]] void unsupported(const std::string& why);
  void warn(const std::string& why) { lower(Verdict::warn, why); }
  void loose(const std::string& why) { lower(Verdict::pass_loose, why); }
  /// A line for the report.
  void note(const std::string& text);

  // --- SCSI, for bodies that only need it done
  /// Sends a command without data and returns its end; a unit attention is taken first.
  Seen command(Connection& connection, const std::vector<std::uint8_t>& cdb);
  /// A SCSI Command PDU for the LUN under test, with the F bit; not stamped.
  RawPdu scsi_command(const std::vector<std::uint8_t>& cdb) const;
  /// The same that reads `bytes`.
  RawPdu read_command(const std::vector<std::uint8_t>& cdb, std::uint32_t bytes) const;
  /// Sends a read and returns everything that comes for it, the last being its end.
  std::vector<Seen> read(Connection& connection, const std::vector<std::uint8_t>& cdb,
                         std::uint32_t bytes);
  /// Takes unit attentions that wait on a new session.
  void settle(Connection& connection);

  /// Used by run_case().
  Verdict verdict() const { return verdict_; }
  const std::string& message() const { return message_; }
  bool has_judged() const { return has_judged_; }
  void leave_all();

 private:
  void lower(Verdict to, const std::string& why);

  Connection::Surroundings& around_;
  const Profile& profile_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Verdict verdict_ = Verdict::pass;
  std::string message_;
  bool has_judged_ = false;
};

/// A NOP-Out that wants an answer, immediate, with a few bytes of data; not stamped.
RawPdu ping(std::string_view data = "are you there");

}  // namespace lunsim::conform
