#include "scenarios/explore/explore.hpp"

namespace lunsim::explore {
namespace {

struct Named {
  Trouble trouble;
  std::string_view name;
};
constexpr Named kTroubles[] = {
    {Trouble::reset, "reset"},         {Trouble::drop, "drop"},   {Trouble::delay, "delay"},
    {Trouble::duplicate, "duplicate"}, {Trouble::reorder, "reorder"}, {Trouble::stall, "stall"}, {Trouble::crash, "crash"},
    {Trouble::outcomes, "outcomes"},   {Trouble::split, "split"}, {Trouble::oom, "oom"},
};

}  // namespace

std::optional<Trouble> trouble_named(std::string_view name) {
  for (const Named& one : kTroubles)
    if (one.name == name) return one.trouble;
  return std::nullopt;
}

std::string_view name_of(Trouble trouble) {
  for (const Named& one : kTroubles)
    if (one.trouble == trouble) return one.name;
  return "none";
}

std::vector<std::string> trouble_names() {
  std::vector<std::string> out;
  for (const Named& one : kTroubles) out.emplace_back(one.name);
  return out;
}

}  // namespace lunsim::explore
