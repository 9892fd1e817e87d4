// Devices of sessions, and the list of those that the service waits for when it starts. A device
// goes by the names that GetDevicesForIScsiSession tells and by those of the volumes that the host
// was told of; under all of them it is one device.
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

enum class Login : bool { any, persistent };

/// Of all sessions, or of those whose login is persistent.
std::vector<NamedDevice> listed_devices(const HostState& host, Login login) {
  std::vector<NamedDevice> devices;
  for (const auto& [id, record] : host.sessions().all()) {
    if (!record->is_listed) continue;
    if (login == Login::persistent && !has_persistent_login(host, record->target_name)) continue;
    for (NamedDevice& device : named_devices_of(host, *record))
      devices.push_back(std::move(device));
  }
  return devices;
}

/// The entry of the same device, under this name or another of its names.
auto find_bound(HostState& host, const std::string& path) {
  std::vector<std::string>& paths = host.settings().persistent_devices;
  const std::vector<NamedDevice> devices = listed_devices(host, Login::any);
  return std::find_if(paths.begin(), paths.end(), [&](const std::string& bound) {
    return is_same_path(bound, path) ||
           std::any_of(devices.begin(), devices.end(), [&](const NamedDevice& device) {
             return device.is_called(bound) && device.is_called(path);
           });
  });
}

}  // namespace

// APD-R2 to R4.
Reply answer(HostState& host, const AddPersistentDevice& request) {
  const std::vector<NamedDevice> devices = listed_devices(host, Login::persistent);
  const bool is_persistent =
      std::any_of(devices.begin(), devices.end(),
                  [&](const NamedDevice& device) { return device.is_called(request.path); });
  if (!is_persistent) return Reply{kDeviceNotIscsiOrPersistent, {}};
  std::vector<std::string>& paths = host.settings().persistent_devices;
  if (find_bound(host, request.path) != paths.end())
    return Reply{kDeviceAlreadyPersistentlyBound, {}};
  if (paths.size() >= host.config().devices_max) return Reply{kOutOfResources, {}};
  paths.push_back(request.path);
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const RemovePersistentDevice& request) {
  std::vector<std::string>& paths = host.settings().persistent_devices;
  const auto found = find_bound(host, request.path);
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
  for (NamedDevice& device : listed_devices(host, Login::persistent)) {
    if (paths.size() < host.config().devices_max) paths.push_back(std::move(device.names.front()));
  }
  host.settings().persistent_devices = std::move(paths);
  return Reply{kSuccess, {}};
}

}  // namespace lunsim::initiator
