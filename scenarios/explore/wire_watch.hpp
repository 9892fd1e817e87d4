// Reads along on the wire what an initiator owes its target: no task tag twice at a time, commands
// numbered without a gap, none beyond the window that it was given; and of a target: no transfer
// tag for two tasks. Passive, below all taps, so that the engines take the paths that they always
// take. A stream that it cannot read (a fault saw to that) is not judged any more.
//                                                     RFC 7143 §4.2.2.1, §11.2.1.8, §11.8.5
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "runtime/ports/world.hpp"
#include "scenarios/explore/finding.hpp"
#include "scenarios/explore/pdu_reader.hpp"

namespace lunsim::explore {

class WireWatch final : public runtime::Observer {
 public:
  /// `findings` outlives it.
  explicit WireWatch(Findings& findings) : findings_(findings) {}

  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override;
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override;
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override;

 private:
  struct Connection {
    PduReader reader;
    CmdSn next_cmd_sn, max_cmd_sn;
    std::set<std::uint32_t> rejected_cmd_sns;  // not received (§7.3): a command may plug the gap
    std::set<std::uint32_t> tags;              // of requests without an answer
    std::map<std::uint32_t, std::optional<std::uint32_t>> aborts;  // by their tag: whom; none: many
    std::map<std::uint32_t, std::uint32_t> transfer_tags;  // to the task that they belong to
  };
  void judge_request(Connection& connection, const pdu::PduView& pdu);
  void judge_number(Connection& connection, const pdu::PduView& pdu);
  void follow_response(Connection& connection, const pdu::PduView& pdu);
  static void follow_reject(Connection& connection, const pdu::PduView& pdu);
  static void finish_task(Connection& connection, std::uint32_t tag);

  Findings& findings_;
  std::map<std::uint32_t, Connection> connections_;
};

}  // namespace lunsim::explore
