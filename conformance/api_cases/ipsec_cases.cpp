// IPsec settings.
#include "conformance/api_cases/case_list.hpp"

namespace lunsim::conformance {
namespace {

constexpr ISCSI_SECURITY_FLAGS kFlags =
    ISCSI_SECURITY_FLAG_VALID | ISCSI_SECURITY_FLAG_MAIN_MODE_ENABLED;

/// A preshared key for an id; what points into it lives as long as it does.
struct Ike {
  std::string id, key = "the key of the group";
  IKE_AUTHENTICATION_INFORMATION info{};

  explicit Ike(const Bench& bench) : id(bench.mark) {
    info.AuthMethod = IKE_AUTHENTICATION_PRESHARED_KEY_METHOD;
    info.PsKey.IdType = ID_FQDN;
    info.PsKey.Id = reinterpret_cast<PUCHAR>(id.data());
    info.PsKey.IdLengthInBytes = static_cast<ULONG>(id.size());
  }
  void set_key() {
    info.PsKey.SecurityFlags = kFlags;
    info.PsKey.Key = reinterpret_cast<PUCHAR>(key.data());
    info.PsKey.KeyLengthInBytes = static_cast<ULONG>(key.size());
  }
};

template <class F>
ISDSC_STATUS store_key(Bench& bench, BOOLEAN persist) {
  Ike ike(bench);
  ike.set_key();
  return LUNSIM_FORM(bench, SetIScsiIKEInfo)(nullptr, ISCSI_ALL_INITIATOR_PORTS, &ike.info,
                                             persist);
}

template <class F>
bool is_stored(Bench& bench) {
  Ike ike(bench);
  const ISDSC_STATUS code =
      LUNSIM_FORM(bench, GetIScsiIKEInfo)(nullptr, kAnyPort, nullptr, &ike.info);
  return code == ERROR_SUCCESS && ike.info.PsKey.SecurityFlags == kFlags;
}

template <class F>
void get_ike(Bench& bench, Judge& judge) {
  Ike asked(bench);
  const auto get = [&] {
    return LUNSIM_FORM(bench, GetIScsiIKEInfo)(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr,
                                               &asked.info);
  };
  judge.expect(get() == ISDSC_NO_AUTH_INFO_AVAILABLE, "what is not stored is not told",
               {"GIKE-R7"});
  store_key<WideForm>(bench, 0);
  judge.expect(get() == ERROR_SUCCESS && asked.info.PsKey.SecurityFlags == kFlags &&
                   asked.info.PsKey.KeyLengthInBytes == 0,
               "the id selects, the flags come back, and no key",
               {"GIKE-R1", "GIKE-R3", "GIKE-R6"});
  judge_trouble(bench, judge, WSAECONNREFUSED, "GIKE-R2", get);
  asked.info.AuthMethod = static_cast<IKE_AUTHENTICATION_METHOD>(0);
  judge.expect(get() == ISDSC_REQUEST_NOT_SUPPORTED, "only preshared keys are known", {"GIKE-R4"});
}

template <class F>
void set_ike(Bench& bench, Judge& judge) {
  judge.expect(store_key<F>(bench, 1) == ERROR_SUCCESS && is_stored<WideForm>(bench),
               "a key is kept for all initiators and all ports", {"SIKE-R1", "SIKE-R4", "SIKE-R6"});
  bench.restart_service();
  judge.expect(is_stored<WideForm>(bench), "and survives the service", {"SIKE-R5"});
  Ike ike(bench);
  ike.set_key();
  const auto set = [&] {
    return LUNSIM_FORM(bench, SetIScsiIKEInfo)(nullptr, kAnyPort, &ike.info, 0);
  };
  ike.info.PsKey.IdType = ID_IPV4_ADDR;
  judge.expect(set() == ISDSC_IKE_ID_PAYLOAD_INCORRECT_SIZE, "an IPv4 address has four bytes",
               {"SIKE-R7"});
  ike.info.PsKey.IdType = 99;
  judge.expect(set() == ISDSC_IKE_ID_PAYLOAD_TYPE_NOT_SUPPORTED,
               "of the kinds of ids four are known", {"SIKE-R7"});
  ike.info.AuthMethod = static_cast<IKE_AUTHENTICATION_METHOD>(0);
  const ISDSC_STATUS failed = set();
  judge.expect(failed == ISDSC_REQUEST_NOT_SUPPORTED, "only preshared keys are known", {"SIKE-R3"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"SIKE-R2"});
}

void set_group_key(Bench& bench, Judge& judge) {
  std::string key = "the key of the group";
  const auto length = static_cast<ULONG>(key.size());
  const ISDSC_STATUS code =
      bench.api.SetIScsiGroupPresharedKey(length, reinterpret_cast<PUCHAR>(key.data()), 1);
  const ISDSC_STATUS cleared = bench.api.SetIScsiGroupPresharedKey(0, nullptr, 1);
  const ISDSC_STATUS failed = bench.api.SetIScsiGroupPresharedKey(length, nullptr, 1);
  judge.expect(code == ERROR_SUCCESS && failed != ERROR_SUCCESS, "a key is taken", {"SGK-R1"});
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"SGK-R2"});
  judge.expect(cleared == ERROR_SUCCESS && failed != ERROR_SUCCESS, "NULL and 0 take it away",
               {"SGK-R4"});
  bench.api.SetIScsiGroupPresharedKey(length, reinterpret_cast<PUCHAR>(key.data()), 1);
  bench.restart_service();
  judge.expect(bench.kept().group_key, "a persistent key survives the service", {"SGK-R3"});
}

template <class F>
void set_tunnel(Bench& bench, Judge& judge) {
  Text<F> inner("10.0.0.1"), outer("10.0.0.2"), nobody("nobody's adapter");
  const auto set = [&](typename F::Char* name, typename F::Char* to, typename F::Char* by) {
    return LUNSIM_FORM(bench, SetIScsiTunnelModeOuterAddress)(name, ISCSI_ALL_INITIATOR_PORTS, to,
                                                              by, 1);
  };
  const ISDSC_STATUS failed = set(nobody.get(), inner.get(), outer.get());
  judge.expect(failed != 0 && bench.is_known_code(failed), "a failure has a code with a name",
               {"STM-R2"});
  judge.expect(failed != 0 && set(nullptr, inner.get(), outer.get()) == ERROR_SUCCESS,
               "an address is kept for all initiators and all ports",
               {"STM-R1", "STM-R3", "STM-R4"});
  judge.expect(failed != 0 && set(nullptr, nullptr, nullptr) == ERROR_SUCCESS,
               "no address takes it away", {"STM-R6"});
  set(nullptr, inner.get(), outer.get());
  bench.restart_service();
  judge.expect(bench.kept().tunnels == 1, "a persistent address survives the service", {"STM-R5"});
}

}  // namespace

void add_ipsec_cases(std::vector<ApiCase>& cases) {
  const std::string file = "conformance/api_cases/ipsec_cases.cpp";
  cases.push_back({"get_ike", "GetIScsiIKEInfo", file, get_ike<WideForm>, get_ike<AnsiForm>});
  cases.push_back({"set_ike", "SetIScsiIKEInfo", file, set_ike<WideForm>, set_ike<AnsiForm>});
  cases.push_back({"set_group_key", "SetIScsiGroupPresharedKey", file, set_group_key, nullptr});
  cases.push_back({"set_tunnel", "SetIScsiTunnelModeOuterAddress", file, set_tunnel<WideForm>,
                   set_tunnel<AnsiForm>});
}

}  // namespace lunsim::conformance
