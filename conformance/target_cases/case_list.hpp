// All cases that judge a target, family by family; each family is a file of this folder.
#pragma once

#include "conformance/harness/case.hpp"

namespace lunsim::conform {

/// Every case, sorted by section and id.
const CaseList& target_cases();

// The families; each appends its own.
void add_login_stage_cases(CaseList& cases);
void add_number_key_cases(CaseList& cases);
void add_boolean_key_cases(CaseList& cases);
void add_list_key_cases(CaseList& cases);
void add_text_cases(CaseList& cases);
void add_no_data_cases(CaseList& cases);
void add_chap_exchange_cases(CaseList& cases);
void add_chap_proof_cases(CaseList& cases);
void add_command_numbering_cases(CaseList& cases);
void add_inquiry_cases(CaseList& cases);
void add_vital_product_data_cases(CaseList& cases);
void add_capacity_cases(CaseList& cases);
void add_unit_state_cases(CaseList& cases);
void add_residual_cases(CaseList& cases);
void add_block_cases(CaseList& cases);
void add_data_in_cases(CaseList& cases);
void add_data_out_cases(CaseList& cases);
void add_ping_and_text_cases(CaseList& cases);
void add_task_cases(CaseList& cases);
void add_reject_cases(CaseList& cases);
void add_digest_and_nonsense_cases(CaseList& cases);
void add_own_words_cases(CaseList& cases);
void add_login_flow_cases(CaseList& cases);
void add_discovery_cases(CaseList& cases);
void add_pdu_field_cases(CaseList& cases);
void add_every_pdu_cases(CaseList& cases);
void add_task_set_cases(CaseList& cases);
void add_connection_cases(CaseList& cases);
void add_login_trouble_cases(CaseList& cases);
void add_port_name_cases(CaseList& cases);
void add_snack_cases(CaseList& cases);
void add_reassign_cases(CaseList& cases);
void add_lost_data_cases_at_level_1(CaseList& cases);
void add_response_fence_cases(CaseList& cases);
void add_fast_abort_cases(CaseList& cases);
void add_registration_cases(CaseList& cases);
void add_reservation_cases(CaseList& cases);

/// A mutant that does this when it is about to send (or has received) a kind of PDU: the YAML of
/// one fault. `on` is what stands in `on: {...}`, `what_it_does` what stands behind `do: `.
std::string fault(std::string_view on, std::string_view what_it_does);

}  // namespace lunsim::conform
