// For tests: the other end of a session, made of explicit bytes. It cuts what the session sends
// into PDUs by hand, answers a login, and otherwise says exactly what the test says. Not a target:
// it has no device and no rules.
#pragma once

#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>
#include <string>

#include "initiator/session/initiator_session.hpp"
#include "protocol/bytes/crc32c.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"
#include "protocol/iscsi/pdu/nop_in.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"

namespace lunsim::initiator::test {

using Bytes = std::vector<std::byte>;

/// A PDU that the session sent.
struct Sent {
  pdu::BhsBytes bhs{};
  Bytes data;
  pdu::Opcode opcode() const { return pdu::opcode_of(bhs); }
  bool immediate() const { return pdu::is_immediate(bhs); }
  bool final() const { return (bytes::load_u8(&bhs[1]) & 0x80) != 0; }
  InitiatorTaskTag tag() const { return pdu::initiator_task_tag_of(bhs); }
  std::uint32_t word(std::size_t at) const { return bytes::load_be32(&bhs[at]); }
  std::uint32_t cmd_sn() const { return word(24); }
  std::uint32_t exp_stat_sn() const { return word(28); }
};

inline Bytes counted(std::size_t count) {
  Bytes made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<std::byte>(i * 7 + i / 256);
  return made;
}

/// The answer to a command of which the target has no data to give, if it was a read: all that was
/// asked for is residual.                                                     RFC 7143 §11.4.5.1
inline pdu::ScsiResponse without_data(const Sent& command, std::uint8_t status = 0) {
  constexpr std::uint8_t kReadBit = 0x40;
  pdu::ScsiResponse made;
  made.initiator_task_tag = command.tag();
  made.status = status;
  made.underflow = (bytes::load_u8(&command.bhs[1]) & kReadBit) != 0;
  if (made.underflow) made.residual_count = command.word(20);
  return made;
}

class ScriptedTarget {
 public:
  explicit ScriptedTarget(SessionConfig config = default_config(), pdu::Tap* tap = nullptr)
      : session(std::move(config), entropy_, tap) {}

