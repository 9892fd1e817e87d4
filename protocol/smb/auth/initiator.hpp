// The client's side of a login: SPNEGO around NTLMv2 with MIC, or anonymous.   MS-NLMP §3.1.5, RFC
// 4178
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/smb/auth/ntlm_flags.hpp"
#include "protocol/smb/auth/ntlm_message.hpp"
#include "protocol/smb/auth/spnego.hpp"

namespace lunsim::smb {

struct Credentials {
  std::u16string user;  // empty: anonymous
  std::u16string domain;
  std::u16string password;
  std::u16string workstation;
  std::u16string target_name;  // "cifs/server"; may be empty
};

/// What must be new in every login.
struct LoginChance {
  ntlm::Bytes8 client_challenge{};
  Bytes16 session_key{};
};

class Initiator {
 public:
  Initiator(Credentials credentials, const LoginChance& chance, std::uint64_t filetime)
      : credentials_(std::move(credentials)), chance_(chance), filetime_(filetime) {}

  /// Asks for sealing besides, which a server may want to hear of before it seals. MS-NLMP §2.2.2.5
  void ask_for_sealing() { flags_ |= ntlm::kNegotiateSeal; }
  std::vector<std::byte> first_token();
  /// The server's answer to the first token; ours to it.
  /// Errors   no challenge in it, another mechanism chosen, or malformed
  Result<std::vector<std::byte>> handle_challenge(Span token);
  /// What came with the server's success. Empty is accepted: a server owes a signature only if it
  /// was asked for.
  /// Returns  how many signatures it has given under the list of mechanisms: none or one
  Result<std::uint32_t> handle_final(Span token) const;
  /// After handle_challenge.
  const Bytes16& session_key() const { return session_key_; }
  std::uint32_t flags() const { return flags_; }
  bool is_anonymous() const { return credentials_.user.empty(); }

 private:
  std::vector<std::byte> authenticate(const ntlm::ChallengeMessage& challenge, Span raw_challenge,
                                      const ntlm::AvPairs& pairs);

  Credentials credentials_;
  LoginChance chance_;
  std::uint64_t filetime_;
  std::vector<std::byte> negotiate_;
  std::uint32_t flags_ = 0;  // asked for besides the usual; after the challenge, negotiated
  Bytes16 session_key_{};
};

}  // namespace lunsim::smb
