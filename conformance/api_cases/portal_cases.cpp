// Discovery portals: listed in two forms, refreshed, removed.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr std::string_view kUser = "a user";

/// A portal with a user name and a password, and one without.
void add_two_portals(Bench& bench) {
  auto portal = portal_at<WideForm>(bench, bench.portal);
  std::string user(kUser), password = "a password!!";
  ISCSI_LOGIN_OPTIONS options{};
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_USERNAME | ISCSI_LOGIN_OPTIONS_PASSWORD;
  options.Username = reinterpret_cast<PUCHAR>(user.data());
  options.UsernameLength = static_cast<ULONG>(user.size());
  options.Password = reinterpret_cast<PUCHAR>(password.data());
  options.PasswordLength = static_cast<ULONG>(password.size());
  bench.api.AddIScsiSendTargetPortalW(nullptr, kAnyPort, &options, 0, &portal);
  add_portal(bench, bench.other_portal);
}

template <class F>
void list_portals(Bench& bench, Judge& judge) {
  add_two_portals(bench);
  const auto list = [&](ULONG* count, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiSendTargetPortals)(
        count, static_cast<typename F::PortalInfo*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::PortalInfo),
                  {.probe = "LTP-R2", .too_small = "LTP-R2", .fits = "LTP-R1"}, list);
  judge.expect(need == 2, "the count is one of portals", {"LTP-R3"});
  CallerBuffer buffer(2 * sizeof(typename F::PortalInfo));
  ULONG count = 2;
  const ISDSC_STATUS code = list(&count, buffer.as<void>());
  const auto first = buffer.at<typename F::PortalInfo>(0);
  const auto second = buffer.at<typename F::PortalInfo>(sizeof first);
  judge.expect(code == ERROR_SUCCESS && text_of(first.Address) == bench.portal &&
                   first.Socket == bench.socket && text_of(second.Address) == bench.other_portal,
               "every portal is told as it was added", {"LTP-R1"});
}

template <class F>
void list_portals_ex(Bench& bench, Judge& judge) {
  add_two_portals(bench);
  ULONG count = kNoSize;
  const auto list = [&](ULONG* size, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiSendTargetPortalsEx)(
        &count, size, static_cast<typename F::PortalInfoEx*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, 1, {.probe = "LTPX-R4", .too_small = "LTPX-R2", .fits = "LTPX-R1"}, list);
  judge.expect(need == 2 * sizeof(typename F::PortalInfoEx) + kUser.size(),
               "the size is what the portals and their user names take", {"LTPX-R5"});
  CallerBuffer buffer(need);
  ULONG size = need;
  count = 0;
  const ISDSC_STATUS code = list(&size, buffer.as<void>());
  const auto first = buffer.at<typename F::PortalInfoEx>(0);
  judge.expect(code == ERROR_SUCCESS && count == 2, "the count on entry says nothing", {"LTPX-R3"});
  judge.expect(code == ERROR_SUCCESS && text_of(first.Address) == bench.portal &&
                   first.LoginOptions.UsernameLength == kUser.size() &&
                   buffer.offset_of(first.LoginOptions.Username) + kUser.size() <= need,
               "every portal is told with its login options, inside the buffer", {"LTPX-R1"});
  judge.expect(code == ERROR_SUCCESS && text_of(first.Address) == bench.portal &&
                   first.LoginOptions.Password == nullptr && first.LoginOptions.PasswordLength == 0,
               "no password is told", {"LTPX-R6"});
  bench.stop_service();
  const ISDSC_STATUS failed = list(&size, buffer.as<void>());
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LTPX-R8"});
}

template <class F>
void refresh_portal(Bench& bench, Judge& judge) {
  auto portal = portal_at<F>(bench, bench.portal);
  const auto refresh = [&](ULONG port) {
    return LUNSIM_FORM(bench, RefreshIScsiSendTargetPortal)(nullptr, port, &portal);
  };
  const ISDSC_STATUS failed = refresh(kAnyPort);
  judge.expect(failed == ISDSC_PORTAL_NOT_FOUND, "a portal that is not registered is not known",
               {"RSTP-R5"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RSTP-R2"});
  bench.hide_other_target(true);
  portal = portal_at<F>(bench, bench.other_portal);
  add_portal(bench, bench.other_portal);
  const bool was_unknown = known_targets(bench).empty();
  bench.hide_other_target(false);
  judge.expect(refresh(ISCSI_ALL_INITIATOR_PORTS) == ERROR_SUCCESS && was_unknown &&
                   known_targets(bench) == std::vector<std::string>{bench.other_target},
               "any instance asks the portal by any port", {"RSTP-R1", "RSTP-R3", "RSTP-R4"});
  copy_text(portal.SymbolicName, "another name");
  judge.expect(refresh(kAnyPort) == ERROR_SUCCESS, "a portal goes by its address and port",
               {"RSTP-R6"});
}

template <class F>
void remove_portal(Bench& bench, Judge& judge) {
  auto portal = portal_at<F>(bench, bench.portal);
  const auto remove = [&] {
    return LUNSIM_FORM(bench, RemoveIScsiSendTargetPortal)(nullptr, kAnyPort, &portal);
  };
  const ISDSC_STATUS failed = remove();
  judge.expect(failed == ISDSC_PORTAL_NOT_FOUND, "a portal that is not registered is not known",
               {"RMTP-R4"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RMTP-R2"});
  const auto registered = [&] {
    ULONG count = 0;
    bench.api.ReportIScsiSendTargetPortalsW(&count, nullptr);
    return count;
  };
  add_portal(bench, bench.portal);
  judge.expect(remove() == ERROR_SUCCESS && registered() == 0, "a portal of any instance goes",
               {"RMTP-R1", "RMTP-R3"});
  add_portal(bench, bench.portal);
  copy_text(portal.SymbolicName, "another name");
  judge.expect(remove() == ERROR_SUCCESS && registered() == 0,
               "a portal goes by its address and port", {"RMTP-R5"});
}

}  // namespace

void add_portal_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/portal_cases.cpp";
  cases.push_back({"list_portals", "ReportIScsiSendTargetPortals", file, list_portals<WideForm>,
                   list_portals<AnsiForm>});
  cases.push_back({"list_portals_ex", "ReportIScsiSendTargetPortalsEx", file,
                   list_portals_ex<WideForm>, list_portals_ex<AnsiForm>});
  cases.push_back({"refresh_portal", "RefreshIScsiSendTargetPortal", file, refresh_portal<WideForm>,
                   refresh_portal<AnsiForm>});
  cases.push_back({"remove_portal", "RemoveIScsiSendTargetPortal", file, remove_portal<WideForm>,
                   remove_portal<AnsiForm>});
}

}  // namespace lunsim::conformance
