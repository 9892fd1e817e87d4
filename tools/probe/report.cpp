#include "tools/probe/report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::probe {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

template <class List, class Write>
std::string list_of(const List& list, std::string_view between, const Write& write) {
  std::string out = "[";
  bool is_first = true;
  for (const auto& item : list) {
    if (!is_first) out += between;
    is_first = false;
    out += write(item);
  }
  return out + "]";
}

std::string json_of(const Answer& answer) {
  std::string out =
      fmt::format(R"({{"call": {}, "code": "0x{:08X}")", quoted(answer.function), answer.code);
  if (answer.has_faulted) out += R"(, "faulted": true)";
  if (!answer.numbers.empty())
    out += fmt::format(R"(, "numbers": {})",
                       list_of(answer.numbers, ", ", [](ULONG n) { return fmt::format("{}", n); }));
  return out + "}";
}

std::string json_of(const Expectation& one) {
  const char* verdict = one.holds ? "pass" : is_documented(one.rule) ? "fail" : "differs";
  return fmt::format(R"({{"rule": {}, "verdict": "{}", "expected": {}, "answered": {}}})",
                     quoted(one.rule), verdict, quoted(one.what),
                     list_of(one.answers, ", ", [](const Answer& a) { return json_of(a); }));
}

std::string json_of(const CaseReport& one) {
  const auto lack = [](const conformance::Judge::NotAskedRules& rules) {
    return fmt::format(
        R"({{"rules": {}, "why": {}}})",
        list_of(rules.rules, ", ", [](const std::string& rule) { return quoted(rule); }),
        quoted(rules.why));
  };
  return fmt::format(
      "    {{\"case\": {}, \"function\": {}, \"verdict\": \"{}\", \"not_asked\": {},\n"
      "     \"expectations\": {}}}",
      quoted(one.name), quoted(one.function), name_of(one.verdict()),
      list_of(one.not_asked, ", ", lack),
      list_of(one.expectations, ",\n       ", [](const Expectation& e) { return json_of(e); }));
}

/// The last expectation of each open rule that differed, else of each that was asked.
std::string open_questions(const Report& report) {
  std::map<std::string, const Expectation*> seen;
  for (const CaseReport& one : report.cases)
    for (const Expectation& expectation : one.expectations) {
      if (is_documented(expectation.rule)) continue;
      const Expectation*& kept = seen[expectation.rule];
      if (kept == nullptr || kept->holds) kept = &expectation;
    }
  std::string out = "[";
  for (const auto& [rule, expectation] : seen)
    out += fmt::format("{}\n    {}", out.size() > 1 ? "," : "", json_of(*expectation));
  return out + "]";
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::differs:
      return "differs";
    case Verdict::fail:
      return "fail";
    case Verdict::not_asked:
      break;
  }
  return "not asked";
}

bool is_documented(std::string_view rule) {
  const auto rules = documented_rules();
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

Verdict CaseReport::verdict() const {
  Verdict verdict = not_asked.empty() && !expectations.empty() ? Verdict::pass : Verdict::not_asked;
  for (const Expectation& one : expectations) {
    if (one.holds) continue;
    if (is_documented(one.rule)) return Verdict::fail;
    verdict = Verdict::differs;
  }
  return verdict;
}

std::map<Verdict, std::size_t> Report::tally() const {
  std::map<Verdict, std::size_t> counted;
  for (const CaseReport& one : cases) ++counted[one.verdict()];
  return counted;
}

std::string to_json(const Report& report) {
  std::string tally;
  for (const auto& [verdict, count] : report.tally())
    tally += fmt::format("{}\"{}\": {}", tally.empty() ? "" : ", ", name_of(verdict), count);
  return fmt::format(
      "{{\n  \"probe\": 1,\n  \"library\": {},\n  \"reading\": {},\n  \"missing_exports\": {},\n"
      "  \"verdicts\": {{{}}},\n  \"open_questions\": {},\n  \"cases\": {}\n}}\n",
      quoted(report.library), quoted(report.reading),
      list_of(report.missing, ", ", [](const std::string& name) { return quoted(name); }), tally,
      open_questions(report),
      list_of(report.cases, ",\n", [](const CaseReport& one) { return "\n" + json_of(one); }));
}

}  // namespace lunsim::probe
