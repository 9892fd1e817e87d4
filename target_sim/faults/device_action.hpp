// The device part of a fault's action as data: what becomes of a SCSI command: what is answered,
// what is done, when, and which bytes go wrong. Nothing here decides anything; faulty_device.hpp
// does it.                                                                          SPC-4, SBC-3
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/scsi/sense.hpp"
#include "protocol/scsi/status.hpp"

namespace lunsim::target_sim {

/// One change of the data of a command: of what it sends if it writes, of what it is sent if not.
struct DataChange {
  enum class Kind : std::uint8_t {
    exclusive_or,  // `bytes` over what is at `at`, repeated to `repeat` bytes
    put,           // `bytes` instead of what is at `at`
    cut,           // only `at` bytes are left
    append,        // `bytes` behind the last; of commands that send data to the host only
  };
  Kind kind = Kind::exclusive_or;
  std::size_t at = 0;
  std::vector<std::byte> bytes;
};

/// What REPORT LUNS tells instead.                                                   SPC-4 §6.33
struct ReportedLuns {
  enum class Addressing : std::uint8_t { as_usual, peripheral, flat, extended };
  std::optional<std::vector<std::uint64_t>>
      list{};               // plain numbers; none: the units that there are
  std::uint32_t count = 0;  // from 0 on, instead of a list
  bool descending = false;
  bool well_known = false;  // the REPORT LUNS well known unit at the end
  Addressing addressing = Addressing::as_usual;
};

/// What READ CAPACITY(10) and (16) tell instead.                               SBC-3 §5.15, §5.16
struct ReportedCapacity {
  std::optional<std::uint64_t> last_lba{};
  std::optional<std::uint32_t> block_bytes{};
  std::optional<std::uint8_t> physical_exponent{};
};

/// What INQUIRY tells instead.                                                  SPC-4 §6.6, §7.8
struct ReportedIdentity {
  std::optional<std::uint8_t> qualifier{};
  std::optional<std::uint8_t> device_type{};
  std::optional<std::string> serial{};  // page 80h, and the designators made from it
  std::vector<std::uint8_t> without{};  // pages that are not there
  bool duplicate_designator = false;    // the first one of page 83h, twice
};

struct DeviceAction {
  // What is answered.
  std::optional<scsi::Status> status;  // ends the command with it
  std::optional<scsi::Sense> sense;
  scsi::SenseFormat sense_format = scsi::SenseFormat::fixed;
  std::vector<std::byte> sense_bytes;            // as they are, instead of `sense`
  std::optional<std::uint16_t> sense_bytes_max;  // cut to so many
  bool never_answered = false;
  std::int64_t answer_after_ns = 0;  // executed now, answered so much later

  // What is done, apart from the answer.
  enum class Apply : std::uint8_t {
    as_answered,  // executed unless a status is set
    yes,          // executed, whatever is answered
    never,        // not executed; GOOD unless a status is set
    later,        // answered GOOD now, executed `apply_after_ns` later
    cached,       // executed and forgotten again with the next loss of power, SYNCHRONIZE or not
  };
  Apply apply = Apply::as_answered;
  std::int64_t apply_after_ns = 0;
  bool compares = true;  // COMPARE AND WRITE: false writes whatever the comparison says

  // When it is done.
  std::int64_t delay_ns = 0;   // executed so much later
  std::int64_t jitter_ns = 0;  // and up to so much more, drawn for each
  std::int64_t p99_ns = 0;     // instead of both, for one in a hundred

  // Which bytes go wrong.
  std::vector<DataChange> data;
  std::int64_t misdirected_blocks = 0;             // the command goes to other blocks
  std::optional<std::uint64_t> torn_after_bytes;   // of a write: only so much of it lands
  std::optional<std::uint64_t> torn_after_blocks;  // the same in blocks
  bool stale = false;                 // of a read: as it was before it was last written
  std::int64_t length_lie_bytes = 0;  // added to the length that parameter data tells of itself
  std::optional<ReportedLuns> luns;
  std::optional<ReportedCapacity> capacity;
  std::optional<ReportedIdentity> identity;

  // What else happens to the unit, before the command.
  std::vector<scsi::AdditionalSense> attentions;
  bool attention_for_all = true;  // false: only for the nexus that sent the command
  bool has_change = false;        // whoever composed the plan knows which

  /// Whether the device is concerned at all.
  bool is_any() const {
    return status || never_answered || answer_after_ns > 0 || apply != Apply::as_answered ||
           !compares || delay_ns > 0 || jitter_ns > 0 || p99_ns > 0 || changes_data() ||
           !attentions.empty() || has_change;
  }
  bool changes_data() const {
    return !data.empty() || misdirected_blocks != 0 || torn_after_bytes || torn_after_blocks ||
           stale || length_lie_bytes != 0 || luns || capacity || identity;
  }
  bool delays() const { return delay_ns > 0 || jitter_ns > 0 || p99_ns > 0; }
};

}  // namespace lunsim::target_sim
