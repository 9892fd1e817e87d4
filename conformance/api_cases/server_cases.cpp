// iSNS and RADIUS servers.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kServerNameCharacters = 4096;
constexpr std::string_view kRadius = "10.0.0.30", kOtherRadius = "10.0.0.31";

template <class F>
using Lister = ISDSC_STATUS(ISDSC_API*)(PULONG, typename F::Char*);

template <class F>
std::vector<std::string> listed(Lister<F> list) {
  CallerBuffer buffer(kServerNameCharacters * sizeof(typename F::Char));
  ULONG size = kServerNameCharacters;
  list(&size, buffer.as<typename F::Char>());
  return buffer.texts_at<typename F::Char>(0);
}

struct ListRules {
  SizeRules sizes;
  std::string_view units, contents, failure;
};

/// `texts`: what is on the list, in order.
template <class F>
void judge_list(Bench& bench, Judge& judge, Lister<F> list, const std::vector<std::string>& texts,
                const ListRules& rules) {
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::Char), rules.sizes, [&](ULONG* size, void* buffer) {
        return list(size, static_cast<typename F::Char*>(buffer));
      });
  std::size_t characters = 1;
  for (const std::string& text : texts) characters += text.size() + 1;
  judge.expect(need == characters, "the size is one of characters, with all NULs", {rules.units});
  judge.expect(listed<F>(list) == texts, "every server is told", {rules.contents});
  bench.stop_service();
  ULONG size = 0;
  const ISDSC_STATUS failed = list(&size, nullptr);
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {rules.failure});
}

template <class F>
void add_isns(Bench& bench, Judge& judge) {
  const auto add = [&](const std::string& address) {
    return LUNSIM_FORM(bench, AddISNSServer)(Text<F>(address).get());
  };
  judge.expect(add("no such address") == ERROR_INVALID_PARAMETER, "what is no address is no server",
               {"AISNS-R3"});
  const ISDSC_STATUS refused = add(bench.absent_server);
  judge.expect(refused >= 10000 && refused < 12000, "what its socket says is a Winsock code",
               {"AISNS-R2"});
  judge.expect(add(bench.isns_server) == ERROR_SUCCESS, "a server that is there is added",
               {"AISNS-R1"});
  bench.restart_service();
  // Whether one that could not be added is kept, the page does not say.
  const std::vector<std::string> kept = listed<WideForm>(bench.api.ReportISNSServerListW);
  judge.expect(std::count(kept.begin(), kept.end(), bench.isns_server) == 1,
               "a server survives the service", {"AISNS-R4"});
}

