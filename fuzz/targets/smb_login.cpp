// Tokens of a login as either side may meet them: SPNEGO, the three messages of NTLM, attribute
// pairs, and the acceptor. The input is a row of tokens, each behind two bytes with its length.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/require.hpp"
#include "protocol/smb/auth/acceptor.hpp"
#include "protocol/smb/auth/ntlm_message.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"
#include "protocol/smb/auth/spnego.hpp"

namespace {

using namespace lunsim::smb;
using lunsim::fuzz::require;

void decode_alone(Span token) {
  (void)spnego::decode_init(token);
  (void)spnego::decode_resp(token);
  (void)ntlm::decode_negotiate(token);
  (void)ntlm::decode_challenge(token);
  (void)ntlm::decode_authenticate(token);
  (void)ntlm::decode_av_pairs(token);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  AcceptorPolicy policy;
  policy.computer_name = u"FAKESRV";
  policy.domain_name = u"WORKGROUP";
  policy.allows_anonymous = true;
  policy.find_account = [](std::u16string_view) -> std::optional<Account> {
    return Account{ntlm::nt_hash(u"Passw0rd"), NtStatus::success};
  };
  Acceptor acceptor(policy, ntlm::Bytes8{}, 0);
  int tokens = 0;
  for (std::size_t at = 0; at + 2 <= size && tokens < 8; ++tokens) {
    const std::size_t wanted = data[at] | (static_cast<std::size_t>(data[at + 1]) << 8);
    const Span token = bytes.subspan(at + 2, std::min(wanted, size - at - 2));
    at += 2 + token.size();
    decode_alone(token);
    const auto step = acceptor.handle_token(token);
    require(step.token.size() < 65'536, "an answer is bounded");
    if (step.status != NtStatus::more_processing_required) break;
  }
  return 0;
}
