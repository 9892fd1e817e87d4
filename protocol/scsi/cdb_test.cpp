#include "protocol/scsi/cdb.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/test_bytes.hpp"

using namespace lunsim;
using namespace lunsim::scsi;

namespace {
using lunsim::bytes::hex;

std::vector<std::byte> bytes_of(const Command& command) {
  return {command.cdb().begin(), command.cdb().end()};
}
template <class T>
T decoded(std::string_view text) {
  return std::get<T>(decode_cdb(hex(text)).value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cdb)

BOOST_AUTO_TEST_CASE(the_group_code_says_the_length) {
  BOOST_TEST(cdb_bytes_of_group(0x12) == 6u);
  BOOST_TEST(cdb_bytes_of_group(0x28) == 10u);
  BOOST_TEST(cdb_bytes_of_group(0x5A) == 10u);
  BOOST_TEST(cdb_bytes_of_group(0x88) == 16u);
  BOOST_TEST(cdb_bytes_of_group(0xA0) == 12u);
  BOOST_TEST(cdb_bytes_of_group(0x7F) == 0u);
  BOOST_TEST(cdb_bytes_of_group(0xC0) == 0u);
  BOOST_TEST(cdb_bytes(hex("7f 00 00 00 00 00 00 18 00 09")) == 32u);
  BOOST_TEST(cdb_bytes(hex("7f 00 00 00 00 00 00")) == 0u);
}

// CDBs below are assembled by hand from the tables of SBC-3 §5 and SPC-4 §6.
BOOST_AUTO_TEST_CASE(read_in_all_its_forms) {
  const auto six = decoded<BlockCommand>("08 1f ff fe 00 00");
  BOOST_TEST(six.lba == 0x1F'FFFEu);
  BOOST_TEST(six.blocks == 256u);
  BOOST_TEST(int{six.form} == 6);
  const auto ten = decoded<BlockCommand>("28 f8 01 02 03 04 1f 05 06 04");
  BOOST_TEST(ten.lba == 0x0102'0304u);
  BOOST_TEST(ten.blocks == 0x0506u);
  BOOST_TEST(int{ten.protect} == 7);
  BOOST_TEST(ten.disable_page_out);
  BOOST_TEST(ten.force_unit_access);
  BOOST_TEST(int{ten.group} == 0x1F);
  BOOST_TEST(int{ten.control} == 4);
  const auto twelve = decoded<BlockCommand>("a8 00 01 02 03 04 05 06 07 08 00 00");
  BOOST_TEST(twelve.blocks == 0x0506'0708u);
  const auto sixteen = decoded<BlockCommand>("88 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 00 00");
  BOOST_TEST(sixteen.lba == 0x0102'0304'0506'0708u);
  BOOST_TEST(sixteen.blocks == 0x090A'0B0Cu);
  BOOST_TEST((sixteen.operation == BlockOperation::read));
}

BOOST_AUTO_TEST_CASE(each_operation_is_told_from_the_others) {
  BOOST_TEST((decoded<BlockCommand>("0a 00 00 00 01 00").operation == BlockOperation::write));
  const auto check = decoded<BlockCommand>("2f 06 00 00 00 00 00 00 01 00");
  BOOST_TEST((check.operation == BlockOperation::verify));
  BOOST_TEST(int{check.byte_check} == 3);
  const auto both = decoded<BlockCommand>("ae 02 00 00 00 00 00 00 00 01 00 00");
  BOOST_TEST((both.operation == BlockOperation::write_and_verify));
  BOOST_TEST(int{both.byte_check} == 1);
  const auto flush = decoded<BlockCommand>("35 02 00 00 00 00 00 00 00 00");
  BOOST_TEST((flush.operation == BlockOperation::synchronize_cache));
  BOOST_TEST(flush.immediate);
}

BOOST_AUTO_TEST_CASE(other_commands_are_read_field_by_field) {
  const auto inquiry = decoded<Inquiry>("12 01 83 01 02 00");
  BOOST_TEST(inquiry.vital_product_data);
  BOOST_TEST(int{inquiry.page} == 0x83);
  BOOST_TEST(inquiry.allocation_length == 0x0102u);
  const auto mode = decoded<ModeSense>("5a 18 7f ff 00 00 00 10 00 00");
  BOOST_TEST(mode.long_lba_accepted);
  BOOST_TEST(mode.disable_block_descriptors);
  BOOST_TEST(int{mode.page_control} == 1);
  BOOST_TEST(int{mode.page} == 0x3F);
  BOOST_TEST(int{mode.subpage} == 0xFF);
  BOOST_TEST(mode.allocation_length == 4096u);
  BOOST_TEST(decoded<ReadCapacity16>("9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00")
                 .allocation_length == 32u);
  BOOST_TEST(decoded<ReportLuns>("a0 00 02 00 00 00 00 00 10 00 00 00").allocation_length == 4096u);
  BOOST_TEST(decoded<RequestSense>("03 01 00 00 fc 00").descriptor);
  const auto codes = decoded<ReportSupportedOperationCodes>("a3 0c 83 9e 00 10 00 00 02 00 00 00");
  BOOST_TEST(codes.return_timeouts);
  BOOST_TEST(int{codes.reporting_options} == 3);
  BOOST_TEST(int{codes.operation_code} == 0x9E);
  BOOST_TEST(codes.service_action == 0x10u);
  BOOST_TEST(codes.allocation_length == 512u);
  const auto start = decoded<StartStopUnit>("1b 01 00 02 37 00");
  BOOST_TEST(start.immediate);
  BOOST_TEST(int{start.power_condition} == 3);
  BOOST_TEST(start.start);
  BOOST_TEST(start.load_eject);
  BOOST_TEST(int{decoded<PreventAllowMediumRemoval>("1e 00 00 00 01 00").prevent} == 1);
}

BOOST_AUTO_TEST_CASE(other_service_actions_and_codes_are_other_commands) {
  BOOST_TEST(int{decoded<OtherCommand>("9e 11 00 00 00 00 00 00 00 00 00 00 00 00 00 00")
                     .operation_code} == 0x9E);
  BOOST_TEST(int{decoded<OtherCommand>("c0").operation_code} == 0xC0);
}

BOOST_AUTO_TEST_CASE(a_short_cdb_is_refused_and_described) {
  for (unsigned code = 0; code < 256; ++code) {
    std::vector<std::byte> cdb{static_cast<std::byte>(code)};
    for (std::size_t size = 1; size <= 20; ++size) {
      cdb.resize(size);
      const bool whole = size >= cdb_bytes(cdb);
      BOOST_TEST(decode_cdb(cdb).has_value() == whole);
      BOOST_TEST(!describe_cdb(cdb).empty());
    }
  }
  BOOST_TEST(!decode_cdb({}));
  BOOST_TEST(describe_cdb({}) == "an empty CDB\n");
}

BOOST_AUTO_TEST_CASE(reads_and_writes_pick_the_shortest_of_ten_and_sixteen) {
  BOOST_TEST(bytes_of(make_read(0x0102'0304, 0x0506, 512)) == hex("28 00 01 02 03 04 00 05 06 00"));
  BOOST_TEST(bytes_of(make_write(0x1'0000'0000, 1, 512)) ==
             hex("8a 00 00 00 00 01 00 00 00 00 00 00 00 01 00 00"));
  BOOST_TEST(bytes_of(make_read(0, 0x1'0000, 512)) ==
             hex("88 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00"));
  BOOST_TEST(make_read(0, 0x1'0000, 4096).data_in_bytes == 0x1000'0000u);
  BOOST_TEST(make_read(0, 8, 512).data_out_bytes == 0u);
  BOOST_TEST(make_write(0, 8, 512).data_out_bytes == 4096u);
}

BOOST_AUTO_TEST_CASE(built_commands_are_the_bytes_of_the_standard) {
  BOOST_TEST(bytes_of(make_test_unit_ready()) == hex("00 00 00 00 00 00"));
  BOOST_TEST(bytes_of(make_inquiry(0x0124)) == hex("12 00 00 01 24 00"));
  BOOST_TEST(bytes_of(make_inquiry_page(0x80, 255)) == hex("12 01 80 00 ff 00"));
  BOOST_TEST(bytes_of(make_read_capacity_10()) == hex("25 00 00 00 00 00 00 00 00 00"));
  BOOST_TEST(bytes_of(make_read_capacity_16()) ==
             hex("9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00"));
  BOOST_TEST(bytes_of(make_report_luns(0x1234, 2)) == hex("a0 00 02 00 00 00 00 00 12 34 00 00"));
  BOOST_TEST(bytes_of(make_mode_sense_6(0x3F, 0xFF, 0xC0)) == hex("1a 00 3f ff c0 00"));
  BOOST_TEST(bytes_of(make_mode_sense_10(0x08)) == hex("5a 00 08 00 00 00 00 10 00 00"));
  BOOST_TEST(bytes_of(make_request_sense()) == hex("03 00 00 00 fc 00"));
  BOOST_TEST(bytes_of(make_synchronize_cache_10()) == hex("35 00 00 00 00 00 00 00 00 00"));
  BOOST_TEST(bytes_of(make_report_supported_operation_codes({true, 3, 0x9E, 0x10, 512})) ==
             hex("a3 0c 83 9e 00 10 00 00 02 00 00 00"));
}

BOOST_AUTO_TEST_CASE(block_commands_come_back_as_they_were) {
  for (const std::string_view text :
       {"08 1f ff fe 00 00", "28 f8 01 02 03 04 1f 05 06 04", "2f 06 00 00 00 09 00 00 01 00",
        "aa 48 01 02 03 04 05 06 07 08 03 00", "8e 72 01 02 03 04 05 06 07 08 09 0a 0b 0c 02 04",
        "91 02 01 02 03 04 05 06 07 08 09 0a 0b 0c 02 00"}) {
    const auto bytes = hex(text);
    BOOST_TEST(bytes_of(make_block_command(decode_block_command(bytes), 512)) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(verify_asks_for_data_as_bytchk_says) {
  BlockCommand command;
  command.operation = BlockOperation::verify;
  command.blocks = 4;
  BOOST_TEST(make_block_command(command, 512).data_out_bytes == 0u);
  command.byte_check = 1;
  BOOST_TEST(make_block_command(command, 512).data_out_bytes == 2048u);
  command.byte_check = 3;
  BOOST_TEST(make_block_command(command, 512).data_out_bytes == 512u);
}

BOOST_AUTO_TEST_CASE(people_are_told_each_field) {
  const std::string text = describe_cdb(hex("28 08 00 00 00 10 00 00 08 00"));
  BOOST_TEST(text.find("CDB, 10 bytes: READ(10)") == 0u);
  BOOST_TEST(text.find("LOGICAL BLOCK ADDRESS          16 (10h)") != std::string::npos);
  BOOST_TEST(text.find("8 (8h) blocks") != std::string::npos);
  const std::string other = describe_cdb(hex("42 00 00 00 00 00 00 00 18 00"));
  BOOST_TEST(other.find("UNMAP") != std::string::npos);
  BOOST_TEST(other.find("00 00 00 00 00 00 00 18 00") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