  static SessionConfig default_config() {
    SessionConfig config;
    config.login.initiator_name = "iqn.2026-01.test:initiator";
    config.login.target_name = "iqn.2026-01.test:target";
    config.login.first_cmd_sn = CmdSn{0xFFFF'FFFE};  // runs over 0 soon
    config.portal = {"10.0.0.1", 3260};
    return config;
  }

  // --- the world ---

  /// Carries what the session has made: actions are kept, bytes are cut into PDUs.
  void pump() {
    while (auto action = session.poll_action()) {
      if (const auto* connect = std::get_if<runtime::Connect>(&*action)) {
        connection = connect->connection;
        connects.push_back(*connect);
        stream_.clear();
      } else {
        const auto close = std::get<runtime::Close>(*action);
        closes.push_back(close);
        if (close.connection == connection) open = false;
        if (releases) session.handle_released(close.connection, now);
      }
    }
    while (auto transmit = session.poll_transmit(now)) {
      std::size_t total = 0;
      for (const auto slice : transmit->slices) {
        stream_.insert(stream_.end(), slice.begin(), slice.end());
        total += slice.size();
      }
      BOOST_REQUIRE(total == transmit->bytes);
      BOOST_REQUIRE(total > 0);
      session.handle_transmitted(transmit->connection, total, now);
    }
    cut();
  }
  void pass(runtime::Duration time) {
    now = now + time;
    while (session.poll_timeout() && *session.poll_timeout() <= now) {
      const auto due = *session.poll_timeout();
      session.handle_timeout(now);
      pump();
      BOOST_REQUIRE(session.poll_timeout() != due);
    }
  }
  void accept() {
    pump();
    open = true;
    session.handle_connected(connection, connects.back().to, {"10.0.0.2", 40000}, now);
    pump();
  }
  void close(runtime::CloseReason reason) {
    open = false;
    session.handle_closed(connection, reason, now);
    pump();
  }

  /// What the session sent next.
  Sent take() {
    pump();
    BOOST_REQUIRE_MESSAGE(!sent.empty(), "the session has sent nothing");
    Sent first = std::move(sent.front());
    sent.pop_front();
    return first;
  }
  Sent take(pdu::Opcode opcode) {
    Sent next = take();
    BOOST_REQUIRE_MESSAGE(next.opcode() == opcode, "sent " << pdu::name_of(next.opcode())
                                                           << " instead of "
                                                           << pdu::name_of(opcode));
    return next;
  }
  bool is_quiet() {
    pump();
    return sent.empty();
  }

  // --- what the target says ---

  void give_bytes(std::span<const std::byte> raw) {
    if (!byte_by_byte) {
      session.handle_bytes(connection, raw, now);
    } else {
      for (std::size_t i = 0; i < raw.size(); ++i)
        session.handle_bytes(connection, raw.subspan(i, 1), now);
    }
    pump();
  }
  static void append_digest(Bytes& raw, std::span<const std::byte> over, bool spoil) {
    const std::uint32_t crc = bytes::crc32c(over) ^ (spoil ? 1u : 0u);
    for (unsigned i = 0; i < 4; ++i) raw.push_back(static_cast<std::byte>(crc >> (8 * i)));
  }
  void give_raw(const pdu::BhsBytes& bhs, std::span<const std::byte> data) {
    Bytes raw(bhs.begin(), bhs.end());
    if (header_digest) append_digest(raw, bhs, spoil_header_digest);
    Bytes padded(data.begin(), data.end());
    padded.resize(padded.size() + pdu::padding_of(padded.size()));
    raw.insert(raw.end(), padded.begin(), padded.end());
    if (data_digest && !padded.empty()) append_digest(raw, padded, spoil_data_digest);
    give_bytes(raw);
  }
  /// With ExpCmdSN and MaxCmdSN as they are now; StatSN as it stands in `pdu`.
  template <class Pdu>
  void give_as_is(Pdu pdu, std::span<const std::byte> data = {}) {
    pdu.exp_cmd_sn = exp_cmd_sn;
    pdu.max_cmd_sn = exp_cmd_sn + window - 1;
    pdu.data_segment_bytes = static_cast<std::uint32_t>(data.size());
    pdu::BhsBytes bhs{};
    encode(pdu, bhs);
    give_raw(bhs, data);
  }
  /// With the next StatSN, used up.
  template <class Pdu>
  void give(Pdu pdu, std::span<const std::byte> data = {}) {
    pdu.stat_sn = stat_sn;
    ++stat_sn;
    give_as_is(pdu, data);
  }
  template <class Pdu>
  void give_unnumbered(Pdu pdu, std::span<const std::byte> data = {}) {
    pdu.stat_sn = stat_sn;
    give_as_is(pdu, data);
  }

  // --- login ---

  /// Answers one Login Request: T as asked, each offer with our value (`keys`), else as offered.
  void answer_login(const Sent& request) {
    const std::string text(reinterpret_cast<const char*>(request.data.data()), request.data.size());
    std::string answer;
    if (!told_portal_group_) answer += std::string("TargetPortalGroupTag=1") + '\0';
    told_portal_group_ = true;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\0', at);
      const std::string pair = text.substr(at, end - at);
      at = end + 1;
      const std::string key = pair.substr(0, pair.find('='));
      std::string value = pair.substr(pair.find('=') + 1);
      offers[key] = value;
      if (key == "InitiatorName" || key == "InitiatorAlias" || key == "TargetName" ||
          key == "SessionType")
        continue;
      value = value.substr(0, value.find(','));
      if (keys.contains(key)) value = keys[key];
      answer += key + "=" + value + '\0';
    }
    pdu::LoginResponse response;
    const std::uint8_t flags = bytes::load_u8(&request.bhs[1]);
    response.transit = (flags & 0x80) != 0;
    response.current_stage = static_cast<pdu::Stage>((flags >> 2) & 3);
    response.next_stage = static_cast<pdu::Stage>(flags & 3);
    std::copy_n(request.bhs.begin() + 8, 6, response.isid.bytes.begin());
    response.tsih = response.next_stage == pdu::Stage::full_feature_phase ? 0x77 : 0;
    response.initiator_task_tag = request.tag();
    give(response, std::as_bytes(std::span(answer)));
  }
  /// From start() to full feature phase; leaves no event behind.
  void log_in() {
    session.start(now);
    accept();
    told_portal_group_ = false;
    header_digest = data_digest = false;
    for (int round = 0; session.state() == InitiatorSession::State::logging_in; ++round) {
      BOOST_REQUIRE(round < 10);
      const Sent request = take(pdu::Opcode::login_request);
      exp_cmd_sn = CmdSn{request.cmd_sn()};
      answer_login(request);
    }
    BOOST_REQUIRE((session.state() == InitiatorSession::State::full_feature));
    header_digest = keys.contains("HeaderDigest") && keys["HeaderDigest"] == "CRC32C";
    data_digest = keys.contains("DataDigest") && keys["DataDigest"] == "CRC32C";
    BOOST_REQUIRE(std::holds_alternative<LoggedIn>(event()));
  }

