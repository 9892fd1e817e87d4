#include "protocol/rpc/pdu.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/bytes/little_endian.hpp"

namespace lunsim::rpc {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;
using Raw = std::vector<std::byte>;

/// Reads a PDU in the order that it says it is written in.
class PduReader : public LittleReader {
 public:
  explicit PduReader(Span pdu)
      : LittleReader(pdu), is_big_(pdu.size() > 4 && pdu[4] == std::byte{}) {}
  std::uint16_t u16() {
    const std::uint16_t value = LittleReader::u16();
    return is_big_ ? swapped(value) : value;
  }
  std::uint32_t u32() {
    const std::uint32_t value = LittleReader::u32();
    return is_big_ ? swapped(value) : value;
  }
  Uuid uuid() {
    Uuid read{};
    std::ranges::copy(bytes(16), read.begin());
    return is_big_ ? swapped(read) : read;
  }

 private:
  bool is_big_;
};

constexpr std::uint8_t kLittleEndianAscii = 0x10;
constexpr std::uint8_t kBigEndianAscii = 0x00;

constexpr Uuid uuid(std::initializer_list<int> raw) {
  Uuid out{};
  std::size_t at = 0;
  for (const int b : raw) out[at++] = static_cast<std::byte>(b);
  return out;
}
constexpr Uuid kNdr32 = uuid({0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08,
                              0x00, 0x2b, 0x10, 0x48, 0x60});
constexpr Uuid kNdr64 = uuid({0x33, 0x05, 0x71, 0x71, 0xba, 0xbe, 0x37, 0x49, 0x83, 0x19, 0xb5,
                              0xdb, 0xef, 0x9c, 0xcc, 0x36});
constexpr Uuid kBindTimeFeatures =
    uuid({0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45, 0, 0, 0, 0, 0, 0, 0, 0});

void begin(LittleWriter& writer, PduType type, std::uint8_t flags, std::uint32_t call_id) {
  writer.u8(5);
  writer.u8(0);
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u8(flags);
  writer.u32(kLittleEndianAscii);  // and IEEE
  writer.u16(0);                   // the size: see finish
  writer.u16(0);
  writer.u32(call_id);
}

Raw finish(Raw pdu) {
  pdu[8] = static_cast<std::byte>(pdu.size() & 0xff);
  pdu[9] = static_cast<std::byte>((pdu.size() >> 8) & 0xff);
  return pdu;
}

void write(LittleWriter& writer, const SyntaxId& syntax) {
  writer.bytes(syntax.uuid);
  writer.u32(syntax.version);
}
SyntaxId read_syntax(PduReader& reader) {
  SyntaxId syntax;
  syntax.uuid = reader.uuid();
  syntax.version = reader.u32();
  return syntax;
}

/// The PDU without its authentication trailer and the padding before that.
Result<Span> body_of(Span pdu) {
  const auto header = decode_common_header(pdu);
  if (!header) return tl::unexpected(header.error());
  if (header->fragment_bytes != pdu.size())
    return violation("frag_length is not the size of the PDU", "C706 12.6.3.1", 8, "frag_length");
  const auto auth = decode_auth(pdu);
  if (!auth) return tl::unexpected(auth.error());
  if (!*auth) return pdu;
  return pdu.first(pdu.size() - (*auth)->value.size() - kAuthTrailerBytes - (*auth)->pad_bytes);
}

template <class Encode>
std::vector<Raw> in_fragments(Span stub, std::size_t fragment_bytes, Encode encode) {
  // By sixteens, as Windows and Samba cut: then no fragment but the last has padding before its
  // trailer, which some reassemblers leave in.
  assert(fragment_bytes > kStubOffset + 16);
  const std::size_t piece = (fragment_bytes - kStubOffset) & ~std::size_t{15};
  std::vector<Raw> fragments;
  std::size_t at = 0;
  do {
    const std::size_t size = std::min(piece, stub.size() - at);
    std::uint8_t flags = 0;
    if (at == 0) flags |= kFirstFragment;
    if (at + size == stub.size()) flags |= kLastFragment;
    fragments.push_back(encode(stub.subspan(at, size), flags, stub.size() - at));
    at += size;
  } while (at < stub.size());
  return fragments;
}

}  // namespace

