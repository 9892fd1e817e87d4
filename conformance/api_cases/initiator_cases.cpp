// The initiator itself: instances, node name, CHAP secret, version.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kNameCharacters = MAX_ISCSI_NAME_LEN + 1;

template <class F>
void list_initiators(Bench& bench, Judge& judge) {
  const auto list = [&](ULONG* size, void* buffer) {
    return LUNSIM_FORM(bench, ReportIScsiInitiatorList)(size,
                                                        static_cast<typename F::Char*>(buffer));
  };
  const ULONG need =
      sweep_sizes(judge, sizeof(typename F::Char),
                  {.probe = "LIL-R4", .too_small = "LIL-R3", .fits = "LIL-R5"}, list);
  CallerBuffer buffer(need * sizeof(typename F::Char));
  ULONG size = need;
  const ISDSC_STATUS code = list(&size, buffer.as<void>());
  const auto names = buffer.texts_at<typename F::Char>(0);
  judge.expect(code == ERROR_SUCCESS && names.size() == 1, "the one instance is told", {"LIL-R1"});
  judge.expect(code == ERROR_SUCCESS && names.size() == 1 && need == names[0].size() + 2,
               "the size is one of characters, with all NULs", {"LIL-R2"});
  bench.stop_service();
  const ISDSC_STATUS failed = list(&size, buffer.as<void>());
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"LIL-R6"});
}

template <class F>
std::string node_name(Bench& bench, ISDSC_STATUS& code) {
  CallerBuffer buffer(kNameCharacters * sizeof(typename F::Char));
  code = LUNSIM_FORM(bench, GetIScsiInitiatorNodeName)(buffer.as<typename F::Char>());
  return buffer.text_at<typename F::Char>(0);
}

template <class F>
void get_node_name(Bench& bench, Judge& judge) {
  const std::string longest(MAX_ISCSI_NAME_LEN, 'n');
  bench.api.SetIScsiInitiatorNodeNameW(Text<WideForm>(longest).get());
  CallerBuffer buffer((kNameCharacters + 1) * sizeof(typename F::Char));
  ISDSC_STATUS code = LUNSIM_FORM(bench, GetIScsiInitiatorNodeName)(buffer.as<typename F::Char>());
  judge.expect(code == ERROR_SUCCESS && buffer.text_at<typename F::Char>(0) == longest,
               "the name is there, ended by a NUL", {"GINN-R1"});
  judge.expect(code == ERROR_SUCCESS && !buffer.is_untouched_from(0) &&
                   buffer.is_untouched_from(kNameCharacters * sizeof(typename F::Char)),
               "and no more than 224 characters are written, whatever the size",
               {"GINN-R3", "GINN-R4"});
  bench.stop_service();
  code = LUNSIM_FORM(bench, GetIScsiInitiatorNodeName)(buffer.as<typename F::Char>());
  judge.expect(code != 0 && bench.is_known_code(code), "a failure has a code with a name",
               {"GINN-R2"});
}

template <class F>
void set_node_name(Bench& bench, Judge& judge) {
  ISDSC_STATUS code = 0;
  const std::string first = node_name<F>(bench, code);
  const auto set = [&](const std::string& name) {
    return LUNSIM_FORM(bench, SetIScsiInitiatorNodeName)(Text<F>(name).get());
  };
  judge.expect(set("iqn.2026-11.org.lunsim:renamed") == ERROR_SUCCESS &&
                   node_name<F>(bench, code) == "iqn.2026-11.org.lunsim:renamed",
               "a name that is set is the name", {"SINN-R1"});
  judge.expect(set("no iSCSI name at all") == ERROR_SUCCESS &&
                   node_name<F>(bench, code) == "no iSCSI name at all",
               "its form is not looked at", {"SINN-R4"});
  judge.expect(LUNSIM_FORM(bench, SetIScsiInitiatorNodeName)(nullptr) == ERROR_SUCCESS &&
                   node_name<F>(bench, code) == first && first.starts_with("iqn.") &&
                   first.ends_with(bench.computer),
               "NULL brings the default name back, which is made of the computer's", {"SINN-R3"});
  judge_trouble(bench, judge, ISDSC_OPERATION_REQUIRES_REBOOT, "SINN-R5",
                [&] { return set("iqn.2026-11.org.lunsim:after-a-reboot"); });
  const ISDSC_STATUS failed = set(std::string(MAX_ISCSI_NAME_LEN + 1, 'n'));
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"SINN-R2"});
}

