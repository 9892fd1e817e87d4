// Where formatted text goes: a stream, as UTF-8, or a caller's buffer. Under all the printing
// functions of both widths.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdio>

namespace lunsim::windows_kit {

/// Returns  units of the format written; negative when the format is none or the stream fails
int print(std::FILE* file, const char* text, std::va_list arguments);
int print(std::FILE* file, const char16_t* text, std::va_list arguments);

/// The room of sprintf and _swprintf, which are not told it.
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1) / 2;

/// What a buffer function makes of too little room.
enum class Overflow {
  counts,    // C's snprintf: ends it, and returns what would be needed
  fails,     // C's swprintf: ends it, and returns -1
  unended,   // Microsoft's _snprintf: fills it to the brim, without a NUL, and returns -1; with no
             // buffer and no room, what would be needed
  is_empty,  // Microsoft's sprintf_s: leaves an empty text and returns -1
};
int print(char* to, std::size_t room, Overflow overflow, const char* text, std::va_list arguments);
int print(char16_t* to, std::size_t room, Overflow overflow, const char16_t* text,
          std::va_list arguments);

/// The text as it is, as UTF-8. Negative when the stream fails.
int put(std::FILE* file, const char16_t* text);

}  // namespace lunsim::windows_kit
