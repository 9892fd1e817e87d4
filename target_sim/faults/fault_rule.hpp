// A named fault as data: which PDU, SCSI command, bytes or connection it waits for, how often, and
// what it does then. Plain structs for whoever composes a plan; nothing here decides anything.
// Names of fields and opcodes: RFC 7143 §11, SPC-4
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/tap.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "target_sim/faults/byte_action.hpp"
#include "target_sim/faults/device_action.hpp"
#include "target_sim/faults/wire_action.hpp"

namespace lunsim::target_sim {

/// What `nth` and `every` count within. `times` always counts the whole run.
enum class FaultScope : std::uint8_t { run, session, connection, lun };

enum class SessionKind : std::uint8_t { normal, discovery, any };

struct BlockRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct FieldMatch {
  std::string field;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct VariableMatch {
  std::string name;
  std::uint64_t value = 0;
};
struct FaultScene;  // fault_scene.hpp

/// Every condition that is set must hold. Directions are as seen from the target.
struct FaultSelector {
  pdu::Direction direction = pdu::Direction::receive;
  /// Kinds of PDU; none and with `commands`: the command, or its final answer.
  std::vector<pdu::Opcode> pdus;
  bool any_pdu = false;
  bool bytes = false;                       // pieces of the stream instead of PDUs
  bool connects = false;                    // connections that are about to be
  std::vector<scsi::CommandCode> commands;  // of the command itself, or that the PDU belongs to
  std::optional<std::uint64_t> lun;         // plain number
  std::optional<BlockRange> blocks;         // the command touches one of these
  std::vector<FieldMatch> fields;           // of the PDU, by the standard's names
  std::string initiator;                    // glob over the iSCSI name; empty: anybody
  std::optional<std::string> target;        // iSCSI name; connections to others do not count
  std::string portal;                       // glob over "10.0.0.10:3260"
  SessionKind session = SessionKind::normal;
  std::uint32_t generation = 0;      // the n-th connection of its session, from 1; 0: all
  std::optional<std::uint16_t> cid;  // connection id, as the initiator says
  std::optional<pdu::Stage> stage;   // that the login is in; full feature phase after it
  std::int64_t after_time_ns = 0;    // of the world's time
  std::optional<std::int64_t> before_time_ns;
  std::uint64_t after_bytes = 0;          // of this direction of the connection
  std::uint32_t outstanding_min = 0;      // commands of the session without a status
  std::string file;                       // while it exists
  std::optional<VariableMatch> variable;  // while it has this value
  FaultScope per = FaultScope::run;
  std::uint32_t nth = 0;                         // only the n-th match of its scope, from 1; 0: all
  std::uint32_t every = 0;                       // every k-th match; 0: all
  double probability = 1.0;                      // of those that are left
  std::function<bool(const FaultScene&)> where;  // a predicate brought along; asked last

  bool is_for(pdu::Opcode opcode) const {
    for (const pdu::Opcode one : pdus)
      if (one == opcode) return true;
    return any_pdu;
  }
};

/// What becomes of somebody who wants to connect.
enum class AdmissionFault : std::uint8_t {
  none,
  refuse,      // nobody listens
  unanswered,  // no answer at all: the backlog is full
  reset,       // accepted, then RST
  silence,     // accepted, then nothing
};

/// What becomes of the command is the device's part; the rest is the connection's.
struct FaultAction : DeviceAction {
  WireAction wire;
  ByteAction bytes;
  AdmissionFault admission = AdmissionFault::none;

  /// Decides each time what is done; then only `decides_for_device` counts of the rest.
  std::function<FaultAction(const FaultScene&)> decide;
  bool decides_for_device = false;

  bool is_for_device() const { return is_any() || decides_for_device; }
};

struct FaultRule {
  std::string name;
  FaultSelector on;
  FaultAction action;
  std::uint32_t times = 0;  // fires at most so often; 0: no limit
  bool armed = true;
  std::string after;              // sleeps until that fault has fired
  std::uint32_t after_count = 1;  // so often

  /// Strikes PDUs: the tap's.
  bool is_for_wire() const { return !action.is_for_device() && !on.bytes && !on.connects; }
};

}  // namespace lunsim::target_sim
