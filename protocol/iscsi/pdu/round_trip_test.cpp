#include <boost/test/unit_test.hpp>

#include <random>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"

namespace lunsim::pdu {
namespace {

// The C++ standard fixes what std::mt19937_64 draws, so every run sees the same PDUs.
using Random = std::mt19937_64;

// Fields of every kind by their common names, drawn at random; what a decoder would refuse is put
// right afterwards.
template <class Pdu>
Pdu draw(Random& random) {
  const auto u32 = [&] { return static_cast<std::uint32_t>(random()); };
  const auto u16 = [&] { return static_cast<std::uint16_t>(random()); };
  const auto u8 = [&] { return static_cast<std::uint8_t>(random()); };
  const auto yes = [&] { return (random() >> 33 & 1) != 0; };
  Pdu pdu;
  pdu.data_segment_bytes = u32() & kDataSegmentBytesMax;
  if constexpr (requires { pdu.immediate; }) pdu.immediate = yes();
  if constexpr (requires { pdu.final; }) pdu.final = yes();
  if constexpr (requires { pdu.continues; }) pdu.continues = yes();
  if constexpr (requires { pdu.lun; }) pdu.lun.raw = random();
  if constexpr (requires { pdu.initiator_task_tag; })
    pdu.initiator_task_tag = InitiatorTaskTag{u32() >> 1};
  if constexpr (requires { pdu.target_transfer_tag; })
    pdu.target_transfer_tag = TargetTransferTag{u32()};
  if constexpr (requires { pdu.cmd_sn; }) pdu.cmd_sn = {u32()};
  if constexpr (requires { pdu.exp_stat_sn; }) pdu.exp_stat_sn = {u32()};
  if constexpr (requires { pdu.stat_sn; }) pdu.stat_sn = {u32()};
  if constexpr (requires { pdu.exp_cmd_sn; }) pdu.exp_cmd_sn = {u32()};
  if constexpr (requires { pdu.max_cmd_sn; }) pdu.max_cmd_sn = {u32()};
  if constexpr (requires { pdu.data_sn.value; }) pdu.data_sn = {u32()};
  if constexpr (requires { pdu.exp_data_sn; }) pdu.exp_data_sn = u32();
  if constexpr (requires { pdu.buffer_offset; }) pdu.buffer_offset = u32();
  if constexpr (requires { pdu.residual_count; }) pdu.residual_count = u32();
  if constexpr (requires { pdu.isid; }) {
    for (std::byte& byte : pdu.isid.bytes) byte = std::byte{u8()};
    pdu.tsih = u16();
    pdu.version_max = u8();
    pdu.transit = !pdu.continues && yes();
    pdu.current_stage = yes() ? Stage::security_negotiation : Stage::login_operational_negotiation;
    pdu.next_stage = yes() ? Stage::full_feature_phase : Stage::login_operational_negotiation;
  }
  if constexpr (requires { pdu.cid; }) pdu.cid = u16();
  if constexpr (std::is_same_v<Pdu, NopIn>) pdu.target_transfer_tag = kReservedTargetTransferTag;
  if constexpr (std::is_same_v<Pdu, ScsiCommand>) {
    pdu.write = yes() || !pdu.final;
    pdu.read = !pdu.write;  // both want an AHS
    pdu.attribute = static_cast<TaskAttribute>(u8() % 5);
    pdu.expected_data_transfer_length = pdu.data_segment_bytes + 1 + (u32() >> 1);
    for (std::byte& byte : pdu.cdb) byte = std::byte{u8()};
  }
  if constexpr (std::is_same_v<Pdu, ScsiResponse>) {
    pdu.overflow = yes();
    pdu.underflow = !pdu.overflow && yes();
    pdu.bidirectional_overflow = yes();
    pdu.bidirectional_underflow = !pdu.bidirectional_overflow && yes();
    pdu.response = static_cast<std::uint8_t>(yes() ? 0 : 0x80 | u8());
    pdu.status = u8();
    pdu.snack_tag = u32();
    pdu.bidirectional_read_residual_count = u32();
    pdu.data_segment_bytes |= 1;
  }
  if constexpr (std::is_same_v<Pdu, TaskManagementRequest>) {
    pdu.data_segment_bytes = 0;
    pdu.function = static_cast<TaskManagementFunction>(1 + u8() % 12);
    pdu.immediate |= pdu.function == TaskManagementFunction::task_reassign;
    const bool names_a_task = pdu.function == TaskManagementFunction::abort_task ||
                              pdu.function == TaskManagementFunction::task_reassign ||
                              pdu.function == TaskManagementFunction::query_task;
    if (names_a_task) pdu.referenced_task_tag = InitiatorTaskTag{u32()};
    pdu.ref_cmd_sn = {u32()};
  }
  if constexpr (std::is_same_v<Pdu, TaskManagementResponse>) {
    pdu.data_segment_bytes = 0;
    pdu.response = static_cast<TaskManagementOutcome>(yes() ? 255 : u8() % 8);
  }
  if constexpr (std::is_same_v<Pdu, DataIn>) {
    pdu.has_status = pdu.final && yes();
    pdu.acknowledge = yes();
    pdu.overflow = yes();
    pdu.underflow = !(pdu.has_status && pdu.overflow) && yes();
    pdu.status = pdu.has_status ? 4 : u8();
  }
  if constexpr (std::is_same_v<Pdu, R2t>) {
    pdu.data_segment_bytes = 0;
    pdu.r2t_sn = {u32()};
    pdu.desired_data_transfer_length = u32() | 1;
    pdu.target_transfer_tag = TargetTransferTag{u32() >> 1};
  }
  if constexpr (std::is_same_v<Pdu, AsyncMessage>) {
    pdu.async_event = static_cast<AsyncEvent>(yes() ? u8() % 6 : 248 + u8() % 8);
    pdu.async_vcode = u8();
    pdu.parameter1 = u16();
    pdu.parameter2 = u16();
    pdu.parameter3 = u16();
  }
  if constexpr (std::is_same_v<Pdu, TextRequest> || std::is_same_v<Pdu, TextResponse>) {
    pdu.continues &= !pdu.final;
  }
  if constexpr (std::is_same_v<Pdu, LoginRequest>) pdu.version_min = u8();
  if constexpr (std::is_same_v<Pdu, LoginResponse>) {
    pdu.version_active = u8();
    pdu.status_class = u8() & 3;
    pdu.status_detail = u8();
  }
  if constexpr (std::is_same_v<Pdu, LogoutRequest>) {
    pdu.data_segment_bytes = 0;
    pdu.reason = static_cast<LogoutReason>(u8() % 3);
  }
  if constexpr (std::is_same_v<Pdu, LogoutResponse>) {
    pdu.data_segment_bytes = 0;
    pdu.response = static_cast<LogoutOutcome>(u8() & 3);
    pdu.time2wait = u16();
    pdu.time2retain = u16();
  }
  if constexpr (std::is_same_v<Pdu, SnackRequest>) {
    pdu.data_segment_bytes = 0;
    pdu.type = yes() ? SnackType::data_or_r2t : SnackType::status;
    pdu.target_transfer_tag = kReservedTargetTransferTag;
    if (pdu.type == SnackType::status) pdu.initiator_task_tag = kReservedInitiatorTaskTag;
    pdu.beg_run = u32();
    pdu.run_length = u32();
  }
  if constexpr (std::is_same_v<Pdu, Reject>) {
    pdu.reason = static_cast<RejectReason>(2 + u8() % 11);
    pdu.data_sn = u32();
  }
  return pdu;
}

template <std::size_t Kind = 0>
AnyPdu draw_kind(Random& random, std::size_t kind) {
  if constexpr (Kind == std::variant_size_v<AnyPdu>) {
    return AnyPdu();
  } else {
    if (kind == Kind) return draw<std::variant_alternative_t<Kind, AnyPdu>>(random);
    return draw_kind<Kind + 1>(random, kind);
  }
}

BOOST_AUTO_TEST_SUITE(pdu_round_trip)

BOOST_AUTO_TEST_CASE(what_is_encoded_is_decoded_for_all_18_kinds) {
  Random random(7143);
  BOOST_TEST(std::variant_size_v<AnyPdu> == kOpcodeCount);
  for (std::size_t round = 0; round < 18 * 400; ++round) {
    const AnyPdu pdu = draw_kind(random, round % 18);
    BhsBytes bhs;
    encode(pdu, bhs);
    const auto decoded = decode({bhs, {}, {}});
    if (!decoded) BOOST_FAIL(bytes::to_hex(bhs, " ") << " " << decoded.error().reason);
    BOOST_REQUIRE_MESSAGE(*decoded == pdu, bytes::to_hex(bhs, " "));
  }
}

BOOST_AUTO_TEST_CASE(encode_overwrites_all_48_bytes) {
  Random random(1);
  for (std::size_t kind = 0; kind < 18; ++kind) {
    const AnyPdu pdu = draw_kind(random, kind);
    BhsBytes on_zeros{};
    BhsBytes on_ones;
    on_ones.fill(std::byte{0xFF});
    encode(pdu, on_zeros);
    encode(pdu, on_ones);
    BOOST_TEST((on_zeros == on_ones));
  }
}

BOOST_AUTO_TEST_CASE(any_48_bytes_are_decoded_or_refused_with_a_place_in_the_header) {
  Random random(2);
  for (int round = 0; round < 100'000; ++round) {
    BhsBytes bhs;
    for (std::byte& byte : bhs) byte = static_cast<std::byte>(random());
    const auto decoded = decode({bhs, {}, {}});
    if (decoded) continue;
    BOOST_REQUIRE(!decoded.error().reason.empty());
    BOOST_REQUIRE(decoded.error().section.starts_with("RFC 7143 §"));
    BOOST_REQUIRE(decoded.error().byte_offset < kBhsBytes);
  }
}

BOOST_AUTO_TEST_CASE(encode_writes_values_that_no_decoder_accepts) {
  BhsBytes bhs;
  encode(R2t{.target_transfer_tag = kReservedTargetTransferTag}, bhs);
  BOOST_TEST(!decode_r2t({bhs, {}, {}}).has_value());
  encode(TaskManagementRequest{.function = static_cast<TaskManagementFunction>(0x7F)}, bhs);
  BOOST_TEST(bytes::load_u8(&bhs[1]) == 0xFF);
  encode(DataIn{.overflow = true, .underflow = true, .has_status = true}, bhs);
  BOOST_TEST(bytes::load_u8(&bhs[1]) == 0x07);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
