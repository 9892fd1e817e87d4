// The server's side of a login: SPNEGO around NTLM, or NTLM bare, token by token. NTLMv2 only; LM
// and NTLMv1 answers are refused as a wrong password is. Not a user database: accounts come from a
// function.   MS-NLMP §3.2.5, RFC 4178
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/smb/auth/ntlm_message.hpp"
#include "protocol/smb/auth/spnego.hpp"
#include "protocol/smb/message/nt_status.hpp"

namespace lunsim::smb {

struct Account {
  Bytes16 nt_hash{};
  NtStatus refusal = NtStatus::success;  // what a right password is answered with
};

struct AcceptorPolicy {
  std::u16string computer_name;  // NetBIOS: at most 15 characters
  std::u16string domain_name;
  std::u16string dns_computer_name;
  std::u16string dns_domain_name;
  bool allows_anonymous = false;
  bool unknown_users_are_guests = false;
  std::function<std::optional<Account>(std::u16string_view user)> find_account;
  NtStatus unknown_user_status = NtStatus::logon_failure;
  NtStatus wrong_password_status = NtStatus::logon_failure;
};

struct Login {
  std::u16string user;
  std::u16string domain;
  std::u16string workstation;
  bool is_anonymous = false;
  bool is_guest = false;
  Bytes16 session_key{};  // of no use for a guest: the client has another
};

class Acceptor {
 public:
  /// Shape    a policy that outlives the acceptor; a fresh challenge; the time as 100 ns since 1601
  Acceptor(const AcceptorPolicy& policy, const ntlm::Bytes8& server_challenge,
           std::uint64_t filetime)
      : policy_(policy), server_challenge_(server_challenge), filetime_(filetime) {}

  struct Step {
    NtStatus status = NtStatus::success;  // more_processing_required: there is another leg to go
    std::vector<std::byte> token;
  };
  /// One token of the client's, one of ours. Once the status was neither success nor
  /// more_processing_required, the acceptor must not be used again.
  Step handle_token(Span token);
  /// After success.
  const Login& login() const { return login_; }
  /// NTLM's flags as negotiated. After success.
  std::uint32_t flags() const { return flags_; }
  /// By each side, under the list of mechanisms.
  std::uint32_t signatures() const { return signatures_; }

 private:
  Step handle_init(Span token);
  Step handle_resp(Span token);
  Step handle_ntlm(Span message);
  Step challenge(Span message);
  NtStatus authenticate(Span message);
  NtStatus check_password(const ntlm::AuthenticateMessage& message);
  NtStatus check_integrity(const ntlm::AuthenticateMessage& message, Span raw) const;
  std::vector<std::byte> wrapped(spnego::NegState state, std::vector<std::byte> token,
                                 bool names_mechanism) const;

  const AcceptorPolicy& policy_;
  ntlm::Bytes8 server_challenge_;
  std::uint64_t filetime_;
  bool is_bare_ = false;  // NTLM without SPNEGO
  std::vector<std::byte> mech_type_list_;
  bool ntlm_was_first_choice_ = true;
  std::vector<std::byte> negotiate_, challenge_;
  std::uint32_t flags_ = 0;
  std::uint32_t signatures_ = 0;
  bool is_over_ = false;
  Login login_;
};

}  // namespace lunsim::smb
