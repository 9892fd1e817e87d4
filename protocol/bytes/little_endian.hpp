// Little-endian cursors over raw bytes: a reader that fails once and stays failed, and a writer
// that appends. For SMB2, NTLM and NDR; iSCSI and SCSI are big-endian (big_endian.hpp). A reader
// never reads beyond its span: what it returns after a failure is zero or empty, so a decoder asks
// `failed()` once, at its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::bytes {

class LittleReader {
 public:
  explicit LittleReader(std::span<const std::byte> all) : all_(all) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// The next `count` bytes; empty, and failed from now on, if there are not so many.
  std::span<const std::byte> bytes(std::size_t count) {
    if (failed_ || count > all_.size() - at_) {
      failed_ = true;
      return {};
    }
    const auto found = all_.subspan(at_, count);
    at_ += count;
    return found;
  }
  void skip(std::size_t count) { bytes(count); }
  /// To the next multiple of `to`, counted from the beginning; what is skipped is not looked at.
  void align(std::size_t to) {
    if (const std::size_t over = at_ % to; over != 0) skip(to - over);
  }
  /// To an absolute offset.
  void seek(std::size_t offset) {
    if (offset > all_.size()) failed_ = true;
    if (!failed_) at_ = offset;
  }
  /// UTF-16LE code units, as they are: no check for surrogates.
  std::u16string utf16(std::size_t units) {
    std::u16string text;
    const auto raw = units > all_.size() ? bytes(all_.size() + 1) : bytes(units * 2);
    text.reserve(raw.size() / 2);
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2)
      text.push_back(static_cast<char16_t>(static_cast<unsigned>(raw[i]) |
                                           (static_cast<unsigned>(raw[i + 1]) << 8)));
    return text;
  }
  void fail() { failed_ = true; }
  bool failed() const { return failed_; }
  std::size_t position() const { return at_; }
  std::size_t remaining() const { return failed_ ? 0 : all_.size() - at_; }
  std::span<const std::byte> rest() const { return failed_ ? all_.first(0) : all_.subspan(at_); }

 private:
  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const std::byte b : bytes(count)) {
      value |= static_cast<std::uint64_t>(b) << shift;
      shift += 8;
    }
    return value;
  }

  std::span<const std::byte> all_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

class LittleWriter {
 public:
  explicit LittleWriter(std::vector<std::byte>& out) : out_(out), start_(out.size()) {}

  void u8(std::uint8_t value) { number(value, 1); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(std::span<const std::byte> data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void text(std::string_view ascii) {
    for (const char c : ascii) out_.push_back(static_cast<std::byte>(c));
  }
  void utf16(std::u16string_view units) {
    for (const char16_t unit : units) u16(unit);
  }
  void zeros(std::size_t count) { out_.resize(out_.size() + count); }
  /// Zeros up to the next multiple of `to`, counted from where this writer began.
  void align(std::size_t to) {
    if (const std::size_t over = size() % to; over != 0) zeros(to - over);
  }
  /// Bytes written so far.
  std::size_t size() const { return out_.size() - start_; }
  /// Writes over what is at `offset`, counted from where this writer began.
  void patch_u16(std::size_t offset, std::uint16_t value) { patch(offset, value, 2); }
  void patch_u32(std::size_t offset, std::uint32_t value) { patch(offset, value, 4); }

 private:
  void number(std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      out_.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
  }
  void patch(std::size_t offset, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      out_[start_ + offset + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
  }

  std::vector<std::byte>& out_;
  std::size_t start_;
};

/// UTF-16LE bytes of a text.
inline std::vector<std::byte> utf16le(std::u16string_view text) {
  std::vector<std::byte> raw;
  LittleWriter(raw).utf16(text);
  return raw;
}

}  // namespace lunsim::bytes
