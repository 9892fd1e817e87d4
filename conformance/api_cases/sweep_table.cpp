// Which rules the sweeps of each function hold, and the cases that come of it.
#include "conformance/api_cases/case_list.hpp"
#include "conformance/api_cases/sweeps.hpp"

namespace lunsim::conformance {
namespace {

const std::vector<SweepRules>& rules_of_functions() {
  static const std::vector<SweepRules> kRules{
      {.function = "GetIScsiSessionList",
       .failure = {"GISL-R20"},
       .nulls = {"GISL-R13"},
       .too_small = {"GISL-R2"},
       .fits = {"GISL-R1", "GISL-R5"},
       .empty = {"GISL-R10"},
       .grown = {"GISL-R19"}},
      {.function = "GetIScsiSessionListEx",
       .failure = {"GISLX-R1"},
       .too_small = {"GISLX-R1"},
       .fits = {"GISLX-R1"},
       .empty = {"GISLX-R1"}},
      {.function = "ReportActiveIScsiTargetMappings",
       .failure = {"RATM-R23"},
       .nulls = {"RATM-R12"},
       .too_small = {"RATM-R2"},
       .fits = {"RATM-R1", "RATM-R5"},
       .empty = {"RATM-R10"},
       .grown = {"RATM-R22"}},
      {.function = "LoginIScsiTarget", .failure = {"LIT-R2"}},
      {.function = "LogoutIScsiTarget", .failure = {"LOT-R2"}, .ids = {"LOT-R5"}},
      {.function = "AddIScsiConnection", .failure = {"AIC-R2"}, .ids = {"AIC-R13"}},
      {.function = "RemoveIScsiConnection", .failure = {"RIC-R2"}, .ids = {"RIC-R5", "RIC-R6"}},
      {.function = "GetDevicesForIScsiSession",
       .failure = {"GDS-R11"},
       .ids = {"GDS-R6"},
       .too_small = {"GDS-R3"},
       .fits = {"GDS-R1"}},
      {.function = "SendScsiReportLuns",
       .failure = {"SRL-R29"},
       .nulls = {"SRL-R22"},
       .ids = {"SRL-R21"},
       .too_small = {"SRL-R2", "SRL-R3"},
       .fits = {"SRL-R7"},
       .grown = {"SRL-R27"}},
      {.function = "SendScsiReadCapacity",
       .failure = {"SRC-R29"},
       .nulls = {"SRC-R22"},
       .ids = {"SRC-R21"},
       .too_small = {"SRC-R2", "SRC-R3"},
       .fits = {"SRC-R7"}},
      {.function = "SendScsiInquiry",
       .failure = {"SCI-R8"},
       .nulls = {"SCI-R8"},
       .ids = {"SCI-R8"},
       .too_small = {"SCI-R2"},
       .fits = {"SCI-R1"}},
      {.function = "ReportIScsiPersistentLogins",
       .failure = {"LPL-R9"},
       .too_small = {"LPL-R2"},
       .fits = {"LPL-R1"},
       .empty = {"LPL-R6"}},
      {.function = "RemoveIScsiPersistentTarget", .failure = {"RPT-R2"}},
      {.function = "AddIScsiSendTargetPortal", .failure = {"ASTP-R2"}, .nulls = {"ASTP-R10"}},
      {.function = "RemoveIScsiSendTargetPortal", .failure = {"RMTP-R2"}},
      {.function = "RefreshIScsiSendTargetPortal", .failure = {"RSTP-R2"}},
      {.function = "ReportIScsiSendTargetPortals",
       .failure = {"LTP-R5"},
       .too_small = {"LTP-R2"},
       .fits = {"LTP-R1"},
       .empty = {"LTP-R1"}},
      {.function = "ReportIScsiSendTargetPortalsEx",
       .failure = {"LTPX-R8"},
       .too_small = {"LTPX-R2"},
       .fits = {"LTPX-R1"},
       .empty = {"LTPX-R1"}},
      {.function = "ReportIScsiTargets",
       .failure = {"LT-R11"},
       .too_small = {"LT-R3"},
       .fits = {"LT-R1"}},
      {.function = "AddIScsiStaticTarget", .failure = {"AST-R2"}},
      {.function = "RemoveIScsiStaticTarget", .failure = {"RST-R2"}},
      {.function = "ReportIScsiTargetPortals",
       .failure = {"LTPS-R2"},
       .too_small = {"LTPS-R3"},
       .fits = {"LTPS-R1"}},
      {.function = "GetIScsiTargetInformation",
       .failure = {"GTI-R3"},
       .too_small = {"GTI-R2"},
       .fits = {"GTI-R1"}},
      {.function = "AddPersistentIScsiDevice", .failure = {"APD-R2"}},
      {.function = "RemovePersistentIScsiDevice", .failure = {"RPD-R3"}},
      {.function = "ReportPersistentIScsiDevices",
       .failure = {"LPD-R6"},
       .too_small = {"LPD-R3"},
       .fits = {"LPD-R1"}},
      {.function = "ClearPersistentIScsiDevices", .failure = {"CPD-R2"}},
      {.function = "SetupPersistentIScsiDevices", .failure = {"SPD-R2"}},
      {.function = "SetupPersistentIScsiVolumes", .failure = {"SPV-R1"}},
      {.function = "ReportIScsiInitiatorList",
       .failure = {"LIL-R6"},
       .too_small = {"LIL-R3"},
       .fits = {"LIL-R1"}},
      {.function = "GetIScsiInitiatorNodeName", .failure = {"GINN-R2"}},
      {.function = "SetIScsiInitiatorNodeName", .failure = {"SINN-R2"}},
      {.function = "SetIScsiInitiatorCHAPSharedSecret", .failure = {"SCS-R2"}},
      {.function = "GetIScsiVersionInformation", .failure = {"GVI-R2"}, .nulls = {"GVI-R3"}},
      {.function = "AddISNSServer", .failure = {"AISNS-R2"}},
      {.function = "RemoveISNSServer", .failure = {"RISNS-R2"}},
      {.function = "RefreshISNSServer", .failure = {"RFISNS-R2"}},
      {.function = "ReportISNSServerList",
       .failure = {"LISNS-R8"},
       .too_small = {"LISNS-R3"},
       .fits = {"LISNS-R1"}},
      {.function = "AddRadiusServer", .failure = {"ARS-R2"}},
      {.function = "RemoveRadiusServer", .failure = {"RRS-R2"}},
      {.function = "ReportRadiusServerList",
       .failure = {"LRS-R5"},
       .too_small = {"LRS-R3"},
       .fits = {"LRS-R1"}},
      {.function = "SetIScsiInitiatorRADIUSSharedSecret", .failure = {"SRS-R2"}},
      {.function = "GetIScsiIKEInfo", .failure = {"GIKE-R2"}},
      {.function = "SetIScsiIKEInfo", .failure = {"SIKE-R2"}},
      {.function = "SetIScsiGroupPresharedKey", .failure = {"SGK-R2"}},
      {.function = "SetIScsiTunnelModeOuterAddress", .failure = {"STM-R2"}},
  };
  return kRules;
}

struct Sweep {
  std::string_view name;
  void (*body)(const Swept&);
  bool (*is_for)(const api::Signature&);  // null: for all
};
constexpr Sweep kSweeps[] = {
    {"nulls", sweep_nulls, has_nulls},       {"ids", sweep_ids, has_ids},
    {"sizes", sweep_sizes_of, has_sizes},    {"codes", sweep_codes, nullptr},
    {"memory", sweep_memory, nullptr},       {"breaks", sweep_breaks, has_breaks},
    {"changes", sweep_changes, has_changes}, {"empty", sweep_empty, has_empty},
};

ApiCase::Body body_of(const Sweep& sweep, const api::Signature& signature, const SweepRules& rules,
                      bool ansi) {
  return [&sweep, &signature, &rules, ansi](Bench& bench, Judge& judge) {
    sweep.body({bench, judge, signature, rules, ansi});
  };
}

}  // namespace

void add_sweep_cases(std::vector<ApiCase>& cases) {
  for (const SweepRules& rules : rules_of_functions()) {
    const api::Signature& signature = *api::signature_of(rules.function);
    for (const Sweep& sweep : kSweeps) {
      if (sweep.is_for != nullptr && !sweep.is_for(signature)) continue;
      const std::string function(rules.function);
      cases.push_back({function + "/" + std::string(sweep.name), function,
                       "conformance/api_cases/sweep_table.cpp",
                       body_of(sweep, signature, rules, false),
                       signature.has_forms ? body_of(sweep, signature, rules, true) : nullptr,
                       std::string(sweep.name)});
    }
  }
}

}  // namespace lunsim::conformance