const SyntaxId& ndr32() {
  static const SyntaxId syntax{kNdr32, 2};
  return syntax;
}
const SyntaxId& ndr64() {
  static const SyntaxId syntax{kNdr64, 1};
  return syntax;
}
bool is_bind_time_features(const SyntaxId& syntax) {
  return std::equal(syntax.uuid.begin(), syntax.uuid.begin() + 8, kBindTimeFeatures.begin()) &&
         syntax.version == 1;
}
std::uint16_t bind_time_features(const SyntaxId& syntax) {
  return static_cast<std::uint16_t>(static_cast<unsigned>(syntax.uuid[8]) |
                                    (static_cast<unsigned>(syntax.uuid[9]) << 8));
}

Result<CommonHeader> decode_common_header(Span pdu) {
  PduReader reader(pdu);
  const bool is_version_5 = reader.u8() == 5 && reader.u8() <= 1;
  CommonHeader header;
  header.type = static_cast<PduType>(reader.u8());
  header.flags = reader.u8();
  const std::uint8_t representation = reader.u8();
  reader.skip(3);
  header.fragment_bytes = reader.u16();
  header.auth_bytes = reader.u16();
  header.call_id = reader.u32();
  if (reader.failed() || !is_version_5)
    return violation("no PDU of RPC 5", "C706 12.6.3.1", 0, "rpc_vers");
  if (representation != kLittleEndianAscii && representation != kBigEndianAscii)
    return violation("the data representation is none that is read here", "C706 14.1", 4,
                     "packed_drep");
  if (representation == kBigEndianAscii) header.order = ByteOrder::big;
  if (header.fragment_bytes < kCommonHeaderBytes)
    return violation("frag_length is less than the header", "C706 12.6.3.1", 8, "frag_length");
  return header;
}

Result<std::optional<AuthTrailer>> decode_auth(Span pdu) {
  const auto header = decode_common_header(pdu);
  if (!header) return tl::unexpected(header.error());
  if (header->auth_bytes == 0) return std::nullopt;
  const std::size_t size = header->auth_bytes + kAuthTrailerBytes;
  if (size > pdu.size() - kCommonHeaderBytes)
    return violation("auth_length is more than the PDU has", "C706 12.6.3.1", 10, "auth_length");
  PduReader reader(pdu);
  reader.seek(pdu.size() - size);
  AuthTrailer trailer;
  trailer.type = reader.u8();
  trailer.level = static_cast<AuthLevel>(reader.u8());
  trailer.pad_bytes = reader.u8();
  reader.u8();
  trailer.context_id = reader.u32();
  trailer.value = reader.rest();
  if (trailer.pad_bytes > pdu.size() - kCommonHeaderBytes - size)
    return violation("auth_pad_length is more than the PDU has", "MS-RPCE 2.2.2.11",
                     pdu.size() - size + 2, "auth_pad_length");
  return trailer;
}

void append_auth(Raw& pdu, const AuthTrailer& trailer, std::size_t padded_from,
                 std::size_t pad_to) {
  const std::size_t pad = (pad_to - (pdu.size() - padded_from) % pad_to) % pad_to;
  pdu.resize(pdu.size() + pad);
  LittleWriter writer(pdu);
  writer.u8(trailer.type);
  writer.u8(static_cast<std::uint8_t>(trailer.level));
  writer.u8(static_cast<std::uint8_t>(pad));
  writer.u8(0);
  writer.u32(trailer.context_id);
  writer.bytes(trailer.value);
  pdu = finish(std::move(pdu));
  pdu[10] = static_cast<std::byte>(trailer.value.size() & 0xff);
  pdu[11] = static_cast<std::byte>(trailer.value.size() >> 8);
}

