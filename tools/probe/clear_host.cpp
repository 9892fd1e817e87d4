#include "tools/probe/clear_host.hpp"

#include <vector>

#include <fmt/format.h>

#include "conformance/api_cases/stage.hpp"

namespace lunsim::probe {
namespace {

using conformance::Bench;
using conformance::CallerBuffer;
using conformance::kAnyPort;
using conformance::kRoomyBytes;
using Text = conformance::Text<conformance::AnsiForm>;

/// The structures of a list; `call(ULONG* size, ULONG* count, void* buffer)`.
template <class Entry, class Call>
std::vector<Entry> list(const Call& call) {
  ULONG size = kRoomyBytes, count = 0;
  CallerBuffer buffer(size);
  std::vector<Entry> entries;
  if (call(&size, &count, buffer.as<void>()) != ERROR_SUCCESS) return entries;
  for (ULONG i = 0; i < count; ++i) entries.push_back(buffer.at<Entry>(i * sizeof(Entry)));
  return entries;
}
std::vector<std::string> texts(ISDSC_STATUS (*call)(PULONG, PCHAR)) {
  ULONG size = kRoomyBytes;
  CallerBuffer buffer(size);
  return call(&size, buffer.as<CHAR>()) == ERROR_SUCCESS ? buffer.texts_at<CHAR>(0)
                                                         : std::vector<std::string>{};
}

auto sessions(Bench& bench) {
  return list<ISCSI_SESSION_INFOA>([&](ULONG* size, ULONG* count, void* buffer) {
    return bench.api.GetIScsiSessionListA(size, count, static_cast<PISCSI_SESSION_INFOA>(buffer));
  });
}
auto persistent_logins(Bench& bench) {
  return list<PERSISTENT_ISCSI_LOGIN_INFOA>([&](ULONG* size, ULONG* count, void* buffer) {
    return bench.api.ReportIScsiPersistentLoginsA(
        count, static_cast<PPERSISTENT_ISCSI_LOGIN_INFOA>(buffer), size);
  });
}
auto portals(Bench& bench) {
  return list<ISCSI_TARGET_PORTAL_INFOA>([&](ULONG* size, ULONG* count, void* buffer) {
    *count = *size / static_cast<ULONG>(sizeof(ISCSI_TARGET_PORTAL_INFOA));
    return bench.api.ReportIScsiSendTargetPortalsA(count,
                                                   static_cast<PISCSI_TARGET_PORTAL_INFOA>(buffer));
  });
}
std::vector<std::string> targets(Bench& bench) {
  ULONG size = kRoomyBytes;
  CallerBuffer buffer(size);
  const ISDSC_STATUS code = bench.api.ReportIScsiTargetsA(0, &size, buffer.as<CHAR>());
  return code == ERROR_SUCCESS ? buffer.texts_at<CHAR>(0) : std::vector<std::string>{};
}

void remove_targets(Bench& bench) {
  for (const std::string& name : targets(bench))
    bench.api.RemoveIScsiStaticTargetA(Text(name).get());
  // Hidden ones are not listed.
  for (const std::string& name :
       {bench.target, bench.other_target, bench.empty_target, conformance::Stage::static_target()})
    bench.api.RemoveIScsiStaticTargetA(Text(name).get());
}

void remove_servers(Bench& bench) {
  for (const std::string& server : texts(bench.api.ReportISNSServerListA))
    bench.api.RemoveISNSServerA(Text(server).get());
  for (const std::string& server : texts(bench.api.ReportRadiusServerListA))
    bench.api.RemoveRadiusServerA(Text(server).get());
}

}  // namespace

std::string what_is_there(Bench& bench) {
  struct Kind {
    std::size_t count;
    const char* what;
  };
  const Kind kinds[] = {
      {sessions(bench).size(), "sessions"},
      {persistent_logins(bench).size(), "persistent logins"},
      {portals(bench).size(), "discovery portals"},
      {targets(bench).size(), "targets"},
      {texts(bench.api.ReportPersistentIScsiDevicesA).size(), "persistent devices"},
      {texts(bench.api.ReportISNSServerListA).size(), "iSNS servers"},
      {texts(bench.api.ReportRadiusServerListA).size(), "RADIUS servers"},
  };
  std::string found;
  for (const Kind& kind : kinds)
    if (kind.count != 0)
      found += fmt::format("{}{} {}", found.empty() ? "" : ", ", kind.count, kind.what);
  return found;
}

void clear_host(Bench& bench) {
  for (auto& session : sessions(bench)) bench.api.LogoutIScsiTarget(&session.SessionId);
  bench.api.ClearPersistentIScsiDevices();
  for (auto& login : persistent_logins(bench))
    bench.api.RemoveIScsiPersistentTargetA(nullptr, login.InitiatorPortNumber, login.TargetName,
                                           &login.TargetPortal);
  for (auto& info : portals(bench)) {
    ISCSI_TARGET_PORTALA portal{};
    conformance::copy_text(portal.Address, conformance::text_of(info.Address));
    portal.Socket = info.Socket;
    bench.api.RemoveIScsiSendTargetPortalA(nullptr, info.InitiatorPortNumber, &portal);
  }
  remove_targets(bench);
  remove_servers(bench);
  bench.api.SetIScsiInitiatorNodeNameA(nullptr);
  bench.api.SetIScsiInitiatorCHAPSharedSecret(0, nullptr);
  bench.api.SetIScsiGroupPresharedKey(0, nullptr, 1);
  bench.api.SetIScsiTunnelModeOuterAddressA(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr, nullptr,
                                            1);
}

}  // namespace lunsim::probe
