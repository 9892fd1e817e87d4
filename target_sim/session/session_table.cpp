#include "target_sim/session/session_table.hpp"

namespace lunsim::target_sim {

SessionTable::Port SessionTable::port_of(const TargetSession& session) {
  const TargetSession::Config& config = session.config();
  return {config.node, config.initiator_name, config.isid, config.discovery_scope};
}

TargetSession* SessionTable::find(std::size_t node, const std::string& initiator,
                                  const pdu::Isid& isid, const std::string& discovery_scope) const {
  const auto found = by_port_.find(Port{node, initiator, isid, discovery_scope});
  return found == by_port_.end() ? nullptr : found->second;
}

TargetSession* SessionTable::find(std::uint16_t tsih) const {
  const auto found = by_tsih_.find(tsih);
  return found == by_tsih_.end() ? nullptr : found->second.get();
}

std::uint16_t SessionTable::free_tsih() {
  if (by_tsih_.size() >= 0xFFFF) return 0;
  do {
    ++last_tsih_;
  } while (last_tsih_ == 0 || by_tsih_.contains(last_tsih_));
  return last_tsih_;
}

TargetSession& SessionTable::add(std::unique_ptr<TargetSession> session) {
  TargetSession& added = *session;
  by_port_[port_of(added)] = &added;
  by_tsih_[added.config().tsih] = std::move(session);
  return added;
}

void SessionTable::remove(TargetSession& session) {
  const auto found = by_port_.find(port_of(session));
  if (found != by_port_.end() && found->second == &session) by_port_.erase(found);
  by_tsih_.erase(session.config().tsih);
}

}  // namespace lunsim::target_sim
