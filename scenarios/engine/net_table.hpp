// The Net functions that scenarios can call, as a table: parameters by Windows name, the records
// that they hand out with the documented x86-64 layout of each level, and the C entry point.
// Only data and thin calls; net_call.hpp makes the calls. lmshare.h, lmapibuf.h
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/api_table.hpp"

namespace lunsim::scenarios {

/// A member of a structure: a number of 4 bytes, or a pointer to text.
struct NetField {
  std::string_view name;
  std::size_t offset = 0;
  bool is_text = false;
};
struct NetLevel {
  std::uint32_t level = 0;
  std::size_t bytes = 0;  // of one structure
  std::vector<NetField> fields;
};

/// What a call is made with; null where NULL is passed.
class NetArguments {
 public:
  virtual ~NetArguments() = default;
  virtual char16_t* text(std::string_view parameter) const = 0;
  virtual std::uint32_t number(std::string_view parameter) const = 0;
  virtual std::uint32_t* number_at(std::string_view parameter) const = 0;
  virtual unsigned char** block_at(std::string_view parameter) const = 0;
};

struct NetFunction {
  Function function;
  /// Of what its `bufptr` points to; empty: it has none. `counted_by` is the parameter with the
  /// number of structures; empty: one.
  std::span<const NetLevel> levels;
  std::string counted_by;
  std::uint32_t (*invoke)(const NetArguments&) = nullptr;
};

std::span<const NetFunction> net_functions();
/// Null if `function` is none of them.
const NetFunction* net_function_of(const Function& function);

}  // namespace lunsim::scenarios
