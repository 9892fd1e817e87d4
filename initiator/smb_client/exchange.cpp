#include "initiator/smb_client/exchange.hpp"

namespace lunsim::smb_client {

using namespace smb;

namespace {

constexpr std::uint16_t kCreditsWanted = 16;

}  // namespace

Result<std::vector<std::byte>> Exchange::request(Command command,
                                                 const std::vector<std::byte>& body) {
  if (credits_ == 0)
    return violation("the server left this client without a credit", "MS-SMB2 3.3.1.2");
  --credits_;
  Header header;
  header.command = command;
  header.credit_charge = dialect >= Dialect::smb_2_1 && dialect != Dialect::wildcard ? 1 : 0;
  header.credits = kCreditsWanted;
  header.message_id = next_message_id_++;
  header.session_id = session_id;
  header.tree_id = tree_id;
  asked_id_ = header.message_id;
  asked_ = command;
  async_id_.reset();
  sent_.clear();
  bytes::LittleWriter writer(sent_);
  encode(header, writer);
  writer.bytes(body);
  if (!encrypts || !keys) {
    if (keys) sign(signing, keys->signing, sent_);
    return framed(sent_);
  }
  std::vector<std::byte> nonce;
  bytes::LittleWriter nonce_writer(nonce);
  nonce_writer.u64(next_nonce_++);
  nonce_writer.zeros(nonce_bytes(cipher) - 8);
  return framed(encrypt(cipher, keys->client_to_server, session_id, nonce, sent_));
}

Result<Exchange::Answer> Exchange::answer(Span frame) {
  Answer answer;
  const bool is_encrypted = protocol_of(frame) == Protocol::transform;
  if (is_encrypted) {
    const auto transform = decode_transform_header(frame);
    if (!transform) return tl::unexpected(transform.error());
    auto plain = keys && transform->session_id == session_id
                     ? decrypt(cipher, keys->server_to_client, frame)
                     : std::nullopt;
    if (!plain) return violation("an encrypted message that cannot be opened", "MS-SMB2 3.2.5.1.1");
    answer.message = std::move(*plain);
  } else {
    answer.message.assign(frame.begin(), frame.end());
  }
  const auto header = decode_header(answer.message);
  if (!header) return tl::unexpected(header.error());
  answer.header = *header;
  if ((header->flags & kFlagServerToRedir) == 0)
    return violation("an answer without SMB2_FLAGS_SERVER_TO_REDIR", "MS-SMB2 2.2.1", 16, "Flags");
  if (header->message_id != asked_id_ || header->command != asked_ || header->next_command != 0)
    return violation("an answer to nothing that was asked", "MS-SMB2 3.2.5.1.2", 24, "MessageId");
  answer.is_interim = header->status == NtStatus::pending && header->is_async();
  credits_ += header->credits;
  if (answer.is_interim) {
    async_id_ = header->async_id;
    return answer;
  }
  if (header->is_async() && async_id_ != header->async_id)
    return violation("an AsyncId that no interim answer gave", "MS-SMB2 3.2.5.1.5", 32, "AsyncId");
  // A server that has forgotten the session has no key to sign with.
  if (header->status == NtStatus::user_session_deleted && !header->is_signed()) return answer;
  if (encrypts && !is_encrypted)
    return violation("an answer in clear where all is encrypted", "MS-SMB2 3.2.5.1.1");
  if (keys && !is_encrypted)
    if (const auto right = check_signature(answer.message); !right)
      return tl::unexpected(right.error());
  return answer;
}

Result<void> Exchange::check_signature(Span message) const {
  if (!decode_header(message)->is_signed())
    return violation("an answer without a signature", "MS-SMB2 3.2.5.1.3", 16, "Flags");
  if (!is_signature_right(signing, keys->signing, message))
    return violation("the signature of an answer is wrong", "MS-SMB2 3.2.5.1.3", kSignatureOffset,
                     "Signature");
  return {};
}

}  // namespace lunsim::smb_client
