// What each answer means and what is asked next.   MS-SMB2 §3.2.4.2, §3.2.5.2 to §3.2.5.14
#include <algorithm>

#include "initiator/smb_client/smb_client.hpp"
#include "protocol/bytes/utf16.hpp"

namespace lunsim::smb_client {

using namespace smb;

namespace {

constexpr std::uint32_t kReadAndWrite = 0x0012'019f;
constexpr std::uint32_t kShareReadWrite = 3;

std::u16string text16(const std::string& text) {
  return bytes::utf16_from_utf8(text).value_or(std::u16string{});
}

std::uint32_t capabilities(const ClientConfig& config) {
  const bool speaks_3 =
      std::ranges::any_of(config.dialects, [](Dialect d) { return d >= Dialect::smb_3_0; });
  return kCapLargeMtu | (speaks_3 ? kCapEncryption : 0);
}

template <class T>
bool has(const std::vector<T>& list, T item) {
  return std::ranges::find(list, item) != list.end();
}

}  // namespace

void SmbClient::negotiate(TimePoint now) {
  step_ = Step::negotiate;
  if (config_.begins_with_smb1 && exchange_.dialect == Dialect::none) {
    exchange_.skip_message_id();
    deadline_ = now + config_.answer_timeout;
    return put(framed(encode_smb1_negotiate()));
  }
  NegotiateRequest request;
  request.dialects = config_.dialects;
  request.security_mode = kSigningEnabled;
  request.capabilities = capabilities(config_);
  request.client_guid = guid_;
  request.contexts.hash_algorithms = {kSha512};
  request.contexts.salt.resize(32);
  entropy_.fill(request.contexts.salt);
  request.contexts.ciphers = config_.ciphers;
  request.contexts.signing_algorithms = config_.signing_algorithms;
  ask(Command::negotiate, encode(request), now);
  exchange_.preauth.update(exchange_.sent());
}

void SmbClient::handle_negotiate(const Exchange::Answer& answer, TimePoint now) {
  if (answer.header.status != NtStatus::success) return refuse(answer.header.status);
  const auto response = decode_negotiate_response(answer.message);
  if (!response) return violate(response.error());
  if (response->dialect == Dialect::wildcard && config_.begins_with_smb1 &&
      exchange_.dialect == Dialect::none) {
    exchange_.dialect = Dialect::wildcard;
    return negotiate(now);
  }
  if (const auto chosen = choose(*response, answer.message); !chosen)
    return violate(chosen.error());
  server_ = *response;
  login_ = new_login(now);
  step_ = Step::session_setup;
  SessionSetupRequest setup;
  setup.security_mode = kSigningEnabled;
  setup.security_blob = login_->first_token();
  ask(Command::session_setup, encode(setup), now);
  exchange_.preauth.update(exchange_.sent());
}

Initiator SmbClient::new_login(TimePoint now) {
  LoginChance chance;
  entropy_.fill(chance.client_challenge);
  entropy_.fill(chance.session_key);
  constexpr std::int64_t kFrom1601To1970_s = 11'644'473'600;
  const auto filetime = static_cast<std::uint64_t>(
      (config_.epoch_s + kFrom1601To1970_s) * 10'000'000 + now.since_start_ns / 100);
  return {Credentials{text16(config_.user), text16(config_.domain), text16(config_.password),
                      text16(config_.workstation), u"cifs/" + text16(config_.server_name)},
          chance, filetime};
}

/// §3.2.5.2: a choice that was not offered ends it.
Result<void> SmbClient::choose(const NegotiateResponse& response, Span message) {
  const Dialect dialect = response.dialect;
  if (!has(config_.dialects, dialect))
    return violation("a dialect that was not offered", "MS-SMB2 3.2.5.2", 68, "DialectRevision");
  exchange_.dialect = dialect;
  exchange_.signing = default_signing(dialect);
  const NegotiateContexts& contexts = response.contexts;
  if (dialect == Dialect::smb_3_1_1) {
    if (contexts.preauth_contexts != 1 || contexts.hash_algorithms != std::vector{kSha512})
      return violation("no preauthentication hash was chosen", "MS-SMB2 3.2.5.2", 0,
                       "HashAlgorithms");
    if (contexts.signing_algorithms.size() == 1) {
      if (!has(config_.signing_algorithms, contexts.signing_algorithms[0]))
        return violation("a signing algorithm that was not offered", "MS-SMB2 3.2.5.2", 0,
                         "SigningAlgorithms");
      exchange_.signing = contexts.signing_algorithms[0];
    }
    if (contexts.ciphers.size() == 1 && contexts.ciphers[0] != Cipher::none) {
      if (!has(config_.ciphers, contexts.ciphers[0]))
        return violation("a cipher that was not offered", "MS-SMB2 3.2.5.2", 0, "Ciphers");
      exchange_.cipher = contexts.ciphers[0];
    }
    exchange_.preauth.update(message);
  } else if (dialect >= Dialect::smb_3_0 && (response.capabilities & kCapEncryption) != 0) {
    exchange_.cipher = Cipher::aes128_ccm;
  }
  return {};
}

void SmbClient::handle_session_setup(const Exchange::Answer& answer, TimePoint now) {
  const NtStatus status = answer.header.status;
  if (status != NtStatus::success && status != NtStatus::more_processing_required)
    return refuse(status);
  const auto response = decode_session_setup_response(answer.message);
  if (!response) return violate(response.error());
  exchange_.session_id = answer.header.session_id;
  if (status == NtStatus::success) return logged_in(answer, *response, now);
  exchange_.preauth.update(answer.message);
  auto token = login_->handle_challenge(response->security_blob);
  if (!token) return violate(token.error());
  SessionSetupRequest setup;
  setup.security_mode = kSigningEnabled;
  setup.security_blob = std::move(*token);
  ask(Command::session_setup, encode(setup), now);
  exchange_.preauth.update(exchange_.sent());
}

void SmbClient::logged_in(const Exchange::Answer& answer, const SessionSetupResponse& response,
                          TimePoint now) {
  if (const auto right = login_->handle_final(response.security_blob); !right)
    return violate(right.error());
  const bool has_key =
      !login_->is_anonymous() && (response.session_flags & (kSessionIsGuest | kSessionIsNull)) == 0;
  if (has_key) {
    exchange_.keys = derive_session_keys(exchange_.dialect, login_->session_key(),
                                         exchange_.preauth.hash(), exchange_.cipher);
    // Before 3.0 a server need not sign it unless signing is required. §3.2.5.3.1
    if (exchange_.dialect >= Dialect::smb_3_0 || answer.header.is_signed())
      if (const auto right = exchange_.check_signature(answer.message); !right)
        return violate(right.error());
  }
  const bool can_encrypt = has_key && exchange_.cipher != Cipher::none;
  if (config_.encryption == Encryption::required && !can_encrypt)
    return refuse(NtStatus::not_supported);
  exchange_.encrypts = can_encrypt && (config_.encryption == Encryption::required ||
                                       (response.session_flags & kSessionEncryptsData) != 0);
  step_ = Step::tree_connect;
  ask(Command::tree_connect,
      encode_tree_connect_request(u"\\\\" + text16(config_.server_name) + u"\\IPC$"), now);
}

void SmbClient::handle_tree_connect(const Exchange::Answer& answer, TimePoint now) {
  if (answer.header.status != NtStatus::success) return refuse(answer.header.status);
  const auto response = decode_tree_connect_response(answer.message);
  if (!response) return violate(response.error());
  exchange_.tree_id = answer.header.tree_id;
  const bool offered_3 = capabilities(config_) & kCapEncryption;
  if (!offered_3 || exchange_.dialect == Dialect::smb_3_1_1 || !exchange_.keys)
    return open_pipe(now);
  step_ = Step::validate_negotiate;
  IoctlRequest request;
  request.code = kFsctlValidateNegotiateInfo;
  request.file = kPreviousFile;
  request.input = encode(
      ValidateNegotiateRequest{capabilities(config_), guid_, kSigningEnabled, config_.dialects});
  request.max_output_response = 24;
  ask(Command::ioctl, encode(request), now);
}

/// §3.2.5.14.12: an old server may not know the question; that it does not is signed.
void SmbClient::handle_validate_negotiate(const Exchange::Answer& answer, TimePoint now) {
  const NtStatus status = answer.header.status;
  if (status == NtStatus::access_denied) return refuse(status);
  if (status == NtStatus::success) {
    const auto ioctl = decode_ioctl_response(answer.message);
    if (!ioctl) return violate(ioctl.error());
    const auto said = decode_validate_negotiate_response(ioctl->output);
    if (!said) return violate(said.error());
    if (said->dialect != server_.dialect || said->capabilities != server_.capabilities ||
        said->security_mode != server_.security_mode || said->server_guid != server_.server_guid)
      return violate({"the negotiation was tampered with", "MS-SMB2 3.2.5.14.12", 0, ""});
  }
  open_pipe(now);
}

void SmbClient::open_pipe(TimePoint now) {
  step_ = Step::create;
  CreateRequest request;
  request.desired_access = kReadAndWrite;
  request.share_access = kShareReadWrite;
  request.name = u"srvsvc";
  ask(Command::create, encode(request), now);
}

void SmbClient::handle_create(const Exchange::Answer& answer, TimePoint now) {
  if (answer.header.status != NtStatus::success) return refuse(answer.header.status);
  const auto response = decode_create_response(answer.message);
  if (!response) return violate(response.error());
  pipe_ = response->file;
  step_ = Step::bind;
  if (config_.rpc_login != rpc::AuthLevel::none)
    caller_ = RpcCaller(RpcLogin(config_.rpc_login, new_login(now)));
  say({caller_.bind()}, now);
}

void SmbClient::begin_call(TimePoint now) {
  step_ = Step::call;
  say(caller_.call(call_->opnum, call_->stub), now);
}

void SmbClient::say(std::vector<std::vector<std::byte>> pdus, TimePoint now) {
  unsaid_.assign(std::make_move_iterator(pdus.begin()), std::make_move_iterator(pdus.end()));
  say_next(now);
}

/// All fragments but the last are written; the last is transceived unless the pipe is to be read.
void SmbClient::say_next(TimePoint now) {
  std::vector<std::byte> pdu = std::move(unsaid_.front());
  unsaid_.pop_front();
  if (!unsaid_.empty() || config_.writes_and_reads)
    return ask(Command::write, encode(WriteRequest{0, pipe_, std::move(pdu)}), now);
  IoctlRequest request;
  request.code = kFsctlPipeTransceive;
  request.file = pipe_;
  request.input = std::move(pdu);
  request.max_output_response = rpc::kFragmentBytes;
  ask(Command::ioctl, encode(request), now);
}

void SmbClient::read_more(TimePoint now) {
  ask(Command::read, encode(ReadRequest{rpc::kFragmentBytes, 0, pipe_, 0}), now);
}

void SmbClient::handle_pipe(const Exchange::Answer& answer, TimePoint now) {
  const NtStatus status = answer.header.status;
  if (status != NtStatus::success && status != NtStatus::buffer_overflow) return refuse(status);
  if (answer.header.command == Command::write)
    return unsaid_.empty() ? read_more(now) : say_next(now);
  if (answer.header.command == Command::ioctl) {
    const auto response = decode_ioctl_response(answer.message);
    if (!response) return violate(response.error());
    caller_.take(response->output);
  } else {
    const auto data = decode_read_response(answer.message);
    if (!data) return violate(data.error());
    caller_.take(*data);
  }
  const auto progress = caller_.advance();
  if (!progress) return violate(progress.error());
  Outcome outcome;
  switch (*progress) {
    case RpcCaller::Progress::wants_more:
      return read_more(now);
    case RpcCaller::Progress::logs_in:
      return say({caller_.next_leg()}, now);
    case RpcCaller::Progress::bound:
      is_open_ = true;
      return begin_call(now);
    case RpcCaller::Progress::answered:
      outcome.stub = caller_.stub();
      break;
    case RpcCaller::Progress::faulted:
      outcome.kind = Outcome::Kind::faulted;
      outcome.fault_status = caller_.fault_status();
      break;
  }
  const bool can_go_on = step_ == Step::call;
  fail(std::move(outcome));
  if (!can_go_on) hang_up(false);
}

}  // namespace lunsim::smb_client
