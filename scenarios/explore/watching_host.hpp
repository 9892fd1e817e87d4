// A host that changes nothing and remembers what it was asked and what it answered: every call
// against its bound of time and the outcomes that it may have, every read and write against the
// model of blocks. Stands between the C entry points and the scenario's host.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "initiator/host/host.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/explore/block_model.hpp"
#include "scenarios/explore/finding.hpp"

namespace lunsim::explore {

class WatchingHost final : public initiator::Host {
 public:
  /// All outlive it. `call_bound`: of world time, that any one operation may take.
  WatchingHost(initiator::Host& healthy, const runtime::World& world, BlockModel& model,
               Findings& findings, runtime::Duration call_bound);

  initiator::OperationId start(initiator::Request request) override;
  bool poll(initiator::OperationId operation) override { return healthy_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override;
  initiator::Reply call(initiator::Request request) override;
  const Profile& profile() const override { return healthy_.profile(); }

  /// Takes what was started and never awaited, ended or not.
  void take_all();
  /// Calls that went to a target and were answered with success, since the last time asked.
  std::uint64_t take_wire_successes() { return std::exchange(wire_successes_, 0); }

 private:
  struct Asked {
    runtime::TimePoint since{};
    std::string name;         // of the function, for messages
    runtime::Duration own{};  // a time-out of its own
    bool is_for_wire = false;
    std::string login_to;  // LoginTarget: the target's name
    std::optional<BlockModel::AccessId> write, read;
    std::optional<UnitName> unfollowed;  // a command that changes blocks unseen
  };
  Asked note(const initiator::Request& request);
  void note_command(const initiator::SendScsi& command, Asked& asked);
  void judge(const Asked& asked, const initiator::Reply& reply);

  initiator::Host& healthy_;
  const runtime::World& world_;
  BlockModel& model_;
  Findings& findings_;
  runtime::Duration call_bound_;
  std::map<initiator::OperationId, Asked> running_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> target_of_session_;
  std::uint64_t wire_successes_ = 0;
};

}  // namespace lunsim::explore
