// Response Fence: responses of a unit keep their order over the connections of a session; and
// FastAbort, which ends many tasks without waiting for their data.
// RFC 7143 §4.2.2.3, §4.2.3.4, §11.6.1, §11.9
#include <algorithm>
#include <utility>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/nop_in.hpp"
#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {
namespace {

constexpr std::size_t kExpStatSnAt = 28;  // in every PDU of an initiator in full feature phase
constexpr std::size_t kKeptTransfersMax = 4096;
constexpr auto kPersistentReserveOut = std::byte{0x5F};
constexpr auto kPreemptAndAbort = std::byte{5};

bool overlap(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  return !a || !b || *a == *b;
}

bool is_unit_attention(const Task& task) {
  if (task.status != scsi::Status::check_condition || task.sense.size < 3) return false;
  constexpr auto kUnitAttention = std::byte{6};
  const bool has_descriptors = (task.sense.bytes[0] & std::byte{0x7E}) == std::byte{0x72};
  return (task.sense.bytes[has_descriptors ? 1 : 2] & std::byte{0x0F}) == kUnitAttention;
}

bool preempts_and_aborts(const Task& task) {
  return task.cdb[0] == kPersistentReserveOut &&
         (task.cdb[1] & std::byte{0x1F}) == kPreemptAndAbort;
}

}  // namespace

bool TargetSession::has_fences() const {
  return config_.parameters.task_reporting != negotiation::TaskReporting::rfc3720;
}

bool TargetSession::is_fast() const {
  return config_.parameters.task_reporting == negotiation::TaskReporting::fast_abort;
}

void TargetSession::fence_after_abort(std::optional<std::uint64_t> lun, bool by_another) {
  if (!has_fences()) return;
  const std::vector<std::uint64_t> units =
      lun ? std::vector<std::uint64_t>{*lun} : config_.device->luns();
  fence_attention_.insert(units.begin(), units.end());
  if (by_another) fence_first_.insert(units.begin(), units.end());
}

/// Whether the response of a command that has ended is one that is fenced.             §4.2.2.3.4
bool TargetSession::takes_fence(const Command& command) {
  const bool is_first = fence_first_.erase(command.task.lun) > 0;
  const bool is_attention =
      is_unit_attention(command.task) && fence_attention_.erase(command.task.lun) > 0;
  return is_first || is_attention || preempts_and_aborts(command.task);
}

bool TargetSession::is_fenced_off(std::optional<std::uint64_t> lun) const {
  return std::any_of(fenced_.begin(), fenced_.end(), [&](const Fenced& one) {
    return !one.ends_when_sent && overlap(one.lun, lun);
  });
}

bool TargetSession::is_in_sending(std::optional<std::uint64_t> lun) const {
  const std::vector<Command*> all = table_.all();
  return std::any_of(all.begin(), all.end(), [&](const Command* command) {
    return command->state == Command::State::sending && command->connection != nullptr &&
           overlap(command->task.lun, lun);
  });
}

void TargetSession::note_acknowledged(Connection& connection, const pdu::PduView& pdu) {
  const StatSn told{bytes::load_be32(&pdu.bhs[kExpStatSnAt])};
  const bool is_sent = !precedes(connection.stat_sn.peek(), told);
  if (is_sent && precedes(connection.acknowledged, told)) connection.acknowledged = told;
}

void TargetSession::wait_at_fence(Fenced response, runtime::TimePoint now) {
  fenced_.push_back(std::move(response));
  advance_fences(now);
}

/// What can leave leaves; a response waits for all that stand before it and share a unit with it.
void TargetSession::advance_fences(runtime::TimePoint now) {
  if (fenced_.empty() || advancing_fences_) return;
  advancing_fences_ = true;
  for (std::size_t i = 0; i < fenced_.size();) {
    const auto at = fenced_.begin() + static_cast<std::ptrdiff_t>(i);
    const bool is_next = std::none_of(
        fenced_.begin(), at, [&](const Fenced& before) { return overlap(before.lun, at->lun); });
    if (is_next && advance(*at, now)) {
      fenced_.erase(at);
      i = 0;
    } else {
      ++i;
    }
  }
  advancing_fences_ = false;
}

