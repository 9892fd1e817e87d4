// What a hostile or broken target can say. None of it may crash, hang or grow.
#include "initiator/session/scripted_target.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::test;

namespace {

/// A session with one read (LUN 0, 512 bytes) and one write (64 KiB) on their way.
struct Busy {
  explicit Busy(SessionConfig config = ScriptedTarget::default_config()) : target(config) {
    target.keys = {{"ImmediateData", "No"}, {"InitialR2T", "Yes"}, {"MaxBurstLength", "16384"}};
    target.log_in();
    ScsiRequest request;
    request.data_in_bytes = 512;
    target.session.submit(request, target.now);
    read = target.take(pdu::Opcode::scsi_command);
    request.data_in_bytes = 0;
    request.data_out = counted(65536);
    target.session.submit(request, target.now);
    write = target.take(pdu::Opcode::scsi_command);
  }

  pdu::DataIn data_in(std::uint32_t sn, std::uint32_t offset) const {
    pdu::DataIn made;
    made.initiator_task_tag = read.tag();
    made.data_sn = DataSn{sn};
    made.buffer_offset = offset;
    return made;
  }
  pdu::R2t r2t(std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes) const {
    pdu::R2t made;
    made.initiator_task_tag = write.tag();
    made.target_transfer_tag = TargetTransferTag{1};
    made.r2t_sn = R2tSn{sn};
    made.buffer_offset = offset;
    made.desired_data_transfer_length = bytes;
    return made;
  }
  pdu::ScsiResponse response(std::uint8_t status = 0) const { return without_data(read, status); }

  /// Both commands ended because the target broke the rules, and the connection is closed.
  void expect_closed() {
    for (int i = 0; i < 2; ++i)
      BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::protocol_error));
    const auto lost = target.event_of<ConnectionLost>();
    BOOST_TEST(lost.by_us);
    BOOST_TEST(!lost.why.empty());
    BOOST_TEST(target.closes.size() == 1u);
    BOOST_TEST((target.session.state() == InitiatorSession::State::idle));
    BOOST_TEST(target.no_event());
  }
  void expect_unmoved() {
    BOOST_TEST(target.no_event());
    BOOST_TEST((target.session.state() == InitiatorSession::State::full_feature));
    BOOST_TEST(target.closes.empty());
  }

  ScriptedTarget target;
  Sent read, write;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(session_trouble)

