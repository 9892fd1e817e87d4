#include "initiator/smb_client/rpc_login.hpp"

#include "protocol/smb/auth/ntlm_flags.hpp"

namespace lunsim::smb_client {

using namespace rpc;

namespace {

Result<Span> token_of(Span pdu) {
  const auto trailer = decode_auth(pdu);
  if (!trailer) return tl::unexpected(trailer.error());
  if (!*trailer)
    return violation("the server answers the login inside RPC by nothing", "MS-RPCE 3.3.1.5.2", 10,
                     "auth_length");
  return (*trailer)->value;
}

}  // namespace

void RpcLogin::begin(std::vector<std::byte>& bind) {
  bind[3] |= std::byte{kSupportHeaderSign};
  append_token(bind, context_, initiator_.first_token());
}

Result<void> RpcLogin::go_on(Span bind_ack, std::vector<std::byte>& alter_context) {
  const auto challenge = token_of(bind_ack);
  if (!challenge) return tl::unexpected(challenge.error());
  const auto token = initiator_.handle_challenge(*challenge);
  if (!token) return tl::unexpected(token.error());
  alter_context[3] |= std::byte{kSupportHeaderSign};
  append_token(alter_context, context_, *token);
  return {};
}

Result<void> RpcLogin::finish(Span alter_context_resp) {
  const auto token = token_of(alter_context_resp);
  if (!token) return tl::unexpected(token.error());
  const auto signatures = initiator_.handle_final(*token);
  if (!signatures) return tl::unexpected(signatures.error());
  if (!is_protecting()) return {};
  if ((initiator_.flags() & smb::ntlm::kExtendedSessionSecurity) == 0)
    return violation(
        "the server knows no extended session security, without which nothing is "
        "signed here",
        "MS-NLMP 3.4.4");
  protection_.emplace(context_,
                      smb::ntlm::MessageSecurity(initiator_.session_key(), initiator_.flags(),
                                                 smb::ntlm::Direction::client_to_server,
                                                 {.by_us = 1, .by_them = *signatures}));
  return {};
}

void RpcLogin::protect(std::vector<std::byte>& pdu) {
  if (protection_) protection_->protect(pdu);
}

Result<std::vector<std::byte>> RpcLogin::opened(Span pdu) {
  if (!protection_) return std::vector<std::byte>(pdu.begin(), pdu.end());
  const auto trailer = decode_auth(pdu);
  if (!trailer) return tl::unexpected(trailer.error());
  if (!*trailer)
    return violation("an answer that is not signed", "MS-RPCE 2.2.2.11", 10, "auth_length");
  auto clear = protection_->opened(pdu, **trailer);
  if (!clear)
    return violation("an answer whose signature is wrong", "MS-RPCE 3.3.1.5.2",
                     pdu.size() - (*trailer)->value.size(), "auth_value");
  return std::move(*clear);
}

}  // namespace lunsim::smb_client
