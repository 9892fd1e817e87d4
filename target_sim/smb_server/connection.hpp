// One connection of the fake server: messages in, messages out. Routes by command; negotiation,
// logins and files have files of their own. Knows nothing of streams: SmbServer cuts and frames.
// MS-SMB2 §3.3.5
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/smb/message/file_messages.hpp"
#include "protocol/smb/message/security.hpp"
#include "protocol/smb/message/session_messages.hpp"
#include "target_sim/smb_server/pipe_end.hpp"
#include "target_sim/smb_server/server_state.hpp"

namespace lunsim::smb_server {

struct Open {
  std::uint32_t tree_id = 0;
  SessionTable::Id listed = 0;  // in the server's FileList
  std::unique_ptr<PipeEnd> pipe;
};

struct Tree {
  bool is_ipc = false;
  SessionTable::Id listed = 0;  // in the server's TreeConnectList
};

struct Session {
  std::uint64_t id = 0;
  std::unique_ptr<smb::Acceptor> acceptor;  // while a login goes on
  smb::PreauthIntegrity preauth;            // of 3.1.1, while a login goes on
  bool is_valid = false;                    // a login has succeeded
  SessionTable::Id table_id = 0;
  Caller caller = Caller::anonymous;
  bool has_key = false;  // neither anonymous nor guest
  bool signing_required = false;
  smb::SessionKeys keys;
  std::uint64_t next_nonce = 1;
  std::u16string user;
  std::optional<TimePoint> expires_at;
  std::map<std::uint32_t, Tree> trees;
  std::uint32_t next_tree_id = 1;
  std::map<std::uint64_t, Open> opens;  // by the volatile part of FileId
};

class Connection {
 public:
  Connection(ServerState& server, runtime::ConnectionId number, std::string peer_address)
      : server_(server), number_(number), peer_address_(std::move(peer_address)) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Shape    the content of one transport frame
  /// Returns  frames to send, in order; false in `is_alive` if the connection is to be closed then
  struct Frame {
    std::vector<std::byte> bytes;
    FrameVerdict verdict;  // the tap's
  };
  struct Answer {
    std::vector<Frame> frames;
    bool is_alive = true;
  };
  /// `refusal`: what its first message is answered with, undone.
  Answer handle_frame(smb::Span frame, TimePoint now,
                      std::optional<smb::NtStatus> refusal = std::nullopt);
  /// What the tap makes of a frame that came, if there is a tap.
  RequestVerdict judge(smb::Span frame, TimePoint now) const;
  /// Every session must be logged in anew.
  void expire_sessions(TimePoint now);

  /// Whether somebody has logged in here.
  bool has_session() const;

  static constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20;
  // Before a login: the largest security token, 65,535 bytes, and what stands before it.
  static constexpr std::size_t kFrameBytesBeforeLoginMax = (std::size_t{64} << 10) + 1024;
  static constexpr std::size_t kChainMax = 32;
  static constexpr std::size_t kSessionsMax = 1024;
  static constexpr std::size_t kTreesMax = 1024;  // of a session
  static constexpr std::size_t kOpensMax = 1024;  // of all sessions here
  // What all pipes here hold of requests and answers, beyond which nothing more is taken.
  static constexpr std::size_t kPipeBytesMax = std::size_t{16} << 20;
  static constexpr std::uint32_t kCreditsMax = 512;  // outstanding

 private:
  /// A body and its status; tree and session where a command gives new ones.
  struct Reply {
    smb::NtStatus status = smb::NtStatus::success;
    std::vector<std::byte> body;
    std::optional<std::uint64_t> session_id;
    std::optional<std::uint32_t> tree_id;
    bool is_final_setup = false;  // signed by the key that it made
    bool is_silent = false;       // no answer at all
    bool closes = false;
    smb::FileId file;  // for a related operation behind it
  };
  /// What one message of a chain is handled in.
  struct Context {
    smb::Header header;
    smb::Span message;
    Session* session = nullptr;
    bool was_encrypted = false;
    smb::FileId related_file;
    bool is_related = false;
    TimePoint now;
    std::optional<smb::NtStatus> refusal;  // the tap's
  };

  static Reply failed(smb::NtStatus status);
  static Reply with(std::vector<std::byte> body);
  static Reply closing();

  // connection.cpp
  /// `encrypted_by`: whose key the frame came under, and its answer goes under; null: in clear.
  void handle_chain(smb::Span frame, Session* encrypted_by, TimePoint now,
                    std::optional<smb::NtStatus> refusal, Answer& answer);
  Reply handle_message(Context& context);
  Reply route(Context& context);
  std::optional<Reply> check_session(Context& context);
  bool take_message_id(const smb::Header& header);
  std::uint16_t grant(const smb::Header& header);
  struct Finished {
    std::vector<std::byte> message;
    std::vector<std::byte> interim;  // that goes before it; empty: none
    FrameVerdict verdict;
  };
  Finished finish(const Context& context, const Reply& reply, bool is_last, bool will_be_encrypted);
  ResponseVerdict tapped(const Context& context, smb::Header& header, std::vector<std::byte>& body);
  std::vector<std::byte> encrypted(Session& session, smb::Span message);
  static std::vector<std::byte> joined(const smb::Header& header, smb::Span body, bool is_last);
  /// Also one that has ended in the frame that is being handled: its answers still need its keys.
  Session* find_session(std::uint64_t id);
  /// Whether a session that stood is in the server's list no more, whoever took it out.
  bool has_ended(const Session& session) const;
  /// Sessions go between frames only: in one, a session may end itself (LOGOFF, NetrSessionDel).
  void forget_ended_sessions();

  // connection_negotiate.cpp
  Answer handle_smb1(smb::Span frame, TimePoint now);
  Reply negotiate(Context& context);
  smb::NegotiateResponse negotiate_response(TimePoint now) const;
  void choose_contexts(const smb::NegotiateRequest& request);
  Reply validate_negotiate(const Context& context, const smb::IoctlRequest& request);

  // connection_session.cpp
  Reply session_setup(Context& context);
  Reply logged_in(Context& context, Session& session, std::vector<std::byte> token,
                  std::uint64_t previous_session_id);
  Reply logoff(Context& context);
  Reply tree_connect(Context& context);
  Reply tree_disconnect(Context& context);

  // connection_files.cpp
  Reply create(Context& context);
  Reply close(Context& context);
  Reply read(Context& context);
  Reply write(Context& context);
  Reply ioctl(Context& context);
  Reply query_info(Context& context);
  PipeService service_of(std::string_view pipe, std::uint64_t session_id);
  Open* find_open(Context& context, smb::FileId file);
  Reply flush(Context& context);
  std::size_t opens() const;
  std::size_t pipe_bytes() const;

  ServerState& server_;
  runtime::ConnectionId number_;
  std::string peer_address_;
  smb::Dialect dialect_ = smb::Dialect::none;
  bool is_negotiated_ = false;
  smb::NegotiateRequest client_;
  std::uint16_t security_mode_ = 0;
  std::uint32_t capabilities_ = 0;
  smb::SigningAlgorithm signing_ = smb::SigningAlgorithm::hmac_sha256;
  smb::Cipher cipher_ = smb::Cipher::none;
  smb::PreauthIntegrity preauth_;
  std::map<std::uint64_t, Session> sessions_;
  TimePoint call_time_;  // when the bytes came that a pipe works on
  // Message identifiers: [low, high) are granted, those of them that came are in used.
  std::uint64_t window_low_ = 0;
  std::uint64_t window_high_ = 1;
  std::set<std::uint64_t> used_;
};

}  // namespace lunsim::smb_server
