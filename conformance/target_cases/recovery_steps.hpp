// What cases of recovery have in common: sessions at an ErrorRecoveryLevel, SNACK Requests, and
// whether a PDU that comes again is the one that came before.                RFC 7143 §11.16
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {

constexpr std::uint8_t kDataOrR2tSnack = 0, kStatusSnack = 1, kDataAck = 2, kResegmentingSnack = 3;

/// A session of which this level was agreed, unit attentions taken; else the case ends as
/// unsupported.
Connection& recovering_session(CaseContext& c, const Pairs& keys = {}, const char* level = "1");

/// A SNACK Request for a run; `tag` is kReservedTag where there is no task. The ExpStatSN is
/// `exp_stat_sn`: what is received need not be acknowledged.
RawPdu snack(std::uint8_t type, std::uint32_t tag, std::uint32_t first, std::uint32_t count,
             std::uint32_t exp_stat_sn);

/// The same PDU, byte by byte, but for ExpCmdSN, MaxCmdSN, and what else is named: [from, to) of
/// the header.
struct ByteRange {
  std::size_t from = 0, to = 0;
};
Outcome again(const Seen& original, std::vector<ByteRange> may_differ = {});

/// A read and what came for it; the status is not acknowledged before a stamped PDU is sent.
struct ReadSeen {
  std::uint32_t tag = 0;
  std::vector<Seen> data_pdus;
  Seen end;  // what carried the status: the last of data_pdus or a SCSI Response
  std::uint32_t status_number() const { return static_cast<std::uint32_t>(end.get("StatSN")); }
};
ReadSeen read_blocks(CaseContext& c, Connection& one, std::uint32_t blocks);

/// An immediate ping with an Initiator Task Tag; its NOP-In.
Seen pinged(CaseContext& c, Connection& one);

}  // namespace lunsim::conform
