#include "protocol/smb/auth/ntlm_message.hpp"

#include <algorithm>

#include "protocol/bytes/little_endian.hpp"

namespace lunsim::smb::ntlm {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;

constexpr std::string_view kSignature{"NTLMSSP\0", 8};
// Product version of no product: 6.1, revision 15 (NTLMSSP_REVISION_W2K3). MS-NLMP §2.2.2.10
constexpr std::uint64_t kVersion = 0x0f00'0000'1db1'0106;

void begin(LittleWriter& writer, std::uint32_t type) {
  writer.text(kSignature);
  writer.u32(type);
}

/// Where a payload lies: length, maximum length, offset. §2.2.1.3
void field(LittleWriter& writer, std::size_t length, std::size_t& offset) {
  writer.u16(static_cast<std::uint16_t>(length));
  writer.u16(static_cast<std::uint16_t>(length));
  writer.u32(static_cast<std::uint32_t>(offset));
  offset += length;
}

/// The payload that the next field of `fields` points to. An empty one may point anywhere.
Span payload(LittleReader& fields, Span raw, std::size_t& first_payload) {
  const std::size_t length = fields.u16();
  fields.u16();
  const std::size_t offset = fields.u32();
  if (length == 0) return {};
  first_payload = std::min(first_payload, offset);
  LittleReader at(raw);
  at.seek(offset);
  const Span found = at.bytes(length);
  if (at.failed()) fields.fail();
  return found;
}

std::vector<std::byte> copy(Span raw) { return {raw.begin(), raw.end()}; }

/// Names are UTF-16LE, or in an OEM character set of which only ASCII is sure.
std::u16string text(Span raw, std::uint32_t flags) {
  std::u16string out;
  if ((flags & kNegotiateUnicode) != 0) return LittleReader(raw).utf16(raw.size() / 2);
  for (const std::byte b : raw) out.push_back(static_cast<char16_t>(b));
  return out;
}

}  // namespace

AvPair text_pair(AvId id, std::u16string_view text) { return {id, bytes::utf16le(text)}; }

std::vector<std::byte> encode_av_pairs(const AvPairs& pairs) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  for (const AvPair& pair : pairs) {
    writer.u16(static_cast<std::uint16_t>(pair.id));
    writer.u16(static_cast<std::uint16_t>(pair.value.size()));
    writer.bytes(pair.value);
  }
  writer.u32(0);
  return raw;
}

Result<AvPairs> decode_av_pairs(Span raw) {
  constexpr std::size_t kPairsMax = 64;
  AvPairs pairs;
  LittleReader reader(raw);
  while (pairs.size() < kPairsMax) {
    const auto id = static_cast<AvId>(reader.u16());
    const std::size_t length = reader.u16();
    const Span value = reader.bytes(length);
    if (reader.failed())
      return violation("the list of AV pairs ends before MsvAvEOL", "MS-NLMP 2.2.2.1",
                       reader.position());
    if (id == AvId::eol) return pairs;
    pairs.push_back({id, copy(value)});
  }
  return violation("more AV pairs than anybody needs", "MS-NLMP 2.2.2.1", reader.position());
}

const AvPair* find(const AvPairs& pairs, AvId id) {
  const auto found = std::ranges::find(pairs, id, &AvPair::id);
  return found == pairs.end() ? nullptr : &*found;
}

std::vector<std::byte> encode(const NegotiateMessage& message) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  begin(writer, 1);
  writer.u32(message.flags);
  std::size_t none = 40;
  field(writer, 0, none);
  field(writer, 0, none);
  writer.u64(kVersion);
  return raw;
}

Result<NegotiateMessage> decode_negotiate(Span raw) {
  if (message_type(raw) != 1u)
    return violation("not an NTLM NEGOTIATE message", "MS-NLMP 2.2.1.1", 0, "MessageType");
  LittleReader reader(raw);
  reader.skip(12);
  const NegotiateMessage message{reader.u32()};
  if (reader.failed())
    return violation("NEGOTIATE ends before its flags", "MS-NLMP 2.2.1.1", 12, "NegotiateFlags");
  return message;
}

