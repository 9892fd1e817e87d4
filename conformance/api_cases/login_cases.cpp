// AddIScsiSendTargetPortal, LoginIScsiTarget and LogoutIScsiTarget.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

/// What a login is called with; what is not set is NULL, or says nothing.
template <class F>
struct Login {
  Bench& bench;
  std::string target;
  ISCSI_LOGIN_OPTIONS options{};
  ULONG port = kAnyPort;
  BOOLEAN is_informational = 0;
  bool has_options = true;
  ISCSI_UNIQUE_SESSION_ID session{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};

  ISDSC_STATUS operator()(typename F::Portal* portal = nullptr) {
    return LUNSIM_FORM(bench, LoginIScsiTarget)(
        Text<F>(target).get(), is_informational, nullptr, port, portal, 0, nullptr,
        has_options ? &options : nullptr, 0, nullptr, 0, &session, &connection);
  }
  ISDSC_STATUS with_connections(ULONG connections) {
    options.InformationSpecified = ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS;
    options.MaximumConnections = connections;
    const ISDSC_STATUS code = (*this)();
    options.InformationSpecified = 0;
    return code;
  }
  ISDSC_STATUS leave() { return bench.api.LogoutIScsiTarget(&session); }
};

ULONG mapped_units(Bench& bench) {
  ULONG size = 65536, count = 0;
  CallerBuffer buffer(size);
  bench.api.ReportActiveIScsiTargetMappingsW(&size, &count, buffer.as<ISCSI_TARGET_MAPPINGW>());
  return count == 0 ? 0 : buffer.at<ISCSI_TARGET_MAPPINGW>(0).LUNCount;
}

/// READ CAPACITY and REPORT LUNS of a session, as a program of old calls them. A unit that nobody
/// has used yet has things to tell first: a program asks again.
bool answers_commands(Bench& bench, ISCSI_UNIQUE_SESSION_ID& session) {
  constexpr int kAttentionsMax = 4;
  UCHAR status = 0xA5, response[64], sense[18];
  ULONG size = 0, sense_size = 0;
  ISDSC_STATUS code = ISDSC_SCSI_REQUEST_FAILED;
  for (int i = 0; i <= kAttentionsMax && code == ISDSC_SCSI_REQUEST_FAILED; ++i) {
    size = sizeof response;
    sense_size = sizeof sense;
    code =
        bench.api.SendScsiReadCapacity(&session, 0, &status, &size, response, &sense_size, sense);
  }
  if (code != ERROR_SUCCESS || size != 8) return false;
  size = sizeof response;
  return bench.api.SendScsiReportLuns(&session, &status, &size, response, &sense_size, sense) ==
             ERROR_SUCCESS &&
         size == 24;
}

template <class F>
void add_send_target_portal(Bench& bench, Judge& judge) {
  auto portal = portal_at<F>(bench, bench.portal),
       nowhere = portal_at<F>(bench, bench.absent_server);
  const auto add = [&](typename F::Portal& at) {
    return LUNSIM_FORM(bench, AddIScsiSendTargetPortal)(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr,
                                                        0, &at);
  };
  const ISDSC_STATUS failed = add(nowhere);
  judge.expect(failed == ISDSC_CONNECTION_FAILED, "nobody is there", {"ASTP-R6"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"ASTP-R2"});
  judge.expect(add(portal) == ERROR_SUCCESS &&
                   known_targets(bench) == std::vector<std::string>{bench.target},
               "any instance asks by any port, without options",
               {"ASTP-R1", "ASTP-R3", "ASTP-R4", "ASTP-R5"});
}