  // --- events ---

  Event event() {
    auto next = session.poll_event();
    BOOST_REQUIRE_MESSAGE(next.has_value(), "no event");
    return std::move(*next);
  }
  template <class Kind>
  Kind event_of() {
    Event next = event();
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Kind>(next),
                          "another kind of event: index " << next.index());
    return std::get<Kind>(std::move(next));
  }
  bool no_event() { return !session.poll_event().has_value(); }

 private:
  runtime::SeededEntropy entropy_{1};

 public:
  InitiatorSession session;
  runtime::TimePoint now{1'000'000'000};
  runtime::ConnectionId connection{};
  bool open = false;
  std::vector<runtime::Connect> connects;
  std::vector<runtime::Close> closes;
  bool releases = true;
  std::deque<Sent> sent;
  std::vector<Sent> everything;  // all that was ever sent, login too
  bool byte_by_byte = false;
  bool header_digest = false, data_digest = false;
  bool spoil_header_digest = false, spoil_data_digest = false;
  StatSn stat_sn{0xFFFF'FFFD};
  CmdSn exp_cmd_sn{};
  std::uint32_t window = 32;
  std::map<std::string, std::string> keys;    // our side of the negotiation
  std::map<std::string, std::string> offers;  // the session's

 private:
  /// Cuts the stream by the lengths in the headers.
  void cut() {
    while (true) {
      if (stream_.size() < pdu::kBhsBytes) return;
      const std::size_t header_digest_bytes = header_digest ? 4 : 0;
      const std::size_t data = bytes::load_be24(&stream_[5]);
      const std::size_t ahs = std::size_t{bytes::load_u8(&stream_[4])} * 4;
      const std::size_t data_at = pdu::kBhsBytes + ahs + header_digest_bytes;
      const std::size_t tail = pdu::padding_of(data) + (data_digest && data > 0 ? 4 : 0);
      if (stream_.size() < data_at + data + tail) return;
      Sent next;
      std::copy_n(stream_.begin(), pdu::kBhsBytes, next.bhs.begin());
      const auto begin = stream_.begin() + static_cast<std::ptrdiff_t>(data_at);
      next.data.assign(begin, begin + static_cast<std::ptrdiff_t>(data));
      const bool counts = !next.immediate() && next.opcode() != pdu::Opcode::data_out &&
                          next.opcode() != pdu::Opcode::login_request;
      if (counts && CmdSn{next.cmd_sn()} == exp_cmd_sn) ++exp_cmd_sn;
      everything.push_back(next);
      sent.push_back(std::move(next));
      stream_.erase(stream_.begin(),
                    stream_.begin() + static_cast<std::ptrdiff_t>(data_at + data + tail));
    }
  }

  Bytes stream_;
  bool told_portal_group_ = false;
};

}  // namespace lunsim::initiator::test
