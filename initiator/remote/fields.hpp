// What travels, field by field, in the order of the structures of initiator/host. Structured
// bindings take all members of a structure: one that is added there and not here does not compile.
// New fields and numbers mean a new kProtocolVersion (frame.hpp) once a version has been released.
#pragma once

#include "initiator/host/host.hpp"
#include "initiator/remote/archive.hpp"

namespace lunsim::initiator {

/// A structure of the host, to be read into or written from.
template <class Given, class Wanted>
concept Is = std::same_as<std::remove_const_t<Given>, Wanted>;

// --- values ---

template <class Archive, Is<UniqueId> T>
void fields(Archive& archive, T& value) {
  auto& [adapter_unique, adapter_specific] = value;
  archive(adapter_unique, adapter_specific);
}
template <class Archive, Is<Portal> T>
void fields(Archive& archive, T& value) {
  auto& [symbolic_name, address, port] = value;
  archive(symbolic_name, address, port);
}
template <class Archive, Is<LoginOptions> T>
void fields(Archive& archive, T& value) {
  auto& [version, login_flags, auth_type, header_digest, data_digest, maximum_connections,
         default_time2wait_s, default_time2retain_s, username, password] = value;
  archive(version, login_flags, auth_type, header_digest, data_digest, maximum_connections,
          default_time2wait_s, default_time2retain_s, username, password);
}
template <class Archive, Is<MappedLun> T>
void fields(Archive& archive, T& value) {
  auto& [os_lun, target_lun, target_lun_raw] = value;
  archive(os_lun, target_lun, target_lun_raw);
}
template <class Archive, Is<MappingInfo> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, target_name, os_device_name, session, os_bus, os_target, luns] = value;
  archive(initiator_name, target_name, os_device_name, session, os_bus, os_target, luns);
}
template <class Archive, Is<IkeAuthentication> T>
void fields(Archive& archive, T& value) {
  auto& [method, security_flags, id_type, id, key] = value;
  archive(method, security_flags, id_type, id, key);
}

// --- requests ---

template <class Archive, Is<AddSendTargetPortal> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_instance, initiator_port, options, security_flags, portal] = value;
  archive(initiator_instance, initiator_port, options, security_flags, portal);
}
template <class Archive, Is<RemoveSendTargetPortal> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_instance, initiator_port, portal] = value;
  archive(initiator_instance, initiator_port, portal);
}
template <class Archive, Is<RefreshSendTargetPortal> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_instance, initiator_port, portal] = value;
  archive(initiator_instance, initiator_port, portal);
}
template <class Archive, Is<ListSendTargetPortals> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ReportTargets> T>
void fields(Archive& archive, T& value) {
  auto& [force_update] = value;
  archive(force_update);
}
template <class Archive, Is<AddStaticTarget> T>
void fields(Archive& archive, T& value) {
  auto& [target_name, alias, target_flags, persist, mapping, options, portal_group] = value;
  archive(target_name, alias, target_flags, persist, mapping, options, portal_group);
}
template <class Archive, Is<RemoveStaticTarget> T>
void fields(Archive& archive, T& value) {
  auto& [target_name] = value;
  archive(target_name);
}
template <class Archive, Is<ListTargetPortals> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, target_name, portal_group_tag] = value;
  archive(initiator_name, target_name, portal_group_tag);
}
template <class Archive, Is<GetTargetInformation> T>
void fields(Archive& archive, T& value) {
  auto& [target_name, discovery_mechanism, info_class] = value;
  archive(target_name, discovery_mechanism, info_class);
}
template <class Archive, Is<LoginTarget> T>
void fields(Archive& archive, T& value) {
  auto& [target_name, informational, initiator_instance, initiator_port, portal, security_flags,
         mapping, options, persistent] = value;
  archive(target_name, informational, initiator_instance, initiator_port, portal, security_flags,
          mapping, options, persistent);
}
template <class Archive, Is<LogoutTarget> T>
void fields(Archive& archive, T& value) {
  auto& [session] = value;
  archive(session);
}
template <class Archive, Is<AddConnection> T>
void fields(Archive& archive, T& value) {
  auto& [session, initiator_port, portal, security_flags, options] = value;
  archive(session, initiator_port, portal, security_flags, options);
}
template <class Archive, Is<RemoveConnection> T>
void fields(Archive& archive, T& value) {
  auto& [session, connection] = value;
  archive(session, connection);
}
template <class Archive, Is<ListSessions> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ListSessionsWithParameters> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ListMappings> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ListDevices> T>
void fields(Archive& archive, T& value) {
  auto& [session] = value;
  archive(session);
}
template <class Archive, Is<SendScsi> T>
void fields(Archive& archive, T& value) {
  auto& [session, lun, lun_is_raw, cdb, data_in_bytes, data_out, timeout_ns] = value;
  archive(session, lun, lun_is_raw, cdb, data_in_bytes, data_out, timeout_ns);
}
template <class Archive, Is<ListPersistentLogins> T>
void fields(Archive&, T&) {}
template <class Archive, Is<RemovePersistentTarget> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_instance, initiator_port, target_name, portal] = value;
  archive(initiator_instance, initiator_port, target_name, portal);
}
template <class Archive, Is<AddPersistentDevice> T>
void fields(Archive& archive, T& value) {
  auto& [path] = value;
  archive(path);
}
template <class Archive, Is<RemovePersistentDevice> T>
void fields(Archive& archive, T& value) {
  auto& [path] = value;
  archive(path);
}
template <class Archive, Is<ListPersistentDevices> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ClearPersistentDevices> T>
void fields(Archive&, T&) {}
template <class Archive, Is<SetupPersistentDevices> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ListInitiators> T>
void fields(Archive&, T&) {}
template <class Archive, Is<GetNodeName> T>
void fields(Archive&, T&) {}
template <class Archive, Is<SetNodeName> T>
void fields(Archive& archive, T& value) {
  auto& [name] = value;
  archive(name);
}
template <class Archive, Is<SetChapSecret> T>
void fields(Archive& archive, T& value) {
  auto& [secret] = value;
  archive(secret);
}
template <class Archive, Is<GetVersion> T>
void fields(Archive&, T&) {}
template <class Archive, Is<AddIsnsServer> T>
void fields(Archive& archive, T& value) {
  auto& [address] = value;
  archive(address);
}
template <class Archive, Is<RemoveIsnsServer> T>
void fields(Archive& archive, T& value) {
  auto& [address] = value;
  archive(address);
}
template <class Archive, Is<RefreshIsnsServer> T>
void fields(Archive& archive, T& value) {
  auto& [address] = value;
  archive(address);
}
template <class Archive, Is<ListIsnsServers> T>
void fields(Archive&, T&) {}
template <class Archive, Is<AddRadiusAddress> T>
void fields(Archive& archive, T& value) {
  auto& [address] = value;
  archive(address);
}
template <class Archive, Is<RemoveRadiusAddress> T>
void fields(Archive& archive, T& value) {
  auto& [address] = value;
  archive(address);
}
template <class Archive, Is<ListRadiusAddresses> T>
void fields(Archive&, T&) {}
template <class Archive, Is<SetRadiusSecret> T>
void fields(Archive& archive, T& value) {
  auto& [secret] = value;
  archive(secret);
}
template <class Archive, Is<GetIkeInfo> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, initiator_port, selector] = value;
  archive(initiator_name, initiator_port, selector);
}
template <class Archive, Is<SetIkeInfo> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, initiator_port, authentication, persist] = value;
  archive(initiator_name, initiator_port, authentication, persist);
}
template <class Archive, Is<SetGroupPresharedKey> T>
void fields(Archive& archive, T& value) {
  auto& [key, persist] = value;
  archive(key, persist);
}
template <class Archive, Is<SetTunnelOuterAddress> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, initiator_port, destination_address, outer_address, persist] = value;
  archive(initiator_name, initiator_port, destination_address, outer_address, persist);
}

