// What a host can be asked, each request named for the API function behind it and with its
// arguments as plain values. Texts are UTF-8, secrets and keys bytes; an absent argument is NULL.
#pragma once

#include <variant>

#include "initiator/host/host_values.hpp"

namespace lunsim::initiator {

inline constexpr std::size_t kKeyBytesMax = 1024;                // of IKE and of the group
inline constexpr std::uint32_t kAnyInitiatorPort = 0xFFFF'FFFF;  // ISCSI_ANY_INITIATOR_PORT

// --- discovery portals and targets ---

struct AddSendTargetPortal {
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  std::optional<LoginOptions> options;
  std::uint64_t security_flags = 0;
  Portal portal;
  friend bool operator==(const AddSendTargetPortal&, const AddSendTargetPortal&) = default;
};
struct RemoveSendTargetPortal {
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  Portal portal;
  friend bool operator==(const RemoveSendTargetPortal&, const RemoveSendTargetPortal&) = default;
};
struct RefreshSendTargetPortal {
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  Portal portal;
  friend bool operator==(const RefreshSendTargetPortal&, const RefreshSendTargetPortal&) = default;
};
struct ListSendTargetPortals {
  friend bool operator==(const ListSendTargetPortals&, const ListSendTargetPortals&) = default;
};
struct ReportTargets {
  bool force_update = false;
  friend bool operator==(const ReportTargets&, const ReportTargets&) = default;
};
struct AddStaticTarget {
  std::string target_name;
  std::optional<std::string> alias;
  std::uint32_t target_flags = 0;  // ISCSI_TARGET_FLAG_*
  bool persist = false;
  std::optional<MappingInfo> mapping;
  std::optional<LoginOptions> options;
  std::optional<std::vector<Portal>> portal_group;
  friend bool operator==(const AddStaticTarget&, const AddStaticTarget&) = default;
};
struct RemoveStaticTarget {
  std::string target_name;
  friend bool operator==(const RemoveStaticTarget&, const RemoveStaticTarget&) = default;
};
struct ListTargetPortals {
  std::optional<std::string> initiator_name;
  std::string target_name;
  std::optional<std::uint16_t> portal_group_tag;
  friend bool operator==(const ListTargetPortals&, const ListTargetPortals&) = default;
};
struct GetTargetInformation {
  std::string target_name;
  std::optional<std::string> discovery_mechanism;
  std::uint32_t info_class = 0;  // TARGET_INFORMATION_CLASS
  friend bool operator==(const GetTargetInformation&, const GetTargetInformation&) = default;
};

// --- sessions ---

struct LoginTarget {
  std::string target_name;
  bool informational = false;
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  std::optional<Portal> portal;
  std::uint64_t security_flags = 0;
  std::optional<MappingInfo> mapping;
  std::optional<LoginOptions> options;
  bool persistent = false;
  friend bool operator==(const LoginTarget&, const LoginTarget&) = default;
};
struct LogoutTarget {
  UniqueId session;
  friend bool operator==(const LogoutTarget&, const LogoutTarget&) = default;
};
struct AddConnection {
  UniqueId session;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  std::optional<Portal> portal;
  std::uint64_t security_flags = 0;
  std::optional<LoginOptions> options;
  friend bool operator==(const AddConnection&, const AddConnection&) = default;
};
struct RemoveConnection {
  UniqueId session, connection;
  friend bool operator==(const RemoveConnection&, const RemoveConnection&) = default;
};
struct ListSessions {
  friend bool operator==(const ListSessions&, const ListSessions&) = default;
};
/// GetIScsiSessionListEx.
struct ListSessionsWithParameters {
  friend bool operator==(const ListSessionsWithParameters&,
                         const ListSessionsWithParameters&) = default;
};
struct ListMappings {
  friend bool operator==(const ListMappings&, const ListMappings&) = default;
};
struct ListDevices {
  UniqueId session;
  friend bool operator==(const ListDevices&, const ListDevices&) = default;
};
/// A CDB for a unit of a session. Exactly one SCSI command goes out: no hidden retry.
struct SendScsi {
  UniqueId session;
  std::uint64_t lun = 0;  // plain number, or the raw field if `lun_is_raw`
  bool lun_is_raw = false;
  std::vector<std::byte> cdb;
  std::uint32_t data_in_bytes = 0;  // allocation length, for the wire
  std::vector<std::byte> data_out;
  std::int64_t timeout_ns = 0;  // 0: the host's default
  friend bool operator==(const SendScsi&, const SendScsi&) = default;
};

// --- persistent logins and devices ---

struct ListPersistentLogins {
  friend bool operator==(const ListPersistentLogins&, const ListPersistentLogins&) = default;
};
struct RemovePersistentTarget {
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  std::string target_name;
  std::optional<Portal> portal;
  friend bool operator==(const RemovePersistentTarget&, const RemovePersistentTarget&) = default;
};
struct AddPersistentDevice {
  std::string path;
  friend bool operator==(const AddPersistentDevice&, const AddPersistentDevice&) = default;
};
struct RemovePersistentDevice {
  std::string path;
  friend bool operator==(const RemovePersistentDevice&, const RemovePersistentDevice&) = default;
};
struct ListPersistentDevices {
  friend bool operator==(const ListPersistentDevices&, const ListPersistentDevices&) = default;
};
struct ClearPersistentDevices {
  friend bool operator==(const ClearPersistentDevices&, const ClearPersistentDevices&) = default;
};
struct SetupPersistentDevices {
  friend bool operator==(const SetupPersistentDevices&, const SetupPersistentDevices&) = default;
};

// --- the initiator ---

struct ListInitiators {
  friend bool operator==(const ListInitiators&, const ListInitiators&) = default;
};
struct GetNodeName {
  friend bool operator==(const GetNodeName&, const GetNodeName&) = default;
};
struct SetNodeName {
  std::optional<std::string> name;  // absent: the default one
  friend bool operator==(const SetNodeName&, const SetNodeName&) = default;
};
struct SetChapSecret {
  std::optional<std::string> secret;  // absent: none any more
  friend bool operator==(const SetChapSecret&, const SetChapSecret&) = default;
};
struct GetVersion {
  friend bool operator==(const GetVersion&, const GetVersion&) = default;
};

// --- iSNS and RADIUS ---

struct AddIsnsServer {
  std::string address;
  friend bool operator==(const AddIsnsServer&, const AddIsnsServer&) = default;
};
struct RemoveIsnsServer {
  std::string address;
  friend bool operator==(const RemoveIsnsServer&, const RemoveIsnsServer&) = default;
};
struct RefreshIsnsServer {
  std::optional<std::string> address;  // absent: all
  friend bool operator==(const RefreshIsnsServer&, const RefreshIsnsServer&) = default;
};
struct ListIsnsServers {
  friend bool operator==(const ListIsnsServers&, const ListIsnsServers&) = default;
};
struct AddRadiusAddress {
  std::string address;
  friend bool operator==(const AddRadiusAddress&, const AddRadiusAddress&) = default;
};
struct RemoveRadiusAddress {
  std::string address;
  friend bool operator==(const RemoveRadiusAddress&, const RemoveRadiusAddress&) = default;
};
struct ListRadiusAddresses {
  friend bool operator==(const ListRadiusAddresses&, const ListRadiusAddresses&) = default;
};
struct SetRadiusSecret {
  std::string secret;
  friend bool operator==(const SetRadiusSecret&, const SetRadiusSecret&) = default;
};

// --- IPsec ---

struct GetIkeInfo {
  std::optional<std::string> initiator_name;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  IkeAuthentication selector;
  friend bool operator==(const GetIkeInfo&, const GetIkeInfo&) = default;
};
struct SetIkeInfo {
  std::optional<std::string> initiator_name;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  IkeAuthentication authentication;
  bool persist = false;
  friend bool operator==(const SetIkeInfo&, const SetIkeInfo&) = default;
};
struct SetGroupPresharedKey {
  std::optional<std::string> key;  // absent: none any more
  bool persist = false;
  friend bool operator==(const SetGroupPresharedKey&, const SetGroupPresharedKey&) = default;
};
struct SetTunnelOuterAddress {
  std::optional<std::string> initiator_name;
  std::uint32_t initiator_port = kAnyInitiatorPort;
  std::optional<std::string> destination_address, outer_address;
  bool persist = false;
  friend bool operator==(const SetTunnelOuterAddress&, const SetTunnelOuterAddress&) = default;
};

using Request =
    std::variant<AddSendTargetPortal, ReportTargets, LoginTarget, LogoutTarget, ListSessions,
                 ListMappings, SendScsi, RemoveSendTargetPortal, RefreshSendTargetPortal,
                 ListSendTargetPortals, AddStaticTarget, RemoveStaticTarget, ListTargetPortals,
                 GetTargetInformation, AddConnection, RemoveConnection, ListSessionsWithParameters,
                 ListDevices, ListPersistentLogins, RemovePersistentTarget, AddPersistentDevice,
                 RemovePersistentDevice, ListPersistentDevices, ClearPersistentDevices,
                 SetupPersistentDevices, ListInitiators, GetNodeName, SetNodeName, SetChapSecret,
                 GetVersion, AddIsnsServer, RemoveIsnsServer, RefreshIsnsServer, ListIsnsServers,
                 AddRadiusAddress, RemoveRadiusAddress, ListRadiusAddresses, SetRadiusSecret,
                 GetIkeInfo, SetIkeInfo, SetGroupPresharedKey, SetTunnelOuterAddress>;

}  // namespace lunsim::initiator
