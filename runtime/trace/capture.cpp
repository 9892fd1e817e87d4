#include "runtime/trace/capture.hpp"

#include <algorithm>
#include <utility>

#include "runtime/trace/ip_packet.hpp"

namespace lunsim::runtime {
namespace {

// Block types and options of the pcapng draft (draft-ietf-opsawg-pcapng, sections 4.1, 4.2, 4.3).
constexpr std::uint32_t kSectionHeader = 0x0a0d'0d0au;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kOptionEnd = 0;
constexpr std::uint16_t kOptionComment = 1;
constexpr std::uint16_t kShbUserAppl = 4;
constexpr std::uint16_t kIfName = 2;
constexpr std::uint16_t kIfTsresol = 9;
constexpr std::uint16_t kLinktypeRaw = 101;
// The other side acknowledges at least so often, as receivers do.
constexpr std::uint32_t kUnacknowledgedMax = 65536;

// Files are little-endian; the byte-order magic says so.
void put(std::vector<std::byte>& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void pad(std::vector<std::byte>& out) {
  while (out.size() % 4 != 0) out.push_back(std::byte{0});
}

void put_option(std::vector<std::byte>& out, std::uint16_t code, std::string_view value) {
  value = value.substr(0, 0xffff);
  put(out, code, 2);
  put(out, value.size(), 2);
  for (const char c : value) out.push_back(static_cast<std::byte>(c));
  pad(out);
}

std::vector<std::byte> block(std::uint32_t type, std::span<const std::byte> body) {
  std::vector<std::byte> out;
  out.reserve(body.size() + 12);
  put(out, type, 4);
  put(out, body.size() + 12, 4);
  out.insert(out.end(), body.begin(), body.end());
  put(out, body.size() + 12, 4);
  return out;
}

std::vector<std::byte> section_header(const std::string& application) {
  std::vector<std::byte> body;
  put(body, 0x1a2b'3c4du, 4);
  put(body, 1, 2);
  put(body, 0, 2);
  put(body, ~std::uint64_t{0}, 8);  // length of the section: not stated
  put_option(body, kShbUserAppl, application);
  put(body, kOptionEnd, 4);
  return block(kSectionHeader, body);
}

std::vector<std::byte> interface_description(const std::string& name) {
  std::vector<std::byte> body;
  put(body, kLinktypeRaw, 2);
  put(body, 0, 2);
  put(body, 0, 4);  // no limit on a packet's length
  put_option(body, kIfName, name);
  put_option(body, kIfTsresol, "\x09");
  put(body, kOptionEnd, 4);
  return block(kInterfaceDescription, body);
}

std::vector<std::byte> enhanced_packet(std::span<const std::byte> packet, std::uint64_t time_ns,
                                       std::span<const std::string> comments) {
  std::vector<std::byte> body;
  body.reserve(packet.size() + 32);
  put(body, 0, 4);
  put(body, time_ns >> 32, 4);
  put(body, time_ns & 0xffff'ffffu, 4);
  put(body, packet.size(), 4);
  put(body, packet.size(), 4);
  body.insert(body.end(), packet.begin(), packet.end());
  pad(body);
  for (const std::string& comment : comments) put_option(body, kOptionComment, comment);
  if (!comments.empty()) put(body, kOptionEnd, 4);
  return block(kEnhancedPacket, body);
}

}  // namespace

PcapngWriter::PcapngWriter(Sink sink, CaptureOptions options)
    : sink_(std::move(sink)), options_(std::move(options)) {
  options_.segment_bytes_max = std::clamp<std::size_t>(options_.segment_bytes_max, 1, 65000);
  sink_(section_header(options_.application));
  sink_(interface_description(options_.interface));
}

PcapngWriter::~PcapngWriter() { finish(); }

PcapngWriter::Side PcapngWriter::side_of(const Endpoint& endpoint, std::uint32_t first) const {
  const Endpoint shown = options_.shown_as ? options_.shown_as(endpoint) : endpoint;
  return {ip_address_of(shown.address), shown.port, first, 0};
}

void PcapngWriter::opened(std::uint32_t number, const Endpoint& from, const Endpoint& to,
                          TimePoint now) {
  Stream& stream = streams_[number];
  stream = {};
  stream.opener = from;
  stream.sides[0] = side_of(from, number * 0x0001'0000u + 1000);
  stream.sides[1] = side_of(to, number * 0x0001'0000u + 0x8000'0000u);
  Side& opener = stream.sides[0];
  Side& listener = stream.sides[1];
  if (opener.address.is_v6 != listener.address.is_v6) {
    opener.address = widened(opener.address);
    listener.address = widened(listener.address);
  }
  segment(stream, 0, kTcpSyn, {}, now);
  segment(stream, 1, kTcpSyn | kTcpAck, {}, now);
  segment(stream, 0, kTcpAck, {}, now);
}

void PcapngWriter::carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
                           TimePoint now) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || found->second.is_over) return;
  Stream& stream = found->second;
  const int from = from_opener ? 0 : 1;
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), options_.segment_bytes_max));
    bytes = bytes.subspan(part.size());
    segment(stream, from, bytes.empty() ? kTcpPsh | kTcpAck : kTcpAck, part, now);
    if (stream.sides[from].unacknowledged >= kUnacknowledgedMax) {
      segment(stream, 1 - from, kTcpAck, {}, now);
    }
  }
}

