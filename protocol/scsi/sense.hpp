// Sense data: why a command ended in CHECK CONDITION, in the fixed and in the descriptor format.
// Vendor formats (7Fh) and vendor descriptors are stepped over, not read. SPC-4 §4.5
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::scsi {

enum class SenseKey : std::uint8_t {
  no_sense = 0x0,
  recovered_error = 0x1,
  not_ready = 0x2,
  medium_error = 0x3,
  hardware_error = 0x4,
  illegal_request = 0x5,
  unit_attention = 0x6,
  data_protect = 0x7,
  blank_check = 0x8,
  vendor_specific = 0x9,
  copy_aborted = 0xA,
  aborted_command = 0xB,
  reserved_ch = 0xC,
  volume_overflow = 0xD,
  miscompare = 0xE,
  completed = 0xF,
};
/// "ILLEGAL REQUEST".
std::string_view name_of(SenseKey key);
/// By its standard name, in any case.
std::optional<SenseKey> sense_key_named(std::string_view name);

enum class SenseFormat : std::uint8_t { fixed, descriptor };

/// An additional sense code with its qualifier.
struct AdditionalSense {
  std::uint8_t asc = 0;
  std::uint8_t ascq = 0;
  friend constexpr bool operator==(AdditionalSense, AdditionalSense) = default;
};

/// Sense-key specific bytes as they stand, SKSV set in the first. SPC-4 §4.5.2.4
struct SenseKeySpecific {
  std::array<std::uint8_t, 3> bytes{};
  friend bool operator==(const SenseKeySpecific&, const SenseKeySpecific&) = default;
};
/// Where the fault in the CDB (or else the parameter list) is: a byte and, if 0..7, a bit.
/// SPC-4 §4.5.2.4.2
SenseKeySpecific field_pointer(bool in_cdb, std::uint16_t byte,
                               std::optional<std::uint8_t> bit = {});
/// Progress in 65536ths, for NOT READY and NO SENSE. SPC-4 §4.5.2.4.4
SenseKeySpecific progress_indication(std::uint16_t progress);

struct Sense {
  SenseKey key = SenseKey::no_sense;
  AdditionalSense code;
  bool deferred = false;                     // 71h, 73h
  std::optional<std::uint64_t> information;  // fixed format: only if it fits into 32 bits
  std::optional<std::uint64_t> command_specific;
  std::optional<SenseKeySpecific> key_specific;
  std::uint8_t field_replaceable_unit = 0;
  bool filemark = false;
  bool end_of_medium = false;
  bool incorrect_length = false;  // ILI
  bool overflow = false;          // SDAT_OVFL

  friend bool operator==(const Sense&, const Sense&) = default;
};

inline constexpr std::size_t kFixedSenseBytes = 18;
/// The longest that encode_descriptor_sense writes.
inline constexpr std::size_t kDescriptorSenseBytesMax = 8 + 12 + 12 + 8 + 4 + 4;

/// Both return the bytes written; `out` must hold kFixedSenseBytes, or kDescriptorSenseBytesMax.
std::size_t encode_fixed_sense(const Sense& sense, std::span<std::byte> out);
std::size_t encode_descriptor_sense(const Sense& sense, std::span<std::byte> out);
std::size_t encode_sense(const Sense& sense, SenseFormat format, std::span<std::byte> out);
std::vector<std::byte> encode_sense(const Sense& sense, SenseFormat format = SenseFormat::fixed);

/// Reads either format. Fields that lie beyond the end of the bytes are absent (a host may have cut
/// the sense short, SPC-4 §6.39); a field cut in two is absent as well.
///
/// Errors   fewer than the bytes up to the sense key; a response code that is not 70h..73h; a
/// descriptor whose length is
///          not the one of its type
Result<Sense> decode_sense(std::span<const std::byte> bytes);
/// The format of sense data by its response code; empty if it is neither.
std::optional<SenseFormat> sense_format(std::span<const std::byte> bytes);

/// One line: "UNIT ATTENTION, POWER ON, RESET, OR BUS DEVICE RESET OCCURRED (29h/00h)".
std::string summary(const Sense& sense);
/// Field by field, a line each, for people. Never fails: what cannot be read is said.
std::string describe_sense(std::span<const std::byte> bytes);

}  // namespace lunsim::scsi
