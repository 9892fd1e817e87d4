// For the tests of this room: a device of a few blocks, and a peer that speaks explicit PDUs to a
// TargetServer without any initiator engine in between.
#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/iscsi/pdu/data_out.hpp"
#include "protocol/iscsi/pdu/framer.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"
#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "target_sim/session/target_server.hpp"

namespace lunsim::target_sim::testing {

using namespace std::chrono_literals;
using runtime::ConnectionId;
using runtime::TimePoint;

inline std::byte operator""_b(unsigned long long value) { return static_cast<std::byte>(value); }

/// 64 KiB that READ(10) and WRITE(10) of 512-byte blocks reach; opcode FFh stays pending until
/// `release()`; anything else completes at once without data. Counts pins.
class FakeDevice final : public Device, public bytes::Pinned {
 public:
  std::vector<std::byte> disk = std::vector<std::byte>(65536);
  std::vector<std::string> nexuses;
  std::deque<Task*> pending, released;
  std::vector<NexusId> cleared, lost;
  int pins = 0, aborted = 0, resets = 0;
  mutable int questions = 0;  // has_unit()

  void unpin() override { --pins; }
  NexusId open_nexus(std::string_view port) override {
    nexuses.emplace_back(port);
    return NexusId{static_cast<std::uint32_t>(nexuses.size())};
  }
  void close_nexus(NexusId) override {}
  bool prepare(Task& task, std::int64_t) override {
    if (!has_unit(task.lun)) return fail(task, 0x25);
    const std::uint64_t bytes = std::uint64_t{bytes::load_be16(&task.cdb[7])} * 512;
    if (opcode(task) == 0x28) task.data_in_bytes_wanted = bytes;
    if (opcode(task) == 0x2A) task.data_out_bytes_wanted = bytes;
    if (opcode(task) == 0xEE) return fail(task, 0x20);
    return true;
  }
  bool submit(Task& task, std::int64_t) override {
    const std::size_t offset = std::size_t{bytes::load_be32(&task.cdb[2])} * 512;
    if (opcode(task) == 0x28) {
      ++pins;
      task.data_in.push_back({std::span{disk}.subspan(offset, task.data_in_bytes_wanted), this});
      task.data_in_bytes = task.data_in_bytes_wanted;
    }
    if (opcode(task) == 0x2A)
      std::copy(task.data_out.begin(), task.data_out.end(),
                disk.begin() + static_cast<std::ptrdiff_t>(offset));
    if (opcode(task) != 0xFF) return true;
    pending.push_back(&task);
    return false;
  }
  void release() {
    released = pending;
    pending.clear();
  }
  Task* poll_completion(std::int64_t) override {
    if (released.empty()) return nullptr;
    Task* task = released.front();
    released.pop_front();
    return task;
  }
  std::optional<std::int64_t> poll_timeout() const override { return std::nullopt; }
  void abort(Task& task) override {
    ++aborted;
    std::erase(pending, &task);
    std::erase(released, &task);
  }
  ManagementOutcome reset_unit(std::uint64_t, NexusId) override {
    ++resets;
    return ManagementOutcome::complete;
  }
  void commands_cleared(std::uint64_t, NexusId nexus, ClearedBy by) override {
    (by == ClearedBy::protocol_event ? lost : cleared).push_back(nexus);
  }
  bool has_unit(std::uint64_t lun) const override {
    ++questions;
    return lun < 2;
  }
  std::vector<std::uint64_t> luns() const override { return {0, 1}; }

 private:
  static unsigned opcode(const Task& task) { return static_cast<unsigned>(task.cdb[0]); }
  static bool fail(Task& task, unsigned asc) {
    task.status = scsi::Status::check_condition;
    task.sense.size = 18;
    task.sense.bytes[0] = 0x70_b;
    task.sense.bytes[2] = 0x05_b;
    task.sense.bytes[12] = static_cast<std::byte>(asc);
    return false;
  }
};

struct Pdu {
  pdu::BhsBytes bhs{};
  std::vector<std::byte> data;
  pdu::PduView view() const { return {pdu::BhsView{bhs}, {}, data}; }
  pdu::Opcode opcode() const { return pdu::opcode_of(pdu::BhsView{bhs}); }
};

inline std::vector<std::byte> text_bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text.data(), text.size()});
  return {bytes.begin(), bytes.end()};
}

/// A server with one node "iqn.t:disk" at 10.0.0.10:3260, and connections to it.
class Bench {
 public:
  explicit Bench(TargetServerConfig change = {}, pdu::Tap* tap = nullptr)
      : entropy(1), server(config(std::move(change)), entropy, tap) {}

  FakeDevice device;
  runtime::SeededEntropy entropy;
  TargetServer server;
  TimePoint now;

  TargetServerConfig config(TargetServerConfig c) {
    c.portals = {{"10.0.0.10", 3260}};
    if (c.nodes.empty()) c.nodes.resize(1);
    c.nodes[0].name = "iqn.2026-11.t:disk";
    c.nodes[0].portals = {0};
    c.nodes[0].device = &device;
    return c;
  }

