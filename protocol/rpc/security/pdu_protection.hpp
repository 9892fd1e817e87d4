// The protection of requests and responses by a login inside DCE/RPC: NTLM's signature behind each
// PDU, over all of it, and at the level of privacy its stub enciphered. One end of a connection;
// the other end's numbers and key streams go along.   MS-RPCE §2.2.2.11, §3.3.1.5.2.2
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/rpc/pdu.hpp"
#include "protocol/smb/auth/message_security.hpp"

namespace lunsim::rpc {

/// What all trailers of a security context have in common.
struct SecurityContextId {
  std::uint8_t type = kAuthNegotiate;
  AuthLevel level = AuthLevel::none;
  std::uint32_t id = 0;
};
/// Requests and responses have a signature each; below, a login only names the caller.
constexpr bool is_protecting(AuthLevel level) { return level >= AuthLevel::call; }

class PduProtection {
 public:
  PduProtection(const SecurityContextId& context, smb::ntlm::MessageSecurity security)
      : context_(context), security_(std::move(security)) {}

  /// Signs or seals a PDU with a stub and appends the trailer, which takes kBytesMax at most.
  void protect(std::vector<std::byte>& pdu);
  /// A PDU with a stub as it was before it was signed or sealed; its trailer stays behind it.
  /// Errors   nothing: the trailer is of another context, or the signature is not right
  std::optional<std::vector<std::byte>> opened(Span pdu, const AuthTrailer& trailer);

  static constexpr std::size_t kPaddedTo = 16;
  static constexpr std::size_t kSignatureBytes = 16;
  static constexpr std::size_t kBytesMax = kPaddedTo - 1 + kAuthTrailerBytes + kSignatureBytes;

 private:
  SecurityContextId context_;
  smb::ntlm::MessageSecurity security_;
};

/// Appends a token of the login to a bind, an alter_context or an answer to them.
void append_token(std::vector<std::byte>& pdu, const SecurityContextId& context, Span token);

}  // namespace lunsim::rpc
