// GetDevicesForIScsiSession and GetIScsiSessionListEx.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kUnits = 2;

template <class F>
void devices_of_session(Bench& bench, Judge& judge) {
  Session session = log_in(bench);
  const auto list = [&](ULONG* count, void* buffer) {
    return LUNSIM_FORM(bench, GetDevicesForIScsiSession)(&session.id, count,
                                                         static_cast<typename F::Device*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::Device),
                  {.probe = "GDS-R4", .too_small = "GDS-R3", .fits = "GDS-R1"}, list);
  judge.expect(need == kUnits, "the count is one of devices, whole when the login ends",
               {"GDS-R2", "GDS-R9"});
  CallerBuffer buffer(kUnits * sizeof(typename F::Device));
  ULONG count = kUnits;
  const ISDSC_STATUS code = list(&count, buffer.as<void>());
  const auto first = buffer.at<typename F::Device>(0);
  const auto second = buffer.at<typename F::Device>(sizeof first);
  judge.expect(
      code == ERROR_SUCCESS && text_of(first.TargetName) == bench.target &&
          first.ScsiAddress.Lun == 0 && second.ScsiAddress.Lun == 1 &&
          !text_of(second.LegacyName).empty() &&
          first.StorageDeviceNumber.DeviceNumber != second.StorageDeviceNumber.DeviceNumber,
      "each unit is a device with a name and a number", {"GDS-R1"});
  judge.expect(
      code == ERROR_SUCCESS && first.ScsiAddress.Length == 8 && second.ScsiAddress.Length == 8,
      "an address says how long it is", {"GDS-R10"});
  judge_trouble(bench, judge, ISDSC_DEVICE_BUSY_ON_SESSION, "GDS-R7",
                [&] { return list(&count, buffer.as<void>()); });
  log_out(bench, session);
  const ISDSC_STATUS failed = list(&count, buffer.as<void>());
  judge.expect(failed == ISDSC_INVALID_SESSION_ID, "a session that is gone has no devices",
               {"GDS-R6"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"GDS-R11"});
}

template <class F>
void devices_while_away(Bench& bench, Judge& judge) {
  Session session = log_in(bench);
  bench.break_at(1);
  const ISDSC_STATUS lost = send_command(bench, session);
  CallerBuffer buffer(kUnits * sizeof(typename F::Device));
  const auto list = [&](ULONG* count, void* room) {
    return LUNSIM_FORM(bench, GetDevicesForIScsiSession)(&session.id, count,
                                                         static_cast<typename F::Device*>(room));
  };
  ULONG probed = 0, fetched = kUnits;
  const ISDSC_STATUS probe = list(&probed, nullptr), fetch = list(&fetched, buffer.as<void>());
  judge.expect(lost != ERROR_SUCCESS && bench.has_broken() && probe == ERROR_INSUFFICIENT_BUFFER &&
                   fetch == ERROR_SUCCESS && probed == kUnits && fetched == kUnits,
               "while the session is away its devices stay", {"GDS-R8"});
  bench.break_at(0);
  bench.settle();
}

template <class F>
void no_devices(Bench& bench, Judge& judge) {
  add_portal(bench, bench.portal);
  Session session;
  bench.api.LoginIScsiTargetW(Text<WideForm>(bench.target).get(), 1, nullptr, kAnyPort, nullptr, 0,
                              nullptr, nullptr, 0, nullptr, 0, &session.id, &session.connection);
  ULONG count = 7;
  const ISDSC_STATUS code =
      LUNSIM_FORM(bench, GetDevicesForIScsiSession)(&session.id, &count, nullptr);
  judge.expect(code == ERROR_SUCCESS && count == 0, "an informational session has no devices",
               {"GDS-R5"});
}

void session_parameters(Bench& bench, Judge& judge) {
  Session session = log_in(bench, 3);
  ULONG count = 0;
  const auto list = [&](ULONG* size, void* buffer) {
    return bench.api.GetIScsiSessionListEx(size, &count,
                                           static_cast<ISCSI_SESSION_INFO_EX*>(buffer));
  };
  const ULONG need = sweep_sizes(
      judge, 1, {.probe = "GISLX-R1", .too_small = "GISLX-R1", .fits = "GISLX-R1"}, list);
  CallerBuffer buffer(need);
  ULONG size = need;
  const ISDSC_STATUS code = list(&size, buffer.as<void>());
  const auto told = buffer.at<ISCSI_SESSION_INFO_EX>(0);
  const auto connection = buffer.at<ISCSI_CONNECTION_INFO_EX>(buffer.offset_of(told.Connections));
  judge.expect(code == ERROR_SUCCESS && count == 1 &&
                   told.SessionId.AdapterSpecific == session.id.AdapterSpecific &&
                   told.MaximumConnections == 3 && told.MaxBurstLength != 0 &&
                   told.ConnectionCount == 1 &&
                   connection.ConnectionId.AdapterSpecific == session.connection.AdapterSpecific &&
                   connection.MaxRecvDataSegmentLength != 0,
               "a session is told with what its login settled", {"GISLX-R1"});
}

}  // namespace

void add_device_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/device_cases.cpp";
  cases.push_back({"devices_of_session", "GetDevicesForIScsiSession", file,
                   devices_of_session<WideForm>, devices_of_session<AnsiForm>});
  cases.push_back({"devices_while_away", "GetDevicesForIScsiSession", file,
                   devices_while_away<WideForm>, devices_while_away<AnsiForm>});
  cases.push_back({"no_devices", "GetDevicesForIScsiSession", file, no_devices<WideForm>,
                   no_devices<AnsiForm>});
  cases.push_back(
      {"session_parameters", "GetIScsiSessionListEx", file, session_parameters, nullptr});
}

}  // namespace lunsim::conformance
