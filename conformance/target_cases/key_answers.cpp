#include "conformance/target_cases/key_answers.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lunsim::conform {

std::optional<std::uint64_t> numerical_value(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [at, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, is_hex ? 16 : 10);
  const bool is_whole = error == std::errc{} && at == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

namespace {

std::string describe(const LegalAnswers& legal) {
  std::vector<std::string> parts;
  for (const std::string& one : legal.values) parts.push_back(one);
  if (legal.is_number)
    parts.push_back(fmt::format("a number from {} to {}", legal.first, legal.last));
  if (legal.may_be_absent) parts.emplace_back("no answer");
  if (legal.may_end_the_login) parts.emplace_back("the end of the login");
  return fmt::format("{}", fmt::join(parts, ", or "));
}

bool is_legal(const std::string& answer, const LegalAnswers& legal) {
  if (std::find(legal.values.begin(), legal.values.end(), answer) != legal.values.end())
    return true;
  const auto number = legal.is_number ? numerical_value(answer) : std::nullopt;
  return number && legal.first <= *number && *number <= legal.last;
}

bool is_refusal(const Seen& seen) {
  return seen.is(pdu::Opcode::login_response) && seen.get("Status-Class") == 2;
}

}  // namespace

void judge_offer(CaseContext& c, const LoginPlan& plan, const std::string& key,
                 const LegalAnswers& legal) {
  Connection& one = c.connect();
  const LoginResult result = one.login(plan);
  const auto answer = value_of(result.answers, key);
  const std::string wanted = fmt::format("{}: wanted {}", key, describe(legal));
  if (!answer && !result.ok) {
    const bool ends = is_refusal(result.last) || result.last.is_over();
    c.check(ends && legal.may_end_the_login, wanted + "; seen " + describe(result.last),
            result.last, "Status-Class");
    return;
  }
  if (!answer) {
    c.check(legal.may_be_absent, wanted + "; it is not answered", result.last);
    return;
  }
  const Seen& said = result.said(key);
  c.check(is_legal(*answer, legal), wanted + "; answered " + *answer, said, key);
  // Only for a key that comes twice from us is there a MUST.                    RFC 7143 §6.3
  if (count_of(result.answers, key) > 1)
    c.warn(fmt::format("{} is answered with {} and then offered anew", key, *answer));
}

void judge_offer_in_security(CaseContext& c, const std::string& key, const std::string& value) {
  Connection& one = c.connect();
  Pairs keys = one.names();
  keys.emplace_back("AuthMethod", "None");
  keys.emplace_back(key, value);
  const Seen seen = one.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = keys});
  const auto is_answered = [&](const Seen& s) -> Objection {
    if (!s.is(pdu::Opcode::login_response) || s.get("Status-Class") != 0)
      return {conform::describe(s), ""};
    const std::string said = value_of(s.pdu.pairs(), key).value_or("");
    if (said == "Reject") return {};
    return {said.empty() ? key + " is passed over" : key + "=" + said + " is accepted", key};
  };
  c.expect(seen,
           {login_refused(2), ends(), such_that(key + "=Reject", is_answered),
            answers(key, {"NotUnderstood", "Irrelevant"})
                .loosely("the key is not taken, though it was no matter for this stage")},
           key + " in the security stage");
}

void judge_offer_in_two_requests(CaseContext& c, const std::string& key, const std::string& value) {
  Connection& one = c.connect();
  Pairs keys = one.names();
  keys.emplace_back("AuthMethod", "None");
  const Seen security = one.login_step({.csg = 0, .nsg = 1, .transit = true, .keys = keys});
  c.expect(security, {login_goes_on()});
  const Seen first = one.login_step({.csg = 1, .nsg = 0, .transit = false, .keys = {{key, value}}});
  c.expect(first, {login_goes_on()}, "the first offer");
  const Seen second = one.login_step({.csg = 1, .nsg = 3, .transit = true, .keys = {{key, value}}});
  c.expect(second, {login_refused(2), ends().loosely("closed without a word")},
           key + " offered again");
}

std::string answers_wrongly(std::string_view key, std::string_view heard, std::string_view said) {
  return fmt::format(
      "- h: {{on: {{receive: Login Request}}, do: {{text: {{set: {{{0}: \"{1}\"}}}}}}}}\n"
      "- f: {{on: {{send: Login Response}}, do: {{text: {{set: {{{0}: \"{2}\"}}}}}}}}\n",
      key, heard, said);
}

std::string snake_case(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto c = static_cast<unsigned char>(key[i]);
    const bool starts =
        std::isupper(c) != 0 && i > 0 &&
        (std::islower(static_cast<unsigned char>(key[i - 1])) != 0 ||
         (i + 1 < key.size() && std::islower(static_cast<unsigned char>(key[i + 1])) != 0 &&
          std::isupper(static_cast<unsigned char>(key[i - 1])) != 0));
    if (starts) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

}  // namespace lunsim::conform
