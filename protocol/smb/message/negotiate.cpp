#include "protocol/smb/message/negotiate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lunsim::smb {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;

constexpr std::array kDialects = {Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0,
                                  Dialect::smb_3_0_2, Dialect::smb_3_1_1};

enum ContextType : std::uint16_t {
  kPreauthIntegrity = 1,
  kEncryption = 2,
  kNetName = 5,
  kSigning = 8,
};

template <class Number>
std::vector<std::byte> list_of(const std::vector<Number>& numbers) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  writer.u16(static_cast<std::uint16_t>(numbers.size()));
  for (const Number number : numbers) writer.u16(static_cast<std::uint16_t>(number));
  return raw;
}

template <class Number>
void read_list(LittleReader& reader, std::vector<Number>& into) {
  const std::size_t count = reader.u16();
  if (count > reader.remaining() / 2) reader.fail();
  for (std::size_t i = 0; i < count && !reader.failed(); ++i)
    into.push_back(static_cast<Number>(reader.u16()));
}

struct Context {
  std::uint16_t type;
  std::vector<std::byte> data;
};

std::vector<Context> contexts_of(const NegotiateContexts& from) {
  std::vector<Context> contexts;
  if (!from.hash_algorithms.empty()) {
    std::vector<std::byte> data;
    LittleWriter writer(data);
    writer.u16(static_cast<std::uint16_t>(from.hash_algorithms.size()));
    writer.u16(static_cast<std::uint16_t>(from.salt.size()));
    for (const std::uint16_t hash : from.hash_algorithms) writer.u16(hash);
    writer.bytes(from.salt);
    contexts.push_back({kPreauthIntegrity, data});
  }
  if (!from.ciphers.empty()) contexts.push_back({kEncryption, list_of(from.ciphers)});
  if (!from.signing_algorithms.empty())
    contexts.push_back({kSigning, list_of(from.signing_algorithms)});
  if (!from.net_name.empty()) contexts.push_back({kNetName, bytes::utf16le(from.net_name)});
  return contexts;
}

/// Appends the contexts to a body and says where they are. §2.2.3.1
void write_contexts(const NegotiateContexts& from, LittleWriter& writer, std::size_t offset_at,
                    std::size_t count_at) {
  const auto contexts = contexts_of(from);
  writer.align(8);  // the header's 64 bytes are a multiple of 8
  writer.patch_u32(offset_at, static_cast<std::uint32_t>(kHeaderBytes + writer.size()));
  writer.patch_u16(count_at, static_cast<std::uint16_t>(contexts.size()));
  for (const Context& context : contexts) {
    writer.align(8);
    writer.u16(context.type);
    writer.u16(static_cast<std::uint16_t>(context.data.size()));
    writer.u32(0);
    writer.bytes(context.data);
  }
}

void read_context(std::uint16_t type, Span data, NegotiateContexts& into, LittleReader& outer) {
  LittleReader reader(data);
  if (type == kPreauthIntegrity) {
    ++into.preauth_contexts;
    const std::size_t hashes = reader.u16();
    const std::size_t salt = reader.u16();
    into.hash_algorithms.clear();
    for (std::size_t i = 0; i < hashes && !reader.failed(); ++i)
      into.hash_algorithms.push_back(reader.u16());
    into.salt = copy(reader.bytes(salt));
  } else if (type == kEncryption) {
    read_list(reader, into.ciphers);
  } else if (type == kSigning) {
    read_list(reader, into.signing_algorithms);
  } else if (type == kNetName) {
    into.net_name = reader.utf16(data.size() / 2);
  }
  if (reader.failed()) outer.fail();
}

void read_contexts(LittleReader& reader, std::size_t offset, std::size_t count,
                   NegotiateContexts& into) {
  reader.seek(offset);
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    if (i > 0) reader.align(8);
    const std::uint16_t type = reader.u16();
    const std::size_t length = reader.u16();
    reader.u32();
    const Span data = reader.bytes(length);
    if (!reader.failed()) read_context(type, data, into, reader);
  }
}

}  // namespace

std::string to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::smb_2_0_2:
      return "2.0.2";
    case Dialect::smb_2_1:
      return "2.1";
    case Dialect::smb_3_0:
      return "3.0";
    case Dialect::smb_3_0_2:
      return "3.0.2";
    case Dialect::smb_3_1_1:
      return "3.1.1";
    case Dialect::wildcard:
      return "2.???";
    case Dialect::none:
      break;
  }
  return fmt::format("{:#06x}", static_cast<unsigned>(dialect));
}

