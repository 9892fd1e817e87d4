// What a call left in its caller's buffers, read back by the documented layouts (x86-64), not by
// our headers: sessions, mappings, multi-strings, SCSI data. Every pointer must lie inside the
// buffer that it stands in; whatever does not fit makes the value absent, with the reason. facts of
// iscsidsc.h; SPC-4 §6.6, §6.33, SBC-3 §5.15
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "scenarios/engine/address_map.hpp"
#include "scenarios/engine/matcher.hpp"

namespace lunsim::scenarios {

/// A buffer as the caller owns it: `bytes` of the whole capacity at `address`, of which the call
/// says that `valid` are good.
struct Filled {
  std::span<const std::byte> bytes;
  std::uint64_t address = 0;
  std::size_t valid = 0;
};

/// The fields of a decoded value; bytes and before are the caller's to add.
Seen decode_sessions(const Filled& buffer, std::uint64_t count, bool ansi,
                     const AddressMap& addresses);
Seen decode_mappings(const Filled& buffer, std::uint64_t count, bool ansi);
/// `count` structures of the list that this function fills (decode_structures.cpp has their table);
/// what it does not know is absent, with its bytes.
Seen decode_structures(std::string_view function, const Filled& buffer, std::uint64_t count,
                       bool ansi, const AddressMap& addresses);
/// ISCSI_VERSION_INFO.
Seen decode_version(std::span<const std::byte> version);
/// A text in an array of characters.
Seen decode_name(std::span<const std::byte> name, bool ansi);
Seen decode_multi_string(const Filled& buffer, bool ansi);
Seen decode_report_luns(const Filled& buffer);
Seen decode_capacity(const Filled& buffer);
Seen decode_inquiry(const Filled& buffer, bool vital_product_data);
Seen decode_sense_data(std::span<const std::byte> sense);
Seen decode_unique_id(std::span<const std::byte> id);

}  // namespace lunsim::scenarios
