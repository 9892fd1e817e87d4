// Sizes of the lists of sessions, mappings and targets.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kRoomyListBytes = 8192;

template <class F>
void session_sizes(Bench& bench, Judge& judge) {
  ULONG count = kNoSize, size = 64;
  CallerBuffer some(64);
  const auto list = [&](ULONG* bytes, void* buffer) {
    return LUNSIM_FORM(bench, GetIScsiSessionList)(bytes, &count,
                                                   static_cast<typename F::Session*>(buffer));
  };
  judge.expect(list(&size, some.as<void>()) == ERROR_SUCCESS && count == 0 && size == 0,
               "no session needs no room", {"GISL-R11"});
  log_in(bench);
  const ULONG need = sweep_sizes(judge, 1,
                                 {.probe = {"GISL-R9", "GISL-R12"},
                                  .too_small = {"GISL-R2", "GISL-R3", "GISL-R4", "GISL-R14"},
                                  .fits = {"GISL-R1", "GISL-R5", "GISL-R15"}},
                                 list);
  const std::size_t names = (bench.target.size() + 1) * sizeof(typename F::Char);
  judge.expect(need >= sizeof(typename F::Session) + sizeof(typename F::Connection) + 2 * names &&
                   need < 4096,
               "a session, a connection and texts have room", {"GISL-R17"});
  size = need / sizeof(WCHAR);
  judge.expect(need > 0 &&
                   list(&size, CallerBuffer(need).as<void>()) == ERROR_INSUFFICIENT_BUFFER &&
                   size == need,
               "sizes are bytes in both forms", {"GISL-R6"});
  ULONG ansi = 0, wide = 0;
  bench.api.GetIScsiSessionListA(&ansi, &count, nullptr);
  bench.api.GetIScsiSessionListW(&wide, &count, nullptr);
  judge.expect(ansi > 0 && ansi < wide, "the A form needs less", {"GISL-R21"});
  CallerBuffer buffer(need);
  size = need;
  count = kNoSize;
  const ISDSC_STATUS code = list(&size, buffer.as<void>());
  auto told = buffer.at<typename F::Session>(0);
  judge.expect(code == ERROR_SUCCESS && count == 1, "the count on entry says nothing", {"GISL-R7"});
  judge.expect(
      code == ERROR_SUCCESS &&
          buffer.text_at<typename F::Char>(buffer.offset_of(told.TargetName)) == bench.target &&
          buffer.offset_of(told.Connections) + sizeof(typename F::Connection) <= need,
      "every pointer points into the buffer", {"GISL-R16"});
  judge_trouble(bench, judge, ISDSC_DRIVER_BUG, "GISL-R20",
                [&] { return list(&size, buffer.as<void>()); });
  judge.expect(
      code == ERROR_SUCCESS && bench.api.LogoutIScsiTarget(&told.SessionId) == ERROR_SUCCESS,
      "the id of the list is what other calls take", {"GISL-R23"});
}

template <class F>
void mapping_sizes(Bench& bench, Judge& judge) {
  log_in(bench);
  ULONG count = kNoSize;
  const auto list = [&](ULONG* bytes, void* buffer) {
    return LUNSIM_FORM(bench, ReportActiveIScsiTargetMappings)(
        bytes, &count, static_cast<typename F::Mapping*>(buffer));
  };
  const ULONG need = sweep_sizes(judge, 1,
                                 {.probe = {"RATM-R9", "RATM-R11"},
                                  .too_small = {"RATM-R2", "RATM-R3", "RATM-R4", "RATM-R16"},
                                  .fits = {"RATM-R1", "RATM-R5", "RATM-R17"}},
                                 list);
  judge.expect(need == sizeof(typename F::Mapping) + 2 * sizeof(SCSI_LUN_LIST),
               "a mapping takes its structure and 16 bytes a unit", {"RATM-R6", "RATM-R15"});
  CallerBuffer ansi_list(kRoomyListBytes), wide_list(kRoomyListBytes);
  ULONG ansi = kRoomyListBytes, wide = kRoomyListBytes, ansi_count = 0, wide_count = 0;
  bench.api.ReportActiveIScsiTargetMappingsA(&ansi, &ansi_count,
                                             ansi_list.as<ISCSI_TARGET_MAPPINGA>());
  bench.api.ReportActiveIScsiTargetMappingsW(&wide, &wide_count,
                                             wide_list.as<ISCSI_TARGET_MAPPINGW>());
  judge.expect(ansi > 0 && ansi < wide && ansi_count == 1 && wide_count == 1,
               "the forms have sizes of their own, and count alike", {"RATM-R24"});
  CallerBuffer buffer(need);
  ULONG size = need;
  ISDSC_STATUS code = ERROR_SUCCESS;
  for (const ULONG on_entry : {ULONG{0}, ULONG{1}, kNoSize}) {
    size = need;
    count = on_entry;
    code = list(&size, buffer.as<void>());
    judge.expect(code == ERROR_SUCCESS && count == 1, "the count on entry says nothing",
                 {"RATM-R7"});
  }
  const auto told = buffer.at<typename F::Mapping>(0);
  const std::size_t luns = buffer.offset_of(told.LUNList);
  judge.expect(
      code == ERROR_SUCCESS && text_of(told.TargetName) == bench.target && luns == sizeof told,
      "units stand behind the array", {"RATM-R13"});
  judge.expect(code == ERROR_SUCCESS && told.LUNCount == 2 &&
                   buffer.at<SCSI_LUN_LIST>(luns + sizeof(SCSI_LUN_LIST)).TargetLUN == 1,
               "a mapping has its units inside the buffer", {"RATM-R14"});
}

