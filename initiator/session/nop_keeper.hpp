// Keeps a connection honest: when nothing has been heard for an interval, a ping is due; when
// nothing comes after the ping either, the connection is dead. And the answer to a target's ping.
// RFC 7143 §7.14, §11.18, §11.19
#pragma once

#include <optional>

#include "protocol/iscsi/pdu/nop_in.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::initiator {

class NopKeeper {
 public:
  /// `interval` 0: no pings.
  NopKeeper(runtime::Duration interval, runtime::Duration timeout)
      : interval_(interval), timeout_(timeout) {}

  void start(runtime::TimePoint now);
  void stop();
  /// Bytes of any kind arrived: the connection lives.
  void handle_heard(runtime::TimePoint now);
  enum class Due : std::uint8_t { nothing, ping, dead };
  Due judge(runtime::TimePoint now) const;
  void handle_pinged(InitiatorTaskTag tag, runtime::TimePoint now);
  /// An answer, or a Reject, for `tag`: true if it was our ping's.
  bool handle_answer(InitiatorTaskTag tag);
  std::optional<runtime::TimePoint> next_timeout() const;

 private:
  runtime::Duration interval_;
  runtime::Duration timeout_;
  bool running_ = false;
  runtime::TimePoint heard_;
  runtime::TimePoint pinged_;
  std::optional<InitiatorTaskTag> ping_;
};

/// The NOP-Out that answers a target's ping; CmdSN and ExpStatSN are the caller's to fill. RFC 7143
/// §11.18
pdu::NopOut answer_to(const pdu::NopIn& ping);

}  // namespace lunsim::initiator
