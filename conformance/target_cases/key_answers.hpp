// What a target may answer to one key that a login offers: the rules of RFC 7143 §6.2 as sets, for
// the families that go through the keys by table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case_context.hpp"

namespace lunsim::conform {

struct LegalAnswers {
  std::vector<std::string> values = {};  // one of these texts, or
  bool is_number = false;                // a number from `first` to `last`
  std::uint64_t first = 0, last = 0;
  bool may_be_absent = false;
  bool may_end_the_login = false;  // refused with an initiator error, or the connection ends
};

/// Numbers as RFC 7143 §6.1 has them: decimal or 0x.
std::optional<std::uint64_t> numerical_value(std::string_view text);

/// Logs in with one key besides what an ordinary login says, and judges the answer to it.
void judge_offer(CaseContext& c, const LoginPlan& plan, const std::string& key,
                 const LegalAnswers& legal);

/// A login that offers `key` in the security stage, where it does not belong, or in two requests of
/// the operational stage: both are protocol errors.
void judge_offer_in_security(CaseContext& c, const std::string& key, const std::string& value);
void judge_offer_in_two_requests(CaseContext& c, const std::string& key, const std::string& value);

/// The target takes one value for another and answers with what it should not: heals what comes in,
/// spoils what goes out.
std::string answers_wrongly(std::string_view key, std::string_view heard, std::string_view said);

/// "MaxBurstLength" as ids have it: "max_burst_length".
std::string snake_case(std::string_view key);

}  // namespace lunsim::conform
