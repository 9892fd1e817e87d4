#include "target_sim/faults/fault_filter.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace lunsim::target_sim {
namespace {

using runtime::Chunk;
using runtime::Duration;
using runtime::StreamEnd;

bool corrupt(const ByteAction& action, Chunk& chunk) {
  if (!action.corrupt || action.corrupt->at >= chunk.bytes.size() || action.corrupt->mask == 0)
    return false;
  chunk.bytes[action.corrupt->at] ^= std::byte{action.corrupt->mask};
  return true;
}

bool repeat(const ByteAction& action, Chunk& chunk) {
  if (!action.repeat || action.repeat->at >= chunk.bytes.size()) return false;
  const std::size_t size =
      std::min<std::size_t>(action.repeat->bytes, chunk.bytes.size() - action.repeat->at);
  const auto first = chunk.bytes.begin() + static_cast<std::ptrdiff_t>(action.repeat->at);
  const std::vector<std::byte> again(first, first + static_cast<std::ptrdiff_t>(size));
  chunk.bytes.insert(first, again.begin(), again.end());
  return size > 0;
}

bool swap(const ByteAction& action, Chunk& chunk) {
  if (!action.swap || std::size_t{action.swap->at} + 2u * action.swap->bytes > chunk.bytes.size())
    return false;
  const auto first = chunk.bytes.begin() + static_cast<std::ptrdiff_t>(action.swap->at);
  const auto middle = first + static_cast<std::ptrdiff_t>(action.swap->bytes);
  const std::vector<std::byte> before(first, middle + (middle - first));
  std::swap_ranges(first, middle, middle);
  return !std::equal(before.begin(), before.end(), first);
}

bool cut(const ByteAction& action, Chunk& chunk) {
  if (!action.cut || action.cut->at > chunk.bytes.size()) return false;
  chunk.bytes.resize(action.cut->at);
  chunk.end = action.cut->how;
  return true;
}

/// One direction of one connection under the byte rules of a plan.
class FaultFilter final : public runtime::ByteFilter {
 public:
  FaultFilter(FaultPlan& plan, std::vector<std::size_t> rules, std::uint32_t connection)
      : plan_(plan), rules_(std::move(rules)), connection_(connection) {}

  void pass(Chunk chunk, std::vector<Chunk>& out) override {
    std::size_t piece_bytes = std::numeric_limits<std::size_t>::max();
    const std::uint64_t before = std::exchange(passed_, passed_ + chunk.bytes.size());
    for (const std::size_t rule : rules_) {
      const FaultRule& one = plan_.rules()[rule];
      if (!plan_.is_awake(rule) || before < one.on.after_bytes) continue;
      FaultOccasion occasion;
      occasion.connection = connection_;
      occasion.now_ns = chunk.leaves.since_start_ns;
      if (!plan_.is_due(rule, occasion)) continue;
      if (act(one.action.bytes, chunk, piece_bytes)) plan_.count_fired(rule);
    }
    emit(std::move(chunk), piece_bytes, out);
  }

 private:
  bool act(const ByteAction& action, Chunk& chunk, std::size_t& piece_bytes) {
    bool changed = corrupt(action, chunk);
    changed |= repeat(action, chunk);
    changed |= swap(action, chunk);
    changed |= cut(action, chunk);
    changed |= delay(action, chunk);
    if (action.slice_bytes > 0 && action.slice_bytes < chunk.bytes.size()) {
      piece_bytes = std::min<std::size_t>(piece_bytes, action.slice_bytes);
      changed = true;
    }
    return changed;
  }

  bool delay(const ByteAction& action, Chunk& chunk) {
    std::int64_t ns = action.delay_ns;
    if (action.jitter_ns > 0)
      ns += static_cast<std::int64_t>(
          plan_.draw_below(static_cast<std::uint64_t>(action.jitter_ns) + 1));
    if (action.p99_ns > 0 && plan_.draw_below(100) == 0) ns = action.p99_ns;
    chunk.leaves = chunk.leaves + Duration{ns};
    if (action.bytes_per_s == 0) return ns > 0;
    constexpr std::uint64_t kNsPerS = 1'000'000'000;
    const std::uint64_t size = chunk.bytes.size();
    const std::uint64_t takes_ns = size / action.bytes_per_s * kNsPerS +
                                   size % action.bytes_per_s * kNsPerS / action.bytes_per_s;
    free_at_ = std::max(free_at_, chunk.leaves) + Duration{static_cast<std::int64_t>(takes_ns)};
    chunk.leaves = free_at_;
    return ns > 0 || takes_ns > 0;
  }

  static void emit(Chunk chunk, std::size_t piece_bytes, std::vector<Chunk>& out) {
    std::size_t at = 0;
    while (chunk.bytes.size() - at > piece_bytes) {
      const auto first = chunk.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      // A nanosecond apart, so that nobody puts them together again.
      out.push_back({{first, first + static_cast<std::ptrdiff_t>(piece_bytes)},
                     chunk.leaves,
                     StreamEnd::none});
      chunk.leaves = chunk.leaves + Duration{1};
      at += piece_bytes;
    }
    chunk.bytes.erase(chunk.bytes.begin(), chunk.bytes.begin() + static_cast<std::ptrdiff_t>(at));
    out.push_back(std::move(chunk));
  }

  FaultPlan& plan_;
  std::vector<std::size_t> rules_;
  std::uint32_t connection_;
  std::uint64_t passed_ = 0;
  runtime::TimePoint free_at_{};
};

bool is_gate_rule(const FaultRule& rule) {
  return rule.on.connects && (rule.action.admission == AdmissionFault::refuse ||
                              rule.action.admission == AdmissionFault::unanswered);
}

}  // namespace

bool has_byte_rules(const FaultPlan& plan) {
  return std::any_of(plan.rules().begin(), plan.rules().end(),
                     [](const FaultRule& rule) { return rule.on.bytes; });
}

runtime::FilterFactory fault_filters(FaultPlan& plan) {
  return [&plan](std::uint32_t number, bool from_opener, const runtime::Endpoint&,
                 const runtime::Endpoint& listener) {
    const auto direction = from_opener ? pdu::Direction::receive : pdu::Direction::send;
    std::vector<std::size_t> rules;
    for (std::size_t i = 0; i < plan.rules().size(); ++i) {
      const FaultSelector& on = plan.rules()[i].on;
      if (on.bytes && on.direction == direction &&
          matches_glob(on.portal, runtime::to_string(listener)))
        rules.push_back(i);
    }
    runtime::FilterChain chain;
    if (!rules.empty()) chain.add(std::make_unique<FaultFilter>(plan, std::move(rules), number));
    return chain;
  };
}

bool has_gate_rules(const FaultPlan& plan) {
  return std::any_of(plan.rules().begin(), plan.rules().end(), is_gate_rule);
}

runtime::Gate fault_gate(FaultPlan& plan) {
  return [&plan](const runtime::Endpoint&, const runtime::Endpoint& to, runtime::TimePoint now) {
    for (std::size_t i = 0; i < plan.rules().size(); ++i) {
      const FaultRule& rule = plan.rules()[i];
      if (!is_gate_rule(rule) || !plan.is_awake(i) ||
          !matches_glob(rule.on.portal, runtime::to_string(to)))
        continue;
      FaultOccasion occasion;
      occasion.now_ns = now.since_start_ns;
      if (!plan.strike(i, occasion)) continue;
      return rule.action.admission == AdmissionFault::refuse ? runtime::Admission::refuse
                                                             : runtime::Admission::ignore;
    }
    return runtime::Admission::accept;
  };
}

}  // namespace lunsim::target_sim
