// What has been sent and may be asked for again, at ErrorRecoveryLevel 1 and above: copies of PDUs
// until the initiator acknowledges them. Numbers and bytes; knows no connection and sends nothing.
//                                                                     RFC 7143 §4.2.2, §11.16
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "protocol/bytes/serial_number.hpp"
#include "protocol/bytes/slice.hpp"
#include "protocol/iscsi/pdu/bhs.hpp"
#include "protocol/iscsi/pdu/reject.hpp"

namespace lunsim::target_sim {

struct KeptPdu {
  pdu::BhsBytes bhs{};
  std::vector<std::byte> data;
  std::size_t cost() const { return sizeof(KeptPdu) + data.size(); }
};

/// A run of PDUs that was asked for, or why it is not to be had: never sent or acknowledged already
/// is a protocol error, what we could not keep a SNACK reject.                        §11.16, §7.8
struct AskedRun {
  std::optional<pdu::RejectReason> refusal;
  std::size_t first = 0, count = 0;  // places in what is kept
};

/// The PDUs of one connection that have a StatSN.
class StatusLog {
 public:
  /// Of all that is kept; beyond it the oldest is forgotten.
  static constexpr std::size_t kCostMax = std::size_t{1} << 20;

  /// `next` is the first StatSN that will be kept.
  void begin(StatSn next) { acknowledged_ = next_ = next; }
  /// Numbers come without gaps.
  void keep(const pdu::BhsBytes& bhs, std::span<const std::byte> data);
  /// The oldest that `exp_stat_sn` acknowledges, taken out; call until nothing comes. An ExpStatSN
  /// that was never reached, or an old one, acknowledges nothing.
  std::optional<KeptPdu> take_acknowledged(StatSn exp_stat_sn);
  /// The oldest while there is more than may be kept, taken out.
  std::optional<KeptPdu> take_excess();
  /// Both numbers 0: all that is not acknowledged; a count of 0: all from `first` on. §11.16.6, .7
  AskedRun find(std::uint32_t first, std::uint32_t count) const;
  const KeptPdu& at(std::size_t place) const { return kept_[place]; }
  KeptPdu* find(StatSn stat_sn);
  /// Everything, taken out: the connection is gone.
  std::deque<KeptPdu> take_all();

 private:
  KeptPdu take_front();

  std::deque<KeptPdu> kept_;
  std::size_t cost_ = 0;
  StatSn acknowledged_{};  // what the initiator expects, as far as we know
  StatSn next_{};
};

/// The Data-Ins of a read, or the R2Ts of a write: numbered from 0 within their task.
class TransferLog {
 public:
  void keep(const pdu::BhsBytes& bhs, std::span<const bytes::Slice> data = {});
  /// PDUs below `number` have arrived. False if that many were never sent.            §11.16.2
  bool acknowledge(std::uint32_t number);
  /// As StatusLog::find(), of DataSN or R2TSN.
  AskedRun find(std::uint32_t first, std::uint32_t count) const;
  const KeptPdu& at(std::size_t place) const { return kept_[place]; }
  /// Nothing is missing from `number` on, or from what is acknowledged.
  bool has_all_from(std::uint32_t number) const {
    return first_ <= std::max(number, acknowledged_);
  }
  /// Forgets the oldest until `cost()` is at most `max`; these can be asked for in vain.
  void shrink(std::size_t max);
  /// Cuts what is not acknowledged, all of it Data-In, into segments of at most `segment_bytes`,
  /// numbered anew. False if some of it has been forgotten.                           §11.16.3
  bool cut_again(std::uint32_t segment_bytes);

  std::size_t size() const { return kept_.size(); }
  std::size_t cost() const { return cost_; }
  std::uint32_t next() const { return first_ + static_cast<std::uint32_t>(kept_.size()); }
  std::uint32_t acknowledged() const { return acknowledged_; }

 private:
  void drop_front();

  std::deque<KeptPdu> kept_;
  std::size_t cost_ = 0;
  std::uint32_t first_ = 0;  // number of what is kept first
  std::uint32_t acknowledged_ = 0;
};

}  // namespace lunsim::target_sim
