// The cases by subject; api_cases() has all of them.
#pragma once

#include "conformance/api_cases/sizes.hpp"

namespace lunsim::conformance {

void add_connection_cases(std::vector<ApiCase>& cases);
void add_device_cases(std::vector<ApiCase>& cases);
void add_login_cases(std::vector<ApiCase>& cases);
void add_list_cases(std::vector<ApiCase>& cases);
void add_scsi_cases(std::vector<ApiCase>& cases);
void add_portal_cases(std::vector<ApiCase>& cases);
void add_target_cases(std::vector<ApiCase>& cases);
void add_information_cases(std::vector<ApiCase>& cases);
void add_persistent_login_cases(std::vector<ApiCase>& cases);
void add_persistent_device_cases(std::vector<ApiCase>& cases);
void add_initiator_cases(std::vector<ApiCase>& cases);
void add_server_cases(std::vector<ApiCase>& cases);
void add_ipsec_cases(std::vector<ApiCase>& cases);

}  // namespace lunsim::conformance
