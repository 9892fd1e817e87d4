// Mode parameters: the headers of MODE SENSE(6) and (10), block descriptors, and the pages that a
// block device has. The pages are told, never set: there is no MODE SELECT here.
// SPC-4 §7.5, SBC-3 §6.5
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

namespace mode {
inline constexpr std::uint8_t kDisconnectReconnect = 0x02;
inline constexpr std::uint8_t kCaching = 0x08;
inline constexpr std::uint8_t kControl = 0x0A;
inline constexpr std::uint8_t kInformationalExceptions = 0x1C;
inline constexpr std::uint8_t kAllPages = 0x3F;
inline constexpr std::uint8_t kAllSubpages = 0xFF;
}  // namespace mode

struct CachingPage {
  bool write_cache_enabled = false;  // WCE
  bool read_cache_disabled = false;  // RCD
};
struct ControlPage {
  bool descriptor_sense = false;              // D_SENSE
  bool software_write_protect = false;        // SWP
  bool task_aborted_status = false;           // TAS
  std::uint8_t queue_algorithm_modifier = 0;  // 1: unrestricted reordering
  std::uint8_t task_set_type = 0;             // TST; 1: a task set per I_T nexus
};
struct InformationalExceptionsPage {
  bool exceptions_disabled = true;  // DEXCPT
  std::uint8_t report_method = 0;   // MRIE
};
struct DisconnectReconnectPage {
  std::uint16_t burst_bytes_max_512 = 0;    // MAXIMUM BURST SIZE, units of 512 bytes
  std::uint16_t first_burst_bytes_512 = 0;  // FIRST BURST SIZE, units of 512 bytes
};
/// Each appends its page: two bytes of header and the content.
void encode_mode_page(const CachingPage& page, std::vector<std::byte>& out);
void encode_mode_page(const ControlPage& page, std::vector<std::byte>& out);
void encode_mode_page(const InformationalExceptionsPage& page, std::vector<std::byte>& out);
void encode_mode_page(const DisconnectReconnectPage& page, std::vector<std::byte>& out);

/// What stands before the pages. SPC-4 §7.5.5
struct ModeHeader {
  bool write_protected = false;  // WP
  bool dpo_and_fua = false;      // DPOFUA
  bool long_lba = false;         // block descriptors of 16 bytes, MODE SENSE(10) only
  bool has_block_descriptor = false;
  std::uint64_t blocks = 0;  // of the block descriptor
  std::uint32_t block_bytes = 0;
};
/// Appends the header and descriptor of MODE SENSE(6) or (10) for `page_bytes` of pages behind
/// them, with the MODE DATA LENGTH that follows from it.
void encode_mode_header(std::uint8_t form, const ModeHeader& header, std::size_t page_bytes,
                        std::vector<std::byte>& out);

/// Mode data taken apart: the header and each page where it lies.
struct ModePageView {
  std::uint8_t page = 0;
  std::uint8_t subpage = 0;
  std::span<const std::byte> bytes;  // with its header
};
struct ModeData {
  ModeHeader header;
  std::vector<ModePageView> pages;
};
/// Errors   a header or a page that is cut short; block descriptors longer than the data
Result<ModeData> decode_mode_data(std::uint8_t form, std::span<const std::byte> bytes);

}  // namespace lunsim::scsi
