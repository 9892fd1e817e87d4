// The body of a function that ends in `...`: calls its brother that takes a va_list.
#pragma once

#include <cstdarg>

#define LUNSIM_WITH_ARGUMENTS(last, call) \
  std::va_list arguments;                 \
  va_start(arguments, last);              \
  const int result = call;                \
  va_end(arguments);                      \
  return result
