// The library under question, loaded by name, with a recorder before each function: every call with
// its code and the numbers that it wrote.
#pragma once

#include <string>
#include <vector>

#include "conformance/api_cases/functions.hpp"

namespace lunsim::probe {

/// One call, as it was answered.
struct Answer {
  std::string function;  // with its A or W
  ISDSC_STATUS code = 0;
  bool has_faulted = false;
  std::vector<ULONG> numbers;  // behind each ULONG pointer, in order
};

/// All calls since take_answers() was called last; at most the last few of them.
std::vector<Answer> take_answers();

struct Library {
  conformance::Functions functions;
  std::vector<std::string> missing;  // exports; they answer ERROR_CALL_NOT_IMPLEMENTED
  std::string trouble;               // it could not be loaded; empty if it was
};
/// `path`: a file, or a name that the system's loader finds.
Library load_library(const std::string& path);

}  // namespace lunsim::probe
