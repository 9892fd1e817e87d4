// One connection of an initiator's to the target that we play: sends what it is given, cuts what
// comes into PDUs, and keeps the numbers that an honest target would keep. It judges nothing.
// RFC 7143 §4.2.2, §11
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/harness/connection.hpp"

namespace lunsim::conform {

/// Where a write stands that we serve.
struct WriteInProgress {
  RawPdu command;
  std::vector<std::byte> data;
  std::uint32_t received_bytes = 0;
  std::uint32_t asked_bytes = 0;  // by R2T
  std::uint32_t r2t_sn = 0;
};

class InitiatorLine {
 public:
  InitiatorLine(Connection::Surroundings& around, runtime::ConnectionId id, std::uint32_t number);
  InitiatorLine(const InitiatorLine&) = delete;
  InitiatorLine& operator=(const InitiatorLine&) = delete;

  bool is_open() const;
  std::uint32_t number() const { return number_; }

  // --- out
  void send(const RawPdu& pdu);
  void send_bytes(std::span<const std::byte> bytes, std::string_view what);
  /// A PDU with F=1, the tag and LUN field of `request`; not stamped.
  RawPdu reply(const RawPdu& request, pdu::Opcode opcode) const;
  /// Fills in StatSN, ExpCmdSN and MaxCmdSN; the StatSN is used up if the PDU carries a status.
  RawPdu& stamp(RawPdu& pdu);
  /// stamp() and send().
  void issue(RawPdu pdu);
  void close(bool reset = false);
  void half_close();

  // --- in
  Seen next() { return next(around_.patience); }
  Seen next(runtime::Duration within);
  /// Something waits to be read, or the connection is over.
  bool has_news() const;
  void wait(runtime::Duration time);
  void use_digests(bool header, bool data);

  // --- numbers and what the login settled, for bodies to read and to spoil
  std::uint32_t stat_sn = 1, exp_cmd_sn = 0;
  std::uint32_t window = 32;  // MaxCmdSN = ExpCmdSN + window - 1
  std::uint64_t isid = 0;
  std::uint16_t tsih = 0;
  bool full_feature = false, discovery = false;
  bool header_digest = false, data_digest = false;
  Pairs offers;   // all that the initiator said
  Pairs results;  // what was answered
  std::map<std::uint32_t, WriteInProgress> writes;
  std::uint32_t next_transfer_tag() { return next_transfer_tag_++; }
  std::uint64_t number_of(std::string_view key, std::uint64_t otherwise) const;

 private:
  std::optional<Seen> take();
  void keep_numbers(const RawPdu& pdu);
  Seen over();

  Connection::Surroundings& around_;
  runtime::ConnectionId id_;
  std::uint32_t number_;
  PduCutter cutter_;
  std::uint32_t next_transfer_tag_ = 0x100;
};

}  // namespace lunsim::conform
