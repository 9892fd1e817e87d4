#include "target_sim/session/sent_log.hpp"

#include <algorithm>
#include <utility>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"

namespace lunsim::target_sim {
namespace {

constexpr pdu::RejectReason kNeverSent = pdu::RejectReason::protocol_error;
constexpr pdu::RejectReason kNotKept = pdu::RejectReason::snack_reject;

/// Steps are counted from what is acknowledged; `kept_from` is where that begins which is kept.
AskedRun run_of(std::uint32_t first, std::uint32_t count, std::uint32_t sent,
                std::uint32_t kept_from) {
  if (first >= sent) return {.refusal = kNeverSent};
  const std::uint32_t wanted = count == 0 ? sent - first : count;
  if (wanted > sent - first) return {.refusal = kNeverSent};
  if (first < kept_from) return {.refusal = kNotKept};
  return {.refusal = {}, .first = first - kept_from, .count = wanted};
}

StatSn stat_sn_of(const KeptPdu& one) { return {bytes::load_be32(&one.bhs[24])}; }

}  // namespace

void StatusLog::keep(const pdu::BhsBytes& bhs, std::span<const std::byte> data) {
  kept_.push_back({bhs, {data.begin(), data.end()}});
  cost_ += kept_.back().cost();
  next_ = stat_sn_of(kept_.back()) + 1;
}

KeptPdu StatusLog::take_front() {
  KeptPdu one = std::move(kept_.front());
  kept_.pop_front();
  cost_ -= one.cost();
  return one;
}

std::optional<KeptPdu> StatusLog::take_acknowledged(StatSn exp_stat_sn) {
  if (distance(exp_stat_sn, acknowledged_) > distance(next_, acknowledged_)) return std::nullopt;
  if (kept_.empty() || !precedes(stat_sn_of(kept_.front()), exp_stat_sn)) {
    acknowledged_ = exp_stat_sn;
    return std::nullopt;
  }
  return take_front();
}

std::optional<KeptPdu> StatusLog::take_excess() {
  if (cost_ <= kCostMax || kept_.size() <= 1) return std::nullopt;
  return take_front();
}

AskedRun StatusLog::find(std::uint32_t first, std::uint32_t count) const {
  const std::uint32_t sent = distance(next_, acknowledged_);
  const auto kept = static_cast<std::uint32_t>(kept_.size());
  if (first == 0 && count == 0) return {.refusal = {}, .first = 0, .count = kept};
  return run_of(distance(StatSn{first}, acknowledged_), count, sent, sent - kept);
}

KeptPdu* StatusLog::find(StatSn stat_sn) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const KeptPdu& one) { return stat_sn_of(one) == stat_sn; });
  return found == kept_.end() ? nullptr : &*found;
}

std::deque<KeptPdu> StatusLog::take_all() {
  cost_ = 0;
  acknowledged_ = next_;
  return std::exchange(kept_, {});
}

void TransferLog::keep(const pdu::BhsBytes& bhs, std::span<const bytes::Slice> data) {
  KeptPdu one{bhs, {}};
  for (const bytes::Slice& part : data)
    one.data.insert(one.data.end(), part.bytes.begin(), part.bytes.end());
  cost_ += one.cost();
  kept_.push_back(std::move(one));
}

void TransferLog::drop_front() {
  cost_ -= kept_.front().cost();
  kept_.pop_front();
  ++first_;
}

bool TransferLog::acknowledge(std::uint32_t number) {
  if (number > next()) return false;
  acknowledged_ = std::max(acknowledged_, number);
  while (first_ < acknowledged_ && !kept_.empty()) drop_front();
  return true;
}

AskedRun TransferLog::find(std::uint32_t first, std::uint32_t count) const {
  if (first == 0 && count == 0 && next() == acknowledged_) return {};
  if (first == 0 && count == 0) first = acknowledged_;
  // What lies before the acknowledged becomes a number beyond everything that was sent.
  return run_of(first - acknowledged_, count, next() - acknowledged_, first_ - acknowledged_);
}

void TransferLog::shrink(std::size_t max) {
  while (cost_ > max && !kept_.empty()) drop_front();
}

bool TransferLog::cut_again(std::uint32_t segment_bytes) {
  if (first_ != acknowledged_) return false;
  std::deque<KeptPdu> whole = std::exchange(kept_, {});
  cost_ = 0;
  while (!whole.empty()) {
    // One sequence, or what has been sent of it.
    pdu::DataIn last;
    std::vector<std::byte> data;
    std::uint32_t offset = bytes::load_be32(&whole.front().bhs[40]);
    for (bool is_final = false; !is_final && !whole.empty(); whole.pop_front()) {
      const KeptPdu& one = whole.front();
      const auto data_in = pdu::decode_data_in({pdu::BhsView{one.bhs}, {}, one.data});
      if (!data_in) return false;
      last = *data_in;
      is_final = last.final;
      data.insert(data.end(), one.data.begin(), one.data.end());
    }
    for (std::size_t at = 0; at < data.size();) {
      const std::size_t step = std::min<std::size_t>(segment_bytes, data.size() - at);
      const bool is_last = at + step == data.size();
      pdu::DataIn part = last;
      part.data_sn = DataSn{next()};
      part.buffer_offset = offset;
      part.data_segment_bytes = static_cast<std::uint32_t>(step);
      if (!is_last) {
        part.final = part.acknowledge = false;
        part.target_transfer_tag = kReservedTargetTransferTag;
        part.lun = {};
      }
      pdu::BhsBytes bhs;
      encode(part, bhs);
      const bytes::Slice slice{std::span<const std::byte>{data}.subspan(at, step), nullptr};
      keep(bhs, {&slice, 1});
      at += step;
      offset += static_cast<std::uint32_t>(step);
    }
  }
  return true;
}

}  // namespace lunsim::target_sim
