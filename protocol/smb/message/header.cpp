#include "protocol/smb/message/header.hpp"

#include <array>

#include <fmt/format.h>

namespace lunsim::smb {
namespace {

constexpr std::uint32_t kSmb2 = 0x424d53fe;
constexpr std::uint32_t kSmb1 = 0x424d53ff;
constexpr std::uint32_t kTransform = 0x424d53fd;

}  // namespace

std::string to_string(Command command) {
  constexpr std::array kNames = {
      "NEGOTIATE",     "SESSION_SETUP", "LOGOFF",   "TREE_CONNECT", "TREE_DISCONNECT",
      "CREATE",        "CLOSE",         "FLUSH",    "READ",         "WRITE",
      "LOCK",          "IOCTL",         "CANCEL",   "ECHO",         "QUERY_DIRECTORY",
      "CHANGE_NOTIFY", "QUERY_INFO",    "SET_INFO", "OPLOCK_BREAK"};
  const auto number = static_cast<std::size_t>(command);
  return number < kNames.size() ? kNames[number] : fmt::format("command {}", number);
}

void encode(const Header& header, bytes::LittleWriter& writer) {
  writer.u32(kSmb2);
  writer.u16(64);
  writer.u16(header.credit_charge);
  writer.u32(static_cast<std::uint32_t>(header.status));
  writer.u16(static_cast<std::uint16_t>(header.command));
  writer.u16(header.credits);
  writer.u32(header.flags);
  writer.u32(header.next_command);
  writer.u64(header.message_id);
  if (header.is_async()) {
    writer.u64(header.async_id);
  } else {
    writer.u32(header.process_id);
    writer.u32(header.tree_id);
  }
  writer.u64(header.session_id);
  writer.bytes(header.signature);
}

Result<Header> decode_header(Span message) {
  bytes::LittleReader reader(message);
  if (reader.u32() != kSmb2 || reader.u16() != 64)
    return violation("no SMB2 header", "MS-SMB2 2.2.1", 0, "ProtocolId");
  Header header;
  header.credit_charge = reader.u16();
  header.status = static_cast<NtStatus>(reader.u32());
  header.command = static_cast<Command>(reader.u16());
  header.credits = reader.u16();
  header.flags = reader.u32();
  header.next_command = reader.u32();
  header.message_id = reader.u64();
  if (header.is_async()) {
    header.async_id = reader.u64();
  } else {
    header.process_id = reader.u32();
    header.tree_id = reader.u32();
  }
  header.session_id = reader.u64();
  for (std::byte& b : header.signature) b = static_cast<std::byte>(reader.u8());
  if (reader.failed())
    return violation("the SMB2 header is cut short", "MS-SMB2 2.2.1", message.size());
  return header;
}

Protocol protocol_of(Span message) {
  switch (bytes::LittleReader(message).u32()) {
    case kSmb2:
      return Protocol::smb2;
    case kSmb1:
      return Protocol::smb1;
    case kTransform:
      return Protocol::transform;
    default:
      return Protocol::unknown;
  }
}

std::vector<std::byte> framed(Span message) {
  std::vector<std::byte> out;
  out.reserve(message.size() + 4);
  const std::size_t size = message.size();
  for (const int shift : {24, 16, 8, 0})
    out.push_back(static_cast<std::byte>((size >> shift) & 0xff));
  out[0] = std::byte{};
  out.insert(out.end(), message.begin(), message.end());
  return out;
}

Result<std::vector<Link>> chain(Span frame, std::size_t links_max) {
  std::vector<Link> links;
  std::size_t at = 0;
  while (links.size() < links_max) {
    const auto header = decode_header(frame.subspan(at));
    if (!header) return tl::unexpected(header.error());
    const std::size_t next = header->next_command;
    if (next == 0) {
      links.push_back({at, frame.size() - at});
      return links;
    }
    if (next % 8 != 0 || next < kHeaderBytes || next >= frame.size() - at)
      return violation("NextCommand points to no message", "MS-SMB2 3.3.5.2.7", at + 20,
                       "NextCommand");
    links.push_back({at, next});
    at += next;
  }
  return violation("more messages in one frame than are taken", "MS-SMB2 3.3.5.2.7", at);
}

}  // namespace lunsim::smb