template <class F>
void remove_isns(Bench& bench, Judge& judge) {
  const auto remove = [&] {
    return LUNSIM_FORM(bench, RemoveISNSServer)(Text<F>(bench.isns_server).get());
  };
  bench.api.AddISNSServerW(Text<WideForm>(bench.isns_server).get());
  judge.expect(
      remove() == ERROR_SUCCESS && listed<WideForm>(bench.api.ReportISNSServerListW).empty(),
      "a server that is known goes", {"RISNS-R1"});
  bench.restart_service();
  judge.expect(listed<WideForm>(bench.api.ReportISNSServerListW).empty(), "for good", {"RISNS-R4"});
  const ISDSC_STATUS failed = remove();
  judge.expect(failed == ISDSC_ISNS_SERVER_NOT_FOUND, "one that is gone is not known",
               {"RISNS-R5"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RISNS-R2"});
}

template <class F>
void refresh_isns(Bench& bench, Judge& judge) {
  judge.expect(LUNSIM_FORM(bench, RefreshISNSServer)(nullptr) == ERROR_SUCCESS,
               "all servers are asked for NULL, and there may be none", {"RFISNS-R5"});
  bench.api.AddISNSServerW(Text<WideForm>(bench.absent_server).get());
  const ISDSC_STATUS failed =
      LUNSIM_FORM(bench, RefreshISNSServer)(Text<F>(bench.absent_server).get());
  judge.expect(failed == ISDSC_ISNS_SERVER_NOT_FOUND, "one that does not answer is not found",
               {"RFISNS-R4"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"RFISNS-R2"});
}

template <class F>
void list_isns(Bench& bench, Judge& judge) {
  ULONG size = 0;
  judge.expect(
      LUNSIM_FORM(bench, ReportISNSServerList)(&size, nullptr) == ERROR_SUCCESS && size == 0,
      "no server needs no room", {"LISNS-R6"});
  bench.api.AddISNSServerW(Text<WideForm>(bench.isns_server).get());
  bench.api.AddISNSServerW(Text<WideForm>(bench.absent_server).get());
  judge_list<F>(bench, judge, LUNSIM_FORM(bench, ReportISNSServerList),
                {bench.isns_server, bench.absent_server},
                {.sizes = {.probe = "LISNS-R4", .too_small = "LISNS-R3", .fits = "LISNS-R5"},
                 .units = "LISNS-R2",
                 .contents = "LISNS-R1",
                 .failure = "LISNS-R8"});
}

template <class F>
void add_radius(Bench& bench, Judge& judge) {
  const auto add = [&](std::string_view address) {
    return LUNSIM_FORM(bench, AddRadiusServer)(Text<F>(std::string(address)).get());
  };
  judge.expect(add("no such address") == ERROR_INVALID_PARAMETER, "what is no address is no server",
               {"ARS-R3"});
  judge_trouble(bench, judge, WSAECONNREFUSED, "ARS-R2", [&] { return add(kRadius); });
  judge.expect(add(kRadius) == ERROR_SUCCESS, "a server is added", {"ARS-R1"});
  bench.restart_service();
  judge.expect(listed<WideForm>(bench.api.ReportRadiusServerListW) ==
                   std::vector<std::string>{std::string(kRadius)},
               "servers survive the service", {"ARS-R4"});
}

template <class F>
void remove_radius(Bench& bench, Judge& judge) {
  const auto remove = [&] {
    return LUNSIM_FORM(bench, RemoveRadiusServer)(Text<F>(std::string(kRadius)).get());
  };
  bench.api.AddRadiusServerW(Text<WideForm>(std::string(kRadius)).get());
  judge.expect(
      remove() == ERROR_SUCCESS && listed<WideForm>(bench.api.ReportRadiusServerListW).empty(),
      "a server that is known goes", {"RRS-R1"});
  judge.expect(remove() == ISDSC_NOT_FOUND, "one that is gone is not known", {"RRS-R3"});
  judge_trouble(bench, judge, WSAETIMEDOUT, "RRS-R2", remove);
}

template <class F>
void list_radius(Bench& bench, Judge& judge) {
  ULONG size = 0;
  const bool empty_works =
      LUNSIM_FORM(bench, ReportRadiusServerList)(&size, nullptr) == ERROR_SUCCESS;
  bench.api.AddRadiusServerW(Text<WideForm>(std::string(kRadius)).get());
  bench.api.AddRadiusServerW(Text<WideForm>(std::string(kOtherRadius)).get());
  judge_trouble(bench, judge, WSAECONNREFUSED, "LRS-R5",
                [&] { return LUNSIM_FORM(bench, ReportRadiusServerList)(&size, nullptr); });
  size = 0;
  judge.expect(empty_works && LUNSIM_FORM(bench, ReportRadiusServerList)(&size, nullptr) ==
                                  ERROR_INSUFFICIENT_BUFFER,
               "the buffer is optional", {"LRS-R7"});
  judge_list<F>(bench, judge, LUNSIM_FORM(bench, ReportRadiusServerList),
                {std::string(kRadius), std::string(kOtherRadius)},
                {.sizes = {.probe = "LRS-R4", .too_small = "LRS-R3", .fits = "LRS-R6"},
                 .units = "LRS-R2",
                 .contents = "LRS-R1",
                 .failure = "LRS-R6"});
}

void set_radius_secret(Bench& bench, Judge& judge) {
  const auto set = [&](ULONG length) {
    std::vector<UCHAR> secret(length, 's');
    return bench.api.SetIScsiInitiatorRADIUSSharedSecret(length, secret.data());
  };
  judge.expect(set(22) == ERROR_SUCCESS && set(26) == ERROR_SUCCESS, "22 to 26 bytes are a secret",
               {"SRS-R1"});
  judge.expect(set(21) == ERROR_INVALID_PARAMETER && set(27) == ERROR_INVALID_PARAMETER,
               "more or less are none", {"SRS-R3"});
  judge_trouble(bench, judge, WSAECONNREFUSED, "SRS-R2", [&] { return set(22); });
}

}  // namespace

void add_server_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/server_cases.cpp";
  cases.push_back({"add_isns", "AddISNSServer", file, add_isns<WideForm>, add_isns<AnsiForm>});
  cases.push_back(
      {"remove_isns", "RemoveISNSServer", file, remove_isns<WideForm>, remove_isns<AnsiForm>});
  cases.push_back(
      {"refresh_isns", "RefreshISNSServer", file, refresh_isns<WideForm>, refresh_isns<AnsiForm>});
  cases.push_back(
      {"list_isns", "ReportISNSServerList", file, list_isns<WideForm>, list_isns<AnsiForm>});
  cases.push_back(
      {"add_radius", "AddRadiusServer", file, add_radius<WideForm>, add_radius<AnsiForm>});
  cases.push_back({"remove_radius", "RemoveRadiusServer", file, remove_radius<WideForm>,
                   remove_radius<AnsiForm>});
  cases.push_back({"list_radius", "ReportRadiusServerList", file, list_radius<WideForm>,
                   list_radius<AnsiForm>});
  cases.push_back({"set_radius_secret", "SetIScsiInitiatorRADIUSSharedSecret", file,
                   set_radius_secret, nullptr});
}

}  // namespace lunsim::conformance
