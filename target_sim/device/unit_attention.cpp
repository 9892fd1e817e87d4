#include "target_sim/device/unit_attention.hpp"

#include <algorithm>

namespace lunsim::target_sim {

namespace {

/// Smaller is more important.                                                     SAM-5 §5.14.4
int rank(scsi::AdditionalSense code) {
  if (code == attention::kPowerOn) return 0;
  return code.asc == 0x29 ? 1 : 2;
}

}  // namespace

void UnitAttentions::remove(Queue& queue, std::size_t at) {
  const auto begin = queue.codes.begin();
  std::copy(begin + static_cast<std::ptrdiff_t>(at) + 1, begin + queue.count,
            begin + static_cast<std::ptrdiff_t>(at));
  --queue.count;
}

void UnitAttentions::establish(std::size_t slot, scsi::AdditionalSense code) {
  if (slot >= queues_.size()) queues_.resize(slot + 1);
  Queue& queue = queues_[slot];
  const auto begin = queue.codes.begin();
  const auto end = begin + queue.count;
  if (std::find(begin, end, code) != end) return;
  if (queue.count > 0 && queue.codes[0] == attention::kPowerOn && rank(code) == 1) return;
  const auto at = std::find_if(begin, end, [&](auto other) { return rank(other) > rank(code); });
  if (queue.count == kPendingMax) {
    if (at == end) return;
    --queue.count;
  }
  std::copy_backward(at, begin + queue.count, begin + queue.count + 1);
  *at = code;
  ++queue.count;
}

std::optional<scsi::AdditionalSense> UnitAttentions::take(std::size_t slot) {
  if (!is_pending(slot)) return std::nullopt;
  const scsi::AdditionalSense code = queues_[slot].codes[0];
  remove(queues_[slot], 0);
  return code;
}

void UnitAttentions::clear(std::size_t slot, scsi::AdditionalSense code) {
  if (slot >= queues_.size()) return;
  Queue& queue = queues_[slot];
  for (std::size_t i = 0; i < queue.count; ++i) {
    if (queue.codes[i] == code) return remove(queue, i);
  }
}

void UnitAttentions::forget(std::size_t slot) {
  if (slot < queues_.size()) queues_[slot].count = 0;
}

}  // namespace lunsim::target_sim
