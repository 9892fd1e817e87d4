// Numbers that are given out, the lowest free one first, in the logarithm of how many there are.
#pragma once

#include <cstdint>
#include <set>

namespace lunsim::initiator {

class FreeNumbers {
 public:
  explicit FreeNumbers(std::uint32_t first = 0) : next_(first) {}

  /// The next that take_lowest() gives out.
  std::uint32_t lowest() const { return given_back_.empty() ? next_ : *given_back_.begin(); }
  std::uint32_t take_lowest() {
    if (given_back_.empty()) return next_++;
    return given_back_.extract(given_back_.begin()).value();
  }
  /// This very number, which is free. Remembers those that it leaves out below.
  void take(std::uint32_t number) {
    while (next_ <= number) given_back_.insert(next_++);
    given_back_.erase(number);
  }
  void give_back(std::uint32_t number) { given_back_.insert(number); }
  bool is_free(std::uint32_t number) const {
    return number >= next_ || given_back_.contains(number);
  }

 private:
  std::uint32_t next_;  // all from here on are free
  std::set<std::uint32_t> given_back_;
};

}  // namespace lunsim::initiator
