#include "initiator/host/unit_update.hpp"

#include <algorithm>

namespace lunsim::initiator {

std::vector<ScannedUnit> mapped(std::vector<ScannedUnit> units,
                                const std::vector<MappedLun>& wanted) {
  if (wanted.empty()) return units;
  std::vector<ScannedUnit> chosen;
  for (const MappedLun& one : wanted) {
    const auto found = std::find_if(units.begin(), units.end(), [&](const ScannedUnit& unit) {
      return unit.lun.target_lun == one.target_lun;
    });
    if (found == units.end()) continue;
    chosen.push_back(*found);
    chosen.back().lun.os_lun = one.os_lun;
  }
  return chosen;
}

// Unit attentions that the scan itself meets are of the same change, or of one behind it: then the
// next list looks once more.
bool bring_units_up_to_date(HostState& host, SessionRecord& record) {
  if (!record.rescan) {
    if (record.informational || record.kept->state() != KeptSession::State::up ||
        !record.kept->take_change_of_units())
      return true;
    record.rescan = std::make_unique<LunScan>();
  }
  if (!record.rescan->advance(*record.kept)) return false;
  if (record.rescan->is_whole())
    host.sessions().set_units(record, mapped(record.rescan->take_units(), record.wanted_units));
  else
    record.kept->put_back_change_of_units();
  record.rescan.reset();
  return true;
}

}  // namespace lunsim::initiator
