// Additional header segments: what follows the BHS when a CDB is longer than 16 bytes or a command
// goes both ways. Only the segments themselves; their place in the stream is the framer's business.
// RFC 7143 §11.2.2
//
//   byte 0-1 AHSLength  2 ..|AHSType(6)  3 AHS-specific  4.. AHS-specific, padded to whole words
//
// AHSLength counts from byte 3 to the end without padding: 5 for a bidirectional length, CDB length
// - 15 for a CDB.
#pragma once

#include <optional>
#include <vector>

#include "protocol/iscsi/pdu/bhs.hpp"

namespace lunsim::pdu {

/// §11.2.2.1
enum class AhsType : std::uint8_t { extended_cdb = 1, bidirectional_read_length = 2 };
std::string_view name_of(AhsType type);

inline constexpr std::size_t kCdbBytesInBhs = 16;
/// The longest CDB that SCSI has: an 8-byte head and an additional length of at most 252 (SPC-4
/// §4.3.3).
inline constexpr std::size_t kCdbBytesMax = 260;

struct Ahs {
  AhsType type{};
  std::size_t byte_offset = 0;          // of its AHSLength, from the first byte of the BHS
  std::span<const std::byte> specific;  // from byte 4 to the end of AHSLength
};

/// Walks AHSs from first to last:  AhsWalk walk(pdu.ahs); while (!walk.is_done()) { auto ahs =
/// walk.next(); ... }
class AhsWalk {
 public:
  explicit AhsWalk(std::span<const std::byte> all) : rest_(all) {}

  bool is_done() const { return rest_.empty(); }
  /// Errors   reserved types, and lengths that are zero, wrong for their type, or larger than what
  /// is there. After an
  ///          error the walk is done.
  Result<Ahs> next();

 private:
  std::span<const std::byte> rest_;
  std::size_t byte_offset_ = kBhsBytes;
};

/// The AHSs of one SCSI Command, each type at most once.
struct CommandAhs {
  std::span<const std::byte> cdb_rest;  // the CDB's bytes after the first 16; mostly empty
  std::optional<std::uint32_t> bidirectional_read_length;  // bytes
};
Result<CommandAhs> decode_command_ahs(std::span<const std::byte> all);

/// A CDB in one piece: 16 bytes of the header and what an AHS adds.
struct LongCdb {
  std::array<std::byte, kCdbBytesMax> bytes{};
  std::size_t size = 0;
  std::span<const std::byte> view() const { return std::span(bytes).first(size); }
};
/// Errors   those of decode_command_ahs(), and more than kCdbBytesMax bytes
Result<LongCdb> collect_cdb(std::span<const std::byte, kCdbBytesInBhs> first,
                            std::span<const std::byte> all_ahs);

/// Appends one extended CDB segment with the bytes after the first 16; nothing when `cdb` fits the
/// header.  §11.2.2.3
void append_extended_cdb(std::vector<std::byte>& out, std::span<const std::byte> cdb);
/// Appends one bidirectional read expected data transfer length segment. §11.2.2.4
void append_bidirectional_read_length(std::vector<std::byte>& out, std::uint32_t length_bytes);
/// Appends any segment whatever, obediently: `specific` begins at byte 3.
void append_ahs(std::vector<std::byte>& out, std::uint16_t ahs_length, std::uint8_t type,
                std::span<const std::byte> specific);

}  // namespace lunsim::pdu
