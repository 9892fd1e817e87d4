#include "target_sim/smb_server/security_context.hpp"

#include "protocol/smb/auth/ntlm_flags.hpp"

namespace lunsim::smb_server {

using namespace rpc;
using smb::NtStatus;

bool SecurityContext::is_served(const AuthTrailer& trailer) {
  return (trailer.type == kAuthNtlm || trailer.type == kAuthNegotiate) &&
         trailer.level >= AuthLevel::connect && trailer.level <= AuthLevel::privacy;
}

std::vector<std::byte> SecurityContext::take(const AuthTrailer& trailer) {
  const bool is_same = trailer.type == context_.type && trailer.level == context_.level;
  const bool is_ntlm = smb::ntlm::message_type(trailer.value).has_value();
  if (state_ != State::goes_on || !is_same || (context_.type == kAuthNtlm) != is_ntlm) {
    state_ = State::refused;
    return {};
  }
  auto step = acceptor_->handle_token(trailer.value);
  if (step.status == NtStatus::more_processing_required) return std::move(step.token);
  // Without extended session security a message would be signed in a way that is not spoken here.
  const bool can_protect = (acceptor_->flags() & smb::ntlm::kExtendedSessionSecurity) != 0;
  const bool is_refused = step.status != NtStatus::success || (protects() && !can_protect);
  state_ = is_refused ? State::refused : State::established;
  const std::uint32_t before = acceptor_->signatures();
  if (!is_refused && protects())
    protection_.emplace(context_, smb::ntlm::MessageSecurity(
                                      login().session_key, acceptor_->flags(),
                                      smb::ntlm::Direction::server_to_client, {before, before}));
  return std::move(step.token);
}

std::optional<std::vector<std::byte>> SecurityContext::opened(Span pdu,
                                                              const AuthTrailer& trailer) {
  if (!protection_) return std::vector<std::byte>(pdu.begin(), pdu.end());
  return protection_->opened(pdu, trailer);
}

void SecurityContext::protect(std::vector<std::byte>& pdu) {
  if (protection_) protection_->protect(pdu);
}

void SecurityContext::append(std::vector<std::byte>& pdu, Span token) const {
  append_token(pdu, context_, token);
}

}  // namespace lunsim::smb_server
