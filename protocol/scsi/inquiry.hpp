// Standard INQUIRY data: what a unit says that it is. Vital product data pages are in vpd_page.hpp.
// SPC-4 §6.6.2
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

inline constexpr std::size_t kInquiryBytesMin = 36;
inline constexpr std::size_t kInquiryBytesWithVersions =
    74;  // through the eighth version descriptor

/// Byte 0: the qualifier (3 bits) and the device type (5 bits).
struct Peripheral {
  std::uint8_t qualifier = 0;    // 000b: a unit is connected; 001b: it could be; 011b: it could not
  std::uint8_t device_type = 0;  // 00h: direct-access block device; 1Fh: unknown or none
  friend bool operator==(Peripheral, Peripheral) = default;
  std::byte byte() const { return static_cast<std::byte>((qualifier << 5) | (device_type & 0x1F)); }
};
inline constexpr Peripheral kNoUnitHere{3, 0x1F};
/// "direct-access block device".
std::string_view device_type_name(std::uint8_t device_type);

struct InquiryData {
  Peripheral peripheral;
  bool removable = false;
  std::uint8_t version = 6;  // 05h SPC-3, 06h SPC-4
  bool normal_aca = false;
  bool hierarchical = true;             // HISUP: REPORT LUNS tells LUNs as SAM-4 says
  std::uint8_t target_port_groups = 0;  // TPGS
  bool third_party_copy = false;
  bool protect = false;
  bool multi_port = false;
  bool command_queuing = true;
  std::string vendor;                              // at most 8 characters, space-padded on the wire
  std::string product;                             // at most 16
  std::string revision;                            // at most 4
  std::vector<std::uint16_t> version_descriptors;  // at most 8

  friend bool operator==(const InquiryData&, const InquiryData&) = default;
};

/// Appends 36 bytes, or 74 when there are version descriptors. Text is cut to its field and
/// characters other than printable ASCII become spaces.
void encode_inquiry_data(const InquiryData& data, std::vector<std::byte>& out);
/// Errors   fewer than the 36 bytes that every device must have
Result<InquiryData> decode_inquiry_data(std::span<const std::byte> bytes);

/// Appends text, left-aligned in `width` characters of printable ASCII, padded with spaces.
void append_padded_ascii(std::string_view text, std::size_t width, std::vector<std::byte>& out);

}  // namespace lunsim::scsi
