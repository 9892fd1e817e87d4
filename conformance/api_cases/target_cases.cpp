// Static targets and the portals of a target.
#include <algorithm>

#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// What a static target is added with; a field that is not set is NULL.
template <class F>
struct Adding {
  Bench& bench;
  std::string name;
  ISCSI_TARGET_FLAGS flags = 0;
  BOOLEAN persist = 0;
  std::string alias{};
  typename F::Mapping* mapping = nullptr;
  typename F::PortalGroup* group = nullptr;

  ISDSC_STATUS operator()() {
    Text<F> name_text(name), alias_text(alias);
    return LUNSIM_FORM(bench, AddIScsiStaticTarget)(name_text.get(),
                                                    alias.empty() ? nullptr : alias_text.get(),
                                                    flags, persist, mapping, nullptr, group);
  }
};

std::string alias_of(Bench& bench, const std::string& target) {
  CallerBuffer buffer(512);
  ULONG size = 512;
  const ISDSC_STATUS code = bench.api.GetIScsiTargetInformationA(
      Text<AnsiForm>(target).get(), Text<AnsiForm>("Static").get(), TargetAlias, &size,
      buffer.as<void>());
  return code == ERROR_SUCCESS ? buffer.text_at<CHAR>(0) : "(none)";
}

ULONG portals_of(Bench& bench, const std::string& target) {
  ULONG count = 0;
  bench.api.ReportIScsiTargetPortalsW(nullptr, Text<WideForm>(target).get(), nullptr, &count,
                                      nullptr);
  return count;
}

template <class F>
void add_static_target(Bench& bench, Judge& judge) {
  typename F::PortalGroup group{};
  group.Count = 1;
  group.Portals[0] = portal_at<F>(bench, bench.portal);
  Adding<F> add{.bench = bench, .name = bench.target};
  judge.expect(add() == ERROR_SUCCESS && contains(known_targets(bench), bench.target),
               "a target of which nothing but its name is told is known", {"AST-R1", "AST-R8"});
  add.group = &group;
  add.alias = "first";
  judge.expect(add() == ERROR_SUCCESS && portals_of(bench, bench.target) == 1 &&
                   alias_of(bench, bench.target) == "first",
               "what is known is overwritten", {"AST-R5"});
  add.alias.clear();
  add.flags = ISCSI_TARGET_FLAG_MERGE_TARGET_INFORMATION;
  group.Portals[0] = portal_at<F>(bench, bench.absent_server);
  judge.expect(add() == ERROR_SUCCESS && portals_of(bench, bench.target) == 2 &&
                   alias_of(bench, bench.target) == "first",
               "or merged, if the caller says so", {"AST-R4"});
  Session session;
  session.code = bench.api.LoginIScsiTargetW(Text<WideForm>(bench.target).get(), 0, nullptr,
                                             kAnyPort, nullptr, 0, nullptr, nullptr, 0, nullptr, 0,
                                             &session.id, &session.connection);
  ULONG size = 65536, mappings = 0;
  CallerBuffer buffer(size);
  bench.api.ReportActiveIScsiTargetMappingsW(&size, &mappings, buffer.as<ISCSI_TARGET_MAPPINGW>());
  judge.expect(session.code == ERROR_SUCCESS && mappings == 1 &&
                   buffer.at<ISCSI_TARGET_MAPPINGW>(0).LUNCount == 2,
               "without mappings the initiator numbers the units", {"AST-R7"});
  Adding<F> bad{.bench = bench, .name = "a name with blanks"};
  const ISDSC_STATUS failed = bad();
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"AST-R2"});
  Adding<F> empty{.bench = bench, .name = "iqn.2026-11.org.lunsim:empty"};
  group.Count = 0;
  empty.group = &group;
  judge.expect(empty() == ERROR_SUCCESS && portals_of(bench, empty.name) == 0,
               "a group of no portals is no portal", {"AST-R9"});
  judge.expect(bench.api.LoginIScsiTargetW(Text<WideForm>(empty.name).get(), 0, nullptr, kAnyPort,
                                           nullptr, 0, nullptr, nullptr, 0, nullptr, 0, &session.id,
                                           &session.connection) == ISDSC_NO_PORTAL_SPECIFIED,
               "there is no login without a portal", {"LIT-R11"});
}

