// IPv4 and IPv6 packets with one TCP segment, checksums included (RFC 791, RFC 8200, RFC 9293).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/trace/ip_address.hpp"

namespace lunsim::runtime {

enum TcpFlag : std::uint8_t {
  kTcpFin = 0x01,
  kTcpSyn = 0x02,
  kTcpRst = 0x04,
  kTcpPsh = 0x08,
  kTcpAck = 0x10,
};

struct TcpSegment {
  IpAddress from, to;   // of one family
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledges = 0;
  std::uint8_t flags = 0;
  std::uint16_t identification = 0;   // of an IPv4 packet
  std::span<const std::byte> payload;
};

/// The Internet checksum (RFC 1071) of `bytes`, added to `sum`; folded and inverted by
/// finish_checksum.
std::uint32_t add_to_checksum(std::uint32_t sum, std::span<const std::byte> bytes);
std::uint16_t finish_checksum(std::uint32_t sum);

/// The whole packet. A SYN carries options for a segment size and a window scale, so that no window
/// ever looks full.
std::vector<std::byte> ip_packet(const TcpSegment& segment);

}  // namespace lunsim::runtime
