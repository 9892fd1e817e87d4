// AddIScsiConnection and RemoveIScsiConnection.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kConnectionsOfSession = 3;

template <class F>
struct AddingConnection {
  Bench& bench;
  Session session;
  ULONG port = kAnyPort;
  void* reserved = nullptr;
  ISCSI_SECURITY_FLAGS flags = 0;
  ISCSI_UNIQUE_CONNECTION_ID connection{};

  ISDSC_STATUS operator()(typename F::Portal* portal, bool wants_id = true) {
    return LUNSIM_FORM(bench, AddIScsiConnection)(&session.id, reserved, port, portal, flags,
                                                  nullptr, 0, nullptr,
                                                  wants_id ? &connection : nullptr);
  }
};

bool is_set(const ISCSI_UNIQUE_CONNECTION_ID& id) {
  return id.AdapterUnique != 0 || id.AdapterSpecific != 0;
}

template <class F>
void add_connection(Bench& bench, Judge& judge) {
  AddingConnection<F> add{.bench = bench, .session = log_in(bench, kConnectionsOfSession)};
  auto portal = portal_at<F>(bench, bench.portal);
  auto nowhere = portal_at<F>(bench, bench.absent_server);
  const ISDSC_STATUS failed = add(&nowhere);
  judge.expect(failed == ISDSC_CONNECTION_FAILED,
               "a portal that was never discovered is tried like any other", {"AIC-R6"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"AIC-R2"});
  judge.expect(add(&portal) == ERROR_SUCCESS && counts(bench).connections == 2,
               "one connection more is there, for NULL in Reserved and any port",
               {"AIC-R1", "AIC-R3", "AIC-R5"});
  judge.expect(is_set(add.connection), "the connection has an id", {"AIC-R12"});
  judge.expect(bench.api.RemoveIScsiConnection(&add.session.id, &add.connection) == ERROR_SUCCESS &&
                   counts(bench).connections == 1,
               "the id names the connection", {"AIC-R12"});
  judge.expect(add(&portal, false) == ERROR_SUCCESS && counts(bench).connections == 2,
               "the id may be left out", {"AIC-R11"});
  add.flags = ISCSI_SECURITY_FLAG_MAIN_MODE_ENABLED | ISCSI_SECURITY_FLAG_AGGRESSIVE_MODE_ENABLED;
  add.reserved = Text<F>("a name").get();
  judge.expect(add(&portal) == ERROR_SUCCESS,
               "flags that are not valid, and what is in Reserved, say nothing",
               {"AIC-R4", "AIC-R8"});
  judge.expect(add(&portal) == ISDSC_TOO_MANY_CONNECTIONS,
               "beyond the session's limit there is no connection", {"AIC-R14"});
  bench.api.RemoveIScsiConnection(&add.session.id, &add.connection);
  add.flags |= ISCSI_SECURITY_FLAG_VALID;
  judge.expect(add(&portal) == ERROR_INVALID_PARAMETER,
               "main and aggressive mode exclude each other", {"AIC-R10"});
  add.flags = 0;
  judge.expect(add(nullptr) == ERROR_SUCCESS, "without a portal the session's own is taken",
               {"AIC-R7"});
  log_out(bench, add.session);
  judge.expect(add(&portal) == ISDSC_INVALID_SESSION_ID,
               "a session that is gone takes no connection", {"AIC-R13"});
}

void remove_connection(Bench& bench, Judge& judge) {
  AddingConnection<WideForm> add{.bench = bench, .session = log_in(bench, kConnectionsOfSession)};
  const auto remove = [&](ISCSI_UNIQUE_CONNECTION_ID id) {
    return bench.api.RemoveIScsiConnection(&add.session.id, &id);
  };
  judge.expect(remove(add.session.connection) == ISDSC_CANT_REMOVE_LAST_CONNECTION,
               "the last connection stays", {"RIC-R3"});
  auto portal = portal_at<WideForm>(bench, bench.portal);
  add(&portal);
  judge.expect(remove(add.session.connection) == ISDSC_CANNOT_REMOVE_LEADING_CONNECTION &&
                   counts(bench).connections == 2,
               "the leading connection stays", {"RIC-R4"});
  judge.expect(remove(add.connection) == ERROR_SUCCESS && counts(bench).connections == 1,
               "any other goes", {"RIC-R1"});
  const ISDSC_STATUS failed = remove(add.connection);
  judge.expect(failed == ISDSC_INVALID_CONNECTION_ID, "one that is gone is not known", {"RIC-R5"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RIC-R2"});
  log_out(bench, add.session);
  judge.expect(remove(add.connection) == ISDSC_INVALID_SESSION_ID, "nor is a session that is gone",
               {"RIC-R6"});
}

}  // namespace

void add_connection_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/connection_cases.cpp";
  cases.push_back({"add_connection", "AddIScsiConnection", file, add_connection<WideForm>,
                   add_connection<AnsiForm>});
  cases.push_back({"remove_connection", "RemoveIScsiConnection", file, remove_connection, nullptr});
}

}  // namespace lunsim::conformance
