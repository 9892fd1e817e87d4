#include "target_sim/smb_server/connection.hpp"

#include <algorithm>

namespace lunsim::smb_server {

using namespace smb;

namespace {

constexpr std::size_t kNextCommandOffset = 20;

}  // namespace

Connection::~Connection() {
  for (const auto& [id, session] : sessions_)
    if (session.table_id != 0) server_.sessions.remove(session.table_id);
}

Connection::Reply Connection::failed(NtStatus status) {
  Reply reply;
  reply.status = status;
  reply.body = encode_error_body();
  return reply;
}

Connection::Reply Connection::with(std::vector<std::byte> body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

Connection::Reply Connection::closing() {
  Reply reply;
  reply.is_silent = true;
  reply.closes = true;
  return reply;
}

Connection::Answer Connection::handle_frame(Span frame, TimePoint now,
                                            std::optional<NtStatus> refusal) {
  forget_ended_sessions();
  Answer answer;
  switch (protocol_of(frame)) {
    case Protocol::smb1:
      return handle_smb1(frame, now);
    case Protocol::smb2:
      handle_chain(frame, nullptr, now, refusal, answer);
      break;
    case Protocol::transform: {
      // A session that has ended has no key any more: that ends the connection.
      const auto header = decode_transform_header(frame);
      Session* session = header ? find_session(header->session_id) : nullptr;
      const auto plain = session != nullptr && session->has_key
                             ? decrypt(cipher_, session->keys.client_to_server, frame)
                             : std::nullopt;
      if (plain && protocol_of(*plain) == Protocol::smb2) {
        handle_chain(*plain, session, now, refusal, answer);
      } else {
        answer.is_alive = false;  // §3.3.5.2.1.1
      }
      break;
    }
    case Protocol::unknown:
      answer.is_alive = false;
      break;
  }
  return answer;
}

void Connection::handle_chain(Span frame, Session* encrypted_by, TimePoint now,
                              std::optional<NtStatus> refusal, Answer& answer) {
  const auto links = chain(frame, kChainMax);
  if (!links) {
    answer.is_alive = false;
    return;
  }
  std::vector<std::byte> out;
  std::vector<std::byte> interim;
  FrameVerdict verdict;
  Context context;
  context.now = now;
  context.was_encrypted = encrypted_by != nullptr;
  std::uint64_t session_id = 0;
  std::uint32_t tree_id = 0;
  for (std::size_t i = 0; i < links->size() && answer.is_alive; ++i) {
    const bool is_last = i + 1 == links->size();
    context.message = frame.subspan((*links)[i].offset, (*links)[i].bytes);
    context.header = *decode_header(context.message);
    context.is_related = i > 0 && (context.header.flags & kFlagRelatedOperations) != 0;
    if (context.is_related) {
      context.header.session_id = session_id;
      context.header.tree_id = tree_id;
    }
    if (encrypted_by != nullptr && context.header.session_id != encrypted_by->id) {
      answer.is_alive = false;
      break;
    }
    context.refusal = i == 0 ? refusal : std::nullopt;
    const Reply reply = handle_message(context);
    if (reply.closes) answer.is_alive = false;
    session_id = reply.session_id.value_or(context.header.session_id);
    tree_id = reply.tree_id.value_or(context.header.tree_id);
    if (reply.file != FileId{}) context.related_file = reply.file;
    if (reply.is_silent) continue;
    Finished finished = finish(context, reply, is_last, encrypted_by != nullptr);
    out.insert(out.end(), finished.message.begin(), finished.message.end());
    interim = std::move(finished.interim);
    verdict = finished.verdict;
  }
  if (out.empty()) return;
  const auto put = [&](std::vector<std::byte> message, const FrameVerdict& becomes) {
    if (encrypted_by != nullptr) message = encrypted(*encrypted_by, message);
    answer.frames.push_back({framed(message), becomes});
  };
  if (!interim.empty()) put(std::move(interim), {});
  put(std::move(out), verdict);
}

std::vector<std::byte> Connection::encrypted(Session& session, Span message) {
  std::vector<std::byte> nonce;
  bytes::LittleWriter writer(nonce);
  writer.u64(session.next_nonce++);
  writer.zeros(nonce_bytes(cipher_) - 8);
  return encrypt(cipher_, session.keys.server_to_client, session.id, nonce, message);
}

RequestVerdict Connection::judge(Span frame, TimePoint now) const {
  if (server_.tap == nullptr) return {};
  std::vector<std::byte> plain(frame.begin(), frame.end());
  if (protocol_of(frame) == Protocol::transform) {
    const auto header = decode_transform_header(frame);
    const auto found = header ? sessions_.find(header->session_id) : sessions_.end();
    if (found == sessions_.end() || !found->second.has_key) return {};
    auto opened = decrypt(cipher_, found->second.keys.client_to_server, frame);
    if (!opened) return {};
    plain = std::move(*opened);
  }
  if (protocol_of(plain) != Protocol::smb2) return {};
  const auto header = decode_header(plain);
  if (!header) return {};
  const auto session = sessions_.find(header->session_id);
  return server_.tap->judge_request(
      number_, *header, session == sessions_.end() ? std::u16string_view{} : session->second.user,
      now);
}

Connection::Reply Connection::handle_message(Context& context) {
  const Header& header = context.header;
  if ((header.flags & kFlagServerToRedir) != 0) return closing();
  if (header.command == Command::cancel) {
    if (!is_negotiated_) return closing();  // §3.3.5.2.2
    Reply reply;
    reply.is_silent = true;  // nothing here waits long enough to be cancelled
    return reply;
  }
  if (!take_message_id(header)) return closing();
  context.session = find_session(header.session_id);
  if (context.session != nullptr && has_ended(*context.session)) context.session = nullptr;
  if (header.command == Command::negotiate)
    return context.refusal ? failed(*context.refusal) : negotiate(context);
  if (!is_negotiated_) return closing();
  if (context.refusal) return failed(*context.refusal);
  if (auto refusal = check_session(context)) return std::move(*refusal);
  return route(context);
}

Connection::Reply Connection::route(Context& context) {
  switch (context.header.command) {
    case Command::session_setup:
      return session_setup(context);
    case Command::logoff:
      return logoff(context);
    case Command::tree_connect:
      return tree_connect(context);
    case Command::tree_disconnect:
      return tree_disconnect(context);
    case Command::create:
      return create(context);
    case Command::close:
      return close(context);
    case Command::read:
      return read(context);
    case Command::write:
      return write(context);
    case Command::ioctl:
      return ioctl(context);
    case Command::query_info:
      return query_info(context);
    case Command::echo:
      return decode_empty_body(context.message) ? with(encode_empty_body())
                                                : failed(NtStatus::invalid_parameter);
    case Command::flush:
      return flush(context);
    case Command::lock:
    case Command::query_directory:
    case Command::change_notify:
    case Command::set_info:
    case Command::oplock_break:
      return failed(NtStatus::not_supported);
    default:
      return failed(NtStatus::invalid_parameter);
  }
}

/// Session, signature and tree of a message. Empty if it may go on.   §3.3.5.2.4, .9, .11
std::optional<Connection::Reply> Connection::check_session(Context& context) {
  const Header& header = context.header;
  if (header.command == Command::echo && header.session_id == 0) return std::nullopt;
  Session* session = context.session;
  if (header.command == Command::session_setup) {
    if (header.session_id != 0 && session == nullptr) return failed(NtStatus::user_session_deleted);
    if (session == nullptr || !session->is_valid) return std::nullopt;
  }
  if (session == nullptr || !session->is_valid) return failed(NtStatus::user_session_deleted);
  if (session->has_key && !context.was_encrypted) {
    if (header.is_signed()) {
      if (!is_signature_right(signing_, session->keys.signing, context.message))
        return failed(NtStatus::access_denied);
    } else if (header.command == Command::tree_connect && dialect_ == Dialect::smb_3_1_1) {
      return closing();  // §3.3.5.7
    } else if (session->signing_required) {
      return failed(NtStatus::access_denied);
    }
  }
  const bool ends_or_renews = header.command == Command::session_setup ||
                              header.command == Command::logoff || header.command == Command::close;
  if (session->expires_at && context.now >= *session->expires_at && !ends_or_renews)
    return failed(NtStatus::network_session_expired);  // §3.3.5.2.9
  server_.sessions.find(session->table_id)->last_used = context.now;
  const bool needs_tree =
      header.command != Command::session_setup && header.command != Command::logoff &&
      header.command != Command::tree_connect && header.command != Command::echo;
  if (needs_tree && !session->trees.contains(header.tree_id))
    return failed(NtStatus::network_name_deleted);
  return std::nullopt;
}

/// Marks the message's identifiers, as many as it charges, as used.   §3.3.5.2.3
bool Connection::take_message_id(const Header& header) {
  const std::uint64_t charge = std::max<std::uint64_t>(header.credit_charge, 1);
  if (header.message_id + charge < header.message_id) return false;
  for (std::uint64_t id = header.message_id; id < header.message_id + charge; ++id)
    if (id < window_low_ || id >= window_high_ || !used_.insert(id).second) return false;
  while (!used_.empty() && *used_.begin() == window_low_) {
    used_.erase(used_.begin());
    ++window_low_;
  }
  return true;
}

/// As many as were asked for, at least one, and no more outstanding than the bound.
std::uint16_t Connection::grant(const Header& header) {
  const std::uint64_t outstanding = window_high_ - window_low_ - used_.size();
  const std::uint64_t room = kCreditsMax - std::min<std::uint64_t>(kCreditsMax, outstanding);
  std::uint64_t granted = std::min<std::uint64_t>(std::max<std::uint16_t>(header.credits, 1), room);
  if (outstanding == 0) granted = std::max<std::uint64_t>(granted, 1);
  window_high_ += granted;
  return static_cast<std::uint16_t>(granted);
}

std::vector<std::byte> Connection::joined(const Header& header, Span body, bool is_last) {
  std::vector<std::byte> message;
  bytes::LittleWriter writer(message);
  encode(header, writer);
  writer.bytes(body);
  if (is_last) return message;
  // A message of a chain that is not the last is padded to a multiple of 8.
  message.resize((message.size() + 7) & ~std::size_t{7});
  const auto next = static_cast<std::uint32_t>(message.size());
  for (std::size_t i = 0; i < 4; ++i)
    message[kNextCommandOffset + i] = static_cast<std::byte>((next >> (8 * i)) & 0xff);
  return message;
}

/// What the tap makes of an answer that stands.
ResponseVerdict Connection::tapped(const Context& context, Header& header,
                                   std::vector<std::byte>& body) {
  if (server_.tap == nullptr) return {};
  Session* session = find_session(header.session_id);
  TappedResponse response{header, std::move(body)};
  const ResponseVerdict verdict = server_.tap->judge_response(
      number_, response, session == nullptr ? std::u16string_view{} : session->user, context.now);
  header = response.header;
  body = std::move(response.body);
  if (verdict.expires_session && session != nullptr) session->expires_at = context.now;
  return verdict;
}

Connection::Finished Connection::finish(const Context& context, const Reply& reply, bool is_last,
                                        bool will_be_encrypted) {
  Header header;
  header.command = context.header.command;
  header.status = reply.status;
  header.credit_charge = context.header.credit_charge;
  header.credits = grant(context.header);
  header.flags = kFlagServerToRedir | (context.is_related ? kFlagRelatedOperations : 0);
  header.message_id = context.header.message_id;
  header.process_id = context.header.process_id;
  header.tree_id = reply.tree_id.value_or(context.header.tree_id);
  header.session_id = reply.session_id.value_or(context.header.session_id);
  // The hash of 3.1.1 covers the answer to NEGOTIATE and every answer but the last of a login, as
  // they were meant.
  Session* session = find_session(header.session_id);
  if (header.command == Command::negotiate) {
    preauth_.update(joined(header, reply.body, is_last));
  } else if (header.command == Command::session_setup && session != nullptr &&
             header.status == NtStatus::more_processing_required) {
    session->preauth.update(joined(header, reply.body, is_last));
  }
  std::vector<std::byte> body = reply.body;
  const ResponseVerdict verdict = tapped(context, header, body);
  Finished finished;
  finished.verdict = verdict.frame;
  if (verdict.pending_ns > 0 && is_last && !context.is_related) {
    Header pending = header;
    pending.flags |= kFlagAsyncCommand;
    pending.status = NtStatus::pending;
    pending.async_id = header.message_id + 1;
    finished.interim = joined(pending, encode_error_body(), true);
    header.flags |= kFlagAsyncCommand;
    header.async_id = pending.async_id;
    header.credits = 0;
    finished.verdict.hold_ns += verdict.pending_ns;
  }
  finished.message = joined(header, body, is_last);
  const bool wants_signature = reply.is_final_setup || context.header.is_signed() ||
                               (session != nullptr && session->signing_required);
  if (session != nullptr && session->is_valid && session->has_key && wants_signature &&
      !will_be_encrypted && !verdict.is_signature_missing) {
    sign(signing_, session->keys.signing, finished.message);
    if (verdict.is_signature_wrong) finished.message[kSignatureOffset] ^= std::byte{0x01};
  }
  return finished;
}

void Connection::expire_sessions(TimePoint now) {
  for (auto& [id, session] : sessions_) session.expires_at = now;
}

bool Connection::has_session() const {
  return std::ranges::any_of(sessions_, [](const auto& entry) { return entry.second.is_valid; });
}

Session* Connection::find_session(std::uint64_t id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

bool Connection::has_ended(const Session& session) const {
  return session.is_valid && server_.sessions.find(session.table_id) == nullptr;
}

void Connection::forget_ended_sessions() {
  std::erase_if(sessions_, [this](const auto& entry) { return has_ended(entry.second); });
}

}  // namespace lunsim::smb_server
