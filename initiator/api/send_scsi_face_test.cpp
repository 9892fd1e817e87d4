// The SendScsi* calls against a host that answers as told: size rules at every size, sense rules,
// what goes to the wire.
#include <boost/test/unit_test.hpp>
#include <string>

#include "initiator/api/api_test_doubles.hpp"

using namespace lunsim;
using namespace lunsim::api::testing;
using initiator::Reply;
using initiator::ScsiReply;
using initiator::SendScsi;

namespace {

constexpr unsigned char kCheckCondition = 0x02, kBusy = 0x08;

Reply good(std::size_t bytes) { return {0, ScsiReply{true, 0, some_bytes(bytes), {}}}; }
Reply bad(unsigned char status, std::size_t sense_bytes) {
  return {0, ScsiReply{true, status, {}, some_bytes(sense_bytes, 0x70)}};
}

/// One call with both buffers of stated sizes, all of them misaligned and guarded.
struct Call {
  Call(std::size_t response_bytes, std::size_t sense_bytes)
      : response(response_bytes), sense(sense_bytes) {
    response_size = static_cast<ULONG>(response_bytes);
    sense_size = static_cast<ULONG>(sense_bytes);
  }
  ISDSC_STATUS read_capacity(ULONGLONG lun = 0) {
    return code = SendScsiReadCapacity(&session, lun, &status, &response_size, response.data(),
                                       &sense_size, sense.data());
  }
  ISDSC_STATUS report_luns() {
    return code = SendScsiReportLuns(&session, &status, &response_size, response.data(),
                                     &sense_size, sense.data());
  }
  ISDSC_STATUS inquiry(UCHAR evpd_cmddt = 0, UCHAR page = 0) {
    return code = SendScsiInquiry(&session, 0, evpd_cmddt, page, &status, &response_size,
                                  response.data(), &sense_size, sense.data());
  }

  ISCSI_UNIQUE_SESSION_ID session{0x11, 0x22};
  GuardedBytes response, sense;
  UCHAR status = 0xEE;
  ULONG response_size, sense_size;
  ISDSC_STATUS code = 0;
};

template <class Function>
void sweep_response_sizes(std::size_t needed, const Function& call_it) {
  FakeHost host([&](const auto&) { return good(needed); });
  for (std::size_t size = 0; size <= needed + 8; ++size) {
    BOOST_TEST_CONTEXT("ResponseSize " << size) {
      Call call(size, 18);
      call.sense_size = 5;  // so that 18 afterwards has been written (SRC-R10)
      call_it(call);
      BOOST_TEST(call.status == 0);
      BOOST_TEST(call.response_size == needed);
      BOOST_TEST(call.sense_size == 18u);
      BOOST_TEST(call.sense.is_untouched_from(0));
      if (size < needed) {
        BOOST_TEST(call.code == ERROR_INSUFFICIENT_BUFFER);
        BOOST_TEST(call.response.is_untouched_from(0));
      } else {
        BOOST_TEST(call.code == ERROR_SUCCESS);
        BOOST_TEST(std::memcmp(call.response.data(), some_bytes(needed).data(), needed) == 0);
        BOOST_TEST(call.response.is_untouched_from(needed));
      }
    }
  }
}

std::vector<unsigned> cdb_of(const SendScsi& request) {
  std::vector<unsigned> cdb;
  for (const std::byte b : request.cdb) cdb.push_back(std::to_integer<unsigned>(b));
  return cdb;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(send_scsi_face)

// SRC-R1 to R7, R16, R20, SRL-R1 to R7, SCI-R1, R2
BOOST_AUTO_TEST_CASE(read_capacity_obeys_the_size_rules_at_every_size) {
  sweep_response_sizes(8, [](Call& call) { call.read_capacity(); });
}
BOOST_AUTO_TEST_CASE(report_luns_obeys_the_size_rules_at_every_size) {
  sweep_response_sizes(8 + 8 * 3, [](Call& call) { call.report_luns(); });
}
BOOST_AUTO_TEST_CASE(inquiry_obeys_the_size_rules_at_every_size) {
  sweep_response_sizes(96, [](Call& call) { call.inquiry(); });
}

// SRC-R4, R23
BOOST_AUTO_TEST_CASE(a_null_response_buffer_is_a_probe_whatever_the_size_says) {
  FakeHost host([](const auto&) { return good(8); });
  for (const ULONG claimed : {0u, 8u, 0xFFFFFFFFu}) {
    Call call(0, 18);
    call.response_size = claimed;
    call.sense_size = 0;
    BOOST_TEST(SendScsiReadCapacity(&call.session, 0, &call.status, &call.response_size, nullptr,
                                    &call.sense_size,
                                    call.sense.data()) == ERROR_INSUFFICIENT_BUFFER);
    BOOST_TEST(call.response_size == 8u);
    BOOST_TEST(call.sense_size == 18u);
    BOOST_TEST(call.status == 0);
  }
}

// SRC-R8, R10, R17
BOOST_AUTO_TEST_CASE(a_scsi_error_gives_status_and_sense) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 18); });
  Call call(8, 18);
  BOOST_TEST(call.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
  BOOST_TEST(call.status == kCheckCondition);
  BOOST_TEST(call.response_size == 0u);
  BOOST_TEST(call.response.is_untouched_from(0));
  BOOST_TEST(call.sense_size == 18u);
  BOOST_TEST(call.sense[0] == 0x70);
  BOOST_TEST(call.sense[17] == 0x81);
  BOOST_TEST(call.sense.is_untouched_from(18));
}

