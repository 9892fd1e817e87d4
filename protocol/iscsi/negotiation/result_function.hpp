// How an offer and a wish become a result, and which results an acceptor may choose. RFC 7143
// §6.2.1, §6.2.2, §13.
#pragma once

#include <cstdint>

#include "protocol/iscsi/negotiation/rule.hpp"

namespace lunsim::negotiation {

/// Shape    numbers within the rule's range, or booleans as 0 and 1
/// Returns  what the acceptor answers: symmetric in its two arguments
std::uint64_t resolve(ResultFunction function, std::uint64_t offered, std::uint64_t ours);

/// Whether `answer` may follow `offered`: not above a minimum, not below a maximum, No after a No
/// for "and", Yes after a Yes for "or".
bool is_admissible_answer(ResultFunction function, std::uint64_t offered, std::uint64_t answer);

/// The offer alone settles the result, so that an answer is optional: No for "and", Yes for "or".
/// §6.2.2.
bool is_settled_by(ResultFunction function, std::uint64_t offered);

bool is_in_range(const KeyRule& rule, std::uint64_t value);

}  // namespace lunsim::negotiation