void set_chap_secret(Bench& bench, Judge& judge) {
  const auto set = [&](ULONG length) {
    std::vector<UCHAR> secret(length, 's');
    return bench.api.SetIScsiInitiatorCHAPSharedSecret(length, secret.data());
  };
  const ISDSC_STATUS good = set(12);
  judge.expect(good == ERROR_SUCCESS, "twelve bytes are a secret", {"SCS-R1"});
  const ISDSC_STATUS is_short = set(11);
  judge.expect(
      is_short == ISDSC_SHORT_CHAP_SECRET || is_short == ISDSC_INVALID_INITIATOR_CHAP_SECRET,
      "less than twelve are too short without IPsec", {"SCS-R3"});
  UCHAR nothing = 0;
  judge.expect(bench.api.SetIScsiInitiatorCHAPSharedSecret(0, &nothing) != ERROR_SUCCESS,
               "none is no secret anywhere", {"SCS-R4"});
  judge.expect(set(16) == ERROR_SUCCESS, "sixteen are allowed", {"SCS-R5"});
  const ISDSC_STATUS failed = set(17);
  judge.expect(failed == ISDSC_INVALID_INITIATOR_CHAP_SECRET, "seventeen are too many", {"SCS-R6"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"SCS-R2"});
  judge.expect(
      failed != 0 && bench.api.SetIScsiInitiatorCHAPSharedSecret(0, nullptr) == ERROR_SUCCESS,
      "NULL and 0 take the secret away", {"SCS-R7"});
}

void get_version(Bench& bench, Judge& judge) {
  CallerBuffer buffer(sizeof(ISCSI_VERSION_INFO));
  const ISDSC_STATUS code = bench.api.GetIScsiVersionInformation(buffer.as<ISCSI_VERSION_INFO>());
  const auto version = buffer.at<ISCSI_VERSION_INFO>(0);
  judge.expect(code == ERROR_SUCCESS && version.MajorVersion != 0xA5A5A5A5 &&
                   version.MajorVersion != 0 && version.BuildNumber != 0xA5A5A5A5 &&
                   buffer.is_untouched_from(sizeof version),
               "three numbers are told", {"GVI-R1"});
  judge_trouble(bench, judge, WSAECONNREFUSED, "GVI-R2", [&] {
    return bench.api.GetIScsiVersionInformation(buffer.as<ISCSI_VERSION_INFO>());
  });
  judge.expect(bench.api.GetIScsiVersionInformation(nullptr) == ERROR_INVALID_PARAMETER,
               "without a place for them the call fails", {"GVI-R3"});
}

}  // namespace

void add_initiator_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/initiator_cases.cpp";
  cases.push_back({"list_initiators", "ReportIScsiInitiatorList", file, list_initiators<WideForm>,
                   list_initiators<AnsiForm>});
  cases.push_back({"get_node_name", "GetIScsiInitiatorNodeName", file, get_node_name<WideForm>,
                   get_node_name<AnsiForm>});
  cases.push_back({"set_node_name", "SetIScsiInitiatorNodeName", file, set_node_name<WideForm>,
                   set_node_name<AnsiForm>});
  cases.push_back(
      {"set_chap_secret", "SetIScsiInitiatorCHAPSharedSecret", file, set_chap_secret, nullptr});
  cases.push_back({"get_version", "GetIScsiVersionInformation", file, get_version, nullptr});
}

}  // namespace lunsim::conformance
