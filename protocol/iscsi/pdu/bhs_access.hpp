// How the encoders and decoders beside this file touch the 48 bytes: fields by offset, flags by
// mask, and the refusals that several kinds share. Internal to this room; others use the structs or
// fields.hpp.          RFC 7143 §11.2.1
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

inline constexpr std::uint32_t kReservedTag = 0xFFFF'FFFFu;
inline constexpr std::uint8_t kFinalMask = 0x80;  // F, or T in login PDUs: the first bit of byte 1
inline constexpr std::uint8_t kContinueMask = 0x40;  // C

class BhsReader {
 public:
  explicit BhsReader(BhsView bhs) : at_(bhs.data()) {}

  std::uint8_t u8(std::size_t offset) const { return bytes::load_u8(at_ + offset); }
  std::uint16_t u16(std::size_t offset) const { return bytes::load_be16(at_ + offset); }
  std::uint32_t u32(std::size_t offset) const { return bytes::load_be32(at_ + offset); }
  bool flag(std::uint8_t mask) const { return (u8(1) & mask) != 0; }
  bool immediate() const { return (u8(0) & 0x40) != 0; }
  LunField lun() const { return {bytes::load_be64(at_ + 8)}; }
  InitiatorTaskTag initiator_task_tag() const { return InitiatorTaskTag{u32(16)}; }
  TargetTransferTag target_transfer_tag() const { return TargetTransferTag{u32(20)}; }
  std::uint8_t total_ahs_words() const { return u8(4); }
  std::uint32_t data_segment_bytes() const { return bytes::load_be24(at_ + 5); }

 private:
  const std::byte* at_;
};

/// Begins with 48 zero bytes and the opcode; each call sets one field.
class BhsWriter {
 public:
  BhsWriter(BhsBytes& out, Opcode opcode, bool immediate = false) : at_(out.data()) {
    out.fill(std::byte{0});
    u8(0, static_cast<std::uint8_t>(static_cast<std::uint8_t>(opcode) | (immediate ? 0x40 : 0)));
  }

  void u8(std::size_t offset, std::uint8_t value) { bytes::store_u8(at_ + offset, value); }
  void u16(std::size_t offset, std::uint16_t value) { bytes::store_be16(at_ + offset, value); }
  void u32(std::size_t offset, std::uint32_t value) { bytes::store_be32(at_ + offset, value); }
  /// Adds to byte 1.
  void flag(std::uint8_t mask, bool set = true) {
    if (set) at_[1] |= std::byte{mask};
  }
  void lun(LunField lun) { bytes::store_be64(at_ + 8, lun.raw); }
  void initiator_task_tag(InitiatorTaskTag tag) { u32(16, static_cast<std::uint32_t>(tag)); }
  void target_transfer_tag(TargetTransferTag tag) { u32(20, static_cast<std::uint32_t>(tag)); }
  void lengths(std::uint8_t total_ahs_words, std::uint32_t data_segment_bytes) {
    u8(4, total_ahs_words);
    bytes::store_be24(at_ + 5, data_segment_bytes);
  }
  void from_initiator(CmdSn cmd_sn, StatSn exp_stat_sn) {
    u32(24, cmd_sn.value);
    u32(28, exp_stat_sn.value);
  }
  void from_target(StatSn stat_sn, CmdSn exp_cmd_sn, CmdSn max_cmd_sn) {
    u32(24, stat_sn.value);
    u32(28, exp_cmd_sn.value);
    u32(32, max_cmd_sn.value);
  }

 private:
  std::byte* at_;
};

/// What is wrong, or nothing. A decoder asks these first and hands the answer on.
using Refusal = std::optional<ProtocolError>;

inline Refusal refuse(std::string_view reason, std::string_view section, std::size_t byte_offset,
                      std::string_view field) {
  return ProtocolError{reason, section, byte_offset, field};
}

/// Another kind's bytes, or AHSs that are not those which the header announces.
Refusal refuse_header(const PduView& pdu, Opcode opcode);
/// AHSs in a PDU of a target. §11.2
Refusal refuse_response_header(const PduView& pdu, Opcode opcode);
/// Lengths that `section` wants to be zero.
Refusal refuse_lengths(const BhsReader& bhs, std::string_view section);
/// The tag that no task may have. §11.2.1.8
Refusal refuse_reserved_task_tag(const BhsReader& bhs);

}  // namespace lunsim::pdu
