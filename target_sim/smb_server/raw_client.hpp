// For tests: a client of the fake server, made of explicit messages.
#pragma once

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/smb/auth/initiator.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace lunsim::smb_server::raw {

using namespace lunsim::smb;
using runtime::ConnectionId;
using runtime::SeededEntropy;

inline ServerConfig config() {
  ServerConfig made;
  made.users = {{"admin", "secret", true}, {"alice", "other", false}};
  made.shares = {{"data", "C:\\data", ""}};
  made.allows_anonymous = true;
  return made;
}

/// A client made of explicit messages: what is sent is written here, not by an engine.
struct Raw {
  explicit Raw(ServerConfig made = config(), std::uint64_t seed = 1)
      : entropy(seed), server(std::move(made), entropy) {
    server.handle_connected(id, {"10.0.0.1", 50000}, {"10.0.0.10", 445}, {});
  }

  void send_bytes(Span bytes) { server.handle_bytes(id, bytes, now); }
  /// Everything that the server has to say, as frames without their prefix.
  std::vector<std::vector<std::byte>> receive() {
    std::vector<std::byte> all;
    while (const auto transmit = server.poll_transmit(now)) {
      for (const auto slice : transmit->slices) all.insert(all.end(), slice.begin(), slice.end());
      server.handle_transmitted(transmit->connection, transmit->bytes, now);
    }
    while (const auto action = server.poll_action())
      if (std::holds_alternative<runtime::Close>(*action)) is_closed = true;
    std::vector<std::vector<std::byte>> frames;
    for (std::size_t at = 0; at + 4 <= all.size();) {
      const std::size_t size = (static_cast<std::size_t>(all[at + 1]) << 16) |
                               (static_cast<std::size_t>(all[at + 2]) << 8) |
                               static_cast<std::size_t>(all[at + 3]);
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at + 4);
      frames.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
      at += 4 + size;
    }
    return frames;
  }
  std::vector<std::byte> message(Command command, const std::vector<std::byte>& body) {
    Header header;
    header.command = command;
    header.credits = 8;
    header.message_id = next_message_id++;
    header.session_id = session_id;
    header.tree_id = tree_id;
    std::vector<std::byte> raw;
    bytes::LittleWriter writer(raw);
    encode(header, writer);
    writer.bytes(body);
    return raw;
  }
  /// One message, one answer; empty if none came.
  std::vector<std::byte> ask(std::vector<std::byte> raw) {
    if (key) sign(signing, *key, raw);
    send_bytes(framed(raw));
    const auto frames = receive();
    return frames.empty() ? std::vector<std::byte>{} : frames.front();
  }
  /// The same under the session's key. The answer must come under it, too.
  std::vector<std::byte> ask_encrypted(const std::vector<std::byte>& raw) {
    std::vector<std::byte> nonce(nonce_bytes(kCipher));
    nonce[0] = static_cast<std::byte>(next_message_id);
    send_bytes(framed(encrypt(kCipher, keys.client_to_server, session_id, nonce, raw)));
    const auto frames = receive();
    if (frames.empty()) return {};
    BOOST_REQUIRE((protocol_of(frames.front()) == Protocol::transform));
    auto plain = decrypt(kCipher, keys.server_to_client, frames.front());
    BOOST_REQUIRE(plain.has_value());
    return std::move(*plain);
  }
  NtStatus status(Command command, const std::vector<std::byte>& body) {
    const auto answer = ask(message(command, body));
    BOOST_REQUIRE(!answer.empty());
    return decode_header(answer).value().status;
  }
  void negotiate(Dialect dialect = Dialect::smb_2_1) {
    NegotiateRequest request;
    request.dialects = {dialect};
    request.security_mode = kSigningEnabled;
    request.capabilities = kCapEncryption;
    signing = default_signing(dialect);
    dialect_ = dialect;
    BOOST_REQUIRE(status(Command::negotiate, encode(request)) == NtStatus::success);
  }
  NtStatus login(std::u16string user, std::u16string password) {
    Initiator initiator({user, u"", password, u"WS", u""}, {}, 0);
    SessionSetupRequest setup;
    setup.security_mode = kSigningEnabled;
    setup.previous_session_id = previous_session_id;
    setup.security_blob = initiator.first_token();
    auto answer = ask(message(Command::session_setup, encode(setup)));
    session_id = decode_header(answer).value().session_id;
    auto blob = decode_session_setup_response(answer).value().security_blob;
    setup.security_blob = initiator.handle_challenge(blob).value();
    answer = ask(message(Command::session_setup, encode(setup)));
    const auto header = decode_header(answer).value();
    if (header.status == NtStatus::success && !user.empty()) {
      keys = derive_session_keys(dialect_, initiator.session_key(), {}, kCipher);
      key = keys.signing;
      BOOST_TEST(is_signature_right(signing, *key, answer));
    }
    return header.status;
  }
  NtStatus connect(std::u16string_view share) {
    const auto answer = ask(message(
        Command::tree_connect, encode_tree_connect_request(u"\\\\s\\" + std::u16string(share))));
    const auto header = decode_header(answer).value();
    if (header.status == NtStatus::success) tree_id = header.tree_id;
    return header.status;
  }

  ConnectionId id{runtime::kAcceptedConnectionBit};
  SeededEntropy entropy;
  SmbServer server;
  TimePoint now{};
  std::uint64_t next_message_id = 0;
  std::uint64_t session_id = 0;
  std::uint64_t previous_session_id = 0;
  std::uint32_t tree_id = 0;
  std::optional<Bytes16> key;  // to sign with
  SigningAlgorithm signing = SigningAlgorithm::hmac_sha256;
  SessionKeys keys;
  bool is_closed = false;

 private:
  static constexpr Cipher kCipher = Cipher::aes128_ccm;  // what 3.0 and 3.0.2 have
  Dialect dialect_{};
};

inline CreateRequest named(std::u16string name) {
  CreateRequest request;
  request.name = std::move(name);
  return request;
}

}  // namespace lunsim::smb_server::raw