// SRC-R18
BOOST_AUTO_TEST_CASE(a_scsi_error_wins_over_a_small_response_buffer) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 18); });
  Call call(0, 18);
  BOOST_TEST(call.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
}

// SRL-R9
BOOST_AUTO_TEST_CASE(report_luns_without_sense_gives_eighteen_zeros_too) {
  FakeHost host([](const auto&) { return bad(kBusy, 0); });
  Call call(64, 20);
  BOOST_TEST(call.report_luns() == ISDSC_SCSI_REQUEST_FAILED);
  BOOST_TEST(call.status == kBusy);
  BOOST_TEST(call.sense_size == 18u);
  for (std::size_t i = 0; i < 18; ++i) BOOST_TEST(call.sense[i] == 0);
  BOOST_TEST(call.sense.is_untouched_from(18));
  BOOST_TEST(call.response.is_untouched_from(0));
}

// SRC-R9
BOOST_AUTO_TEST_CASE(a_status_without_sense_gives_eighteen_zeros_if_they_fit) {
  FakeHost host([](const auto&) { return bad(kBusy, 0); });
  for (std::size_t size = 0; size <= 26; ++size) {
    BOOST_TEST_CONTEXT("SenseSize " << size) {
      Call call(8, size);
      BOOST_TEST(call.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
      BOOST_TEST(call.status == kBusy);
      BOOST_TEST(call.sense_size == 18u);
      const std::size_t written = size >= 18 ? 18 : 0;
      for (std::size_t i = 0; i < written; ++i) BOOST_TEST(call.sense[i] == 0);
      BOOST_TEST(call.sense.is_untouched_from(written));
    }
  }
}

// SRC-R10, R11, R12
BOOST_AUTO_TEST_CASE(success_reports_eighteen_and_writes_no_sense) {
  FakeHost host([](const auto&) { return good(8); });
  for (std::size_t size = 0; size <= 26; ++size) {
    Call call(8, size);
    BOOST_TEST(call.read_capacity() == ERROR_SUCCESS);
    BOOST_TEST(call.sense_size == 18u);
    BOOST_TEST(call.sense.is_untouched_from(0));
  }
}

// SRC-R13
BOOST_AUTO_TEST_CASE(sense_that_does_not_fit_is_cut_and_its_size_told) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 18); });
  for (std::size_t size = 0; size < 18; ++size) {
    BOOST_TEST_CONTEXT("SenseSize " << size) {
      Call call(8, size);
      BOOST_TEST(call.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
      BOOST_TEST(call.sense_size == 18u);
      if (size > 0) BOOST_TEST(call.sense[size - 1] == 0x70 + size - 1);
      BOOST_TEST(call.sense.is_untouched_from(size));
    }
  }
  Call call(8, 18);
  BOOST_TEST(SendScsiReadCapacity(&call.session, 0, &call.status, &call.response_size,
                                  call.response.data(), &call.sense_size,
                                  nullptr) == ISDSC_SCSI_REQUEST_FAILED);
  BOOST_TEST(call.sense_size == 18u);
}

// SRC-R13, the other reading
BOOST_AUTO_TEST_CASE(under_the_other_reading_sense_that_does_not_fit_is_an_insufficient_buffer) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 18); });
  host.profile_in_use.sense_too_small_is_insufficient_buffer = true;
  Call small(8, 17);
  BOOST_TEST(small.read_capacity() == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(small.sense_size == 18u);
  BOOST_TEST(small.sense.is_untouched_from(0));
  Call enough(8, 18);
  BOOST_TEST(enough.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
}

// SRC-R13, R14
BOOST_AUTO_TEST_CASE(long_sense_is_told_whole_except_to_a_caller_who_passed_eighteen) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 60); });
  struct Row {
    std::size_t size, told, written;
  };
  for (const Row row : {Row{0, 60, 0}, Row{17, 60, 17}, Row{18, 18, 18}, Row{19, 60, 19},
                        Row{60, 60, 60}, Row{252, 60, 60}}) {
    BOOST_TEST_CONTEXT("SenseSize " << row.size) {
      Call call(8, row.size);
      BOOST_TEST(call.read_capacity() == ISDSC_SCSI_REQUEST_FAILED);
      BOOST_TEST(call.sense_size == row.told);
      if (row.written > 0)
        BOOST_TEST(call.sense[row.written - 1] == (0x70 + row.written - 1) % 256);
      BOOST_TEST(call.sense.is_untouched_from(row.written));
    }
  }
}

