#include "initiator/host/session_book.hpp"

#include <utility>

namespace lunsim::initiator {
namespace {

// Opaque to callers; the parts only have to be told apart in a trace.
constexpr std::uint64_t kAdapterUnique = 0x4C75'6E73'696D'0001;  // "Lunsim"
constexpr std::uint64_t kSessionIds = 0x4000'0137'0000'0000;
constexpr std::uint64_t kConnectionIds = 0x0000'0137'0000'0000;

/// Its qualifier, two bytes, counts.
pdu::Isid isid_at(pdu::Isid first, std::uint32_t place) {
  const std::uint32_t qualifier = (std::to_integer<std::uint32_t>(first.bytes[4]) << 8) +
                                  std::to_integer<std::uint32_t>(first.bytes[5]) + place;
  first.bytes[4] = static_cast<std::byte>(qualifier >> 8);
  first.bytes[5] = static_cast<std::byte>(qualifier);
  return first;
}

}  // namespace

// Sessions leave their world as they came: a map by itself would let the last ones go first.
SessionBook::~SessionBook() {
  while (!records_.empty()) records_.erase(records_.begin());
}

UniqueId SessionBook::next_connection_id() {
  return {kAdapterUnique, kConnectionIds + next_connection_++};
}

SessionRecord& SessionBook::add(std::string_view initiator_name, std::string_view target_name,
                                bool informational, std::optional<std::uint32_t> os_target) {
  const UniqueId id{kAdapterUnique, kSessionIds + next_session_++};
  const std::uint32_t place = isid_places_.take_lowest();
  if (os_target) os_targets_.take(*os_target);
  const std::uint32_t number = os_target ? *os_target : os_targets_.take_lowest();
  std::string name{target_name};
  ++sessions_to_[name];
  std::unique_ptr<SessionRecord> record(new SessionRecord{
      .id = id,
      .connection_id = next_connection_id(),
      .target_name = std::move(name),
      .isid_place = place,
      .isid = isid_at(first_isid_, place),
      .os_target = number,
      .initiator_name = std::string(initiator_name),
      .informational = informational,
  });
  return *records_.emplace(id, std::move(record)).first->second;
}

pdu::Isid SessionBook::free_isid() const { return isid_at(first_isid_, isid_places_.lowest()); }

void SessionBook::set_units(SessionRecord& record, std::vector<ScannedUnit> units) {
  std::map<std::uint64_t, std::uint32_t> had;  // device numbers by LUN
  for (const Unit& unit : record.units) {
    if (!had.emplace(unit.scanned.lun.target_lun_raw, unit.device_number).second)
      device_numbers_.give_back(unit.device_number);
  }
  record.units.clear();
  std::vector<std::size_t> new_ones;
  for (ScannedUnit& unit : units) {
    const auto same = had.extract(unit.lun.target_lun_raw);
    if (same.empty()) new_ones.push_back(record.units.size());
    record.units.push_back({std::move(unit), same.empty() ? 0 : same.mapped()});
  }
  for (const auto& [lun, number] : had) device_numbers_.give_back(number);
  for (const std::size_t at : new_ones)
    record.units[at].device_number = device_numbers_.take_lowest();
}

SessionRecord* SessionBook::find(const UniqueId& id) const {
  const auto found = records_.find(id);
  return found != records_.end() ? found->second.get() : nullptr;
}

void SessionBook::forget(const UniqueId& id) {
  const auto found = records_.find(id);
  if (found == records_.end()) return;
  const SessionRecord& record = *found->second;
  isid_places_.give_back(record.isid_place);
  os_targets_.give_back(record.os_target);
  for (const Unit& unit : record.units) device_numbers_.give_back(unit.device_number);
  const auto to_target = sessions_to_.find(record.target_name);
  if (--to_target->second == 0) sessions_to_.erase(to_target);
  records_.erase(found);
}

}  // namespace lunsim::initiator
