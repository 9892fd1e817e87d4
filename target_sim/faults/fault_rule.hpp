// A named fault as data: which PDU or SCSI command it waits for, how often, and what it does then.
// Plain structs for whoever composes a plan; nothing here decides anything.            Names of
// fields and opcodes: RFC 7143 §11, SPC-4
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/iscsi/pdu/tap.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "target_sim/faults/device_action.hpp"

namespace lunsim::target_sim {

/// What `nth` and `every` count within. `times` always counts the whole run.
enum class FaultScope : std::uint8_t { run, session, connection, lun };

enum class SessionKind : std::uint8_t { normal, discovery, any };

struct BlockRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct FaultScene;  // fault_scene.hpp

/// Every condition that is set must hold. Directions are as seen from the target.
struct FaultSelector {
  pdu::Direction direction = pdu::Direction::receive;
  std::optional<pdu::Opcode>
      pdu;  // without it and with `command`: the command, or its final answer
  std::optional<scsi::CommandCode> command;  // of the command itself, or that the PDU belongs to
  std::optional<std::uint64_t> lun;          // plain number
  std::optional<BlockRange> blocks;          // the command touches one of these
  std::string initiator;                     // glob over the iSCSI name; empty: anybody
  std::optional<std::string> target;         // iSCSI name; connections to others do not count
  SessionKind session = SessionKind::normal;
  FaultScope per = FaultScope::run;
  std::uint32_t nth = 0;     // only the n-th match of its scope, from 1; 0: all
  std::uint32_t every = 0;   // every k-th match; 0: all
  double probability = 1.0;  // of those that are left
  std::function<bool(const FaultScene&)> where;  // a predicate brought along; asked last
};

struct CutPlace {
  enum class Base : std::uint8_t { header, data };  // first byte of the BHS; of the data segment
  Base base = Base::header;
  std::uint32_t offset_bytes = 0;
  pdu::TapVerdict::Cut how = pdu::TapVerdict::Cut::reset;
};
struct FieldChange {
  std::string field;  // the standard's name, as in protocol/iscsi/pdu/fields.hpp
  std::uint64_t value = 0;
  bool add = false;  // to what stands there, modulo the field's width
};
struct Redirect {
  bool permanent = false;
  std::string to;  // TargetAddress value
};

/// What becomes of the command is the device's part, of the PDU the wire's.
struct FaultAction : DeviceAction {
  bool drop = false;
  std::uint32_t copies = 1;
  std::int64_t hold_ns = 0;
  std::optional<CutPlace> cut;
  std::vector<FieldChange> fields;
  bool spoil_header_digest = false;
  bool spoil_data_digest = false;
  bool omit_padding = false;
  std::optional<std::uint32_t>
      flip_data_byte;  // inverts this byte of the data segment, if it is there
  std::optional<std::uint16_t>
      login_status;                  // Status-Class and Status-Detail of the (next) Login Response
  std::optional<Redirect> redirect;  // the same with 0101h or 0102h and a TargetAddress

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
  std::string after;  // sleeps until that fault has fired
};

}  // namespace lunsim::target_sim
