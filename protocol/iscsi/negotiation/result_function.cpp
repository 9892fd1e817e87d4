#include "protocol/iscsi/negotiation/result_function.hpp"

#include <algorithm>

namespace lunsim::negotiation {

std::uint64_t resolve(ResultFunction function, std::uint64_t offered, std::uint64_t ours) {
  switch (function) {
    case ResultFunction::logical_and:
    case ResultFunction::minimum:
      return std::min(offered, ours);
    case ResultFunction::logical_or:
    case ResultFunction::maximum:
      return std::max(offered, ours);
    default:
      return offered;
  }
}

bool is_admissible_answer(ResultFunction function, std::uint64_t offered, std::uint64_t answer) {
  return resolve(function, offered, answer) == answer;
}

bool is_settled_by(ResultFunction function, std::uint64_t offered) {
  return (function == ResultFunction::logical_and && offered == 0) ||
         (function == ResultFunction::logical_or && offered == 1);
}

bool is_in_range(const KeyRule& rule, std::uint64_t value) {
  return value >= rule.minimum && value <= rule.maximum;
}

}  // namespace lunsim::negotiation