std::optional<Dialect> parse_dialect(std::string_view text) {
  const auto found = std::ranges::find_if(
      kDialects, [text](Dialect dialect) { return to_string(dialect) == text; });
  return found == kDialects.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::byte> encode(const NegotiateRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(36);
  writer.u16(static_cast<std::uint16_t>(request.dialects.size()));
  writer.u16(request.security_mode);
  writer.u16(0);
  writer.u32(request.capabilities);
  writer.bytes(request.client_guid);
  const std::size_t contexts_at = writer.size();
  writer.u64(0);  // ClientStartTime, or where the contexts are
  for (const Dialect dialect : request.dialects) writer.u16(static_cast<std::uint16_t>(dialect));
  if (std::ranges::count(request.dialects, Dialect::smb_3_1_1) > 0)
    write_contexts(request.contexts, writer, contexts_at, contexts_at + 4);
  return body;
}

Result<NegotiateRequest> decode_negotiate_request(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  NegotiateRequest request;
  const bool good_size = reader.u16() == 36;
  const std::size_t dialects = reader.u16();
  request.security_mode = reader.u16();
  reader.u16();
  request.capabilities = reader.u32();
  std::ranges::copy(reader.bytes(16), request.client_guid.begin());
  const std::size_t contexts_at = reader.u32();
  const std::size_t contexts = reader.u16();
  reader.u16();
  if (dialects > 64) reader.fail();
  for (std::size_t i = 0; i < dialects && !reader.failed(); ++i)
    request.dialects.push_back(static_cast<Dialect>(reader.u16()));
  if (std::ranges::count(request.dialects, Dialect::smb_3_1_1) > 0)
    read_contexts(reader, contexts_at, contexts, request.contexts);
  if (reader.failed() || !good_size)
    return violation("NEGOTIATE is not as it should be", "MS-SMB2 2.2.3", reader.position());
  return request;
}

std::vector<std::byte> encode(const NegotiateResponse& response) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(65);
  writer.u16(response.security_mode);
  writer.u16(static_cast<std::uint16_t>(response.dialect));
  const std::size_t count_at = writer.size();
  writer.u16(0);
  writer.bytes(response.server_guid);
  writer.u32(response.capabilities);
  writer.u32(response.max_transact_bytes);
  writer.u32(response.max_read_bytes);
  writer.u32(response.max_write_bytes);
  writer.u64(response.system_time);
  writer.u64(response.server_start_time);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 64));
  writer.u16(static_cast<std::uint16_t>(response.security_blob.size()));
  const std::size_t offset_at = writer.size();
  writer.u32(0);
  writer.bytes(response.security_blob);
  if (response.dialect == Dialect::smb_3_1_1)
    write_contexts(response.contexts, writer, offset_at, count_at);
  return body;
}

Result<NegotiateResponse> decode_negotiate_response(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  NegotiateResponse response;
  const bool good_size = reader.u16() == 65;
  response.security_mode = reader.u16();
  response.dialect = static_cast<Dialect>(reader.u16());
  const std::size_t contexts = reader.u16();
  std::ranges::copy(reader.bytes(16), response.server_guid.begin());
  response.capabilities = reader.u32();
  response.max_transact_bytes = reader.u32();
  response.max_read_bytes = reader.u32();
  response.max_write_bytes = reader.u32();
  response.system_time = reader.u64();
  response.server_start_time = reader.u64();
  const std::size_t blob_at = reader.u16();
  const std::size_t blob_bytes = reader.u16();
  const std::size_t contexts_at = reader.u32();
  reader.seek(blob_at);
  response.security_blob = copy(reader.bytes(blob_bytes));
  if (response.dialect == Dialect::smb_3_1_1)
    read_contexts(reader, contexts_at, contexts, response.contexts);
  if (reader.failed() || !good_size)
    return violation("the answer to NEGOTIATE is not as it should be", "MS-SMB2 2.2.4",
                     reader.position());
  return response;
}

Result<Smb1Offer> decode_smb1_negotiate(Span message) {
  constexpr std::uint8_t kSmbComNegotiate = 0x72;
  LittleReader reader(message);
  reader.skip(4);
  const bool is_negotiate = reader.u8() == kSmbComNegotiate;
  reader.seek(32);
  const std::size_t words = reader.u8();
  reader.skip(words * 2);
  const std::size_t count = reader.u16();
  const Span dialects = reader.bytes(count);
  if (!is_negotiate || reader.failed())
    return violation("an SMB1 message that is no NEGOTIATE", "MS-SMB2 3.3.5.3.1");
  const std::string_view text(reinterpret_cast<const char*>(dialects.data()), dialects.size());
  // Each is 02h, the name and a null.
  const auto has = [text](std::string_view name) {
    return text.find("\x02" + std::string(name) + std::string(1, '\0')) != text.npos;
  };
  return Smb1Offer{has("SMB 2.002"), has("SMB 2.???")};
}

std::vector<std::byte> encode_smb1_negotiate() {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  writer.u32(0x424d53ff);
  writer.u8(0x72);
  writer.u32(0);
  writer.u8(0x18);
  writer.u16(0xc853);
  writer.zeros(12);
  writer.u16(0xffff);
  writer.u16(0xfeff);
  writer.zeros(4);
  writer.u8(0);
  using namespace std::string_view_literals;
  constexpr std::string_view kOffered = "\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0"sv;
  writer.u16(static_cast<std::uint16_t>(kOffered.size()));
  writer.text(kOffered);
  return raw;
}

}  // namespace lunsim::smb
