#include "protocol/smb/auth/initiator.hpp"

#include <algorithm>

#include "protocol/bytes/little_endian.hpp"
#include "protocol/smb/auth/message_security.hpp"
#include "protocol/smb/crypto/cipher.hpp"

namespace lunsim::smb {

using namespace ntlm;

std::vector<std::byte> Initiator::first_token() {
  NegotiateMessage message;
  message.flags = kNegotiateUnicode | kRequestTarget | kNegotiateSign | kNegotiateNtlm |
                  kNegotiateAlwaysSign | kExtendedSessionSecurity | kNegotiateTargetInfo |
                  kNegotiateVersion | kNegotiate128 | kNegotiateKeyExchange | kNegotiate56;
  message.flags |= flags_;
  if (is_anonymous()) message.flags |= kNegotiateAnonymous;
  negotiate_ = encode(message);
  spnego::NegTokenInit token;
  token.mech_types = {spnego::ntlmssp()};
  token.mech_token = negotiate_;
  return spnego::encode(token);
}

Result<std::vector<std::byte>> Initiator::handle_challenge(Span raw) {
  const auto token = spnego::decode_resp(raw);
  if (!token) return tl::unexpected(token.error());
  if (token->neg_state == spnego::NegState::reject)
    return violation("the server rejects the login", "RFC 4178 4.2.2", 0, "negState");
  if (token->supported_mech && *token->supported_mech != spnego::ntlmssp())
    return violation("the server chose a mechanism that was not offered", "RFC 4178 4.2.2", 0,
                     "supportedMech");
  if (!token->response_token)
    return violation("the answer has no NTLM challenge", "RFC 4178 4.2.2", 0, "responseToken");
  const auto challenge = decode_challenge(*token->response_token);
  if (!challenge) return tl::unexpected(challenge.error());
  auto pairs = challenge->target_info.empty() ? Result<AvPairs>(AvPairs{})
                                              : decode_av_pairs(challenge->target_info);
  if (!pairs) return tl::unexpected(pairs.error());

  spnego::NegTokenResp answer;
  answer.neg_state = spnego::NegState::accept_incomplete;
  answer.response_token = authenticate(*challenge, *token->response_token, *pairs);
  const Bytes16 signature = first_signature(session_key_, flags_, Direction::client_to_server,
                                            spnego::encode_mech_type_list({spnego::ntlmssp()}));
  answer.mech_list_mic.emplace(signature.begin(), signature.end());
  return spnego::encode(answer);
}

std::vector<std::byte> Initiator::authenticate(const ChallengeMessage& challenge,
                                               Span raw_challenge, const AvPairs& offered) {
  AuthenticateMessage message;
  flags_ = challenge.flags;
  message.flags = flags_;
  message.workstation = credentials_.workstation;
  Bytes16 base_key{};
  if (is_anonymous()) {
    message.flags |= kNegotiateAnonymous;
    message.lm_response.assign(1, std::byte{});
  } else {
    message.user = credentials_.user;
    message.domain = credentials_.domain;
    AvPairs pairs = offered;
    std::uint64_t filetime = filetime_;
    if (const AvPair* time = find(pairs, AvId::timestamp))
      filetime = bytes::LittleReader(time->value).u64();
    AvPair mic_flag{AvId::flags, {}};
    bytes::LittleWriter(mic_flag.value).u32(kAvFlagMicPresent);
    std::erase_if(pairs, [](const AvPair& pair) { return pair.id == AvId::flags; });
    pairs.push_back(mic_flag);
    if (!credentials_.target_name.empty())
      pairs.push_back(text_pair(AvId::target_name, credentials_.target_name));
    const auto part = client_part(filetime, chance_.client_challenge, encode_av_pairs(pairs));
    const Bytes16 key =
        response_key(nt_hash(credentials_.password), credentials_.user, credentials_.domain);
    const Bytes16 nt_proof = proof(key, challenge.server_challenge, part);
    message.nt_response.assign(nt_proof.begin(), nt_proof.end());
    message.nt_response.insert(message.nt_response.end(), part.begin(), part.end());
    message.lm_response.assign(24, std::byte{});
    base_key = session_base_key(key, nt_proof);
  }
  session_key_ = base_key;
  if ((flags_ & kNegotiateKeyExchange) != 0) {
    session_key_ = chance_.session_key;
    message.encrypted_session_key = rc4(base_key, session_key_);
  }
  message.mic.emplace();
  auto raw = encode(message);
  if (!is_anonymous()) {
    message.mic = message_integrity(session_key_, negotiate_, raw_challenge, raw);
    raw = encode(message);
  }
  return raw;
}

Result<std::uint32_t> Initiator::handle_final(Span raw) const {
  if (raw.empty()) return 0;
  const auto token = spnego::decode_resp(raw);
  if (!token) return tl::unexpected(token.error());
  if (token->neg_state && *token->neg_state != spnego::NegState::accept_completed)
    return violation("the login succeeded and SPNEGO is not complete", "RFC 4178 4.2.2", 0,
                     "negState");
  if (!token->mech_list_mic) return 0;
  if (is_anonymous()) return 1;
  const Bytes16 wanted = first_signature(session_key_, flags_, Direction::server_to_client,
                                         spnego::encode_mech_type_list({spnego::ntlmssp()}));
  if (!is_equal_in_constant_time(wanted, *token->mech_list_mic))
    return violation("the server's signature under the list of mechanisms is wrong", "RFC 4178 5",
                     0, "mechListMIC");
  return 1;
}

}  // namespace lunsim::smb
