// A login inside DCE/RPC and the protection that it gives to requests and responses: NTLM, bare or
// in SPNEGO, at the levels from connect to privacy. One of perhaps several of a connection.
// MS-RPCE §2.2.2.11, §3.3.1.5.2
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/rpc/security/pdu_protection.hpp"
#include "protocol/smb/auth/acceptor.hpp"

namespace lunsim::smb_server {

class SecurityContext {
 public:
  /// Shape    `first` of a bind or alter_context: its type and level hold for the context's life
  SecurityContext(std::unique_ptr<smb::Acceptor> acceptor, const rpc::AuthTrailer& first)
      : acceptor_(std::move(acceptor)), context_{first.type, first.level, first.context_id} {}

  static bool is_served(const rpc::AuthTrailer& trailer);

  enum class State : std::uint8_t { goes_on, established, refused };
  State state() const { return state_; }
  /// One token of the client's.
  /// Returns  the answer's; may be empty
  std::vector<std::byte> take(const rpc::AuthTrailer& trailer);
  const smb::Login& login() const { return acceptor_->login(); }
  /// Requests without a signature are refused.
  bool protects() const { return rpc::is_protecting(context_.level); }

  /// A request as it was before it was signed or sealed.
  /// Errors   nothing: the signature is not right
  std::optional<std::vector<std::byte>> opened(rpc::Span pdu, const rpc::AuthTrailer& trailer);
  /// Signs or seals a response and appends the trailer, which takes protection_bytes() at most.
  void protect(std::vector<std::byte>& pdu);
  /// The token of a bind_ack or alter_context_resp.
  void append(std::vector<std::byte>& pdu, rpc::Span token) const;

  std::size_t protection_bytes() const { return protects() ? rpc::PduProtection::kBytesMax : 0; }

 private:
  std::unique_ptr<smb::Acceptor> acceptor_;
  rpc::SecurityContextId context_;
  State state_ = State::goes_on;
  std::optional<rpc::PduProtection> protection_;
};

}  // namespace lunsim::smb_server