// SRC-R13: the second call has the room that the first was told of
BOOST_AUTO_TEST_CASE(a_probe_without_a_sense_buffer_learns_the_size_of_long_sense) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 60); });
  for (const ULONG claimed : {0u, 18u, 252u}) {
    Call probe(8, 18);
    probe.sense_size = claimed;
    BOOST_TEST(SendScsiReadCapacity(&probe.session, 0, &probe.status, &probe.response_size,
                                    probe.response.data(), &probe.sense_size,
                                    nullptr) == ISDSC_SCSI_REQUEST_FAILED);
    BOOST_TEST(probe.sense_size == 60u);
    Call again(8, probe.sense_size);
    again.read_capacity();
    BOOST_TEST(again.sense_size == 60u);
    BOOST_TEST(again.sense[59] == (0x70 + 59) % 256);
  }
}

// SRC-R14, literal documentation
BOOST_AUTO_TEST_CASE(without_the_cap_the_whole_length_is_told_to_everybody) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 60); });
  host.profile_in_use.sense_cap_18 = false;
  Call call(8, 18);
  call.read_capacity();
  BOOST_TEST(call.sense_size == 60u);
  BOOST_TEST(call.sense.is_untouched_from(18));
}

// SRC-R15
BOOST_AUTO_TEST_CASE(short_sense_is_filled_up_with_zeros) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 8); });
  Call call(8, 18);
  call.read_capacity();
  BOOST_TEST(call.sense_size == 18u);
  BOOST_TEST(call.sense[7] == 0x77);
  for (std::size_t i = 8; i < 18; ++i) BOOST_TEST(call.sense[i] == 0);
}

// SRC-R19
BOOST_AUTO_TEST_CASE(exactly_one_byte_of_status_is_written) {
  FakeHost host([](const auto&) { return bad(kBusy, 0); });
  Call call(8, 18);
  GuardedBytes status(1);
  SendScsiReadCapacity(&call.session, 0, status.data(), &call.response_size, call.response.data(),
                       &call.sense_size, call.sense.data());
  BOOST_TEST(status[0] == kBusy);
  BOOST_TEST(status.is_untouched_from(1));
}

// SRC-R22
BOOST_AUTO_TEST_CASE(a_null_pointer_that_must_not_be_null_is_an_invalid_parameter) {
  FakeHost host([](const auto&) { return good(8); });
  Call c(8, 18);
  UCHAR* r = c.response.data();
  UCHAR* s = c.sense.data();
  const auto invalid = ERROR_INVALID_PARAMETER;
  BOOST_TEST(SendScsiReportLuns(nullptr, &c.status, &c.response_size, r, &c.sense_size, s) ==
             invalid);
  BOOST_TEST(SendScsiReportLuns(&c.session, nullptr, &c.response_size, r, &c.sense_size, s) ==
             invalid);
  BOOST_TEST(SendScsiReportLuns(&c.session, &c.status, nullptr, r, &c.sense_size, s) == invalid);
  BOOST_TEST(SendScsiReportLuns(&c.session, &c.status, &c.response_size, r, nullptr, s) == invalid);
  BOOST_TEST(host.requests.empty());
  BOOST_TEST(c.response.is_untouched_from(0));
}

// SRC-R21, R25, R29
BOOST_AUTO_TEST_CASE(without_a_scsi_status_the_code_of_the_host_comes_back_and_nothing_is_written) {
  FakeHost host([](const auto&) { return Reply{ISDSC_INVALID_SESSION_ID, {}}; });
  Call call(8, 18);
  BOOST_TEST(call.read_capacity() == ISDSC_INVALID_SESSION_ID);
  host.answer = [](const auto&) { return Reply{ISDSC_TRANSPORT_ERROR, ScsiReply{}}; };
  BOOST_TEST(call.read_capacity() == ISDSC_TRANSPORT_ERROR);
  BOOST_TEST(call.status == 0xEE);
  BOOST_TEST(call.response_size == 8u);
  BOOST_TEST(call.response.is_untouched_from(0));
  BOOST_TEST(call.sense.is_untouched_from(0));
}

BOOST_AUTO_TEST_CASE(without_a_host_the_service_is_not_running) {
  Call call(8, 18);
  BOOST_TEST(call.read_capacity() == ISDSC_SERVICE_NOT_RUNNING);
  BOOST_TEST(ISDSC_SERVICE_NOT_RUNNING == 0xEFFF003Eu);
}

