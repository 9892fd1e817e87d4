// A Lua value as plain data: what crosses between scripts and the program. Tables are copied, in
// the order of `pairs`; a function is a number that its Sandbox knows. Knows no Lua state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lunsim::lua {

struct Value {
  enum class Kind : std::uint8_t { nil, boolean, integer, number, text, table, function };
  Kind kind = Kind::nil;
  bool boolean = false;
  std::int64_t integer = 0;  // function: its number
  double number = 0;
  std::string text;
  std::vector<Value> keys, values;  // table

  static Value of(bool value);
  static Value of(std::int64_t value);
  static Value of(std::uint64_t value) { return of(static_cast<std::int64_t>(value)); }
  static Value of(double value);
  static Value of(std::string_view value);
  static Value of(const char* value) { return of(std::string_view(value)); }
  static Value table();

  bool is_nil() const { return kind == Kind::nil; }
  bool is_table() const { return kind == Kind::table; }
  bool is_text() const { return kind == Kind::text; }
  /// All that Lua takes for true: everything but nil and false.
  bool is_true() const { return kind != Kind::nil && (kind != Kind::boolean || boolean); }
  /// A table whose keys are 1 to n, and n is not 0.
  bool is_list() const;

  /// Adds an entry; the key must not be there yet.
  Value& set(std::string_view key, Value value);
  Value& append(Value value);
  /// The value behind a text key, or null.
  const Value* find(std::string_view key) const;
};

/// As Lua's == for scalars, and tables by their contents.
bool are_equal(const Value& a, const Value& b);

/// "nil", "true", "3", "3.5", "text", "a table", "a function": as `tostring` would show scalars.
std::string to_text(const Value& value);
/// A table with its contents, for people: {a = 1, "x"}. At most `bytes_max` and "..." behind it.
std::string to_source(const Value& value, std::size_t bytes_max = 4096);

}  // namespace lunsim::lua
