// What travels, field by field, in the order of host.hpp. Structured bindings take all members of a
// structure: one that is added there and not here does not compile. New fields and numbers mean a
// new kProtocolVersion (frame.hpp) once a version has been released.
#pragma once

#include "initiator/host/host.hpp"
#include "initiator/remote/archive.hpp"

namespace lunsim::initiator {

/// A structure of host.hpp, to be read into or written from.
template <class Given, class Wanted>
concept Is = std::same_as<std::remove_const_t<Given>, Wanted>;

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
         time2wait, time2retain, username, password] = value;
  archive(version, login_flags, auth_type, header_digest, data_digest, maximum_connections,
          time2wait, time2retain, username, password);
}

// --- requests ---

template <class Archive, Is<AddSendTargetPortal> T>
void fields(Archive& archive, T& value) {
  auto& [instance, port, options, security_flags, portal] = value;
  archive(instance, port, options, security_flags, portal);
}
template <class Archive, Is<ReportTargets> T>
void fields(Archive& archive, T& value) {
  auto& [force_update] = value;
  archive(force_update);
}
template <class Archive, Is<LoginTarget> T>
void fields(Archive& archive, T& value) {
  auto& [name, informational, instance, port, portal, security_flags, options, persistent] = value;
  archive(name, informational, instance, port, portal, security_flags, options, persistent);
}
template <class Archive, Is<LogoutTarget> T>
void fields(Archive& archive, T& value) {
  auto& [session] = value;
  archive(session);
}
template <class Archive, Is<ListSessions> T>
void fields(Archive&, T&) {}
template <class Archive, Is<ListMappings> T>
void fields(Archive&, T&) {}
template <class Archive, Is<SendScsi> T>
void fields(Archive& archive, T& value) {
  auto& [session, lun, lun_is_raw, cdb, data_in_bytes, data_out, timeout_ns] = value;
  archive(session, lun, lun_is_raw, cdb, data_in_bytes, data_out, timeout_ns);
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
template <class Archive, Is<MappedLun> T>
void fields(Archive& archive, T& value) {
  auto& [os_lun, target_lun, target_lun_raw] = value;
  archive(os_lun, target_lun, target_lun_raw);
}
template <class Archive, Is<MappingInfo> T>
void fields(Archive& archive, T& value) {
  auto& [initiator_name, target_name, device_name, session, os_bus, os_target, luns] = value;
  archive(initiator_name, target_name, device_name, session, os_bus, os_target, luns);
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
template <class Archive, Is<Host::Profile> T>
void fields(Archive& archive, T& value) {
  auto& [raw_lun_numbers, empty_list_probe, sense_cap_18, sense_too_small, read_capacity_16] =
      value;
  archive(raw_lun_numbers, empty_list_probe, sense_cap_18, sense_too_small, read_capacity_16);
}

}  // namespace lunsim::initiator

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

// replies
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

}  // namespace lunsim::initiator::remote
