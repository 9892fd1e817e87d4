// Sweeps of sizes, and of lists that change between probe and fetch.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/api_cases/sweeps.hpp"

namespace lunsim::conformance {
namespace {

using K = api::Kind;

/// The size that a function's list is fetched by, and the list.
struct Places {
  std::size_t size, buffer;

  explicit Places(const api::Signature& signature) {
    const auto& parameters = signature.parameters;
    const auto is_list = [](const api::SignatureParameter& one) { return one.kind == K::buffer; };
    const auto found = std::find_if(parameters.begin(), parameters.end(), is_list);
    buffer = static_cast<std::size_t>(found - parameters.begin());
    size = found == parameters.end() ? buffer : signature.find(found->size_of);
  }
};

std::size_t unit_of(const Swept& swept) {
  return swept.ansi ? swept.signature.ansi_unit_bytes : swept.signature.wide_unit_bytes;
}

/// A call with so many units said, and so many really there; no buffer if there are none.
struct Fetch {
  ISDSC_STATUS code;
  ULONG told;
  bool is_list_untouched, are_guards_whole;

  Fetch(const Swept& swept, const Stage& stage, ULONG said, ULONG there, bool has_buffer = true) {
    const Places places(swept.signature);
    Frame frame = stage.frame(swept.signature, swept.ansi);
    frame.put(places.size, said);
    frame.put_null(places.buffer);
    if (has_buffer) frame.put_room(places.buffer, there * unit_of(swept));
    code = frame.call(swept.bench.api);
    told = frame.number_at(places.size);
    is_list_untouched = !has_buffer || frame.memory(places.buffer)->is_untouched_from(0);
    are_guards_whole = frame.are_guards_whole();
  }
  bool is_too_small(ULONG need) const {
    return code == ERROR_INSUFFICIENT_BUFFER && told == need && is_list_untouched;
  }
  bool is_success(ULONG need) const {
    return code == ERROR_SUCCESS && told == need && are_guards_whole;
  }
};

ULONG probe(const Swept& swept, const Stage& stage) {
  const Fetch found(swept, stage, 0, 0, false);
  swept.judge.expect(found.code == ERROR_INSUFFICIENT_BUFFER && found.told > 0,
                     "a probe tells what is needed", swept.rules.too_small);
  return found.told;
}

constexpr ULONG kBeyond = 8;
constexpr ULONG kHuge[] = {0x8000'0000, 0xFFFF'FFFF};

void sweep_huge_sizes(const Swept& swept, const Stage& stage, ULONG need) {
  for (const ULONG said : kHuge) {
    const Fetch fetch(swept, stage, said, need + kBeyond);
    // Some Windows versions would not have it (GISL-R24).
    const bool is_refused = swept.bench.reading == Reading::windows &&
                            fetch.code == ERROR_NOACCESS && fetch.is_list_untouched;
    swept.judge.expect(fetch.is_success(need) || is_refused,
                       fmt::format("a size of {:X} hex: no more than {} is written", said, need),
                       swept.rules.fits);
  }
}

// --- what makes a list longer, and shorter again ---

struct Change {
  std::string_view function;
  void (*grow)(const Stage&);
  void (*shrink)(const Stage&);
};

using A = AnsiForm;

void log_in_other(const Stage& stage) {
  ISCSI_UNIQUE_SESSION_ID id{};
  ISCSI_UNIQUE_CONNECTION_ID connection{};
  stage.bench().api.LoginIScsiTargetA(Text<A>(stage.bench().other_target).get(), 0, nullptr,
                                      kAnyPort, nullptr, 0, nullptr, nullptr, 0, nullptr, 0, &id,
                                      &connection);
}
void log_out_other(const Stage& stage) { stage.log_out_others(); }
void add_static(const Stage& stage) {
  stage.bench().api.AddIScsiStaticTargetA(Text<A>("iqn.2026-11.org.lunsim:more").get(), nullptr, 0,
                                          0, nullptr, nullptr, nullptr);
}
void remove_static(const Stage& stage) {
  stage.bench().api.RemoveIScsiStaticTargetA(Text<A>("iqn.2026-11.org.lunsim:more").get());
}
void register_portal(const Stage& stage) { add_portal(stage.bench(), stage.bench().empty_portal); }
void forget_portal(const Stage& stage) {
  auto portal = portal_at<A>(stage.bench(), stage.bench().empty_portal);
  stage.bench().api.RemoveIScsiSendTargetPortalA(nullptr, kAnyPort, &portal);
}
void store_other(const Stage& stage) { store_login(stage.bench(), stage.bench().other_target); }
void forget_other(const Stage& stage) {
  stage.bench().api.RemoveIScsiPersistentTargetA(
      nullptr, kAnyPort, Text<A>(stage.bench().other_target).get(), nullptr);
}
void bind_other(const Stage& stage) {
  stage.bench().api.AddPersistentIScsiDeviceA(Text<A>(stage.free_device()).get());
}
void unbind_other(const Stage& stage) {
  stage.bench().api.RemovePersistentIScsiDeviceA(Text<A>(stage.free_device()).get());
}
void add_isns(const Stage& stage) {
  stage.bench().api.AddISNSServerA(Text<A>(stage.bench().other_isns_server).get());
}
void remove_isns(const Stage& stage) {
  stage.bench().api.RemoveISNSServerA(Text<A>(stage.bench().other_isns_server).get());
}
void add_radius(const Stage& stage) {
  stage.bench().api.AddRadiusServerA(Text<A>("10.0.0.31").get());
}
void remove_radius(const Stage& stage) {
  stage.bench().api.RemoveRadiusServerA(Text<A>("10.0.0.31").get());
}
void show_unit(const Stage& stage) { stage.bench().show_third_unit(true); }
void hide_unit(const Stage& stage) { stage.bench().show_third_unit(false); }
void show_device(const Stage& stage) {
  show_unit(stage);
  send_command(stage.bench(), stage.session());  // meets the unit attention
}
void hide_device(const Stage& stage) {
  hide_unit(stage);
  send_command(stage.bench(), stage.session());
}

void add_to_group(const Stage& stage) {
  const Bench& bench = stage.bench();
  stage.know_static_target("an alias", {bench.portal, bench.other_portal, bench.empty_portal});
}
void lengthen_alias(const Stage& stage) {
  stage.know_static_target("an alias that has grown",
                           {stage.bench().portal, stage.bench().other_portal});
}
void restore_static(const Stage& stage) {
  stage.know_static_target("an alias", {stage.bench().portal, stage.bench().other_portal});
}

// Not here: ReportIScsiInitiatorList, for this host has one adapter.
constexpr Change kChanges[] = {
    {"GetIScsiSessionList", log_in_other, log_out_other},
    {"GetIScsiSessionListEx", log_in_other, log_out_other},
    {"ReportActiveIScsiTargetMappings", log_in_other, log_out_other},
    {"ReportIScsiTargets", add_static, remove_static},
    {"ReportIScsiTargetPortals", add_to_group, restore_static},
    {"GetIScsiTargetInformation", lengthen_alias, restore_static},
    {"ReportIScsiSendTargetPortals", register_portal, forget_portal},
    {"ReportIScsiSendTargetPortalsEx", register_portal, forget_portal},
    {"ReportIScsiPersistentLogins", store_other, forget_other},
    {"ReportPersistentIScsiDevices", bind_other, unbind_other},
    {"ReportISNSServerList", add_isns, remove_isns},
    {"ReportRadiusServerList", add_radius, remove_radius},
    {"GetDevicesForIScsiSession", show_device, hide_device},
    {"SendScsiReportLuns", show_unit, hide_unit},
};

const Change* change_of(const api::Signature& signature) {
  for (const Change& one : kChanges)
    if (one.function == signature.name) return &one;
  return nullptr;
}

/// Lists that a host without anything has nothing for, and whether the readings differ there.
struct Empty {
  std::string_view function;
  bool windows_wants_room;  // GISL-R10, RATM-R10
};
constexpr Empty kEmpty[] = {
    {"GetIScsiSessionList", true},
    {"GetIScsiSessionListEx", true},
    {"ReportActiveIScsiTargetMappings", true},
    {"ReportIScsiSendTargetPortals", false},
    {"ReportIScsiSendTargetPortalsEx", false},
    {"ReportIScsiPersistentLogins", false},
};
const Empty* empty_of(const api::Signature& signature) {
  for (const Empty& one : kEmpty)
    if (one.function == signature.name) return &one;
  return nullptr;
}

}  // namespace

bool has_sizes(const api::Signature& signature) { return signature.wide_unit_bytes != 0; }
bool has_changes(const api::Signature& signature) { return change_of(signature) != nullptr; }
bool has_empty(const api::Signature& signature) { return empty_of(signature) != nullptr; }

void sweep_sizes_of(const Swept& swept) {
  const Stage stage(swept.bench);
  const ULONG need = probe(swept, stage);
  for (ULONG size = 0; size <= need + kBeyond; ++size) {
    const Fetch fetch(swept, stage, size, size);
    const bool holds = size < need ? fetch.is_too_small(need) : fetch.is_success(need);
    swept.judge.expect(holds,
                       size < need
                           ? fmt::format("{} of {}: too small, nothing is written", size, need)
                           : fmt::format("{} of {}: enough", size, need),
                       size < need ? swept.rules.too_small : swept.rules.fits);
    if (!holds) break;  // the others would say the same
  }
  sweep_huge_sizes(swept, stage, need);
}

void sweep_changes(const Swept& swept) {
  const Stage stage(swept.bench);
  const Change& change = *change_of(swept.signature);
  const RuleList& rules = swept.rules.grown.ids.empty() ? swept.rules.too_small : swept.rules.grown;
  const ULONG before = probe(swept, stage);
  change.grow(stage);
  // A unit attention, where units have come, belongs to the first call.
  if (swept.signature.name.starts_with("SendScsi")) Fetch(swept, stage, 0, 0, false);
  const Fetch short_by_one(swept, stage, before, before);
  const ULONG after = short_by_one.told;
  swept.judge.expect(
      after > before && short_by_one.is_too_small(after),
      "a list that has grown does not fit what the probe told, and tells the new size", rules);
  swept.judge.expect(Fetch(swept, stage, after, after).is_success(after), "that size is enough",
                     rules);
  change.shrink(stage);
  if (swept.signature.name.starts_with("SendScsi")) Fetch(swept, stage, 0, 0, false);
  swept.judge.expect(Fetch(swept, stage, after, after).is_success(before),
                     "a list that has shrunk fits, and tells what it takes", swept.rules.fits);
}

void sweep_empty(const Swept& swept) {
  const Places places(swept.signature);
  const bool wants_room =
      swept.bench.reading == Reading::windows && empty_of(swept.signature)->windows_wants_room;
  for (const bool has_buffer : {false, true}) {
    Frame frame(swept.signature, swept.ansi);
    for (std::size_t at = 0; at < swept.signature.parameters.size(); ++at)
      if (swept.signature.parameters[at].kind == K::count_out) frame.put(at, kNoSize);
    frame.put(places.size, ULONG{has_buffer ? 64u : 0u});
    if (has_buffer) frame.put_room(places.buffer, 64 * unit_of(swept));
    const ISDSC_STATUS code = frame.call(swept.bench.api);
    const ULONG told = frame.number_at(places.size);
    const bool is_empty = code == ERROR_SUCCESS && told == 0;
    const bool is_wanting = code == ERROR_INSUFFICIENT_BUFFER && told > 0;
    swept.judge.expect(wants_room && !has_buffer ? is_wanting : is_empty,
                       has_buffer ? "nothing fits any buffer" : "a probe of nothing",
                       swept.rules.empty);
  }
}

}  // namespace lunsim::conformance
