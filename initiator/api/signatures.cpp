#include "initiator/api/signatures.hpp"

#include <algorithm>
#include <utility>

namespace lunsim::api {
namespace {

using K = Kind;
using Parameters = std::vector<SignatureParameter>;

constexpr bool kMayBeNull = true;

Parameters scsi_parameters(Parameters asked) {
  asked.insert(asked.begin(), {"UniqueSessionId", K::session});
  const Parameters answer{{"ScsiStatus", K::byte_out},
                          {"ResponseSize", K::size},
                          {"ResponseBuffer", K::buffer, kMayBeNull, "ResponseSize"},
                          {"SenseSize", K::size},
                          {"SenseBuffer", K::buffer, kMayBeNull, "SenseSize"}};
  asked.insert(asked.end(), answer.begin(), answer.end());
  return asked;
}

Parameters portal_parameters() {
  return {{"InitiatorInstance", K::text, kMayBeNull},
          {"InitiatorPortNumber", K::long_value},
          {"Portal", K::portal}};
}

Signature plain(std::string_view name, Parameters parameters) {
  return {.name = name, .has_forms = false, .parameters = std::move(parameters)};
}
Signature forms(std::string_view name, Parameters parameters) {
  return {.name = name, .has_forms = true, .parameters = std::move(parameters)};
}
/// A size that counts characters.
Signature texts(std::string_view name, std::string_view size, Parameters first = {}) {
  first.push_back({size, K::size});
  first.push_back({"Buffer", K::buffer, kMayBeNull, size});
  return {name, true, std::move(first), sizeof(CHAR), sizeof(WCHAR)};
}
/// A size that counts bytes.
Signature bytes(std::string_view name, bool has_forms, Parameters parameters) {
  return {name, has_forms, std::move(parameters), 1, 1};
}

// clang-format off
std::vector<Signature> sessions_and_logins() {
  return {
    bytes("GetIScsiSessionList", true, {{"BufferSize", K::size}, {"SessionCount", K::count_out},
      {"SessionInfo", K::buffer, kMayBeNull, "BufferSize"}}),
    bytes("GetIScsiSessionListEx", false, {{"BufferSize", K::size}, {"SessionCountPtr", K::count_out},
      {"SessionInfo", K::buffer, kMayBeNull, "BufferSize"}}),
    bytes("ReportActiveIScsiTargetMappings", true, {{"BufferSize", K::size}, {"MappingCount", K::count_out},
      {"Mappings", K::buffer, kMayBeNull, "BufferSize"}}),
    forms("LoginIScsiTarget", {{"TargetName", K::text}, {"IsInformationalSession", K::byte_value},
      {"InitiatorInstance", K::text, kMayBeNull}, {"InitiatorPortNumber", K::long_value},
      {"TargetPortal", K::portal, kMayBeNull}, {"SecurityFlags", K::long_long_value},
      {"Mappings", K::mapping, kMayBeNull}, {"LoginOptions", K::login_options, kMayBeNull}, {"KeySize", K::long_value},
      {"Key", K::bytes, false, "KeySize"}, {"IsPersistent", K::byte_value}, {"UniqueSessionId", K::id_out},
      {"UniqueConnectionId", K::id_out}}),
    plain("LogoutIScsiTarget", {{"UniqueSessionId", K::session}}),
    forms("AddIScsiConnection", {{"UniqueSessionId", K::session}, {"Reserved", K::reserved, kMayBeNull},
      {"InitiatorPortNumber", K::long_value}, {"TargetPortal", K::portal, kMayBeNull},
      {"SecurityFlags", K::long_long_value}, {"LoginOptions", K::login_options, kMayBeNull},
      {"KeySize", K::long_value}, {"Key", K::bytes, false, "KeySize"}, {"ConnectionId", K::id_out, kMayBeNull}}),
    plain("RemoveIScsiConnection", {{"UniqueSessionId", K::session}, {"ConnectionId", K::connection}}),
    {"GetDevicesForIScsiSession", true, {{"UniqueSessionId", K::session}, {"DeviceCount", K::size},
      {"Devices", K::buffer, kMayBeNull, "DeviceCount"}}, sizeof(ISCSI_DEVICE_ON_SESSIONA),
      sizeof(ISCSI_DEVICE_ON_SESSIONW)},
    bytes("SendScsiReportLuns", false, scsi_parameters({})),
    bytes("SendScsiReadCapacity", false, scsi_parameters({{"Lun", K::long_long_value}})),
    bytes("SendScsiInquiry", false, scsi_parameters({{"Lun", K::long_long_value}, {"EvpdCmddt", K::byte_value},
      {"PageCode", K::byte_value}})),
    bytes("ReportIScsiPersistentLogins", true, {{"Count", K::count_out},
      {"PersistentLoginInfo", K::buffer, kMayBeNull, "BufferSizeInBytes"}, {"BufferSizeInBytes", K::size}}),
    forms("RemoveIScsiPersistentTarget", {{"InitiatorInstance", K::text, kMayBeNull},
      {"InitiatorPortNumber", K::long_value}, {"TargetName", K::text}, {"Portal", K::portal, kMayBeNull}}),
  };
}

std::vector<Signature> portals_and_targets() {
  return {
    forms("AddIScsiSendTargetPortal", {{"InitiatorInstance", K::text, kMayBeNull},
      {"InitiatorPortNumber", K::long_value}, {"LoginOptions", K::login_options, kMayBeNull},
      {"SecurityFlags", K::long_long_value}, {"Portal", K::portal}}),
    forms("RemoveIScsiSendTargetPortal", portal_parameters()),
    forms("RefreshIScsiSendTargetPortal", portal_parameters()),
    {"ReportIScsiSendTargetPortals", true, {{"PortalCount", K::size},
      {"PortalInfo", K::buffer, kMayBeNull, "PortalCount"}}, sizeof(ISCSI_TARGET_PORTAL_INFOA),
      sizeof(ISCSI_TARGET_PORTAL_INFOW)},
    bytes("ReportIScsiSendTargetPortalsEx", true, {{"PortalCount", K::count_out}, {"PortalInfoSize", K::size},
      {"PortalInfo", K::buffer, kMayBeNull, "PortalInfoSize"}}),
    texts("ReportIScsiTargets", "BufferSize", {{"ForceUpdate", K::byte_value}}),
    forms("AddIScsiStaticTarget", {{"TargetName", K::text}, {"TargetAlias", K::text, kMayBeNull},
      {"TargetFlags", K::long_value}, {"Persist", K::byte_value}, {"Mappings", K::mapping, kMayBeNull},
      {"LoginOptions", K::login_options, kMayBeNull}, {"PortalGroup", K::portal_group, kMayBeNull}}),
    forms("RemoveIScsiStaticTarget", {{"TargetName", K::text}}),
    {"ReportIScsiTargetPortals", true, {{"InitiatorName", K::text, kMayBeNull}, {"TargetName", K::text},
      {"TargetPortalTag", K::portal_group_tag, kMayBeNull}, {"ElementCount", K::size},
      {"Portals", K::buffer, kMayBeNull, "ElementCount"}}, sizeof(ISCSI_TARGET_PORTALA), sizeof(ISCSI_TARGET_PORTALW)},
    bytes("GetIScsiTargetInformation", true, {{"TargetName", K::text}, {"DiscoveryMechanism", K::text, kMayBeNull},
      {"InfoClass", K::long_value}, {"BufferSize", K::size}, {"Buffer", K::buffer, kMayBeNull, "BufferSize"}}),
  };
}

std::vector<Signature> devices_and_initiator() {
  return {
    forms("AddPersistentIScsiDevice", {{"DevicePath", K::text}}),
    forms("RemovePersistentIScsiDevice", {{"DevicePath", K::text}}),
    texts("ReportPersistentIScsiDevices", "BufferSizeInChar"),
    plain("ClearPersistentIScsiDevices", {}),
    plain("SetupPersistentIScsiDevices", {}),
    plain("SetupPersistentIScsiVolumes", {}),
    texts("ReportIScsiInitiatorList", "BufferSize"),
    forms("GetIScsiInitiatorNodeName", {{"InitiatorNodeName", K::name_out}}),
    forms("SetIScsiInitiatorNodeName", {{"InitiatorNodeName", K::text, kMayBeNull}}),
    plain("SetIScsiInitiatorCHAPSharedSecret", {{"SharedSecretLength", K::long_value},
      {"SharedSecret", K::bytes, false, "SharedSecretLength"}}),
    plain("GetIScsiVersionInformation", {{"VersionInfo", K::version_out}}),
  };
}

std::vector<Signature> servers_and_ipsec() {
  return {
    forms("AddISNSServer", {{"Address", K::text}}),
    forms("RemoveISNSServer", {{"Address", K::text}}),
    forms("RefreshISNSServer", {{"Address", K::text, kMayBeNull}}),
    texts("ReportISNSServerList", "BufferSizeInChar"),
    forms("AddRadiusServer", {{"Address", K::text}}),
    forms("RemoveRadiusServer", {{"Address", K::text}}),
    texts("ReportRadiusServerList", "BufferSizeInChar"),
    plain("SetIScsiInitiatorRADIUSSharedSecret", {{"SharedSecretLength", K::long_value},
      {"SharedSecret", K::bytes, false, "SharedSecretLength"}}),
    forms("GetIScsiIKEInfo", {{"InitiatorName", K::text, kMayBeNull}, {"InitiatorPortNumber", K::long_value},
      {"Reserved", K::reserved, kMayBeNull}, {"AuthInfo", K::ike}}),
    forms("SetIScsiIKEInfo", {{"InitiatorName", K::text, kMayBeNull}, {"InitiatorPortNumber", K::long_value},
      {"AuthInfo", K::ike}, {"Persist", K::byte_value}}),
    plain("SetIScsiGroupPresharedKey", {{"KeyLength", K::long_value}, {"Key", K::bytes, false, "KeyLength"},
      {"Persist", K::byte_value}}),
    forms("SetIScsiTunnelModeOuterAddress", {{"InitiatorName", K::text, kMayBeNull},
      {"InitiatorPortNumber", K::long_value}, {"DestinationAddress", K::text, kMayBeNull},
      {"OuterModeAddress", K::text, kMayBeNull}, {"Persist", K::byte_value}}),
  };
}
// clang-format on

std::vector<Signature> make_signatures() {
  std::vector<Signature> all = sessions_and_logins();
  for (std::vector<Signature> more :
       {portals_and_targets(), devices_and_initiator(), servers_and_ipsec()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

std::size_t Signature::find(std::string_view parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& one) { return one.name == parameter; });
  return static_cast<std::size_t>(found - parameters.begin());
}

std::span<const Signature> signatures() {
  static const std::vector<Signature> kSignatures = make_signatures();
  return kSignatures;
}

const Signature* signature_of(std::string_view function) {
  for (const Signature& one : signatures())
    if (one.name == function) return &one;
  return nullptr;
}

}  // namespace lunsim::api
