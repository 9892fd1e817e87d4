#include "protocol/scsi/lun.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::uint64_t kPeripheralMax = 0xFF;
constexpr std::uint64_t kFlatSpaceMax = 0x3FFF;
constexpr std::uint64_t kExtendedFlatMax = 0xFF'FFFF;

constexpr std::uint64_t low_bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

/// The first `used_bits` of the field hold the address, the last `number_bits` of those its number.
LunAddress address(LunMethod method, std::uint64_t field, unsigned used_bits,
                   unsigned number_bits) {
  LunAddress result;
  result.method = method;
  result.number = (field >> (64 - used_bits)) & low_bits(number_bits);
  result.has_lower_levels = (field & low_bits(64 - used_bits)) != 0;
  return result;
}

LunAddress decode_extended(std::uint64_t field) {
  switch (field >> 56) {
    case 0xC1:
      return address(LunMethod::well_known, field, 16, 8);
    case 0xD2:
      return address(LunMethod::extended_flat_space, field, 32, 24);
    case 0xE2:
      return address(LunMethod::long_extended_flat, field, 48, 40);
    default:
      return {LunMethod::unknown, 0, false};
  }
}

bool has_plain_number(LunMethod method) {
  return method == LunMethod::peripheral || method == LunMethod::flat_space ||
         method == LunMethod::extended_flat_space || method == LunMethod::long_extended_flat;
}

}  // namespace

std::string_view name_of(LunMethod method) {
  switch (method) {
    case LunMethod::peripheral:
      return "peripheral device addressing";
    case LunMethod::other_bus:
      return "peripheral device addressing on another bus";
    case LunMethod::flat_space:
      return "flat space addressing";
    case LunMethod::logical_unit:
      return "logical unit addressing";
    case LunMethod::extended_flat_space:
      return "extended flat space addressing";
    case LunMethod::long_extended_flat:
      return "long extended flat space addressing";
    case LunMethod::well_known:
      return "well-known logical unit";
    case LunMethod::not_specified:
      return "logical unit not specified";
    case LunMethod::unknown:
      break;
  }
  return "unknown addressing method";
}

std::uint64_t lun_field(std::uint64_t plain) {
  if (plain <= kPeripheralMax) return plain << 48;
  if (plain <= kFlatSpaceMax) return (0x4000 | plain) << 48;
  if (plain <= kExtendedFlatMax) return (0xD200'0000 | plain) << 32;
  if (plain <= kPlainLunMax) return (std::uint64_t{0xE2} << 56) | (plain << 16);
  return kLunNotSpecifiedField;
}

LunAddress decode_lun(std::uint64_t field) {
  if (field == kLunNotSpecifiedField) return {LunMethod::not_specified, 0, false};
  switch (field >> 62) {
    case 0:
      return address((field >> 56) == 0 ? LunMethod::peripheral : LunMethod::other_bus, field, 16,
                     8);
    case 1:
      return address(LunMethod::flat_space, field, 16, 14);
    case 2:
      return address(LunMethod::logical_unit, field, 16, 5);
    default:
      return decode_extended(field);
  }
}

std::optional<std::uint64_t> plain_lun(std::uint64_t field) {
  const LunAddress found = decode_lun(field);
  if (!has_plain_number(found.method) || found.has_lower_levels) return std::nullopt;
  return found.number;
}

}  // namespace lunsim::scsi
