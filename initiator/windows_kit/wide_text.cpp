// wcslen and its kin, for 16-bit text. Letters without case are those outside of ASCII.
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "initiator/windows_kit/wide_functions.hpp"

namespace {

char16_t lower(char16_t unit) {
  return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit;
}
char16_t same(char16_t unit) { return unit; }

int compare(const char16_t* a, const char16_t* b, std::size_t units, char16_t (*seen)(char16_t)) {
  for (std::size_t i = 0; i < units; ++i) {
    const int difference = int{seen(a[i])} - int{seen(b[i])};
    if (difference != 0) return difference < 0 ? -1 : 1;
    if (a[i] == 0) return 0;
  }
  return 0;
}
constexpr std::size_t kAll = static_cast<std::size_t>(-1);

/// ASCII as far as a number can go; where the number ended is where the text did.
template <class Value>
Value number(const char16_t* text, char16_t** end, int base,
             Value (*parse)(const char*, char**, int)) {
  char ascii[128];
  std::size_t length = 0;
  for (; length + 1 < sizeof ascii && text[length] != 0 && text[length] < 0x80; ++length)
    ascii[length] = static_cast<char>(text[length]);
  ascii[length] = 0;
  char* stop = nullptr;
  const Value value = parse(ascii, &stop, base);
  if (end != nullptr) *end = const_cast<char16_t*>(text) + (stop - ascii);
  return value;
}

}  // namespace

extern "C" {

std::size_t lunsim_kit_wcslen(const char16_t* text) { return lunsim_kit_wcsnlen(text, kAll); }
std::size_t lunsim_kit_wcsnlen(const char16_t* text, std::size_t units) {
  std::size_t length = 0;
  while (length < units && text[length] != 0) ++length;
  return length;
}
char16_t* lunsim_kit_wcscpy(char16_t* to, const char16_t* from) {
  std::memcpy(to, from, (lunsim_kit_wcslen(from) + 1) * sizeof *to);
  return to;
}
char16_t* lunsim_kit_wcsncpy(char16_t* to, const char16_t* from, std::size_t units) {
  const std::size_t length = lunsim_kit_wcsnlen(from, units);
  std::memcpy(to, from, length * sizeof *to);
  std::memset(to + length, 0, (units - length) * sizeof *to);
  return to;
}
char16_t* lunsim_kit_wcscat(char16_t* to, const char16_t* from) {
  lunsim_kit_wcscpy(to + lunsim_kit_wcslen(to), from);
  return to;
}
char16_t* lunsim_kit_wcsncat(char16_t* to, const char16_t* from, std::size_t units) {
  const std::size_t length = lunsim_kit_wcsnlen(from, units);
  char16_t* end = to + lunsim_kit_wcslen(to);
  std::memcpy(end, from, length * sizeof *to);
  end[length] = 0;
  return to;
}
int lunsim_kit_wcscmp(const char16_t* a, const char16_t* b) { return compare(a, b, kAll, same); }
int lunsim_kit_wcsncmp(const char16_t* a, const char16_t* b, std::size_t units) {
  return compare(a, b, units, same);
}
int lunsim_kit__wcsicmp(const char16_t* a, const char16_t* b) { return compare(a, b, kAll, lower); }
int lunsim_kit__wcsnicmp(const char16_t* a, const char16_t* b, std::size_t units) {
  return compare(a, b, units, lower);
}
char16_t* lunsim_kit_wcschr(const char16_t* text, char16_t unit) {
  for (;; ++text) {
    if (*text == unit) return const_cast<char16_t*>(text);
    if (*text == 0) return nullptr;
  }
}
char16_t* lunsim_kit_wcsrchr(const char16_t* text, char16_t unit) {
  const char16_t* last = nullptr;
  for (;; ++text) {
    if (*text == unit) last = text;
    if (*text == 0) return const_cast<char16_t*>(last);
  }
}
char16_t* lunsim_kit_wcsstr(const char16_t* text, const char16_t* part) {
  const std::size_t length = lunsim_kit_wcslen(part);
  for (;; ++text) {
    if (compare(text, part, length, same) == 0) return const_cast<char16_t*>(text);
    if (*text == 0) return nullptr;
  }
}

// A long has 32 bits in a Windows program.
long lunsim_kit_wcstol(const char16_t* text, char16_t** end, int base) {
  const long value = number<long>(text, end, base, std::strtol);
  if (value >= INT_MIN && value <= INT_MAX) return value;
  errno = ERANGE;
  return value < 0 ? INT_MIN : INT_MAX;
}
unsigned long lunsim_kit_wcstoul(const char16_t* text, char16_t** end, int base) {
  const unsigned long value = number<unsigned long>(text, end, base, std::strtoul);
  // Of a negative number the low half, as there.
  const bool is_negative = value > ULONG_MAX - UINT_MAX;
  if (value <= UINT_MAX || is_negative) return value & UINT_MAX;
  errno = ERANGE;
  return UINT_MAX;
}
int lunsim_kit__wtoi(const char16_t* text) {
  return static_cast<int>(lunsim_kit_wcstol(text, nullptr, 10));
}

int lunsim_kit_wcscpy_s(char16_t* to, std::size_t units, const char16_t* from) {
  if (to == nullptr || units == 0) return EINVAL;
  to[0] = 0;
  return from == nullptr ? EINVAL : lunsim_kit_wcscat_s(to, units, from);
}
int lunsim_kit_wcscat_s(char16_t* to, std::size_t units, const char16_t* from) {
  if (to == nullptr || from == nullptr || units == 0) return EINVAL;
  const std::size_t there = lunsim_kit_wcsnlen(to, units), more = lunsim_kit_wcslen(from);
  if (there + more < units) {
    std::memcpy(to + there, from, (more + 1) * sizeof *to);
    return 0;
  }
  to[0] = 0;
  return ERANGE;
}
char16_t* lunsim_kit__wcsdup(const char16_t* text) {
  const std::size_t bytes = (lunsim_kit_wcslen(text) + 1) * sizeof *text;
  void* copy = std::malloc(bytes);
  return static_cast<char16_t*>(copy != nullptr ? std::memcpy(copy, text, bytes) : nullptr);
}

}  // extern "C"