std::vector<std::byte> encode(const ChallengeMessage& message) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  begin(writer, 2);
  std::size_t offset = 56;
  field(writer, message.target_name.size() * 2, offset);
  writer.u32(message.flags);
  writer.bytes(message.server_challenge);
  writer.zeros(8);
  field(writer, message.target_info.size(), offset);
  writer.u64(kVersion);
  writer.utf16(message.target_name);
  writer.bytes(message.target_info);
  return raw;
}

Result<ChallengeMessage> decode_challenge(Span raw) {
  if (message_type(raw) != 2u)
    return violation("not an NTLM CHALLENGE message", "MS-NLMP 2.2.1.2", 0, "MessageType");
  LittleReader reader(raw);
  reader.skip(12);
  ChallengeMessage message;
  std::size_t first_payload = raw.size();
  const Span name = payload(reader, raw, first_payload);
  message.flags = reader.u32();
  std::ranges::copy(reader.bytes(8), message.server_challenge.begin());
  reader.skip(8);
  if ((message.flags & kNegotiateTargetInfo) != 0)
    message.target_info = copy(payload(reader, raw, first_payload));
  if (reader.failed())
    return violation("CHALLENGE is cut short, or a field points outside", "MS-NLMP 2.2.1.2",
                     reader.position());
  message.target_name = text(name, message.flags);
  return message;
}

std::vector<std::byte> encode(const AuthenticateMessage& message) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  begin(writer, 3);
  const bool has_mic = message.mic.has_value();
  const std::size_t names =
      (message.domain.size() + message.user.size() + message.workstation.size()) * 2;
  const std::size_t header = has_mic ? kMicOffset + 16 : kMicOffset;
  std::size_t name_at = header;
  std::size_t at = header + names;
  field(writer, message.lm_response.size(), at);
  field(writer, message.nt_response.size(), at);
  field(writer, message.domain.size() * 2, name_at);
  field(writer, message.user.size() * 2, name_at);
  field(writer, message.workstation.size() * 2, name_at);
  field(writer, message.encrypted_session_key.size(), at);
  writer.u32(message.flags);
  writer.u64(kVersion);
  if (has_mic) writer.bytes(*message.mic);
  writer.utf16(message.domain);
  writer.utf16(message.user);
  writer.utf16(message.workstation);
  writer.bytes(message.lm_response);
  writer.bytes(message.nt_response);
  writer.bytes(message.encrypted_session_key);
  return raw;
}

Result<AuthenticateMessage> decode_authenticate(Span raw) {
  if (message_type(raw) != 3u)
    return violation("not an NTLM AUTHENTICATE message", "MS-NLMP 2.2.1.3", 0, "MessageType");
  LittleReader reader(raw);
  reader.skip(12);
  AuthenticateMessage message;
  std::size_t first_payload = raw.size();
  message.lm_response = copy(payload(reader, raw, first_payload));
  message.nt_response = copy(payload(reader, raw, first_payload));
  const Span domain = payload(reader, raw, first_payload);
  const Span user = payload(reader, raw, first_payload);
  const Span workstation = payload(reader, raw, first_payload);
  message.encrypted_session_key = copy(payload(reader, raw, first_payload));
  message.flags = reader.u32();
  if (reader.failed())
    return violation("AUTHENTICATE is cut short, or a field points outside", "MS-NLMP 2.2.1.3",
                     reader.position());
  message.domain = text(domain, message.flags);
  message.user = text(user, message.flags);
  message.workstation = text(workstation, message.flags);
  if (first_payload >= kMicOffset + 16 && raw.size() >= kMicOffset + 16) {
    message.mic.emplace();
    std::copy_n(raw.begin() + kMicOffset, 16, message.mic->begin());
  }
  return message;
}

std::optional<std::uint32_t> message_type(Span raw) {
  LittleReader reader(raw);
  const Span signature = reader.bytes(8);
  const std::uint32_t type = reader.u32();
  const auto wanted = std::as_bytes(std::span(kSignature.data(), kSignature.size()));
  if (reader.failed() || !std::ranges::equal(signature, wanted) || type < 1 || type > 3)
    return std::nullopt;
  return type;
}

}  // namespace lunsim::smb::ntlm
