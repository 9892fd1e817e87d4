#include "conformance/report/baseline.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "conformance/report/printable.hpp"

namespace lunsim::conform {
namespace {

constexpr std::array kRed{Verdict::fail, Verdict::inconclusive, Verdict::time_out,
                          Verdict::target_gone};

std::optional<Verdict> red_verdict(std::string_view name) {
  for (const Verdict one : kRed)
    if (name_of(one) == name) return one;
  return std::nullopt;
}

std::string place_of(const YAML::Node& node) {
  return fmt::format("line {}", node.Mark().line + 1);
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  return true;
}

/// Empty if all is well.
std::string take(const YAML::Node& node, std::string& id, KnownVerdict& known) {
  if (!node.IsMap()) return place_of(node) + ": a case is a map with id, verdict and reason";
  std::string verdict;
  for (const auto& pair : node) {
    const auto key = pair.first.as<std::string>();
    if (key == "unsteady") {
      known.unsteady = pair.second.as<bool>();
      continue;
    }
    std::string* where = key == "id"         ? &id
                         : key == "verdict"  ? &verdict
                         : key == "reason"   ? &known.reason
                         : key == "link"     ? &known.link
                         : key == "expires"  ? &known.expires
                         : key == "section"  ? &known.section
                         : key == "deciding" ? &known.deciding
                                             : nullptr;
    if (where == nullptr)
      return fmt::format(
          "{}: '{}' is no key of a case: id, verdict, reason, unsteady, link, expires, "
          "section, deciding",
          place_of(pair.first), key);
    *where = pair.second.as<std::string>();
  }
  const auto red = red_verdict(verdict);
  if (!red)
    return fmt::format(
        "{}: verdict '{}' is not one that can be known: fail, inconclusive, "
        "time-out, target-gone",
        place_of(node), verdict);
  known.verdict = *red;
  if (id.empty() || known.reason.empty())
    return place_of(node) + ": a known verdict has an id and a reason";
  if (!known.expires.empty() && !is_date(known.expires))
    return fmt::format("{}: expires '{}' is no date as 2027-01-31", place_of(node), known.expires);
  return {};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

tl::expected<Baseline, std::string> read_baseline(std::string_view yaml) {
  Baseline out;
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (!root.IsMap() || !root["baseline"] || root["baseline"].as<std::string>() != "1")
      return tl::unexpected(std::string("a baseline begins with `baseline: 1`"));
    const YAML::Node cases = root["cases"];
    if (!cases) return out;
    if (cases.IsNull()) return out;
    if (!cases.IsSequence()) return tl::unexpected(place_of(cases) + ": `cases` is a list");
    for (const YAML::Node& node : cases) {
      std::string id;
      KnownVerdict known;
      if (std::string why = take(node, id, known); !why.empty())
        return tl::unexpected(std::move(why));
      if (!out.cases.emplace(id, std::move(known)).second)
        return tl::unexpected(fmt::format("{}: {} stands twice", place_of(node), id));
    }
  } catch (const YAML::Exception& error) {
    return tl::unexpected(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
  return out;
}

void apply(const Baseline& baseline, std::string_view today, ConformReport& report) {
  for (CaseLine& line : report.lines) {
    const Verdict verdict = line.result.verdict;
    const auto found = baseline.cases.find(line.about->id);
    if (found == baseline.cases.end()) {
      if (is_red(verdict)) line.baseline = "regression";
      continue;
    }
    const KnownVerdict& known = found->second;
    line.baseline_reason = known.reason + (known.link.empty() ? "" : " " + known.link);
    const bool has_run = is_pass(verdict) || verdict == Verdict::warn;
    if (!known.expires.empty() && known.expires < today && is_red(verdict)) {
      line.baseline = "regression";
      line.baseline_reason += fmt::format(" (no excuse since {})", known.expires);
    } else if (verdict == known.verdict || (known.unsteady && (has_run || is_red(verdict)))) {
      line.baseline = "known";
    } else if (has_run) {
      line.baseline = "unexpected pass";
    } else if (is_red(verdict)) {
      line.baseline = "regression";
      line.baseline_reason += fmt::format(" (known as {})", name_of(known.verdict));
    }
  }
}

std::string to_baseline(const ConformReport& report, const Baseline& old) {
  std::string out = fmt::format("baseline: 1\ntarget: {}\ncases:\n", quoted(report.target));
  for (const CaseLine& line : report.lines) {
    const auto found = old.cases.find(line.about->id);
    const KnownVerdict known = found == old.cases.end() ? KnownVerdict{} : found->second;
    if (!is_red(line.result.verdict) && !known.unsteady) continue;
    const Verdict verdict = known.unsteady ? known.verdict : line.result.verdict;
    out += fmt::format("  - id: {}\n    verdict: {}\n    section: {}\n    reason: {}\n",
                       line.about->id, name_of(verdict), quoted(line.about->section()),
                       quoted(known.reason.empty() ? line.about->purpose + " " + line.result.message
                                                   : known.reason));
    if (line.result.mark) {
      const std::string bytes = deciding_bytes(line.result.exchange, *line.result.mark);
      if (!bytes.empty()) out += fmt::format("    deciding: {}\n", quoted(bytes));
    }
    if (known.unsteady) out += "    unsteady: true\n";
    if (!known.link.empty()) out += fmt::format("    link: {}\n", quoted(known.link));
    if (!known.expires.empty()) out += fmt::format("    expires: {}\n", quoted(known.expires));
  }
  return out;
}

}  // namespace lunsim::conform
