#include "protocol/smb/auth/acceptor.hpp"

#include <algorithm>

#include "protocol/bytes/little_endian.hpp"
#include "protocol/smb/auth/message_security.hpp"
#include "protocol/smb/crypto/cipher.hpp"

namespace lunsim::smb {
namespace {

using spnego::NegState;

constexpr std::size_t kTokenBytesMax = 0xffff;

std::vector<std::byte> copy(Span raw) { return {raw.begin(), raw.end()}; }

}  // namespace

std::vector<std::byte> Acceptor::wrapped(NegState state, std::vector<std::byte> token,
                                         bool names_mechanism) const {
  spnego::NegTokenResp resp;
  resp.neg_state = state;
  if (names_mechanism) resp.supported_mech = spnego::ntlmssp();
  if (!token.empty()) resp.response_token = std::move(token);
  return spnego::encode(resp);
}

Acceptor::Step Acceptor::handle_token(Span token) {
  if (is_over_ || token.empty() || token.size() > kTokenBytesMax)
    return {NtStatus::invalid_parameter, {}};
  if (ntlm::message_type(token)) {
    is_bare_ = true;
    return handle_ntlm(token);
  }
  return static_cast<std::uint8_t>(token[0]) == 0x60 ? handle_init(token) : handle_resp(token);
}

Acceptor::Step Acceptor::handle_init(Span raw) {
  const auto token = spnego::decode_init(raw);
  if (!token || !mech_type_list_.empty()) return {NtStatus::invalid_parameter, {}};
  const auto& offered = token->mech_types;
  const auto ours = std::ranges::find(offered, spnego::ntlmssp());
  if (ours == offered.end()) return {NtStatus::logon_failure, wrapped(NegState::reject, {}, false)};
  mech_type_list_ = token->mech_type_list;
  ntlm_was_first_choice_ = ours == offered.begin();
  if (!ntlm_was_first_choice_ || !token->mech_token)
    return {NtStatus::more_processing_required,
            wrapped(ntlm_was_first_choice_ ? NegState::accept_incomplete : NegState::request_mic,
                    {}, true)};
  return handle_ntlm(*token->mech_token);
}

Acceptor::Step Acceptor::handle_resp(Span raw) {
  const auto token = spnego::decode_resp(raw);
  if (!token || mech_type_list_.empty() || !token->response_token)
    return {NtStatus::invalid_parameter, {}};
  Step step = handle_ntlm(*token->response_token);
  if (step.status != NtStatus::success) return step;
  // Both sides sign the list of mechanisms: nobody can have taken the better ones out of it.
  const bool has_key = !login_.is_guest;
  if (!token->mech_list_mic) {
    if (!ntlm_was_first_choice_ && has_key && !login_.is_anonymous)
      return {NtStatus::logon_failure, wrapped(NegState::reject, {}, false)};
    return step;
  }
  spnego::NegTokenResp last;
  last.neg_state = NegState::accept_completed;
  if (has_key) {
    const Bytes16 wanted = ntlm::first_signature(
        login_.session_key, flags_, ntlm::Direction::client_to_server, mech_type_list_);
    if (!is_equal_in_constant_time(wanted, *token->mech_list_mic))
      return {NtStatus::logon_failure, wrapped(NegState::reject, {}, false)};
    const Bytes16 own = ntlm::first_signature(login_.session_key, flags_,
                                              ntlm::Direction::server_to_client, mech_type_list_);
    last.mech_list_mic.emplace(own.begin(), own.end());
    signatures_ = 1;
  }
  return {NtStatus::success, spnego::encode(last)};
}

Acceptor::Step Acceptor::handle_ntlm(Span message) {
  const auto type = ntlm::message_type(message);
  if (type == 1u && challenge_.empty()) return challenge(message);
  if (type != 3u || challenge_.empty()) return {NtStatus::invalid_parameter, {}};
  is_over_ = true;
  const NtStatus status = authenticate(message);
  if (is_bare_) return {status, {}};
  if (status != NtStatus::success) return {status, wrapped(NegState::reject, {}, false)};
  return {status, wrapped(NegState::accept_completed, {}, false)};
}

Acceptor::Step Acceptor::challenge(Span raw) {
  const auto message = ntlm::decode_negotiate(raw);
  if (!message) return {NtStatus::invalid_parameter, {}};
  negotiate_ = copy(raw);
  using namespace ntlm;
  constexpr std::uint32_t kIfAsked = kNegotiateSign | kNegotiateSeal | kNegotiateAlwaysSign |
                                     kExtendedSessionSecurity | kNegotiate128 | kNegotiate56 |
                                     kNegotiateKeyExchange | kNegotiateVersion | kNegotiateUnicode |
                                     kRequestTarget;
  ChallengeMessage answer;
  answer.flags = (message->flags & kIfAsked) | kNegotiateNtlm | kNegotiateTargetInfo |
                 kTargetTypeServer | kNegotiateUnicode | kNegotiateVersion;
  answer.server_challenge = server_challenge_;
  answer.target_name = policy_.computer_name;
  AvPairs pairs{text_pair(AvId::nb_domain_name, policy_.domain_name),
                text_pair(AvId::nb_computer_name, policy_.computer_name),
                text_pair(AvId::dns_domain_name, policy_.dns_domain_name),
                text_pair(AvId::dns_computer_name, policy_.dns_computer_name)};
  AvPair time{AvId::timestamp, {}};
  bytes::LittleWriter(time.value).u64(filetime_);
  pairs.push_back(time);
  answer.target_info = encode_av_pairs(pairs);
  challenge_ = encode(answer);
  if (is_bare_) return {NtStatus::more_processing_required, challenge_};
  return {NtStatus::more_processing_required,
          wrapped(NegState::accept_incomplete, challenge_, true)};
}

NtStatus Acceptor::authenticate(Span raw) {
  const auto message = ntlm::decode_authenticate(raw);
  if (!message) return NtStatus::invalid_parameter;
  flags_ = message->flags;
  login_.user = message->user;
  login_.domain = message->domain;
  login_.workstation = message->workstation;
  if (const NtStatus status = check_password(*message); status != NtStatus::success) return status;
  return login_.is_guest ? NtStatus::success : check_integrity(*message, raw);
}

NtStatus Acceptor::check_password(const ntlm::AuthenticateMessage& message) {
  Bytes16 base_key{};
  if (message.user.empty() && message.nt_response.empty() && message.lm_response.size() <= 1) {
    if (!policy_.allows_anonymous) return NtStatus::logon_failure;
    login_.is_anonymous = true;
  } else {
    const auto account = policy_.find_account(message.user);
    if (!account) {
      login_.is_guest = policy_.unknown_users_are_guests;
      return login_.is_guest ? NtStatus::success : policy_.unknown_user_status;
    }
    // Shorter ones are NTLMv1's 24 bytes, or LM's alone.
    if (message.nt_response.size() < 16 + 28) return policy_.wrong_password_status;
    const Span answer = message.nt_response;
    const Bytes16 key = ntlm::response_key(account->nt_hash, message.user, message.domain);
    const Bytes16 wanted = ntlm::proof(key, server_challenge_, answer.subspan(16));
    if (!is_equal_in_constant_time(wanted, answer.first(16))) return policy_.wrong_password_status;
    if (account->refusal != NtStatus::success) return account->refusal;
    base_key = ntlm::session_base_key(key, wanted);
  }
  login_.session_key = base_key;
  if ((message.flags & ntlm::kNegotiateKeyExchange) != 0) {
    if (message.encrypted_session_key.size() != 16) return NtStatus::invalid_parameter;
    const auto key = rc4(base_key, message.encrypted_session_key);
    std::ranges::copy(key, login_.session_key.begin());
  }
  return NtStatus::success;
}

NtStatus Acceptor::check_integrity(const ntlm::AuthenticateMessage& message, Span raw) const {
  if (login_.is_anonymous) return NtStatus::success;
  const auto pairs = ntlm::decode_av_pairs(Span(message.nt_response).subspan(16 + 28));
  if (!pairs) return NtStatus::invalid_parameter;
  const ntlm::AvPair* flags = ntlm::find(*pairs, ntlm::AvId::flags);
  if (flags == nullptr) return NtStatus::success;
  if ((bytes::LittleReader(flags->value).u32() & ntlm::kAvFlagMicPresent) == 0)
    return NtStatus::success;
  if (!message.mic) return NtStatus::invalid_parameter;
  auto without = copy(raw);
  std::fill_n(without.begin() + ntlm::kMicOffset, 16, std::byte{});
  const Bytes16 wanted =
      ntlm::message_integrity(login_.session_key, negotiate_, challenge_, without);
  return is_equal_in_constant_time(wanted, *message.mic) ? NtStatus::success
                                                         : NtStatus::logon_failure;
}

}  // namespace lunsim::smb
