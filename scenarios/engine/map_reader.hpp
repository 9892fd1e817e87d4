// Reads one map of a scenario by its keys, strictly: each value has a type, a key that nobody asked
// for is a typo, a missing one that must be there is told. The names of all keys that were asked
// for are what typos are compared with.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/node.hpp"

namespace lunsim::scenarios {

class MapReader {
 public:
  static constexpr std::int64_t kDurationMaxNs = std::int64_t{30} * 24 * 3600 * 1'000'000'000;

  /// `what` for messages: "a target". If `node` is no map, that is told and everything is absent.
  MapReader(const Node& node, std::string_view what, Problems& problems);

  /// The raw value; null if absent. Marks the key as known.
  const Node* take(std::string_view key);
  /// The same, and its absence is a mistake, told by finish().
  const Node* need(std::string_view key);
  bool has(std::string_view key) const { return node_.find(key) != nullptr; }

  // Each leaves `out` alone if the key is absent, and tells if the value does not fit. True if it
  // was set.
  bool text(std::string_view key, std::string& out);
  bool flag(std::string_view key, bool& out);
  /// Thirty days at most: worlds take a deadline years away for none.
  bool duration(std::string_view key, std::int64_t& out_ns, std::int64_t max_ns = kDurationMaxNs);
  bool size(std::string_view key, std::uint64_t& out_bytes);
  template <class Int>
  bool number(std::string_view key, Int& out, std::uint64_t max = std::numeric_limits<Int>::max(),
              std::uint64_t min = 0, Names names = Names::none) {
    const Node* node = take(key);
    if (node == nullptr) return false;
    const auto value = read_number(*node, min, max, names);
    if (value) out = static_cast<Int>(*value);
    return value.has_value();
  }
  /// A name or a list of names.
  bool texts(std::string_view key, std::vector<std::string>& out);

  /// Tells every key that nobody asked for, and what is missing unless one of those was meant.
  void finish();
  /// Whether a key stands here that was probably meant to be this one; for checks after finish().
  bool is_misspelt(std::string_view key) const;

  std::optional<std::uint64_t> read_number(const Node& node, std::uint64_t min, std::uint64_t max,
                                           Names names = Names::none);
  const Node& node() const { return node_; }
  Problems& problems() { return problems_; }

 private:
  bool is_known(std::string_view key) const;
  const Node& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> known_, missing_;
};

/// Tells that `node` should have been something else.
void expected_but(const Node& node, std::string_view wanted, Problems& problems,
                  std::string suggestion = {});
/// What was probably meant where a number or a name stands that is none: "2A" is 2Ah.
std::string meant_number(std::string_view text, Names names);

}  // namespace lunsim::scenarios
