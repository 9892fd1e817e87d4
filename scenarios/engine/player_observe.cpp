#include <fmt/format.h>

#include "scenarios/engine/player.hpp"

namespace lunsim::scenarios {
namespace {

std::string text_of(const std::vector<WireItem>& items) {
  std::string out;
  for (const WireItem& item : items)
    out +=
        fmt::format("{}\"{}\"{}", out.empty() ? "" : ", ", item.text,
                    item.times_in_order > 1 ? fmt::format(" {} times", item.times_in_order) : "");
  return out;
}

std::string text_of(const WirePattern& pattern) {
  std::string out = text_of(pattern.order);
  if (!pattern.never.empty())
    out += fmt::format("{}never {}", out.empty() ? "" : ", ", text_of(pattern.never));
  for (const WireItem& item : pattern.counted)
    out +=
        fmt::format("{}\"{}\" {} times", out.empty() ? "" : ", ", item.text, describe(item.times));
  return out;
}

}  // namespace

/// Hosts are known by the addresses that they open connections from.
void Player::resolve_hosts(std::vector<WireItem>& items) const {
  for (WireItem& item : items)
    for (const HostModel& host : stage_.scenario.hosts)
      if (!item.host.empty() && host.id == item.host) item.address = host.address;
}

std::uint64_t Player::wire_since(const std::string& mark) const {
  if (mark.empty()) return stage_.wire->end();
  if (mark == "start") return 0;
  if (mark == "last step") return wire_before_step_;
  return marks_.at(mark);
}

void Player::play(const MarkStep& step) {
  if (stage_.wire != nullptr) marks_[step.name] = stage_.wire->end();
}

void Player::play(const ObserveStep& step) {
  WirePattern pattern = step.pattern;
  for (std::vector<WireItem>* items : {&pattern.order, &pattern.never, &pattern.counted})
    resolve_hosts(*items);
  WireProgress progress(pattern, *stage_.wire, wire_since(step.since), variables_);
  const auto deadline = stage_.world.now() + runtime::Duration{step.within_ns};
  stage_.hosts.run_until([&] { return progress.advance(); }, deadline);
  CaseReport report;
  report.id = step_id();
  report.place = place_;
  report.rules = step.rules;
  report.message = progress.complaint();
  if (!report.message.empty()) {
    report.verdict = Verdict::fail;
    report.expected = text_of(pattern);
    report.seen = progress.seen();
  }
  add(std::move(report));
}

}  // namespace lunsim::scenarios
