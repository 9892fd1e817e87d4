// The fake SMB server behind a login: what a client with a key says after it, in clear, signed or
// encrypted, and sessions that are ended from outside meanwhile. The input is a row of messages,
// each with a byte of what becomes of it, its length in two bytes (little-endian), and itself.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/require.hpp"
#include "protocol/smb/auth/initiator.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace {

using namespace lunsim;
using namespace lunsim::smb;
using lunsim::fuzz::require;
using smb_server::SmbServer;

// What becomes of a message.
constexpr std::uint8_t kStamp = 1;     // its MessageId and SessionId are set as they are due
constexpr std::uint8_t kSign = 2;      // it is signed
constexpr std::uint8_t kEncrypt = 4;   // it is encrypted
constexpr std::uint8_t kEndFirst = 8;  // all sessions are ended from outside before it
constexpr std::uint8_t kLater = 16;    // an hour passes before it

constexpr Cipher kCipher = Cipher::aes128_ccm;

smb_server::ServerConfig config() {
  smb_server::ServerConfig made;
  made.users = {{"admin", "Passw0rd", true}};
  made.shares = {{"data", "C:\\data", "files"}};
  made.sessions.emplace_back().client = "WS1";
  made.session_lifetime_s = 3 * 3600;
  return made;
}

class Still final : public runtime::Entropy {
 public:
  void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0}); }
};

class Known {
 public:
  Known() : server_(config(), entropy_) {
    server_.handle_connected(kId, {"10.0.0.1", 50000}, {"10.0.0.100", 445}, now_);
    NegotiateRequest negotiate;
    negotiate.dialects = {Dialect::smb_3_0};
    negotiate.security_mode = kSigningEnabled;
    negotiate.capabilities = kCapEncryption;
    ask(Command::negotiate, encode(negotiate));
    Initiator initiator({u"admin", u"", u"Passw0rd", u"", u""}, {}, 0);
    SessionSetupRequest setup;
    setup.security_mode = kSigningEnabled;
    setup.security_blob = initiator.first_token();
    const auto answer = ask(Command::session_setup, encode(setup));
    session_id_ = decode_header(answer)->session_id;
    const auto response = decode_session_setup_response(answer);
    setup.security_blob = *initiator.handle_challenge(response->security_blob);
    const auto last = ask(Command::session_setup, encode(setup));
    require(decode_header(last)->status == NtStatus::success, "the right password is right");
    keys_ = derive_session_keys(Dialect::smb_3_0, initiator.session_key(), {}, kCipher);
  }

  void say(std::uint8_t fate, std::vector<std::byte> message) {
    if (is_over_ || !server_.wants_bytes(kId)) return;
    if ((fate & kEndFirst) != 0) server_.end_sessions(u"", u"");
    if ((fate & kLater) != 0) now_ = now_ + std::chrono::hours(1);
    if ((fate & kStamp) != 0) stamp(message);
    if ((fate & kSign) != 0 && message.size() >= kHeaderBytes)
      sign(default_signing(Dialect::smb_3_0), keys_.signing, message);
    if ((fate & kEncrypt) != 0) {
      std::vector<std::byte> nonce(nonce_bytes(kCipher));
      message = encrypt(kCipher, keys_.client_to_server, session_id_, nonce, message);
    }
    server_.handle_bytes(kId, framed(message), now_);
    (void)receive();
    require(server_.sessions().files().size() <= smb_server::Connection::kOpensMax,
            "opens are bounded");
  }

 private:
  /// Numbers that the server waits for, in a message that may have any length.
  void stamp(std::vector<std::byte>& message) {
    const auto put = [&](std::size_t at, std::uint64_t value) {
      for (std::size_t i = 0; i < 8 && at + i < message.size(); ++i)
        message[at + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
    };
    put(kMessageIdOffset, next_message_id_++);
    put(kSessionIdOffset, session_id_);
  }
  std::vector<std::byte> ask(Command command, const std::vector<std::byte>& body) {
    Header header;
    header.command = command;
    header.credits = 64;
    header.message_id = next_message_id_++;
    header.session_id = session_id_;
    std::vector<std::byte> raw;
    bytes::LittleWriter writer(raw);
    encode(header, writer);
    writer.bytes(body);
    server_.handle_bytes(kId, framed(raw), now_);
    return receive();
  }
  /// One frame without its prefix, or more.
  std::vector<std::byte> receive() {
    std::vector<std::byte> all;
    while (const auto transmit = server_.poll_transmit(now_)) {
      for (const auto slice : transmit->slices) all.insert(all.end(), slice.begin(), slice.end());
      server_.handle_transmitted(kId, transmit->bytes, now_);
    }
    while (const auto action = server_.poll_action()) {
      server_.handle_released(std::get<runtime::Close>(*action).connection, now_);
      is_over_ = true;
    }
    if (all.size() >= 4) all.erase(all.begin(), all.begin() + 4);
    return all;
  }

  static constexpr std::size_t kMessageIdOffset = 24;
  static constexpr std::size_t kSessionIdOffset = 40;
  static constexpr runtime::ConnectionId kId{runtime::kAcceptedConnectionBit};
  runtime::TimePoint now_{0};
  Still entropy_;
  SmbServer server_;
  SessionKeys keys_;
  std::uint64_t next_message_id_ = 0;
  std::uint64_t session_id_ = 0;
  bool is_over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kPrefix = 3;
  const auto bytes = std::as_bytes(std::span(data, size));
  Known client;
  for (std::size_t at = 0; at + kPrefix <= size;) {
    const std::size_t length = data[at + 1] | (std::size_t{data[at + 2]} << 8);
    const auto message = bytes.subspan(at + kPrefix).first(std::min(length, size - at - kPrefix));
    client.say(data[at], {message.begin(), message.end()});
    at += kPrefix + length;
  }
  return 0;
}