// SRC-R26, R27
BOOST_AUTO_TEST_CASE(each_call_sends_one_command) {
  FakeHost host([](const auto&) { return bad(kCheckCondition, 18); });
  Call call(8, 18);
  call.read_capacity();
  BOOST_TEST(host.requests.size() == 1u);
}

// SRC-R28, R32, R33 (CDB: SBC-3 table 65)
BOOST_AUTO_TEST_CASE(read_capacity_10_is_what_goes_out) {
  FakeHost host([](const auto&) { return good(8); });
  Call call(0, 18);
  call.read_capacity(7);
  const auto& request = host.last<SendScsi>();
  BOOST_TEST(cdb_of(request) == (std::vector<unsigned>{0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(request.data_in_bytes == 8u);
  BOOST_TEST(request.lun == 7u);
  BOOST_TEST(!request.lun_is_raw);
  BOOST_TEST((request.session == initiator::UniqueId{0x11, 0x22}));
}

// SRC-R32, the option (CDB: SBC-3 table 67)
BOOST_AUTO_TEST_CASE(read_capacity_16_is_a_matter_of_profile) {
  FakeHost host([](const auto&) { return good(32); });
  host.profile_in_use.read_capacity_16 = true;
  Call call(32, 18);
  BOOST_TEST(call.read_capacity() == ERROR_SUCCESS);
  BOOST_TEST(cdb_of(host.last<SendScsi>()) ==
                 (std::vector<unsigned>{0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(host.last<SendScsi>().data_in_bytes == 32u);
}

// SRC-R36, RATM-R21
BOOST_AUTO_TEST_CASE(the_lun_is_raw_under_that_profile) {
  FakeHost host([](const auto&) { return good(8); });
  host.profile_in_use.raw_lun_numbers = true;
  Call call(8, 18);
  call.read_capacity(0x0001'0000'0000'0000);
  BOOST_TEST(host.last<SendScsi>().lun == 0x0001'0000'0000'0000u);
  BOOST_TEST(host.last<SendScsi>().lun_is_raw);
}

// SRL-R28, R31, R33, R35 (CDB: SPC-4 table 282)
BOOST_AUTO_TEST_CASE(report_luns_asks_lun_0_with_a_large_allocation_length) {
  FakeHost host([](const auto&) { return good(16); });
  Call call(0, 18);
  call.report_luns();
  const auto& request = host.last<SendScsi>();
  BOOST_TEST(request.lun == 0u);
  BOOST_TEST(
      cdb_of(request) == (std::vector<unsigned>{0xA0, 0, 0, 0, 0, 0, 0x00, 0x02, 0x00, 0x10, 0, 0}),
      boost::test_tools::per_element());
  BOOST_TEST(request.data_in_bytes == 0x20010u);
}

// SCI-R4, R5, R7 (CDB: SPC-4 table 171)
BOOST_AUTO_TEST_CASE(inquiry_passes_evpd_cmddt_and_page_code) {
  FakeHost host([](const auto&) { return good(4); });
  Call call(255, 18);
  call.inquiry(0xFD, 0x83);  // only the two low bits are EVPD and CmdDt
  BOOST_TEST(
      cdb_of(host.last<SendScsi>()) == (std::vector<unsigned>{0x12, 0x01, 0x83, 0x0F, 0xFF, 0}),
      boost::test_tools::per_element());
  BOOST_TEST(host.last<SendScsi>().data_in_bytes == 4095u);
  call.inquiry(0x02, 0x00);
  BOOST_TEST(cdb_of(host.last<SendScsi>())[1] == 0x02u);
}

BOOST_AUTO_TEST_CASE(standard_inquiry_data_is_asked_for_with_one_byte_of_length) {
  FakeHost host([](const auto&) { return good(96); });
  Call call(255, 18);
  call.inquiry();
  BOOST_TEST(cdb_of(host.last<SendScsi>()) == (std::vector<unsigned>{0x12, 0, 0, 0, 255, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(host.last<SendScsi>().data_in_bytes == 255u);
}

// SCI-R1, R2: a page longer than one byte can say is neither cut nor called whole
BOOST_AUTO_TEST_CASE(a_long_vpd_page_is_told_and_brought_whole) {
  FakeHost host([](const initiator::Request& request) {
    return good(std::min<std::size_t>(600, std::get<SendScsi>(request).data_in_bytes));
  });
  Call small(255, 18);
  BOOST_TEST(small.inquiry(1, 0x83) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(small.response_size == 600u);
  BOOST_TEST(small.response.is_untouched_from(0));
  Call enough(600, 18);
  BOOST_TEST(enough.inquiry(1, 0x83) == ERROR_SUCCESS);
  BOOST_TEST(enough.response_size == 600u);
}

BOOST_AUTO_TEST_SUITE_END()
