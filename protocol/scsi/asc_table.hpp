// The additional sense codes that T10 has assigned, by number and by name. Not the vendor's own
// (80h and up).
// Witness: T10 asc-num (SPC-4 annex F.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/scsi/sense.hpp"

namespace lunsim::scsi {

struct AscEntry {
  AdditionalSense code;
  std::string_view name;

  /// `number` is asc and ascq as one: 2A09h.
  constexpr AscEntry(std::uint16_t number, std::string_view standard_name)
      : code{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)},
        name(standard_name) {}
  constexpr unsigned number() const { return (unsigned{code.asc} << 8) | code.ascq; }
};
/// Those with a qualifier of their own, in the order of (asc, ascq).
std::span<const AscEntry> asc_table();

/// "CAPACITY DATA HAS CHANGED"; empty if T10 has not assigned it. Where a code stands for a range
/// of qualifiers (40h/NN, 4Dh/NN, 70h/NN) any of them gives the range's name.
std::string_view name_of(AdditionalSense code);
/// By its standard name, in any case; empty if there is none. A name that T10 gave twice finds the
/// lower code.
std::optional<AdditionalSense> additional_sense_named(std::string_view name);

}  // namespace lunsim::scsi
