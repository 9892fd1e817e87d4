#include "conformance/harness/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/describe.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::conform {

std::size_t Exchange::add(Frame frame) {
  if (frames.size() >= kFramesMax) {
    ++left_out;
    return frames.size() - 1;
  }
  frame.data_bytes = frame.pdu.data.size();
  if (frame.pdu.data.size() > kDataBytesKept) frame.pdu.data.resize(kDataBytesKept);
  if (frame.bytes.size() > kDataBytesKept) frame.bytes.resize(kDataBytesKept);
  frames.push_back(std::move(frame));
  return frames.size() - 1;
}

std::string describe(const Seen& seen) {
  switch (seen.kind) {
    case Seen::Kind::pdu:
      return pdu::summary(seen.pdu.view());
    case Seen::Kind::closed:
      return fmt::format("the {} closed the connection", seen.peer);
    case Seen::Kind::reset:
      return fmt::format("the {} reset the connection", seen.peer);
    case Seen::Kind::refused:
      return "the connection did not open: " + seen.detail;
    case Seen::Kind::silence:
      return "nothing came";
    case Seen::Kind::nonsense:
      return "bytes that are no PDU: " + seen.detail;
  }
  return {};
}

std::string describe(const Frame& frame) {
  std::string out = fmt::format("{:>12.6f} {} {} ", double(frame.at.since_start_ns) / 1e9,
                                frame.connection, frame.from_us ? "->" : "<-");
  if (frame.kind == Frame::Kind::pdu) out += pdu::summary(frame.pdu.view());
  if (frame.kind == Frame::Kind::bytes) out += "bytes " + bytes::to_hex(frame.bytes, " ");
  if (!frame.text.empty()) out += (frame.kind == Frame::Kind::pdu ? " " : "") + frame.text;
  return out;
}

namespace {

constexpr std::size_t kMarkedDataBytesMax = 64;

/// "data" and "data+OFFSET:COUNT", as far as the segment has them.
std::optional<Mark> mark_of_data(const Seen& seen, std::string_view field) {
  if (!field.starts_with("data") || seen.pdu.data.empty()) return std::nullopt;
  std::size_t offset = 0, count = kMarkedDataBytesMax;
  if (field.size() > 4) {
    const std::size_t colon = field.find(':');
    if (field[4] != '+' || colon == field.npos) return std::nullopt;
    std::from_chars(field.data() + 5, field.data() + colon, offset);
    std::from_chars(field.data() + colon + 1, field.data() + field.size(), count);
  }
  offset = std::min(offset, seen.pdu.data.size() - 1);
  return Mark{.frame = seen.frame,
              .byte_offset = pdu::kBhsBytes + seen.pdu.ahs.size() + offset,
              .byte_count = std::min(count, seen.pdu.data.size() - offset),
              .field = "data"};
}

}  // namespace

Mark mark_of(const Seen& seen, std::string_view field) {
  Mark mark{.frame = seen.frame, .byte_offset = 0, .byte_count = 0, .field = std::string(field)};
  if (seen.kind != Seen::Kind::pdu) return mark;
  if (const auto of_data = mark_of_data(seen, field)) return *of_data;
  const pdu::Field* found = pdu::find_field(seen.pdu.opcode(), field);
  if (found == nullptr) {
    // A text key: its pair in the data segment.
    const std::string pair = std::string(field) + "=";
    const std::string_view text(reinterpret_cast<const char*>(seen.pdu.data.data()),
                                seen.pdu.data.size());
    const std::size_t at = field.empty() ? text.npos : text.find(pair);
    mark.byte_count = at == text.npos ? pdu::kBhsBytes : text.find('\0', at) - at;
    mark.byte_count = std::min<std::size_t>(mark.byte_count, text.size() + pdu::kBhsBytes);
    if (at != text.npos) mark.byte_offset = pdu::kBhsBytes + seen.pdu.ahs.size() + at;
    return mark;
  }
  mark.byte_offset = found->byte_offset;
  mark.byte_count = (std::size_t{found->bit_offset} + found->bits + 7) / 8;
  return mark;
}

namespace {

std::string captured_as(const Frame& frame) {
  return frame.capture_frame == 0 ? "" : fmt::format(" ({} of the capture)", frame.capture_frame);
}

/// What we said last, when nothing or a close was the answer.
std::string last_request(const Exchange& exchange, std::size_t until) {
  for (std::size_t i = until + 1; i-- > 0;) {
    const Frame& frame = exchange.frames[i];
    const bool says_something = frame.kind == Frame::Kind::pdu || frame.kind == Frame::Kind::bytes;
    if (!frame.from_us || !says_something) continue;
    const std::span<const std::byte> bytes =
        frame.kind == Frame::Kind::pdu ? std::span<const std::byte>(frame.pdu.bhs)
                                       : std::span<const std::byte>(frame.bytes)
                                             .first(std::min(frame.bytes.size(), pdu::kBhsBytes));
    return fmt::format("no PDU came behind frame {}{}: {}", i + 1, captured_as(frame),
                       bytes::to_hex(bytes, " "));
  }
  return {};
}

}  // namespace

std::string deciding_bytes(const Exchange& exchange, const Mark& mark) {
  if (mark.frame >= exchange.frames.size()) return {};
  const Frame& frame = exchange.frames[mark.frame];
  if (mark.byte_count == 0 || frame.kind != Frame::Kind::pdu)
    return last_request(exchange, mark.frame);
  std::vector<std::byte> all = wire_bytes(frame.pdu, false, false);
  if (mark.byte_offset >= all.size())  // more data than is kept: the header, and where to look
    return fmt::format("frame {}{}, byte {}{} of the PDU that begins: {}", mark.frame + 1,
                       captured_as(frame), mark.byte_offset,
                       mark.field.empty() ? "" : ", " + mark.field,
                       bytes::to_hex(std::span(all).first(pdu::kBhsBytes), " "));
  const std::size_t count = std::min(mark.byte_count, all.size() - mark.byte_offset);
  return fmt::format("frame {}{}, byte {}{}: {}", mark.frame + 1, captured_as(frame),
                     mark.byte_offset, mark.field.empty() ? "" : ", " + mark.field,
                     bytes::to_hex(std::span(all).subspan(mark.byte_offset, count), " "));
}

}  // namespace lunsim::conform
