// One header of each kind, put together by hand from the figures of RFC 7143 §11.3 to §11.19: the
// bytes are written as in the figure, a word per line group, the fields beside them. Decode and
// encode are both held to them.
#include <boost/test/unit_test.hpp>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"

namespace lunsim::pdu {
namespace {

struct Golden {
  std::string_view figure;
  std::string_view hex;
  AnyPdu pdu;
};

constexpr InitiatorTaskTag kTask{0x1112'1314};
constexpr TargetTransferTag kTransfer{0x2122'2324};
constexpr StatSn kStatSn{0x3132'3334};
constexpr CmdSn kExpCmdSn{0x4142'4344};
constexpr CmdSn kMaxCmdSn{0x5152'5354};
constexpr CmdSn kCmdSn{0x6162'6364};
constexpr LunField kLun{0x0001'0203'0405'0607};
constexpr Isid kIsid{{std::byte{0x80}, std::byte{0xA1}, std::byte{0xA2}, std::byte{0xA3},
                      std::byte{0xA4}, std::byte{0xA5}}};

std::array<std::byte, 16> counting_cdb() {
  std::array<std::byte, 16> cdb{};
  for (std::size_t i = 0; i < cdb.size(); ++i) cdb[i] = static_cast<std::byte>(0xC0 + i);
  return cdb;
}

// Words from top to bottom; the LUN takes two. Bytes 0 to 3, lengths, LUN, ITT, then the kind's own
// seven words.
const Golden kGolden[] = {
    {"§11.3 I=1 F=1 R=1 W=0 ATTR=3; EDTL; CmdSN; ExpStatSN; CDB",
     "41c30000 00000000 0001020304050607 11121314 00001000 61626364 31323334"
     "c0c1c2c3 c4c5c6c7 c8c9cacb cccdcecf",
     ScsiCommand{.immediate = true,
                 .read = true,
                 .attribute = TaskAttribute::head_of_queue,
                 .lun = kLun,
                 .initiator_task_tag = kTask,
                 .expected_data_transfer_length = 4096,
                 .cmd_sn = kCmdSn,
                 .exp_stat_sn = kStatSn,
                 .cdb = counting_cdb()}},
    {"§11.3 F=0 W=1 ATTR=1, 512 bytes of immediate data",
     "01210000 00000200 0001020304050607 11121314 00001000 61626364 31323334"
     "c0c1c2c3 c4c5c6c7 c8c9cacb cccdcecf",
     ScsiCommand{.final = false,
                 .write = true,
                 .lun = kLun,
                 .initiator_task_tag = kTask,
                 .expected_data_transfer_length = 4096,
                 .cmd_sn = kCmdSn,
                 .exp_stat_sn = kStatSn,
                 .cdb = counting_cdb(),
                 .data_segment_bytes = 512}},
    {"§11.4 o=1 U=1; response; status; SNACK Tag; ExpDataSN; both residuals",
     "21920018 00000000 0000000000000000 11121314 71727374 31323334 41424344 51525354"
     "00000007 00000009 0000000b",
     ScsiResponse{.bidirectional_overflow = true,
                  .underflow = true,
                  .status = 0x18,
                  .initiator_task_tag = kTask,
                  .snack_tag = 0x7172'7374,
                  .stat_sn = kStatSn,
                  .exp_cmd_sn = kExpCmdSn,
                  .max_cmd_sn = kMaxCmdSn,
                  .exp_data_sn = 7,
                  .bidirectional_read_residual_count = 9,
                  .residual_count = 11}},
    {"§11.4 u=1 O=1, sense data of 20 bytes behind its length",
     "218c0002 00000016 0000000000000000 11121314 00000000 31323334 41424344 51525354"
     "00000000 00000009 0000000b",
     ScsiResponse{.bidirectional_underflow = true,
                  .overflow = true,
                  .status = 0x02,
                  .initiator_task_tag = kTask,
                  .stat_sn = kStatSn,
                  .exp_cmd_sn = kExpCmdSn,
                  .max_cmd_sn = kMaxCmdSn,
                  .bidirectional_read_residual_count = 9,
                  .residual_count = 11,
                  .data_segment_bytes = 22}},
    {"§11.5 function 8; Referenced Task Tag; CmdSN; ExpStatSN; RefCmdSN; ExpDataSN",
     "42880000 00000000 0001020304050607 11121314 15161718 61626364 31323334 91929394"
     "00000005 0000000000000000",
     TaskManagementRequest{.immediate = true,
                           .function = TaskManagementFunction::task_reassign,
                           .lun = kLun,
                           .initiator_task_tag = kTask,
                           .referenced_task_tag = InitiatorTaskTag{0x1516'1718},
                           .cmd_sn = kCmdSn,
                           .exp_stat_sn = kStatSn,
                           .ref_cmd_sn = {0x9192'9394},
                           .exp_data_sn = 5}},
    {"§11.6 response 255",
     "2280ff00 00000000 0000000000000000 11121314 00000000 31323334 41424344 51525354"
     "00000000 0000000000000000",
     TaskManagementResponse{.response = TaskManagementOutcome::function_rejected,
                            .initiator_task_tag = kTask,
                            .stat_sn = kStatSn,
                            .exp_cmd_sn = kExpCmdSn,
                            .max_cmd_sn = kMaxCmdSn}},
    {"§11.7 Data-Out F=1; TTT; reserved; ExpStatSN; reserved; DataSN; Buffer Offset",
     "05800000 00000201 0001020304050607 11121314 21222324 00000000 31323334 00000000"
     "00000003 00000600 00000000",
     DataOut{.final = true,
             .lun = kLun,
             .initiator_task_tag = kTask,
             .target_transfer_tag = kTransfer,
             .exp_stat_sn = kStatSn,
             .data_sn = {3},
             .buffer_offset = 1536,
             .data_segment_bytes = 513}},
    {"§11.7 Data-In F=1 A=0 U=1 S=1, status CONDITION MET; DataSN; Buffer Offset; Residual Count",
     "25830004 00000200 0000000000000000 11121314 ffffffff 31323334 41424344 51525354"
     "00000003 00000600 00000010",
     DataIn{.final = true,
            .underflow = true,
            .has_status = true,
            .status = 4,
            .initiator_task_tag = kTask,
            .stat_sn = kStatSn,
            .exp_cmd_sn = kExpCmdSn,
            .max_cmd_sn = kMaxCmdSn,
            .data_sn = {3},
            .buffer_offset = 1536,
            .residual_count = 16,
            .data_segment_bytes = 512}},
    {"§11.7 Data-In F=0 A=1 with LUN and TTT",
     "25400000 00000200 0001020304050607 11121314 21222324 00000000 41424344 51525354"
     "00000003 00000600 00000000",
     DataIn{.acknowledge = true,
            .lun = kLun,
            .initiator_task_tag = kTask,
            .target_transfer_tag = kTransfer,
            .exp_cmd_sn = kExpCmdSn,
            .max_cmd_sn = kMaxCmdSn,
            .data_sn = {3},
            .buffer_offset = 1536,
            .data_segment_bytes = 512}},
    {"§11.8 TTT; StatSN; R2TSN; Buffer Offset; Desired Data Transfer Length",
     "31800000 00000000 0001020304050607 11121314 21222324 31323334 41424344 51525354"
     "00000002 00010000 00040000",
     R2t{.lun = kLun,
         .initiator_task_tag = kTask,
         .target_transfer_tag = kTransfer,
         .stat_sn = kStatSn,
         .exp_cmd_sn = kExpCmdSn,
         .max_cmd_sn = kMaxCmdSn,
         .r2t_sn = {2},
         .buffer_offset = 65536,
         .desired_data_transfer_length = 262144}},
    {"§11.9 FFFFFFFFh; AsyncEvent 2; AsyncVCode; Parameter1 to 3",
     "32800000 00000000 0001020304050607 ffffffff 00000000 31323334 41424344 51525354"
     "02a00102 03040506 00000000",
     AsyncMessage{.lun = kLun,
                  .stat_sn = kStatSn,
                  .exp_cmd_sn = kExpCmdSn,
                  .max_cmd_sn = kMaxCmdSn,
                  .async_event = AsyncEvent::connection_drop,
                  .async_vcode = 0xA0,
                  .parameter1 = 0x0102,
                  .parameter2 = 0x0304,
                  .parameter3 = 0x0506}},
    {"§11.10 I=1 F=0 C=1; TTT; CmdSN; ExpStatSN",
     "44400000 00000011 0001020304050607 11121314 21222324 61626364 31323334 00000000"
     "00000000 0000000000000000",
     TextRequest{.immediate = true,
                 .final = false,
                 .continues = true,
                 .lun = kLun,
                 .initiator_task_tag = kTask,
                 .target_transfer_tag = kTransfer,
                 .cmd_sn = kCmdSn,
                 .exp_stat_sn = kStatSn,
                 .data_segment_bytes = 17}},
    {"§11.11 F=1 C=0",
     "24800000 00000011 0000000000000000 11121314 ffffffff 31323334 41424344 51525354"
     "00000000 0000000000000000",
     TextResponse{.initiator_task_tag = kTask,
                  .stat_sn = kStatSn,
                  .exp_cmd_sn = kExpCmdSn,
                  .max_cmd_sn = kMaxCmdSn,
                  .data_segment_bytes = 17}},
    {"§11.12 T=1 CSG=1 NSG=3; versions; ISID; TSIH; CID; CmdSN; ExpStatSN",
     "43870102 00000123 80a1a2a3a4a5 b1b2 11121314 d1d20000 61626364 31323334 00000000"
     "00000000 0000000000000000",
     LoginRequest{.transit = true,
                  .current_stage = Stage::login_operational_negotiation,
                  .next_stage = Stage::full_feature_phase,
                  .version_max = 1,
                  .version_min = 2,
                  .isid = kIsid,
                  .tsih = 0xB1B2,
                  .initiator_task_tag = kTask,
                  .cid = 0xD1D2,
                  .cmd_sn = kCmdSn,
                  .exp_stat_sn = kStatSn,
                  .data_segment_bytes = 0x123}},
    {"§11.13 C=1 CSG=0; versions; ISID; TSIH; status class 2, detail 1",
     "23400103 00000000 80a1a2a3a4a5 b1b2 11121314 00000000 31323334 41424344 51525354"
     "02010000 0000000000000000",
     LoginResponse{.continues = true,
                   .version_max = 1,
                   .version_active = 3,
                   .isid = kIsid,
                   .tsih = 0xB1B2,
                   .initiator_task_tag = kTask,
                   .stat_sn = kStatSn,
                   .exp_cmd_sn = kExpCmdSn,
                   .max_cmd_sn = kMaxCmdSn,
                   .status_class = 2,
                   .status_detail = 1}},
    {"§11.14 I=1, reason 2; CID",
     "46820000 00000000 0000000000000000 11121314 d1d20000 61626364 31323334 00000000"
     "00000000 0000000000000000",
     LogoutRequest{.immediate = true,
                   .reason = LogoutReason::remove_for_recovery,
                   .initiator_task_tag = kTask,
                   .cid = 0xD1D2,
                   .cmd_sn = kCmdSn,
                   .exp_stat_sn = kStatSn}},
    {"§11.15 response 3; Time2Wait; Time2Retain",
     "26800300 00000000 0000000000000000 11121314 00000000 31323334 41424344 51525354"
     "00000000 00020014 00000000",
     LogoutResponse{.response = LogoutOutcome::cleanup_failed,
                    .initiator_task_tag = kTask,
                    .stat_sn = kStatSn,
                    .exp_cmd_sn = kExpCmdSn,
                    .max_cmd_sn = kMaxCmdSn,
                    .time2wait = 2,
                    .time2retain = 20}},
    {"§11.16 type 2 (DataACK): FFFFFFFFh; TTT; ExpStatSN; BegRun",
     "10820000 00000000 0001020304050607 ffffffff 21222324 00000000 31323334"
     "0000000000000000 0000000a 00000000",
     SnackRequest{.type = SnackType::data_ack,
                  .lun = kLun,
                  .initiator_task_tag = kReservedInitiatorTaskTag,
                  .target_transfer_tag = kTransfer,
                  .exp_stat_sn = kStatSn,
                  .beg_run = 10}},
    {"§11.17 reason 4; FFFFFFFFh; DataSN/R2TSN; the rejected header",
     "3f800400 00000030 0000000000000000 ffffffff 00000000 31323334 41424344 51525354"
     "00000008 0000000000000000",
     Reject{.reason = RejectReason::protocol_error,
            .stat_sn = kStatSn,
            .exp_cmd_sn = kExpCmdSn,
            .max_cmd_sn = kMaxCmdSn,
            .data_sn = 8,
            .data_segment_bytes = 48}},
    {"§11.18 I=1; LUN; FFFFFFFFh; TTT of a NOP-In",
     "40800000 00000000 0001020304050607 ffffffff 21222324 61626364 31323334 00000000"
     "00000000 0000000000000000",
     NopOut{
         .lun = kLun, .target_transfer_tag = kTransfer, .cmd_sn = kCmdSn, .exp_stat_sn = kStatSn}},
    {"§11.19 LUN; FFFFFFFFh; TTT; StatSN; ExpCmdSN; MaxCmdSN",
     "20800000 00000000 0001020304050607 ffffffff 21222324 31323334 41424344 51525354"
     "00000000 0000000000000000",
     NopIn{.lun = kLun,
           .target_transfer_tag = kTransfer,
           .stat_sn = kStatSn,
           .exp_cmd_sn = kExpCmdSn,
           .max_cmd_sn = kMaxCmdSn}},
};

BhsBytes header_of(const Golden& golden) {
  const auto bytes = bytes::from_hex(golden.hex);
  BOOST_REQUIRE_MESSAGE(bytes.has_value() && bytes->size() == kBhsBytes, golden.figure);
  BhsBytes bhs;
  std::copy(bytes->begin(), bytes->end(), bhs.begin());
  return bhs;
}

BOOST_AUTO_TEST_SUITE(golden_headers)

BOOST_AUTO_TEST_CASE(every_figure_is_decoded_to_its_fields) {
  for (const Golden& golden : kGolden) {
    const BhsBytes bhs = header_of(golden);
    const auto decoded = decode({bhs, {}, {}});
    BOOST_REQUIRE_MESSAGE(decoded.has_value(), golden.figure);
    BOOST_CHECK_MESSAGE(*decoded == golden.pdu, golden.figure);
  }
}

BOOST_AUTO_TEST_CASE(every_figure_is_encoded_from_its_fields) {
  for (const Golden& golden : kGolden) {
    BhsBytes bhs;
    encode(golden.pdu, bhs);
    BOOST_TEST(bytes::to_hex(bhs) == bytes::to_hex(header_of(golden)), golden.figure);
  }
}

BOOST_AUTO_TEST_CASE(all_18_kinds_are_here) {
  std::array<bool, 64> seen{};
  for (const Golden& golden : kGolden) {
    seen.at(bytes::load_u8(header_of(golden).data()) & 0x3F) = true;
  }
  for (unsigned code = 0; code < 64; ++code) {
    BOOST_TEST(seen.at(code) == is_known(static_cast<Opcode>(code)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
