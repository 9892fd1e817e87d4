#include "conformance/harness/case.hpp"

#include <array>

namespace lunsim::conform {

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 5> kNames{"MUST", "SHOULD", "MAY", "INTEROP", "SECURITY"};
  return kNames.at(static_cast<std::size_t>(level));
}

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 9> kNames{"pass",         "pass-loose",  "warn",
                                                   "fail",         "unsupported", "skipped",
                                                   "inconclusive", "time-out",    "target-gone"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

bool is_pass(Verdict verdict) { return verdict == Verdict::pass || verdict == Verdict::pass_loose; }

bool is_red(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::inconclusive ||
         verdict == Verdict::time_out || verdict == Verdict::target_gone;
}

std::string_view name_of(Need need) {
  constexpr std::array<std::string_view, 19> kNames{"login",
                                                    "discovery",
                                                    "chap",
                                                    "mutual-chap",
                                                    "lun",
                                                    "scratch-lun",
                                                    "immediate-data",
                                                    "unsolicited-data",
                                                    "header-digest",
                                                    "data-digest",
                                                    "error-recovery-1",
                                                    "error-recovery-2",
                                                    "multi-connection",
                                                    "response-fence",
                                                    "fast-abort",
                                                    "text-request",
                                                    "protocol-level",
                                                    "reset-allowed",
                                                    "destructive-allowed"};
  return kNames.at(static_cast<std::size_t>(need));
}

std::string_view Case::section() const {
  const std::string_view all = id;
  const std::size_t last = all.rfind('/');
  const std::size_t before = last == all.npos || last == 0 ? all.npos : all.rfind('/', last - 1);
  if (before == all.npos) return {};
  return all.substr(before + 1, last - before - 1);
}

}  // namespace lunsim::conform
