// The list of devices that the service waits for when it starts.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kDeviceCharacters = 4096;

struct DeviceNames {
  std::string interface_name, legacy_name;  // `interface` is a macro of Windows
};

/// Of a session to the bench's target, whose login is persistent if asked for.
std::vector<DeviceNames> device_names(Bench& bench, bool persistent) {
  Session session = log_in(bench);
  if (persistent) store_login(bench, bench.target);
  ULONG count = 4;
  CallerBuffer buffer(4 * sizeof(ISCSI_DEVICE_ON_SESSIONA));
  std::vector<DeviceNames> names;
  if (bench.api.GetDevicesForIScsiSessionA(&session.id, &count,
                                           buffer.as<ISCSI_DEVICE_ON_SESSIONA>()) != ERROR_SUCCESS)
    return names;
  for (ULONG i = 0; i < count; ++i) {
    const auto device = buffer.at<ISCSI_DEVICE_ON_SESSIONA>(i * sizeof(ISCSI_DEVICE_ON_SESSIONA));
    names.push_back({text_of(device.DeviceInterfaceName), text_of(device.LegacyName)});
  }
  return names;
}

std::vector<std::string> devices(Bench& bench, bool persistent) {
  std::vector<std::string> names;
  for (DeviceNames& one : device_names(bench, persistent))
    names.push_back(std::move(one.interface_name));
  return names;
}

template <class F>
std::vector<std::string> bound(Bench& bench) {
  CallerBuffer buffer(kDeviceCharacters * sizeof(typename F::Char));
  ULONG size = kDeviceCharacters;
  LUNSIM_FORM(bench, ReportPersistentIScsiDevices)(&size, buffer.as<typename F::Char>());
  return buffer.texts_at<typename F::Char>(0);
}

template <class F>
void add_device(Bench& bench, Judge& judge) {
  const auto add = [&](const std::string& path) {
    return LUNSIM_FORM(bench, AddPersistentIScsiDevice)(Text<F>(path).get());
  };
  const auto there = device_names(bench, false);
  const DeviceNames first = there.empty() ? DeviceNames{} : there[0];
  judge.expect(!there.empty() &&
                   add(first.interface_name) == ISDSC_DEVICE_NOT_ISCSI_OR_PERSISTENT &&
                   add("C:") == ISDSC_DEVICE_NOT_ISCSI_OR_PERSISTENT,
               "a device of a passing session, or of no session, is not bound", {"APD-R2"});
  store_login(bench, bench.target);
  judge.expect(!there.empty() && add(first.interface_name) == ERROR_SUCCESS &&
                   bound<WideForm>(bench) == std::vector<std::string>{first.interface_name},
               "a device of a persistent session is, by its name", {"APD-R1"});
  judge.expect(!there.empty() &&
                   add(first.interface_name) == ISDSC_DEVICE_ALREADY_PERSISTENTLY_BOUND &&
                   add(first.legacy_name) == ISDSC_DEVICE_ALREADY_PERSISTENTLY_BOUND,
               "but once, whatever name it is called by", {"APD-R3"});
}

/// By the names of an operating system that has something mounted.
template <class F>
void add_volume(Bench& bench, Judge& judge) {
  const std::string volume = bench.volume();
  const auto add = [&](const std::string& path) {
    return LUNSIM_FORM(bench, AddPersistentIScsiDevice)(Text<F>(path).get());
  };
  const auto there = devices(bench, true);
  judge.expect(!there.empty() && add(volume) == ERROR_SUCCESS &&
                   bound<WideForm>(bench) == std::vector<std::string>{volume},
               "a device is bound by its drive letter", {"APD-R4"});
  judge.expect(!there.empty() && add(there[0]) == ISDSC_DEVICE_ALREADY_PERSISTENTLY_BOUND,
               "and is the same by the name of its interface", {"APD-R3"});
}

