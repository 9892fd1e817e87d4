// How a family writes a case down: add(cases, id).purpose("...").mutant(...).body(...).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "conformance/harness/case.hpp"

namespace lunsim::conform {

/// Refers to the case that was added last; not to be kept.
class NewCase {
 public:
  explicit NewCase(Case& one) : one_(one) {}

  NewCase& requirements(std::vector<std::string> ids) {
    one_.requirements = std::move(ids);
    return *this;
  }
  NewCase& level(Level level) {
    one_.level = level;
    return *this;
  }
  NewCase& purpose(std::string text) {
    one_.purpose = std::move(text);
    return *this;
  }
  NewCase& observed(std::string text) {
    one_.observed = std::move(text);
    return *this;
  }
  NewCase& possible_problems(std::string text) {
    one_.possible_problems = std::move(text);
    return *this;
  }
  /// Instead of Need::login.
  NewCase& needs(std::vector<Need> needs) {
    one_.needs = std::move(needs);
    return *this;
  }
  NewCase& writes() {
    one_.writes = true;
    one_.needs.push_back(Need::scratch_lun);
    return *this;
  }
  NewCase& seconds(std::uint32_t expected) {
    one_.seconds = expected;
    return *this;
  }
  NewCase& known_as(std::vector<std::string> names) {
    one_.known_as = std::move(names);
    return *this;
  }
  NewCase& mutant(std::string name, std::string what, std::string faults,
                  std::string target_keys = {}) {
    one_.mutants.emplace_back(std::move(name), std::move(what), std::move(faults),
                              std::move(target_keys));
    return *this;
  }
  /// Our target is set up like this when the case is proved (case.hpp).
  NewCase& stage(std::string faults, std::string target_keys = {}) {
    one_.stage = {std::move(faults), std::move(target_keys)};
    return *this;
  }
  /// Of the target that wants CHAP.
  NewCase& locked_mutant(std::string name, std::string what, std::string faults,
                         std::string target_keys = {}) {
    one_.mutants.emplace_back(std::move(name), std::move(what), std::move(faults),
                              std::move(target_keys), true);
    return *this;
  }
  NewCase& body(std::function<void(CaseContext&)> body) {
    one_.body = std::move(body);
    return *this;
  }

 private:
  Case& one_;
};

inline NewCase add(CaseList& cases, std::string id) {
  cases.emplace_back();
  cases.back().id = std::move(id);
  return NewCase(cases.back());
}

}  // namespace lunsim::conform
