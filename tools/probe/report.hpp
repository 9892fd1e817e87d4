// What a probe found, as JSON: each case with its expectations, what was answered meanwhile, and
// what could not be asked; each open question with what was seen.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/api_cases/judge.hpp"
#include "tools/probe/library.hpp"

namespace lunsim::probe {

enum class Verdict : std::uint8_t {
  pass,
  differs,    // from our reading of an open question: an answer, no defect
  fail,       // of a rule that the documents state
  not_asked,  // in part or as a whole: the case was not finished
};
std::string_view name_of(Verdict verdict);

struct Expectation {
  std::string rule, what;
  bool holds = false;
  std::vector<Answer> answers;  // since the expectation before
};

struct CaseReport {
  std::string name, function;
  std::vector<Expectation> expectations;
  std::vector<conformance::Judge::NotAskedRules> not_asked;

  Verdict verdict() const;
};

/// The sources state it, and a program can break it (conformance/rules).
bool is_documented(std::string_view rule);
/// All of them; rule_kinds.cmake writes it.
std::span<const std::string_view> documented_rules();

struct Report {
  std::string library, reading;
  std::vector<std::string> missing;  // exports
  std::vector<CaseReport> cases;

  std::map<Verdict, std::size_t> tally() const;
};
std::string to_json(const Report& report);

}  // namespace lunsim::probe
