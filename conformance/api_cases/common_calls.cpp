#include "conformance/api_cases/forms.hpp"

#include <array>

namespace lunsim::conformance {
namespace {

using F = WideForm;

constexpr ULONG kListBytes = 65536, kListCharacters = 32768;

}  // namespace

void run(const ApiCase::Body& body, Bench& bench, Judge& judge) {
  try {
    body(bench, judge);
  } catch (const NotAsked& lacks) {
    judge.not_asked({}, lacks.what());
  }
}

ISDSC_STATUS add_portal(Bench& bench, const std::string& address) {
  auto portal = portal_at<F>(bench, address);
  return bench.api.AddIScsiSendTargetPortalW(nullptr, kAnyPort, nullptr, 0, &portal);
}

Session log_in(Bench& bench, ULONG connections_max) {
  Session session;
  add_portal(bench, bench.portal);
  ISCSI_LOGIN_OPTIONS options{};
  if (connections_max != 0) {
    options.InformationSpecified = ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS;
    options.MaximumConnections = connections_max;
  }
  session.code = bench.api.LoginIScsiTargetW(Text<F>(bench.target).get(), 0, nullptr, kAnyPort,
                                             nullptr, 0, nullptr, &options, 0, nullptr, 0,
                                             &session.id, &session.connection);
  return session;
}

ISDSC_STATUS store_login(Bench& bench, const std::string& target) {
  ISCSI_UNIQUE_SESSION_ID session{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};
  return bench.api.LoginIScsiTargetW(Text<F>(target).get(), 0, nullptr, kAnyPort, nullptr, 0,
                                     nullptr, nullptr, 0, nullptr, 1, &session, &connection);
}

ISDSC_STATUS log_out(Bench& bench, Session& session) {
  return bench.api.LogoutIScsiTarget(&session.id);
}

ISDSC_STATUS send_command(Bench& bench, const Session& session) {
  ISCSI_UNIQUE_SESSION_ID id = session.id;
  UCHAR status = 0;
  std::array<UCHAR, 8> response{};
  std::array<UCHAR, 18> sense{};
  ULONG response_bytes = response.size(), sense_bytes = sense.size();
  return bench.api.SendScsiReadCapacity(&id, 0, &status, &response_bytes, response.data(),
                                        &sense_bytes, sense.data());
}

std::vector<std::string> known_targets(Bench& bench) {
  CallerBuffer buffer(kListCharacters * sizeof(WCHAR));
  ULONG size = kListCharacters;
  const ISDSC_STATUS code = bench.api.ReportIScsiTargetsW(0, &size, buffer.as<WCHAR>());
  return code == ERROR_SUCCESS ? buffer.texts_at<WCHAR>(0) : std::vector<std::string>{};
}

Counts counts(Bench& bench) {
  CallerBuffer buffer(kListBytes);
  ULONG size = kListBytes;
  Counts counted;
  const ISDSC_STATUS code =
      bench.api.GetIScsiSessionListW(&size, &counted.sessions, buffer.as<ISCSI_SESSION_INFOW>());
  if (code != ERROR_SUCCESS) return {};
  if (counted.sessions != 0)
    counted.connections = buffer.at<ISCSI_SESSION_INFOW>(0).ConnectionCount;
  return counted;
}

}  // namespace lunsim::conformance
