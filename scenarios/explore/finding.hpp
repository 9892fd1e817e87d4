// What a variant of a scenario broke: an invariant by name, where, and in words. A bounded list of
// them, since one loss shows in many places.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lunsim::explore {

struct Finding {
  std::string invariant;  // "acknowledged write lost", "hang"
  std::size_t step = 0;   // from 1; 0: after the last one
  std::string what;
};

class Findings {
 public:
  static constexpr std::size_t kKeptMax = 20;

  void set_step(std::size_t step) { step_ = step; }
  std::size_t step() const { return step_; }
  void add(std::string invariant, std::string what) {
    if (list_.size() < kKeptMax) list_.push_back({std::move(invariant), step_, std::move(what)});
  }
  const std::vector<Finding>& list() const { return list_; }

 private:
  std::size_t step_ = 0;
  std::vector<Finding> list_;
};

}  // namespace lunsim::explore