template <class F>
void remove_device(Bench& bench, Judge& judge) {
  devices(bench, true);
  bench.api.SetupPersistentIScsiDevices();
  const auto paths = bound<WideForm>(bench);
  const auto remove = [&](const std::string& path) {
    return LUNSIM_FORM(bench, RemovePersistentIScsiDevice)(Text<F>(path).get());
  };
  judge.expect(paths.size() == 2 && remove(paths[0]) == ERROR_SUCCESS &&
                   bound<WideForm>(bench) == std::vector<std::string>{paths[1]},
               "a device that is bound goes", {"RPD-R1"});
  const ISDSC_STATUS failed = remove("C:");
  judge.expect(failed == ISDSC_DEVICE_NOT_FOUND, "one that is not bound is not found", {"RPD-R2"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RPD-R3"});
}

template <class F>
void list_devices(Bench& bench, Judge& judge) {
  const auto names = devices(bench, true);
  bench.api.SetupPersistentIScsiDevices();
  const auto list = [&](ULONG* size, void* buffer) {
    return LUNSIM_FORM(bench, ReportPersistentIScsiDevices)(size,
                                                            static_cast<typename F::Char*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::Char),
                  {.probe = "LPD-R4", .too_small = "LPD-R3", .fits = "LPD-R5"}, list);
  std::size_t characters = 1;
  for (const std::string& name : names) characters += name.size() + 1;
  judge.expect(need == characters, "the size is one of characters, with all NULs", {"LPD-R2"});
  judge.expect(!names.empty() && bound<F>(bench) == names, "every device is told", {"LPD-R1"});
  bench.stop_service();
  ULONG size = 0;
  const ISDSC_STATUS failed = list(&size, nullptr);
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LPD-R6"});
}

void clear_devices(Bench& bench, Judge& judge) {
  devices(bench, true);
  bench.api.SetupPersistentIScsiDevices();
  judge.expect(bound<WideForm>(bench).size() == 2 &&
                   bench.api.ClearPersistentIScsiDevices() == ERROR_SUCCESS &&
                   bound<WideForm>(bench).empty(),
               "the list is empty afterwards", {"CPD-R1"});
  judge.expect(bench.api.ClearPersistentIScsiDevices() == ERROR_SUCCESS, "and may be before",
               {"CPD-R3"});
  bench.stop_service();
  const ISDSC_STATUS failed = bench.api.ClearPersistentIScsiDevices();
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"CPD-R2"});
}

void set_up(Bench& bench, Judge& judge, ISDSC_STATUS (*set_up_devices)(),
            std::initializer_list<std::string_view> works,
            std::initializer_list<std::string_view> survives,
            std::initializer_list<std::string_view> fails) {
  const auto names = devices(bench, true);
  judge.expect(
      !names.empty() && set_up_devices() == ERROR_SUCCESS && bound<WideForm>(bench) == names,
      "the devices of all persistent sessions are on the list", works);
  bench.restart_service();
  judge.expect(!names.empty() && bound<WideForm>(bench) == names, "the list survives the service",
               survives);
  bench.stop_service();
  const ISDSC_STATUS failed = set_up_devices();
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               fails);
}

void set_up_devices(Bench& bench, Judge& judge) {
  set_up(bench, judge, bench.api.SetupPersistentIScsiDevices, {"SPD-R1"}, {"SPD-R3"}, {"SPD-R2"});
}

void set_up_volumes(Bench& bench, Judge& judge) {
  set_up(bench, judge, bench.api.SetupPersistentIScsiVolumes, {"SPV-R1"}, {"SPV-R1"}, {"SPV-R1"});
}

}  // namespace

void add_persistent_device_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/persistent_device_cases.cpp";
  cases.push_back(
      {"add_device", "AddPersistentIScsiDevice", file, add_device<WideForm>, add_device<AnsiForm>});
  cases.push_back(
      {"add_volume", "AddPersistentIScsiDevice", file, add_volume<WideForm>, add_volume<AnsiForm>});
  cases.push_back({"remove_device", "RemovePersistentIScsiDevice", file, remove_device<WideForm>,
                   remove_device<AnsiForm>});
  cases.push_back({"list_devices", "ReportPersistentIScsiDevices", file, list_devices<WideForm>,
                   list_devices<AnsiForm>});
  cases.push_back({"clear_devices", "ClearPersistentIScsiDevices", file, clear_devices, nullptr});
  cases.push_back({"set_up_devices", "SetupPersistentIScsiDevices", file, set_up_devices, nullptr});
  cases.push_back({"set_up_volumes", "SetupPersistentIScsiVolumes", file, set_up_volumes, nullptr});
}

}  // namespace lunsim::conformance
