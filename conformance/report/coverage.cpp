#include "conformance/report/coverage.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

namespace lunsim::conform {
namespace {

using Standing = Requirement::Standing;

constexpr std::string_view kNoCaseYet = "no case yet";

/// "4" fits "4.2.1" and not "40".
bool is_within(std::string_view section, std::string_view of) {
  return section == of || (section.starts_with(of) && section[of.size()] == '.');
}

/// The gap that fits best; a null node if none does.
YAML::Node gap_of(const Requirement& one, const YAML::Node& gaps) {
  std::string best_of;
  YAML::Node best;
  for (const YAML::Node& gap : gaps) {
    const auto of = gap["of"].as<std::string>();
    const bool fits = one.id == of || is_within(one.section, of);
    if (!fits || of.size() < best_of.size()) continue;
    best_of = of;
    best.reset(gap);
  }
  return best;
}

void explain(Requirement& one, const YAML::Node& gaps) {
  const YAML::Node gap = gap_of(one, gaps);
  one.gap = kNoCaseYet;
  if (!gap.IsMap()) return;
  if (gap["reason"]) {
    one.gap = gap["reason"].as<std::string>();
    one.standing = Standing::gap;
  }
  if (gap["counted_in"]) one.counted_in = gap["counted_in"].as<std::vector<std::string>>();
}

/// What is counted in other ids stands as the worst of them does.
void follow(Requirement& one, const std::map<std::string, const Requirement*>& by_id) {
  Standing worst = Standing::elsewhere;
  std::string why = fmt::format("counted in {}", fmt::join(one.counted_in, ", "));
  for (const std::string& id : one.counted_in) {
    const auto found = by_id.find(id);
    if (found == by_id.end() || !found->second->counted_in.empty())
      throw std::runtime_error(fmt::format(
          "{} is counted in {}, which is not there or counted elsewhere itself", one.id, id));
    const Requirement& other = *found->second;
    if (other.standing == Standing::judged) continue;
    worst = std::max(worst, other.standing);
    why = fmt::format("as {}: {}", id, other.gap);
  }
  one.standing = worst;
  one.gap = why;
}

std::string chapter_of(const Requirement& one) {
  return one.section.substr(0, one.section.find('.'));
}

struct Sum {
  std::size_t all = 0, judged = 0, elsewhere = 0, gap = 0, to_do = 0;

  void add(Standing standing) {
    ++all;
    judged += standing == Standing::judged;
    elsewhere += standing == Standing::elsewhere;
    gap += standing == Standing::gap;
    to_do += standing == Standing::to_do;
  }
};

std::string sum_line(std::string_view name, const Sum& sum) {
  return fmt::format(
      "{:<10} {:4} requirements, {:4} with a case, {:4} counted elsewhere, {:4} out of reach, "
      "{:4} to do\n",
      name, sum.all, sum.judged, sum.elsewhere, sum.gap, sum.to_do);
}

}  // namespace

const RequirementText* requirement_text(std::string_view id) {
  static const auto kTexts = [] {
    std::map<std::string, RequirementText, std::less<>> out;
    for (const EmbeddedFile& file : requirement_files())
      for (const YAML::Node& node : YAML::Load(std::string(file.text))["requirements"])
        out[node["id"].as<std::string>()] = {node["section"].as<std::string>(),
                                             node["text"].as<std::string>()};
    return out;
  }();
  const auto found = kTexts.find(id);
  return found == kTexts.end() ? nullptr : &found->second;
}

std::vector<std::string> wrong_requirements(const NamingCase& one) {
  std::vector<std::string> out;
  if (one.requirements.empty()) return out;
  const std::size_t last = one.id.rfind('/'), before = one.id.rfind('/', last - 1);
  std::string section = one.id.substr(before + 1, last - before - 1);
  if (!section.empty() && section[0] >= 'a')
    section[0] = static_cast<char>(section[0] - 32);  // C.1
  // A case about a key stands under its key, whatever general rule it judges there.
  const bool is_rfc = one.id.find("rfc7143/") != one.id.npos && one.requirements.front()[0] == '7';
  bool agrees = !is_rfc || is_within(section, "12") || is_within(section, "13");
  for (const std::string& id : one.requirements) {
    const RequirementText* known = requirement_text(id);
    if (known == nullptr)
      out.push_back(fmt::format("{} names {}, which is in no table", one.id, id));
    else
      agrees = agrees || is_within(known->section, section) || is_within(section, known->section);
  }
  if (!agrees)
    out.push_back(fmt::format("{} stands in section {}, and none of {} does", one.id, section,
                              fmt::join(one.requirements, ", ")));
  return out;
}

std::vector<Requirement> coverage(std::span<const NamingCase> cases) {
  return coverage(cases, requirement_files().front().text);
}

std::vector<Requirement> coverage(std::span<const NamingCase> cases, std::string_view table) {
  std::multimap<std::string, std::string> named;
  for (const NamingCase& one : cases)
    for (const std::string& id : one.requirements) named.emplace(id, one.id);
  const YAML::Node root = YAML::Load(std::string(table));
  std::vector<Requirement> out;
  for (const YAML::Node& node : root["requirements"]) {
    Requirement one;
    one.id = node["id"].as<std::string>();
    one.section = node["section"].as<std::string>();
    one.text = node["text"].as<std::string>();
    const auto [begin, end] = named.equal_range(one.id);
    for (auto at = begin; at != end; ++at) one.cases.push_back(at->second);
    if (one.cases.empty()) {
      explain(one, root["gaps"]);
    } else {
      one.standing = Standing::judged;
    }
    out.push_back(std::move(one));
  }
  std::map<std::string, const Requirement*> by_id;
  for (const Requirement& one : out) by_id.emplace(one.id, &one);
  for (Requirement& one : out)
    if (!one.counted_in.empty()) follow(one, by_id);
  return out;
}

std::string to_text(std::span<const Requirement> all, bool verbose) {
  std::vector<std::pair<std::string, Sum>> chapters;
  Sum whole;
  std::string gaps;
  for (const Requirement& one : all) {
    if (chapters.empty() || chapters.back().first != chapter_of(one))
      chapters.emplace_back(chapter_of(one), Sum{});
    chapters.back().second.add(one.standing);
    whole.add(one.standing);
    if (one.cases.empty())
      gaps += fmt::format("{} {}\n    {}\n", one.id, one.text, one.gap);
    else if (verbose)
      gaps += fmt::format("{} {}\n    {}\n", one.id, one.text, fmt::join(one.cases, ", "));
  }
  std::string out;
  for (const auto& [name, sum] : chapters) out += sum_line("section " + name, sum);
  out += sum_line("all", whole);
  const std::size_t counted = whole.all - whole.elsewhere;
  if (counted > 0)
    out += fmt::format("{} % of the {} that are counted once have a case\n",
                       whole.judged * 100 / counted, counted);
  return out + gaps;
}

}  // namespace lunsim::conform
