// SMB2 NEGOTIATE, both ways, with the contexts of 3.1.1, and the SMB1 negotiation that offers SMB2.
// MS-SMB2 §2.2.3, §2.2.4, §3.3.5.3
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/smb/crypto/cipher.hpp"
#include "protocol/smb/message/header.hpp"

namespace lunsim::smb {

enum class Dialect : std::uint16_t {
  none = 0,
  smb_2_0_2 = 0x0202,
  smb_2_1 = 0x0210,
  smb_3_0 = 0x0300,
  smb_3_0_2 = 0x0302,
  smb_3_1_1 = 0x0311,
  wildcard = 0x02ff,  // the answer to "SMB 2.???"
};
/// "3.1.1"; "0x1234" if it is none of these.
std::string to_string(Dialect dialect);
std::optional<Dialect> parse_dialect(std::string_view text);

inline constexpr std::uint16_t kSigningEnabled = 1;
inline constexpr std::uint16_t kSigningRequired = 2;

inline constexpr std::uint32_t kCapDfs = 0x01;
inline constexpr std::uint32_t kCapLeasing = 0x02;
inline constexpr std::uint32_t kCapLargeMtu = 0x04;
inline constexpr std::uint32_t kCapEncryption = 0x40;

enum class SigningAlgorithm : std::uint16_t { hmac_sha256 = 0, aes_cmac = 1, aes_gmac = 2 };

using Guid = Bytes16;

/// What a client or a server says in contexts. Empty lists and optionals: the context is absent.
struct NegotiateContexts {
  std::vector<std::uint16_t> hash_algorithms;  // 1: SHA-512
  std::vector<std::byte> salt;
  std::vector<Cipher> ciphers;
  std::vector<SigningAlgorithm> signing_algorithms;
  std::u16string net_name;
  std::size_t preauth_contexts = 0;  // decoded only: more than one is an error of the peer's
};
inline constexpr std::uint16_t kSha512 = 1;

struct NegotiateRequest {
  std::vector<Dialect> dialects;  // at most 64
  std::uint16_t security_mode = 0;
  std::uint32_t capabilities = 0;
  Guid client_guid{};
  NegotiateContexts contexts;  // on the wire only if 3.1.1 is among the dialects
};
/// Shape    the body; contexts are aligned as if the header stood before it
std::vector<std::byte> encode(const NegotiateRequest& request);
/// Shape    header and body
Result<NegotiateRequest> decode_negotiate_request(Span message);

struct NegotiateResponse {
  std::uint16_t security_mode = 0;
  Dialect dialect{};
  Guid server_guid{};
  std::uint32_t capabilities = 0;
  std::uint32_t max_transact_bytes = 0;
  std::uint32_t max_read_bytes = 0;
  std::uint32_t max_write_bytes = 0;
  std::uint64_t system_time = 0;  // 100 ns since 1601
  std::uint64_t server_start_time = 0;
  std::vector<std::byte> security_blob;
  NegotiateContexts contexts;  // on the wire only if the dialect is 3.1.1
};
std::vector<std::byte> encode(const NegotiateResponse& response);
Result<NegotiateResponse> decode_negotiate_response(Span message);

/// What an SMB1 NEGOTIATE offers of SMB2.
struct Smb1Offer {
  bool smb_2_0_2 = false;       // "SMB 2.002"
  bool smb_2_wildcard = false;  // "SMB 2.???"
};
Result<Smb1Offer> decode_smb1_negotiate(Span message);
/// "NT LM 0.12", "SMB 2.002", "SMB 2.???", the whole message.
std::vector<std::byte> encode_smb1_negotiate();

}  // namespace lunsim::smb
