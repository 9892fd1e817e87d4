// Steps of cases that manage tasks, and of those that have two connections in one session.
// RFC 7143 §4.2.3, §4.4.3, §11.5, §11.7
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {

constexpr std::uint8_t kAbortOne = 1, kAbortSet = 2, kClearSet = 4, kResetUnit = 5, kWarmReset = 6,
                       kColdReset = 7;

/// An immediate task management function on the LUN under test; not stamped.
RawPdu manages(const CaseContext& c, std::uint8_t function,
               std::uint32_t referenced = kReservedTag);
/// Its response, with this code.
Outcome managed(std::uint64_t response);

/// WRITE(10) without data; not stamped.
RawPdu write_of(const CaseContext& c, std::uint32_t blocks, std::uint64_t lba);
/// A Data-Out for an R2T.
RawPdu data_for(const Seen& r2t, const Connection& one, std::size_t bytes, std::uint8_t filled,
                bool is_last = true, std::uint32_t data_sn = 0, std::size_t offset = 0);

/// How the second connection of a session logs in.
constexpr std::uint16_t kSecondCid = 1;
LoginPlan joining(const Connection& first, std::uint16_t cid = kSecondCid);

struct TwoConnections {
  Connection* first = nullptr;
  Connection* second = nullptr;
};
/// A session without immediate or unsolicited data; `keys` are offered besides. Unit attentions
/// have been taken.
TwoConnections two_connections(CaseContext& c, const Pairs& keys = {});
/// Sends on `at`; CmdSN is the session's.
std::uint32_t issue_on(Connection& at, Connection& other, RawPdu request);

/// What a login offers so that TaskReporting becomes "ResponseFence" or "FastAbort".        §13.23
Pairs offer_of_reporting(const std::string& value);
/// A mutant's faults: agrees to it and goes on as by RFC 3720.
std::string only_says_reporting(const std::string& value);

/// A NOP-Out that wants no answer: the ExpStatSN of what has been received, or an older one. `lun`
/// is the LUN field.                                                               RFC 7143 §11.18
void acknowledge(Connection& one, std::optional<std::uint64_t> lun = {});
/// Fails if a PDU with `tag` comes before the answer to a ping on the same connection, which reads
/// whatever is there; PDUs that have nothing to do with it are passed over.
void expect_waits(CaseContext& c, Connection& one, std::uint32_t tag, const std::string& why);

}  // namespace lunsim::conform
