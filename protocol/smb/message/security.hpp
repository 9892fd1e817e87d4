// What protects an SMB2 connection: the preauthentication hash of 3.1.1, the keys of a session,
// signatures, encrypted messages, and the question whether the negotiation was tampered with.
// MS-SMB2 §3.1.4.1 to §3.1.4.3, §2.2.41, §3.3.5.5.3, §2.2.31.4
#pragma once

#include <optional>
#include <vector>

#include "protocol/smb/message/negotiate.hpp"

namespace lunsim::smb {

/// SHA-512 over what was there and each message of the negotiation and the login.
class PreauthIntegrity {
 public:
  void update(Span message) { hash_ = sha512({hash_, message}); }
  const Bytes64& hash() const { return hash_; }

 private:
  Bytes64 hash_{};
};

struct SessionKeys {
  Bytes16 signing{};
  std::vector<std::byte> client_to_server;  // empty: the dialect cannot encrypt
  std::vector<std::byte> server_to_client;
};
/// Shape    the key of the login; `preauth` counts for 3.1.1 only
SessionKeys derive_session_keys(Dialect dialect, const Bytes16& session_key, const Bytes64& preauth,
                                Cipher cipher);

/// What a dialect signs with where nothing is negotiated.
SigningAlgorithm default_signing(Dialect dialect);

/// Shape    one message, header and body (with the padding of a chain); what stands in its
/// Signature is taken as zero
Bytes16 signature_of(SigningAlgorithm algorithm, const Bytes16& key, Span message);
/// Sets SMB2_FLAGS_SIGNED and writes the signature into the header.
void sign(SigningAlgorithm algorithm, const Bytes16& key, std::span<std::byte> message);
bool is_signature_right(SigningAlgorithm algorithm, const Bytes16& key, Span message);

/// A TRANSFORM_HEADER of 52 bytes and the sealed messages.   §2.2.41
std::vector<std::byte> encrypt(Cipher cipher, Span key, std::uint64_t session_id, Span nonce,
                               Span messages);
struct TransformHeader {
  std::uint64_t session_id = 0;
};
inline constexpr std::size_t kTransformHeaderBytes = 52;
Result<TransformHeader> decode_transform_header(Span frame);
/// Shape    a frame whose header was decoded
/// Returns  the messages; nothing if the tag is not right or the sizes lie
std::optional<std::vector<std::byte>> decrypt(Cipher cipher, Span key, Span frame);

/// FSCTL_VALIDATE_NEGOTIATE_INFO, both ways.
struct ValidateNegotiateRequest {
  std::uint32_t capabilities = 0;
  Guid client_guid{};
  std::uint16_t security_mode = 0;
  std::vector<Dialect> dialects;
};
std::vector<std::byte> encode(const ValidateNegotiateRequest& request);
Result<ValidateNegotiateRequest> decode_validate_negotiate_request(Span input);
struct ValidateNegotiateResponse {
  std::uint32_t capabilities = 0;
  Guid server_guid{};
  std::uint16_t security_mode = 0;
  Dialect dialect{};
};
std::vector<std::byte> encode(const ValidateNegotiateResponse& response);
Result<ValidateNegotiateResponse> decode_validate_negotiate_response(Span output);

}  // namespace lunsim::smb
