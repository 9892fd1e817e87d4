#include "protocol/iscsi/pdu/fields.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>
#include <string>

namespace lunsim::pdu {
namespace {

BhsBytes header_of(Opcode opcode) {
  BhsBytes bhs{};
  bhs[0] = static_cast<std::byte>(opcode);
  return bhs;
}

BOOST_AUTO_TEST_SUITE(fields)

BOOST_AUTO_TEST_CASE(every_bit_of_every_kind_belongs_to_exactly_one_field) {
  for (unsigned code = 0; code < 64; ++code) {
    std::array<int, kBhsBytes * 8> owners{};
    for (const Field& field : fields_of(static_cast<Opcode>(code))) {
      BOOST_REQUIRE(field.bits >= 1 && field.bits <= 64);
      for (std::size_t i = 0; i < field.bits; ++i) {
        ++owners.at(std::size_t{field.byte_offset} * 8 + field.bit_offset + i);
      }
    }
    for (const int n : owners) BOOST_REQUIRE_EQUAL(n, 1);
  }
}

BOOST_AUTO_TEST_CASE(names_are_unique_within_a_kind_and_every_field_is_found_by_its_name) {
  for (unsigned code = 0; code < 64; ++code) {
    const auto opcode = static_cast<Opcode>(code);
    std::set<std::string_view> names;
    for (const Field& field : fields_of(opcode)) {
      BOOST_CHECK_MESSAGE(names.insert(field.name).second, name_of(opcode) << ": " << field.name);
      BOOST_CHECK_MESSAGE(find_field(opcode, field.name) == &field, name_of(opcode)
                                                                        << ": " << field.name);
      BOOST_CHECK_MESSAGE((field.kind == FieldKind::code) == (field.meaning != nullptr),
                          field.name);
      BOOST_CHECK(field.section.starts_with("RFC 7143 §11."));
    }
  }
}

// Offsets as the figures of RFC 7143 §11.3 to §11.19 have them, told a second time.
BOOST_AUTO_TEST_CASE(fields_lie_where_the_figures_put_them) {
  struct Place {
    Opcode opcode;
    std::string_view name;
    unsigned byte;
    unsigned bit;
    unsigned bits;
  };
  const Place places[] = {
      {Opcode::scsi_command, "ATTR", 1, 5, 3},
      {Opcode::scsi_command, "W", 1, 2, 1},
      {Opcode::scsi_command, "EDTL", 20, 0, 32},
      {Opcode::scsi_command, "CDB[15]", 47, 0, 8},
      {Opcode::scsi_response, "o", 1, 3, 1},
      {Opcode::scsi_response, "U", 1, 6, 1},
      {Opcode::scsi_response, "Residual Count", 44, 0, 32},
      {Opcode::task_management_request, "RefCmdSN", 32, 0, 32},
      {Opcode::data_in, "S", 1, 7, 1},
      {Opcode::data_in, "Status", 3, 0, 8},
      {Opcode::data_out, "ExpStatSN", 28, 0, 32},
      {Opcode::data_out, "Buffer Offset", 40, 0, 32},
      {Opcode::r2t, "R2TSN", 36, 0, 32},
      {Opcode::async_message, "Parameter3", 42, 0, 16},
      {Opcode::login_request, "CSG", 1, 4, 2},
      {Opcode::login_request, "ISID", 8, 0, 48},
      {Opcode::login_request, "CID", 20, 0, 16},
      {Opcode::login_response, "Status-Detail", 37, 0, 8},
      {Opcode::logout_response, "Time2Retain", 42, 0, 16},
      {Opcode::snack_request, "Type", 1, 4, 4},
      {Opcode::snack_request, "BegRun", 40, 0, 32},
      {Opcode::reject, "Reason", 2, 0, 8},
      {Opcode::nop_out, "DataSegmentLength", 5, 0, 24},
  };
  for (const Place& place : places) {
    const Field* field = find_field(place.opcode, place.name);
    BOOST_REQUIRE_MESSAGE(field != nullptr, place.name);
    BOOST_TEST(field->byte_offset == place.byte, place.name);
    BOOST_TEST(field->bit_offset == place.bit, place.name);
    BOOST_TEST(field->bits == place.bits, place.name);
  }
}

BOOST_AUTO_TEST_CASE(names_match_ignoring_case_and_punctuation) {
  for (const std::string_view name :
       {"Expected Data Transfer Length", "expected_data_transfer_length",
        "ExpectedDataTransferLength", "EXPECTED-DATA-TRANSFER-LENGTH", "edtl"}) {
    BOOST_TEST(find_field(Opcode::scsi_command, name) == find_field(Opcode::scsi_command, "EDTL"),
               name);
  }
  BOOST_TEST(find_field(Opcode::scsi_command, "cdb0") ==
             find_field(Opcode::scsi_command, "CDB[0]"));
  BOOST_TEST(find_field(Opcode::scsi_command, "cdb1") !=
             find_field(Opcode::scsi_command, "CDB[15]"));
  for (const std::string_view name : {"", "-", "EDT", "StatSN", "Expected Data Transfer Lengths"}) {
    BOOST_TEST((find_field(Opcode::scsi_command, name) == nullptr), name);
  }
}

BOOST_AUTO_TEST_CASE(the_four_residual_flags_of_a_scsi_response_are_told_apart_by_case) {
  BOOST_TEST(find_field(Opcode::scsi_response, "o")->bit_offset == 3);
  BOOST_TEST(find_field(Opcode::scsi_response, "u")->bit_offset == 4);
  BOOST_TEST(find_field(Opcode::scsi_response, "O")->bit_offset == 5);
  BOOST_TEST(find_field(Opcode::scsi_response, "U")->bit_offset == 6);
}

BOOST_AUTO_TEST_CASE(writing_a_field_changes_its_bits_and_no_others) {
  std::mt19937_64 random(384);
  for (unsigned code = 0; code < 64; ++code) {
    for (const Field& field : fields_of(static_cast<Opcode>(code))) {
      BhsBytes bhs;
      for (std::byte& byte : bhs) byte = static_cast<std::byte>(random());
      BhsBytes changed = bhs;
      const std::uint64_t value = random() >> (64 - field.bits);
      write_field(changed, field, value);
      BOOST_REQUIRE_EQUAL(read_field(changed, field), value);
      write_field(changed, field, read_field(bhs, field));
      BOOST_REQUIRE((changed == bhs));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_is_too_wide_or_a_name_that_is_not_there_changes_nothing) {
  BhsBytes bhs = header_of(Opcode::scsi_command);
  const BhsBytes before = bhs;
  BOOST_TEST(!write_field(bhs, "ATTR", 8));
  BOOST_TEST(!write_field(bhs, "StatSN", 0));
  BOOST_TEST((bhs == before));
  BOOST_TEST(write_field(bhs, "LUN", ~std::uint64_t{0}));
  BOOST_TEST(read_field(bhs, "lun").value_or(0) == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(reserved_bits_have_names_too) {
  BhsBytes bhs = header_of(Opcode::r2t);
  BOOST_TEST(write_field(bhs, "reserved1", 1));
  BOOST_TEST(write_field(bhs, "I", 1));  // reserved in a target's PDU, and there to be set wrongly
  BOOST_TEST(write_field(bhs, "reserved3", 0x7F'FFFF));
  BOOST_TEST(bytes::load_be32(bhs.data()) == 0xF17F'FFFFu);
}

BOOST_AUTO_TEST_CASE(an_unknown_opcode_has_the_common_fields) {
  const BhsBytes bhs = header_of(static_cast<Opcode>(0x1E));
  BOOST_TEST(read_field(bhs, "opcode").value_or(0) == 0x1Eu);
  BOOST_TEST(read_field(bhs, "Initiator Task Tag").has_value());
  BOOST_TEST(!read_field(bhs, "CmdSN").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
