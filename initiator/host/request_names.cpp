#include "initiator/host/request_names.hpp"

#include "protocol/scsi/cdb.hpp"

namespace lunsim::initiator {
namespace {

std::string_view function_of_cdb(const std::vector<std::byte>& cdb) {
  if (cdb.empty()) return {};
  switch (std::to_integer<std::uint8_t>(cdb.front())) {
    case scsi::opcode::kInquiry:
      return "SendScsiInquiry";
    case scsi::opcode::kReadCapacity10:
    case scsi::opcode::kServiceActionIn16:
      return "SendScsiReadCapacity";
    case scsi::opcode::kReportLuns:
      return "SendScsiReportLuns";
    default:
      return {};
  }
}

struct FunctionOf {
  using Name = std::string_view;
  Name operator()(const AddSendTargetPortal&) const { return "AddIScsiSendTargetPortal"; }
  Name operator()(const RemoveSendTargetPortal&) const { return "RemoveIScsiSendTargetPortal"; }
  Name operator()(const RefreshSendTargetPortal&) const { return "RefreshIScsiSendTargetPortal"; }
  Name operator()(const ListSendTargetPortals&) const { return "ReportIScsiSendTargetPortals"; }
  Name operator()(const ReportTargets&) const { return "ReportIScsiTargets"; }
  Name operator()(const AddStaticTarget&) const { return "AddIScsiStaticTarget"; }
  Name operator()(const RemoveStaticTarget&) const { return "RemoveIScsiStaticTarget"; }
  Name operator()(const ListTargetPortals&) const { return "ReportIScsiTargetPortals"; }
  Name operator()(const GetTargetInformation&) const { return "GetIScsiTargetInformation"; }
  Name operator()(const LoginTarget&) const { return "LoginIScsiTarget"; }
  Name operator()(const LogoutTarget&) const { return "LogoutIScsiTarget"; }
  Name operator()(const AddConnection&) const { return "AddIScsiConnection"; }
  Name operator()(const RemoveConnection&) const { return "RemoveIScsiConnection"; }
  Name operator()(const ListSessions&) const { return "GetIScsiSessionList"; }
  Name operator()(const ListSessionsWithParameters&) const { return "GetIScsiSessionListEx"; }
  Name operator()(const ListMappings&) const { return "ReportActiveIScsiTargetMappings"; }
  Name operator()(const ListDevices&) const { return "GetDevicesForIScsiSession"; }
  Name operator()(const SendScsi& request) const { return function_of_cdb(request.cdb); }
  Name operator()(const ListPersistentLogins&) const { return "ReportIScsiPersistentLogins"; }
  Name operator()(const RemovePersistentTarget&) const { return "RemoveIScsiPersistentTarget"; }
  Name operator()(const AddPersistentDevice&) const { return "AddPersistentIScsiDevice"; }
  Name operator()(const RemovePersistentDevice&) const { return "RemovePersistentIScsiDevice"; }
  Name operator()(const ListPersistentDevices&) const { return "ReportPersistentIScsiDevices"; }
  Name operator()(const ClearPersistentDevices&) const { return "ClearPersistentIScsiDevices"; }
  Name operator()(const SetupPersistentDevices&) const { return "SetupPersistentIScsiDevices"; }
  Name operator()(const ListInitiators&) const { return "ReportIScsiInitiatorList"; }
  Name operator()(const GetNodeName&) const { return "GetIScsiInitiatorNodeName"; }
  Name operator()(const SetNodeName&) const { return "SetIScsiInitiatorNodeName"; }
  Name operator()(const SetChapSecret&) const { return "SetIScsiInitiatorCHAPSharedSecret"; }
  Name operator()(const GetVersion&) const { return "GetIScsiVersionInformation"; }
  Name operator()(const AddIsnsServer&) const { return "AddISNSServer"; }
  Name operator()(const RemoveIsnsServer&) const { return "RemoveISNSServer"; }
  Name operator()(const RefreshIsnsServer&) const { return "RefreshISNSServer"; }
  Name operator()(const ListIsnsServers&) const { return "ReportISNSServerList"; }
  Name operator()(const AddRadiusAddress&) const { return "AddRadiusServer"; }
  Name operator()(const RemoveRadiusAddress&) const { return "RemoveRadiusServer"; }
  Name operator()(const ListRadiusAddresses&) const { return "ReportRadiusServerList"; }
  Name operator()(const SetRadiusSecret&) const { return "SetIScsiInitiatorRADIUSSharedSecret"; }
  Name operator()(const GetIkeInfo&) const { return "GetIScsiIKEInfo"; }
  Name operator()(const SetIkeInfo&) const { return "SetIScsiIKEInfo"; }
  Name operator()(const SetGroupPresharedKey&) const { return "SetIScsiGroupPresharedKey"; }
  Name operator()(const SetTunnelOuterAddress&) const { return "SetIScsiTunnelModeOuterAddress"; }
};

}  // namespace

std::string_view function_of(const Request& request) { return std::visit(FunctionOf{}, request); }

}  // namespace lunsim::initiator
