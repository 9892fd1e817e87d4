// What a story expects of the wire: single events with their fields, an order of several, some that
// must not come, some that are counted. Data and pure functions on a WireLog; who turns the world
// meanwhile is the player.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/wire_log.hpp"

namespace lunsim::scenarios {

/// One kind of event. Directions are the target's, as in faults.
struct WireItem {
  enum class Kind : std::uint8_t { pdu, smb, opened, closed, reset } kind = Kind::pdu;
  Place place;
  std::string text;  // "send SCSI Response", for messages
  pdu::Opcode opcode = pdu::Opcode::nop_out;
  std::optional<scsi::CommandCode> command;
  SmbGlance message;                                    // of smb: command and direction
  std::optional<smb::NtStatus> status;                  // of smb
  std::vector<std::pair<std::string, Matcher>> fields;  // names as in protocol/iscsi/pdu/fields.hpp
  std::string address;                                  // of the host that opened it; empty: any
  std::string host;                                     // its id, until that is known
  Matcher times;  // counted: how often; in an order: only a plain number
  std::uint64_t times_in_order = 1;
};

bool matches(const WireItem& item, const WireEntry& entry, const WireLog& log,
             const Variables& variables);

/// What to look for, from one entry of the log on.
struct WirePattern {
  std::vector<WireItem> order;    // others may come between
  std::vector<WireItem> never;    // until the order is complete
  std::vector<WireItem> counted;  // the same
};

/// How far it has come. Cheap to ask again: it looks at each entry once.
class WireProgress {
 public:
  /// All outlive it.
  WireProgress(const WirePattern& pattern, const WireLog& log, std::uint64_t from,
               const Variables& variables);

  /// Looks at what has come since. True if nothing that comes later can change the answer: the
  /// order is complete, or something came that must not.
  bool advance();
  /// Why it does not match as it stands; empty if it does.
  std::string complaint() const;
  /// What was seen, for a report: at most the last `max` entries, oldest first.
  std::string seen(std::size_t max = 12) const;

 private:
  bool look_at(const WireEntry& entry);

  const WirePattern& pattern_;
  const WireLog& log_;
  const Variables& variables_;
  const std::uint64_t from_;
  std::uint64_t next_;
  std::uint64_t end_;  // behind the last that counts
  std::size_t item_ = 0;
  std::uint64_t times_ = 0;  // of the item that is waited for
  std::vector<std::uint64_t> counts_;
  std::string violation_;
};

}  // namespace lunsim::scenarios
