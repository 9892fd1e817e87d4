// What a host answers: a status code, and with it what the function hands out, as plain values.
#pragma once

#include <array>
#include <variant>

#include "initiator/host/host_requests.hpp"

namespace lunsim::initiator {

struct ConnectionInfo {
  UniqueId id;
  std::string initiator_address, target_address;
  std::uint16_t initiator_port = 0, target_port = 0;
  std::uint16_t cid = 0;
  friend bool operator==(const ConnectionInfo&, const ConnectionInfo&) = default;
};
struct SessionInfo {
  UniqueId id;
  std::string initiator_name, target_name;
  std::array<std::uint8_t, 6> isid{};
  std::uint16_t tsih = 0;
  std::vector<ConnectionInfo> connections;  // empty while the session is being re-established
  friend bool operator==(const SessionInfo&, const SessionInfo&) = default;
};

/// ISCSI_CONNECTION_INFO_EX.
struct ConnectionParameters {
  UniqueId id;
  std::uint8_t state = 0, protocol = 0;             // 1: logged in; 0: TCP
  std::uint8_t header_digest = 0, data_digest = 0;  // 0 none, 1 CRC32C
  std::uint32_t max_recv_data_segment_length = 0;   // bytes; what the target takes
  std::uint32_t auth_type = 0;
  friend bool operator==(const ConnectionParameters&, const ConnectionParameters&) = default;
};
/// ISCSI_SESSION_INFO_EX: what the login settled.
struct SessionParameters {
  UniqueId id;
  bool initial_r2t = false, immediate_data = false;
  std::uint8_t type = 0;  // 0 normal, 1 informational
  bool data_sequence_in_order = false, data_pdu_in_order = false;
  std::uint8_t error_recovery_level = 0;
  std::uint32_t max_outstanding_r2t = 0, first_burst_length = 0, max_burst_length = 0;
  std::uint32_t maximum_connections = 0;
  std::vector<ConnectionParameters> connections;
  friend bool operator==(const SessionParameters&, const SessionParameters&) = default;
};

/// ISCSI_DEVICE_ON_SESSION.
struct DeviceInfo {
  std::string initiator_name, target_name;
  std::uint8_t port = 0, path = 0, target = 0, lun = 0;  // SCSI_ADDRESS
  std::array<std::uint8_t, 16> interface_type{};         // a GUID, in the order of its text
  std::string interface_name, legacy_name;
  std::uint32_t device_type = 0;  // FILE_DEVICE_*
  std::uint32_t device_number = 0, partition_number = 0;
  std::uint32_t device_instance = 0;
  friend bool operator==(const DeviceInfo&, const DeviceInfo&) = default;
};

/// What GetIScsiTargetInformation reads; only the field of the class that was asked is filled.
struct TargetInformation {
  std::uint32_t info_class = 0;
  std::uint32_t number = 0;             // protocol type, target flags
  std::string text;                     // alias, initiator name
  std::vector<std::string> mechanisms;  // discovery mechanisms
  std::vector<std::vector<Portal>> portal_groups;
  std::optional<MappingInfo> mapping;
  std::optional<LoginOptions> options;
  friend bool operator==(const TargetInformation&, const TargetInformation&) = default;
};

struct VersionInfo {
  std::uint32_t major = 0, minor = 0, build = 0;
  friend bool operator==(const VersionInfo&, const VersionInfo&) = default;
};
struct NodeName {
  std::string name;
  friend bool operator==(const NodeName&, const NodeName&) = default;
};

struct ScsiReply {
  bool answered = false;  // the target answered with a SCSI status; the code is then 0
  std::uint8_t scsi_status = 0;
  std::vector<std::byte> data_in, sense;
  std::uint32_t underflow_bytes = 0, overflow_bytes = 0;  // residual of the response, by its flag
  friend bool operator==(const ScsiReply&, const ScsiReply&) = default;
};
/// Of LoginTarget; of AddConnection, too, which fills `connection` alone.
struct LoginReply {
  UniqueId session, connection;
  friend bool operator==(const LoginReply&, const LoginReply&) = default;
};
/// Of a task management request that a test started (DirectHost::start_management).
struct ManagementReply {
  bool answered = false;
  std::uint8_t response = 0;  // RFC 7143 §11.6.1
  friend bool operator==(const ManagementReply&, const ManagementReply&) = default;
};

/// Portals and persistent logins come as the requests that made them, without their passwords.
struct Reply {
  StatusCode code = 0;
  std::variant<std::monostate, LoginReply, std::vector<std::string>, std::vector<SessionInfo>,
               std::vector<MappingInfo>, ScsiReply, ManagementReply,
               std::vector<AddSendTargetPortal>, std::vector<Portal>, std::vector<LoginTarget>,
               std::vector<SessionParameters>, std::vector<DeviceInfo>, TargetInformation,
               VersionInfo, NodeName, IkeAuthentication>
      data;
  friend bool operator==(const Reply&, const Reply&) = default;
};

}  // namespace lunsim::initiator
