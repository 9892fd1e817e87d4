// Logical unit numbers: the plain number that people write, and the eight-byte field that stands on
// the wire. Only single-level LUNs have a plain number here; the lower levels of SCC-style
// hierarchies are told apart, not followed.
// See SAM-5 §4.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lunsim::scsi {

/// How a LUN field says which unit it means. SAM-5 §4.7.7
enum class LunMethod : std::uint8_t {
  peripheral,           // 00b, bus identifier 0: one byte
  other_bus,            // 00b with a bus identifier: a level below, not followed here
  flat_space,           // 01b: 14 bits
  logical_unit,         // 10b: bus, target and LUN of a level below, not followed here
  extended_flat_space,  // D2h: 24 bits
  long_extended_flat,   // E2h: 40 bits
  well_known,           // C1h: W-LUN
  not_specified,        // all FFh
  unknown,
};
std::string_view name_of(LunMethod method);

struct LunAddress {
  LunMethod method = LunMethod::unknown;
  std::uint64_t number =
      0;  // the W-LUN for well_known; otherwise the number within the method's bits
  bool has_lower_levels = false;
};

inline constexpr std::uint64_t kPlainLunMax = (std::uint64_t{1} << 40) - 1;
/// The REPORT LUNS well-known logical unit (C101h), as a field. SAM-5 §4.7.7.5.2
inline constexpr std::uint64_t kReportLunsWellKnownField = 0xC101'0000'0000'0000;
inline constexpr std::uint64_t kLunNotSpecifiedField = 0xFFFF'FFFF'FFFF'FFFF;

/// The field as a number, first byte most significant: peripheral addressing below 256, flat space
/// below 16384, extended flat space (24, then 40 bits) beyond. A number above kPlainLunMax gives
/// kLunNotSpecifiedField.
std::uint64_t lun_field(std::uint64_t plain);

LunAddress decode_lun(std::uint64_t field);

/// The plain number of a single-level field, whichever method says it; empty for well-known units,
/// for other levels and for what SAM-5 does not define.
std::optional<std::uint64_t> plain_lun(std::uint64_t field);

/// "LUN 7 (peripheral device addressing)", for people.
std::string describe_lun(std::uint64_t field);

}  // namespace lunsim::scsi
