// What a strict decoder refuses, and what it must let pass. Each row starts from a header that is
// accepted, writes fields by name, and states the field and section that the error must give.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/any_pdu.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::pdu {
namespace {

struct Write {
  std::string_view field;
  std::uint64_t value = 0;
};
struct Row {
  Opcode opcode;
  std::vector<Write> writes;
  std::string_view section;  // empty: accepted
  std::string_view field;
};

constexpr std::uint64_t kNoTag = 0xFFFF'FFFF;

// The plainest header of a kind that is accepted.
BhsBytes plain(Opcode opcode) {
  BhsBytes bhs{};
  bhs[0] = static_cast<std::byte>(opcode);
  const auto set = [&](std::string_view name, std::uint64_t value) {
    BOOST_REQUIRE_MESSAGE(write_field(bhs, name, value), name_of(opcode) << " has no " << name);
  };
  if (opcode != Opcode::login_request && opcode != Opcode::login_response) set("F", 1);
  if (find_field(opcode, "ITT") != nullptr) set("ITT", 1);
  switch (opcode) {
    case Opcode::nop_in:
      set("TTT", kNoTag);
      break;
    case Opcode::task_management_request:
      set("Function", 5);
      set("RTT", kNoTag);
      break;
    case Opcode::snack_request:
      set("TTT", kNoTag);
      break;
    case Opcode::r2t:
      set("DDTL", 512);
      break;
    case Opcode::reject:
      set("Reason", 4);
      break;
    default:
      break;
  }
  return bhs;
}

void check(const Row& row) {
  BhsBytes bhs = plain(row.opcode);
  std::string what(name_of(row.opcode));
  for (const Write& write : row.writes) {
    BOOST_REQUIRE_MESSAGE(write_field(bhs, write.field, write.value),
                          what << " has no " << write.field);
    what += " " + std::string(write.field) + "=" + std::to_string(write.value);
  }
  const auto decoded = decode({bhs, {}, {}});
  BOOST_REQUIRE_MESSAGE(decoded.has_value() == row.section.empty(), what);
  if (decoded) return;
  const ProtocolError& error = decoded.error();
  BOOST_CHECK_MESSAGE(error.section == row.section, what << ": " << error.section);
  BOOST_CHECK_MESSAGE(error.field == row.field, what << ": " << error.field);
  const Field* field = find_field(row.opcode, error.field);
  BOOST_REQUIRE_MESSAGE(field != nullptr, what << ": the table has no " << error.field);
  BOOST_CHECK_MESSAGE(error.byte_offset == field->byte_offset, what << ": " << error.byte_offset);
}

const Row kRows[] = {
    {Opcode::nop_out, {{"ITT", kNoTag}}, "RFC 7143 §11.18.1", "I"},
    {Opcode::nop_out, {{"ITT", kNoTag}, {"I", 1}}, "", ""},
    {Opcode::nop_in,
     {{"ITT", kNoTag}, {"DataSegmentLength", 1}},
     "RFC 7143 §11.19",
     "DataSegmentLength"},
    {Opcode::nop_in, {{"TTT", 7}}, "RFC 7143 §11.19.1", "Target Transfer Tag"},
    {Opcode::nop_in, {{"TTT", 7}, {"ITT", kNoTag}}, "", ""},
    {Opcode::nop_in, {{"DataSegmentLength", 4}}, "", ""},

    {Opcode::scsi_command, {{"ATTR", 5}}, "RFC 7143 §11.3.1", "ATTR"},
    {Opcode::scsi_command, {{"ATTR", 7}}, "RFC 7143 §11.3.1", "ATTR"},
    {Opcode::scsi_command, {{"ATTR", 4}}, "", ""},
    {Opcode::scsi_command, {{"F", 0}}, "RFC 7143 §11.3.1", "F"},
    {Opcode::scsi_command, {{"F", 0}, {"R", 1}, {"EDTL", 9}}, "RFC 7143 §11.3.1", "F"},
    {Opcode::scsi_command, {{"F", 0}, {"W", 1}, {"EDTL", 9}}, "", ""},
    {Opcode::scsi_command, {{"EDTL", 1}}, "RFC 7143 §11.3.1", "Expected Data Transfer Length"},
    {Opcode::scsi_command, {{"EDTL", 1}, {"R", 1}}, "", ""},
    {Opcode::scsi_command, {{"R", 1}}, "", ""},
    {Opcode::scsi_command,
     {{"F", 0}, {"W", 1}, {"EDTL", 9}, {"DataSegmentLength", 9}},
     "RFC 7143 §11.3.4",
     "F"},
    {Opcode::scsi_command, {{"W", 1}, {"EDTL", 9}, {"DataSegmentLength", 9}}, "", ""},
    {Opcode::scsi_command, {{"R", 1}, {"W", 1}, {"EDTL", 9}}, "RFC 7143 §11.3.4", "TotalAHSLength"},
    {Opcode::scsi_command, {{"ITT", kNoTag}}, "RFC 7143 §11.2.1.8", "Initiator Task Tag"},
    {Opcode::scsi_command, {{"TotalAHSLength", 1}}, "RFC 7143 §11.2.1.5", "TotalAHSLength"},
    {Opcode::scsi_command,
     {{"DataSegmentLength", 9}},
     "",
     ""},  // unsolicited data: SCSI answers, §11.4.7.2

    {Opcode::scsi_response, {{"O", 1}, {"U", 1}}, "RFC 7143 §11.4.1", "O"},
    {Opcode::scsi_response, {{"o", 1}, {"u", 1}}, "RFC 7143 §11.4.1", "o"},
    {Opcode::scsi_response, {{"o", 1}, {"U", 1}}, "", ""},
    {Opcode::scsi_response,
     {{"O", 1}, {"U", 1}, {"Response", 1}},
     "",
     ""},  // flags are ignored then
    {Opcode::scsi_response, {{"Response", 2}}, "RFC 7143 §11.4.3", "Response"},
    {Opcode::scsi_response, {{"Response", 0x7F}}, "RFC 7143 §11.4.3", "Response"},
    {Opcode::scsi_response, {{"Response", 0x80}}, "", ""},
    {Opcode::scsi_response, {{"Status", 2}}, "RFC 7143 §7.7", "DataSegmentLength"},
    {Opcode::scsi_response, {{"Status", 2}, {"DataSegmentLength", 20}}, "", ""},
    {Opcode::scsi_response, {{"Status", 8}}, "", ""},

    {Opcode::task_management_request, {{"Function", 0}}, "RFC 7143 §11.5.1", "Function"},
    {Opcode::task_management_request, {{"Function", 13}}, "RFC 7143 §11.5.1", "Function"},
    {Opcode::task_management_request, {{"Function", 12}}, "", ""},
    {Opcode::task_management_request, {{"RTT", 4}}, "RFC 7143 §11.5.4", "Referenced Task Tag"},
    {Opcode::task_management_request, {{"Function", 1}, {"RTT", 4}}, "", ""},
    {Opcode::task_management_request, {{"Function", 9}, {"RTT", 4}}, "", ""},
    {Opcode::task_management_request, {{"Function", 8}, {"RTT", 4}}, "RFC 7143 §11.5.1", "I"},
    {Opcode::task_management_request, {{"Function", 8}, {"RTT", 4}, {"I", 1}}, "", ""},
    {Opcode::task_management_request,
     {{"DataSegmentLength", 4}},
     "RFC 7143 §11.5.2",
     "DataSegmentLength"},
    {Opcode::task_management_request,
     {{"ITT", kNoTag}},
     "RFC 7143 §11.2.1.8",
     "Initiator Task Tag"},
    {Opcode::task_management_response, {{"Response", 8}}, "RFC 7143 §11.6.1", "Response"},
    {Opcode::task_management_response, {{"Response", 254}}, "RFC 7143 §11.6.1", "Response"},
    {Opcode::task_management_response, {{"Response", 7}}, "", ""},
    {Opcode::task_management_response,
     {{"DataSegmentLength", 4}},
     "RFC 7143 §11.6.2",
     "DataSegmentLength"},

    {Opcode::data_out, {{"ITT", kNoTag}}, "RFC 7143 §11.2.1.8", "Initiator Task Tag"},
    {Opcode::data_out, {{"F", 0}}, "", ""},
    {Opcode::data_in, {{"S", 1}, {"F", 0}}, "RFC 7143 §11.7.3", "F"},
    {Opcode::data_in, {{"S", 1}}, "", ""},
    {Opcode::data_in, {{"S", 1}, {"O", 1}, {"U", 1}}, "RFC 7143 §11.4.1", "O"},
    {Opcode::data_in, {{"O", 1}, {"U", 1}}, "", ""},  // reserved without S
    {Opcode::data_in, {{"S", 1}, {"Status", 2}}, "RFC 7143 §11.7.3", "Status"},
    {Opcode::data_in, {{"S", 1}, {"Status", 0x14}}, "", ""},
    {Opcode::data_in, {{"Status", 2}}, "", ""},  // reserved without S
    {Opcode::data_in, {{"A", 1}}, "", ""},       // ignored at ErrorRecoveryLevel 0, §11.7.2

    {Opcode::r2t, {{"TTT", kNoTag}}, "RFC 7143 §11.8.5", "Target Transfer Tag"},
    {Opcode::r2t, {{"DDTL", 0}}, "RFC 7143 §11.8.4", "Desired Data Transfer Length"},
    {Opcode::r2t, {{"DataSegmentLength", 1}}, "RFC 7143 §11.8.1", "DataSegmentLength"},

    {Opcode::async_message, {{"AsyncEvent", 6}}, "RFC 7143 §11.9.1", "AsyncEvent"},
    {Opcode::async_message, {{"AsyncEvent", 247}}, "RFC 7143 §11.9.1", "AsyncEvent"},
    {Opcode::async_message, {{"AsyncEvent", 5}}, "", ""},
    {Opcode::async_message, {{"AsyncEvent", 248}}, "", ""},

    {Opcode::text_request, {{"C", 1}}, "RFC 7143 §11.10.2", "C"},
    {Opcode::text_request, {{"C", 1}, {"F", 0}}, "", ""},
    {Opcode::text_request, {{"ITT", kNoTag}}, "RFC 7143 §11.2.1.8", "Initiator Task Tag"},
    {Opcode::text_response, {{"C", 1}}, "RFC 7143 §11.11.2", "C"},
    {Opcode::text_response,
     {{"F", 0}, {"TTT", kNoTag}},
     "RFC 7143 §11.11.1",
     "Target Transfer Tag"},
    {Opcode::text_response, {{"F", 0}, {"TTT", 9}, {"C", 1}}, "", ""},
    {Opcode::text_response, {{"TTT", 9}}, "", ""},  // ignored with F, §11.10.4

    {Opcode::login_request, {{"C", 1}, {"T", 1}}, "RFC 7143 §11.12.2", "C"},
    {Opcode::login_request, {{"CSG", 2}}, "RFC 7143 §11.12.3", "CSG"},
    {Opcode::login_request, {{"T", 1}, {"NSG", 2}}, "RFC 7143 §11.12.3", "NSG"},
    {Opcode::login_request, {{"NSG", 2}}, "", ""},  // reserved without T
    {Opcode::login_request, {{"I", 0}}, "", ""},  // always immediate, whatever the bit says, §11.12
    {Opcode::login_request, {{"Version-min", 9}}, "", ""},
    {Opcode::login_request, {{"ITT", kNoTag}}, "RFC 7143 §11.2.1.8", "Initiator Task Tag"},
    {Opcode::login_response, {{"C", 1}, {"T", 1}}, "RFC 7143 §11.13.7", "C"},
    {Opcode::login_response, {{"CSG", 2}}, "RFC 7143 §11.12.3", "CSG"},
    {Opcode::login_response, {{"CSG", 2}, {"Status-Class", 2}}, "", ""},
    {Opcode::login_response, {{"Status-Class", 4}}, "RFC 7143 §11.13.5", "Status-Class"},

    {Opcode::logout_request, {{"Reason Code", 3}}, "RFC 7143 §11.14.1", "Reason Code"},
    {Opcode::logout_request, {{"Reason Code", 2}}, "", ""},
    {Opcode::logout_request, {{"DataSegmentLength", 1}}, "RFC 7143 §11.14.2", "DataSegmentLength"},
    {Opcode::logout_response, {{"Response", 4}}, "RFC 7143 §11.15.1", "Response"},
    {Opcode::logout_response, {{"DataSegmentLength", 1}}, "RFC 7143 §11.15.2", "DataSegmentLength"},

    {Opcode::snack_request, {{"Type", 4}}, "RFC 7143 §11.16.1", "Type"},
    {Opcode::snack_request, {{"ITT", kNoTag}}, "RFC 7143 §11.16.4", "Initiator Task Tag"},
    {Opcode::snack_request, {{"Type", 1}}, "RFC 7143 §11.16.4", "Initiator Task Tag"},
    {Opcode::snack_request, {{"Type", 1}, {"ITT", kNoTag}}, "", ""},
    {Opcode::snack_request, {{"TTT", 8}}, "RFC 7143 §11.16.5", "Target Transfer Tag"},
    {Opcode::snack_request, {{"Type", 3}}, "RFC 7143 §11.16.5", "SNACK Tag"},
    {Opcode::snack_request, {{"Type", 3}, {"SNACK Tag", 0}}, "RFC 7143 §11.16.5", "SNACK Tag"},
    {Opcode::snack_request, {{"Type", 3}, {"SNACK Tag", 8}}, "", ""},
    {Opcode::snack_request,
     {{"Type", 3}, {"SNACK Tag", 8}, {"BegRun", 1}},
     "RFC 7143 §11.16.6",
     "BegRun"},
    {Opcode::snack_request,
     {{"Type", 2}, {"ITT", kNoTag}, {"RunLength", 1}},
     "RFC 7143 §11.16.7",
     "RunLength"},
    {Opcode::snack_request, {{"DataSegmentLength", 4}}, "RFC 7143 §11.16", "DataSegmentLength"},

    {Opcode::reject, {{"Reason", 0}}, "RFC 7143 §11.17.1", "Reason"},
    {Opcode::reject, {{"Reason", 1}}, "RFC 7143 §11.17.1", "Reason"},
    {Opcode::reject, {{"Reason", 13}}, "RFC 7143 §11.17.1", "Reason"},
    {Opcode::reject, {{"Reason", 0x0B}}, "", ""},  // a receiver must know it, §11.17.1
    {Opcode::reject, {{"DataSegmentLength", 48}}, "", ""},
};

constexpr Opcode kAllOpcodes[] = {Opcode::nop_out,
                                  Opcode::scsi_command,
                                  Opcode::task_management_request,
                                  Opcode::login_request,
                                  Opcode::text_request,
                                  Opcode::data_out,
                                  Opcode::logout_request,
                                  Opcode::snack_request,
                                  Opcode::nop_in,
                                  Opcode::scsi_response,
                                  Opcode::task_management_response,
                                  Opcode::login_response,
                                  Opcode::text_response,
                                  Opcode::data_in,
                                  Opcode::logout_response,
                                  Opcode::r2t,
                                  Opcode::async_message,
                                  Opcode::reject};

BOOST_AUTO_TEST_SUITE(strict_decode)

BOOST_AUTO_TEST_CASE(the_plain_header_of_every_kind_is_accepted) {
  for (const Opcode opcode : kAllOpcodes) check({opcode, {}, "", ""});
}

BOOST_AUTO_TEST_CASE(each_rule_refuses_with_section_field_and_place) {
  for (const Row& row : kRows) check(row);
}

// §11: a receiver ignores reserved fields. Whatever they hold, the decoded struct is the same.
BOOST_AUTO_TEST_CASE(reserved_fields_are_ignored) {
  for (const Opcode opcode : kAllOpcodes) {
    const BhsBytes bhs = plain(opcode);
    const auto expected = decode({bhs, {}, {}});
    for (const Field& field : fields_of(opcode)) {
      if (field.kind != FieldKind::reserved) continue;
      BhsBytes dirty = bhs;
      write_field(dirty, field, ~std::uint64_t{0});
      const auto decoded = decode({dirty, {}, {}});
      BOOST_REQUIRE_MESSAGE(decoded.has_value(), name_of(opcode) << " " << field.name);
      BOOST_CHECK_MESSAGE(*decoded == *expected, name_of(opcode) << " " << field.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(targets_send_no_ahs) {
  const std::vector<std::byte> ahs(8, std::byte{0});
  for (const Opcode opcode : kAllOpcodes) {
    if (is_from_initiator(opcode)) continue;
    BhsBytes bhs = plain(opcode);
    BOOST_REQUIRE(write_field(bhs, "TotalAHSLength", 2));
    const auto decoded = decode({bhs, ahs, {}});
    BOOST_REQUIRE(!decoded.has_value());
    BOOST_TEST(decoded.error().field == "TotalAHSLength");
  }
}

BOOST_AUTO_TEST_CASE(another_kinds_header_is_refused) {
  const BhsBytes bhs = plain(Opcode::nop_in);
  const auto decoded = decode_nop_out({bhs, {}, {}});
  BOOST_REQUIRE(!decoded.has_value());
  BOOST_TEST(decoded.error().field == "Opcode");
  BhsBytes unknown{};
  unknown[0] = std::byte{0x1C};
  BOOST_TEST(!decode({unknown, {}, {}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_bidirectional_command_with_its_ahs_is_accepted) {
  std::vector<std::byte> ahs;
  append_bidirectional_read_length(ahs, 4096);
  BhsBytes bhs = plain(Opcode::scsi_command);
  for (const Write& write :
       {Write{"R", 1}, Write{"W", 1}, Write{"EDTL", 512}, Write{"TotalAHSLength", 2}}) {
    BOOST_REQUIRE(write_field(bhs, write.field, write.value));
  }
  BOOST_TEST(decode_scsi_command({bhs, ahs, {}}).has_value());
  ahs[2] = std::byte{3};
  const auto decoded = decode_scsi_command({bhs, ahs, {}});
  BOOST_REQUIRE(!decoded.has_value());
  BOOST_TEST(decoded.error().field == "AHSType");
  BOOST_TEST(decoded.error().byte_offset == 50u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lunsim::pdu
