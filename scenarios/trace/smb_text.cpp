#include "scenarios/trace/smb_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/bytes/little_endian.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kPrefixBytes = 4;
constexpr std::size_t kStatusOffset = 8;  // of an SMB2 header; the command stands behind it

std::span<const std::byte> message_of(std::span<const std::byte> frame) {
  return frame.subspan(std::min(frame.size(), kPrefixBytes));
}

}  // namespace

std::vector<SmbGlance> smb_glances(std::span<const std::byte> frame) {
  std::vector<SmbGlance> out;
  auto message = message_of(frame);
  if (smb::protocol_of(message) == smb::Protocol::transform) {
    SmbGlance encrypted;
    encrypted.is_encrypted = true;
    out.push_back(encrypted);
    return out;
  }
  while (smb::protocol_of(message) == smb::Protocol::smb2) {
    bytes::LittleReader reader(message);
    reader.seek(kStatusOffset);
    SmbGlance glance;
    glance.status = static_cast<smb::NtStatus>(reader.u32());
    glance.command = static_cast<smb::Command>(reader.u16());
    reader.u16();
    glance.is_answer = (reader.u32() & smb::kFlagServerToRedir) != 0;
    if (reader.failed()) break;
    out.push_back(glance);
    const std::uint32_t next = reader.u32();
    if (reader.failed() || next < smb::kHeaderBytes || next >= message.size()) break;
    message = message.subspan(next);
  }
  return out;
}

std::string smb_name(std::span<const std::byte> frame) {
  const auto message = message_of(frame);
  switch (smb::protocol_of(message)) {
    case smb::Protocol::smb1:
      return "SMB1 message";
    case smb::Protocol::transform:
      return "SMB2 encrypted message";
    case smb::Protocol::unknown:
      return {};
    case smb::Protocol::smb2:
      break;
  }
  const auto header = smb::decode_header(message);
  if (!header) return "SMB2 message";
  const bool is_answer = (header->flags & smb::kFlagServerToRedir) != 0;
  return fmt::format("SMB2 {} {}", smb::to_string(header->command),
                     is_answer ? "response" : "request");
}

std::string smb_summary(std::span<const std::byte> frame) {
  std::string out = smb_name(frame);
  const auto header = smb::decode_header(message_of(frame));
  if (smb::protocol_of(message_of(frame)) != smb::Protocol::smb2 || !header)
    return fmt::format("{}, {} bytes", out, frame.size());
  out += fmt::format(", message {}", header->message_id);
  if (header->session_id != 0) out += fmt::format(", session {:x}", header->session_id);
  if ((header->flags & smb::kFlagServerToRedir) != 0)
    out += fmt::format(", {}, {} credits", smb::to_string(header->status), header->credits);
  if (header->is_async()) out += ", asynchronous";
  if (header->is_signed()) out += ", signed";
  if (header->next_command != 0) out += ", and more in its frame";
  return out;
}

}  // namespace lunsim::scenarios
