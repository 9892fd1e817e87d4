// How the data of one write reaches the target: immediate and unsolicited data first, then what
// R2Ts ask for, at most MaxOutstandingR2T at a time and MaxBurstLength each. Numbers only; the
// bytes go straight into the task's buffer. With recovery, what is lost of a sequence is asked for
// again, by recovery R2Ts, once the sequence is through.
//                          RFC 7143 §7.8, §7.9, §11.3.4, §11.7, §11.8, §13.13-17
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/iscsi/pdu/data_out.hpp"
#include "protocol/iscsi/session/burst_ledger.hpp"

namespace lunsim::target_sim {

class WriteTransfer {
 public:
  struct Terms {
    bool initial_r2t = true;
    bool immediate_data = true;
    std::uint32_t first_burst_bytes = 65536;
    std::uint32_t max_burst_bytes = 262144;
    std::uint16_t max_outstanding_r2t = 1;
    bool recovers = false;  // ErrorRecoveryLevel is 1 or more
  };
  /// A task whose data is lost more often, or in more pieces at a time, fails.
  static constexpr std::uint32_t kRecoveriesMax = 64;

  enum class Fault : std::uint8_t {
    none,
    unexpected_unsolicited,
    incorrect_amount,
    repeated,  // it came before: to be let by; only with recovery
  };

  /// Begins with the command: `expected_bytes` is its Expected Data Transfer Length, `wanted_bytes`
  /// what the device takes, `immediate_bytes` its data segment, `is_final` its F bit.
  Fault begin(const Terms& terms, std::uint32_t expected_bytes, std::uint64_t wanted_bytes,
              std::uint32_t immediate_bytes, bool is_final);

  /// Judges a Data-Out before its data is taken; on `none` the bytes belong at its Buffer Offset.
  /// `is_whole`: its data digest is right; only with recovery may it be wrong.
  /// Returns  nothing if its Target Transfer Tag is not one of ours.
  std::optional<Fault> take(const pdu::DataOut& data_out, bool is_whole = true);

  struct Request {
    TargetTransferTag tag{};
    R2tSn r2t_sn{};
    std::uint32_t offset_bytes = 0;
    std::uint32_t bytes = 0;
  };
  /// The next R2T to send, tagged with `tag`, if one is due.
  std::optional<Request> next_request(TargetTransferTag tag);

  /// Bytes that the device will get: the lesser of what it wants and what the initiator has.
  std::uint32_t total_bytes() const { return total_; }
  bool is_unsolicited_open() const { return unsolicited_open_; }
  /// A sequence, asked for or not, whose F bit has not come.
  bool has_open_sequences() const { return unsolicited_open_ || has_open_requests(); }
  /// An R2T whose data has not all come: its Target Transfer Tag is valid.
  bool has_open_requests() const { return !requests_.empty(); }
  /// The Target Transfer Tags of those.
  std::vector<TargetTransferTag> open_tags() const {
    std::vector<TargetTransferTag> tags;
    for (const Outstanding& one : requests_) tags.push_back(one.tag);
    return tags;
  }
  bool is_complete() const { return !unsolicited_open_ && received_ >= total_ && missing_.empty(); }
  /// Nothing more comes of what is under way: it will be asked for by new R2Ts. With recovery.
  void suspend();
  /// An R2T with this tag waits for data.
  bool is_open(TargetTransferTag tag) const;
  std::uint32_t received_bytes() const { return received_; }

 private:
  struct Outstanding {
    TargetTransferTag tag{};
    session::BurstLedger ledger;
  };
  struct Missing {
    std::uint32_t begin = 0, end = 0;
    friend bool operator<(const Missing& a, const Missing& b) { return a.begin < b.begin; }
  };
  Fault take_with_recovery(session::BurstLedger& ledger, const pdu::DataOut& data_out,
                           bool is_solicited, bool is_whole);
  void miss(std::uint32_t begin, std::uint32_t end);
  void close(std::vector<Outstanding>::iterator sequence);

  Terms terms_;
  std::uint32_t total_ = 0;
  std::uint32_t received_ = 0;   // bytes of sequences that are through, and of those under way
  std::uint32_t requested_ = 0;  // bytes that came unsolicited or were asked for
  bool unsolicited_open_ = false;
  session::BurstLedger unsolicited_;
  std::vector<Outstanding> requests_;
  std::vector<Missing> missing_;  // of sequences that are through or under way, in their order
  std::uint32_t recoveries_ = 0;  // R2Ts that asked again
  R2tSn next_r2t_sn_{};
};

}  // namespace lunsim::target_sim
