#include <set>

#include "initiator/session/scripted_target.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::test;

namespace {

ScsiRequest read_of(std::uint32_t bytes) {
  ScsiRequest request;
  request.lun_field = 0x0001'0000'0000'0000;
  request.cdb[0] = std::byte{0x28};
  request.data_in_bytes = bytes;
  return request;
}

ScsiRequest write_of(std::size_t bytes) {
  ScsiRequest request;
  request.lun_field = 0x0001'0000'0000'0000;
  request.cdb[0] = std::byte{0x2A};
  request.data_out = counted(bytes);
  return request;
}

pdu::DataIn data_in(const Sent& command, std::uint32_t sn, std::uint32_t offset, bool final) {
  pdu::DataIn made;
  made.initiator_task_tag = command.tag();
  made.data_sn = DataSn{sn};
  made.buffer_offset = offset;
  made.final = final;
  return made;
}

pdu::ScsiResponse response(const Sent& command, std::uint8_t status = 0) {
  pdu::ScsiResponse made;
  made.initiator_task_tag = command.tag();
  made.status = status;
  return made;
}

pdu::R2t r2t(const Sent& command, std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes) {
  pdu::R2t made;
  made.lun = pdu::lun_of(command.bhs);
  made.initiator_task_tag = command.tag();
  made.target_transfer_tag = TargetTransferTag{0x500 + sn};
  made.r2t_sn = R2tSn{sn};
  made.buffer_offset = offset;
  made.desired_data_transfer_length = bytes;
  return made;
}

std::span<const std::byte> part(const Bytes& all, std::size_t offset, std::size_t count) {
  return std::span(all).subspan(offset, count);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_commands)

BOOST_AUTO_TEST_CASE(read_capacity_leaves_as_the_standard_draws_it) {
  ScriptedTarget target;
  target.log_in();
  ScsiRequest request = read_of(8);
  request.cdb[0] = std::byte{0x25};
  const CommandHandle handle = target.session.submit(request, target.now);
  const Sent command = target.take(pdu::Opcode::scsi_command);
  // RFC 7143 §11.3, by hand: opcode 01h; F and R, simple; LUN 1; length 8; the first CmdSN; the
  // CDB.
  BOOST_TEST(bytes::load_u8(&command.bhs[0]) == 0x01);
  BOOST_TEST(bytes::load_u8(&command.bhs[1]) == 0xC1);
  BOOST_TEST(bytes::load_be64(&command.bhs[8]) == 0x0001'0000'0000'0000u);
  BOOST_TEST(command.word(20) == 8u);
  BOOST_TEST(command.cmd_sn() == 0xFFFF'FFFEu);
  BOOST_TEST(command.exp_stat_sn() == target.stat_sn.value);
  BOOST_TEST(bytes::load_u8(&command.bhs[32]) == 0x25);

  const Bytes capacity{std::byte{0}, std::byte{0}, std::byte{0xFF}, std::byte{0xFF},
                       std::byte{0}, std::byte{0}, std::byte{2},    std::byte{0}};
  pdu::DataIn data = data_in(command, 0, 0, true);
  data.has_status = true;
  target.give(data, capacity);
  const auto done = target.event_of<ScsiCompletion>();
  BOOST_TEST((done.handle == handle));
  BOOST_TEST((done.outcome == CommandOutcome::completed));
  BOOST_TEST((done.data_in == capacity));
  BOOST_TEST(target.session.outstanding() == 0u);
}

BOOST_AUTO_TEST_CASE(a_read_comes_in_several_data_in_and_a_response) {
  for (const bool byte_by_byte : {false, true}) {
    ScriptedTarget target;
    target.log_in();
    target.byte_by_byte = byte_by_byte;
    const Bytes all = counted(1000);
    target.session.submit(read_of(1000), target.now);
    const Sent command = target.take();
    target.give_unnumbered(data_in(command, 0, 0, false), part(all, 0, 400));
    target.give_unnumbered(data_in(command, 1, 400, true), part(all, 400, 101));
    target.give_unnumbered(data_in(command, 2, 501, true), part(all, 501, 499));
    BOOST_TEST(target.no_event());
    pdu::ScsiResponse end = response(command);
    end.exp_data_sn = 3;
    target.give(end);
    const auto done = target.event_of<ScsiCompletion>();
    BOOST_TEST((done.outcome == CommandOutcome::completed));
    BOOST_TEST((done.data_in == all));
  }
}

BOOST_AUTO_TEST_CASE(residuals_and_sense_reach_the_application) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_of(512), target.now);
  const Sent command = target.take();
  target.give_unnumbered(data_in(command, 0, 0, true), counted(36));
  pdu::ScsiResponse end = response(command, 0x02);
  end.underflow = true;
  end.residual_count = 476;
  const Bytes sense{std::byte{0}, std::byte{2}, std::byte{0x70}, std::byte{0}};
  target.give(end, sense);
  const auto done = target.event_of<ScsiCompletion>();
  BOOST_TEST(done.status == 0x02);
  BOOST_TEST(done.underflow);
  BOOST_TEST(done.residual_count == 476u);
  BOOST_TEST(done.sense.size() == 2u);
  BOOST_TEST(done.data_in.size() == 36u);
}

/// Half of a read, then GOOD in the last Data-In or in a SCSI Response; what is missing is named
/// as residual, or is not.                                      RFC 7143 §11.4.5.1, §11.7.3
struct HalfRead {
  bool status_in_data = false;
  bool underflow = false;
  std::uint32_t residual = 0;

