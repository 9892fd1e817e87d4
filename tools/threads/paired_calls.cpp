// Functions that have an A and a W form: each written once, called in both.
#include <algorithm>

#include "conformance/api_cases/two_forms.hpp"
#include "tools/threads/calls.hpp"

namespace lunsim::threads {
namespace {

using Ansi = conformance::AnsiForm;
using Wide = conformance::WideForm;
using conformance::Text;
/// The function of form F.
#define FORM(name) conformance::pick<F>(name##A, name##W)

template <class F>
typename F::Portal portal_of(const Caller& caller) {
  typename F::Portal portal{};
  std::copy(caller.portal().address.begin(), caller.portal().address.end(), portal.Address);
  portal.Socket = caller.portal().port;
  return portal;
}
/// As many elements as there is room for.
template <class Element>
ULONG elements_of(const Caller& caller) {
  return static_cast<ULONG>(caller.room_bytes() / sizeof(Element));
}
template <class Element>
Element* room_of(Caller& caller) {
  return static_cast<Element*>(caller.room());
}
constexpr ULONG kAny = ISCSI_ANY_INITIATOR_PORT;
/// Nobody answers there; a few names, so that adding meets removing.
std::string server_of(Caller& caller) { return "127.0.0." + std::to_string(2 + caller.pick(4)); }

// --- portals and targets ---

template <class F>
ISDSC_STATUS add_portal(Caller& caller) {
  auto portal = portal_of<F>(caller);
  return FORM(AddIScsiSendTargetPortal)(nullptr, kAny, nullptr, 0, &portal);
}
template <class F>
ISDSC_STATUS remove_portal(Caller& caller) {
  auto portal = portal_of<F>(caller);
  return FORM(RemoveIScsiSendTargetPortal)(nullptr, kAny, &portal);
}
template <class F>
ISDSC_STATUS refresh_portal(Caller& caller) {
  auto portal = portal_of<F>(caller);
  return FORM(RefreshIScsiSendTargetPortal)(nullptr, kAny, &portal);
}
template <class F>
ISDSC_STATUS report_targets(Caller& caller) {
  ULONG size = elements_of<typename F::Char>(caller);
  return FORM(ReportIScsiTargets)(static_cast<BOOLEAN>(caller.pick(8) == 0), &size,
                                  room_of<typename F::Char>(caller));
}
template <class F>
ISDSC_STATUS report_send_target_portals(Caller& caller) {
  ULONG count = elements_of<typename F::PortalInfo>(caller);
  return FORM(ReportIScsiSendTargetPortals)(&count, room_of<typename F::PortalInfo>(caller));
}
template <class F>
ISDSC_STATUS report_send_target_portals_ex(Caller& caller) {
  ULONG size = caller.room_bytes(), count = 0;
  return FORM(ReportIScsiSendTargetPortalsEx)(&count, &size,
                                              room_of<typename F::PortalInfoEx>(caller));
}
template <class F>
ISDSC_STATUS add_static(Caller& caller) {
  typename F::PortalGroup group{};
  group.Count = 1;
  group.Portals[0] = portal_of<F>(caller);
  return FORM(AddIScsiStaticTarget)(Text<F>(caller.target()).get(), nullptr, 0,
                                    static_cast<BOOLEAN>(caller.pick(2)), nullptr, nullptr, &group);
}
template <class F>
ISDSC_STATUS remove_static(Caller& caller) {
  return FORM(RemoveIScsiStaticTarget)(Text<F>(caller.target()).get());
}
template <class F>
ISDSC_STATUS report_target_portals(Caller& caller) {
  ULONG count = elements_of<typename F::Portal>(caller);
  return FORM(ReportIScsiTargetPortals)(nullptr, Text<F>(caller.target()).get(), nullptr, &count,
                                        room_of<typename F::Portal>(caller));
}
template <class F>
ISDSC_STATUS target_information(Caller& caller) {
  ULONG size = caller.room_bytes();
  return FORM(GetIScsiTargetInformation)(
      Text<F>(caller.target()).get(), nullptr,
      static_cast<TARGET_INFORMATION_CLASS>(caller.pick(LoginOptions + 1)), &size, caller.room());
}

// --- sessions ---

template <class F>
ISDSC_STATUS login(Caller& caller) {
  ISCSI_UNIQUE_SESSION_ID session;
  ISCSI_UNIQUE_CONNECTION_ID connection;
  ISCSI_LOGIN_OPTIONS options{};
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS;
  options.MaximumConnections = 4;
  return FORM(LoginIScsiTarget)(Text<F>(caller.target()).get(), FALSE, nullptr, kAny, nullptr, 0,
                                nullptr, &options, 0, nullptr,
                                static_cast<BOOLEAN>(caller.pick(8) == 0), &session, &connection);
}
template <class F>
ISDSC_STATUS list_sessions(Caller& caller) {
  ULONG size = static_cast<ULONG>(caller.pick(2)) * caller.room_bytes(), count = 0;
  auto* list = room_of<typename F::Session>(caller);
  const ISDSC_STATUS code = FORM(GetIScsiSessionList)(&size, &count, list);
  for (ULONG i = 0; code == ERROR_SUCCESS && i < count; ++i)
    if (!caller.has(list[i].TargetName, 1) || !caller.has(list[i].InitiatorName, 1))
      caller.complain("a name of a session outside of the caller's buffer");
  return code;
}
template <class F>
ISDSC_STATUS list_mappings(Caller& caller) {
  ULONG size = caller.room_bytes(), count = 0;
  auto* list = room_of<typename F::Mapping>(caller);
  const ISDSC_STATUS code = FORM(ReportActiveIScsiTargetMappings)(&size, &count, list);
  for (ULONG i = 0; code == ERROR_SUCCESS && i < count; ++i)
    if (list[i].LUNCount > 0 && !caller.has(list[i].LUNList, sizeof(SCSI_LUN_LIST)))
      caller.complain("units of a mapping outside of the caller's buffer");
  return code;
}
template <class F>
ISDSC_STATUS add_connection(Caller& caller) {
  Session session = caller.session();
  ISCSI_UNIQUE_CONNECTION_ID connection;
  auto portal = portal_of<F>(caller);
  return FORM(AddIScsiConnection)(&session.id, nullptr, kAny, &portal, 0, nullptr, 0, nullptr,
                                  &connection);
}
template <class F>
ISDSC_STATUS list_devices(Caller& caller) {
  Session session = caller.session();
  ULONG count = elements_of<typename F::Device>(caller);
  return FORM(GetDevicesForIScsiSession)(&session.id, &count, room_of<typename F::Device>(caller));
}

// --- what is kept ---

template <class F>
ISDSC_STATUS report_logins(Caller& caller) {
  ULONG size = caller.room_bytes(), count = 0;
  return FORM(ReportIScsiPersistentLogins)(&count, room_of<typename F::PersistentLogin>(caller),
                                           &size);
}
template <class F>
ISDSC_STATUS remove_login(Caller& caller) {
  return FORM(RemoveIScsiPersistentTarget)(nullptr, kAny, Text<F>(caller.target()).get(), nullptr);
}
template <class F>
ISDSC_STATUS add_device(Caller&) {
  return FORM(AddPersistentIScsiDevice)(Text<F>("\\\\.\\PhysicalDrive1").get());
}
template <class F>
ISDSC_STATUS remove_device(Caller&) {
  return FORM(RemovePersistentIScsiDevice)(Text<F>("\\\\.\\PhysicalDrive1").get());
}
template <class F>
ISDSC_STATUS with_list(Caller& caller, ISDSC_STATUS (*list)(PULONG, typename F::Char*)) {
  ULONG size = elements_of<typename F::Char>(caller);
  return list(&size, room_of<typename F::Char>(caller));
}
template <class F>
ISDSC_STATUS report_devices(Caller& caller) {
  return with_list<F>(caller, FORM(ReportPersistentIScsiDevices));
}
template <class F>
ISDSC_STATUS report_initiators(Caller& caller) {
  return with_list<F>(caller, FORM(ReportIScsiInitiatorList));
}
template <class F>
ISDSC_STATUS report_isns(Caller& caller) {
  return with_list<F>(caller, FORM(ReportISNSServerList));
}
template <class F>
ISDSC_STATUS report_radius(Caller& caller) {
  return with_list<F>(caller, FORM(ReportRadiusServerList));
}
template <class F>
ISDSC_STATUS get_name(Caller& caller) {
  return FORM(GetIScsiInitiatorNodeName)(room_of<typename F::Char>(caller));
}
template <class F>
ISDSC_STATUS set_name(Caller& caller) {
  const std::string name = "iqn.2026-11.org.lunsim:of-" + std::to_string(caller.pick(4));
  return FORM(SetIScsiInitiatorNodeName)(Text<F>(name).get());
}
template <class F>
ISDSC_STATUS add_isns(Caller& caller) {
  return FORM(AddISNSServer)(Text<F>(server_of(caller)).get());
}
template <class F>
ISDSC_STATUS remove_isns(Caller& caller) {
  return FORM(RemoveISNSServer)(Text<F>(server_of(caller)).get());
}
template <class F>
ISDSC_STATUS refresh_isns(Caller& caller) {
  return FORM(RefreshISNSServer)(Text<F>(server_of(caller)).get());
}
template <class F>
ISDSC_STATUS add_radius(Caller& caller) {
  return FORM(AddRadiusServer)(Text<F>(server_of(caller)).get());
}
template <class F>
ISDSC_STATUS remove_radius(Caller& caller) {
  return FORM(RemoveRadiusServer)(Text<F>(server_of(caller)).get());
}

/// A preshared key; `key` empty: only its id, as who asks has it.
IKE_AUTHENTICATION_INFORMATION ike_of(UCHAR* id, UCHAR* key) {
  IKE_AUTHENTICATION_INFORMATION info{};
  info.AuthMethod = IKE_AUTHENTICATION_PRESHARED_KEY_METHOD;
  info.PsKey.IdType = ID_FQDN;
  info.PsKey.Id = id;
  info.PsKey.IdLengthInBytes = 4;
  if (key == nullptr) return info;
  info.PsKey.SecurityFlags = ISCSI_SECURITY_FLAG_VALID;
  info.PsKey.Key = key;
  info.PsKey.KeyLengthInBytes = 8;
  return info;
}
template <class F>
ISDSC_STATUS get_ike(Caller&) {
  UCHAR id[] = "host";
  IKE_AUTHENTICATION_INFORMATION info = ike_of(id, nullptr);
  return FORM(GetIScsiIKEInfo)(nullptr, kAny, nullptr, &info);
}
template <class F>
ISDSC_STATUS set_ike(Caller& caller) {
  UCHAR id[] = "host", key[] = "eight by";
  IKE_AUTHENTICATION_INFORMATION info = ike_of(id, key);
  return FORM(SetIScsiIKEInfo)(nullptr, kAny, &info, static_cast<BOOLEAN>(caller.pick(2)));
}
template <class F>
ISDSC_STATUS set_tunnel(Caller& caller) {
  return FORM(SetIScsiTunnelModeOuterAddress)(nullptr, kAny, Text<F>("10.0.0.10").get(),
                                              Text<F>("10.0.0.1").get(),
                                              static_cast<BOOLEAN>(caller.pick(2)));
}

}  // namespace

std::vector<Call> all_calls() {
  std::vector<Call> calls = single_calls();
#define BOTH(name, make)                    \
  calls.push_back({#name "A", make<Ansi>}); \
  calls.push_back({#name "W", make<Wide>})
  BOTH(AddIScsiSendTargetPortal, add_portal);
  BOTH(RemoveIScsiSendTargetPortal, remove_portal);
  BOTH(RefreshIScsiSendTargetPortal, refresh_portal);
  BOTH(ReportIScsiTargets, report_targets);
  BOTH(ReportIScsiSendTargetPortals, report_send_target_portals);
  BOTH(ReportIScsiSendTargetPortalsEx, report_send_target_portals_ex);
  BOTH(AddIScsiStaticTarget, add_static);
  BOTH(RemoveIScsiStaticTarget, remove_static);
  BOTH(ReportIScsiTargetPortals, report_target_portals);
  BOTH(GetIScsiTargetInformation, target_information);
  BOTH(LoginIScsiTarget, login);
  BOTH(GetIScsiSessionList, list_sessions);
  BOTH(ReportActiveIScsiTargetMappings, list_mappings);
  BOTH(AddIScsiConnection, add_connection);
  BOTH(GetDevicesForIScsiSession, list_devices);
  BOTH(ReportIScsiPersistentLogins, report_logins);
  BOTH(RemoveIScsiPersistentTarget, remove_login);
  BOTH(AddPersistentIScsiDevice, add_device);
  BOTH(RemovePersistentIScsiDevice, remove_device);
  BOTH(ReportPersistentIScsiDevices, report_devices);
  BOTH(ReportIScsiInitiatorList, report_initiators);
  BOTH(GetIScsiInitiatorNodeName, get_name);
  BOTH(SetIScsiInitiatorNodeName, set_name);
  BOTH(AddISNSServer, add_isns);
  BOTH(RemoveISNSServer, remove_isns);
  BOTH(RefreshISNSServer, refresh_isns);
  BOTH(ReportISNSServerList, report_isns);
  BOTH(AddRadiusServer, add_radius);
  BOTH(RemoveRadiusServer, remove_radius);
  BOTH(ReportRadiusServerList, report_radius);
  BOTH(GetIScsiIKEInfo, get_ike);
  BOTH(SetIScsiIKEInfo, set_ike);
  BOTH(SetIScsiTunnelModeOuterAddress, set_tunnel);
#undef BOTH
  return calls;
}

}  // namespace lunsim::threads
