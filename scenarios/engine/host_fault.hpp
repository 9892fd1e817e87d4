// A named fault of a host as data: which call it waits for, and what that call does instead of its
// duty. How often it fires is counted like any other fault's (target_sim/faults); who acts on it is
// FaultyHost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "initiator/host/host.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "scenarios/engine/problem.hpp"
#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::scenarios {

/// Every condition that is set must hold.
struct HostFaultSelector {
  std::string function;                      // of the API, without A or W; empty: any
  std::optional<scsi::CommandCode> command;  // of calls that send one
  std::optional<std::uint64_t> lun;          // likewise; plain number
  std::string target;                        // of logins: glob over the name
  std::string host;                          // its id in the file; empty: any
};

struct HostFaultAction {
  std::optional<initiator::StatusCode> returns;  // instead of what it would return
  bool done = false;          // `returns`: what was asked for happens all the same
  std::int64_t delay_ns = 0;  // the call takes so much longer
  bool hang = false;          // it never returns
  std::uint32_t grew = 0;     // a list has so many entries more than there are
  std::uint32_t shrank = 0;   // or less
  bool stop_service = false;  // this call finds the service stopped, and so do those after it
};

struct HostFaultModel {
  Place place;
  target_sim::FaultRule rule;  // name, times, armed, after; nth, every and probability of `on`
  HostFaultSelector on;
  HostFaultAction action;
  bool may_not_fire = false;
};

/// Whether a request is the one that a selector waits for, sent by host `host`.
bool matches(const HostFaultSelector& on, const initiator::Request& request, std::string_view host);

}  // namespace lunsim::scenarios