void remove_auth(Raw& pdu) {
  const auto trailer = decode_auth(pdu);
  if (!trailer || !*trailer) return;
  pdu.resize(pdu.size() - (*trailer)->value.size() - kAuthTrailerBytes - (*trailer)->pad_bytes);
  pdu = finish(std::move(pdu));
  pdu[10] = pdu[11] = std::byte{};
}

Raw encode(const Bind& bind, std::uint32_t call_id, PduType type) {
  Raw pdu;
  LittleWriter writer(pdu);
  begin(writer, type, kFirstFragment | kLastFragment, call_id);
  writer.u16(bind.max_xmit_bytes);
  writer.u16(bind.max_recv_bytes);
  writer.u32(bind.association_group);
  writer.u32(static_cast<std::uint32_t>(bind.contexts.size()));
  for (const PresentationContext& context : bind.contexts) {
    writer.u16(context.id);
    writer.u16(static_cast<std::uint16_t>(context.transfer_syntaxes.size()));
    write(writer, context.abstract_syntax);
    for (const SyntaxId& syntax : context.transfer_syntaxes) write(writer, syntax);
  }
  return finish(std::move(pdu));
}

Result<Bind> decode_bind(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  PduReader reader(*body);
  reader.skip(kCommonHeaderBytes);
  Bind bind;
  bind.max_xmit_bytes = reader.u16();
  bind.max_recv_bytes = reader.u16();
  bind.association_group = reader.u32();
  const std::size_t contexts = reader.u8();
  reader.skip(3);
  if (contexts > 64) reader.fail();
  for (std::size_t i = 0; i < contexts && !reader.failed(); ++i) {
    PresentationContext context;
    context.id = reader.u16();
    const std::size_t transfers = reader.u8();
    reader.u8();
    context.abstract_syntax = read_syntax(reader);
    if (transfers > 16) reader.fail();
    for (std::size_t j = 0; j < transfers && !reader.failed(); ++j)
      context.transfer_syntaxes.push_back(read_syntax(reader));
    bind.contexts.push_back(std::move(context));
  }
  if (reader.failed())
    return violation("the bind is cut short or has too many contexts", "C706 12.6.4.3",
                     reader.position());
  return bind;
}

Raw encode(const BindAck& ack, std::uint32_t call_id, PduType type) {
  Raw pdu;
  LittleWriter writer(pdu);
  begin(writer, type, kFirstFragment | kLastFragment, call_id);
  writer.u16(ack.max_xmit_bytes);
  writer.u16(ack.max_recv_bytes);
  writer.u32(ack.association_group);
  const std::string& address = ack.secondary_address;
  writer.u16(static_cast<std::uint16_t>(address.empty() ? 0 : address.size() + 1));
  writer.text(address);
  if (!address.empty()) writer.u8(0);
  writer.align(4);
  writer.u32(static_cast<std::uint32_t>(ack.results.size()));
  for (const ContextAnswer& answer : ack.results) {
    writer.u16(static_cast<std::uint16_t>(answer.result));
    writer.u16(answer.reason);
    write(writer, answer.transfer_syntax);
  }
  return finish(std::move(pdu));
}

Result<BindAck> decode_bind_ack(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  PduReader reader(*body);
  reader.skip(kCommonHeaderBytes);
  BindAck ack;
  ack.max_xmit_bytes = reader.u16();
  ack.max_recv_bytes = reader.u16();
  ack.association_group = reader.u32();
  const std::size_t address = reader.u16();
  for (const std::byte b : reader.bytes(address))
    if (b != std::byte{}) ack.secondary_address.push_back(static_cast<char>(b));
  reader.align(4);
  const std::size_t results = reader.u8();
  reader.skip(3);
  for (std::size_t i = 0; i < results && !reader.failed(); ++i) {
    ContextAnswer answer;
    answer.result = static_cast<ContextResult>(reader.u16());
    answer.reason = reader.u16();
    answer.transfer_syntax = read_syntax(reader);
    ack.results.push_back(answer);
  }
  if (reader.failed())
    return violation("the bind_ack is cut short", "C706 12.6.4.4", reader.position());
  return ack;
}

