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

/// The port through which a unit is seen.
struct PortIdentity {
  std::string_view target_name;  // empty: the port is not told
  std::uint16_t relative_port = 1;
  std::uint16_t group = 0;  // 0: in no target port group
};
/// Of the unit: T10 vendor ID with the serial number, NAA (locally assigned, 3h), EUI-64 (locally
/// administered); of the port: its relative identifier, its group and its SCSI name string.
std::vector<scsi::Designator> make_designators(std::string_view vendor, std::string_view product,
                                               std::string_view serial, const PortIdentity& port);

}  // namespace lunsim::target_sim