// --- replies ---

template <class Archive, Is<ConnectionInfo> T>
void fields(Archive& archive, T& value) {
  auto& [id, initiator_address, target_address, initiator_port, target_port, cid] = value;
  archive(id, initiator_address, target_address, initiator_port, target_port, cid);
}
template <class Archive, Is<SessionInfo> T>
void fields(Archive& archive, T& value) {
  auto& [id, initiator_name, target_name, isid, tsih, connections] = value;
  archive(id, initiator_name, target_name, isid, tsih, connections);
}
template <class Archive, Is<ConnectionParameters> T>
void fields(Archive& archive, T& value) {
  auto& [id, state, protocol, header_digest, data_digest, max_recv_data_segment_length, auth_type] =
      value;
  archive(id, state, protocol, header_digest, data_digest, max_recv_data_segment_length, auth_type);
}
template <class Archive, Is<SessionParameters> T>
void fields(Archive& archive, T& value) {
  auto& [id, initial_r2t, immediate_data, type, data_sequence_in_order, data_pdu_in_order,
         error_recovery_level, max_outstanding_r2t, first_burst_length, max_burst_length,
         maximum_connections, connections] = value;
  archive(id, initial_r2t, immediate_data, type, data_sequence_in_order, data_pdu_in_order,
          error_recovery_level, max_outstanding_r2t, first_burst_length, max_burst_length,
          maximum_connections, connections);
}
template <class Archive, Is<DeviceInfo> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, target_name, port, path, target, lun, interface_type, interface_name,
         legacy_name, device_type, device_number, partition_number, device_instance] = value;
  archive(initiator_name, target_name, port, path, target, lun, interface_type, interface_name,
          legacy_name, device_type, device_number, partition_number, device_instance);
}
template <class Archive, Is<TargetInformation> T>
void fields(Archive& archive, T& value) {
  auto& [info_class, number, text, mechanisms, portal_groups, mapping, options] = value;
  archive(info_class, number, text, mechanisms, portal_groups, mapping, options);
}
template <class Archive, Is<VersionInfo> T>
void fields(Archive& archive, T& value) {
  auto& [major, minor, build] = value;
  archive(major, minor, build);
}
template <class Archive, Is<NodeName> T>
void fields(Archive& archive, T& value) {
  auto& [name] = value;
  archive(name);
}
template <class Archive, Is<ScsiReply> T>
void fields(Archive& archive, T& value) {
  auto& [answered, scsi_status, data_in, sense, underflow_bytes, overflow_bytes] = value;
  archive(answered, scsi_status, data_in, sense, underflow_bytes, overflow_bytes);
}
template <class Archive, Is<LoginReply> T>
void fields(Archive& archive, T& value) {
  auto& [session, connection] = value;
  archive(session, connection);
}
template <class Archive, Is<ManagementReply> T>
void fields(Archive& archive, T& value) {
  auto& [answered, response] = value;
  archive(answered, response);
}
template <class Archive, Is<Reply> T>
void fields(Archive& archive, T& value) {
  auto& [code, data] = value;
  archive(code, data);
}

// --- what a caller must know ---

template <class Archive, Is<Host::Profile> T>
void fields(Archive& archive, T& value) {
  auto& [raw_lun_numbers, empty_list_probe_insufficient, sense_cap_18,
         sense_too_small_is_insufficient_buffer, read_capacity_16] = value;
  archive(raw_lun_numbers, empty_list_probe_insufficient, sense_cap_18,
          sense_too_small_is_insufficient_buffer, read_capacity_16);
}

}  // namespace lunsim::initiator
