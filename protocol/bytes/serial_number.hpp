// Serial numbers modulo 2^32 in the order of RFC 1982, one type for each of the standard's counters so that they
// cannot be mixed.                                                                          RFC 7143 §4.2.2.1
#pragma once

#include <cstdint>

namespace lunsim::bytes {

template <class Tag>
struct SerialNumber {
  std::uint32_t value = 0;

  friend constexpr bool operator==(SerialNumber, SerialNumber) = default;
  friend bool operator<(SerialNumber, SerialNumber) = delete;  // use precedes(): there is no total order

  friend constexpr SerialNumber operator+(SerialNumber a, std::uint32_t n) { return {a.value + n}; }
  friend constexpr SerialNumber operator-(SerialNumber a, std::uint32_t n) { return {a.value - n}; }
  /// Steps from b to a, modulo 2^32.
  friend constexpr std::uint32_t distance(SerialNumber a, SerialNumber b) { return a.value - b.value; }
  constexpr SerialNumber& operator++() {
    ++value;
    return *this;
  }
  /// a comes before b. Undefined by RFC 1982 at a distance of exactly 2^31; here false both ways.
  friend constexpr bool precedes(SerialNumber a, SerialNumber b) {
    return a.value != b.value && (b.value - a.value) < 0x8000'0000u;
  }
};

}  // namespace lunsim::bytes

namespace lunsim {
using CmdSn = bytes::SerialNumber<struct CmdSnTag>;
using StatSn = bytes::SerialNumber<struct StatSnTag>;
using DataSn = bytes::SerialNumber<struct DataSnTag>;
using R2tSn = bytes::SerialNumber<struct R2tSnTag>;
}  // namespace lunsim
