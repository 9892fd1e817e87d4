#include "conformance/target_cases/case_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "conformance/target_cases/possible_problems.hpp"

namespace lunsim::conform {
namespace {

/// "4.2.2.1" before "4.10": numbers, not letters.
std::vector<int> section_numbers(std::string_view section) {
  std::vector<int> out;
  while (!section.empty()) {
    const std::string_view part = section.substr(0, section.find('.'));
    int number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    out.push_back(number);
    section.remove_prefix(std::min(section.size(), part.size() + 1));
  }
  return out;
}

bool goes_before(const Case& a, const Case& b) {
  const std::string_view spec_a = std::string_view(a.id).substr(0, a.id.find('/'));
  const std::string_view spec_b = std::string_view(b.id).substr(0, b.id.find('/'));
  if (spec_a != spec_b) return spec_a < spec_b;
  const auto section_a = section_numbers(a.section());
  const auto section_b = section_numbers(b.section());
  return section_a != section_b ? section_a < section_b : a.id < b.id;
}

CaseList collect() {
  CaseList cases;
  add_login_stage_cases(cases);
  add_number_key_cases(cases);
  add_boolean_key_cases(cases);
  add_list_key_cases(cases);
  add_text_cases(cases);
  add_no_data_cases(cases);
  add_chap_exchange_cases(cases);
  add_chap_proof_cases(cases);
  add_command_numbering_cases(cases);
  add_inquiry_cases(cases);
  add_vital_product_data_cases(cases);
  add_capacity_cases(cases);
  add_unit_state_cases(cases);
  add_residual_cases(cases);
  add_block_cases(cases);
  add_data_in_cases(cases);
  add_data_out_cases(cases);
  add_ping_and_text_cases(cases);
  add_task_cases(cases);
  add_reject_cases(cases);
  add_digest_and_nonsense_cases(cases);
  add_own_words_cases(cases);
  add_login_flow_cases(cases);
  add_discovery_cases(cases);
  add_pdu_field_cases(cases);
  add_every_pdu_cases(cases);
  add_task_set_cases(cases);
  add_connection_cases(cases);
  add_login_trouble_cases(cases);
  add_port_name_cases(cases);
  add_snack_cases(cases);
  add_reassign_cases(cases);
  add_lost_data_cases_at_level_1(cases);
  add_response_fence_cases(cases);
  add_fast_abort_cases(cases);
  add_registration_cases(cases);
  add_reservation_cases(cases);
  std::stable_sort(cases.begin(), cases.end(), goes_before);
  add_possible_problems(cases);
  return cases;
}

}  // namespace

const CaseList& target_cases() {
  static const CaseList cases = collect();
  return cases;
}

std::string fault(std::string_view on, std::string_view what_it_does) {
  return fmt::format("- f: {{on: {{{}}}, do: {}}}\n", on, what_it_does);
}

}  // namespace lunsim::conform
