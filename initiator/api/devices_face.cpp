// GetDevicesForIScsiSession: a list whose size counts devices (GDS-R1 to R5).
#include <algorithm>

#include "initiator/api/arguments.hpp"
#include "initiator/api/face.hpp"
#include "initiator/api/last_error.hpp"
#include "initiator/api/structure_image.hpp"

namespace lunsim::api {
namespace {

/// The order of the bytes of a GUID in memory: three numbers, then eight bytes.
GUID guid_of(const std::array<std::uint8_t, 16>& text_order) {
  const auto number = [&](std::size_t at, std::size_t bytes) {
    ULONG value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | text_order[at + i];
    return value;
  };
  GUID guid{};
  guid.Data1 = number(0, 4);
  guid.Data2 = static_cast<USHORT>(number(4, 2));
  guid.Data3 = static_cast<USHORT>(number(6, 2));
  std::copy(text_order.begin() + 8, text_order.end(), guid.Data4);
  return guid;
}

template <class E>
void fill_device(typename E::DeviceOnSession& out, const initiator::DeviceInfo& device) {
  fill_text(out.InitiatorName, make_text<E>(device.initiator_name));
  fill_text(out.TargetName, make_text<E>(device.target_name));
  out.ScsiAddress.Length = sizeof(SCSI_ADDRESS);  // GDS-R10
  out.ScsiAddress.PortNumber = device.port;
  out.ScsiAddress.PathId = device.path;
  out.ScsiAddress.TargetId = device.target;
  out.ScsiAddress.Lun = device.lun;
  out.DeviceInterfaceType = guid_of(device.interface_type);
  fill_text(out.DeviceInterfaceName, make_text<E>(device.interface_name));
  fill_text(out.LegacyName, make_text<E>(device.legacy_name));
  out.StorageDeviceNumber = {device.device_type, device.device_number, device.partition_number};
  out.DeviceInstance = device.device_instance;
}

template <class E>
ISDSC_STATUS list_devices(const ISCSI_UNIQUE_SESSION_ID* session, ULONG* count,
                          typename E::DeviceOnSession* buffer) {
  if (session == nullptr || count == nullptr) return ERROR_INVALID_PARAMETER;
  return with_host([&](initiator::Host& host) -> ISDSC_STATUS {
    const initiator::Reply reply = host.call(initiator::ListDevices{read_id(session)});
    if (reply.code != ERROR_SUCCESS) return reply.code;
    return deliver_elements(list_of<initiator::DeviceInfo>(reply), count, buffer,
                            [](auto& out, const auto& device) { fill_device<E>(out, device); });
  });
}

}  // namespace
}  // namespace lunsim::api

extern "C" {

ISDSC_STATUS ISDSC_API GetDevicesForIScsiSessionA(PISCSI_UNIQUE_SESSION_ID session,
                                                  PULONG device_count,
                                                  PISCSI_DEVICE_ON_SESSIONA devices) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_devices<lunsim::api::Ansi>(session, device_count, devices);
}

ISDSC_STATUS ISDSC_API GetDevicesForIScsiSessionW(PISCSI_UNIQUE_SESSION_ID session,
                                                  PULONG device_count,
                                                  PISCSI_DEVICE_ON_SESSIONW devices) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_devices<lunsim::api::Wide>(session, device_count, devices);
}

}  // extern "C"
