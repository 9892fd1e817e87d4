// Memory as a caller lends it: so many bytes at an odd address, with sentinels on both sides.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace lunsim::conformance {

class CallerBuffer {
 public:
  explicit CallerBuffer(std::size_t size) : size_(size), bytes_(size + 2 * kGuard + 1, kFill) {}

  template <class T>
  T* as() {
    return static_cast<T*>(static_cast<void*>(start()));
  }
  friend bool operator==(const CallerBuffer& a, const CallerBuffer& b) {
    return a.bytes_ == b.bytes_;
  }
  /// Its first bytes become a number.
  void set(std::uint32_t value) { std::memcpy(start(), &value, sizeof value); }
  std::size_t size() const { return size_; }
  /// From `offset` on, and before the first byte, nothing was written.
  bool is_untouched_from(std::size_t offset) const {
    const auto is_fill = [](unsigned char byte) { return byte == kFill; };
    const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(kGuard + 1);
    return std::all_of(bytes_.begin(), first, is_fill) &&
           std::all_of(first + static_cast<std::ptrdiff_t>(offset), bytes_.end(), is_fill);
  }
  /// A structure in it, copied out; the value's zero beyond its end.
  template <class T>
  T at(std::size_t offset) const {
    T value;
    std::memset(static_cast<void*>(&value), 0, sizeof(T));
    if (offset + sizeof(T) <= size_)
      std::memcpy(static_cast<void*>(&value), start() + offset, sizeof(T));
    return value;
  }
  /// The offset of a pointer into it; `size()` or more if it points elsewhere.
  std::size_t offset_of(const void* pointer) const {
    return reinterpret_cast<std::uintptr_t>(pointer) - reinterpret_cast<std::uintptr_t>(start());
  }
  /// Characters from `offset` to a NUL, as ASCII; "(outside)" if there is none.
  template <class Char>
  std::string text_at(std::size_t offset) const {
    std::string text;
    for (; offset + sizeof(Char) <= size_; offset += sizeof(Char)) {
      const Char c = at<Char>(offset);
      if (c == 0) return text;
      text.push_back(static_cast<char>(c));
    }
    return "(outside)";
  }
  /// The strings of a multi-string that begins at `offset` and ends with an empty one.
  template <class Char>
  std::vector<std::string> texts_at(std::size_t offset) const {
    std::vector<std::string> texts;
    while (offset < size_) {
      const std::string text = text_at<Char>(offset);
      if (text.empty() || text == "(outside)") break;
      texts.push_back(text);
      offset += (text.size() + 1) * sizeof(Char);
    }
    return texts;
  }

 private:
  static constexpr std::size_t kGuard = 63;
  static constexpr unsigned char kFill = 0xA5;

  unsigned char* start() { return bytes_.data() + kGuard + 1; }
  const unsigned char* start() const { return bytes_.data() + kGuard + 1; }

  std::size_t size_;
  std::vector<unsigned char> bytes_;
};

}  // namespace lunsim::conformance
