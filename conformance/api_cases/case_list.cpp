#include "conformance/api_cases/case_list.hpp"

#include "conformance/api_cases/sweeps.hpp"

namespace lunsim::conformance {

const std::vector<ApiCase>& api_cases() {
  static const std::vector<ApiCase> kCases = [] {
    std::vector<ApiCase> cases;
    add_connection_cases(cases);
    add_device_cases(cases);
    add_login_cases(cases);
    add_list_cases(cases);
    add_scsi_cases(cases);
    add_portal_cases(cases);
    add_target_cases(cases);
    add_information_cases(cases);
    add_persistent_login_cases(cases);
    add_persistent_device_cases(cases);
    add_initiator_cases(cases);
    add_server_cases(cases);
    add_ipsec_cases(cases);
    add_sweep_cases(cases);
    return cases;
  }();
  return kCases;
}

}  // namespace lunsim::conformance
