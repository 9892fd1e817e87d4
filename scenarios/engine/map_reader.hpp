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

#include "scenarios/engine/key_record.hpp"
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
  /// Of the key's value, or of the map if the key is not there.
  Place place_of(std::string_view key) const {
    const Node* value = node_.find(key);
    return value == nullptr ? node_.place : value->place;
  }

  // Each leaves `out` alone if the key is absent, and tells if the value does not fit. True if it
  // was set.
  bool text(std::string_view key, std::string& out);
  /// One of a few words, as it is written: whether it is one of them is the caller's to say.
  bool word(std::string_view key, std::string& out, const std::vector<std::string>& known);
  bool flag(std::string_view key, bool& out);
  /// Thirty days at most: worlds take a deadline years away for none.
  bool duration(std::string_view key, std::int64_t& out_ns, std::int64_t max_ns = kDurationMaxNs);
  bool size(std::string_view key, std::uint64_t& out_bytes);
  template <class Int>
  bool number(std::string_view key, Int& out, std::uint64_t max = std::numeric_limits<Int>::max(),
              std::uint64_t min = 0, Names names = Names::none) {
    const Node* node = take(key);
    record_number(key, min, max, names);
    if (node == nullptr) return false;
    const auto value = read_number(*node, min, max, names);
    if (value) out = static_cast<Int>(*value);
    return value.has_value();
  }
  /// A name or a list of names.
  bool texts(std::string_view key, std::vector<std::string>& out);

  /// Tells every key that nobody asked for, and what is missing unless one of those was meant.
  void finish();
  bool is_asked_for(std::string_view key) const { return is_known(key); }
  /// What it is more exactly, once that is known: "a step of call LoginIScsiTarget".
  void refine(std::string_view more);
  /// It may have keys of any name.
  void open();
  /// What this map may hold cannot be known: finish() tells no key.
  void skip() { is_skipped_ = true; }
  /// Whether a key stands here that was probably meant to be this one; for checks after finish().
  bool is_misspelt(std::string_view key) const;

  std::optional<std::uint64_t> read_number(const Node& node, std::uint64_t min, std::uint64_t max,
                                           Names names = Names::none);
  const Node& node() const { return node_; }
  Problems& problems() { return problems_; }

 private:
  bool is_known(std::string_view key) const;
  void record_form(std::string_view key, ValueForm::Kind kind, std::vector<std::string> words = {});
  bool read_text(std::string_view key, const Node* node, std::string& out);
  void record_number(std::string_view key, std::uint64_t min, std::uint64_t max, Names names);
  const Node& node_;
  std::string what_;
  Problems& problems_;
  std::string form_;  // its name in a record
  bool is_skipped_ = false;
  std::vector<std::string> known_, missing_;
};

/// Tells that `node` should have been something else.
void expected_but(const Node& node, std::string_view wanted, Problems& problems,
                  std::string suggestion = {});
/// For records: the value is one of these words, or what `what` says ("an IP address").
void note_words(const Node& node, std::vector<std::string> words, Problems& problems);
void note_described(const Node& node, std::string_view what, Problems& problems);
/// A number of these, or a time with its unit.
void note_number(const Node& node, std::uint64_t min, std::uint64_t max, Problems& problems,
                 Names names = Names::none);
void note_duration(const Node& node, Problems& problems);
/// Names, with an expectation of `shape` each; those of a function's parameters if it is told.
void note_counts(const Node& node, const Shape& shape, Problems& problems,
                 std::string_view function = {});
/// The parameters of an API function: as they are passed, swept or saved.
void note_function(const Node& node, ValueForm::Kind kind, std::string_view function,
                   Problems& problems);
/// While it lives, what is read has been recorded as a whole already.
class RecordedPart {
 public:
  explicit RecordedPart(Problems& problems) : record_(problems.record()) {
    if (record_ != nullptr) record_->begin_part();
  }
  ~RecordedPart() {
    if (record_ != nullptr) record_->end_shape();
  }
  RecordedPart(const RecordedPart&) = delete;
  RecordedPart& operator=(const RecordedPart&) = delete;

 private:
  KeyRecord* record_;
};

/// What was probably meant where a number or a name stands that is none: "2A" is 2Ah.
std::string meant_number(std::string_view text, Names names);

}  // namespace lunsim::scenarios
