// PERSISTENT RESERVE IN and OUT as cases send them. SPC-4 §5.13, §6.15, §6.16
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/new_case.hpp"
#include "conformance/harness/scratch.hpp"
#include "conformance/target_cases/scsi_exchange.hpp"

namespace lunsim::conform {

constexpr std::uint8_t kReserveIn = 0x5E, kReserveOut = 0x5F;
constexpr std::string_view kIn = "PERSISTENT RESERVE IN", kOut = "PERSISTENT RESERVE OUT";
constexpr std::uint64_t kNobodysKey = 0x6C75'6E73'696D'3939u;  // "lunsim99"

/// Service actions of PERSISTENT RESERVE OUT.
enum ReserveAction : std::uint8_t {
  kRegister = 0,
  kReserve = 1,
  kRelease = 2,
  kClear = 3,
  kPreempt = 4,
  kPreemptAndAbort = 5,
  kRegisterAndIgnore = 6,
};
constexpr std::uint8_t kWriteExclusive = 1, kExclusiveAccess = 3, kWriteExclusiveRegistrants = 5,
                       kExclusiveAccessRegistrants = 6, kWriteExclusiveAll = 7,
                       kExclusiveAccessAll = 8;

/// A parameter list: RESERVATION KEY, SERVICE ACTION RESERVATION KEY.
std::vector<std::byte> reserve_list(std::uint64_t key, std::uint64_t action_key);
Cdb reserve_out_cdb(ReserveAction action, std::uint8_t type = 0);
/// Sends it with a list of 24 bytes.
ScsiAnswer reserve_out(CaseContext& c, Connection& one, ReserveAction action, std::uint8_t type,
                       std::uint64_t key, std::uint64_t action_key);
/// REGISTER AND IGNORE EXISTING KEY with the key of cases; must be done.
void register_ours(CaseContext& c, Connection& one);

/// PERSISTENT RESERVE IN.
enum ReserveQuestion : std::uint8_t {
  kReadKeys = 0,
  kReadReservation = 1,
  kReportCapabilities = 2,
  kReadFullStatus = 3,
};
ScsiAnswer reserve_in(CaseContext& c, Connection& one, ReserveQuestion question,
                      std::uint16_t allocation_length = 1024);

/// Runs `body` and takes every registration with keys of cases back, whatever became of it. A unit
/// where somebody else is registered ends the case as unsupported: nobody is to be disturbed.
void with_registrations(CaseContext& c, const std::function<void()>& body);

/// RESERVATION CONFLICT.
Outcome conflict();

struct TwoPorts {
  Connection* a = nullptr;
  Connection* b = nullptr;
};
/// Two initiator ports without unit attentions; the first is registered, and the second with the
/// other key if it is to be.
TwoPorts two_ports(CaseContext& c, bool both_register = false);
/// RESERVE with this type, which a target need not have.
void reserve(CaseContext& c, Connection& one, std::uint8_t type);
/// PERSISTENT RESERVE IN that must be answered.
ScsiAnswer question(CaseContext& c, Connection& one, ReserveQuestion what,
                    std::uint16_t allocation_length = 1024);
bool is_among_keys(const ScsiAnswer& keys, std::uint64_t key);
/// What shows what is wrong with an answer.
const Seen& shown(const ScsiAnswer& answer);
ScsiAnswer read_one(CaseContext& c, Connection& one);
ScsiAnswer write_one(CaseContext& c, Connection& one);

/// A case that registers, "scsi/persistent_reserve/<id>": its body runs within
/// with_registrations().
NewCase add_reserving(CaseList& cases, std::string id, std::string requirement, std::string purpose,
                      std::string observed, std::function<void(CaseContext&)> body);

}  // namespace lunsim::conform
