// GetIScsiTargetInformation: every class of it.
#include <cstddef>

#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ULONG kSize = 16384;

template <class F>
struct Asking {
  Bench& bench;
  CallerBuffer buffer{kSize};
  ULONG size = kSize;
  ISDSC_STATUS code = 0;

  ISDSC_STATUS ask(int info_class, const char* mechanism, const std::string& target) {
    buffer = CallerBuffer(kSize);
    size = kSize;
    return code = call(info_class, mechanism, target, &size, buffer.as<void>());
  }
  ISDSC_STATUS call(int info_class, const char* mechanism, const std::string& target, ULONG* bytes,
                    void* to) {
    Text<F> mechanism_text(mechanism != nullptr ? mechanism : "");
    return LUNSIM_FORM(bench, GetIScsiTargetInformation)(
        Text<F>(target).get(), mechanism != nullptr ? mechanism_text.get() : nullptr,
        static_cast<TARGET_INFORMATION_CLASS>(info_class), bytes, to);
  }
};

/// A static target with everything that one can have.
void add_target(Bench& bench) {
  ISCSI_LOGIN_OPTIONS options{};
  std::string user = "a user";
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_USERNAME | ISCSI_LOGIN_OPTIONS_HEADER_DIGEST;
  options.HeaderDigest = ISCSI_DIGEST_TYPE_CRC32C;
  options.Username = reinterpret_cast<PUCHAR>(user.data());
  options.UsernameLength = static_cast<ULONG>(user.size());
  SCSI_LUN_LIST lun{5, 1};
  ISCSI_TARGET_MAPPINGW mapping{};
  mapping.OSTargetNumber = 9;
  mapping.LUNCount = 1;
  mapping.LUNList = &lun;
  ISCSI_TARGET_PORTAL_GROUPW group{};
  group.Count = 1;
  group.Portals[0] = portal_at<WideForm>(bench, bench.portal);
  bench.api.AddIScsiStaticTargetW(
      Text<WideForm>(bench.target).get(), Text<WideForm>("an alias").get(),
      ISCSI_TARGET_FLAG_HIDE_STATIC_TARGET, 0, &mapping, &options, &group);
}

template <class F>
void target_information(Bench& bench, Judge& judge) {
  add_target(bench);
  Asking<F> asking{.bench = bench};
  using Char = typename F::Char;
  const auto& told = asking.buffer;
  judge.expect(asking.ask(DiscoveryMechanisms, nullptr, bench.target) == ERROR_SUCCESS &&
                   told.template texts_at<Char>(0) == std::vector<std::string>{"Static"},
               "without a mechanism the mechanisms are told", {"GTI-R4", "GTI-R5"});
  sweep_sizes(judge, 1, {.probe = "GTI-R16", .too_small = "GTI-R2", .fits = "GTI-R1"},
              [&](ULONG* size, void* buffer) {
                return asking.call(DiscoveryMechanisms, nullptr, bench.target, size, buffer);
              });
  judge.expect(asking.ask(ProtocolType, "Static", bench.target) == ERROR_SUCCESS &&
                   asking.size == 4 && told.template at<ULONG>(0) == ISCSI_TCP_PROTOCOL_TYPE,
               "the protocol is four bytes", {"GTI-R10"});
  judge.expect(asking.ask(TargetAlias, "Static", bench.target) == ERROR_SUCCESS &&
                   asking.size == 9 * sizeof(Char) && told.template text_at<Char>(0) == "an alias",
               "the alias is a text", {"GTI-R11"});
  judge.expect(asking.ask(InitiatorName, "Static", bench.target) == ERROR_SUCCESS &&
                   !told.template text_at<Char>(0).empty() &&
                   asking.size == (told.template text_at<Char>(0).size() + 1) * sizeof(Char),
               "the initiator's name is a text", {"GTI-R11"});
  using Group = typename F::PortalGroup;
  judge.expect(
      asking.ask(PortalGroups, "Static", bench.target) == ERROR_SUCCESS &&
          asking.size == 4 + sizeof(Group) && told.template at<ULONG>(0) == 1 &&
          told.template at<ULONG>(4) == 1 &&
          text_of(told.template at<typename F::Portal>(4 + offsetof(Group, Portals)).Address) ==
              bench.portal,
      "portal groups are a count, and groups", {"GTI-R12"});
  judge.expect(asking.ask(TargetFlags, "Static", bench.target) == ERROR_SUCCESS &&
                   asking.size == 4 &&
                   told.template at<ULONG>(0) == ISCSI_TARGET_FLAG_HIDE_STATIC_TARGET,
               "the flags are four bytes", {"GTI-R14"});
  asking.ask(PersistentTargetMappings, "Static", bench.target);
  const auto mapping = told.template at<typename F::Mapping>(0);
  const auto lun = told.template at<SCSI_LUN_LIST>(told.offset_of(mapping.LUNList));
  judge.expect(asking.code == ERROR_SUCCESS && mapping.OSTargetNumber == 9 &&
                   mapping.LUNCount == 1 && lun.OSLUN == 5 && lun.TargetLUN == 1,
               "the mapping is one structure, with its units behind it", {"GTI-R13"});
  asking.ask(LoginOptions, "Static", bench.target);
  const auto options = told.template at<ISCSI_LOGIN_OPTIONS>(0);
  judge.expect(asking.code == ERROR_SUCCESS && asking.size == sizeof options + 6 &&
                   options.HeaderDigest == ISCSI_DIGEST_TYPE_CRC32C &&
                   options.UsernameLength == 6 &&
                   told.offset_of(options.Username) == sizeof options,
               "login options are a structure, with the user name behind it", {"GTI-R15"});
}

template <class F>
void no_information(Bench& bench, Judge& judge) {
  add_target(bench);
  Asking<F> asking{.bench = bench};
  judge.expect(
      asking.ask(TargetAlias, nullptr, bench.target) == ISDSC_DISCOVERY_MECHANISM_NOT_FOUND,
      "a class of a mechanism wants one", {"GTI-R6"});
  judge.expect(asking.ask(TargetAlias, "carrier pigeon", bench.target) ==
                   ISDSC_DISCOVERY_MECHANISM_NOT_FOUND,
               "a mechanism that did not find the target is not known", {"GTI-R7"});
  const ISDSC_STATUS failed = asking.ask(TargetAlias, "Static", "iqn.2026-11.org.lunsim:nobody");
  judge.expect(failed == ISDSC_TARGET_NOT_FOUND, "a target that nobody told of is not known",
               {"GTI-R8"});
  judge.expect(failed != 0 && bench.is_known_code(failed) && asking.size == kSize &&
                   asking.buffer.is_untouched_from(0),
               "any other failure tells no size and writes nothing", {"GTI-R3"});
}

}  // namespace

void add_information_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/information_cases.cpp";
  cases.push_back({"target_information", "GetIScsiTargetInformation", file,
                   target_information<WideForm>, target_information<AnsiForm>});
  cases.push_back({"no_information", "GetIScsiTargetInformation", file, no_information<WideForm>,
                   no_information<AnsiForm>});
}

}  // namespace lunsim::conformance