  void give_to(ScriptedTarget& target) const {
    target.session.submit(read_of(512), target.now);
    const Sent command = target.take();
    pdu::DataIn data = data_in(command, 0, 0, true);
    if (status_in_data) {
      data.has_status = true;
      data.underflow = underflow;
      data.residual_count = residual;
      return target.give(data, counted(256));
    }
    target.give_unnumbered(data, counted(256));
    pdu::ScsiResponse end = response(command);
    end.exp_data_sn = 1;
    end.underflow = underflow;
    end.residual_count = residual;
    target.give(end);
  }
};

BOOST_AUTO_TEST_CASE(good_for_half_of_the_data_is_a_protocol_error) {
  for (const bool status_in_data : {false, true}) {
    for (const std::uint32_t residual : {0u, 255u}) {
      ScriptedTarget target;
      target.log_in();
      HalfRead{status_in_data, residual != 0, residual}.give_to(target);
      BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::protocol_error));
      const auto lost = target.event_of<ConnectionLost>();
      BOOST_TEST(lost.by_us);
      BOOST_TEST(lost.why.find("before all of the data") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_residual_accounts_for_what_is_missing) {
  for (const bool status_in_data : {false, true}) {
    ScriptedTarget target;
    target.log_in();
    HalfRead{status_in_data, true, 256}.give_to(target);
    const auto done = target.event_of<ScsiCompletion>();
    BOOST_TEST((done.outcome == CommandOutcome::completed));
    BOOST_TEST((done.data_in == counted(256)));
    BOOST_TEST(done.residual_count == 256u);
    BOOST_TEST(target.no_event());
  }
}

BOOST_AUTO_TEST_CASE(good_over_a_hole_in_the_data_is_a_protocol_error) {
  for (const bool status_in_data : {false, true}) {
    SessionConfig config = ScriptedTarget::default_config();
    config.login.wishes.session.data_pdu_in_order = false;
    ScriptedTarget target(config);
    target.keys = {{"DataPDUInOrder", "No"}};
    target.log_in();
    target.session.submit(read_of(512), target.now);
    const Sent command = target.take();
    pdu::DataIn data = data_in(command, 0, 256, true);
    data.has_status = status_in_data;
    if (status_in_data) {
      target.give(data, counted(256));
    } else {
      target.give_unnumbered(data, counted(256));
      target.give(response(command));
    }
    BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::protocol_error));
  }
}

BOOST_AUTO_TEST_CASE(a_response_other_than_completed_is_a_target_failure) {
  ScriptedTarget target;
  target.log_in();
  target.session.submit(read_of(512), target.now);
  pdu::ScsiResponse end = response(target.take());
  end.response = 1;
  end.status = 0x02;  // means nothing then
  target.give(end);
  const auto done = target.event_of<ScsiCompletion>();
  BOOST_TEST((done.outcome == CommandOutcome::target_failure));
  BOOST_TEST(done.status == 0u);
}

