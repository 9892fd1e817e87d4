#include "protocol/scsi/sense.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/bytes/test_bytes.hpp"

using namespace lunsim;
using namespace lunsim::scsi;

namespace {
using lunsim::bytes::hex;

Sense unit_attention() {
  Sense sense;
  sense.key = SenseKey::unit_attention;
  sense.code = {0x29, 0x00};
  return sense;
}

Sense everything() {
  Sense sense;
  sense.key = SenseKey::illegal_request;
  sense.code = {0x21, 0x00};
  sense.information = 0x0102'0304;
  sense.command_specific = 0x0A0B'0C0D;
  sense.key_specific = field_pointer(true, 2, 7);
  sense.field_replaceable_unit = 0x55;
  return sense;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sense)

// Bytes by hand from the layout of fixed format sense data (SPC-4).
BOOST_AUTO_TEST_CASE(power_on_in_fixed_format) {
  const auto golden = hex("70 00 06 00 00 00 00 0a 00 00 00 00 29 00 00 00 00 00");
  BOOST_TEST(encode_sense(unit_attention()) == golden);
  BOOST_TEST((decode_sense(golden).value() == unit_attention()));
}

BOOST_AUTO_TEST_CASE(every_fixed_field_has_its_place) {
  const auto golden = hex("f0 00 05 01 02 03 04 0a 0a 0b 0c 0d 21 00 55 cf 00 02");
  BOOST_TEST(encode_sense(everything()) == golden);
  BOOST_TEST((decode_sense(golden).value() == everything()));
}

// Bytes by hand from the layouts of descriptor format sense data and its descriptors (SPC-4).
BOOST_AUTO_TEST_CASE(every_descriptor_has_its_place) {
  const auto golden =
      hex("72 05 21 00 00 00 00 24"
          "00 0a 80 00 00 00 00 00 01 02 03 04"
          "01 0a 00 00 00 00 00 00 0a 0b 0c 0d"
          "02 06 00 00 cf 00 02 00"
          "03 02 00 55");
  BOOST_TEST(encode_sense(everything(), SenseFormat::descriptor) == golden);
  BOOST_TEST((decode_sense(golden).value() == everything()));
}

BOOST_AUTO_TEST_CASE(flags_of_streams_and_blocks) {
  Sense sense;
  sense.filemark = sense.end_of_medium = sense.incorrect_length = sense.overflow = true;
  BOOST_TEST(encode_sense(sense) == hex("70 00 f0 00 00 00 00 0a 00 00 00 00 00 00 00 00 00 00"));
  BOOST_TEST(encode_sense(sense, SenseFormat::descriptor) ==
             hex("72 00 00 00 80 00 00 04 04 02 00 e0"));
  BOOST_TEST((decode_sense(encode_sense(sense, SenseFormat::descriptor)).value() == sense));
  Sense block;
  block.incorrect_length = true;
  BOOST_TEST(encode_sense(block, SenseFormat::descriptor) ==
             hex("72 00 00 00 00 00 00 04 05 02 00 20"));
  BOOST_TEST((decode_sense(encode_sense(block, SenseFormat::descriptor)).value() == block));
}

BOOST_AUTO_TEST_CASE(deferred_errors_have_their_own_response_codes) {
  Sense sense = unit_attention();
  sense.deferred = true;
  BOOST_TEST((encode_sense(sense).front() == std::byte{0x71}));
  BOOST_TEST((encode_sense(sense, SenseFormat::descriptor).front() == std::byte{0x73}));
  BOOST_TEST(decode_sense(encode_sense(sense)).value().deferred);
  BOOST_TEST(decode_sense(encode_sense(sense, SenseFormat::descriptor)).value().deferred);
}

BOOST_AUTO_TEST_CASE(information_beyond_32_bits_is_not_valid_in_fixed_format) {
  Sense sense = unit_attention();
  sense.information = 0x1'0000'0000;
  BOOST_TEST(!decode_sense(encode_sense(sense)).value().information.has_value());
  const auto wide = decode_sense(encode_sense(sense, SenseFormat::descriptor)).value();
  BOOST_TEST(wide.information.value() == 0x1'0000'0000u);
}

BOOST_AUTO_TEST_CASE(sense_cut_anywhere_is_read_as_far_as_it_goes) {
  for (const SenseFormat format : {SenseFormat::fixed, SenseFormat::descriptor}) {
    const auto whole = encode_sense(everything(), format);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const auto cut = decode_sense(std::span(whole).first(size));
      const std::size_t needed = format == SenseFormat::fixed ? 3 : 2;
      BOOST_TEST(cut.has_value() == (size >= needed));
      if (cut) BOOST_TEST((cut->key == SenseKey::illegal_request));
      BOOST_TEST(!describe_sense(std::span(whole).first(size)).empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(additional_sense_length_ends_the_sense) {
  const auto bytes = hex("f0 00 05 01 02 03 04 04 0a 0b 0c 0d 21 00 55 cf 00 02");
  const Sense sense = decode_sense(bytes).value();
  BOOST_TEST((sense.code == AdditionalSense{0, 0}));
  BOOST_TEST(sense.command_specific.value() == 0x0A0B'0C0Du);
  BOOST_TEST(!sense.key_specific.has_value());
}

BOOST_AUTO_TEST_CASE(a_descriptor_of_a_wrong_length_is_refused_with_its_place) {
  const auto bytes = hex("72 05 21 00 00 00 00 06 00 04 80 00 00 00");
  const auto sense = decode_sense(bytes);
  BOOST_REQUIRE(!sense);
  BOOST_TEST(sense.error().byte_offset == 9u);
}

BOOST_AUTO_TEST_CASE(vendor_descriptors_are_stepped_over) {
  const auto bytes = hex("72 05 24 00 00 00 00 0b 80 01 ff 02 06 00 00 c0 00 04 00");
  BOOST_TEST((decode_sense(bytes).value().key_specific.value() == field_pointer(true, 4)));
}

BOOST_AUTO_TEST_CASE(other_response_codes_are_refused) {
  BOOST_TEST(!decode_sense(hex("7f 00 05 00")));
  BOOST_TEST(!decode_sense(hex("00 00 05 00")));
  BOOST_TEST(!decode_sense({}));
}

BOOST_AUTO_TEST_CASE(keys_have_names_both_ways) {
  BOOST_TEST(name_of(SenseKey::illegal_request) == "ILLEGAL REQUEST");
  BOOST_TEST((sense_key_named("unit attention").value() == SenseKey::unit_attention));
  BOOST_TEST(!sense_key_named("UNIT ATTENTIO").has_value());
  BOOST_TEST(!sense_key_named("").has_value());
}

BOOST_AUTO_TEST_CASE(people_are_told_what_it_means) {
  const std::string text = describe_sense(encode_sense(everything()));
  BOOST_TEST(text.find("ILLEGAL REQUEST, LOGICAL BLOCK ADDRESS OUT OF RANGE (21h/00h)") !=
             std::string::npos);
  BOOST_TEST(text.find("byte 2 of the CDB is in error, bit 7") != std::string::npos);
  BOOST_TEST(text.find("fixed format") != std::string::npos);
  BOOST_TEST(summary(unit_attention()) ==
             "UNIT ATTENTION, POWER ON, RESET, OR BUS DEVICE RESET OCCURRED (29h/00h)");
}

BOOST_AUTO_TEST_SUITE_END()
