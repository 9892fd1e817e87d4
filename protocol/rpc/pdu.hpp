// DCE/RPC's connection-oriented PDUs, as far as a pipe carries them: bind, bind_ack, bind_nak,
// alter_context and its answer, request, response, fault, and their authentication trailers.
// Written little-endian; requests are read in either order. EBCDIC and other floating points than
// IEEE's are refused.   C706 §12.6, MS-RPCE §2.2.2
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/rpc/stub.hpp"

namespace lunsim::rpc {

enum class PduType : std::uint8_t {
  request = 0,
  response = 2,
  fault = 3,
  bind = 11,
  bind_ack = 12,
  bind_nak = 13,
  alter_context = 14,
  alter_context_resp = 15,
  auth3 = 16,
  shutdown = 17,
  co_cancel = 18,
  orphaned = 19,
};

inline constexpr std::uint8_t kFirstFragment = 0x01;
inline constexpr std::uint8_t kLastFragment = 0x02;
inline constexpr std::uint8_t kSupportHeaderSign = 0x04;  // in bind and its kin
inline constexpr std::uint8_t kDidNotExecute = 0x20;
inline constexpr std::uint8_t kObjectUuid = 0x80;

inline constexpr std::size_t kCommonHeaderBytes = 16;
/// What both sides of a pipe send at most unless they agree on less. MS-RPCE §3.3.1.5.6 wants at
/// least 1432.
inline constexpr std::uint16_t kFragmentBytes = 4280;

struct CommonHeader {
  PduType type{};
  std::uint8_t flags = kFirstFragment | kLastFragment;
  std::uint16_t fragment_bytes = 0;  // of the whole PDU
  std::uint16_t auth_bytes = 0;      // of the authentication value behind its 8 bytes of header
  std::uint32_t call_id = 0;
  ByteOrder order = ByteOrder::little;
};
/// Shape    at least 16 bytes; what follows may be incomplete
Result<CommonHeader> decode_common_header(Span pdu);

struct SyntaxId {
  Uuid uuid{};
  std::uint32_t version = 0;  // major in the low 16 bits
  friend bool operator==(const SyntaxId&, const SyntaxId&) = default;
};
const SyntaxId& ndr32();
const SyntaxId& ndr64();
/// 6cb71c2c-9812-4540-<flags>: bind-time feature negotiation, whose last eight bytes are the flags.
/// MS-RPCE §3.3.1.5.3
bool is_bind_time_features(const SyntaxId& syntax);
std::uint16_t bind_time_features(const SyntaxId& syntax);

struct PresentationContext {
  std::uint16_t id = 0;
  SyntaxId abstract_syntax;
  std::vector<SyntaxId> transfer_syntaxes;  // at most 16
};

struct Bind {
  std::uint16_t max_xmit_bytes = kFragmentBytes;
  std::uint16_t max_recv_bytes = kFragmentBytes;
  std::uint32_t association_group = 0;
  std::vector<PresentationContext> contexts;  // at most 64
};
/// `type` is bind or alter_context.
std::vector<std::byte> encode(const Bind& bind, std::uint32_t call_id,
                              PduType type = PduType::bind);
/// Shape    a whole PDU
Result<Bind> decode_bind(Span pdu);

enum class ContextResult : std::uint16_t {
  acceptance = 0,
  user_rejection = 1,
  provider_rejection = 2,
  negotiate_ack = 3,
};
inline constexpr std::uint16_t kReasonNotSpecified = 0;
inline constexpr std::uint16_t kReasonAbstractSyntax = 1;
inline constexpr std::uint16_t kReasonTransferSyntaxes = 2;

struct ContextAnswer {
  ContextResult result{};
  std::uint16_t reason = 0;  // for negotiate_ack: the features
  SyntaxId transfer_syntax;
};
struct BindAck {
  std::uint16_t max_xmit_bytes = kFragmentBytes;
  std::uint16_t max_recv_bytes = kFragmentBytes;
  std::uint32_t association_group = 0;
  std::string secondary_address;  // "\PIPE\srvsvc"; empty in answers to alter_context
  std::vector<ContextAnswer> results;
};
std::vector<std::byte> encode(const BindAck& ack, std::uint32_t call_id,
                              PduType type = PduType::bind_ack);
Result<BindAck> decode_bind_ack(Span pdu);
std::vector<std::byte> encode_bind_nak(std::uint16_t reason, std::uint32_t call_id);
/// Why a bind is refused. C706 §12.6.3.6, MS-RPCE §2.2.2.5
Result<std::uint16_t> decode_bind_nak(Span pdu);
inline constexpr std::uint16_t kNakNotSpecified = 0;
inline constexpr std::uint16_t kNakAuthenticationType = 8;
inline constexpr std::uint16_t kNakInvalidChecksum = 9;

struct RequestPart {
  std::uint16_t context_id = 0;
  std::uint16_t opnum = 0;
  Stub stub;  // of the PDU that was decoded; without the padding before a trailer
};
Result<RequestPart> decode_request(Span pdu);
/// A request in as many fragments as it needs, one after the other.
std::vector<std::vector<std::byte>> encode_request(std::uint16_t context_id, std::uint16_t opnum,
                                                   Span stub, std::uint32_t call_id,
                                                   std::size_t fragment_bytes);

/// The stub of one fragment of a response.
Result<Span> decode_response(Span pdu);
std::vector<std::vector<std::byte>> encode_response(std::uint16_t context_id, Span stub,
                                                    std::uint32_t call_id,
                                                    std::size_t fragment_bytes);

/// How much a security context protects. MS-RPCE §2.2.1.1.8
enum class AuthLevel : std::uint8_t {
  none = 1,
  connect = 2,
  call = 3,
  packet = 4,
  integrity = 5,
  privacy = 6,
};
inline constexpr std::uint8_t kAuthNegotiate = 9;  // SPNEGO. MS-RPCE §2.2.1.1.7
inline constexpr std::uint8_t kAuthNtlm = 10;

/// sec_trailer and the token or signature behind it. MS-RPCE §2.2.2.11
struct AuthTrailer {
  std::uint8_t type = kAuthNtlm;
  AuthLevel level = AuthLevel::none;
  std::uint8_t pad_bytes = 0;
  std::uint32_t context_id = 0;
  Span value;  // of the PDU that was decoded
};
/// 8 bytes of sec_trailer.
inline constexpr std::size_t kAuthTrailerBytes = 8;
/// Shape    a whole PDU
/// Returns  nothing if it has no trailer
Result<std::optional<AuthTrailer>> decode_auth(Span pdu);
/// Appends padding to a multiple of `pad_to` counted from `padded_from`, the trailer and its value;
/// the PDU's lengths follow. trailer.pad_bytes is not used.
void append_auth(std::vector<std::byte>& pdu, const AuthTrailer& trailer, std::size_t padded_from,
                 std::size_t pad_to);
/// Takes padding, trailer and value away again; nothing if there is none.
void remove_auth(std::vector<std::byte>& pdu);
/// Where the stub of a response begins, and that of a request without an object.
inline constexpr std::size_t kStubOffset = 24;

// What a fault can say. C706 appendix E, MS-RPCE §2.2.2.9, §3.1.1.5.5
inline constexpr std::uint32_t kFaultOpRange = 0x1c01'0002;
inline constexpr std::uint32_t kFaultUnknownInterface = 0x1c01'0003;
inline constexpr std::uint32_t kFaultProtocol = 0x1c01'000b;
inline constexpr std::uint32_t kFaultInvalidTag = 0x1c00'0006;
inline constexpr std::uint32_t kFaultContextMismatch = 0x1c00'001a;
inline constexpr std::uint32_t kFaultAccessDenied = 0x0000'0005;
inline constexpr std::uint32_t kFaultBadStubData = 0x0000'06f7;

std::vector<std::byte> encode_fault(std::uint16_t context_id, std::uint32_t status,
                                    std::uint32_t call_id, bool did_not_execute = false);
Result<std::uint32_t> decode_fault(Span pdu);

}  // namespace lunsim::rpc