template <class F>
void login(Bench& bench, Judge& judge) {
  Login<F> login{.bench = bench, .target = bench.target};
  const ISDSC_STATUS failed = login();
  judge.expect(failed == ISDSC_TARGET_NOT_FOUND, "a target that nobody told of is not known",
               {"LIT-R3"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LIT-R2"});
  add_portal(bench, bench.portal);
  login.port = 5;
  judge.expect(login() == ISDSC_INVALID_PORT_NUMBER, "without an instance there is no certain port",
               {"LIT-R6"});
  login.port = kAnyPort;
  login.options.Version = 1;
  judge.expect(login() == ISDSC_LOGIN_USER_INFO_BAD, "options have version 0", {"LIT-R17"});
  login.options.Version = 0;
  judge.expect(login.with_connections(0) == ISDSC_LOGIN_USER_INFO_BAD &&
                   login.with_connections(65536) == ISDSC_LOGIN_USER_INFO_BAD,
               "1 to 65535 connections", {"LIT-R21"});
  login.options.HeaderDigest = static_cast<ISCSI_DIGEST_TYPES>(1);
  login.options.MaximumConnections = 0;
  judge.expect(login() == ERROR_SUCCESS && counts(bench).sessions == 1 &&
                   login.session.AdapterSpecific != 0 && login.connection.AdapterSpecific != 0,
               "a session is there, with ids", {"LIT-R1"});
  judge.expect(counts(bench).sessions == 1 && mapped_units(bench) == 2,
               "over any portal of the target, its units numbered by the initiator",
               {"LIT-R5", "LIT-R8", "LIT-R22"});
  judge.expect(counts(bench).sessions == 1, "what is not specified has no effect", {"LIT-R18"});
  judge.expect(login() == ISDSC_TARGET_ALREADY_LOGGED_IN, "one session is enough", {"LIT-R12"});
  login.options.LoginFlags = ISCSI_LOGIN_FLAG_MULTIPATH_ENABLED;
  judge.expect(login() == ERROR_SUCCESS && counts(bench).sessions == 2,
               "unless there are to be several", {"LIT-R13"});
}

template <class F>
void login_over_a_portal(Bench& bench, Judge& judge) {
  add_portal(bench, bench.other_portal);
  bench.hide_other_target(true);
  auto portal = portal_at<F>(bench, bench.other_portal),
       another = portal_at<F>(bench, bench.portal);
  Login<F> login{.bench = bench, .target = bench.other_target};
  judge.expect(login(&portal) == ISDSC_CONNECTION_FAILED, "a portal is tried when it is needed",
               {"LIT-R9", "LIT-R24"});
  judge.expect(login(&another) == ISDSC_PORTAL_NOT_FOUND, "a portal must be one of the target",
               {"LIT-R10"});
}

template <class F>
void informational_login(Bench& bench, Judge& judge) {
  add_portal(bench, bench.portal);
  Login<F> login{.bench = bench, .target = bench.target, .is_informational = 1};
  const ISDSC_STATUS code = login();
  judge.expect(code == ERROR_SUCCESS && counts(bench).sessions == 1 && mapped_units(bench) == 0,
               "no unit is shown", {"LIT-R4"});
  judge.expect(code == ERROR_SUCCESS && answers_commands(bench, login.session),
               "commands work all the same", {"SRC-R24", "SRL-R24"});
  judge.expect(login.leave() == ERROR_SUCCESS && code == ERROR_SUCCESS &&
                   counts(bench).sessions == 0 && login.session.AdapterSpecific != 0,
               "nobody is asked when it is closed", {"LOT-R4"});
}

void logout(Bench& bench, Judge& judge) {
  Session session = log_in(bench);
  const bool was_there = counts(bench).sessions == 1;
  judge.expect(was_there && log_out(bench, session) == ERROR_SUCCESS && counts(bench).sessions == 0,
               "the session is gone", {"LOT-R1"});
  const ISDSC_STATUS failed = log_out(bench, session);
  judge.expect(failed == ISDSC_INVALID_SESSION_ID, "and not known any more", {"LOT-R5"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LOT-R2"});
}

}  // namespace

void add_login_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/login_cases.cpp";
  cases.push_back({"add_send_target_portal", "AddIScsiSendTargetPortal", file,
                   add_send_target_portal<WideForm>, add_send_target_portal<AnsiForm>});
  cases.push_back({"login", "LoginIScsiTarget", file, login<WideForm>, login<AnsiForm>});
  cases.push_back({"login_over_a_portal", "LoginIScsiTarget", file, login_over_a_portal<WideForm>,
                   login_over_a_portal<AnsiForm>});
  cases.push_back({"informational_login", "LoginIScsiTarget", file, informational_login<WideForm>,
                   informational_login<AnsiForm>});
  cases.push_back({"logout", "LogoutIScsiTarget", file, logout, nullptr});
}

}  // namespace lunsim::conformance