BOOST_AUTO_TEST_CASE(a_write_follows_all_four_combinations) {
  constexpr std::size_t kTotal = 10000;
  const Bytes all = counted(kTotal);
  for (const bool initial_r2t : {false, true}) {
    for (const bool immediate : {false, true}) {
      ScriptedTarget target;
      target.keys = {{"InitialR2T", initial_r2t ? "Yes" : "No"},
                     {"ImmediateData", immediate ? "Yes" : "No"},
                     {"FirstBurstLength", "4096"},
                     {"MaxBurstLength", "4096"},
                     {"MaxRecvDataSegmentLength", "1024"}};
      SessionConfig config = ScriptedTarget::default_config();
      config.login.wishes.session.initial_r2t = false;  // else there is nothing to choose
      ScriptedTarget peer(config);
      peer.keys = target.keys;
      peer.log_in();
      peer.session.submit(write_of(kTotal), peer.now);
      const Sent command = peer.take(pdu::Opcode::scsi_command);
      BOOST_TEST(command.final() == initial_r2t);
      BOOST_TEST(command.word(20) == kTotal);
      BOOST_TEST(command.data.size() == (immediate ? 1024u : 0u));
      Bytes got = command.data;
      const auto collect = [&](std::uint32_t ttt, std::size_t until) {
        for (std::uint32_t sn = 0; got.size() < until; ++sn) {
          const Sent data = peer.take(pdu::Opcode::data_out);
          BOOST_TEST((data.tag() == command.tag()));
          BOOST_TEST(data.word(20) == ttt);
          BOOST_TEST(data.word(36) == sn);
          BOOST_TEST(data.word(40) == got.size());
          BOOST_TEST(data.data.size() <= 1024u);
          BOOST_TEST(data.exp_stat_sn() == peer.stat_sn.value);
          got.insert(got.end(), data.data.begin(), data.data.end());
          BOOST_TEST(data.final() == (got.size() == until));
        }
      };
      if (!initial_r2t) collect(0xFFFF'FFFF, 4096);
      BOOST_TEST(peer.is_quiet());
      for (std::uint32_t sn = 0; got.size() < kTotal; ++sn) {
        const auto bytes =
            static_cast<std::uint32_t>(std::min<std::size_t>(4096, kTotal - got.size()));
        peer.give_unnumbered(r2t(command, sn, static_cast<std::uint32_t>(got.size()), bytes));
        collect(0x500 + sn, got.size() + bytes);
      }
      BOOST_TEST((got == all));
      peer.give(response(command));
      BOOST_TEST((peer.event_of<ScsiCompletion>().outcome == CommandOutcome::completed));
    }
  }
}

BOOST_AUTO_TEST_CASE(several_r2ts_may_be_open_where_that_was_negotiated) {
  SessionConfig config = ScriptedTarget::default_config();
  config.login.wishes.session.max_outstanding_r2t = 4;
  ScriptedTarget target(config);
  target.keys = {{"ImmediateData", "No"}, {"InitialR2T", "Yes"}, {"MaxOutstandingR2T", "4"}};
  target.log_in();
  target.session.submit(write_of(4000), target.now);
  const Sent command = target.take();
  for (std::uint32_t i = 0; i < 4; ++i) {
    pdu::R2t ask = r2t(command, i, i * 1000, 1000);
    target.give_unnumbered(ask);
  }
  for (std::uint32_t i = 0; i < 4; ++i) {
    const Sent data = target.take(pdu::Opcode::data_out);
    BOOST_TEST(data.word(20) == 0x500 + i);
    BOOST_TEST(data.word(40) == i * 1000);
    BOOST_TEST(data.word(36) == 0u);
    BOOST_TEST(data.final());
    BOOST_TEST(bytes::load_be64(&data.bhs[8]) == 0x0001'0000'0000'0000u);
  }
}

BOOST_AUTO_TEST_CASE(a_large_write_is_made_no_faster_than_it_leaves) {
  ScriptedTarget target;
  target.keys = {{"ImmediateData", "No"}, {"InitialR2T", "Yes"}, {"MaxBurstLength", "16776192"}};
  SessionConfig config = ScriptedTarget::default_config();
  config.login.wishes.session.max_burst_bytes = 16776192;
  ScriptedTarget peer(config);
  peer.keys = target.keys;
  peer.log_in();
  peer.session.submit(write_of(16u << 20), peer.now);
  const Sent command = peer.take();
  pdu::BhsBytes bhs{};
  encode(r2t(command, 0, 0, 16776192), bhs);
  bytes::store_be32(&bhs[28], peer.exp_cmd_sn.value);
  bytes::store_be32(&bhs[32], peer.exp_cmd_sn.value + 8);
  peer.session.handle_bytes(peer.connection, bhs, peer.now);
  const auto gather = peer.session.poll_transmit(peer.now);
  BOOST_REQUIRE(gather.has_value());
  BOOST_TEST(gather->bytes < (3u << 20));
  BOOST_TEST(peer.session.wants_bytes(peer.connection));
}

BOOST_AUTO_TEST_CASE(the_window_of_the_target_is_held) {
  ScriptedTarget target;
  target.window = 2;
  target.log_in();
  for (int i = 0; i < 5; ++i) target.session.submit(read_of(8), target.now);
  const Sent first = target.take();
  const Sent second = target.take();
  BOOST_TEST(target.is_quiet());
  BOOST_TEST(second.cmd_sn() == first.cmd_sn() + 1);
  target.give(without_data(first));  // acknowledges both and opens two more
  target.take();
  target.take();
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(a_max_cmd_sn_that_cannot_be_is_ignored) {
  ScriptedTarget target;
  target.window = 1;
  target.log_in();
  target.session.submit(read_of(8), target.now);
  target.session.submit(read_of(8), target.now);
  target.take();
  pdu::BhsBytes bhs{};
  pdu::NopIn nop;
  nop.stat_sn = target.stat_sn;
  nop.exp_cmd_sn = target.exp_cmd_sn;
  nop.max_cmd_sn = target.exp_cmd_sn - 2;
  encode(nop, bhs);
  target.give_raw(bhs, {});
  BOOST_TEST(target.is_quiet());
  nop.max_cmd_sn = target.exp_cmd_sn;
  encode(nop, bhs);
  target.give_raw(bhs, {});
  target.take(pdu::Opcode::scsi_command);
}

BOOST_AUTO_TEST_CASE(our_own_bound_of_outstanding_commands_is_held_too) {
  SessionConfig config = ScriptedTarget::default_config();
  config.limits.outstanding_commands_max = 3;
  config.limits.queued_commands_max = 2;
  ScriptedTarget target(config);
  target.log_in();
  for (int i = 0; i < 5; ++i) target.session.submit(read_of(8), target.now);
  BOOST_TEST(target.no_event());
  target.session.submit(read_of(8), target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::refused));
  std::set<InitiatorTaskTag> tags;
  for (int i = 0; i < 3; ++i) tags.insert(target.take(pdu::Opcode::scsi_command).tag());
  BOOST_TEST(tags.size() == 3u);
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(without_a_session_a_command_is_refused) {
  ScriptedTarget target;
  target.session.submit(read_of(8), target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::refused));
  target.log_in();
  target.session.submit(read_of(0xFFFF'FFFF), target.now);
  BOOST_TEST((target.event_of<ScsiCompletion>().outcome == CommandOutcome::refused));
  BOOST_TEST(target.is_quiet());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_ends_commands_before_it_is_told) {
  ScriptedTarget target;
  target.window = 1;
  target.log_in();
  const CommandHandle first = target.session.submit(read_of(8), target.now);
  const CommandHandle second = target.session.submit(read_of(8), target.now);
  target.take();
  target.close(runtime::CloseReason::finished);
  for (const CommandHandle handle : {first, second}) {
    const auto done = target.event_of<ScsiCompletion>();
    BOOST_TEST((done.handle == handle));
    BOOST_TEST((done.outcome == CommandOutcome::connection_lost));
  }
  BOOST_TEST((target.event_of<ConnectionLost>().reason == runtime::CloseReason::finished));
  BOOST_TEST(target.no_event());
}

BOOST_AUTO_TEST_CASE(digests_guard_both_directions) {
  SessionConfig config = ScriptedTarget::default_config();
  config.login.wishes.header_digest_crc32c = config.login.wishes.data_digest_crc32c = true;
  config.login.wishes.prefer_digests = true;
  ScriptedTarget target(config);
  target.keys = {{"HeaderDigest", "CRC32C"}, {"DataDigest", "CRC32C"}};
  target.log_in();
  target.session.submit(write_of(777), target.now);
  const Sent write = target.take(pdu::Opcode::scsi_command);
  BOOST_TEST((write.data == counted(777)));
  target.give(response(write));
  target.event_of<ScsiCompletion>();
  target.session.submit(read_of(501), target.now);
  const Sent read = target.take();
  pdu::DataIn data = data_in(read, 0, 0, true);
  data.has_status = true;
  target.give(data, counted(501));
  BOOST_TEST((target.event_of<ScsiCompletion>().data_in == counted(501)));
}

BOOST_AUTO_TEST_SUITE_END()
