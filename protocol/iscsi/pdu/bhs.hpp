// The basic header segment: 48 bytes that every iSCSI PDU begins with, and the few fields that all kinds share.
// Not a PDU: each kind has its own file beside this one.                                     RFC 7143 §11.2.1
//
//   byte 0      1        2        3
//   |.|I|opcode|F| opcode-specific          |
//   |AHSLen    | DataSegmentLength          |
//   | LUN or opcode-specific (8)            |
//   | Initiator Task Tag                    |
//   | opcode-specific (28)                  |
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/bytes/protocol_error.hpp"
#include "protocol/bytes/serial_number.hpp"

namespace lunsim {
enum class InitiatorTaskTag : std::uint32_t {};
enum class TargetTransferTag : std::uint32_t {};
inline constexpr InitiatorTaskTag kReservedInitiatorTaskTag{0xFFFF'FFFFu};
inline constexpr TargetTransferTag kReservedTargetTransferTag{0xFFFF'FFFFu};
/// The eight bytes of a LUN field as they stand on the wire, first byte most significant. See protocol/scsi/lun.hpp.
struct LunField {
  std::uint64_t raw = 0;
  friend constexpr bool operator==(LunField, LunField) = default;
};
}  // namespace lunsim

namespace lunsim::pdu {

inline constexpr std::size_t kBhsBytes = 48;
inline constexpr std::size_t kDigestBytes = 4;
inline constexpr std::size_t kAhsBytesMax = 255 * 4;
inline constexpr std::uint32_t kDataSegmentBytesMax = 0xFF'FFFF;
using BhsBytes = std::array<std::byte, kBhsBytes>;
using BhsView = std::span<const std::byte, kBhsBytes>;

/// RFC 7143 §11.2.1.2. The 18 kinds.
enum class Opcode : std::uint8_t {
  nop_out = 0x00,
  scsi_command = 0x01,
  task_management_request = 0x02,
  login_request = 0x03,
  text_request = 0x04,
  data_out = 0x05,
  logout_request = 0x06,
  snack_request = 0x10,
  nop_in = 0x20,
  scsi_response = 0x21,
  task_management_response = 0x22,
  login_response = 0x23,
  text_response = 0x24,
  data_in = 0x25,
  logout_response = 0x26,
  r2t = 0x31,
  async_message = 0x32,
  reject = 0x3F,
};
inline constexpr std::size_t kOpcodeCount = 18;
/// The standard's name ("SCSI Command", "SCSI Data-In", "R2T"), or "unknown opcode".
std::string_view name_of(Opcode opcode);
bool is_known(Opcode opcode);
constexpr bool is_from_initiator(Opcode opcode) { return static_cast<std::uint8_t>(opcode) < 0x20; }

constexpr Opcode opcode_of(BhsView bhs) { return static_cast<Opcode>(bytes::load_u8(bhs.data()) & 0x3F); }
constexpr bool is_immediate(BhsView bhs) { return (bytes::load_u8(bhs.data()) & 0x40) != 0; }
constexpr std::size_t ahs_bytes_of(BhsView bhs) { return std::size_t{bytes::load_u8(&bhs[4])} * 4; }
constexpr std::uint32_t data_segment_bytes_of(BhsView bhs) { return bytes::load_be24(&bhs[5]); }
constexpr LunField lun_of(BhsView bhs) { return {bytes::load_be64(&bhs[8])}; }
constexpr InitiatorTaskTag initiator_task_tag_of(BhsView bhs) {
  return InitiatorTaskTag{bytes::load_be32(&bhs[16])};
}
/// Pad bytes behind n bytes up to the next word.                                             RFC 7143 §11.1
constexpr std::size_t padding_of(std::size_t n) { return (4 - n % 4) % 4; }

/// What a view without a PDU shows.
inline constexpr BhsBytes kZeroBhs{};

/// One whole PDU as it lies in somebody's buffer; views only.
struct PduView {
  BhsView bhs{kZeroBhs};
  std::span<const std::byte> ahs;    // whole words, without digest
  std::span<const std::byte> data;   // DataSegmentLength bytes, without padding and digest
};

}  // namespace lunsim::pdu