/// Goes on with one whose turn it is; true if it is through.
bool TargetSession::advance(Fenced& fenced, runtime::TimePoint now) {
  using Step = Fenced::Step;
  const auto has_arrived = [](const Fenced::Mark& mark) {
    return !precedes(mark.connection->acknowledged, mark.until);
  };
  if (fenced.step == Step::waits) {
    if (fenced.is_fence && connections_.size() > 1) {
      if (is_in_sending(fenced.lun)) return false;
      await_all(fenced, now);
    }
    fenced.step = Step::awaits;
  }
  if (fenced.step == Step::awaits) {
    std::erase_if(fenced.marks, has_arrived);
    if (!fenced.marks.empty()) return false;
    fenced.step = Step::leaves;
    send_fenced(fenced, now);
  }
  if (!fenced.is_fence || fenced.ends_when_sent || connections_.size() < 2) return true;
  if (fenced.step == Step::leaves) {
    if (is_in_sending(fenced.lun)) return false;
    fenced.marks = {{fenced.connection, fenced.connection->stat_sn.peek()}};
    solicit(*fenced.connection, now);
    fenced.step = Step::is_awaited;
  }
  return std::all_of(fenced.marks.begin(), fenced.marks.end(), has_arrived);
}

/// Everything that has been sent on any connection must be acknowledged.
void TargetSession::await_all(Fenced& fenced, runtime::TimePoint now) {
  for (Connection* connection : connections_) {
    if (connection->is_ending() || connection->acknowledged == connection->stat_sn.peek()) continue;
    fenced.marks.push_back({connection, connection->stat_sn.peek()});
    solicit(*connection, now);
  }
}

void TargetSession::send_fenced(Fenced& fenced, runtime::TimePoint now) {
  if (Command* command = std::exchange(fenced.command, nullptr)) return respond(*command, now);
  const Held managed = std::exchange(fenced.managed, {});
  send_managed(*managed.connection, managed.request, managed.outcome, now);
}

/// It has been aborted while it waited.
void TargetSession::leave_fence(const Command& command) {
  std::erase_if(fenced_, [&](const Fenced& one) { return one.command == &command; });
}

/// The connection is gone: nothing is acknowledged there any more.
void TargetSession::leave_fence(const Connection& connection) {
  std::erase_if(fenced_, [&](const Fenced& one) { return one.connection == &connection; });
  for (Fenced& one : fenced_)
    std::erase_if(one.marks, [&](const auto& mark) { return mark.connection == &connection; });
  std::erase_if(kept_transfers_, [&](const auto& one) { return one.connection == &connection; });
}

/// A ping whose answer has an ExpStatSN.                                           §4.2.2.3.3,
/// §11.19
void TargetSession::solicit(Connection& connection, runtime::TimePoint now) {
  pdu::NopIn nop_in;
  nop_in.target_transfer_tag = next_transfer_tag();
  stamp(connection, nop_in, false);
  send(connection, nop_in, {}, now);
}

// --- FastAbort
// ---------------------------------------------------------------------------------------------------

/// AsyncEvent 5, once for each unit on each connection that has tasks of it, but not where the
/// function came from. Data for them that is under way is let go by.                  §4.2.3.4 c, d
void TargetSession::tell_terminated(const std::vector<Command*>& tasks, runtime::TimePoint now) {
  for (Connection* connection : connections_) {
    if (connection == managing_ || connection->is_ending()) continue;
    std::set<std::uint64_t> units;
    for (const Command* task : tasks)
      if (task->connection == connection) units.insert(task->request.lun.raw);
    for (const std::uint64_t unit : units) {
      pdu::AsyncMessage message;
      message.lun.raw = unit;
      message.async_event = pdu::AsyncEvent::task_termination;
      stamp(*connection, message, true);
      send(*connection, message, {}, now);
      for (const Command* task : tasks)
        if (task->connection == connection && task->request.lun.raw == unit) keep_transfers(*task);
    }
  }
}

void TargetSession::keep_transfers(const Command& command) {
  const Connection& connection = *command.connection;
  for (const TargetTransferTag tag : command.write.open_tags()) {
    if (kept_transfers_.size() >= kKeptTransfersMax) kept_transfers_.pop_front();
    kept_transfers_.push_back(
        {&connection, tag, command.request.lun.raw, connection.stat_sn.peek()});
  }
}

bool TargetSession::is_kept_transfer(const pdu::DataOut& data_out) const {
  return std::any_of(kept_transfers_.begin(), kept_transfers_.end(), [&](const KeptTransfer& one) {
    return one.tag == data_out.target_transfer_tag;
  });
}

/// The answer to AsyncEvent 5: no data for those tasks comes any more.            §4.2.3.4 g, §11.9
void TargetSession::free_transfers(const Connection& connection, const pdu::NopOut& nop_out) {
  std::erase_if(kept_transfers_, [&](const KeptTransfer& one) {
    return nop_out.target_transfer_tag == kReservedTargetTransferTag &&
           one.connection == &connection && one.lun_field == nop_out.lun.raw &&
           !precedes(nop_out.exp_stat_sn, one.told);
  });
}

}  // namespace lunsim::target_sim
