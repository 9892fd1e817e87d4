// What is to stand in a caller's buffer, built beside it first: structures, then what they point
// to, with pointers that hold where the buffer is. Only when all of it fits is anything copied
// there.
//
//   base                                                              base + size()
//   | structure | structure | ... | arrays behind them | texts, each ended by a NUL |
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::api {

class OutputImage {
 public:
  /// `base`: the caller's buffer; null for a probe, whose image is only measured.
  explicit OutputImage(void* base) : base_(reinterpret_cast<std::uintptr_t>(base)) {}

  /// Makes room for `count` structures behind all that is there; returns the offset of the first.
  template <class T>
  std::size_t reserve(std::size_t count) {
    const std::size_t offset = bytes_.size();
    bytes_.resize(offset + count * sizeof(T));
    return offset;
  }
  /// Writes a structure, padding and all; `fill` sets its fields, which are zero before.
  template <class T, class Fill>
  void put(std::size_t offset, const Fill& fill) {
    T value;
    std::memset(static_cast<void*>(&value), 0, sizeof(T));
    fill(value);
    std::memcpy(bytes_.data() + offset, &value, sizeof(T));
  }
  /// Appends a text with its NUL; returns where it will stand.
  template <class Char>
  Char* append_text(const std::basic_string<Char>& text) {
    const std::size_t offset = bytes_.size(), length = (text.size() + 1) * sizeof(Char);
    bytes_.resize(offset + length);
    std::memcpy(bytes_.data() + offset, text.c_str(), length);
    return address_of<Char>(offset);
  }
  /// Appends characters as they are, NULs among them.
  template <class Char>
  void append_characters(const std::basic_string<Char>& text) {
    const std::size_t offset = bytes_.size(), length = text.size() * sizeof(Char);
    bytes_.resize(offset + length);
    if (length != 0) std::memcpy(bytes_.data() + offset, text.data(), length);
  }
  /// Appends bytes without a terminator; returns where they will stand, null for none.
  unsigned char* append_bytes(std::string_view bytes) {
    if (bytes.empty()) return nullptr;
    const std::size_t offset = bytes_.size();
    bytes_.resize(offset + bytes.size());
    std::memcpy(bytes_.data() + offset, bytes.data(), bytes.size());
    return address_of<unsigned char>(offset);
  }
  /// The address that an offset will have.
  template <class T>
  T* address_of(std::size_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

  std::size_t size() const { return bytes_.size(); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::uintptr_t base_;
  std::vector<std::byte> bytes_;
};

}  // namespace lunsim::api
