#include "initiator/host/list_operations.hpp"

#include <algorithm>

#include "initiator/host/devices.hpp"
#include "initiator/host/status_code.hpp"
#include "initiator/host/unit_update.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::uint16_t kLeadingCid = 1;

ConnectionInfo describe_connection(const UniqueId& id, std::uint16_t cid, const KeptSession& kept) {
  const KeptSession::Nexus& nexus = kept.nexus();
  ConnectionInfo info;
  info.id = id;
  info.initiator_address = nexus.local.address;
  info.initiator_port = nexus.local.port;
  info.target_address = nexus.peer.address;
  info.target_port = nexus.peer.port;
  info.cid = cid;
  return info;
}

SessionInfo describe_session(const SessionRecord& record) {
  SessionInfo info;
  info.id = record.id;
  info.initiator_name = record.initiator_name;
  info.target_name = record.target_name;
  std::transform(record.isid.bytes.begin(), record.isid.bytes.end(), info.isid.begin(),
                 [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  info.tsih = record.kept->nexus().tsih;
  // While it is away it has no connection (GISL-R22); the ids stay.
  if (record.kept->state() == KeptSession::State::up)
    info.connections.push_back(
        describe_connection(record.connection_id, kLeadingCid, *record.kept));
  for (const auto& joined : record.joined) {
    if (joined->is_listed && joined->kept->state() == KeptSession::State::up)
      info.connections.push_back(describe_connection(joined->id, joined->cid, *joined->kept));
  }
  return info;
}

MappingInfo describe_mapping(const HostState& host, const SessionRecord& record) {
  MappingInfo info;
  info.initiator_name = host.config().initiator_instance;
  info.target_name = record.target_name;
  info.os_device_name = host.config().os_device_name;
  info.session = record.id;
  info.os_target = record.os_target;
  for (const Unit& unit : record.units) info.luns.push_back(unit.scanned.lun);
  return info;
}

}  // namespace

std::optional<Reply> ListSessionsOperation::advance(HostState& host) {
  std::vector<SessionInfo> sessions;
  for (const auto& [id, record] : host.sessions().all()) {
    if (record->is_listed) sessions.push_back(describe_session(*record));
  }
  return Reply{status_code::kSuccess, std::move(sessions)};
}

std::optional<Reply> ListMappingsOperation::advance(HostState& host) {
  bool all_are_there = true;
  for (const auto& [id, record] : host.sessions().all()) {
    if (record->is_listed && !bring_units_up_to_date(host, *record)) all_are_there = false;
  }
  if (!all_are_there) return std::nullopt;
  std::vector<MappingInfo> mappings;
  for (const auto& [id, record] : host.sessions().all()) {
    if (record->is_listed && !record->informational)
      mappings.push_back(describe_mapping(host, *record));
  }
  return Reply{status_code::kSuccess, std::move(mappings)};
}

std::optional<Reply> ListDevicesOperation::advance(HostState& host) {
  SessionRecord* record = host.find_session(session_);
  if (record == nullptr) return Reply{status_code::kInvalidSessionId, {}};
  if (!bring_units_up_to_date(host, *record)) return std::nullopt;
  return Reply{status_code::kSuccess, devices_of(host, *record)};
}

}  // namespace lunsim::initiator
