// The sessions of a target server: found by TSIH and by who logged in where. Owns them.        RFC
// 7143 §4.4.3, §6.3.5
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "target_sim/session/target_session.hpp"

namespace lunsim::target_sim {

class SessionTable {
 public:
  /// The session of this initiator port at this node, or null; with a scope, a discovery session
  /// of that scope.                                                            RFC 7143 §7.4.2
  TargetSession* find(std::size_t node, const std::string& initiator, const pdu::Isid& isid,
                      const std::string& discovery_scope = {}) const;
  TargetSession* find(std::uint16_t tsih) const;
  /// A TSIH that is not 0 and not in use; 0 if all are.
  std::uint16_t free_tsih();
  /// The search for a free one begins at 1 again.
  void restart_tsih() { last_tsih_ = 0; }
  TargetSession& add(std::unique_ptr<TargetSession> session);
  void remove(TargetSession& session);
  std::size_t size() const { return by_tsih_.size(); }

  /// In order of TSIH.
  const std::map<std::uint16_t, std::unique_ptr<TargetSession>>& all() const { return by_tsih_; }

 private:
  using Port = std::tuple<std::size_t, std::string, pdu::Isid, std::string>;
  static Port port_of(const TargetSession& session);
  std::map<std::uint16_t, std::unique_ptr<TargetSession>> by_tsih_;
  std::map<Port, TargetSession*> by_port_;
  std::uint16_t last_tsih_ = 0;
};

}  // namespace lunsim::target_sim
