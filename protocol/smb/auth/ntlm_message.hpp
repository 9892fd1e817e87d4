// The three NTLM messages and the list of AV pairs, as values. Not a judgement about them: see
// ntlm_acceptor.hpp and ntlm_initiator.hpp.   MS-NLMP §2.2.1, §2.2.2.1
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/smb/auth/ntlm_flags.hpp"
#include "protocol/smb/crypto/digest.hpp"

namespace lunsim::smb::ntlm {

using Bytes8 = std::array<std::byte, 8>;

enum class AvId : std::uint16_t {
  eol = 0,
  nb_computer_name = 1,
  nb_domain_name = 2,
  dns_computer_name = 3,
  dns_domain_name = 4,
  dns_tree_name = 5,
  flags = 6,
  timestamp = 7,
  single_host = 8,
  target_name = 9,
  channel_bindings = 10,
};
inline constexpr std::uint32_t kAvFlagMicPresent = 2;

struct AvPair {
  AvId id{};
  std::vector<std::byte> value;
};
using AvPairs = std::vector<AvPair>;

AvPair text_pair(AvId id, std::u16string_view text);
/// Ends with MsvAvEOL, which is not among `pairs`.
std::vector<std::byte> encode_av_pairs(const AvPairs& pairs);
/// Up to MsvAvEOL; what follows it is not looked at. At most 64 pairs.
Result<AvPairs> decode_av_pairs(Span raw);
const AvPair* find(const AvPairs& pairs, AvId id);

/// Shape    signature, type 1, flags, and what may follow (names, version)
struct NegotiateMessage {
  std::uint32_t flags = 0;
};
std::vector<std::byte> encode(const NegotiateMessage& message);
/// Takes messages that end after the flags: some clients send no names and no version.
Result<NegotiateMessage> decode_negotiate(Span raw);

struct ChallengeMessage {
  std::u16string target_name;
  std::uint32_t flags = 0;
  Bytes8 server_challenge{};
  std::vector<std::byte> target_info;  // AV pairs as they are on the wire
};
std::vector<std::byte> encode(const ChallengeMessage& message);
Result<ChallengeMessage> decode_challenge(Span raw);

struct AuthenticateMessage {
  std::vector<std::byte> lm_response;
  std::vector<std::byte> nt_response;
  std::u16string domain;
  std::u16string user;
  std::u16string workstation;
  std::vector<std::byte> encrypted_session_key;
  std::uint32_t flags = 0;
  std::optional<Bytes16> mic;  // present if the fields leave room for it before the first payload
};
inline constexpr std::size_t kMicOffset = 72;
std::vector<std::byte> encode(const AuthenticateMessage& message);
Result<AuthenticateMessage> decode_authenticate(Span raw);

/// 1, 2 or 3 of an NTLM message; empty if it is none.
std::optional<std::uint32_t> message_type(Span raw);

}  // namespace lunsim::smb::ntlm