  ConnectionId connect() {
    const ConnectionId id{runtime::kAcceptedConnectionBit | next_++};
    server.handle_connected(id, {"10.0.0.1", 5000}, {"10.0.0.10", 3260}, now);
    pump();
    return id;
  }
  void bytes(ConnectionId id, std::span<const std::byte> raw) {
    server.handle_bytes(id, raw, now);
    pump();
  }
  template <class P>
  void send(ConnectionId id, P pdu, std::span<const std::byte> data = {}) {
    pdu.data_segment_bytes = static_cast<std::uint32_t>(data.size());
    pdu::BhsBytes bhs;
    encode(pdu, bhs);
    std::vector<std::byte> raw(bhs.begin(), bhs.end());
    raw.insert(raw.end(), data.begin(), data.end());
    raw.resize(raw.size() + pdu::padding_of(data.size()));
    bytes(id, raw);
  }
  void advance(runtime::Duration by) {
    now = now + by;
    for (int calls = 0;; ++calls) {
      const auto next = server.poll_timeout();
      if (!next || *next > now) break;
      BOOST_REQUIRE_MESSAGE(calls < 1000, "the server does not let time pass");
      server.handle_timeout(now);
      pump();
    }
  }
  /// The next PDU from the server; fails the test if there is none.
  Pdu receive(ConnectionId id) {
    std::deque<Pdu>& queue = received[id];
    BOOST_REQUIRE_MESSAGE(!queue.empty(), "no PDU came");
    Pdu pdu = std::move(queue.front());
    queue.pop_front();
    return pdu;
  }
  bool is_closed(ConnectionId id) const { return closed.contains(id); }
  bool is_silent(ConnectionId id) { return received[id].empty(); }

  /// Logs in and returns the connection in full feature phase.
  ConnectionId login(std::string_view keys = {}, std::uint8_t isid_tail = 1,
                     bool discovery = false) {
    const ConnectionId id = connect();
    std::string text = "InitiatorName=iqn.2026-11.t:host";
    text.push_back('\0');
    text += discovery ? "SessionType=Discovery" : "TargetName=iqn.2026-11.t:disk";
    text.push_back('\0');
    text += keys;
    pdu::LoginRequest request;
    request.transit = true;
    request.current_stage = pdu::Stage::login_operational_negotiation;
    request.next_stage = pdu::Stage::full_feature_phase;
    request.isid.bytes[5] = std::byte{isid_tail};
    request.initiator_task_tag = InitiatorTaskTag{7};
    request.cmd_sn = CmdSn{1};
    send(id, request, text_bytes(text));
    const Pdu answer = receive(id);
    const auto response = pdu::decode_login_response(answer.view());
    BOOST_REQUIRE(response.has_value());
    BOOST_REQUIRE_EQUAL(int{response->status_class}, 0);
    BOOST_REQUIRE(response->transit);
    login_response = *response;
    return id;
  }

  /// While set, the peer's receive window is closed; deliver() takes what waited.
  bool take_nothing = false;
  void deliver() {
    if (waiting_) {
      const runtime::Transmit transmit = *std::exchange(waiting_, std::nullopt);
      take(transmit);
      server.handle_transmitted(transmit.connection, transmit.bytes, now);
    }
    pump();
  }

  pdu::LoginResponse login_response;
  std::map<ConnectionId, std::deque<Pdu>> received;
  std::map<ConnectionId, bool> closed;  // value: by reset

  void pump() {
    bool moved = true;
    while (moved) {
      moved = false;
      while (const auto action = server.poll_action()) {
        const auto& close = std::get<runtime::Close>(*action);
        closed[close.connection] = close.reset;
        server.handle_released(close.connection, now);
        moved = true;
      }
      while (const auto transmit = server.poll_transmit(now)) {
        if (take_nothing) {
          waiting_ = *transmit;
          break;
        }
        take(*transmit);
        server.handle_transmitted(transmit->connection, transmit->bytes, now);
        moved = true;
      }
    }
  }

 private:
  void take(const runtime::Transmit& transmit) {
    std::vector<std::byte>& stream = streams_[transmit.connection];
    for (const auto& slice : transmit.slices)
      stream.insert(stream.end(), slice.begin(), slice.end());
    auto [at, is_new] = framers_.try_emplace(transmit.connection,
                                             pdu::FramerLimits{.data_segment_bytes_max = 1u << 24});
    std::span<const std::byte> input{stream};
    while (true) {
      const pdu::Framer::Step step = at->second.next(input);
      if (step.kind == pdu::Framer::Kind::need_more) break;
      if (step.kind != pdu::Framer::Kind::pdu) {
        BOOST_REQUIRE(step.kind == pdu::Framer::Kind::header);
        continue;
      }
      Pdu pdu;
      std::copy(step.pdu.bhs.begin(), step.pdu.bhs.end(), pdu.bhs.begin());
      pdu.data.assign(step.pdu.data.begin(), step.pdu.data.end());
      received[transmit.connection].push_back(std::move(pdu));
    }
    stream.clear();
  }

  std::uint32_t next_ = 1;
  std::optional<runtime::Transmit> waiting_;
  std::map<ConnectionId, std::vector<std::byte>> streams_;
  std::map<ConnectionId, pdu::Framer> framers_;
};

inline pdu::ScsiCommand block_command(unsigned opcode, std::uint32_t cmd_sn, std::uint32_t lba,
                                      std::uint16_t blocks) {
  pdu::ScsiCommand command;
  command.initiator_task_tag = InitiatorTaskTag{cmd_sn + 100};
  command.cmd_sn = CmdSn{cmd_sn};
  command.read = opcode == 0x28;
  command.write = opcode == 0x2A;
  command.expected_data_transfer_length = std::uint32_t{blocks} * 512;
  command.cdb[0] = static_cast<std::byte>(opcode);
  bytes::store_be32(&command.cdb[2], lba);
  bytes::store_be16(&command.cdb[7], blocks);
  return command;
}

}  // namespace lunsim::target_sim::testing
