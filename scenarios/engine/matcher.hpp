// Expectations as sets: what an observed value may be. A matcher is data (the loader builds it,
// checked against the shape of what will be seen); matching is a pure function. Verdicts and rows
// are the interpreter's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

/// A number, or a variable of the run with something added: 8, $need, $need+8, $need-1.
struct Number {
  std::string variable;  // empty: `value` it is
  std::int64_t offset = 0;
  std::uint64_t value = 0;
};

/// What a step saved: a number, or the bytes of a session id.
struct Variable {
  std::uint64_t number = 0;
  std::vector<std::byte> bytes;
};
using Variables = std::map<std::string, Variable>;

/// The number, or an empty optional if the variable is not there (or the sum leaves 64 bits).
std::optional<std::uint64_t> value_of(const Number& number, const Variables& variables);
std::string describe(const Number& number);

/// Which names a number may be written with, and is shown with.
enum class Names : std::uint8_t {
  none,
  return_code,
  scsi_status,
  sense_key,
  asc_pair,
  hex_byte,
  yes_no,
  duration,  // nanoseconds, written with their unit
  tmf_response
};

/// What an observation looks like: what can be expected of it, and under which names.
struct Shape {
  enum class Kind : std::uint8_t { number, text, bytes, record, list };
  Kind kind = Kind::number;
  Names names = Names::none;
  std::vector<std::pair<std::string, const Shape*>> fields;  // record
  const Shape* element = nullptr;                            // list
  bool is_buffer = false;  // its raw bytes may be matched as well, and `untouched`
};

/// One observed value. A buffer carries its raw bytes beside what they mean.
struct Seen {
  enum class Kind : std::uint8_t { absent, number, text, bytes, record, list };
  Kind kind = Kind::absent;
  std::uint64_t number = 0;
  Names names = Names::none;
  std::string text;               // text; absent: why
  std::vector<std::byte> bytes;   // raw content of a buffer, all of its capacity
  std::vector<std::byte> before;  // the same before the call
  std::size_t valid_bytes = 0;    // of `bytes`, as the call said
  bool is_buffer = false;         // memory was lent, even of 0 bytes: `before` is what it held
  bool has_before = false;        // of numbers: `number_before`
  std::uint64_t number_before = 0;
  std::vector<Seen> items;               // record, list
  std::vector<std::string> field_names;  // record, same order

  static Seen absent_because(std::string why);
  static Seen of_number(std::uint64_t value, Names names = Names::none);
  static Seen of_text(std::string value);
  static Seen of_bytes(std::vector<std::byte> value);
  void add(std::string name, Seen value);
  const Seen* field(std::string_view name) const;
};
std::string describe(const Seen& seen);

struct Matcher {
  enum class Kind : std::uint8_t {
    any,
    number,
    text,
    bytes,
    one_of,
    negation,
    at_least,
    at_most,
    below,
    above,
    between,
    untouched,  // as it was before the call
    zeros,      // all bytes zero, and at least one
    record,
    list,
    contains,
    count,
  };
  Kind kind = Kind::any;
  Place place;
  Names names = Names::none;
  Number number;  // number and the bounds; between: the lower
  Number upper;
  std::string text;  // a glob
  std::vector<std::byte> bytes;
  bool is_prefix = false;  // bytes: what it begins with
  std::vector<Matcher>
      of;  // one_of, negation, list, contains, count; record: same order as `fields`
  std::vector<std::string> fields;
};
std::string describe(const Matcher& matcher);

/// Empty if it matches; else a short reason: which part differs.
std::optional<std::string> mismatch(const Matcher& matcher, const Seen& seen,
                                    const Variables& variables);

}  // namespace lunsim::scenarios