Raw encode_bind_nak(std::uint16_t reason, std::uint32_t call_id) {
  Raw pdu;
  LittleWriter writer(pdu);
  begin(writer, PduType::bind_nak, kFirstFragment | kLastFragment, call_id);
  writer.u16(reason);
  writer.u8(1);  // one protocol version: 5.0
  writer.u8(5);
  writer.u8(0);
  return finish(std::move(pdu));
}

Result<std::uint16_t> decode_bind_nak(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  PduReader reader(*body);
  reader.skip(kCommonHeaderBytes);
  const std::uint16_t reason = reader.u16();
  if (reader.failed())
    return violation("the bind_nak is cut short", "C706 12.6.4.5", body->size(),
                     "provider_reject_reason");
  return reason;
}

Result<RequestPart> decode_request(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  PduReader reader(*body);
  reader.skip(3);
  const std::uint8_t flags = reader.u8();
  reader.skip(kCommonHeaderBytes - 4);
  reader.u32();
  RequestPart part;
  part.context_id = reader.u16();
  part.opnum = reader.u16();
  if ((flags & kObjectUuid) != 0) reader.skip(16);
  if (reader.failed())
    return violation("the request is cut short", "C706 12.6.4.9", reader.position());
  part.stub = {reader.rest(), (*body)[4] == std::byte{} ? ByteOrder::big : ByteOrder::little};
  return part;
}

std::vector<Raw> encode_request(std::uint16_t context_id, std::uint16_t opnum, Span stub,
                                std::uint32_t call_id, std::size_t fragment_bytes) {
  return in_fragments(stub, fragment_bytes, [&](Span piece, std::uint8_t flags, std::size_t left) {
    Raw pdu;
    LittleWriter writer(pdu);
    begin(writer, PduType::request, flags, call_id);
    writer.u32(static_cast<std::uint32_t>(left));
    writer.u16(context_id);
    writer.u16(opnum);
    writer.bytes(piece);
    return finish(std::move(pdu));
  });
}

Result<Span> decode_response(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  if (body->size() < kStubOffset)
    return violation("the response is cut short", "C706 12.6.4.10", body->size());
  return body->subspan(kStubOffset);
}

std::vector<Raw> encode_response(std::uint16_t context_id, Span stub, std::uint32_t call_id,
                                 std::size_t fragment_bytes) {
  return in_fragments(stub, fragment_bytes, [&](Span piece, std::uint8_t flags, std::size_t left) {
    Raw pdu;
    LittleWriter writer(pdu);
    begin(writer, PduType::response, flags, call_id);
    writer.u32(static_cast<std::uint32_t>(left));
    writer.u16(context_id);
    writer.u16(0);
    writer.bytes(piece);
    return finish(std::move(pdu));
  });
}

Raw encode_fault(std::uint16_t context_id, std::uint32_t status, std::uint32_t call_id,
                 bool did_not_execute) {
  Raw pdu;
  LittleWriter writer(pdu);
  const std::uint8_t flags = kFirstFragment | kLastFragment;
  begin(writer, PduType::fault,
        static_cast<std::uint8_t>(did_not_execute ? flags | kDidNotExecute : flags), call_id);
  writer.u32(32);
  writer.u16(context_id);
  writer.u16(0);
  writer.u32(status);
  writer.u32(0);
  return finish(std::move(pdu));
}

Result<std::uint32_t> decode_fault(Span pdu) {
  const auto body = body_of(pdu);
  if (!body) return tl::unexpected(body.error());
  PduReader reader(*body);
  reader.seek(kStubOffset);
  const std::uint32_t status = reader.u32();
  if (reader.failed())
    return violation("the fault is cut short", "C706 12.6.4.7", body->size(), "status");
  return status;
}

}  // namespace lunsim::rpc
