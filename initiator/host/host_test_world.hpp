// A world for the host's tests: its one target is made of explicit bytes and knows no codec of
// ours, its clock jumps from deadline to deadline. It answers every PDU at once and in order; what
// it answers, a test sets. For tests only.                                   RFC 7143 §11
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/ports/world.hpp"

namespace lunsim::initiator::testing {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  Bytes bytes(text.size());
  std::transform(text.begin(), text.end(), bytes.begin(),
                 [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}
inline unsigned u8(const Bytes& pdu, std::size_t at) { return std::to_integer<unsigned>(pdu[at]); }
inline std::uint32_t u32(const Bytes& pdu, std::size_t at) {
  return u8(pdu, at) << 24 | u8(pdu, at + 1) << 16 | u8(pdu, at + 2) << 8 | u8(pdu, at + 3);
}
inline void put_u32(Bytes& pdu, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) pdu[at + i] = static_cast<std::byte>(value >> (24 - 8 * i));
}

struct ScsiAnswer {
  unsigned status = 0;
  Bytes data, sense;
  bool silent = false;
};

/// What the target does; a test changes it at any time.
struct TargetScript {
  std::set<std::string> listening{"10.0.0.10:3260"};  // elsewhere connections are refused
  unsigned login_status = 0;                          // class and detail: 0x0203
  std::string send_targets;                           // with NULs
  std::function<ScsiAnswer(unsigned lun, const Bytes& cdb)> scsi = [](unsigned, const Bytes&) {
    return ScsiAnswer{};
  };
  // what was seen
  std::vector<std::string> login_texts;
  std::vector<std::string> isids;  // of login requests, raw
  std::size_t logouts = 0;
};

class HostTestWorld final : public runtime::World {
 public:
  TargetScript script;

  runtime::TimePoint now() const override { return now_; }
  std::int64_t epoch_s() const override { return 0; }
  runtime::Entropy& entropy(std::string_view) override { return entropy_; }
  std::vector<runtime::Endpoint> attach(runtime::Engine& engine, const std::string&,
                                        std::span<const runtime::Endpoint>) override {
    engines_[&engine];
    return {};
  }
  void detach(runtime::Engine& engine) override { engines_.erase(&engine); }
  void wake(runtime::Engine&) override {}
  void set_filter_factory(runtime::FilterFactory) override {}
  void set_gate(runtime::Gate) override {}
  std::size_t attached() const { return engines_.size(); }

  bool run_until(const std::function<bool()>& done, runtime::TimePoint deadline) override {
    for (int steps = 0; steps < 100'000; ++steps) {
      pump_all();
      if (done()) return true;
      if (pump_all()) continue;
      const std::optional<runtime::TimePoint> next = next_deadline();
      if (!next || *next > deadline) {
        now_ = std::max(now_, deadline);
        return done();
      }
      now_ = std::max(now_, *next);
      fire(now_);
    }
    return false;
  }
  void run_for(runtime::Duration duration) {
    run_until([] { return false; }, now_ + duration);
  }
  /// The target resets every connection.
  void cut_all() {
    for (auto& [engine, peer] : engines_) {
      for (auto& [id, connection] : peer)
        engine->handle_closed(id, runtime::CloseReason::reset, now_);
      peer.clear();
    }
  }

 private:
  struct Connection {
    Bytes in;
    std::uint32_t stat_sn = 100, exp_cmd_sn = 0;
  };
  using Peer = std::map<runtime::ConnectionId, Connection>;

