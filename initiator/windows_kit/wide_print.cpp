// wprintf and its kin.
#include "initiator/windows_kit/print.hpp"
#include "initiator/windows_kit/wide_functions.hpp"
#include "initiator/windows_kit/with_arguments.hpp"

using lunsim::windows_kit::kNoLimit;
using lunsim::windows_kit::Overflow;
using lunsim::windows_kit::print;
using lunsim::windows_kit::put;

extern "C" {

int lunsim_kit_wprintf(const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(stdout, format, arguments));
}
int lunsim_kit_wprintf_s(const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(stdout, format, arguments));
}
int lunsim_kit_fwprintf(std::FILE* file, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(file, format, arguments));
}
int lunsim_kit_fwprintf_s(std::FILE* file, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(file, format, arguments));
}
int lunsim_kit_swprintf(char16_t* to, std::size_t units, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, units, Overflow::fails, format, arguments));
}
int lunsim_kit__swprintf(char16_t* to, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, kNoLimit, Overflow::counts, format, arguments));
}
int lunsim_kit_swprintf_s(char16_t* to, std::size_t units, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, units, Overflow::is_empty, format, arguments));
}
int lunsim_kit__snwprintf(char16_t* to, std::size_t units, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, units, Overflow::unended, format, arguments));
}
int lunsim_kit_vwprintf(const char16_t* format, std::va_list arguments) {
  return print(stdout, format, arguments);
}
int lunsim_kit_vfwprintf(std::FILE* file, const char16_t* format, std::va_list arguments) {
  return print(file, format, arguments);
}
int lunsim_kit_vswprintf(char16_t* to, std::size_t units, const char16_t* format,
                         std::va_list arguments) {
  return print(to, units, Overflow::fails, format, arguments);
}
int lunsim_kit__vswprintf(char16_t* to, const char16_t* format, std::va_list arguments) {
  return print(to, kNoLimit, Overflow::counts, format, arguments);
}
int lunsim_kit__vsnwprintf(char16_t* to, std::size_t units, const char16_t* format,
                           std::va_list arguments) {
  return print(to, units, Overflow::unended, format, arguments);
}
int lunsim_kit_fputws(const char16_t* text, std::FILE* file) { return put(file, text); }
int lunsim_kit__putws(const char16_t* text) {
  return put(stdout, text) < 0 || std::fputc('\n', stdout) < 0 ? -1 : 0;
}

}  // extern "C"
