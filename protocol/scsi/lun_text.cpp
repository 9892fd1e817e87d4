// LUN fields in words; apart from the rest, which the Windows library has, too, and needs no text.
#include <fmt/format.h>

#include "protocol/scsi/lun.hpp"

namespace lunsim::scsi {
namespace {

/// Its number says which unit it is; of other methods the whole field does.
bool goes_by_number(LunMethod method) {
  switch (method) {
    case LunMethod::peripheral:
    case LunMethod::flat_space:
    case LunMethod::extended_flat_space:
    case LunMethod::long_extended_flat:
    case LunMethod::well_known:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string describe_lun(std::uint64_t field) {
  const LunAddress found = decode_lun(field);
  const std::string_view lower = found.has_lower_levels ? ", lower levels present" : "";
  if (!goes_by_number(found.method))
    return fmt::format("{:016X}h ({}{})", field, name_of(found.method), lower);
  const std::string_view kind = found.method == LunMethod::well_known ? "W-LUN" : "LUN";
  return fmt::format("{} {} ({}{})", kind, found.number, name_of(found.method), lower);
}

}  // namespace lunsim::scsi