/// Two sessions: what one entry cannot show of an array.
template <class F>
void two_mappings(Bench& bench, Judge& judge) {
  using Mapping = typename F::Mapping;
  log_in(bench);
  add_portal(bench, bench.other_portal);
  Session other;
  bench.api.LoginIScsiTargetW(Text<WideForm>(bench.other_target).get(), 0, nullptr, kAnyPort,
                              nullptr, 0, nullptr, nullptr, 0, nullptr, 0, &other.id,
                              &other.connection);
  CallerBuffer buffer(kRoomyListBytes);
  ULONG size = kRoomyListBytes, count = 0;
  const ISDSC_STATUS code =
      LUNSIM_FORM(bench, ReportActiveIScsiTargetMappings)(&size, &count, buffer.as<Mapping>());
  std::vector<std::string> names;
  bool are_behind = true;
  for (std::size_t at : {std::size_t{0}, sizeof(Mapping)}) {
    const auto told = buffer.at<Mapping>(at);
    names.push_back(text_of(told.TargetName));
    const std::size_t luns = buffer.offset_of(told.LUNList);
    are_behind = are_behind && luns >= 2 * sizeof(Mapping) && luns < size;
  }
  std::vector<std::string> targets{bench.target, bench.other_target};
  std::sort(names.begin(), names.end());
  std::sort(targets.begin(), targets.end());
  judge.expect(code == ERROR_SUCCESS && count == 2 && names == targets && are_behind,
               "entries stand one behind the other, and units behind them all", {"RATM-R13"});
}

template <class F>
void target_sizes(Bench& bench, Judge& judge) {
  bench.hide_other_target(true);
  add_portal(bench, bench.portal);
  add_portal(bench, bench.other_portal);
  BOOLEAN force = 0;
  const auto list = [&](ULONG* size, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiTargets)(force, size,
                                                  static_cast<typename F::Char*>(buffer));
  };
  const ULONG need = sweep_sizes(judge, sizeof(typename F::Char),
                                 {.probe = "LT-R4", .too_small = "LT-R3", .fits = "LT-R1"}, list);
  judge.expect(need == bench.target.size() + 2, "the size counts characters, and both NULs",
               {"LT-R2"});
  CallerBuffer listed(512 * sizeof(typename F::Char));
  ULONG room = 512;
  force = 1;
  judge.expect(list(&room, listed.as<void>()) == ISDSC_OPERATION_NOT_ALL_SUCCESS &&
                   listed.texts_at<typename F::Char>(0) == std::vector<std::string>{bench.target},
               "a portal that does not answer is told, and the rest is listed", {"LT-R10"});
  force = 0;
  bench.hide_other_target(false);
  const auto targets = [&] {
    CallerBuffer buffer(512 * sizeof(typename F::Char));
    ULONG size = 512;
    list(&size, buffer.as<void>());
    return buffer.texts_at<typename F::Char>(0);
  };
  judge.expect(targets() == std::vector<std::string>{bench.target},
               "without ForceUpdate nobody is asked", {"LT-R1", "LT-R6"});
  force = 1;
  judge.expect(targets() == std::vector<std::string>{bench.target, bench.other_target},
               "with it everybody is", {"LT-R5"});
  ULONG size = 0;
  judge_trouble(bench, judge, ISDSC_DRIVER_BUG, "LT-R11", [&] { return list(&size, nullptr); });
}

}  // namespace

void add_list_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/list_cases.cpp";
  cases.push_back({"session_sizes", "GetIScsiSessionList", file, session_sizes<WideForm>,
                   session_sizes<AnsiForm>});
  cases.push_back({"mapping_sizes", "ReportActiveIScsiTargetMappings", file,
                   mapping_sizes<WideForm>, mapping_sizes<AnsiForm>});
  cases.push_back({"two_mappings", "ReportActiveIScsiTargetMappings", file, two_mappings<WideForm>,
                   two_mappings<AnsiForm>});
  cases.push_back(
      {"target_sizes", "ReportIScsiTargets", file, target_sizes<WideForm>, target_sizes<AnsiForm>});
}

}  // namespace lunsim::conformance
