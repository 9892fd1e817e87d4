// Vital product data pages that hosts ask block devices for: 00h, 80h, 83h, B0h, B1h, B2h.
// SPC-4 §7.8, SBC-3 §6.6
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/scsi/inquiry.hpp"

namespace lunsim::scsi {

namespace vpd {
inline constexpr std::uint8_t kSupportedPages = 0x00;
inline constexpr std::uint8_t kUnitSerialNumber = 0x80;
inline constexpr std::uint8_t kDeviceIdentification = 0x83;
inline constexpr std::uint8_t kBlockLimits = 0xB0;
inline constexpr std::uint8_t kBlockDeviceCharacteristics = 0xB1;
inline constexpr std::uint8_t kLogicalBlockProvisioning = 0xB2;
}  // namespace vpd

struct VpdPage {
  Peripheral peripheral;
  std::uint8_t page = 0;
  std::span<const std::byte> content;  // behind the four-byte header
};
/// Errors   fewer than four bytes. A page whose length says more than there is is cut where the
/// bytes end.
Result<VpdPage> decode_vpd_page(std::span<const std::byte> bytes);

/// Pages in ascending order.
void encode_supported_pages(Peripheral, std::span<const std::uint8_t> pages,
                            std::vector<std::byte>& out);
void encode_unit_serial_number(Peripheral, std::string_view serial, std::vector<std::byte>& out);
/// Trailing spaces and padding removed.
std::string decode_unit_serial_number(const VpdPage& page);

/// What a designator is of. SPC-4 §7.8.6.1
enum class Association : std::uint8_t { logical_unit = 0, target_port = 1, target_device = 2 };
enum class DesignatorType : std::uint8_t {
  vendor_specific = 0,
  t10_vendor_id = 1,
  eui64 = 2,
  naa = 3,
  relative_target_port = 4,
  target_port_group = 5,
  logical_unit_group = 6,
  md5_identifier = 7,
  scsi_name_string = 8,
};
enum class CodeSet : std::uint8_t { binary = 1, ascii = 2, utf8 = 3 };
struct Designator {
  CodeSet code_set = CodeSet::binary;
  Association association = Association::logical_unit;
  DesignatorType type = DesignatorType::vendor_specific;
  std::uint8_t protocol = 0;     // PIV is set for associations other than the logical unit
  std::vector<std::byte> bytes;  // at most 252
  friend bool operator==(const Designator&, const Designator&) = default;
};
void encode_device_identification(Peripheral, std::span<const Designator> designators,
                                  std::vector<std::byte>& out);
/// Errors   a designator that is longer than the page
Result<std::vector<Designator>> decode_device_identification(const VpdPage& page);

/// SBC-3 §6.6.4; blocks unless they say otherwise, 0 for "no limit told".
struct BlockLimits {
  bool write_same_nonzero_only = false;  // WSNZ
  std::uint8_t compare_and_write_blocks_max = 0;
  std::uint16_t transfer_granularity = 0;
  std::uint32_t transfer_blocks_max = 0;
  std::uint32_t transfer_blocks_optimal = 0;
  std::uint32_t prefetch_blocks_max = 0;
  std::uint32_t unmap_blocks_max = 0;
  std::uint32_t unmap_descriptors_max = 0;
  std::uint32_t unmap_granularity = 0;
  std::uint32_t unmap_alignment = 0;
  bool unmap_alignment_valid = false;  // UGAVALID
  std::uint64_t write_same_blocks_max = 0;
  friend bool operator==(const BlockLimits&, const BlockLimits&) = default;
};
void encode_block_limits(Peripheral, const BlockLimits& limits, std::vector<std::byte>& out);
/// Fields beyond a short page (SBC-2 had 12 bytes) are 0.
BlockLimits decode_block_limits(const VpdPage& page);

/// SBC-3 §6.6.2. Rotation rate 1: a non-rotating medium.
struct BlockDeviceCharacteristics {
  std::uint16_t rotation_rate = 0;
  std::uint8_t nominal_form_factor = 0;
  friend bool operator==(const BlockDeviceCharacteristics&,
                         const BlockDeviceCharacteristics&) = default;
};
void encode_block_device_characteristics(Peripheral, const BlockDeviceCharacteristics&,
                                         std::vector<std::byte>& out);
BlockDeviceCharacteristics decode_block_device_characteristics(const VpdPage& page);

/// SBC-3 §6.6.5.
struct LogicalBlockProvisioning {
  std::uint8_t threshold_exponent = 0;
  bool unmap = false;            // LBPU
  bool write_same_16 = false;    // LBPWS
  bool write_same_10 = false;    // LBPWS10
  std::uint8_t reads_zeros = 0;  // LBPRZ; 1: unmapped blocks read as zero
  bool anchor = false;
  std::uint8_t type = 0;  // 0 not said or fully provisioned, 1 resource, 2 thin provisioned
  friend bool operator==(const LogicalBlockProvisioning&,
                         const LogicalBlockProvisioning&) = default;
};
void encode_logical_block_provisioning(Peripheral, const LogicalBlockProvisioning&,
                                       std::vector<std::byte>& out);
LogicalBlockProvisioning decode_logical_block_provisioning(const VpdPage& page);

}  // namespace lunsim::scsi
