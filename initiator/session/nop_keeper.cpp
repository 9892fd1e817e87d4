#include "initiator/session/nop_keeper.hpp"

#include <algorithm>

namespace lunsim::initiator {

using runtime::TimePoint;

void NopKeeper::start(TimePoint now) {
  running_ = interval_ > runtime::Duration{0};
  heard_ = now;
  ping_.reset();
}

void NopKeeper::stop() {
  running_ = false;
  ping_.reset();
}

void NopKeeper::handle_heard(TimePoint now) { heard_ = now; }

NopKeeper::Due NopKeeper::judge(TimePoint now) const {
  const std::optional<TimePoint> due = next_timeout();
  if (!due || now < *due) return Due::nothing;
  return ping_ ? Due::dead : Due::ping;
}

void NopKeeper::handle_pinged(InitiatorTaskTag tag, TimePoint now) {
  ping_ = tag;
  pinged_ = now;
}

bool NopKeeper::handle_answer(InitiatorTaskTag tag) {
  if (ping_ != tag) return false;
  ping_.reset();
  return true;
}

std::optional<TimePoint> NopKeeper::next_timeout() const {
  if (!running_) return std::nullopt;
  return ping_ ? std::max(pinged_, heard_) + timeout_ : heard_ + interval_;
}

pdu::NopOut answer_to(const pdu::NopIn& ping) {
  pdu::NopOut answer;
  answer.immediate = true;
  answer.lun = ping.lun;
  answer.initiator_task_tag = kReservedInitiatorTaskTag;
  answer.target_transfer_tag = ping.target_transfer_tag;
  return answer;
}

}  // namespace lunsim::initiator
