#include "protocol/smb/message/security.hpp"

#include <algorithm>

#include "protocol/smb/crypto/key_derivation.hpp"

namespace lunsim::smb {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;
using namespace std::string_view_literals;

Span bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

constexpr std::size_t kFlagsOffset = 16;
constexpr std::size_t kMessageIdOffset = 24;
constexpr std::size_t kCommandOffset = 12;

/// 12 bytes: the MessageId, then who sent it and whether it is a CANCEL. §3.1.4.1
std::array<std::byte, 12> gmac_nonce(Span message) {
  std::array<std::byte, 12> nonce{};
  std::copy_n(message.begin() + kMessageIdOffset, 8, nonce.begin());
  if ((message[kFlagsOffset] & std::byte{kFlagServerToRedir}) != std::byte{})
    nonce[8] |= std::byte{1};
  LittleReader reader(message.subspan(kCommandOffset));
  if (reader.u16() == static_cast<std::uint16_t>(Command::cancel)) nonce[8] |= std::byte{2};
  return nonce;
}

}  // namespace

SessionKeys derive_session_keys(Dialect dialect, const Bytes16& session_key, const Bytes64& preauth,
                                Cipher cipher) {
  SessionKeys keys;
  if (dialect < Dialect::smb_3_0) {
    keys.signing = session_key;
    return keys;
  }
  const bool is_311 = dialect == Dialect::smb_3_1_1;
  const auto derive = [&](std::string_view old_label, std::string_view old_context,
                          std::string_view new_label, std::size_t size) {
    return is_311 ? derive_key(session_key, new_label, preauth, size)
                  : derive_key(session_key, old_label, bytes_of(old_context), size);
  };
  const auto signing = derive("SMB2AESCMAC\0"sv, "SmbSign\0"sv, "SMBSigningKey\0"sv, 16);
  std::ranges::copy(signing, keys.signing.begin());
  if (cipher == Cipher::none) return keys;
  const std::size_t size = key_bytes(cipher);
  keys.client_to_server = derive("SMB2AESCCM\0"sv, "ServerIn \0"sv, "SMBC2SCipherKey\0"sv, size);
  keys.server_to_client = derive("SMB2AESCCM\0"sv, "ServerOut\0"sv, "SMBS2CCipherKey\0"sv, size);
  return keys;
}

SigningAlgorithm default_signing(Dialect dialect) {
  return dialect < Dialect::smb_3_0 ? SigningAlgorithm::hmac_sha256 : SigningAlgorithm::aes_cmac;
}

Bytes16 signature_of(SigningAlgorithm algorithm, const Bytes16& key, Span message) {
  constexpr Bytes16 kZero{};
  const Span before = message.first(kSignatureOffset);
  const Span after = message.subspan(kHeaderBytes);
  switch (algorithm) {
    case SigningAlgorithm::aes_cmac:
      return aes128_cmac(key, {before, kZero, after});
    case SigningAlgorithm::aes_gmac:
      return aes128_gmac(key, gmac_nonce(message), {before, kZero, after});
    case SigningAlgorithm::hmac_sha256:
      break;
  }
  const auto digest = hmac_sha256(key, {before, kZero, after});
  Bytes16 signature;
  std::copy_n(digest.begin(), 16, signature.begin());
  return signature;
}

void sign(SigningAlgorithm algorithm, const Bytes16& key, std::span<std::byte> message) {
  message[kFlagsOffset] |= std::byte{kFlagSigned};
  const Bytes16 signature = signature_of(algorithm, key, message);
  std::ranges::copy(signature, message.begin() + kSignatureOffset);
}

bool is_signature_right(SigningAlgorithm algorithm, const Bytes16& key, Span message) {
  return is_equal_in_constant_time(signature_of(algorithm, key, message),
                                   message.subspan(kSignatureOffset, 16));
}

