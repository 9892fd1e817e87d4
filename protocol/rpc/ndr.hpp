// NDR as srvsvc uses it (NDR32; written little-endian, read in either order): alignment, unique
// pointers, conformant and varying strings and arrays. Not a compiler for IDL: types are written
// and read by hand in srvsvc_*.cpp, pointer by pointer.   C706 §14
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/little_endian.hpp"
#include "protocol/rpc/stub.hpp"

namespace lunsim::rpc {

/// A text that may be absent: a NULL pointer is not an empty string.
using OptionalText = std::optional<std::u16string>;

class NdrWriter {
 public:
  explicit NdrWriter(std::vector<std::byte>& out) : writer_(out) {}

  void u8(std::uint8_t value) { writer_.u8(value); }
  void u32(std::uint32_t value) {
    writer_.align(4);
    writer_.u32(value);
  }
  /// A unique pointer's referent identifier, zero for NULL. What it points to is written by whoever
  /// wrote this, at once (top level) or after the structure that holds it.
  void pointer(bool is_present) {
    u32(is_present ? referent_ : 0);
    if (is_present) referent_ += 4;
  }
  /// [string] wchar_t*, the pointee: counts, characters, null.
  void text(std::u16string_view text);
  /// A pointer at top level and its pointee at once.
  void unique_text(const OptionalText& text);
  void unique_u32(std::optional<std::uint32_t> value);
  /// A conformant array of bytes, the pointee.
  void byte_array(std::span<const std::byte> data);
  std::size_t size() const { return writer_.size(); }

 private:
  bytes::LittleWriter writer_;
  std::uint32_t referent_ = 0x0002'0000;
};

class NdrReader {
 public:
  explicit NdrReader(Stub stub) : reader_(stub.bytes), is_big_(stub.order == ByteOrder::big) {}

  std::uint8_t u8() { return reader_.u8(); }
  std::uint32_t u32() {
    reader_.align(4);
    const std::uint32_t value = reader_.u32();
    return is_big_ ? swapped(value) : value;
  }
  bool pointer() { return u32() != 0; }
  /// Without its terminating null.
  /// Errors   failed: an offset, counts that contradict each other, no null at the end
  std::u16string text();
  OptionalText unique_text();
  std::optional<std::uint32_t> unique_u32();
  std::vector<std::byte> byte_array();
  /// The size of a conformant array whose elements have at least `element_bytes`; fails if the stub
  /// cannot hold so many.
  std::size_t array_size(std::size_t element_bytes);

  void fail() { reader_.fail(); }
  bool failed() const { return reader_.failed(); }
  std::size_t position() const { return reader_.position(); }
  std::size_t remaining() const { return reader_.remaining(); }

 private:
  bytes::LittleReader reader_;
  bool is_big_;
};

}  // namespace lunsim::rpc
