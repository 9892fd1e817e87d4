// Values as bytes and back: little-endian numbers, counted texts and lists, optional values behind
// a byte. One list of fields per structure (fields.hpp) serves both directions, so that they cannot
// differ. A reader fails once and stays failed; it allocates no more than what came can fill.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "protocol/bytes/little_endian.hpp"

namespace lunsim::initiator::remote {

/// The number of a variant's alternative on the wire; each has its own, for ever.
template <class T>
inline constexpr std::uint16_t kTag = 0;

template <class T>
concept Number = std::is_integral_v<T> && !std::same_as<T, bool>;

class Writer {
 public:
  explicit Writer(std::vector<std::byte>& out) : out_(out) {}

  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

 private:
  void put(bool value) { out_.u8(value ? 1 : 0); }
  template <Number T>
  void put(T value) {
    if constexpr (sizeof(T) == 1) out_.u8(static_cast<std::uint8_t>(value));
    if constexpr (sizeof(T) == 2) out_.u16(static_cast<std::uint16_t>(value));
    if constexpr (sizeof(T) == 4) out_.u32(static_cast<std::uint32_t>(value));
    if constexpr (sizeof(T) == 8) out_.u64(static_cast<std::uint64_t>(value));
  }
  template <class T>
  requires std::is_enum_v<T>
  void put(T value) { put(static_cast<std::underlying_type_t<T>>(value)); }
  void put(const std::string& text) {
    out_.u32(static_cast<std::uint32_t>(text.size()));
    out_.text(text);
  }
  void put(const std::vector<std::byte>& data) {
    out_.u32(static_cast<std::uint32_t>(data.size()));
    out_.bytes(data);
  }
  template <std::size_t kSize>
  void put(const std::array<std::uint8_t, kSize>& data) {
    for (const std::uint8_t one : data) out_.u8(one);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    out_.u32(static_cast<std::uint32_t>(list.size()));
    for (const T& one : list) put(one);
  }
  template <class... Kinds>
  void put(const std::variant<Kinds...>& value) {
    std::visit(
        [this]<class Kind>(const Kind& one) {
          static_assert(kTag<Kind> != 0, "give it a number in fields.hpp");
          this->put(kTag<Kind>);
          this->put(one);
        },
        value);
  }
  void put(std::monostate) {}
  template <class T>
  requires std::is_class_v<T>
  void put(const T& value) { fields(*this, value); }

  bytes::LittleWriter out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> all) : in_(all) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  /// Everything was understood, and nothing is left.
  bool is_complete() const { return !in_.failed() && in_.remaining() == 0; }
  bool failed() const { return in_.failed(); }
  std::size_t position() const { return in_.position(); }

 private:
  void get(bool& value) {
    const std::uint8_t byte = in_.u8();
    if (byte > 1) in_.fail();
    value = byte == 1;
  }
  template <Number T>
  void get(T& value) {
    if constexpr (sizeof(T) == 1) value = static_cast<T>(in_.u8());
    if constexpr (sizeof(T) == 2) value = static_cast<T>(in_.u16());
    if constexpr (sizeof(T) == 4) value = static_cast<T>(in_.u32());
    if constexpr (sizeof(T) == 8) value = static_cast<T>(in_.u64());
  }
  template <class T>
  requires std::is_enum_v<T>
  void get(T& value) {
    std::underlying_type_t<T> number{};
    get(number);
    value = static_cast<T>(number);
    // Every enumeration that travels has a last value; what lies beyond it is nobody's.
    if (number > static_cast<std::underlying_type_t<T>>(last_of(T{}))) in_.fail();
  }
  void get(std::string& text) {
    const auto raw = in_.bytes(in_.u32());
    text.assign(reinterpret_cast<const char*>(raw.data()), raw.size());
  }
  void get(std::vector<std::byte>& data) {
    const auto raw = in_.bytes(in_.u32());
    data.assign(raw.begin(), raw.end());
  }
  template <std::size_t kSize>
  void get(std::array<std::uint8_t, kSize>& data) {
    for (std::uint8_t& one : data) one = in_.u8();
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool is_there = false;
    get(is_there);
    if (is_there && !in_.failed()) get(value.emplace());
  }
  template <class T>
  void get(std::vector<T>& list) {
    std::uint32_t count = in_.u32();
    if (count > in_.remaining()) in_.fail();  // each takes a byte at least
    for (; count > 0 && !in_.failed(); --count) get(list.emplace_back());
  }
  template <class... Kinds>
  void get(std::variant<Kinds...>& value) {
    std::uint16_t tag = 0;
    get(tag);
    const bool is_known =
        ((tag == kTag<Kinds> && (get(value.template emplace<Kinds>()), true)) || ...);
    if (!is_known) in_.fail();
  }
  void get(std::monostate&) {}
  template <class T>
  requires std::is_class_v<T>
  void get(T& value) { fields(*this, value); }

  bytes::LittleReader in_;
};

}  // namespace lunsim::initiator::remote
