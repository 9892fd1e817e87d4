// All cases for initiators, in the order in which they run.
#pragma once

#include "conformance/harness/initiator_case.hpp"

namespace lunsim::conform {

/// Built once.
const InitiatorCaseList& initiator_cases();

void add_initiator_login_cases(InitiatorCaseList& cases);
void add_initiator_negotiation_cases(InitiatorCaseList& cases);
void add_initiator_chap_cases(InitiatorCaseList& cases);
void add_initiator_numbering_cases(InitiatorCaseList& cases);
void add_initiator_data_out_cases(InitiatorCaseList& cases);
void add_initiator_data_in_cases(InitiatorCaseList& cases);
void add_initiator_event_cases(InitiatorCaseList& cases);
void add_initiator_discovery_cases(InitiatorCaseList& cases);
void add_initiator_trouble_cases(InitiatorCaseList& cases);

}  // namespace lunsim::conform
