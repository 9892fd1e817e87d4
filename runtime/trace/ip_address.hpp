// An endpoint's address as the bytes of an IP header. Addresses that are names get a made-up one
// that is the same in every run; nothing is looked up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lunsim::runtime {

struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};   // the first 4 for IPv4
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// Reads dotted IPv4 and RFC 4291 IPv6 text (a zone after % is ignored).
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// The address itself, or 10.128.0.0/9 with a hash of the name.
IpAddress ip_address_of(std::string_view text);

/// An IPv6 stand-in for an IPv4 address (RFC 4193, fd00::a.b.c.d), for a packet whose other end is
/// IPv6.
IpAddress widened(const IpAddress& address);

}  // namespace lunsim::runtime
