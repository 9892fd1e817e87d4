// Recovery within a connection, asked for by explicit SNACK Requests.
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/pdu/snack_request.hpp"
#include "target_sim/session/test_peer.hpp"
#include "target_sim/session/write_transfer.hpp"

using namespace lunsim;
using namespace lunsim::target_sim;
using namespace lunsim::target_sim::testing;
using namespace std::string_view_literals;
namespace utf = boost::unit_test;

BOOST_AUTO_TEST_SUITE(session_recovery)

namespace {

constexpr std::string_view kKeys =
    "ErrorRecoveryLevel=1\0MaxRecvDataSegmentLength=1024\0MaxBurstLength=2048\0"
    "FirstBurstLength=1024\0InitialR2T=Yes\0ImmediateData=No\0"sv;

struct Recovering {
  explicit Recovering(std::uint8_t level = 1) : bench(config(level)), id(bench.login(kKeys)) {
    for (std::size_t i = 0; i < bench.device.disk.size(); ++i)
      bench.device.disk[i] = static_cast<std::byte>(i * 7 + i / 512);
  }
  static TargetServerConfig config(std::uint8_t level) {
    TargetServerConfig config;
    config.nodes.resize(1);
    config.nodes[0].wishes.session.error_recovery_level = level;
    return config;
  }
  void snack(pdu::SnackType type, InitiatorTaskTag itt, std::uint32_t first, std::uint32_t count,
             TargetTransferTag ttt = kReservedTargetTransferTag, StatSn acknowledged = {}) {
    pdu::SnackRequest request;
    request.type = type;
    request.initiator_task_tag = itt;
    request.target_transfer_tag = ttt;
    request.exp_stat_sn = acknowledged;
    request.beg_run = first;
    request.run_length = count;
    bench.send(id, request);
  }
  pdu::DataIn data_in(Pdu* whole = nullptr) {
    const Pdu pdu = bench.receive(id);
    const auto decoded = pdu::decode_data_in(pdu.view());
    BOOST_REQUIRE(decoded.has_value());
    if (whole != nullptr) *whole = pdu;
    return *decoded;
  }
  pdu::ScsiResponse response() {
    const auto decoded = pdu::decode_scsi_response(bench.receive(id).view());
    BOOST_REQUIRE(decoded.has_value());
    return *decoded;
  }
  pdu::R2t r2t() {
    const auto decoded = pdu::decode_r2t(bench.receive(id).view());
    BOOST_REQUIRE(decoded.has_value());
    return *decoded;
  }
  pdu::RejectReason reject() {
    const auto decoded = pdu::decode_reject(bench.receive(id).view());
    BOOST_REQUIRE(decoded.has_value());
    return decoded->reason;
  }
  void data_out(const pdu::R2t& r2t, std::uint32_t data_sn, std::uint32_t offset, std::size_t bytes,
                bool is_final) {
    pdu::DataOut out;
    out.initiator_task_tag = r2t.initiator_task_tag;
    out.target_transfer_tag = r2t.target_transfer_tag;
    out.data_sn = DataSn{data_sn};
    out.buffer_offset = offset;
    out.final = is_final;
    bench.send(id, out, std::vector<std::byte>(bytes, std::byte{0x5A}));
  }

  Bench bench;
  ConnectionId id;
};

/// But for ExpCmdSN and MaxCmdSN, which are current.
bool is_same(Pdu a, const Pdu& b) {
  std::copy_n(b.bhs.begin() + 28, 8, a.bhs.begin() + 28);
  return a.bhs == b.bhs && a.data == b.data;
}

constexpr InitiatorTaskTag kTag{101};  // of block_command(…, 1, …)

}  // namespace

BOOST_AUTO_TEST_CASE(data_and_status_come_again_as_they_were, *utf::label("rfc7143-11.16")) {
  Recovering r;
  r.bench.send(r.id, block_command(0x28, 1, 8, 4));
  Pdu first, second;
  r.data_in(&first);
  const pdu::DataIn last = r.data_in(&second);
  BOOST_TEST(last.final);
  BOOST_TEST(!last.has_status);
  const pdu::ScsiResponse told = r.response();
  BOOST_TEST(told.exp_data_sn == 2u);
  r.bench.device.disk.assign(65536, 0_b);  // what is sent again was sent before
  r.snack(pdu::SnackType::data_or_r2t, kTag, 1, 1);
  Pdu again;
  r.data_in(&again);
  BOOST_TEST(is_same(again, second));
  r.snack(pdu::SnackType::data_or_r2t, kTag, 0, 0);
  r.data_in(&again);
  BOOST_TEST(is_same(again, first));
  r.data_in();
  r.snack(pdu::SnackType::status, kReservedInitiatorTaskTag, told.stat_sn.value, 1);
  BOOST_TEST((r.response() == told));
  BOOST_TEST(r.bench.is_silent(r.id));
}

