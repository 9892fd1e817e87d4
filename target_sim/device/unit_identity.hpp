// How a unit is told from all others: serial number and designators, made from names alone, so that
// they are the same in every run. SPC-4 §7.8.6
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/scsi/vpd_page.hpp"

namespace lunsim::target_sim {

/// Sixteen hexadecimal digits.
std::string make_serial(std::string_view target_name, std::uint64_t lun);

/// Of the unit: T10 vendor ID with the serial number, NAA (locally assigned, 3h), EUI-64 (locally
/// administered); of the port through which it is seen, if the target has a name: relative port 1
/// and the SCSI name string.
std::vector<scsi::Designator> make_designators(std::string_view vendor, std::string_view product,
                                               std::string_view serial,
                                               std::string_view target_name);

}  // namespace lunsim::target_sim
