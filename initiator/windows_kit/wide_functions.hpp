// The kit's wide functions by the names that its header calls them (lunsim_wide_functions.h).
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdio>

extern "C" {
int lunsim_kit_wprintf(const char16_t* format, ...);
int lunsim_kit_fwprintf(std::FILE* file, const char16_t* format, ...);
int lunsim_kit_swprintf(char16_t* to, std::size_t units, const char16_t* format, ...);
int lunsim_kit_vwprintf(const char16_t* format, std::va_list arguments);
int lunsim_kit_vfwprintf(std::FILE* file, const char16_t* format, std::va_list arguments);
int lunsim_kit_vswprintf(char16_t* to, std::size_t units, const char16_t* format,
                         std::va_list arguments);
int lunsim_kit_wprintf_s(const char16_t* format, ...);
int lunsim_kit_fwprintf_s(std::FILE* file, const char16_t* format, ...);
int lunsim_kit__swprintf(char16_t* to, const char16_t* format, ...);
int lunsim_kit__vswprintf(char16_t* to, const char16_t* format, std::va_list arguments);
int lunsim_kit_swprintf_s(char16_t* to, std::size_t units, const char16_t* format, ...);
int lunsim_kit__snwprintf(char16_t* to, std::size_t units, const char16_t* format, ...);
int lunsim_kit__vsnwprintf(char16_t* to, std::size_t units, const char16_t* format,
                           std::va_list arguments);
int lunsim_kit_fputws(const char16_t* text, std::FILE* file);
int lunsim_kit__putws(const char16_t* text);

std::size_t lunsim_kit_wcslen(const char16_t* text);
std::size_t lunsim_kit_wcsnlen(const char16_t* text, std::size_t units);
char16_t* lunsim_kit_wcscpy(char16_t* to, const char16_t* from);
char16_t* lunsim_kit_wcsncpy(char16_t* to, const char16_t* from, std::size_t units);
char16_t* lunsim_kit_wcscat(char16_t* to, const char16_t* from);
char16_t* lunsim_kit_wcsncat(char16_t* to, const char16_t* from, std::size_t units);
int lunsim_kit_wcscmp(const char16_t* a, const char16_t* b);
int lunsim_kit_wcsncmp(const char16_t* a, const char16_t* b, std::size_t units);
char16_t* lunsim_kit_wcschr(const char16_t* text, char16_t unit);
char16_t* lunsim_kit_wcsrchr(const char16_t* text, char16_t unit);
char16_t* lunsim_kit_wcsstr(const char16_t* text, const char16_t* part);
long lunsim_kit_wcstol(const char16_t* text, char16_t** end, int base);
unsigned long lunsim_kit_wcstoul(const char16_t* text, char16_t** end, int base);
int lunsim_kit__wcsicmp(const char16_t* a, const char16_t* b);
int lunsim_kit__wcsnicmp(const char16_t* a, const char16_t* b, std::size_t units);
int lunsim_kit_wcscpy_s(char16_t* to, std::size_t units, const char16_t* from);
int lunsim_kit_wcscat_s(char16_t* to, std::size_t units, const char16_t* from);
char16_t* lunsim_kit__wcsdup(const char16_t* text);
int lunsim_kit__wtoi(const char16_t* text);
}
