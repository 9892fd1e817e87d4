// The arithmetic of NTLMv2: keys from passwords, responses to challenges, session keys and what is
// made of them. Not the exchange.   MS-NLMP §3.3.2,
// §3.4.4, §3.4.5
#pragma once

#include <string_view>
#include <vector>

#include "protocol/smb/auth/ntlm_message.hpp"

namespace lunsim::smb::ntlm {

/// MD4 of the password in UTF-16LE: what servers keep.
Bytes16 nt_hash(std::u16string_view password);

/// Upper case as far as user names need it here: ASCII, Latin-1 and basic Greek and Cyrillic
/// letters.
std::u16string upper(std::u16string_view text);
bool is_equal_without_case(std::u16string_view a, std::u16string_view b);

/// NTOWFv2.
Bytes16 response_key(const Bytes16& nt_hash, std::u16string_view user, std::u16string_view domain);

/// NTProofStr over the server's challenge and the client's part ("temp").
Bytes16 proof(const Bytes16& response_key, const Bytes8& server_challenge, Span client_part);
Bytes16 session_base_key(const Bytes16& response_key, const Bytes16& proof);
/// LMv2: 24 bytes.
std::vector<std::byte> lm_v2_response(const Bytes16& response_key, const Bytes8& server_challenge,
                                      const Bytes8& client_challenge);
/// The client's part of an NTLMv2 response. §2.2.2.7
std::vector<std::byte> client_part(std::uint64_t filetime, const Bytes8& client_challenge,
                                   Span av_pairs);

/// Over the three messages, the MIC of the third being zero. §3.1.5.1.2
Bytes16 message_integrity(const Bytes16& exported_session_key, Span negotiate, Span challenge,
                          Span authenticate_without_mic);

enum class Direction : std::uint8_t { client_to_server, server_to_client };
/// §3.4.5.2
Bytes16 signing_key(const Bytes16& exported_session_key, Direction direction);
/// Shape    `flags` as negotiated: of 128 or 56 bits, or 40. §3.4.5.3
Bytes16 sealing_key(const Bytes16& exported_session_key, std::uint32_t flags, Direction direction);

}  // namespace lunsim::smb::ntlm
