#include "conformance/initiator_cases/case_list.hpp"

namespace lunsim::conform {

const InitiatorCaseList& initiator_cases() {
  static const InitiatorCaseList all = [] {
    InitiatorCaseList cases;
    add_initiator_login_cases(cases);
    add_initiator_negotiation_cases(cases);
    add_initiator_chap_cases(cases);
    add_initiator_numbering_cases(cases);
    add_initiator_data_out_cases(cases);
    add_initiator_data_in_cases(cases);
    add_initiator_event_cases(cases);
    add_initiator_discovery_cases(cases);
    add_initiator_trouble_cases(cases);
    return cases;
  }();
  return all;
}

}  // namespace lunsim::conform
