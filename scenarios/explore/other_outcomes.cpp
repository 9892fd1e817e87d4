// Outcomes of the functions that no login and no SCSI command stands behind: what their rules name
// (call_outcomes_test.cpp holds both together) and what any call can meet.
#include <map>
#include <vector>

#include "initiator/api/include/iscsidsc.h"
#include "scenarios/explore/call_outcomes.hpp"

namespace lunsim::explore {
namespace {

using Codes = std::vector<initiator::StatusCode>;

Codes with_any(Codes own) {
  Codes all{ERROR_SUCCESS};
  all.insert(all.end(), own.begin(), own.end());
  for (const initiator::StatusCode any :
       {ERROR_ACCESS_DENIED, ERROR_NOT_ENOUGH_MEMORY, ISDSC_NON_SPECIFIC_ERROR,
        ISDSC_SERVICE_NOT_RUNNING, ISDSC_SERVICE_DID_NOT_RESPOND})
    all.push_back(any);
  return all;
}

}  // namespace

std::span<const initiator::StatusCode> other_outcomes_of(std::string_view function) {
  static const std::map<std::string_view, Codes> kOutcomes{
      {"AddIScsiConnection", with_any({ISDSC_INVALID_SESSION_ID, ISDSC_TOO_MANY_CONNECTIONS,
                                       ISDSC_CONNECTION_FAILED, ISDSC_LOGIN_FAILED})},
      {"AddIScsiStaticTarget", with_any({})},
      {"AddISNSServer", with_any({WSAECONNREFUSED, WSAETIMEDOUT})},
      {"AddPersistentIScsiDevice", with_any({ISDSC_DEVICE_NOT_ISCSI_OR_PERSISTENT})},
      {"AddRadiusServer", with_any({})},
      {"ClearPersistentIScsiDevices", with_any({})},
      {"GetDevicesForIScsiSession", with_any({ERROR_INSUFFICIENT_BUFFER, ISDSC_INVALID_SESSION_ID,
                                              ISDSC_DEVICE_BUSY_ON_SESSION, ISDSC_SESSION_BUSY})},
      {"GetIScsiIKEInfo",
       with_any({ISDSC_NO_AUTH_INFO_AVAILABLE, ISDSC_TARGET_PRESHAREDKEY_UNAVAILABLE})},
      {"GetIScsiInitiatorNodeName", with_any({})},
      {"GetIScsiSessionListEx", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"GetIScsiTargetInformation",
       with_any({ERROR_INSUFFICIENT_BUFFER, ISDSC_DISCOVERY_MECHANISM_NOT_FOUND,
                 ISDSC_TARGET_NOT_FOUND})},
      {"GetIScsiVersionInformation", with_any({})},
      {"RefreshIScsiSendTargetPortal", with_any({ISDSC_CONNECTION_FAILED})},
      {"RefreshISNSServer", with_any({ISDSC_ISNS_SERVER_NOT_FOUND, ISDSC_REQUEST_NOT_SUPPORTED})},
      {"RemoveIScsiConnection",
       with_any({ISDSC_CANT_REMOVE_LAST_CONNECTION, ISDSC_CANNOT_REMOVE_LEADING_CONNECTION,
                 ISDSC_INVALID_CONNECTION_ID, ISDSC_INVALID_SESSION_ID})},
      {"RemoveIScsiPersistentTarget", with_any({})},
      {"RemoveIScsiSendTargetPortal", with_any({})},
      {"RemoveIScsiStaticTarget", with_any({})},
      {"RemoveISNSServer", with_any({})},
      {"RemovePersistentIScsiDevice", with_any({ISDSC_DEVICE_NOT_FOUND})},
      {"RemoveRadiusServer", with_any({})},
      {"ReportIScsiInitiatorList", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportIScsiPersistentLogins", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportIScsiSendTargetPortals", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportIScsiSendTargetPortalsEx", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportIScsiTargetPortals", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportISNSServerList", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportPersistentIScsiDevices", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"ReportRadiusServerList", with_any({ERROR_INSUFFICIENT_BUFFER})},
      {"SetIScsiGroupPresharedKey", with_any({})},
      {"SetIScsiIKEInfo",
       with_any({ISDSC_IKE_ID_PAYLOAD_INCORRECT_SIZE, ISDSC_IKE_ID_PAYLOAD_TYPE_NOT_SUPPORTED})},
      {"SetIScsiInitiatorCHAPSharedSecret",
       with_any({ISDSC_SHORT_CHAP_SECRET, ISDSC_INVALID_INITIATOR_CHAP_SECRET})},
      {"SetIScsiInitiatorNodeName", with_any({ISDSC_OPERATION_REQUIRES_REBOOT})},
      {"SetIScsiInitiatorRADIUSSharedSecret", with_any({})},
      {"SetIScsiTunnelModeOuterAddress", with_any({})},
      {"SetupPersistentIScsiDevices", with_any({ISDSC_PERSISTENT_LOGIN_TIMEOUT})},
      {"SetupPersistentIScsiVolumes", with_any({})},
  };
  const auto found = kOutcomes.find(function);
  return found == kOutcomes.end() ? std::span<const initiator::StatusCode>{} : found->second;
}

}  // namespace lunsim::explore
