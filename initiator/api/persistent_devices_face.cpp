// The list of devices that the service waits for when it starts.
#include "initiator/api/last_error.hpp"
#include "initiator/api/text_calls.hpp"

extern "C" {

ISDSC_STATUS ISDSC_API AddPersistentIScsiDeviceA(PCHAR path) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(path, &lunsim::initiator::AddPersistentDevice::path);
}

ISDSC_STATUS ISDSC_API AddPersistentIScsiDeviceW(PWCHAR path) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(path, &lunsim::initiator::AddPersistentDevice::path);
}

ISDSC_STATUS ISDSC_API RemovePersistentIScsiDeviceA(PCHAR path) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(path, &lunsim::initiator::RemovePersistentDevice::path);
}

ISDSC_STATUS ISDSC_API RemovePersistentIScsiDeviceW(PWCHAR path) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::call_with(path, &lunsim::initiator::RemovePersistentDevice::path);
}

ISDSC_STATUS ISDSC_API ReportPersistentIScsiDevicesA(PULONG buffer_size, PCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Ansi, lunsim::initiator::ListPersistentDevices>(
      buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API ReportPersistentIScsiDevicesW(PULONG buffer_size, PWCHAR buffer) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::list_texts<lunsim::api::Wide, lunsim::initiator::ListPersistentDevices>(
      buffer_size, buffer);
}

ISDSC_STATUS ISDSC_API ClearPersistentIScsiDevices(VOID) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::with_host([](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    return host.call(lunsim::initiator::ClearPersistentDevices{}).code;
  });
}

ISDSC_STATUS ISDSC_API SetupPersistentIScsiDevices(VOID) {
  const lunsim::api::PoisonedLastError poison;
  return lunsim::api::with_host([](lunsim::initiator::Host& host) -> ISDSC_STATUS {
    return host.call(lunsim::initiator::SetupPersistentDevices{}).code;
  });
}

// An older name (SPV-R1).
ISDSC_STATUS ISDSC_API SetupPersistentIScsiVolumes(VOID) {
  const lunsim::api::PoisonedLastError poison;
  return SetupPersistentIScsiDevices();
}

}  // extern "C"