BOOST_AUTO_TEST_CASE(what_was_never_sent_or_is_acknowledged_is_a_protocol_error) {
  Recovering r;
  r.bench.send(r.id, block_command(0x28, 1, 8, 1));
  r.data_in();
  const pdu::ScsiResponse told = r.response();
  r.snack(pdu::SnackType::data_or_r2t, kTag, 1, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
  r.snack(pdu::SnackType::data_or_r2t, InitiatorTaskTag{999}, 0, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
  r.snack(pdu::SnackType::status, kReservedInitiatorTaskTag, told.stat_sn.value + 9, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
  // The SNACK itself acknowledges the status, and with it the task is forgotten.
  r.snack(pdu::SnackType::status, kReservedInitiatorTaskTag, told.stat_sn.value, 1,
          kReservedTargetTransferTag, told.stat_sn + 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
  r.snack(pdu::SnackType::data_or_r2t, kTag, 0, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
}

BOOST_AUTO_TEST_CASE(without_recovery_every_snack_is_rejected) {
  Recovering r(0);
  r.snack(pdu::SnackType::status, kReservedInitiatorTaskTag, 0, 0);
  BOOST_TEST((r.reject() == pdu::RejectReason::snack_reject));
}

BOOST_AUTO_TEST_CASE(a_data_ack_frees_what_it_acknowledges, *utf::label("rfc7143-11.16.2")) {
  Recovering r;
  r.bench.send(r.id, block_command(0x28, 1, 0, 8));  // two bursts of two segments
  r.data_in();
  const pdu::DataIn end_of_burst = r.data_in();
  BOOST_TEST(end_of_burst.acknowledge);
  BOOST_TEST(!r.data_in().acknowledge);
  BOOST_TEST(!r.data_in().acknowledge);
  r.response();
  r.snack(pdu::SnackType::data_ack, kReservedInitiatorTaskTag, 2, 0,
          end_of_burst.target_transfer_tag);
  BOOST_TEST(r.bench.is_silent(r.id));
  r.snack(pdu::SnackType::data_or_r2t, kTag, 1, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
  r.snack(pdu::SnackType::data_or_r2t, kTag, 2, 1);
  BOOST_TEST(r.data_in().data_sn.value == 2u);
  r.snack(pdu::SnackType::data_ack, kReservedInitiatorTaskTag, 9, 0,
          end_of_burst.target_transfer_tag);
  BOOST_TEST((r.reject() == pdu::RejectReason::invalid_data_ack));
  r.snack(pdu::SnackType::data_ack, kReservedInitiatorTaskTag, 2, 0, TargetTransferTag{4711});
  BOOST_TEST((r.reject() == pdu::RejectReason::invalid_data_ack));
}

BOOST_AUTO_TEST_CASE(an_r_data_snack_brings_all_data_and_a_response_with_its_tag,
                     *utf::label("rfc7143-11.16.3")) {
  Recovering r;
  r.bench.send(r.id, block_command(0x28, 1, 0, 8));
  for (int i = 0; i < 4; ++i) r.data_in();
  const pdu::ScsiResponse told = r.response();
  r.snack(pdu::SnackType::r_data, kTag, 0, 0, TargetTransferTag{0x1234});
  std::vector<std::byte> data;
  for (std::uint32_t sn = 0; sn < 4; ++sn) {
    Pdu pdu;
    const pdu::DataIn one = r.data_in(&pdu);
    BOOST_TEST(one.data_sn.value == sn);
    BOOST_TEST(one.buffer_offset == data.size());
    BOOST_TEST(one.final == (sn % 2 == 1));
    data.insert(data.end(), pdu.data.begin(), pdu.data.end());
  }
  BOOST_TEST((data == std::vector<std::byte>(r.bench.device.disk.begin(),
                                             r.bench.device.disk.begin() + 4096)));
  const pdu::ScsiResponse again = r.response();
  BOOST_TEST(again.snack_tag == 0x1234u);
  BOOST_TEST((again.stat_sn == told.stat_sn));
  r.snack(pdu::SnackType::status, kReservedInitiatorTaskTag, told.stat_sn.value, 1);
  BOOST_TEST(r.response().snack_tag == 0x1234u);  // the latest content
}

BOOST_AUTO_TEST_CASE(an_r2t_comes_again_until_its_data_has_come) {
  Recovering r;
  r.bench.send(r.id, block_command(0x2A, 1, 0, 4));
  const pdu::R2t asked = r.r2t();
  r.snack(pdu::SnackType::data_or_r2t, kTag, 0, 1);
  BOOST_TEST((r.r2t() == asked));
  r.data_out(asked, 0, 0, 2048, true);
  r.response();
  r.snack(pdu::SnackType::data_or_r2t, kTag, 0, 1);
  BOOST_TEST((r.reject() == pdu::RejectReason::protocol_error));
}

BOOST_AUTO_TEST_CASE(lost_data_out_is_asked_for_again, *utf::label("rfc7143-7.9")) {
  Recovering r;
  r.bench.send(r.id, block_command(0x2A, 1, 0, 4));
  const pdu::R2t asked = r.r2t();
  r.data_out(asked, 0, 0, 512, false);
  r.data_out(asked, 2, 1024, 512, false);  // DataSN 1 is lost
  BOOST_TEST(r.bench.is_silent(r.id));
  r.data_out(asked, 3, 1536, 512, true);
  const pdu::R2t second = r.r2t();
  BOOST_TEST(second.r2t_sn.value == 1u);
  BOOST_TEST(second.buffer_offset == 512u);
  BOOST_TEST(second.desired_data_transfer_length == 512u);
  r.data_out(second, 0, 512, 512, true);
  BOOST_TEST(int{r.response().status} == 0);
  BOOST_TEST((r.bench.device.disk[600] == 0x5A_b));
}

BOOST_AUTO_TEST_CASE(a_task_whose_data_is_lost_too_often_fails) {
  Recovering r;
  r.bench.send(r.id, block_command(0x2A, 1, 0, 1));
  for (std::uint32_t i = 0; i <= WriteTransfer::kRecoveriesMax; ++i) {
    const pdu::R2t asked = r.r2t();
    r.data_out(asked, 0, 0, 0, true);
  }
  BOOST_TEST(int{r.response().status} == 2);
}

BOOST_AUTO_TEST_SUITE_END()
