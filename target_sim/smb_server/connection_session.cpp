// Logins and trees.   MS-SMB2 §3.3.5.5 to §3.3.5.8
#include <algorithm>
#include <chrono>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/connection.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

using namespace smb;

namespace {

constexpr std::uint32_t kEverything = 0x001f'01ff;

/// "share" of \\server\share; empty if it is not of that form.
std::u16string_view share_of(std::u16string_view path) {
  if (!path.starts_with(u"\\\\")) return {};
  const std::size_t slash = path.find(u'\\', 2);
  return slash == path.npos ? std::u16string_view{} : path.substr(slash + 1);
}

}  // namespace

Connection::Reply Connection::session_setup(Context& context) {
  const auto request = decode_session_setup_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  if ((request->flags & kSessionBinding) != 0) return failed(NtStatus::request_not_accepted);
  Session* session = context.session;
  if (session == nullptr) {
    if (sessions_.size() >= kSessionsMax) return failed(NtStatus::insufficient_resources);
    const std::uint64_t id = ++server_.next_session_id;
    session = &sessions_[id];
    session->id = id;
    session->preauth = preauth_;
  }
  if (!session->acceptor) {
    ntlm::Bytes8 challenge;
    server_.entropy.fill(challenge);
    session->acceptor =
        std::make_unique<Acceptor>(server_.login_policy, challenge, server_.filetime(context.now));
  }
  session->preauth.update(context.message);
  session->signing_required = session->signing_required ||
                              (request->security_mode & kSigningRequired) != 0 ||
                              server_.config.signing == SigningPolicy::required;
  Acceptor::Step step = session->acceptor->handle_token(request->security_blob);
  if (step.status == NtStatus::success)
    return logged_in(context, *session, std::move(step.token), request->previous_session_id);
  Reply reply;
  reply.status = step.status;
  reply.session_id = session->id;
  reply.body = encode(SessionSetupResponse{0, std::move(step.token)});
  if (step.status == NtStatus::more_processing_required) return reply;
  reply.body = encode_error_body();
  session->acceptor.reset();
  if (!session->is_valid) {
    context.session = nullptr;
    sessions_.erase(session->id);
  }
  return reply;
}

Connection::Reply Connection::logged_in(Context& context, Session& session,
                                        std::vector<std::byte> token,
                                        std::uint64_t previous_session_id) {
  const Login login = session.acceptor->login();
  session.acceptor.reset();
  session.caller = server_.caller(login);
  SessionSetupResponse response;
  response.security_blob = std::move(token);
  if (login.is_guest) response.session_flags = kSessionIsGuest;
  if (login.is_anonymous) response.session_flags = kSessionIsNull;
  session.user = login.user;
  session.expires_at.reset();
  if (server_.config.session_lifetime_s > 0)
    session.expires_at = context.now + std::chrono::duration_cast<runtime::Duration>(
                                           std::chrono::seconds(server_.config.session_lifetime_s));
  if (!session.is_valid) {
    session.is_valid = true;
    session.has_key = !login.is_guest && !login.is_anonymous;
    session.signing_required = session.signing_required && session.has_key;
    if (session.has_key)
      session.keys =
          derive_session_keys(dialect_, login.session_key, session.preauth.hash(), cipher_);
    TableSession entry;
    entry.client = text16(peer_address_);
    entry.user = login.user;
    entry.begun = context.now;
    entry.last_used = context.now;
    entry.user_flags = login.is_guest ? 1 : 0;
    entry.transport = u"\\Device\\NetbiosSmb";
    entry.session_id = session.id;
    session.table_id = server_.sessions.add(std::move(entry));
  }
  // §3.3.5.5.3: the client came back, and the same user's session that it had goes.
  const auto previous = server_.sessions.find_by_session_id(previous_session_id);
  if (previous != 0 && previous_session_id != session.id &&
      ntlm::is_equal_without_case(server_.sessions.find(previous)->user, login.user))
    server_.sessions.remove(previous);
  Reply reply = with(encode(response));
  reply.session_id = session.id;
  reply.is_final_setup = true;
  return reply;
}

Connection::Reply Connection::logoff(Context& context) {
  if (!decode_empty_body(context.message)) return failed(NtStatus::invalid_parameter);
  server_.sessions.remove(context.session->table_id);
  context.session->opens.clear();
  context.session->trees.clear();
  return with(encode_empty_body());
}

Connection::Reply Connection::tree_connect(Context& context) {
  const auto path = decode_tree_connect_request(context.message);
  if (!path) return failed(NtStatus::invalid_parameter);
  Session& session = *context.session;
  const std::u16string_view name = share_of(*path);
  TreeConnectResponse response;
  response.maximal_access = kEverything;
  const bool is_ipc = ntlm::is_equal_without_case(name, u"IPC$");
  std::uint32_t type = kShareTypeIpc | kShareTypeSpecial;
  std::u16string share_name = u"IPC$";
  if (!is_ipc) {
    const auto& shares = server_.config.shares;
    const auto found = std::ranges::find_if(shares, [&](const Share& share) {
      return ntlm::is_equal_without_case(text16(share.name), name);
    });
    if (found == shares.end()) return failed(NtStatus::bad_network_name);
    if (session.caller == Caller::anonymous) return failed(NtStatus::access_denied);
    response.kind = ShareKind::disk;
    type = found->type;
    share_name = text16(found->name);
  }
  if (session.trees.size() >= kTreesMax) return failed(NtStatus::insufficient_resources);
  ListedConnection connection;
  connection.session = session.table_id;
  connection.begun = context.now;
  connection.user = session.user;
  connection.client = text16(peer_address_);
  connection.type = type;
  connection.share = std::move(share_name);
  const std::uint32_t id = session.next_tree_id++;
  session.trees[id] = {is_ipc, server_.sessions.add_connection(std::move(connection))};
  Reply reply = with(encode(response));
  reply.tree_id = id;
  return reply;
}

Connection::Reply Connection::tree_disconnect(Context& context) {
  if (!decode_empty_body(context.message)) return failed(NtStatus::invalid_parameter);
  Session& session = *context.session;
  const std::uint32_t tree = context.header.tree_id;
  std::erase_if(session.opens, [tree](const auto& open) { return open.second.tree_id == tree; });
  server_.sessions.remove_connection(session.trees[tree].listed);
  session.trees.erase(tree);
  return with(encode_empty_body());
}

}  // namespace lunsim::smb_server
