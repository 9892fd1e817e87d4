// printf with Microsoft's meaning, for narrow (UTF-8) and 16-bit formats: what `s`, `S` and `c`
// mean depends on the format's own width; `h`, `l` and `w` say it outright; `l` is 32 bits for
// numbers, `I64`, `I32` and `I` are sizes. Needs nothing but the C library.
#pragma once

#include <cstdarg>
#include <cstddef>

namespace lunsim::windows_kit {

/// Where text goes, unit by unit of its own width.
template <class Unit>
struct Sink {
  void (*put)(void* to, const Unit* units, std::size_t count);
  void* to;
};

/// Widths and precisions count units of the format. An argument of the other width is converted;
/// what is no valid text becomes U+FFFD, and between 16-bit texts stays as it is.
///
/// Returns  units put; -1 for a format that is none (an unknown or unfinished conversion, `%n`)
int format(Sink<char> sink, const char* text, std::va_list arguments);
int format(Sink<char16_t> sink, const char16_t* text, std::va_list arguments);

/// A buffer as a sink: keeps what fits, and counts all of it.
template <class Unit>
struct Buffer {
  Unit* begin;
  std::size_t room;
  std::size_t wanted = 0;

  static void put(void* self, const Unit* units, std::size_t count) {
    auto& buffer = *static_cast<Buffer*>(self);
    for (std::size_t i = 0; i < count; ++i, ++buffer.wanted)
      if (buffer.wanted < buffer.room) buffer.begin[buffer.wanted] = units[i];
  }
  Sink<Unit> sink() { return {put, this}; }
};

}  // namespace lunsim::windows_kit
