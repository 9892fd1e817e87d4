// Parameter data that tells something else than the truth: LUN lists, capacities, identities,
// lengths. Works on the bytes that a command is about to send; which command it was tells its CDB.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "target_sim/faults/device_action.hpp"

namespace lunsim::target_sim {

/// The bytes of REPORT LUNS, for units at `luns` (plain numbers).
std::vector<std::byte> reported_luns(const ReportedLuns& told, std::span<const std::uint64_t> luns);
/// Overwrites the fields of READ CAPACITY(10) or (16) data in place.
void tell_capacity(const ReportedCapacity& told, bool is_16, std::span<std::byte> data);
/// Changes INQUIRY data or the VPD page `page`; the page's length follows.
void tell_identity(const ReportedIdentity& told, bool vital_product_data,
                   std::vector<std::byte>& data);
/// Adds to the length that the data tells of itself, whatever is really there. False if this
/// command's data has none, or the bytes end before it.
bool lie_about_length(std::span<const std::byte> cdb, std::int64_t bytes,
                      std::span<std::byte> data);
/// Applies the changes in order. True if any byte is another now.
bool change_data(std::span<const DataChange> changes, std::vector<std::byte>& data);

}  // namespace lunsim::target_sim
