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
  const bool is_same = trailer.type == type_ && trailer.level == level_;
  const bool is_ntlm = smb::ntlm::message_type(trailer.value).has_value();
  if (state_ != State::goes_on || !is_same || (type_ == kAuthNtlm) != is_ntlm) {
    state_ = State::refused;
    return {};
  }
  auto step = acceptor_->handle_token(trailer.value);
  if (step.status == NtStatus::more_processing_required) return std::move(step.token);
  // Without extended session security a message would be signed in a way that is not spoken here.
  const bool can_protect = (acceptor_->flags() & smb::ntlm::kExtendedSessionSecurity) != 0;
  const bool is_refused = step.status != NtStatus::success || (protects() && !can_protect);
  state_ = is_refused ? State::refused : State::established;
  if (!is_refused && protects())
    security_.emplace(login().session_key, acceptor_->flags(),
                      smb::ntlm::Direction::server_to_client, acceptor_->signatures());
  return std::move(step.token);
}

std::optional<std::vector<std::byte>> SecurityContext::opened(Span pdu,
                                                              const AuthTrailer& trailer) {
  std::vector<std::byte> clear(pdu.begin(), pdu.end());
  if (!protects()) return clear;
  if (trailer.type != type_ || trailer.level != level_ || trailer.value.size() != kSignatureBytes)
    return std::nullopt;
  const std::size_t end = pdu.size() - kSignatureBytes - kAuthTrailerBytes;
  const bool has_object = (static_cast<std::uint8_t>(pdu[3]) & kObjectUuid) != 0;
  const std::size_t stub = kStubOffset + (has_object ? 16 : 0);
  if (end < stub) return std::nullopt;
  const auto message = std::span(clear).first(pdu.size() - kSignatureBytes);
  const bool is_right = level_ == AuthLevel::privacy
                            ? security_->unseal(message, stub, end - stub, trailer.value)
                            : security_->verify(message, trailer.value);
  if (!is_right) return std::nullopt;
  return clear;
}

void SecurityContext::protect(std::vector<std::byte>& pdu) {
  if (!protects()) return;
  constexpr std::byte kPlace[kSignatureBytes] = {};
  append_auth(pdu, {type_, level_, 0, id_, kPlace}, kStubOffset, kPaddedTo);
  const auto message = std::span(pdu).first(pdu.size() - kSignatureBytes);
  const std::size_t hidden = message.size() - kAuthTrailerBytes - kStubOffset;
  const smb::Bytes16 signature = level_ == AuthLevel::privacy
                                     ? security_->seal(message, kStubOffset, hidden)
                                     : security_->sign(message);
  std::copy(signature.begin(), signature.end(), pdu.end() - kSignatureBytes);
}

void SecurityContext::append(std::vector<std::byte>& pdu, Span token) const {
  append_auth(pdu, {type_, level_, 0, id_, token}, 0, 4);
}

}  // namespace lunsim::smb_server
