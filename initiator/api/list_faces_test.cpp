// GetIScsiSessionList, ReportActiveIScsiTargetMappings and ReportIScsiTargets in both forms, at
// every size from nothing to eight bytes more than needed, into misaligned guarded memory.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "initiator/api/api_test_doubles.hpp"

using namespace lunsim;
using namespace lunsim::api::testing;
using initiator::Reply;

namespace {

struct A {
  using Char = CHAR;
  using Session = ISCSI_SESSION_INFOA;
  using Connection = ISCSI_CONNECTION_INFOA;
  using Mapping = ISCSI_TARGET_MAPPINGA;
  static constexpr auto sessions = &GetIScsiSessionListA;
  static constexpr auto mappings = &ReportActiveIScsiTargetMappingsA;
  static constexpr auto targets = &ReportIScsiTargetsA;
};
struct W {
  using Char = WCHAR;
  using Session = ISCSI_SESSION_INFOW;
  using Connection = ISCSI_CONNECTION_INFOW;
  using Mapping = ISCSI_TARGET_MAPPINGW;
  static constexpr auto sessions = &GetIScsiSessionListW;
  static constexpr auto mappings = &ReportActiveIScsiTargetMappingsW;
  static constexpr auto targets = &ReportIScsiTargetsW;
};
using Forms = std::tuple<A, W>;

Reply two_sessions(const initiator::Request&) {
  initiator::SessionInfo up, away;
  up.id = {0xAA, 0x01};
  up.initiator_name = "iqn.i";
  up.target_name = "iqn.one";
  up.isid = {0, 2, 0x3D, 0, 0, 1};
  up.tsih = 0x1234;
  up.connections.push_back({{0xAA, 0x81}, "10.0.0.1", "10.0.0.10", 50000, 3260, 1});
  away.id = {0xAA, 0x02};
  away.initiator_name = "iqn.i";
  away.target_name = "iqn.two";
  return {0, std::vector<initiator::SessionInfo>{up, away}};
}
// texts: iqn.i iqn.one iqn.one 10.0.0.1 10.0.0.10 iqn.i iqn.two iqn.two, each with its NUL
constexpr std::size_t kSessionCharacters = 6 + 8 + 8 + 9 + 10 + 6 + 8 + 8;

template <class Form>
constexpr std::size_t kSessionsNeed = 2 * 64 + 1 * 40 +
                                      kSessionCharacters * sizeof(typename Form::Char);

Reply two_mappings(const initiator::Request&) {
  initiator::MappingInfo first, second;
  first.initiator_name = "ROOT\\ISCSIPRT\\0000_0";
  first.target_name = "iqn.one";
  first.os_device_name = "\\device\\ScsiPort0";
  first.session = {0xAA, 0x01};
  first.os_target = 3;
  first.luns = {{0, 0, 0}, {7, 7, 0x0007'0000'0000'0000}};
  second.target_name = "iqn.two";
  return {0, std::vector<initiator::MappingInfo>{first, second}};
}

Reply two_names(const initiator::Request&) {
  return {0, std::vector<std::string>{"iqn.one", "iqn.three"}};
}
Reply no_sessions(const initiator::Request&) { return {0, std::vector<initiator::SessionInfo>{}}; }
Reply no_mappings(const initiator::Request&) { return {0, std::vector<initiator::MappingInfo>{}}; }
Reply broken(const initiator::Request&) { return {ISDSC_SERVICE_DID_NOT_RESPOND, {}}; }

/// Calls with a buffer of every size; the counters are misaligned and guarded like the buffer.
template <class Element, class Function, class Judge>
void sweep_sizes(std::size_t needed, ULONG elements, Function function, const Judge& judge) {
  for (std::size_t size = 0; size <= needed + 8; ++size) {
    BOOST_TEST_CONTEXT("size " << size) {
      GuardedBytes buffer(size), size_cell(4), count_cell(4);
      const ULONG given = static_cast<ULONG>(size);
      std::memcpy(size_cell.data(), &given, 4);
      const ISDSC_STATUS code =
          function(size_cell.as<ULONG>(), count_cell.as<ULONG>(), buffer.as<Element>());
      BOOST_TEST(size_cell.at<ULONG>(0) == needed);
      BOOST_TEST(count_cell.at<ULONG>(0) == elements);
      BOOST_TEST(size_cell.is_untouched_from(4));
      BOOST_TEST(count_cell.is_untouched_from(4));
      if (size < needed) {
        BOOST_TEST(code == ERROR_INSUFFICIENT_BUFFER);
        BOOST_TEST(buffer.is_untouched_from(0));
      } else {
        BOOST_TEST(code == ERROR_SUCCESS);
        BOOST_TEST(buffer.is_untouched_from(needed));
        judge(buffer);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_list_face)

// GISL-R1 to R9, R14 to R18, R21, R22
BOOST_AUTO_TEST_CASE_TEMPLATE(it_obeys_the_size_rules_at_every_size, Form, Forms) {
  FakeHost host(two_sessions);
  sweep_sizes<typename Form::Session>(
      kSessionsNeed<Form>, 2, Form::sessions, [](const GuardedBytes& buffer) {
        const auto first = buffer.at<typename Form::Session>(0);
        const auto second = buffer.at<typename Form::Session>(64);
        BOOST_TEST(first.SessionId.AdapterUnique == 0xAAu);
        BOOST_TEST(first.SessionId.AdapterSpecific == 1u);
        BOOST_TEST(buffer.text_at(first.InitiatorName) == "iqn.i");
        BOOST_TEST(buffer.text_at(first.TargetNodeName) == "iqn.one");
        BOOST_TEST(buffer.text_at(first.TargetName) == "iqn.one");
        BOOST_TEST(first.ISID[2] == 0x3D);
        BOOST_TEST(first.TSID[0] == 0x12);
        BOOST_TEST(first.TSID[1] == 0x34);
        BOOST_TEST(first.ConnectionCount == 1u);
        BOOST_TEST(buffer.offset_of(first.Connections) == 128u);
        const auto connection = buffer.at<typename Form::Connection>(128);
        BOOST_TEST(connection.ConnectionId.AdapterUnique == 0xAAu);
        BOOST_TEST(connection.ConnectionId.AdapterSpecific == 0x81u);
        BOOST_TEST(buffer.text_at(connection.InitiatorAddress) == "10.0.0.1");
        BOOST_TEST(buffer.text_at(connection.TargetAddress) == "10.0.0.10");
        BOOST_TEST(connection.InitiatorSocket == 50000);
        BOOST_TEST(connection.TargetSocket == 3260);
        BOOST_TEST(connection.CID[0] == 0);
        BOOST_TEST(connection.CID[1] == 1);
        BOOST_TEST(second.SessionId.AdapterSpecific == 2u);
        BOOST_TEST(buffer.text_at(second.InitiatorName) == "iqn.i");
        BOOST_TEST(buffer.text_at(second.TargetNodeName) == "iqn.two");
        BOOST_TEST(buffer.text_at(second.TargetName) == "iqn.two");
        BOOST_TEST(second.ConnectionCount == 0u);
        BOOST_TEST((second.Connections == nullptr));
      });
}

// GISL-R9, R12
BOOST_AUTO_TEST_CASE_TEMPLATE(a_null_buffer_has_no_room_whatever_the_size_says, Form, Forms) {
  FakeHost host(two_sessions);
  for (const ULONG claimed : {0u, 100000u}) {
    ULONG size = claimed, count = 0xDEADBEEF;
    BOOST_TEST(Form::sessions(&size, &count, nullptr) == ERROR_INSUFFICIENT_BUFFER);
    BOOST_TEST(size == kSessionsNeed<Form>);
    BOOST_TEST(count == 2u);
  }
}

// GISL-R10 profile A, R11
BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_list_succeeds_at_once, Form, Forms) {
  FakeHost host(no_sessions);
  ULONG size = 0, count = 9;
  BOOST_TEST(Form::sessions(&size, &count, nullptr) == ERROR_SUCCESS);
  BOOST_TEST(size == 0u);
  BOOST_TEST(count == 0u);
  GuardedBytes buffer(100);
  size = 100;
  BOOST_TEST(Form::sessions(&size, &count, buffer.as<typename Form::Session>()) == ERROR_SUCCESS);
  BOOST_TEST(size == 0u);
  BOOST_TEST(buffer.is_untouched_from(0));
}

// GISL-R10 profile B
BOOST_AUTO_TEST_CASE_TEMPLATE(under_profile_b_an_empty_probe_needs_room_and_the_fetch_succeeds,
                              Form, Forms) {
  FakeHost host(no_sessions);
  host.profile_in_use.empty_list_probe_insufficient = true;
  ULONG size = 0, count = 9;
  BOOST_TEST(Form::sessions(&size, &count, nullptr) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size > 0u);
  BOOST_TEST(count == 0u);
  GuardedBytes buffer(size);
  BOOST_TEST(Form::sessions(&size, &count, buffer.as<typename Form::Session>()) == ERROR_SUCCESS);
  BOOST_TEST(size == 0u);
  BOOST_TEST(count == 0u);
}

// GISL-R13
BOOST_AUTO_TEST_CASE_TEMPLATE(null_counters_are_an_invalid_parameter, Form, Forms) {
  FakeHost host(two_sessions);
  ULONG size = 5, count = 6;
  BOOST_TEST(Form::sessions(nullptr, &count, nullptr) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(Form::sessions(&size, nullptr, nullptr) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(size == 5u);
  BOOST_TEST(count == 6u);
}

// GISL-R20
BOOST_AUTO_TEST_CASE_TEMPLATE(another_failure_comes_back_and_nothing_is_written, Form, Forms) {
  ULONG size = 5, count = 6;
  BOOST_TEST(Form::sessions(&size, &count, nullptr) == ISDSC_SERVICE_NOT_RUNNING);
  FakeHost host(broken);
  BOOST_TEST(Form::sessions(&size, &count, nullptr) == ISDSC_SERVICE_DID_NOT_RESPOND);
  BOOST_TEST(size == 5u);
  BOOST_TEST(count == 6u);
}

// GISL-R19
BOOST_AUTO_TEST_CASE(a_list_that_grew_since_the_probe_is_insufficient_again) {
  FakeHost host(no_sessions);
  ULONG size = 0, count = 0;
  GetIScsiSessionListW(&size, &count, nullptr);
  host.answer = two_sessions;
  GuardedBytes buffer(size);
  BOOST_TEST(GetIScsiSessionListW(&size, &count, buffer.as<ISCSI_SESSION_INFOW>()) ==
             ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size == kSessionsNeed<W>);
}

BOOST_AUTO_TEST_CASE(text_beyond_ascii_is_utf_8_in_one_form_and_utf_16_in_the_other) {
  FakeHost host([](const auto&) {
    initiator::SessionInfo info;
    info.target_name = "iqn.\xC3\xA9";  // e with an acute accent, U+00E9
    return Reply{0, std::vector<initiator::SessionInfo>{info}};
  });
  GuardedBytes narrow(200), wide(200);
  ULONG size = 200, count = 0;
  BOOST_TEST(GetIScsiSessionListA(&size, &count, narrow.as<ISCSI_SESSION_INFOA>()) == 0u);
  BOOST_TEST(narrow.text_at(narrow.at<ISCSI_SESSION_INFOA>(0).TargetName) == "iqn.\xC3\xA9");
  size = 200;
  BOOST_TEST(GetIScsiSessionListW(&size, &count, wide.as<ISCSI_SESSION_INFOW>()) == 0u);
  const auto info = wide.at<ISCSI_SESSION_INFOW>(0);
  BOOST_TEST(wide.at<std::uint16_t>(wide.offset_of(info.TargetName) + 8) == 0x00E9);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(target_mappings_face)

// RATM-R1 to R9, R13 to R18, R20, R24
BOOST_AUTO_TEST_CASE_TEMPLATE(it_obeys_the_size_rules_at_every_size, Form, Forms) {
  FakeHost host(two_mappings);
  constexpr std::size_t kStride = sizeof(typename Form::Mapping);
  BOOST_TEST(kStride == (std::is_same_v<Form, A> ? 784u : 1520u));
  sweep_sizes<typename Form::Mapping>(
      2 * kStride + 2 * 16, 2, Form::mappings, [](const GuardedBytes& buffer) {
        const auto first = buffer.at<typename Form::Mapping>(0);
        const auto second = buffer.at<typename Form::Mapping>(kStride);
        BOOST_TEST(std::string(std::begin(first.TargetName), std::begin(first.TargetName) + 7) ==
                   "iqn.one");
        BOOST_TEST((first.TargetName[7] == 0));
        BOOST_TEST(std::string(std::begin(first.InitiatorName),
                               std::begin(first.InitiatorName) + 20) == "ROOT\\ISCSIPRT\\0000_0");
        BOOST_TEST((first.InitiatorName[20] == 0));
        BOOST_TEST((first.OSDeviceName[0] == '\\'));
        BOOST_TEST(first.SessionId.AdapterSpecific == 1u);
        BOOST_TEST(first.OSTargetNumber == 3u);
        BOOST_TEST(first.LUNCount == 2u);
        BOOST_TEST(buffer.offset_of(first.LUNList) == 2 * kStride);
        const auto lun = buffer.at<SCSI_LUN_LIST>(2 * kStride + 16);
        BOOST_TEST(buffer.at<SCSI_LUN_LIST>(2 * kStride).OSLUN == 0u);
        BOOST_TEST(lun.OSLUN == 7u);
        BOOST_TEST(lun.TargetLUN == 7u);
        BOOST_TEST(second.LUNCount == 0u);
        BOOST_TEST((second.LUNList == nullptr));
      });
}

// RATM-R21
BOOST_AUTO_TEST_CASE(target_luns_are_raw_under_that_profile) {
  FakeHost host(two_mappings);
  host.profile_in_use.raw_lun_numbers = true;
  GuardedBytes buffer(4000);
  ULONG size = 4000, count = 0;
  BOOST_TEST(ReportActiveIScsiTargetMappingsW(&size, &count, buffer.as<ISCSI_TARGET_MAPPINGW>()) ==
             0u);
  BOOST_TEST(buffer.at<SCSI_LUN_LIST>(2 * 1520 + 16).TargetLUN == 0x0007'0000'0000'0000u);
}

// RATM-R10, R12, R23
BOOST_AUTO_TEST_CASE_TEMPLATE(empty_null_and_failing, Form, Forms) {
  ULONG size = 0, count = 9;
  BOOST_TEST(Form::mappings(&size, &count, nullptr) == ISDSC_SERVICE_NOT_RUNNING);
  FakeHost host(no_mappings);
  BOOST_TEST(Form::mappings(&size, &count, nullptr) == ERROR_SUCCESS);
  BOOST_TEST(count == 0u);
  BOOST_TEST(Form::mappings(nullptr, &count, nullptr) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(Form::mappings(&size, nullptr, nullptr) == ERROR_INVALID_PARAMETER);
  host.profile_in_use.empty_list_probe_insufficient = true;
  BOOST_TEST(Form::mappings(&size, &count, nullptr) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size > 0u);
  host.answer = broken;
  BOOST_TEST(Form::mappings(&size, &count, nullptr) == ISDSC_SERVICE_DID_NOT_RESPOND);
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_fit_its_array_is_cut_and_ended) {
  FakeHost host([](const auto&) {
    initiator::MappingInfo info;
    info.target_name = std::string(300, 'x');
    return Reply{0, std::vector<initiator::MappingInfo>{info}};
  });
  GuardedBytes buffer(784);
  ULONG size = 784, count = 0;
  BOOST_TEST(ReportActiveIScsiTargetMappingsA(&size, &count, buffer.as<ISCSI_TARGET_MAPPINGA>()) ==
             0u);
  const auto mapping = buffer.at<ISCSI_TARGET_MAPPINGA>(0);
  BOOST_TEST(mapping.TargetName[222] == 'x');
  BOOST_TEST(mapping.TargetName[223] == '\0');
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(targets_face)

// LT-R1 to R4, R7: "iqn.one" NUL "iqn.three" NUL NUL is 19 characters
BOOST_AUTO_TEST_CASE_TEMPLATE(it_obeys_the_size_rules_at_every_size_in_characters, Form, Forms) {
  using Char = typename Form::Char;
  FakeHost host(two_names);
  for (ULONG characters = 0; characters <= 19 + 8; ++characters) {
    BOOST_TEST_CONTEXT("size " << characters) {
      GuardedBytes buffer(characters * sizeof(Char));
      ULONG size = characters;
      const ISDSC_STATUS code = Form::targets(0, &size, buffer.template as<Char>());
      BOOST_TEST(size == 19u);
      if (characters < 19) {
        BOOST_TEST(code == ERROR_INSUFFICIENT_BUFFER);
        BOOST_TEST(buffer.is_untouched_from(0));
        continue;
      }
      BOOST_TEST(code == ERROR_SUCCESS);
      const Char* start = buffer.template as<Char>();
      BOOST_TEST(buffer.text_at(start) == "iqn.one");
      BOOST_TEST(buffer.text_at(start + 8) == "iqn.three");
      BOOST_TEST((buffer.template at<Char>(18 * sizeof(Char)) == 0));
      BOOST_TEST(buffer.is_untouched_from(19 * sizeof(Char)));
    }
  }
  ULONG size = 1000;
  BOOST_TEST(Form::targets(0, &size, nullptr) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size == 19u);
}

// LT-R8
BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_list_is_two_nuls, Form, Forms) {
  using Char = typename Form::Char;
  FakeHost host([](const auto&) { return Reply{0, std::vector<std::string>{}}; });
  ULONG size = 0;
  BOOST_TEST(Form::targets(0, &size, nullptr) == ERROR_INSUFFICIENT_BUFFER);
  BOOST_TEST(size == 2u);
  GuardedBytes buffer(2 * sizeof(Char));
  BOOST_TEST(Form::targets(0, &size, buffer.template as<Char>()) == ERROR_SUCCESS);
  for (std::size_t i = 0; i < buffer.size(); ++i) BOOST_TEST(buffer[i] == 0);
  BOOST_TEST(buffer.is_untouched_from(buffer.size()));
}

// LT-R5, R6
BOOST_AUTO_TEST_CASE(force_update_is_passed_on) {
  FakeHost host(two_names);
  ULONG size = 0;
  ReportIScsiTargetsW(0, &size, nullptr);
  BOOST_TEST(!host.last<initiator::ReportTargets>().force_update);
  ReportIScsiTargetsW(2, &size, nullptr);  // any BOOLEAN other than 0 is true
  BOOST_TEST(host.last<initiator::ReportTargets>().force_update);
}

// LT-R10, R11
BOOST_AUTO_TEST_CASE(a_warning_comes_with_the_list_and_an_error_without) {
  FakeHost host([](const auto&) {
    return Reply{ISDSC_OPERATION_NOT_ALL_SUCCESS, std::vector<std::string>{"iqn.one"}};
  });
  GuardedBytes buffer(40);
  ULONG size = 20;
  BOOST_TEST(ReportIScsiTargetsW(1, &size, buffer.as<WCHAR>()) == ISDSC_OPERATION_NOT_ALL_SUCCESS);
  BOOST_TEST(buffer.text_at(buffer.as<WCHAR>()) == "iqn.one");
  host.answer = broken;
  size = 20;
  BOOST_TEST(ReportIScsiTargetsW(1, &size, buffer.as<WCHAR>()) == ISDSC_SERVICE_DID_NOT_RESPOND);
  BOOST_TEST(size == 20u);
  BOOST_TEST(ReportIScsiTargetsW(1, nullptr, nullptr) == ERROR_INVALID_PARAMETER);
}

BOOST_AUTO_TEST_SUITE_END()