std::vector<std::byte> encrypt(Cipher cipher, Span key, std::uint64_t session_id, Span nonce,
                               Span messages) {
  std::vector<std::byte> out;
  LittleWriter writer(out);
  writer.u32(0x424d53fd);
  writer.zeros(16);
  writer.bytes(nonce);
  writer.zeros(16 - nonce.size());
  writer.u32(static_cast<std::uint32_t>(messages.size()));
  writer.u16(0);
  writer.u16(1);  // encrypted; in 3.0 the number of AES-128-CCM
  writer.u64(session_id);
  const Sealed sealed = seal(cipher, key, nonce, Span(out).subspan(20), messages);
  std::ranges::copy(sealed.tag, out.begin() + 4);
  writer.bytes(sealed.bytes);
  return out;
}

Result<TransformHeader> decode_transform_header(Span frame) {
  LittleReader reader(frame);
  const bool good = reader.u32() == 0x424d53fd;
  reader.skip(32);
  const std::size_t size = reader.u32();
  reader.u16();
  const bool is_encrypted = reader.u16() == 1;
  const TransformHeader header{reader.u64()};
  if (reader.failed() || !good || !is_encrypted || size != reader.remaining())
    return violation("the TRANSFORM_HEADER is not as it should be", "MS-SMB2 2.2.41",
                     reader.position());
  return header;
}

std::optional<std::vector<std::byte>> decrypt(Cipher cipher, Span key, Span frame) {
  if (cipher == Cipher::none || frame.size() < kTransformHeaderBytes ||
      key.size() != key_bytes(cipher))
    return std::nullopt;
  Bytes16 tag;
  std::copy_n(frame.begin() + 4, 16, tag.begin());
  return open(cipher, key, frame.subspan(20, nonce_bytes(cipher)),
              frame.subspan(20, kTransformHeaderBytes - 20), frame.subspan(kTransformHeaderBytes),
              tag);
}

std::vector<std::byte> encode(const ValidateNegotiateRequest& request) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  writer.u32(request.capabilities);
  writer.bytes(request.client_guid);
  writer.u16(request.security_mode);
  writer.u16(static_cast<std::uint16_t>(request.dialects.size()));
  for (const Dialect dialect : request.dialects) writer.u16(static_cast<std::uint16_t>(dialect));
  return raw;
}

Result<ValidateNegotiateRequest> decode_validate_negotiate_request(Span input) {
  LittleReader reader(input);
  ValidateNegotiateRequest request;
  request.capabilities = reader.u32();
  std::ranges::copy(reader.bytes(16), request.client_guid.begin());
  request.security_mode = reader.u16();
  const std::size_t count = reader.u16();
  for (std::size_t i = 0; i < count && !reader.failed(); ++i)
    request.dialects.push_back(static_cast<Dialect>(reader.u16()));
  if (reader.failed())
    return violation("VALIDATE_NEGOTIATE_INFO is cut short", "MS-SMB2 2.2.31.4", reader.position());
  return request;
}

std::vector<std::byte> encode(const ValidateNegotiateResponse& response) {
  std::vector<std::byte> raw;
  LittleWriter writer(raw);
  writer.u32(response.capabilities);
  writer.bytes(response.server_guid);
  writer.u16(response.security_mode);
  writer.u16(static_cast<std::uint16_t>(response.dialect));
  return raw;
}

Result<ValidateNegotiateResponse> decode_validate_negotiate_response(Span output) {
  LittleReader reader(output);
  ValidateNegotiateResponse response;
  response.capabilities = reader.u32();
  std::ranges::copy(reader.bytes(16), response.server_guid.begin());
  response.security_mode = reader.u16();
  response.dialect = static_cast<Dialect>(reader.u16());
  if (reader.failed())
    return violation("the answer to VALIDATE_NEGOTIATE_INFO is cut short", "MS-SMB2 2.2.32.6",
                     reader.position());
  return response;
}

}  // namespace lunsim::smb
