// Functions that have one form, and what all calls ask of a list of sessions.
#include <cstring>

#include "tools/threads/calls.hpp"

namespace lunsim::threads {
namespace {

ISDSC_STATUS logout(Caller& caller) {
  // Seldom, or nobody ever has a session.
  if (caller.pick(4) != 0) return LogoutIScsiTarget(nullptr);
  Session session = caller.session();
  return LogoutIScsiTarget(&session.id);
}

struct ScsiAnswer {
  UCHAR status = 0xA5, sense[18] = {}, response[256] = {};
  ULONG response_size = sizeof response, sense_size = sizeof sense;
};

ISDSC_STATUS read_capacity(Caller& caller) {
  Session session = caller.session();
  ScsiAnswer answer;
  const ISDSC_STATUS code =
      SendScsiReadCapacity(&session.id, 0, &answer.status, &answer.response_size, answer.response,
                           &answer.sense_size, answer.sense);
  if (code != ERROR_SUCCESS) return code;
  ++caller.capacities_read;
  const ULONG last = (static_cast<ULONG>(session.target) + 1) * 2048 - 1;
  const UCHAR wanted[] = {0, 0, static_cast<UCHAR>(last >> 8), static_cast<UCHAR>(last), 0, 0,
                          2, 0};
  if (answer.response_size != 8 || std::memcmp(answer.response, wanted, 8) != 0)
    caller.complain("the capacity of another target's unit, or none");
  return code;
}

ISDSC_STATUS inquiry(Caller& caller) {
  Session session = caller.session();
  ScsiAnswer answer;
  const ISDSC_STATUS code =
      SendScsiInquiry(&session.id, 0, 0, 0, &answer.status, &answer.response_size, answer.response,
                      &answer.sense_size, answer.sense);
  if (code == ERROR_SUCCESS && std::memcmp(answer.response + 8, "LUNSIM", 6) != 0)
    caller.complain("INQUIRY data of somebody else");
  return code;
}

ISDSC_STATUS report_luns(Caller& caller) {
  Session session = caller.session();
  ScsiAnswer answer;
  const ISDSC_STATUS code = SendScsiReportLuns(&session.id, &answer.status, &answer.response_size,
                                               answer.response, &answer.sense_size, answer.sense);
  if (code == ERROR_SUCCESS && answer.response_size != 16)
    caller.complain("a list of units that is not that of one unit");
  return code;
}

ISDSC_STATUS remove_connection(Caller& caller) {
  Session session = caller.session();
  return RemoveIScsiConnection(&session.id, &session.connection);
}

ISDSC_STATUS session_list_ex(Caller& caller) {
  ULONG size = caller.room_bytes(), count = 0;
  auto* list = static_cast<PISCSI_SESSION_INFO_EX>(caller.room());
  const ISDSC_STATUS code = GetIScsiSessionListEx(&size, &count, list);
  for (ULONG i = 0; code == ERROR_SUCCESS && i < count; ++i)
    if (list[i].ConnectionCount > 0 && !caller.has(list[i].Connections, list[i].ConnectionCount))
      caller.complain("connections of a session outside of the caller's buffer");
  return code;
}

ISDSC_STATUS version(Caller&) {
  ISCSI_VERSION_INFO info;
  return GetIScsiVersionInformation(&info);
}
ISDSC_STATUS clear_devices(Caller&) { return ClearPersistentIScsiDevices(); }
ISDSC_STATUS setup_devices(Caller&) { return SetupPersistentIScsiDevices(); }
ISDSC_STATUS setup_volumes(Caller&) { return SetupPersistentIScsiVolumes(); }

ISDSC_STATUS chap_secret(Caller&) {
  UCHAR secret[] = "sixteen bytes ok";
  return SetIScsiInitiatorCHAPSharedSecret(16, secret);
}
ISDSC_STATUS radius_secret(Caller&) {
  UCHAR secret[] = "of twenty-four bytes: ok";
  return SetIScsiInitiatorRADIUSSharedSecret(24, secret);
}
ISDSC_STATUS group_key(Caller& caller) {
  UCHAR key[] = "a key of a group";
  return SetIScsiGroupPresharedKey(16, key, static_cast<BOOLEAN>(caller.pick(2)));
}

}  // namespace

std::vector<Session> Caller::sessions() {
  ULONG size = room_bytes(), count = 0;
  auto* list = static_cast<PISCSI_SESSION_INFOA>(room());
  std::vector<Session> found;
  if (GetIScsiSessionListA(&size, &count, list) != ERROR_SUCCESS) return found;
  for (ULONG i = 0; i < count; ++i) {
    Session session{list[i].SessionId, {}, -1};
    if (!has(list[i].TargetName, 1)) {
      complain("the name of a target outside of the caller's buffer");
      continue;
    }
    const std::string name = list[i].TargetName;
    const std::string prefix = kTargetPrefix;
    if (name.size() == prefix.size() + 1 && name.compare(0, prefix.size(), prefix) == 0)
      session.target = name.back() - '0';
    if (session.target < 0 || session.target >= kTargets)
      complain("a session with " + name + ", which nobody logged in to");
    if (list[i].ConnectionCount > 0)
      session.connection = list[i].Connections[list[i].ConnectionCount - 1].ConnectionId;
    found.push_back(session);
  }
  return found;
}

Session Caller::session() {
  const std::vector<Session> there = sessions();
  if (there.empty()) return {{1, 2}, {3, 4}, 0};
  return there[pick(there.size())];
}

bool Caller::has(const void* at, std::size_t bytes) const {
  const auto* begin = static_cast<const std::byte*>(at);
  return begin >= room_.data() && begin + bytes <= room_.data() + room_.size();
}

std::vector<Call> single_calls() {
  return {{"LogoutIScsiTarget", logout},
          {"SendScsiReadCapacity", read_capacity},
          {"SendScsiInquiry", inquiry},
          {"SendScsiReportLuns", report_luns},
          {"RemoveIScsiConnection", remove_connection},
          {"GetIScsiSessionListEx", session_list_ex},
          {"GetIScsiVersionInformation", version},
          {"ClearPersistentIScsiDevices", clear_devices},
          {"SetupPersistentIScsiDevices", setup_devices},
          {"SetupPersistentIScsiVolumes", setup_volumes},
          {"SetIScsiInitiatorCHAPSharedSecret", chap_secret},
          {"SetIScsiInitiatorRADIUSSharedSecret", radius_secret},
          {"SetIScsiGroupPresharedKey", group_key}};
}

}  // namespace lunsim::threads