  bool pump_all() {
    bool any = false;
    std::vector<runtime::Engine*> engines;
    for (auto& [engine, peer] : engines_) engines.push_back(engine);
    for (runtime::Engine* engine : engines) {
      while (pump(*engine, engines_.at(engine))) any = true;
    }
    return any;
  }
  bool pump(runtime::Engine& engine, Peer& peer) {
    if (const auto action = engine.poll_action()) {
      if (const auto* connect = std::get_if<runtime::Connect>(&*action)) {
        open(engine, peer, *connect);
      } else {
        const auto id = std::get<runtime::Close>(*action).connection;
        peer.erase(id);
        engine.handle_released(id, now_);
      }
      return true;
    }
    const auto transmit = engine.poll_transmit(now_);
    if (!transmit) return false;
    const runtime::ConnectionId id = transmit->connection;
    const std::size_t bytes = transmit->bytes;
    Bytes& in = peer[id].in;
    for (const auto& slice : transmit->slices) in.insert(in.end(), slice.begin(), slice.end());
    engine.handle_transmitted(id, bytes, now_);
    answer_all(engine, peer, id);
    return true;
  }
  void open(runtime::Engine& engine, Peer& peer, const runtime::Connect& connect) {
    if (!script.listening.contains(connect.to.address + ":" + std::to_string(connect.to.port)))
      return engine.handle_closed(connect.connection, runtime::CloseReason::refused, now_);
    peer[connect.connection] = {};
    engine.handle_connected(connect.connection, connect.to, {"10.0.0.1", 50000}, now_);
  }
  void answer_all(runtime::Engine& engine, Peer& peer, runtime::ConnectionId id) {
    for (;;) {
      const auto found = peer.find(id);
      if (found == peer.end() || found->second.in.size() < 48) return;
      Bytes& in = found->second.in;
      const std::size_t data = u32(in, 4) & 0xFFFFFF, whole = 48 + (data + 3) / 4 * 4;
      if (in.size() < whole) return;
      const Bytes pdu(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(48 + data));
      in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(whole));
      const Bytes answer = answer_to(pdu, found->second);
      if (!answer.empty()) engine.handle_bytes(id, answer, now_);
    }
  }
  Bytes answer_to(const Bytes& pdu, Connection& connection) {
    const bool is_immediate = (u8(pdu, 0) & 0x40) != 0;
    connection.exp_cmd_sn = u32(pdu, 24) + (is_immediate ? 0 : 1);
    switch (u8(pdu, 0) & 0x3F) {
      case 0x01:
        return answer_scsi(pdu, connection);
      case 0x02:
        return finish(head(0x22, 0x80, pdu), {}, connection);
      case 0x03:
        return answer_login(pdu, connection);
      case 0x04: {
        Bytes answer = head(0x24, 0x80, pdu);
        put_u32(answer, 20, 0xFFFFFFFF);
        return finish(answer, bytes_of(script.send_targets), connection);
      }
      case 0x06:
        ++script.logouts;
        return finish(head(0x26, 0x80, pdu), {}, connection);
      default:
        return {};
    }
  }
  Bytes answer_login(const Bytes& pdu, Connection& connection) {
    const std::string text(reinterpret_cast<const char*>(pdu.data()) + 48, pdu.size() - 48);
    script.login_texts.push_back(text);
    script.isids.emplace_back(reinterpret_cast<const char*>(pdu.data()) + 8, 6);
    Bytes answer = head(0x23, script.login_status == 0 ? u8(pdu, 1) & 0x8F : 0, pdu);
    std::copy(pdu.begin() + 8, pdu.begin() + 16, answer.begin() + 8);  // ISID and TSIH
    if (script.login_status == 0 && (u8(pdu, 1) & 0x83) == 0x83) answer[15] = std::byte{0x42};
    answer[36] = static_cast<std::byte>(script.login_status >> 8);
    answer[37] = static_cast<std::byte>(script.login_status);
    return finish(answer, script.login_status == 0 ? bytes_of(accept(text)) : Bytes{}, connection);
  }
  /// Takes every offer as it is, and no digests.
  static std::string accept(const std::string& text) {
    static const std::set<std::string> declared{"InitiatorName", "InitiatorAlias", "TargetName",
                                                "SessionType", "MaxRecvDataSegmentLength"};
    std::string answer;
    for (std::size_t at = 0; at < text.size(); at = text.find('\0', at) + 1) {
      const std::string pair = text.c_str() + at;
      const std::string key = pair.substr(0, pair.find('='));
      if (declared.contains(key)) continue;
      const bool is_list = key == "AuthMethod" || key == "HeaderDigest" || key == "DataDigest";
      answer += is_list ? key + "=None" : pair;
      answer.push_back('\0');
    }
    return answer;
  }
  Bytes answer_scsi(const Bytes& pdu, Connection& connection) {
    const Bytes cdb(pdu.begin() + 32, pdu.begin() + 48);
    const ScsiAnswer scsi = script.scsi(u8(pdu, 9), cdb);
    if (scsi.silent) return {};
    const bool is_read = (u8(pdu, 1) & 0x40) != 0;
    const std::uint32_t expected = u32(pdu, 20);
    const auto sent = static_cast<std::uint32_t>(scsi.data.size());
    const unsigned underflow = is_read && sent < expected ? 0x02 : 0;
    const bool with_data = is_read && scsi.status == 0 && sent > 0;
    Bytes answer = head(with_data ? 0x25 : 0x21, 0x80 | underflow | (with_data ? 1 : 0), pdu);
    answer[3] = static_cast<std::byte>(scsi.status);
    if (with_data) put_u32(answer, 20, 0xFFFFFFFF);
    if (underflow != 0) put_u32(answer, 44, expected - (with_data ? sent : 0));
    Bytes sense;
    if (!scsi.sense.empty()) {
      sense = {std::byte{0}, static_cast<std::byte>(scsi.sense.size())};
      sense.insert(sense.end(), scsi.sense.begin(), scsi.sense.end());
    }
    return finish(answer, with_data ? scsi.data : sense, connection);
  }
  static Bytes head(unsigned opcode, unsigned flags, const Bytes& request) {
    Bytes answer(48);
    answer[0] = static_cast<std::byte>(opcode);
    answer[1] = static_cast<std::byte>(flags);
    std::copy(request.begin() + 16, request.begin() + 20, answer.begin() + 16);
    return answer;
  }
  static Bytes finish(Bytes answer, const Bytes& data, Connection& connection) {
    put_u32(answer, 4, static_cast<std::uint32_t>(data.size()));
    put_u32(answer, 24, connection.stat_sn++);
    put_u32(answer, 28, connection.exp_cmd_sn);
    put_u32(answer, 32, connection.exp_cmd_sn + 64);
    answer.insert(answer.end(), data.begin(), data.end());
    answer.resize((answer.size() + 3) / 4 * 4);
    return answer;
  }
  std::optional<runtime::TimePoint> next_deadline() const {
    std::optional<runtime::TimePoint> next;
    for (const auto& [engine, peer] : engines_) {
      const auto at = engine->poll_timeout();
      if (at && (!next || *at < *next)) next = at;
    }
    return next;
  }
  void fire(runtime::TimePoint now) {
    for (auto& [engine, peer] : engines_) {
      const auto at = engine->poll_timeout();
      if (at && *at <= now) engine->handle_timeout(now);
    }
  }

  runtime::TimePoint now_{};
  runtime::SeededEntropy entropy_{7};
  std::map<runtime::Engine*, Peer> engines_;
};

}  // namespace lunsim::initiator::testing
