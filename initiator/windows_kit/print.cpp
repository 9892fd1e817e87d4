#include "initiator/windows_kit/print.hpp"

#include "initiator/windows_kit/code_points.hpp"
#include "initiator/windows_kit/format.hpp"

namespace lunsim::windows_kit {
namespace {

/// A stream as a sink, in pieces; half of a surrogate pair waits for the other.
class FileSink {
 public:
  explicit FileSink(std::FILE* file) : file_(file) { flockfile(file_); }
  ~FileSink() { funlockfile(file_); }
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  static void put_bytes(void* self, const char* units, std::size_t count) {
    auto& sink = *static_cast<FileSink*>(self);
    sink.add(units, count);
  }
  static void put_units(void* self, const char16_t* units, std::size_t count) {
    auto& sink = *static_cast<FileSink*>(self);
    for (std::size_t i = 0; i < count; ++i) sink.add(units[i]);
  }
  bool finish() {
    if (high_ != 0) add_code_point(kReplacement);
    flush();
    return !failed_;
  }

 private:
  void add(char16_t unit) {
    if (high_ != 0) {
      const char16_t pair[] = {high_, unit};
      const CodePoint one = first_of(pair, pair + 2);
      high_ = 0;
      add_code_point(one.value);
      if (one.units == 2) return;
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      high_ = unit;
    } else {
      add_code_point(first_of(&unit, &unit + 1).value);
    }
  }
  void add_code_point(char32_t value) {
    char bytes[4];
    add(bytes, write(value, bytes));
  }
  void add(const char* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (used_ == sizeof piece_) flush();
      piece_[used_++] = bytes[i];
    }
  }
  void flush() {
    if (used_ > 0 && std::fwrite(piece_, 1, used_, file_) != used_) failed_ = true;
    used_ = 0;
  }

  std::FILE* file_;
  char piece_[512];
  std::size_t used_ = 0;
  char16_t high_ = 0;
  bool failed_ = false;
};

template <class Unit>
int print_to_buffer(Unit* to, std::size_t room, Overflow overflow, const Unit* text,
                    std::va_list arguments) {
  Buffer<Unit> buffer{to, room};
  const int count = format(buffer.sink(), text, arguments);
  const bool fits = count >= 0 && buffer.wanted < room;
  if (fits) return to[buffer.wanted] = 0, count;
  if (count < 0 || overflow == Overflow::is_empty) {
    if (room > 0) to[0] = 0;
    return -1;
  }
  if (overflow == Overflow::unended) {
    const bool asks_for_the_length = to == nullptr && room == 0;
    return asks_for_the_length || buffer.wanted == room ? count : -1;
  }
  if (room > 0) to[room - 1] = 0;
  return overflow == Overflow::counts ? count : -1;
}

}  // namespace

int print(std::FILE* file, const char* text, std::va_list arguments) {
  FileSink sink(file);
  const int count = format(Sink<char>{FileSink::put_bytes, &sink}, text, arguments);
  return sink.finish() ? count : -1;
}
int print(std::FILE* file, const char16_t* text, std::va_list arguments) {
  FileSink sink(file);
  const int count = format(Sink<char16_t>{FileSink::put_units, &sink}, text, arguments);
  return sink.finish() ? count : -1;
}

int print(char* to, std::size_t room, Overflow overflow, const char* text, std::va_list arguments) {
  return print_to_buffer(to, room, overflow, text, arguments);
}
int print(char16_t* to, std::size_t room, Overflow overflow, const char16_t* text,
          std::va_list arguments) {
  return print_to_buffer(to, room, overflow, text, arguments);
}

int put(std::FILE* file, const char16_t* text) {
  FileSink sink(file);
  std::size_t length = 0;
  while (text[length] != 0) ++length;
  FileSink::put_units(&sink, text, length);
  return sink.finish() ? 0 : -1;
}

}  // namespace lunsim::windows_kit
