// printf and its kin for the program that links the kit, and for nobody else: hidden symbols of the
// C library's names, found by the linker before the C library's. Beside them, Microsoft's names.
#include <strings.h>

#include <cerrno>
#include <cstring>

#include "initiator/windows_kit/print.hpp"
#include "initiator/windows_kit/with_arguments.hpp"

using lunsim::windows_kit::kNoLimit;
using lunsim::windows_kit::Overflow;
using lunsim::windows_kit::print;

#define LUNSIM_INSTEAD_OF(name) __asm__(name) __attribute__((visibility("hidden")))

extern "C" {

int kit_printf(const char* format, ...) LUNSIM_INSTEAD_OF("printf");
int kit_vprintf(const char* format, std::va_list) LUNSIM_INSTEAD_OF("vprintf");
int kit_fprintf(std::FILE*, const char* format, ...) LUNSIM_INSTEAD_OF("fprintf");
int kit_vfprintf(std::FILE*, const char* format, std::va_list) LUNSIM_INSTEAD_OF("vfprintf");
int kit_sprintf(char* to, const char* format, ...) LUNSIM_INSTEAD_OF("sprintf");
int kit_vsprintf(char* to, const char* format, std::va_list) LUNSIM_INSTEAD_OF("vsprintf");
int kit_snprintf(char* to, std::size_t, const char* format, ...) LUNSIM_INSTEAD_OF("snprintf");
int kit_vsnprintf(char* to, std::size_t, const char* format, std::va_list)
    LUNSIM_INSTEAD_OF("vsnprintf");
int printf_s(const char* format, ...);
int fprintf_s(std::FILE* file, const char* format, ...);
int sprintf_s(char* to, std::size_t bytes, const char* format, ...);
int _snprintf(char* to, std::size_t bytes, const char* format, ...);
int _vsnprintf(char* to, std::size_t bytes, const char* format, std::va_list arguments);
int _stricmp(const char* a, const char* b);
int _strnicmp(const char* a, const char* b, std::size_t count);
int strcpy_s(char* to, std::size_t bytes, const char* from);
int strcat_s(char* to, std::size_t bytes, const char* from);

int kit_printf(const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(stdout, format, arguments));
}
int kit_vprintf(const char* format, std::va_list arguments) {
  return print(stdout, format, arguments);
}
int kit_fprintf(std::FILE* file, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(file, format, arguments));
}
int kit_vfprintf(std::FILE* file, const char* format, std::va_list arguments) {
  return print(file, format, arguments);
}
int kit_sprintf(char* to, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, kNoLimit, Overflow::counts, format, arguments));
}
int kit_vsprintf(char* to, const char* format, std::va_list arguments) {
  return print(to, kNoLimit, Overflow::counts, format, arguments);
}
int kit_snprintf(char* to, std::size_t bytes, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, bytes, Overflow::counts, format, arguments));
}
int kit_vsnprintf(char* to, std::size_t bytes, const char* format, std::va_list arguments) {
  return print(to, bytes, Overflow::counts, format, arguments);
}

int printf_s(const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(stdout, format, arguments));
}
int fprintf_s(std::FILE* file, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(file, format, arguments));
}
int sprintf_s(char* to, std::size_t bytes, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, bytes, Overflow::is_empty, format, arguments));
}
int _snprintf(char* to, std::size_t bytes, const char* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, bytes, Overflow::unended, format, arguments));
}
int _vsnprintf(char* to, std::size_t bytes, const char* format, std::va_list arguments) {
  return print(to, bytes, Overflow::unended, format, arguments);
}

int _stricmp(const char* a, const char* b) { return strcasecmp(a, b); }
int _strnicmp(const char* a, const char* b, std::size_t count) { return strncasecmp(a, b, count); }

int strcpy_s(char* to, std::size_t bytes, const char* from) {
  if (to == nullptr || bytes == 0) return EINVAL;
  to[0] = 0;
  return from == nullptr ? EINVAL : strcat_s(to, bytes, from);
}
int strcat_s(char* to, std::size_t bytes, const char* from) {
  if (to == nullptr || from == nullptr || bytes == 0) return EINVAL;
  const std::size_t there = strnlen(to, bytes), more = std::strlen(from);
  if (there + more < bytes) {
    std::memcpy(to + there, from, more + 1);
    return 0;
  }
  to[0] = 0;
  return ERANGE;
}

}  // extern "C"
