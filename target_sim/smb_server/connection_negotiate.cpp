// Which dialect, which algorithms.   MS-SMB2 §3.3.5.3, §3.3.5.4, §3.3.5.15.12
#include <algorithm>

#include "protocol/smb/auth/spnego.hpp"
#include "target_sim/smb_server/connection.hpp"

namespace lunsim::smb_server {

using namespace smb;

namespace {

constexpr std::uint32_t kTransferBytesMax = 65'536;

/// The first that a peer lists and we know.
template <class T>
std::optional<T> first_of(const std::vector<T>& offered, std::initializer_list<T> known) {
  const auto found = std::ranges::find_first_of(offered, known);
  return found == offered.end() ? std::nullopt : std::optional(*found);
}

/// The highest of ours that is offered.
Dialect choose(const std::vector<Dialect>& ours, const std::vector<Dialect>& offered) {
  Dialect chosen = Dialect::none;
  for (const Dialect dialect : ours)
    if (std::ranges::find(offered, dialect) != offered.end()) chosen = std::max(chosen, dialect);
  return chosen;
}

}  // namespace

NegotiateResponse Connection::negotiate_response(TimePoint now) const {
  NegotiateResponse response;
  response.security_mode = security_mode_;
  response.dialect = dialect_;
  response.server_guid = server_.guid;
  response.capabilities = capabilities_;
  response.max_transact_bytes = kTransferBytesMax;
  response.max_read_bytes = kTransferBytesMax;
  response.max_write_bytes = kTransferBytesMax;
  response.system_time = server_.filetime(now);
  response.security_blob = spnego::encode_hint();
  return response;
}

/// SMB1's NEGOTIATE: SMB 2.0.2 at once, or "2.???" and another NEGOTIATE.
Connection::Answer Connection::handle_smb1(Span frame, TimePoint now) {
  Answer answer;
  const auto offer = decode_smb1_negotiate(frame);
  const auto& ours = server_.config.dialects;
  const bool has_202 = std::ranges::find(ours, Dialect::smb_2_0_2) != ours.end();
  const bool has_more = std::ranges::any_of(ours, [](Dialect d) { return d > Dialect::smb_2_0_2; });
  if (!offer || is_negotiated_ || window_low_ != 0) {
    answer.is_alive = false;
    return answer;
  }
  if (offer->smb_2_wildcard && has_more) {
    dialect_ = Dialect::wildcard;
  } else if (offer->smb_2_0_2 && has_202) {
    dialect_ = Dialect::smb_2_0_2;
    is_negotiated_ = true;
  } else {
    answer.is_alive = false;
    return answer;
  }
  security_mode_ = kSigningEnabled;
  if (server_.config.signing == SigningPolicy::required) security_mode_ |= kSigningRequired;
  Context context;
  context.now = now;
  context.header.credits = 1;
  (void)take_message_id(context.header);
  const Finished finished = finish(context, with(encode(negotiate_response(now))), true, false);
  preauth_ = {};  // SMB1 is not part of it
  answer.frames.push_back({framed(finished.message), finished.verdict});
  return answer;
}

Connection::Reply Connection::negotiate(Context& context) {
  if (is_negotiated_) return closing();  // §3.3.5.4
  const auto request = decode_negotiate_request(context.message);
  if (!request || request->dialects.empty()) return failed(NtStatus::invalid_parameter);
  dialect_ = choose(server_.config.dialects, request->dialects);
  if (dialect_ == Dialect::none) return failed(NtStatus::not_supported);
  client_ = *request;
  if (dialect_ == Dialect::smb_3_1_1) {
    const auto& hashes = request->contexts.hash_algorithms;
    if (request->contexts.preauth_contexts != 1) return failed(NtStatus::invalid_parameter);
    if (std::ranges::find(hashes, kSha512) == hashes.end()) {
      constexpr auto kNoPreauthOverlap = static_cast<NtStatus>(0xc05d'0000);
      return failed(kNoPreauthOverlap);
    }
    preauth_.update(context.message);
  }
  is_negotiated_ = true;
  security_mode_ = kSigningEnabled;
  if (server_.config.signing == SigningPolicy::required) security_mode_ |= kSigningRequired;
  signing_ = default_signing(dialect_);
  choose_contexts(*request);
  NegotiateResponse response = negotiate_response(context.now);
  if (dialect_ == Dialect::smb_3_1_1) {
    response.contexts.hash_algorithms = {kSha512};
    response.contexts.salt.resize(32);
    server_.entropy.fill(response.contexts.salt);
    if (!request->contexts.ciphers.empty() && server_.config.offers_encryption)
      response.contexts.ciphers = {cipher_};
    if (!request->contexts.signing_algorithms.empty())
      response.contexts.signing_algorithms = {signing_};
  }
  return with(encode(response));
}

void Connection::choose_contexts(const NegotiateRequest& request) {
  if (dialect_ >= Dialect::smb_2_1) capabilities_ = kCapLargeMtu & request.capabilities;
  if (dialect_ == Dialect::smb_3_1_1) {
    signing_ = first_of(request.contexts.signing_algorithms,
                        {SigningAlgorithm::aes_gmac, SigningAlgorithm::aes_cmac,
                         SigningAlgorithm::hmac_sha256})
                   .value_or(SigningAlgorithm::aes_cmac);
    if (server_.config.offers_encryption)
      cipher_ = first_of(request.contexts.ciphers, {Cipher::aes128_gcm, Cipher::aes128_ccm,
                                                    Cipher::aes256_gcm, Cipher::aes256_ccm})
                    .value_or(Cipher::none);
  } else if (dialect_ >= Dialect::smb_3_0 && server_.config.offers_encryption &&
             (request.capabilities & kCapEncryption) != 0) {
    capabilities_ |= kCapEncryption;
    cipher_ = Cipher::aes128_ccm;
  }
}

/// §3.3.5.15.12: a client whose NEGOTIATE was tampered with sees it here, and the connection ends.
Connection::Reply Connection::validate_negotiate(const Context&, const IoctlRequest& request) {
  const auto asked = decode_validate_negotiate_request(request.input);
  if (!asked || request.max_output_response < 24) return closing();
  if (asked->client_guid != client_.client_guid || asked->security_mode != client_.security_mode ||
      asked->capabilities != client_.capabilities ||
      choose(server_.config.dialects, asked->dialects) != dialect_)
    return closing();
  IoctlResponse response;
  response.code = request.code;
  response.file = request.file;
  response.output =
      encode(ValidateNegotiateResponse{capabilities_, server_.guid, security_mode_, dialect_});
  return with(encode(response));
}

}  // namespace lunsim::smb_server
