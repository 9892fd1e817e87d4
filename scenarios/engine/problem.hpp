// A mistake in a scenario file, with its place and, where there is one, what was probably meant.
// Not a failed check: that is a verdict in report.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::scenarios {

struct Place {
  std::string file;
  std::uint32_t line = 0;    // from 1; 0: the file as a whole
  std::uint32_t column = 0;  // from 1
};
/// "catalog/x.yaml:14:7".
std::string to_string(const Place& place);

struct Problem {
  Place place;
  std::string reason;      // "unknown key \"lunz\""
  std::string suggestion;  // "luns"; empty if nothing is near
};
/// `catalog/x.yaml:14:7: unknown key "lunz"; did you mean "luns"?`
std::string to_string(const Problem& problem);

/// The first twenty mistakes of a file; the rest are only counted.
class KeyRecord;

class Problems {
 public:
  static constexpr std::size_t kKeptMax = 20;
  void add(Place place, std::string reason, std::string suggestion = {});
  bool empty() const { return total_ == 0; }
  std::size_t total() const { return total_; }
  const std::vector<Problem>& kept() const { return kept_; }
  /// From now on in the order of the file.
  void sort();

  /// Where the loader writes down what it asks for, if somebody wants to know (key_record.hpp).
  void set_record(KeyRecord* record) { record_ = record; }
  KeyRecord* record() const { return record_; }

 private:
  KeyRecord* record_ = nullptr;
  std::vector<Problem> kept_;
  std::size_t total_ = 0;
};

/// The candidate nearest to `word` by edit distance without regard to case, if it is near enough to
/// be a typo.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// Insertions, deletions, changes and swaps of neighbours that lead from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

}  // namespace lunsim::scenarios
