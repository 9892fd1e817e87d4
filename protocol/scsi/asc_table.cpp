#include "protocol/scsi/asc_table.hpp"

#include <algorithm>
#include <array>

#include "protocol/scsi/text_match.hpp"

namespace lunsim::scsi {

namespace {

constexpr AscEntry kEntries[] = {
#include "protocol/scsi/asc_table_entries.inc"
};

/// Codes whose qualifier is a number of its own (NN in T10's list).
struct QualifierRange {
  std::uint8_t asc;
  std::uint8_t first_ascq;
  std::string_view name;
};
constexpr std::array kRanges{
    QualifierRange{0x40, 0x80, "DIAGNOSTIC FAILURE ON COMPONENT NN (80h-FFh)"},
    QualifierRange{0x4D, 0x01, "TAGGED OVERLAPPED COMMANDS (NN = TASK TAG)"},
    QualifierRange{0x70, 0x00, "DECOMPRESSION EXCEPTION SHORT ALGORITHM ID OF NN"},
};

constexpr bool comes_before(const AscEntry& a, const AscEntry& b) {
  return a.number() < b.number();
}
static_assert(std::is_sorted(std::begin(kEntries), std::end(kEntries), comes_before));
static_assert(std::size(kEntries) + kRanges.size() == 773);

}  // namespace

std::span<const AscEntry> asc_table() { return kEntries; }

std::string_view name_of(AdditionalSense code) {
  const AscEntry wanted{static_cast<std::uint16_t>((code.asc << 8) | code.ascq), {}};
  const auto* found =
      std::lower_bound(std::begin(kEntries), std::end(kEntries), wanted, comes_before);
  if (found != std::end(kEntries) && found->code == code) return found->name;
  for (const QualifierRange& range : kRanges) {
    if (range.asc == code.asc && code.ascq >= range.first_ascq) return range.name;
  }
  return {};
}

std::optional<AdditionalSense> additional_sense_named(std::string_view name) {
  for (const AscEntry& entry : kEntries) {
    if (matches_name(name, entry.name)) return entry.code;
  }
  for (const QualifierRange& range : kRanges) {
    if (matches_name(name, range.name)) return AdditionalSense{range.asc, range.first_ascq};
  }
  return std::nullopt;
}

}  // namespace lunsim::scsi
