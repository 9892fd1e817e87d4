// One PDU as explicit bytes, for a peer that must be able to say anything: fields are written by
// the standard's names, nothing is corrected, and lengths lie if they are told to. Not a decoder:
// what came in is read by name too, and judged by whoever asked.                RFC 7143 §11.2
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::conform {

/// key=value pairs in their order, repetitions included.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// In the place of an Initiator, Target Transfer or Referenced Task Tag: none.   §11.1, §11.7.4
inline constexpr std::uint32_t kReservedTag = 0xFFFF'FFFFu;
/// Of one PDU that we are sent; more ends the connection.
inline constexpr std::uint32_t kRawPduBytesMax = 4u << 20;

struct RawPdu {
  pdu::BhsBytes bhs{};
  std::vector<std::byte> ahs, data;
  bool spoil_header_digest = false, spoil_data_digest = false;
  bool omit_padding = false;

  RawPdu() = default;
  explicit RawPdu(pdu::Opcode opcode);

  pdu::Opcode opcode() const { return pdu::opcode_of(pdu::BhsView{bhs}); }
  pdu::PduView view() const { return {pdu::BhsView{bhs}, ahs, data}; }

  /// Writes a field of this kind of PDU by the standard's name ("CmdSN", "T"). Asserts that there
  /// is one.
  RawPdu& set(std::string_view field, std::uint64_t value);
  /// Writes bytes of the header whatever they mean.
  RawPdu& put(std::size_t byte_offset, std::uint8_t value);
  /// 0 if this kind has no such field.
  std::uint64_t get(std::string_view field) const;
  bool has(std::string_view field) const;

  /// Puts a data segment in and tells its length.
  RawPdu& with_data(std::vector<std::byte> bytes);
  RawPdu& with_data(std::size_t bytes, std::uint8_t filled_with);
  RawPdu& with_text(const Pairs& pairs);
  RawPdu& with_raw_text(std::string_view text);
  /// Puts additional header segments in (whole words) and tells their length.
  RawPdu& with_ahs(std::vector<std::byte> bytes);

  /// The data segment as pairs; what has no '=' becomes a key without value.
  Pairs pairs() const;
};

/// Those an initiator numbers in full feature phase, immediate or not.           §4.2.2.1
bool takes_cmd_sn(pdu::Opcode opcode);

/// The PDU as it goes on the wire, with padding and the digests that are in use.
std::vector<std::byte> wire_bytes(const RawPdu& pdu, bool header_digest, bool data_digest);

/// Pairs as a data segment holds them, each ended by a null byte.
std::string text_of(const Pairs& pairs);
/// The first value of a key, or nothing.
std::optional<std::string> value_of(const Pairs& pairs, std::string_view key);
/// How often the key stands there.
std::size_t count_of(const Pairs& pairs, std::string_view key);

std::vector<std::byte> to_bytes(std::string_view text);

}  // namespace lunsim::conform