template <class F>
void hidden_target(Bench& bench, Judge& judge) {
  Adding<F> add{.bench = bench, .name = bench.target};
  add.flags = ISCSI_TARGET_FLAG_HIDE_STATIC_TARGET;
  const ISDSC_STATUS code = add();
  const bool was_hidden = !contains(known_targets(bench), bench.target);
  add_portal(bench, bench.portal);
  judge.expect(code == ERROR_SUCCESS && alias_of(bench, bench.target) != "(none)" && was_hidden &&
                   contains(known_targets(bench), bench.target),
               "a hidden target is listed once a portal has told of it", {"AST-R3"});
}

template <class F>
void kept_target(Bench& bench, Judge& judge) {
  Adding<F> kept{.bench = bench, .name = "iqn.2026-11.org.lunsim:kept", .persist = 1};
  Adding<F> passing{.bench = bench, .name = "iqn.2026-11.org.lunsim:passing"};
  const bool added = kept() == ERROR_SUCCESS && passing() == ERROR_SUCCESS;
  bench.restart_service();
  judge.expect(added && known_targets(bench) == std::vector<std::string>{kept.name},
               "a persistent target survives the service, and no other", {"AST-R6"});
}

template <class F>
void remove_static_target(Bench& bench, Judge& judge) {
  Adding<F> add{.bench = bench, .name = bench.target};
  add();
  const auto remove = [&] {
    return LUNSIM_FORM(bench, RemoveIScsiStaticTarget)(Text<F>(bench.target).get());
  };
  judge.expect(remove() == ERROR_SUCCESS && known_targets(bench).empty(), "a static target goes",
               {"RST-R1"});
  const ISDSC_STATUS failed = remove();
  judge.expect(failed == ISDSC_TARGET_NOT_FOUND, "one that is gone is not known", {"RST-R3"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RST-R2"});
}

template <class F>
void target_portals(Bench& bench, Judge& judge) {
  add_portal(bench, bench.portal);
  Text<F> name(bench.target);
  USHORT tag = 1;
  PUSHORT wanted = nullptr;
  const auto list = [&](ULONG* count, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiTargetPortals)(nullptr, name.get(), wanted, count,
                                                        static_cast<typename F::Portal*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::Portal),
                  {.probe = "LTPS-R3", .too_small = "LTPS-R3", .fits = "LTPS-R1"}, list);
  judge.expect(need == 1, "the count is one of portals", {"LTPS-R6"});
  CallerBuffer buffer(sizeof(typename F::Portal));
  ULONG count = 1;
  const ISDSC_STATUS code = list(&count, buffer.as<void>());
  const auto portal = buffer.at<typename F::Portal>(0);
  judge.expect(code == ERROR_SUCCESS && text_of(portal.Address) == bench.portal &&
                   portal.Socket == bench.socket,
               "a target's portal is told for any initiator", {"LTPS-R1", "LTPS-R4"});
  judge_trouble(bench, judge, WSAECONNREFUSED, "LTPS-R2",
                [&] { return list(&count, buffer.as<void>()); });
  wanted = &tag;
  const bool same_group = list(&count, buffer.as<void>()) == ERROR_SUCCESS && count == 1;
  tag = 2;
  const bool other_group = list(&count, buffer.as<void>()) == ERROR_SUCCESS && count == 0;
  judge.expect(code == ERROR_SUCCESS && same_group && other_group,
               "a portal group tag chooses, and NULL does not", {"LTPS-R5"});
}

}  // namespace

void add_target_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/target_cases.cpp";
  cases.push_back({"add_static_target", "AddIScsiStaticTarget", file, add_static_target<WideForm>,
                   add_static_target<AnsiForm>});
  cases.push_back({"hidden_target", "AddIScsiStaticTarget", file, hidden_target<WideForm>,
                   hidden_target<AnsiForm>});
  cases.push_back(
      {"kept_target", "AddIScsiStaticTarget", file, kept_target<WideForm>, kept_target<AnsiForm>});
  cases.push_back({"remove_static_target", "RemoveIScsiStaticTarget", file,
                   remove_static_target<WideForm>, remove_static_target<AnsiForm>});
  cases.push_back({"target_portals", "ReportIScsiTargetPortals", file, target_portals<WideForm>,
                   target_portals<AnsiForm>});
}

}  // namespace lunsim::conformance
