#include "conformance/report/saved_report.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "conformance/report/printable.hpp"

namespace lunsim::conform {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

bool is_red_word(std::string_view verdict) {
  return verdict == "fail" || verdict == "inconclusive" || verdict == "time-out" ||
         verdict == "target-gone";
}

/// A case that is not judged any more tells nothing: that is worse than any verdict.
bool was_judged(std::string_view verdict) {
  return verdict != "-" && verdict != "unsupported" && verdict != "skipped";
}

std::string verdict_of(const SavedReport& report, const std::string& id) {
  const auto found = report.cases.find(id);
  return found == report.cases.end() ? "-" : found->second.verdict;
}

std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// Section 4.2 before 11.1: digits count as numbers.
bool comes_before(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::uint64_t left = take_number(a), right = take_number(b);
      if (left != right) return left < right;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

std::vector<std::string> rows_of(const std::vector<SavedReport>& reports, bool only_different) {
  std::set<std::string> ids;
  for (const SavedReport& report : reports)
    for (const auto& [id, one] : report.cases) ids.insert(id);
  std::vector<std::string> out;
  for (const std::string& id : ids) {
    const std::string first = verdict_of(reports.front(), id);
    const bool differs = std::any_of(reports.begin(), reports.end(), [&](const SavedReport& one) {
      return verdict_of(one, id) != first;
    });
    if (differs || !only_different) out.push_back(id);
  }
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

std::string sums_of(const SavedReport& report) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [id, one] : report.cases) ++counts[one.verdict];
  std::string out;
  for (const auto& [verdict, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, verdict);
  return out;
}

}  // namespace

tl::expected<SavedReport, std::string> read_saved_report(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error) return tl::unexpected("is no JSON: " + error.message());
  const json::object* whole = root.if_object();
  const json::value* cases = whole != nullptr ? whole->if_contains("cases") : nullptr;
  const json::value* format = whole != nullptr ? whole->if_contains("format") : nullptr;
  if (cases == nullptr || !cases->is_array() || format == nullptr)
    return tl::unexpected(std::string("is no report of `lunsim conform --json`"));
  if (!format->is_int64() || format->as_int64() != 1)
    return tl::unexpected(std::string("is a report of a newer lunsim: its format is not 1"));
  SavedReport out{text_at(*whole, "target"), text_at(*whole, "lunsim"), {}};
  for (const json::value& value : cases->as_array()) {
    const json::object* one = value.if_object();
    const std::string id = one != nullptr ? text_at(*one, "id") : "";
    if (id.empty()) return tl::unexpected(std::string("has a case without an id"));
    out.cases[id] = {text_at(*one, "verdict"), text_at(*one, "level"), text_at(*one, "message"),
                     text_at(*one, "purpose")};
  }
  return out;
}

std::vector<Difference> differences(const SavedReport& before, const SavedReport& after) {
  std::vector<Difference> out;
  for (const std::string& id : rows_of({before, after}, true)) {
    Difference one{id, verdict_of(before, id), verdict_of(after, id), {}, false};
    if (const auto found = after.cases.find(id); found != after.cases.end())
      one.message = found->second.message;
    one.is_worse = (is_red_word(one.after) && !is_red_word(one.before)) ||
                   (was_judged(one.before) && !was_judged(one.after));
    out.push_back(std::move(one));
  }
  return out;
}

std::string to_text(const std::vector<Difference>& all) {
  std::string out;
  std::size_t worse = 0;
  for (const Difference& one : all) {
    worse += one.is_worse;
    out += fmt::format("{} {:<12} -> {:<12} {}\n", one.is_worse ? "!" : " ", one.before, one.after,
                       printable(one.id));
    if (one.is_worse && !one.message.empty())
      out += fmt::format("      {}\n", printable(one.message));
  }
  return out + fmt::format("{} cases differ, {} of them for the worse\n", all.size(), worse);
}

std::string matrix_text(const std::vector<SavedReport>& reports, bool only_different) {
  std::string out;
  for (std::size_t i = 0; i < reports.size(); ++i)
    out += fmt::format("{}: {}: {}\n", i + 1, printable(reports[i].target), sums_of(reports[i]));
  for (const std::string& id : rows_of(reports, only_different)) {
    for (const SavedReport& report : reports) out += fmt::format("{:<13}", verdict_of(report, id));
    out += printable(id) + "\n";
  }
  return out;
}

std::string matrix_markdown(const std::vector<SavedReport>& reports, bool only_different) {
  std::string head = "| case |", rule = "|---|", sums = "| all |";
  for (const SavedReport& report : reports) {
    head += fmt::format(" {} |", as_markdown_cell(report.target));
    rule += "---|";
    sums += fmt::format(" {} |", sums_of(report));
  }
  std::string out = head + "\n" + rule + "\n" + sums + "\n";
  for (const std::string& id : rows_of(reports, only_different)) {
    out += fmt::format("| `{}` |", printable(id));
    for (const SavedReport& report : reports) {
      const std::string verdict = verdict_of(report, id);
      out +=
          is_red_word(verdict) ? fmt::format(" **{}** |", verdict) : fmt::format(" {} |", verdict);
    }
    out += "\n";
  }
  return out;
}

std::string matrix_html(const std::vector<SavedReport>& reports, bool only_different) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>lunsim "
      "matrix</title>"
      "<style>:root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:2rem}"
      "@media(max-width:40rem){body{margin:.6rem;font-size:12px}td,th{padding-right:.4rem}td "
      "code{font-size:10px}}"
      "table{border-collapse:collapse}td,th{border-bottom:1px solid #8884;padding:.2rem .8rem "
      ".2rem 0;"
      "text-align:left;vertical-align:top}th{position:sticky;top:0;background:Canvas}"
      ".pass{color:#17803d}.pass-loose{color:#4d7c0f}.warn{color:#b45309}.unsupported,.skipped{"
      "color:#777}"
      ".fail,.time-out,.target-gone,.inconclusive{color:#c81e1e;font-weight:600}"
      "td code{overflow-wrap:anywhere}th{overflow-wrap:anywhere}h1{font-size:1.4rem}"
      "@media(prefers-color-scheme:dark){.pass{color:#5ad17f}.pass-loose{color:#a3cf4f}"
      ".warn{color:#f0b35a}.fail,.time-out,.target-gone,.inconclusive{color:#ff7b7b}}"
      "</style></head><body>\n<h1>Targets side by side</h1>\n"
      "<p>Each verdict has its reason as a tooltip; the reports have all of "
      "it.</p>\n<table><tr><th>case</th>";
  for (const SavedReport& report : reports)
    out += fmt::format("<th>{}<br>{}</th>", as_html(report.target), as_html(sums_of(report)));
  out += "</tr>\n";
  for (const std::string& id : rows_of(reports, only_different)) {
    out += fmt::format("<tr><td><code>{}</code></td>", as_html(id));
    for (const SavedReport& report : reports) {
      const auto found = report.cases.find(id);
      const std::string message = found == report.cases.end() ? "" : found->second.message;
      const std::string verdict = as_html(verdict_of(report, id));
      out +=
          fmt::format("<td class=\"{}\" title=\"{}\">{}</td>", verdict, as_html(message), verdict);
    }
    out += "</tr>\n";
  }
  return out + "</table></body></html>\n";
}

}  // namespace lunsim::conform
