// The number of each kind of request and of each kind of a reply's data on the wire, for ever.
#pragma once

#include "initiator/host/host.hpp"
#include "initiator/remote/archive.hpp"

namespace lunsim::initiator::remote {

// requests
template <>
inline constexpr std::uint16_t kTag<AddSendTargetPortal> = 1;
template <>
inline constexpr std::uint16_t kTag<ReportTargets> = 2;
template <>
inline constexpr std::uint16_t kTag<LoginTarget> = 3;
template <>
inline constexpr std::uint16_t kTag<LogoutTarget> = 4;
template <>
inline constexpr std::uint16_t kTag<ListSessions> = 5;
template <>
inline constexpr std::uint16_t kTag<ListMappings> = 6;
template <>
inline constexpr std::uint16_t kTag<SendScsi> = 7;
template <>
inline constexpr std::uint16_t kTag<RemoveSendTargetPortal> = 8;
template <>
inline constexpr std::uint16_t kTag<RefreshSendTargetPortal> = 9;
template <>
inline constexpr std::uint16_t kTag<ListSendTargetPortals> = 10;
template <>
inline constexpr std::uint16_t kTag<AddStaticTarget> = 11;
template <>
inline constexpr std::uint16_t kTag<RemoveStaticTarget> = 12;
template <>
inline constexpr std::uint16_t kTag<ListTargetPortals> = 13;
template <>
inline constexpr std::uint16_t kTag<GetTargetInformation> = 14;
template <>
inline constexpr std::uint16_t kTag<AddConnection> = 15;
template <>
inline constexpr std::uint16_t kTag<RemoveConnection> = 16;
template <>
inline constexpr std::uint16_t kTag<ListSessionsWithParameters> = 17;
template <>
inline constexpr std::uint16_t kTag<ListDevices> = 18;
template <>
inline constexpr std::uint16_t kTag<ListPersistentLogins> = 19;
template <>
inline constexpr std::uint16_t kTag<RemovePersistentTarget> = 20;
template <>
inline constexpr std::uint16_t kTag<AddPersistentDevice> = 21;
template <>
inline constexpr std::uint16_t kTag<RemovePersistentDevice> = 22;
template <>
inline constexpr std::uint16_t kTag<ListPersistentDevices> = 23;
template <>
inline constexpr std::uint16_t kTag<ClearPersistentDevices> = 24;
template <>
inline constexpr std::uint16_t kTag<SetupPersistentDevices> = 25;
template <>
inline constexpr std::uint16_t kTag<ListInitiators> = 26;
template <>
inline constexpr std::uint16_t kTag<GetNodeName> = 27;
template <>
inline constexpr std::uint16_t kTag<SetNodeName> = 28;
template <>
inline constexpr std::uint16_t kTag<SetChapSecret> = 29;
template <>
inline constexpr std::uint16_t kTag<GetVersion> = 30;
template <>
inline constexpr std::uint16_t kTag<AddIsnsServer> = 31;
template <>
inline constexpr std::uint16_t kTag<RemoveIsnsServer> = 32;
template <>
inline constexpr std::uint16_t kTag<RefreshIsnsServer> = 33;
template <>
inline constexpr std::uint16_t kTag<ListIsnsServers> = 34;
template <>
inline constexpr std::uint16_t kTag<AddRadiusAddress> = 35;
template <>
inline constexpr std::uint16_t kTag<RemoveRadiusAddress> = 36;
template <>
inline constexpr std::uint16_t kTag<ListRadiusAddresses> = 37;
template <>
inline constexpr std::uint16_t kTag<SetRadiusSecret> = 38;
template <>
inline constexpr std::uint16_t kTag<GetIkeInfo> = 39;
template <>
inline constexpr std::uint16_t kTag<SetIkeInfo> = 40;
template <>
inline constexpr std::uint16_t kTag<SetGroupPresharedKey> = 41;
template <>
inline constexpr std::uint16_t kTag<SetTunnelOuterAddress> = 42;

// the data of replies
template <>
inline constexpr std::uint16_t kTag<std::monostate> = 1;
template <>
inline constexpr std::uint16_t kTag<LoginReply> = 2;
template <>
inline constexpr std::uint16_t kTag<std::vector<std::string>> = 3;
template <>
inline constexpr std::uint16_t kTag<std::vector<SessionInfo>> = 4;
template <>
inline constexpr std::uint16_t kTag<std::vector<MappingInfo>> = 5;
template <>
inline constexpr std::uint16_t kTag<ScsiReply> = 6;
template <>
inline constexpr std::uint16_t kTag<ManagementReply> = 7;
template <>
inline constexpr std::uint16_t kTag<std::vector<AddSendTargetPortal>> = 8;
template <>
inline constexpr std::uint16_t kTag<std::vector<Portal>> = 9;
template <>
inline constexpr std::uint16_t kTag<std::vector<LoginTarget>> = 10;
template <>
inline constexpr std::uint16_t kTag<std::vector<SessionParameters>> = 11;
template <>
inline constexpr std::uint16_t kTag<std::vector<DeviceInfo>> = 12;
template <>
inline constexpr std::uint16_t kTag<TargetInformation> = 13;
template <>
inline constexpr std::uint16_t kTag<VersionInfo> = 14;
template <>
inline constexpr std::uint16_t kTag<NodeName> = 15;
template <>
inline constexpr std::uint16_t kTag<IkeAuthentication> = 16;

}  // namespace lunsim::initiator::remote
