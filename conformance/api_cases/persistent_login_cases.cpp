// Persistent logins: listed, removed, and made when the service starts.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

template <class F>
ISDSC_STATUS count_logins(Bench& bench, ULONG& count) {
  ULONG size = 0;
  return LUNSIM_FORM(bench, ReportIScsiPersistentLogins)(&count, nullptr, &size);
}

template <class F>
void list_logins(Bench& bench, Judge& judge) {
  ULONG count = kNoSize;
  judge.expect(count_logins<F>(bench, count) == ERROR_SUCCESS && count == 0,
               "no login needs no room", {"LPL-R6"});
  add_portal(bench, bench.portal);
  add_portal(bench, bench.other_portal);
  store_login(bench, bench.target);
  store_login(bench, bench.other_target);
  count = 0;
  judge.expect(count_logins<F>(bench, count) == ERROR_INSUFFICIENT_BUFFER && count == 2,
               "a probe tells the count, too", {"LPL-R5"});
  const auto list = [&](ULONG* size, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiPersistentLogins)(
        &count, static_cast<typename F::PersistentLogin*>(buffer), size);
  };
  const ULONG need =
      sweep_sizes(judge, 1, {.probe = "LPL-R5", .too_small = "LPL-R2", .fits = "LPL-R4"}, list);
  judge.expect(need == 2 * sizeof(typename F::PersistentLogin), "the size is one of bytes",
               {"LPL-R3"});
  CallerBuffer buffer(need);
  ULONG size = need;
  count = 0;
  const ISDSC_STATUS code = list(&size, buffer.as<void>());
  const auto first = buffer.at<typename F::PersistentLogin>(0);
  const auto second = buffer.at<typename F::PersistentLogin>(sizeof first);
  judge.expect(code == ERROR_SUCCESS && count == 2 && text_of(first.TargetName) == bench.target,
               "every login is told", {"LPL-R1"});
  judge.expect(code == ERROR_SUCCESS && text_of(second.TargetName) == bench.other_target,
               "logins have a constant stride", {"LPL-R8"});
  bench.stop_service();
  const ISDSC_STATUS failed = list(&size, buffer.as<void>());
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LPL-R9"});
}

template <class F>
void login_pointers(Bench& bench, Judge& judge) {
  add_portal(bench, bench.portal);
  std::string user = "a user", password = "0123456789ab";
  ISCSI_LOGIN_OPTIONS options{};
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_USERNAME | ISCSI_LOGIN_OPTIONS_PASSWORD;
  options.Username = reinterpret_cast<PUCHAR>(user.data());
  options.UsernameLength = static_cast<ULONG>(user.size());
  options.Password = reinterpret_cast<PUCHAR>(password.data());
  options.PasswordLength = static_cast<ULONG>(password.size());
  SCSI_LUN_LIST lun{3, 1};
  ISCSI_TARGET_MAPPINGW mapping{};
  mapping.LUNCount = 1;
  mapping.LUNList = &lun;
  ISCSI_UNIQUE_SESSION_ID session{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};
  bench.api.LoginIScsiTargetW(Text<WideForm>(bench.target).get(), 0, nullptr, kAnyPort, nullptr, 0,
                              &mapping, &options, 0, nullptr, 1, &session, &connection);
  CallerBuffer buffer(65536);
  ULONG size = 65536, count = 0;
  const ISDSC_STATUS code = LUNSIM_FORM(bench, ReportIScsiPersistentLogins)(
      &count, buffer.as<typename F::PersistentLogin>(), &size);
  const auto told = buffer.at<typename F::PersistentLogin>(0);
  const std::size_t at = buffer.offset_of(told.Mappings);
  const auto mapped = buffer.at<typename F::Mapping>(at);
  const std::size_t lun_at = buffer.offset_of(mapped.LUNList);
  judge.expect(code == ERROR_SUCCESS && at + sizeof mapped <= size && mapped.LUNCount == 1 &&
                   lun_at + sizeof lun <= size && buffer.at<SCSI_LUN_LIST>(lun_at).OSLUN == 3 &&
                   buffer.offset_of(told.LoginOptions.Username) + user.size() <= size &&
                   told.LoginOptions.Password == nullptr,
               "every pointer is null or points into the buffer", {"LPL-R7"});
}

template <class F>
void remove_login(Bench& bench, Judge& judge) {
  add_portal(bench, bench.portal);
  auto portal = portal_at<F>(bench, bench.portal);
  typename F::Portal nowhere{};
  const auto remove = [&](ULONG port, typename F::Portal* of) {
    return LUNSIM_FORM(bench, RemoveIScsiPersistentTarget)(nullptr, port,
                                                           Text<F>(bench.target).get(), of);
  };
  const auto stored = [&] {
    ULONG count = 0, size = 0;
    bench.api.ReportIScsiPersistentLoginsW(&count, nullptr, &size);
    return count;
  };
  const ISDSC_STATUS failed = remove(kAnyPort, nullptr);
  judge.expect(failed == ISDSC_TARGET_NOT_FOUND, "a login that is not stored is not known",
               {"RPT-R6"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RPT-R2"});
  store_login(bench, bench.target);
  judge.expect(remove(ISCSI_ALL_INITIATOR_PORTS, nullptr) == ERROR_SUCCESS && stored() == 0,
               "all ports, all portals and any instance", {"RPT-R1", "RPT-R3", "RPT-R4", "RPT-R5"});
  store_login(bench, bench.target);
  judge.expect(remove(kAnyPort, &portal) == ISDSC_TARGET_NOT_FOUND && stored() == 1 &&
                   remove(kAnyPort, &nowhere) == ERROR_SUCCESS && stored() == 0,
               "a portal chooses, and an empty one is all of them", {"RPT-R4"});
}

}  // namespace

void add_persistent_login_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/persistent_login_cases.cpp";
  cases.push_back({"list_logins", "ReportIScsiPersistentLogins", file, list_logins<WideForm>,
                   list_logins<AnsiForm>});
  cases.push_back({"login_pointers", "ReportIScsiPersistentLogins", file, login_pointers<WideForm>,
                   login_pointers<AnsiForm>});
  cases.push_back({"remove_login", "RemoveIScsiPersistentTarget", file, remove_login<WideForm>,
                   remove_login<AnsiForm>});
}

}  // namespace lunsim::conformance
