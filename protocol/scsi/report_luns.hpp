// REPORT LUNS parameter data: a length and LUN fields of eight bytes. SPC-4 §6.33
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

/// Appends the header and one field (see lun.hpp) for each unit.
void encode_report_luns(std::span<const std::uint64_t> lun_fields, std::vector<std::byte>& out);

struct LunList {
  std::uint32_t list_bytes = 0;           // LUN LIST LENGTH as the device told it
  std::vector<std::uint64_t> lun_fields;  // those that are there whole, at most 65536
  bool is_cut = false;                    // there are more than fitted
};
/// Errors   fewer than the eight bytes of the header
Result<LunList> decode_report_luns_data(std::span<const std::byte> bytes);

}  // namespace lunsim::scsi
