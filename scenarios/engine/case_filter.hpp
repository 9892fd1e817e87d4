// Which scenarios and which of their cases somebody asked for, as one line: `login/`,
// `*/chap_one_way#3`, `#2[ResponseSize=7]`. Only compares text: what a filter leaves out still runs
// if the story needs it, and that is the player's affair.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lunsim::scenarios {

class CaseFilter {
 public:
  CaseFilter() = default;
  /// Everything before the first '#' is for scenarios, the rest for their cases.
  explicit CaseFilter(std::string_view text);

  /// A filter for cases too: what it does not take is neither reported nor judged.
  bool picks_cases() const { return !case_.empty(); }
  /// Empty takes all; else a glob over the id, or a part of it; with a case behind it the whole id.
  bool takes_scenario(std::string_view scenario_id) const;
  /// Whether step `number` (from 1) can have a case that is taken.
  bool reaches_step(std::size_t number) const;
  /// `part` is what stands behind the scenario in a case's id: "#3[ResponseSize=7]". A step's
  /// number takes all of its cases; which repetition failed makes no difference.
  bool takes_case(std::string_view part) const;

 private:
  std::string scenario_, case_;
};

}  // namespace lunsim::scenarios
