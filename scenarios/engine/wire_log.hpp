// What has crossed the wires of a story so far, kept small, so that steps can ask for it: kinds,
// headers, openings and closings, and which command a PDU belongs to; of a frame of SMB2 each
// message. Keys it has none: what is encrypted is only that. An observer beside the
// capture and the hash; reads nothing of data segments and judges nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "protocol/iscsi/pdu/bhs.hpp"
#include "protocol/scsi/opcode_table.hpp"
#include "runtime/ports/world.hpp"
#include "scenarios/trace/pdu_trace.hpp"

namespace lunsim::scenarios {

struct WireEntry {
  TraceEntry::Kind kind = TraceEntry::Kind::pdu;
  std::uint32_t connection = 0;
  bool by_initiator = false;  // sent, or closed
  bool by_reset = false;      // closed
  runtime::TimePoint at;
  pdu::BhsBytes bhs{};
  std::optional<scsi::CommandCode> command;  // of itself, or that its Initiator Task Tag stands for
  std::optional<SmbGlance> smb;              // of what is no PDU: a message of a frame
};

class WireLog final : public runtime::Observer {
 public:
  /// No more entries are kept; older ones are forgotten first.
  static constexpr std::size_t kEntriesMax = 200'000;

  WireLog();

  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override;
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override {
    trace_.carried(number, from_opener, bytes, now);
  }
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override {
    trace_.closed(number, by_opener, reset, now);
  }

  /// Entries are numbered from 0; this is the number of the next.
  std::uint64_t end() const { return forgotten_ + entries_.size(); }
  /// Of the oldest that is kept.
  std::uint64_t begin() const { return forgotten_; }
  const WireEntry& at(std::uint64_t number) const {
    return entries_[static_cast<std::size_t>(number - forgotten_)];
  }
  /// The address that opened this connection.
  std::string opener_of(std::uint32_t connection) const;

 private:
  void add(const TraceEntry& entry);
  void keep(const WireEntry& entry);
  void find_command(WireEntry& entry);

  PduTrace trace_;
  std::deque<WireEntry> entries_;
  std::uint64_t forgotten_ = 0;
  std::map<std::uint32_t, std::string> openers_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, scsi::CommandCode> commands_;  // by tag
};

}  // namespace lunsim::scenarios
