// A login inside RPC from the client's side: NTLM in SPNEGO in three legs on the bind and an
// alter_context, and the protection of what follows. Knows tokens and PDUs, no pipe.
// MS-RPCE §3.3.1.5.2
#pragma once

#include <optional>
#include <vector>

#include "protocol/rpc/security/pdu_protection.hpp"
#include "protocol/smb/auth/initiator.hpp"

namespace lunsim::smb_client {

class RpcLogin {
 public:
  RpcLogin(rpc::AuthLevel level, smb::Initiator initiator)
      : context_{rpc::kAuthNegotiate, level, kContextId}, initiator_(std::move(initiator)) {
    if (level == rpc::AuthLevel::privacy) initiator_.ask_for_sealing();
  }

  /// The first token, on the bind.
  void begin(std::vector<std::byte>& bind);
  /// The second, on the alter_context that answers the challenge of a bind_ack.
  /// Errors   no challenge, or one that is not NTLM's
  Result<void> go_on(rpc::Span bind_ack, std::vector<std::byte>& alter_context);
  /// What came with the server's success.
  /// Errors   a signature that is wrong, or protection that the server does not give
  Result<void> finish(rpc::Span alter_context_resp);

  bool is_protecting() const { return rpc::is_protecting(context_.level); }
  /// A request, signed or sealed; nothing is done at the level of a connection.
  void protect(std::vector<std::byte>& pdu);
  /// A response in clear.
  /// Errors   it is not signed, or not rightly
  Result<std::vector<std::byte>> opened(rpc::Span pdu);
  /// So much shorter must a fragment be.
  std::size_t protection_bytes() const {
    return is_protecting() ? rpc::PduProtection::kBytesMax : 0;
  }

 private:
  static constexpr std::uint32_t kContextId = 1;

  rpc::SecurityContextId context_;
  smb::Initiator initiator_;
  std::optional<rpc::PduProtection> protection_;
};

}  // namespace lunsim::smb_client
