#include "scenarios/explore/shrink.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "scenarios/engine/loader.hpp"
#include "scenarios/explore/explore.hpp"
#include "scenarios/explore/fault_writer.hpp"
#include "scenarios/explore/node_tools.hpp"
#include "scenarios/explore/node_writer.hpp"
#include "scenarios/explore/variant.hpp"

namespace lunsim::explore {
namespace {

using scenarios::Node;

/// Points of a reduced scenario that are tried before it counts as one that does not fail.
constexpr std::uint64_t kPointsTriedMax = 400;

class Shrinker {
 public:
  explicit Shrinker(const ShrinkOptions& options) : options_(options), strike_(options.strike) {}

  std::optional<Shrunk> run(const std::string& text) {
    scenarios::Problems problems;
    root_ = scenarios::read_yaml(text, options_.file, problems);
    std::set<std::string> params;
    if (problems.empty())
      scenarios::expand(root_, options_.file, options_.outside, {}, problems, params);
    if (!problems.empty() || !root_.is_map()) return std::nullopt;
    set(root_, "scenario", scalar(fmt::format("shrunk: {}", options_.invariant)));
    add_faults(root_, options_.faults);
    if (!fails(root_)) return std::nullopt;
    reduce();
    name_the_trouble();
    // Only now: a run of a variant is the same without them, so they would be the first to go.
    remove_key(root_, "seed");
    insert(root_, 2, "judge", scalar("invariants"));
    if (!fails_with_any_seed())
      insert(root_, 2, "seed", scalar(fmt::format("{:#x}", options_.seed)));
    return Shrunk{to_yaml(root_), runs_};
  }

 private:
  std::optional<scenarios::Scenario> load(const Node& root) const {
    scenarios::Problems problems;
    return scenarios::load_scenario(to_yaml(root), "shrunk.yaml", "shrunk", problems);
  }

  VariantRun play(const scenarios::Scenario& scenario, Strike::Plan strike) {
    return play(scenario, strike, options_.seed);
  }
  VariantRun play(const scenarios::Scenario& scenario, Strike::Plan strike, std::uint64_t seed) {
    ++runs_;
    VariantPlan plan;
    plan.seed = seed;
    plan.strike = strike;
    plan.defect = options_.defect;
    return run_variant(scenario, plan);
  }
  bool breaks_it(const VariantRun& run) const {
    return std::any_of(run.findings.begin(), run.findings.end(), [&](const Finding& finding) {
      return finding.invariant == options_.invariant;
    });
  }

  /// With the trouble at its point, or at another: the reduced story has other points.
  bool fails(const Node& root) {
    if (runs_ >= options_.runs_max) return false;
    const auto scenario = load(root);
    if (!scenario || scenario->steps.empty()) return false;
    if (strike_.trouble == Trouble::none) return breaks_it(play(*scenario, strike_));
    if (strikes_and_breaks(*scenario, strike_.point)) return true;
    const std::uint64_t last =
        std::min(play(*scenario, {strike_.trouble, 0}).points, kPointsTriedMax);
    for (std::uint64_t point = 1; point <= last; ++point)
      if (point != strike_.point && strikes_and_breaks(*scenario, point)) return true;
    return false;
  }
  bool strikes_and_breaks(const scenarios::Scenario& scenario, std::uint64_t point) {
    const VariantRun run = play(scenario, {strike_.trouble, point});
    if (!run.struck_at || !breaks_it(run)) return false;
    strike_.point = point;
    struck_pdu_ = run.struck_pdu;
    return true;
  }

  bool keep_if_it_fails(Node candidate) {
    const Strike::Plan before = strike_;
    if (fails(candidate)) {
      root_ = std::move(candidate);
      return true;
    }
    strike_ = before;
    return false;
  }

  // --- what can go ---

  /// The node at a path of item numbers.
  static Node& at(Node& root, const std::vector<std::size_t>& path) {
    Node* node = &root;
    for (const std::size_t step : path) node = &node->items[step];
    return *node;
  }
  static void collect(const Node& node, std::vector<std::size_t>& path,
                      std::vector<std::vector<std::size_t>>& out) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      path.push_back(i);
      out.push_back(path);
      collect(node.items[i], path, out);
      path.pop_back();
    }
  }
  static std::vector<std::vector<std::size_t>> all_paths(const Node& root) {
    std::vector<std::vector<std::size_t>> out;
    std::vector<std::size_t> path;
    collect(root, path, out);
    return out;
  }

  void reduce() {
    bool any = true;
    while (any && runs_ < options_.runs_max) {
      any = reduce_steps();
      any |= reduce_parts();
      any |= reduce_scalars();
    }
  }

  /// Chunks of steps, halves first.
  bool reduce_steps() {
    bool any = false;
    const auto steps_of = [](Node& root) {
      for (std::size_t i = 0; i < root.keys.size(); ++i)
        if (root.keys[i] == "steps") return &root.items[i];
      return static_cast<Node*>(nullptr);
    };
    Node* steps = steps_of(root_);
    if (steps == nullptr) return false;
    for (std::size_t chunk = std::max<std::size_t>(steps->items.size() / 2, 1); chunk > 0;
         chunk /= 2) {
      for (std::size_t begin = steps_of(root_)->items.size(); begin > 0;) {
        begin = begin > chunk ? begin - chunk : 0;
        Node candidate = root_;
        Node* list = steps_of(candidate);
        for (std::size_t i = 0; i < chunk && begin < list->items.size(); ++i) remove(*list, begin);
        any |= keep_if_it_fails(std::move(candidate));
        begin = std::min(begin, steps_of(root_)->items.size());
      }
    }
    return any;
  }