BOOST_AUTO_TEST_CASE(more_data_than_asked_for_closes) {
  Busy busy;
  busy.target.give_unnumbered(busy.data_in(0, 0), counted(516));
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(data_at_a_wrong_offset_closes) {
  Busy busy;
  busy.target.give_unnumbered(busy.data_in(0, 4), counted(8));
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(a_skipped_data_sn_closes) {
  Busy busy;
  busy.target.give_unnumbered(busy.data_in(1, 0), counted(8));
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(a_repeated_data_in_changes_nothing) {
  Busy busy;
  busy.target.give_unnumbered(busy.data_in(0, 0), counted(256));
  busy.target.give_unnumbered(busy.data_in(0, 0), Bytes(256));
  const Bytes all = counted(512);
  busy.target.give_unnumbered(busy.data_in(1, 256), std::span(all).subspan(256));
  busy.target.give(busy.response());
  const auto done = busy.target.event_of<ScsiCompletion>();
  BOOST_TEST(done.data_in.size() == 512u);
  BOOST_TEST((done.data_in[7] == counted(8)[7]));
}

BOOST_AUTO_TEST_CASE(read_data_for_a_write_closes) {
  Busy busy;
  pdu::DataIn data = busy.data_in(0, 0);
  data.initiator_task_tag = busy.write.tag();
  busy.target.give_unnumbered(data, counted(8));
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(tags_that_nobody_knows_are_let_by_but_counted) {
  Busy busy;
  pdu::DataIn data = busy.data_in(0, 0);
  data.initiator_task_tag = InitiatorTaskTag{0x1234'5678};
  data.final = data.has_status = true;
  busy.target.give(data, counted(64));
  pdu::ScsiResponse end = busy.response();
  end.initiator_task_tag = InitiatorTaskTag{0x8000'0001};
  busy.target.give(end);
  pdu::R2t ask = busy.r2t(0, 0, 512);
  ask.initiator_task_tag = InitiatorTaskTag{0x7FFF'FFFF};
  busy.target.give_unnumbered(ask);
  busy.expect_unmoved();
  busy.target.give(busy.response());  // had the two statuses not been counted, this would be a gap
  BOOST_TEST((busy.target.event_of<ScsiCompletion>().outcome == CommandOutcome::completed));
}

BOOST_AUTO_TEST_CASE(a_second_response_is_let_by) {
  Busy busy;
  busy.target.give(busy.response());
  busy.target.event_of<ScsiCompletion>();
  busy.target.give(busy.response());
  busy.expect_unmoved();
}

BOOST_AUTO_TEST_CASE(a_missing_status_closes) {
  Busy busy;
  ++busy.target.stat_sn;
  busy.target.give(busy.response());
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(a_repeated_status_is_let_by) {
  Busy busy;
  pdu::ScsiResponse end = busy.response();
  end.stat_sn = busy.target.stat_sn - 1;
  busy.target.give_as_is(end);
  busy.expect_unmoved();
}

BOOST_AUTO_TEST_CASE(a_ping_that_shows_a_missing_status_closes) {
  Busy busy;
  pdu::NopIn nop;
  nop.stat_sn = busy.target.stat_sn + 1;
  busy.target.give_as_is(nop);
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(a_response_that_counts_more_data_than_came_closes) {
  Busy busy;
  busy.target.give_unnumbered(busy.data_in(0, 0), counted(8));
  pdu::ScsiResponse end = busy.response();
  end.exp_data_sn = 2;
  busy.target.give(end);
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(a_sense_length_that_lies_closes) {
  for (const Bytes& data :
       {Bytes{std::byte{0}, std::byte{3}, std::byte{0x70}}, Bytes{std::byte{0xFF}, std::byte{0xFF}},
        Bytes{std::byte{0}}, Bytes{}}) {
    Busy busy;
    busy.target.give(busy.response(0x02), data);
    busy.expect_closed();
  }
}

BOOST_AUTO_TEST_CASE(an_r2t_for_a_read_closes) {
  Busy busy;
  pdu::R2t ask = busy.r2t(0, 0, 512);
  ask.initiator_task_tag = busy.read.tag();
  busy.target.give_unnumbered(ask);
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(an_r2t_outside_the_write_closes) {
  for (const auto& [offset, bytes] :
       {std::pair{65536u, 512u}, {65535u, 2u}, {0xFFFF'FFFFu, 1u}, {0u, 16385u}, {0u, 0u}}) {
    Busy busy;
    busy.target.give_unnumbered(busy.r2t(0, offset, bytes));
    busy.expect_closed();
  }
}

BOOST_AUTO_TEST_CASE(more_r2ts_than_agreed_close) {
  Busy busy;
  pdu::BhsBytes raw{};
  Bytes both;
  for (std::uint32_t sn = 0; sn < 2; ++sn) {
    encode(busy.r2t(sn, sn * 512, 512), raw);
    both.insert(both.end(), raw.begin(), raw.end());
  }
  busy.target.give_bytes(both);
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(pdus_of_an_initiator_and_unknown_opcodes_close) {
  for (const int opcode : {0x00, 0x01, 0x05, 0x10, 0x23, 0x2A, 0x3E}) {
    Busy busy;
    pdu::BhsBytes raw{};
    raw[0] = static_cast<std::byte>(opcode);
    raw[1] = std::byte{0x80};
    busy.target.give_bytes(raw);
    busy.expect_closed();
  }
}

BOOST_AUTO_TEST_CASE(a_segment_longer_than_we_take_closes_before_it_has_come) {
  Busy busy;
  pdu::BhsBytes raw{};
  encode(busy.data_in(0, 0), raw);
  bytes::store_be24(&raw[5], 0xFF'FFFF);
  busy.target.give_bytes(raw);
  busy.expect_closed();
}

BOOST_AUTO_TEST_CASE(wrong_digests_close) {
  for (const bool header : {false, true}) {
    SessionConfig config = ScriptedTarget::default_config();
    config.login.wishes.header_digest_crc32c = config.login.wishes.data_digest_crc32c = true;
    ScriptedTarget target(config);
    target.keys = {{"HeaderDigest", "CRC32C"}, {"DataDigest", "CRC32C"}};
    target.log_in();
    ScsiRequest request;
    request.data_in_bytes = 8;
    target.session.submit(request, target.now);
    pdu::DataIn data;
    data.initiator_task_tag = target.take().tag();
    target.spoil_header_digest = header;
    target.spoil_data_digest = !header;
    target.give_unnumbered(data, counted(8));
    BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::protocol_error));
    const auto lost = target.event_of<ConnectionLost>();
    BOOST_TEST(lost.why == (header ? "header digest error" : "data digest error"));
  }
}

BOOST_AUTO_TEST_CASE(a_target_that_pings_and_does_not_read_is_not_read_any_more) {
  ScriptedTarget target;
  target.log_in();
  Bytes flood;
  pdu::NopIn ping;
  ping.target_transfer_tag = TargetTransferTag{1};
  ping.stat_sn = target.stat_sn;
  pdu::BhsBytes raw{};
  encode(ping, raw);
  for (int i = 0; i < 1000; ++i) flood.insert(flood.end(), raw.begin(), raw.end());
  std::size_t rounds = 0;
  while (target.session.wants_bytes(target.connection)) {
    BOOST_REQUIRE(++rounds < 1000u);
    target.session.handle_bytes(target.connection, flood, target.now);
  }
  BOOST_TEST(rounds * flood.size() < (8u << 20));
}

BOOST_AUTO_TEST_CASE(random_bytes_end_in_a_close_and_nothing_worse) {
  runtime::SeededEntropy chance(0xD1CE);
  for (int round = 0; round < 2000; ++round) {
    Busy busy;
    Bytes garbage(1 + chance.below(300));
    chance.fill(garbage);
    busy.target.give_bytes(garbage);
    busy.target.close(runtime::CloseReason::reset);
    BOOST_TEST((busy.target.session.state() == InitiatorSession::State::idle));
    int completions = 0;
    while (auto event = busy.target.session.poll_event())
      completions += std::holds_alternative<ScsiCompletion>(*event) ? 1 : 0;
    BOOST_TEST(completions == 2);
  }
}

BOOST_AUTO_TEST_CASE(random_pdus_with_true_tags_end_each_command_exactly_once) {
  runtime::SeededEntropy chance(0xBADCAFE);
  constexpr std::uint8_t kOpcodes[] = {0x20, 0x21, 0x22, 0x24, 0x25, 0x26, 0x31, 0x32, 0x3F};
  std::size_t survived = 0;
  for (int round = 0; round < 3000; ++round) {
    Busy busy;
    for (int step = 0; step < 12 && busy.target.open; ++step) {
      pdu::BhsBytes raw{};
      chance.fill(raw);
      raw[0] = static_cast<std::byte>(kOpcodes[chance.below(std::size(kOpcodes))]);
      raw[4] = std::byte{0};
      const Bytes data = counted(chance.below(3) == 0 ? chance.below(600) : 0);
      bytes::store_be24(&raw[5], static_cast<std::uint32_t>(data.size()));
      if (chance.below(4) != 0) raw[1] = chance.below(2) != 0 ? std::byte{0x80} : std::byte{0};
      if (chance.below(4) != 0) raw[2] = raw[3] = std::byte{0};
      if (chance.below(2) != 0) bytes::store_be32(&raw[20], 0xFFFF'FFFF);
      const auto tag = chance.below(3) == 0 ? busy.read.tag() : busy.write.tag();
      if (chance.below(8) != 0) bytes::store_be32(&raw[16], static_cast<std::uint32_t>(tag));
      if (chance.below(8) != 0) bytes::store_be32(&raw[24], busy.target.stat_sn.value);
      if (chance.below(4) != 0)
        bytes::store_be32(&raw[36], static_cast<std::uint32_t>(chance.below(3)));
      if (chance.below(4) != 0)
        bytes::store_be32(&raw[40], static_cast<std::uint32_t>(chance.below(3) * 256));
      if (chance.below(4) != 0)
        bytes::store_be32(&raw[44], static_cast<std::uint32_t>(chance.below(600)));
      const auto before = busy.target.everything.size();
      busy.target.give_raw(raw, data);
      if (busy.target.everything.size() > before)
        busy.target.stat_sn = StatSn{busy.target.everything.back().exp_stat_sn()};
      BOOST_REQUIRE(busy.target.everything.size() < before + 200);
      survived += busy.target.open ? 1 : 0;
    }
    busy.target.pass(std::chrono::minutes{5});
    if (busy.target.session.state() != InitiatorSession::State::idle)
      busy.target.close(runtime::CloseReason::reset);
    int completions = 0;
    while (auto event = busy.target.session.poll_event())
      completions += std::holds_alternative<ScsiCompletion>(*event) ? 1 : 0;
    BOOST_TEST(completions == 2);
  }
  BOOST_TEST(survived > 1500u);  // PDUs that left the connection open: else they were too wild
}

BOOST_AUTO_TEST_SUITE_END()
