#include "runtime/trace/ip_packet.hpp"

#include <algorithm>
#include <array>

namespace lunsim::runtime {
namespace {

constexpr std::uint8_t kTcpProtocol = 6;
constexpr std::uint8_t kHops = 64;
// Maximum segment size 65000; no-operation; window scale 14 (RFC 7323 §2).
constexpr std::array<std::uint8_t, 8> kSynOptions{2, 4, 0xfd, 0xe8, 1, 3, 3, 14};

void put8(std::vector<std::byte>& out, unsigned value) { out.push_back(static_cast<std::byte>(value)); }
void put16(std::vector<std::byte>& out, std::uint32_t value) {
  put8(out, (value >> 8) & 0xff);
  put8(out, value & 0xff);
}
void put32(std::vector<std::byte>& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
void put_address(std::vector<std::byte>& out, const IpAddress& address) {
  for (std::size_t i = 0; i < (address.is_v6 ? 16u : 4u); ++i) put8(out, address.bytes[i]);
}
void set16(std::vector<std::byte>& out, std::size_t at, std::uint16_t value) {
  out[at] = static_cast<std::byte>(value >> 8);
  out[at + 1] = static_cast<std::byte>(value & 0xff);
}

void put_ipv4_header(std::vector<std::byte>& out, const TcpSegment& segment, std::size_t tcp_size) {
  put8(out, 0x45);
  put8(out, 0);
  put16(out, static_cast<std::uint32_t>(20 + tcp_size));
  put16(out, segment.identification);
  put16(out, 0x4000);   // do not fragment
  put8(out, kHops);
  put8(out, kTcpProtocol);
  put16(out, 0);
  put_address(out, segment.from);
  put_address(out, segment.to);
  set16(out, 10, finish_checksum(add_to_checksum(0, out)));
}

void put_ipv6_header(std::vector<std::byte>& out, const TcpSegment& segment, std::size_t tcp_size) {
  put32(out, 0x6000'0000u);
  put16(out, static_cast<std::uint32_t>(tcp_size));
  put8(out, kTcpProtocol);
  put8(out, kHops);
  put_address(out, segment.from);
  put_address(out, segment.to);
}

std::uint32_t pseudo_header_sum(const TcpSegment& segment, std::size_t tcp_size) {
  std::vector<std::byte> pseudo;
  put_address(pseudo, segment.from);
  put_address(pseudo, segment.to);
  put32(pseudo, static_cast<std::uint32_t>(tcp_size));
  put32(pseudo, kTcpProtocol);
  return add_to_checksum(0, pseudo);
}

}  // namespace

std::uint32_t add_to_checksum(std::uint32_t sum, std::span<const std::byte> bytes) {
  std::uint64_t wide = sum;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    wide += (std::to_integer<std::uint32_t>(bytes[i]) << 8) | std::to_integer<std::uint32_t>(bytes[i + 1]);
  }
  if (bytes.size() % 2 == 1) wide += std::to_integer<std::uint32_t>(bytes.back()) << 8;
  while (wide > 0xffff) wide = (wide & 0xffff) + (wide >> 16);
  return static_cast<std::uint32_t>(wide);
}

std::uint16_t finish_checksum(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

std::vector<std::byte> ip_packet(const TcpSegment& segment) {
  const bool is_syn = (segment.flags & kTcpSyn) != 0;
  const std::size_t header_size = 20 + (is_syn ? kSynOptions.size() : 0);
  const std::size_t tcp_size = header_size + segment.payload.size();
  std::vector<std::byte> out;
  out.reserve(40 + tcp_size);
  if (segment.from.is_v6) {
    put_ipv6_header(out, segment, tcp_size);
  } else {
    put_ipv4_header(out, segment, tcp_size);
  }
  const std::size_t tcp_at = out.size();
  put16(out, segment.from_port);
  put16(out, segment.to_port);
  put32(out, segment.sequence);
  put32(out, segment.acknowledges);
  put8(out, static_cast<unsigned>(header_size / 4) << 4);
  put8(out, segment.flags);
  put16(out, 0xffff);
  put16(out, 0);
  put16(out, 0);
  if (is_syn) {
    for (const std::uint8_t b : kSynOptions) put8(out, b);
  }
  out.insert(out.end(), segment.payload.begin(), segment.payload.end());
  const std::uint32_t sum = pseudo_header_sum(segment, tcp_size);
  set16(out, tcp_at + 16, finish_checksum(add_to_checksum(sum, std::span(out).subspan(tcp_at))));
  return out;
}

}  // namespace lunsim::runtime
