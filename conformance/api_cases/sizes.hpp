// Every size around what a list needs: below it nothing is written and the need is told; from it on
// the list is there, nothing stands behind it, and the size is what was used.
#pragma once

#include <fmt/format.h>

#include "conformance/api_cases/forms.hpp"

namespace lunsim::conformance {

/// Which rule an expectation is about.
struct SizeRules {
  RuleList probe, too_small, fits;
};

/// `call(ULONG* size, void* buffer)` is the function with all else fixed; `unit_bytes`: what a size
/// counts. Returns what it needs; 0 if it does not say.
template <class Call>
ULONG sweep_sizes(Judge& judge, std::size_t unit_bytes, const SizeRules& rules, const Call& call) {
  ULONG need = 0;
  judge.expect(call(&need, nullptr) == ERROR_INSUFFICIENT_BUFFER && need > 0,
               "a probe without a buffer tells a size", rules.probe);
  ULONG again = kNoSize;
  judge.expect(call(&again, nullptr) == ERROR_INSUFFICIENT_BUFFER && again == need,
               "without a buffer the size on entry says nothing", rules.probe);
  const auto is_near = [&](ULONG size) { return size < 20 || size + 20 > need || size % 61 == 0; };
  for (ULONG size = 0; size <= need + 8; ++size) {
    if (!is_near(size)) continue;
    CallerBuffer buffer(size * unit_bytes);
    ULONG told = size;
    const ISDSC_STATUS code = call(&told, buffer.as<void>());
    const bool is_too_small = code == ERROR_INSUFFICIENT_BUFFER && told == need;
    const bool is_enough =
        code == ERROR_SUCCESS && told == need && buffer.is_untouched_from(need * unit_bytes);
    if (size < need)
      judge.expect(is_too_small && buffer.is_untouched_from(0),
                   fmt::format("{} is too small: {} is told, nothing is written", size, need),
                   rules.too_small);
    else if (size == need)
      judge.expect(is_enough, fmt::format("{}, as it was told, is enough and all of it used", need),
                   rules.too_small);
    if (size >= need)
      judge.expect(is_enough, fmt::format("{} is enough: {} of it is used", size, need),
                   rules.fits);
  }
  return need;
}

}  // namespace lunsim::conformance