  /// Any one entry of any map or list, from the outside in.
  bool reduce_parts() {
    bool any = false;
    bool again = true;
    while (again && runs_ < options_.runs_max) {
      again = false;
      for (const auto& path : all_paths(root_)) {
        Node candidate = root_;
        std::vector<std::size_t> parent(path.begin(), path.end() - 1);
        remove(at(candidate, parent), path.back());
        if (!keep_if_it_fails(std::move(candidate))) continue;
        any = again = true;
        break;  // the paths have changed
      }
    }
    return any;
  }

  /// Numbers to 1 or to half, texts to one letter.
  bool reduce_scalars() {
    bool any = false;
    for (const auto& path : all_paths(root_)) {
      if (!at(root_, path).is_scalar()) continue;
      for (const Node& simpler : simpler_than(at(root_, path))) {
        Node candidate = root_;
        at(candidate, path) = simpler;
        if (!keep_if_it_fails(std::move(candidate))) continue;
        any = true;
        break;
      }
    }
    return any;
  }
  static std::vector<Node> simpler_than(const Node& node) {
    const bool is_number = !node.quoted && !node.text.empty() && node.text.size() < 15 &&
                           std::all_of(node.text.begin(), node.text.end(),
                                       [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) {
      if (node.quoted && node.text.size() > 1) return {scalar(node.text.substr(0, 1), true)};
      return {};
    }
    const std::uint64_t value = std::stoull(node.text);
    std::vector<Node> out;
    if (value > 1) out.push_back(scalar("1"));
    if (value > 3) out.push_back(scalar(std::to_string(value / 2)));
    return out;
  }

  // --- the trouble in the language's words ---

  void name_the_trouble() {
    if (strike_.trouble == Trouble::none) return;
    if (struck_pdu_ && has_fault_for(strike_.trouble) && say_as_fault()) return;
    set(root_, "trouble",
        map_of({{std::string(name_of(strike_.trouble)), scalar(std::to_string(strike_.point))}}));
  }
  static bool has_fault_for(Trouble trouble) {
    return trouble == Trouble::reset || trouble == Trouble::stall || trouble == Trouble::drop ||
           trouble == Trouble::delay || trouble == Trouble::duplicate;
  }
  Node action() const {
    switch (strike_.trouble) {
      case Trouble::drop:
        return scalar("drop");
      case Trouble::duplicate:
        return scalar("duplicate");
      case Trouble::delay:
        return map_of({{"hold", scalar("5 s")}});
      default:
        break;
    }
    const char* place = struck_pdu_->has_left ? "end" : "header+0";
    const char* how = strike_.trouble == Trouble::stall ? "silence" : "reset";
    return map_of({{"cut", map_of({{"at", scalar(place)}, {"how", scalar(how)}})}});
  }
  /// At the target where the file becomes smallest.
  bool say_as_fault() {
    const Node before = root_;
    const Strike::Plan strike_before = strike_;
    std::optional<Node> smallest;
    for (std::size_t target = 0; target < count_targets(before); ++target) {
      root_ = before;
      strike_ = strike_before;
      if (!say_as_fault_of(target)) continue;
      if (!smallest || to_yaml(root_).size() < to_yaml(*smallest).size()) smallest = root_;
    }
    root_ = smallest ? *std::move(smallest) : before;
    strike_ = smallest ? Strike::Plan{} : strike_before;
    return strike_.trouble == Trouble::none;
  }
  bool say_as_fault_of(std::size_t target) {
    const bool received = struck_pdu_->direction == pdu::Direction::receive;
    // Which of its kind it is; the tap counts those of other targets as well, so look around.
    for (std::uint64_t nth = struck_pdu_->nth; nth >= 1; --nth) {
      const std::string kind(pdu::name_of(struck_pdu_->opcode));
      Node on = map_of({{received ? "receive" : "send", scalar(kind)},
                        {"session", scalar("any")},
                        {"nth", scalar(std::to_string(nth))}});
      const std::string name(name_of(strike_.trouble));
      Node fault = map_of(
          {{name, map_of({{"on", std::move(on)}, {"times", scalar("1")}, {"do", action()}})}});
      Node candidate = root_;
      add_fault(candidate, target, std::move(fault));
      const auto scenario = load(candidate);
      if (!scenario || !breaks_it(play(*scenario, {}))) continue;
      root_ = std::move(candidate);
      strike_ = {};
      reduce_steps();
      reduce_parts();
      reduce_scalars();
      return true;
    }
    return false;
  }
  static std::size_t count_targets(Node root) {
    const Node* targets = targets_of(root);
    return targets == nullptr ? 0 : targets->items.size();
  }
  /// With other seeds as well: then the file need not name its own.
  bool fails_with_any_seed() {
    constexpr std::uint64_t kOthers[] = {1, 2, 0x5EED, 0xFFFF'FFFF'FFFF'FFFF};
    const auto scenario = load(root_);
    return scenario && std::all_of(std::begin(kOthers), std::end(kOthers), [&](std::uint64_t seed) {
             return breaks_it(play(*scenario, strike_, seed));
           });
  }

  const ShrinkOptions& options_;
  Strike::Plan strike_;
  std::optional<StruckPdu> struck_pdu_;
  Node root_;
  std::uint64_t runs_ = 0;
};

}  // namespace

std::optional<Shrunk> shrink(const std::string& text, const ShrinkOptions& options) {
  return Shrinker(options).run(text);
}

}  // namespace lunsim::explore