void PcapngWriter::closed(std::uint32_t number, bool by_opener, bool reset, TimePoint now) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || found->second.is_over) return;
  Stream& stream = found->second;
  const int from = by_opener ? 0 : 1;
  stream.is_over = true;
  if (reset) {
    segment(stream, from, kTcpRst | kTcpAck, {}, now);
    return;
  }
  segment(stream, from, kTcpFin | kTcpAck, {}, now);
  segment(stream, 1 - from, kTcpFin | kTcpAck, {}, now);
  segment(stream, from, kTcpAck, {}, now);
}

void PcapngWriter::segment(Stream& stream, int from, std::uint8_t flags,
                           std::span<const std::byte> payload, TimePoint now) {
  Side& sender = stream.sides[from];
  Side& receiver = stream.sides[1 - from];
  TcpSegment tcp;
  tcp.from = sender.address;
  tcp.to = receiver.address;
  tcp.from_port = sender.port;
  tcp.to_port = receiver.port;
  tcp.sequence = sender.next_sequence;
  tcp.acknowledges = (flags & kTcpAck) != 0 ? receiver.next_sequence : 0;
  tcp.flags = flags;
  tcp.identification = static_cast<std::uint16_t>(packets_ + 1);
  tcp.payload = payload;
  const std::uint32_t one = (flags & (kTcpSyn | kTcpFin)) != 0 ? 1 : 0;
  sender.next_sequence += static_cast<std::uint32_t>(payload.size()) + one;
  sender.unacknowledged += static_cast<std::uint32_t>(payload.size());
  if ((flags & kTcpAck) != 0) receiver.unacknowledged = 0;
  packet(ip_packet(tcp), now);
  if (options_.places != nullptr && !payload.empty())
    options_.places->add(stream.opener, from == 0, payload.size(), packets_);
}

// Comments given before the first packet stay for it.
void PcapngWriter::packet(std::vector<std::byte> bytes, TimePoint now) {
  if (!held_.empty()) finish();
  held_ = std::move(bytes);
  held_at_ = now;
  ++packets_;
}

void PcapngWriter::comment(std::string text) { comments_.push_back(std::move(text)); }

void PcapngWriter::finish() {
  if (held_.empty()) return;
  const auto time_ns =
      static_cast<std::uint64_t>(options_.epoch_s * 1'000'000'000 + held_at_.since_start_ns);
  sink_(enhanced_packet(held_, time_ns, comments_));
  held_.clear();
  comments_.clear();
}

}  // namespace lunsim::runtime
