// The wide functions by the C library's own names, for programs that -fshort-wchar gives 16-bit
// wide characters: hidden symbols, which the linker takes before the C library's 32-bit ones.
#include "initiator/windows_kit/print.hpp"
#include "initiator/windows_kit/wide_functions.hpp"
#include "initiator/windows_kit/with_arguments.hpp"

using lunsim::windows_kit::Overflow;
using lunsim::windows_kit::print;

#define LUNSIM_INSTEAD_OF(name) __asm__(name) __attribute__((visibility("hidden")))

extern "C" {

int short_wprintf(const char16_t* format, ...) LUNSIM_INSTEAD_OF("wprintf");
int short_fwprintf(std::FILE*, const char16_t* format, ...) LUNSIM_INSTEAD_OF("fwprintf");
int short_swprintf(char16_t*, std::size_t, const char16_t* format, ...)
    LUNSIM_INSTEAD_OF("swprintf");
int short_vwprintf(const char16_t*, std::va_list) LUNSIM_INSTEAD_OF("vwprintf");
int short_vfwprintf(std::FILE*, const char16_t*, std::va_list) LUNSIM_INSTEAD_OF("vfwprintf");
int short_vswprintf(char16_t*, std::size_t, const char16_t*, std::va_list)
    LUNSIM_INSTEAD_OF("vswprintf");
int short_fputws(const char16_t*, std::FILE*) LUNSIM_INSTEAD_OF("fputws");
std::size_t short_wcslen(const char16_t*) LUNSIM_INSTEAD_OF("wcslen");
std::size_t short_wcsnlen(const char16_t*, std::size_t) LUNSIM_INSTEAD_OF("wcsnlen");
char16_t* short_wcscpy(char16_t*, const char16_t*) LUNSIM_INSTEAD_OF("wcscpy");
char16_t* short_wcsncpy(char16_t*, const char16_t*, std::size_t) LUNSIM_INSTEAD_OF("wcsncpy");
char16_t* short_wcscat(char16_t*, const char16_t*) LUNSIM_INSTEAD_OF("wcscat");
char16_t* short_wcsncat(char16_t*, const char16_t*, std::size_t) LUNSIM_INSTEAD_OF("wcsncat");
int short_wcscmp(const char16_t*, const char16_t*) LUNSIM_INSTEAD_OF("wcscmp");
int short_wcsncmp(const char16_t*, const char16_t*, std::size_t) LUNSIM_INSTEAD_OF("wcsncmp");
char16_t* short_wcschr(const char16_t*, char16_t) LUNSIM_INSTEAD_OF("wcschr");
char16_t* short_wcsrchr(const char16_t*, char16_t) LUNSIM_INSTEAD_OF("wcsrchr");
char16_t* short_wcsstr(const char16_t*, const char16_t*) LUNSIM_INSTEAD_OF("wcsstr");
long short_wcstol(const char16_t*, char16_t**, int) LUNSIM_INSTEAD_OF("wcstol");
unsigned long short_wcstoul(const char16_t*, char16_t**, int) LUNSIM_INSTEAD_OF("wcstoul");

int short_wprintf(const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(stdout, format, arguments));
}
int short_fwprintf(std::FILE* file, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(file, format, arguments));
}
int short_swprintf(char16_t* to, std::size_t units, const char16_t* format, ...) {
  LUNSIM_WITH_ARGUMENTS(format, print(to, units, Overflow::fails, format, arguments));
}
int short_vwprintf(const char16_t* format, std::va_list arguments) {
  return lunsim_kit_vwprintf(format, arguments);
}
int short_vfwprintf(std::FILE* file, const char16_t* format, std::va_list arguments) {
  return lunsim_kit_vfwprintf(file, format, arguments);
}
int short_vswprintf(char16_t* to, std::size_t units, const char16_t* format,
                    std::va_list arguments) {
  return lunsim_kit_vswprintf(to, units, format, arguments);
}
int short_fputws(const char16_t* text, std::FILE* file) { return lunsim_kit_fputws(text, file); }
std::size_t short_wcslen(const char16_t* text) { return lunsim_kit_wcslen(text); }
std::size_t short_wcsnlen(const char16_t* text, std::size_t units) {
  return lunsim_kit_wcsnlen(text, units);
}
char16_t* short_wcscpy(char16_t* to, const char16_t* from) { return lunsim_kit_wcscpy(to, from); }
char16_t* short_wcsncpy(char16_t* to, const char16_t* from, std::size_t units) {
  return lunsim_kit_wcsncpy(to, from, units);
}
char16_t* short_wcscat(char16_t* to, const char16_t* from) { return lunsim_kit_wcscat(to, from); }
char16_t* short_wcsncat(char16_t* to, const char16_t* from, std::size_t units) {
  return lunsim_kit_wcsncat(to, from, units);
}
int short_wcscmp(const char16_t* a, const char16_t* b) { return lunsim_kit_wcscmp(a, b); }
int short_wcsncmp(const char16_t* a, const char16_t* b, std::size_t units) {
  return lunsim_kit_wcsncmp(a, b, units);
}
char16_t* short_wcschr(const char16_t* text, char16_t unit) {
  return lunsim_kit_wcschr(text, unit);
}
char16_t* short_wcsrchr(const char16_t* text, char16_t unit) {
  return lunsim_kit_wcsrchr(text, unit);
}
char16_t* short_wcsstr(const char16_t* text, const char16_t* part) {
  return lunsim_kit_wcsstr(text, part);
}
long short_wcstol(const char16_t* text, char16_t** end, int base) {
  return lunsim_kit_wcstol(text, end, base);
}
unsigned long short_wcstoul(const char16_t* text, char16_t** end, int base) {
  return lunsim_kit_wcstoul(text, end, base);
}

}  // extern "C"
