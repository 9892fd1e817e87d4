// Devices of sessions, and the list of those that the service waits for when it starts. This host
// mounts nothing, so a device goes by the names that GetDevicesForIScsiSession tells; drive letters
// and mount points name none.
#include <algorithm>

#include "initiator/host/devices.hpp"
#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

bool has_persistent_login(const HostState& host, std::string_view target_name) {
  return std::any_of(
      host.stored_logins().begin(), host.stored_logins().end(), [&](const LoginTarget& stored) {
        return is_same_ignoring_case(stored.target_name, target_name) && !stored.informational;
      });
}

/// Of all sessions whose login is persistent.
std::vector<DeviceInfo> persistent_devices(const HostState& host) {
  std::vector<DeviceInfo> devices;
  for (const auto& [id, record] : host.sessions().all()) {
    if (!record->is_listed || !has_persistent_login(host, record->target_name)) continue;
    for (DeviceInfo& device : devices_of(host, *record)) devices.push_back(std::move(device));
  }
  return devices;
}

auto find_path(std::vector<std::string>& paths, const std::string& path) {
  return std::find_if(paths.begin(), paths.end(),
                      [&](const std::string& known) { return is_same_ignoring_case(known, path); });
}

}  // namespace

// APD-R2, R3.
Reply answer(HostState& host, const AddPersistentDevice& request) {
  const std::vector<DeviceInfo> devices = persistent_devices(host);
  const bool is_persistent =
      std::any_of(devices.begin(), devices.end(), [&](const DeviceInfo& device) {
        return is_same_ignoring_case(device.interface_name, request.path) ||
               is_same_ignoring_case(device.legacy_name, request.path);
      });
  if (!is_persistent) return Reply{kDeviceNotIscsiOrPersistent, {}};
  std::vector<std::string>& paths = host.settings().persistent_devices;
  if (find_path(paths, request.path) != paths.end())
    return Reply{kDeviceAlreadyPersistentlyBound, {}};
  if (paths.size() >= host.config().devices_max) return Reply{kOutOfResources, {}};
  paths.push_back(request.path);
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const RemovePersistentDevice& request) {
  std::vector<std::string>& paths = host.settings().persistent_devices;
  const auto found = find_path(paths, request.path);
  if (found == paths.end()) return Reply{kDeviceNotFound, {}};
  paths.erase(found);
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const ListPersistentDevices&) {
  return Reply{kSuccess, host.settings().persistent_devices};
}

Reply answer(HostState& host, const ClearPersistentDevices&) {
  host.settings().persistent_devices.clear();
  return Reply{kSuccess, {}};
}

// The list becomes what is there now, whatever it was.
Reply answer(HostState& host, const SetupPersistentDevices&) {
  std::vector<std::string> paths;
  for (const DeviceInfo& device : persistent_devices(host)) {
    if (paths.size() < host.config().devices_max) paths.push_back(device.interface_name);
  }
  host.settings().persistent_devices = std::move(paths);
  return Reply{kSuccess, {}};
}

}  // namespace lunsim::initiator
