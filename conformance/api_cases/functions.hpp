// The 79 exports of the library as a table of pointers: cases call through it, so that the same
// case can be tried on a library that was loaded by name, and on one whose functions are wrong.
#pragma once

#include "initiator/api/include/iscsidsc.h"

// clang-format off
#define LUNSIM_API_FUNCTIONS(X) \
  X(AddISNSServerA) \
  X(AddISNSServerW) \
  X(AddIScsiConnectionA) \
  X(AddIScsiConnectionW) \
  X(AddIScsiSendTargetPortalA) \
  X(AddIScsiSendTargetPortalW) \
  X(AddIScsiStaticTargetA) \
  X(AddIScsiStaticTargetW) \
  X(AddPersistentIScsiDeviceA) \
  X(AddPersistentIScsiDeviceW) \
  X(AddRadiusServerA) \
  X(AddRadiusServerW) \
  X(ClearPersistentIScsiDevices) \
  X(GetDevicesForIScsiSessionA) \
  X(GetDevicesForIScsiSessionW) \
  X(GetIScsiIKEInfoA) \
  X(GetIScsiIKEInfoW) \
  X(GetIScsiInitiatorNodeNameA) \
  X(GetIScsiInitiatorNodeNameW) \
  X(GetIScsiSessionListA) \
  X(GetIScsiSessionListW) \
  X(GetIScsiSessionListEx) \
  X(GetIScsiTargetInformationA) \
  X(GetIScsiTargetInformationW) \
  X(GetIScsiVersionInformation) \
  X(LoginIScsiTargetA) \
  X(LoginIScsiTargetW) \
  X(LogoutIScsiTarget) \
  X(RefreshISNSServerA) \
  X(RefreshISNSServerW) \
  X(RefreshIScsiSendTargetPortalA) \
  X(RefreshIScsiSendTargetPortalW) \
  X(RemoveISNSServerA) \
  X(RemoveISNSServerW) \
  X(RemoveIScsiConnection) \
  X(RemoveIScsiPersistentTargetA) \
  X(RemoveIScsiPersistentTargetW) \
  X(RemoveIScsiSendTargetPortalA) \
  X(RemoveIScsiSendTargetPortalW) \
  X(RemoveIScsiStaticTargetA) \
  X(RemoveIScsiStaticTargetW) \
  X(RemovePersistentIScsiDeviceA) \
  X(RemovePersistentIScsiDeviceW) \
  X(RemoveRadiusServerA) \
  X(RemoveRadiusServerW) \
  X(ReportActiveIScsiTargetMappingsA) \
  X(ReportActiveIScsiTargetMappingsW) \
  X(ReportISNSServerListA) \
  X(ReportISNSServerListW) \
  X(ReportIScsiInitiatorListA) \
  X(ReportIScsiInitiatorListW) \
  X(ReportIScsiPersistentLoginsA) \
  X(ReportIScsiPersistentLoginsW) \
  X(ReportIScsiSendTargetPortalsA) \
  X(ReportIScsiSendTargetPortalsW) \
  X(ReportIScsiSendTargetPortalsExA) \
  X(ReportIScsiSendTargetPortalsExW) \
  X(ReportIScsiTargetPortalsA) \
  X(ReportIScsiTargetPortalsW) \
  X(ReportIScsiTargetsA) \
  X(ReportIScsiTargetsW) \
  X(ReportPersistentIScsiDevicesA) \
  X(ReportPersistentIScsiDevicesW) \
  X(ReportRadiusServerListA) \
  X(ReportRadiusServerListW) \
  X(SendScsiInquiry) \
  X(SendScsiReadCapacity) \
  X(SendScsiReportLuns) \
  X(SetIScsiGroupPresharedKey) \
  X(SetIScsiIKEInfoA) \
  X(SetIScsiIKEInfoW) \
  X(SetIScsiInitiatorCHAPSharedSecret) \
  X(SetIScsiInitiatorNodeNameA) \
  X(SetIScsiInitiatorNodeNameW) \
  X(SetIScsiInitiatorRADIUSSharedSecret) \
  X(SetIScsiTunnelModeOuterAddressA) \
  X(SetIScsiTunnelModeOuterAddressW) \
  X(SetupPersistentIScsiDevices) \
  X(SetupPersistentIScsiVolumes)
// clang-format on

namespace lunsim::conformance {

struct Functions {
#define LUNSIM_POINTER(name) decltype(&::name) name = &::name;
  LUNSIM_API_FUNCTIONS(LUNSIM_POINTER)
#undef LUNSIM_POINTER
};

}  // namespace lunsim::conformance
