#include "conformance/report/coverage.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

namespace lunsim::conform {
namespace {

constexpr std::string_view kNoCaseYet = "no case yet";

/// "4" fits "4.2.1" and not "40".
bool is_within(std::string_view section, std::string_view of) {
  return section == of || (section.starts_with(of) && section[of.size()] == '.');
}

std::string reason_for(const Requirement& one, const YAML::Node& gaps) {
  std::string best_of, reason(kNoCaseYet);
  for (const YAML::Node& gap : gaps) {
    const auto of = gap["of"].as<std::string>();
    const bool fits = one.id == of || is_within(one.section, of);
    if (!fits || of.size() < best_of.size()) continue;
    best_of = of;
    reason = gap["reason"].as<std::string>();
  }
  return reason;
}

std::string chapter_of(const Requirement& one) {
  return one.section.substr(0, one.section.find('.'));
}

struct Sum {
  std::size_t all = 0, with_case = 0, explained = 0;
};

std::string sum_line(std::string_view name, const Sum& sum) {
  return fmt::format("{:<10} {:4} requirements, {:4} with a case, {:4} out of reach, {:4} to do\n",
                     name, sum.all, sum.with_case, sum.explained,
                     sum.all - sum.with_case - sum.explained);
}

}  // namespace

std::vector<Requirement> coverage(std::span<const Case> cases) {
  std::multimap<std::string, std::string> named;
  for (const Case& one : cases)
    for (const std::string& id : one.requirements) named.emplace(id, one.id);
  const YAML::Node root = YAML::Load(std::string(requirement_files().front().text));
  std::vector<Requirement> out;
  for (const YAML::Node& node : root["requirements"]) {
    Requirement one{node["id"].as<std::string>(),
                    node["section"].as<std::string>(),
                    node["text"].as<std::string>(),
                    {},
                    {}};
    const auto [begin, end] = named.equal_range(one.id);
    for (auto at = begin; at != end; ++at) one.cases.push_back(at->second);
    if (one.cases.empty()) one.gap = reason_for(one, root["gaps"]);
    out.push_back(std::move(one));
  }
  return out;
}

std::string to_text(std::span<const Requirement> all, bool verbose) {
  std::vector<std::pair<std::string, Sum>> chapters;
  Sum whole;
  std::string gaps;
  for (const Requirement& one : all) {
    if (chapters.empty() || chapters.back().first != chapter_of(one))
      chapters.emplace_back(chapter_of(one), Sum{});
    for (Sum* sum : {&chapters.back().second, &whole}) {
      ++sum->all;
      sum->with_case += !one.cases.empty();
      sum->explained += one.cases.empty() && one.gap != kNoCaseYet;
    }
    if (one.cases.empty())
      gaps += fmt::format("{} {}\n    {}\n", one.id, one.text, one.gap);
    else if (verbose)
      gaps += fmt::format("{} {}\n    {}\n", one.id, one.text, fmt::join(one.cases, ", "));
  }
  std::string out;
  for (const auto& [name, sum] : chapters) out += sum_line("section " + name, sum);
  return out + sum_line("all", whole) + gaps;
}

}  // namespace lunsim::conform
