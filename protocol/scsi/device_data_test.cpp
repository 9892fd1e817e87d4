// INQUIRY data, capacities, LUN lists and mode data: what devices tell of themselves.
#include <boost/test/unit_test.hpp>

#include "protocol/bytes/test_bytes.hpp"
#include "protocol/scsi/capacity.hpp"
#include "protocol/scsi/inquiry.hpp"
#include "protocol/scsi/mode_page.hpp"
#include "protocol/scsi/report_luns.hpp"

using namespace lunsim;
using namespace lunsim::scsi;

namespace {
using lunsim::bytes::hex;

InquiryData disk() {
  InquiryData data;
  data.vendor = "LUNSIM";
  data.product = "Simulated Disk";
  data.revision = "0001";
  return data;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inquiry_data)

// By hand from the layout of standard INQUIRY data (SPC-4).
BOOST_AUTO_TEST_CASE(a_disk_in_36_bytes) {
  std::vector<std::byte> out;
  encode_inquiry_data(disk(), out);
  const auto golden =
      hex("00 00 06 12 1f 00 00 02"
          "4c 55 4e 53 49 4d 20 20"
          "53 69 6d 75 6c 61 74 65 64 20 44 69 73 6b 20 20"
          "30 30 30 31");
  BOOST_TEST(out == golden);
  BOOST_TEST((decode_inquiry_data(golden).value() == disk()));
}

BOOST_AUTO_TEST_CASE(every_flag_has_its_bit) {
  InquiryData data = disk();
  data.peripheral = {1, 0x05};
  data.removable = data.normal_aca = data.third_party_copy = data.protect = data.multi_port = true;
  data.target_port_groups = 3;
  data.command_queuing = data.hierarchical = false;
  std::vector<std::byte> out;
  encode_inquiry_data(data, out);
  out.resize(8);
  BOOST_TEST(out == hex("25 80 06 22 1f 39 10 00"));
}

BOOST_AUTO_TEST_CASE(version_descriptors_stand_at_byte_58) {
  InquiryData data = disk();
  data.version_descriptors = {0x00C0, 0x0960, 0x0460};
  std::vector<std::byte> out;
  encode_inquiry_data(data, out);
  BOOST_REQUIRE(out.size() == 74u);
  BOOST_TEST((out[4] == std::byte{69}));
  const std::vector<std::byte> descriptors(out.begin() + 58, out.begin() + 64);
  BOOST_TEST(descriptors == hex("00 c0 09 60 04 60"));
  BOOST_TEST((decode_inquiry_data(out).value() == data));
}

BOOST_AUTO_TEST_CASE(long_and_strange_text_is_cut_and_cleaned) {
  InquiryData data = disk();
  data.vendor = "NINECHARS";
  data.product = "tab\there";
  std::vector<std::byte> out;
  encode_inquiry_data(data, out);
  BOOST_TEST(out.size() == 36u);
  BOOST_TEST(decode_inquiry_data(out).value().vendor == "NINECHAR");
  BOOST_TEST(decode_inquiry_data(out).value().product == "tab here");
}

BOOST_AUTO_TEST_CASE(less_than_36_bytes_are_refused) {
  BOOST_TEST(!decode_inquiry_data(std::vector<std::byte>(35)));
  BOOST_TEST(!decode_inquiry_data({}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(capacity)

// By hand from the layouts of READ CAPACITY data (SBC-3).
BOOST_AUTO_TEST_CASE(ten_and_sixteen) {
  Capacity small;
  small.last_lba = 131071;
  small.block_bytes = 512;
  const auto ten = encode_capacity_10(small);
  BOOST_TEST(std::vector(ten.begin(), ten.end()) == hex("00 01 ff ff 00 00 02 00"));
  BOOST_TEST((decode_capacity_10(ten).value() == small));

  Capacity large;
  large.last_lba = 0x5000'0000 - 1;
  large.block_bytes = 4096;
  large.thin = large.unmapped_reads_zero = true;
  large.blocks_per_physical_exponent = 3;
  const auto sixteen = encode_capacity_16(large);
  BOOST_TEST(std::vector(sixteen.begin(), sixteen.end()) ==
             hex("00 00 00 00 4f ff ff ff 00 00 10 00 00 03 c0 00"
                 "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
  BOOST_TEST((decode_capacity_16(sixteen).value() == large));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_into_ten_says_ask_sixteen) {
  Capacity capacity;
  capacity.last_lba = 0x1'0000'0000;
  BOOST_TEST(decode_capacity_10(encode_capacity_10(capacity)).value().last_lba == 0xFFFF'FFFFu);
}

BOOST_AUTO_TEST_CASE(short_answers_are_refused) {
  BOOST_TEST(!decode_capacity_10(hex("00 01 ff ff 00 00 02")));
  BOOST_TEST(!decode_capacity_16(hex("00 00 00 00 00 01 ff ff 00 00 02")));
  BOOST_TEST(decode_capacity_16(hex("00 00 00 00 00 01 ff ff 00 00 02 00")).value().block_bytes ==
             512u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(report_luns)

BOOST_AUTO_TEST_CASE(two_units) {
  std::vector<std::byte> out;
  const std::uint64_t fields[] = {0, 0x0007'0000'0000'0000};
  encode_report_luns(fields, out);
  BOOST_TEST(out == hex("00 00 00 10 00 00 00 00 0000000000000000 0007000000000000"));
  const LunList list = decode_report_luns_data(out).value();
  BOOST_TEST(list.lun_fields == std::vector<std::uint64_t>(std::begin(fields), std::end(fields)));
  BOOST_TEST(!list.is_cut);
}

BOOST_AUTO_TEST_CASE(a_lying_length_allocates_nothing_and_is_seen) {
  const LunList list =
      decode_report_luns_data(hex("ff ff ff f8 00 00 00 00 0001000000000000 0002")).value();
  BOOST_TEST(list.lun_fields.size() == 1u);
  BOOST_TEST(list.is_cut);
  BOOST_TEST(!decode_report_luns_data(hex("00 00 00 08 00 00 00")));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mode_pages)

// By hand from the layouts of the caching (SBC-3), control and exceptions control pages (SPC-4).
BOOST_AUTO_TEST_CASE(pages_have_their_layout) {
  std::vector<std::byte> out;
  encode_mode_page(CachingPage{true, true}, out);
  BOOST_TEST(out == hex("08 12 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
  out.clear();
  encode_mode_page(ControlPage{true, true, true, 1, 1}, out);
  BOOST_TEST(out == hex("0a 0a 24 10 08 40 00 00 00 00 00 00"));
  out.clear();
  encode_mode_page(InformationalExceptionsPage{}, out);
  BOOST_TEST(out == hex("1c 0a 08 00 00 00 00 00 00 00 00 00"));
  out.clear();
  encode_mode_page(DisconnectReconnectPage{0x0200, 0x0080}, out);
  BOOST_TEST(out == hex("02 0e 00 00 00 00 00 00 00 00 02 00 00 00 00 80"));
}

BOOST_AUTO_TEST_CASE(the_six_byte_header_with_its_descriptor) {
  ModeHeader header;
  header.write_protected = header.dpo_and_fua = header.has_block_descriptor = true;
  header.blocks = 131072;
  header.block_bytes = 512;
  std::vector<std::byte> out;
  encode_mode_header(6, header, 12, out);
  BOOST_TEST(out == hex("17 00 90 08 00 02 00 00 00 00 02 00"));
}

BOOST_AUTO_TEST_CASE(the_ten_byte_header_with_a_long_descriptor) {
  ModeHeader header;
  header.long_lba = header.has_block_descriptor = true;
  header.blocks = 0x1'0000'0001;
  header.block_bytes = 4096;
  std::vector<std::byte> out;
  encode_mode_header(10, header, 20, out);
  BOOST_TEST(out == hex("00 2a 00 00 01 00 00 10"
                        "00 00 00 01 00 00 00 01 00 00 00 00 00 00 10 00"));
}

BOOST_AUTO_TEST_CASE(mode_data_is_taken_apart) {
  ModeHeader header;
  header.has_block_descriptor = true;
  header.blocks = 100;
  header.block_bytes = 512;
  std::vector<std::byte> out;
  encode_mode_header(6, header, 32, out);
  encode_mode_page(CachingPage{}, out);
  encode_mode_page(ControlPage{}, out);
  const ModeData data = decode_mode_data(6, out).value();
  BOOST_TEST(data.header.blocks == 100u);
  BOOST_REQUIRE(data.pages.size() == 2u);
  BOOST_TEST(int{data.pages[1].page} == 0x0A);
  BOOST_TEST(data.pages[1].bytes.size() == 12u);
  for (std::size_t size = 0; size < out.size(); ++size) {
    (void)decode_mode_data(6, std::span(out).first(size));
    (void)decode_mode_data(10, std::span(out).first(size));
  }
}

BOOST_AUTO_TEST_CASE(cut_pages_and_long_descriptors_are_refused) {
  BOOST_TEST(!decode_mode_data(6, hex("06 00 00 00 08 12 05")));
  BOOST_TEST(!decode_mode_data(6, hex("04 00 00 00 08")));
  BOOST_TEST(!decode_mode_data(6, hex("03 00 00 08")));
  BOOST_TEST(!decode_mode_data(10, hex("00 06 00")));
}

BOOST_AUTO_TEST_SUITE_END()
