// The parts of the host that need no world: rules of a login, codes of outcomes, lists of units,
// addresses.
#include <boost/test/unit_test.hpp>

#include "initiator/host/discovery.hpp"
#include "initiator/host/host_test_world.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/lun_scan.hpp"
#include "initiator/host/outcome_codes.hpp"
#include "initiator/host/status_code.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::status_code;

namespace {

LoginOptions chap(std::uint32_t type, std::optional<std::string> secret) {
  LoginOptions options;
  options.auth_type = type;
  options.password = std::move(secret);
  return options;
}
StatusCode check(const LoginOptions& options, const DirectHostConfig& config = {}) {
  return check_options(config, options, 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login_rules)

BOOST_AUTO_TEST_CASE(names_have_the_characters_and_length_of_iscsi_names) {
  BOOST_TEST(is_iscsi_name("iqn.2001-04.com.example:storage.disk2"));
  BOOST_TEST(is_iscsi_name("eui.02004567A425678D"));
  BOOST_TEST(is_iscsi_name(std::string(223, 'a')));
  BOOST_TEST(!is_iscsi_name(std::string(224, 'a')));
  BOOST_TEST(!is_iscsi_name(""));
  for (const char* wrong : {"iqn one", "iqn_one", "iqn,one", "iqn/one", "iqn\none"})
    BOOST_TEST(!is_iscsi_name(wrong));
}

// LIT-R16
BOOST_AUTO_TEST_CASE(chap_secrets_have_12_to_16_bytes) {
  for (std::size_t bytes = 0; bytes <= 20; ++bytes) {
    const bool fits = bytes >= 12 && bytes <= 16;
    BOOST_TEST(check(chap(1, std::string(bytes, 's'))) == (fits ? 0 : kInvalidTargetChapSecret));
  }
  BOOST_TEST(check(chap(1, std::nullopt)) == kInvalidTargetChapSecret);
  BOOST_TEST(check(chap(0, "short")) == 0u);  // no CHAP, no rule
}

// LIT-R16
BOOST_AUTO_TEST_CASE(mutual_chap_needs_a_secret_of_the_initiator_that_is_another_one) {
  const LoginOptions options = chap(2, "target-secret");
  DirectHostConfig config;
  BOOST_TEST(check(options, config) == kInvalidInitiatorChapSecret);
  config.initiator_chap_secret = "short";
  BOOST_TEST(check(options, config) == kInvalidInitiatorChapSecret);
  config.initiator_chap_secret = "target-secret";  // RFC 7143 §9.2.1
  BOOST_TEST(check(options, config) == kInvalidInitiatorChapSecret);
  config.initiator_chap_secret = "initiator-secr";
  BOOST_TEST(check(options, config) == 0u);
}

// LIT-R17, R21
BOOST_AUTO_TEST_CASE(values_out_of_range_are_named) {
  LoginOptions options;
  options.version = 1;
  BOOST_TEST(check(options) == kLoginUserInfoBad);
  BOOST_TEST(check(chap(3, "target-secret")) == kInvalidLogonAuthType);
  for (const std::uint32_t connections : {0u, 1u, 65535u, 65536u}) {
    options = {};
    options.maximum_connections = connections;
    const bool fits = connections >= 1 && connections <= 65535;
    BOOST_TEST(check(options) == (fits ? 0 : kLoginUserInfoBad));
  }
  options = {};
  options.header_digest = 2;
  BOOST_TEST(check(options) == kLoginUserInfoBad);
  options = {};
  options.default_time2wait_s = 3601;
  BOOST_TEST(check(options) == kLoginUserInfoBad);
  options = chap(1, "target-secret");
  options.username = "";
  BOOST_TEST(check(options) == kInvalidChapUserName);
}

BOOST_AUTO_TEST_CASE(ipsec_is_not_offered) {
  LoginOptions options;
  options.login_flags = 1;  // REQUIRE_IPSEC
  BOOST_TEST(check(options) == kIpsecNotSupportedOnOs);
  BOOST_TEST(check_options({}, std::nullopt, 0x03) == kIpsecNotSupportedOnOs);
  BOOST_TEST(check_options({}, std::nullopt, 0x42) == 0u);  // not VALID: ignored (AIC-R8)
}

// LIT-R6, ASTP-R3
BOOST_AUTO_TEST_CASE(ports_and_instances) {
  const DirectHostConfig config;
  BOOST_TEST(check_initiator(config, std::nullopt, 0xFFFFFFFF) == 0u);
  BOOST_TEST(check_initiator(config, std::nullopt, 0) == kInvalidPortNumber);
  BOOST_TEST(check_initiator(config, "root\\iscsiprt\\0000_0", 0) == 0u);
  BOOST_TEST(check_initiator(config, "ROOT\\ISCSIPRT\\0000_0", 1) == kInvalidPortNumber);
  BOOST_TEST(check_initiator(config, "another", 0xFFFFFFFF) == kInitiatorInstanceNotFound);
}

// LIT-R19
BOOST_AUTO_TEST_CASE(options_become_a_login) {
  DirectHostConfig config;
  config.initiator_chap_secret = "initiator-secr";
  LoginOptions options = chap(2, "target-secret");
  options.header_digest = 1;
  options.default_time2wait_s = 5;
  login::InitiatorLoginConfig made = login_config(config, options, "iqn.one", config.isid);
  BOOST_TEST(made.target_name == "iqn.one");
  BOOST_TEST(made.chap.value().name == config.initiator_name);
  BOOST_TEST(made.chap.value().secret == "target-secret");
  BOOST_TEST(made.mutual.value().secret == "initiator-secr");
  BOOST_TEST(!made.allow_none);
  BOOST_TEST(made.wishes.header_digest_crc32c);
  BOOST_TEST(!made.wishes.data_digest_crc32c);
  BOOST_TEST(made.wishes.session.default_time2wait_s == 5);
  options.username = "alice";
  made = login_config(config, options, "iqn.one", config.isid);
  BOOST_TEST(made.chap.value().name == "alice");
  made = login_config(config, std::nullopt, "", config.isid);
  BOOST_TEST(!made.chap.has_value());
  BOOST_TEST(made.allow_none);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(outcome_codes)

BOOST_AUTO_TEST_CASE(each_login_status_has_its_code) {
  const std::pair<std::uint16_t, StatusCode> rows[] = {
      {0x0101, 0xEFFF0006}, {0x0102, 0xEFFF0007}, {0x0200, 0xEFFF0008}, {0x0201, 0xEFFF0009},
      {0x0202, 0xEFFF000A}, {0x0203, 0xEFFF000B}, {0x0204, 0xEFFF000C}, {0x0205, 0xEFFF000D},
      {0x0206, 0xEFFF000E}, {0x0207, 0xEFFF000F}, {0x0208, 0xEFFF0010}, {0x0209, 0xEFFF0011},
      {0x02FF, 0xEFFF0008}, {0x0300, 0xEFFF0012}, {0x0301, 0xEFFF0013}, {0x0302, 0xEFFF0014},
      {0x03FF, 0xEFFF0012}, {0x0400, 0xEFFF0002}};
  for (const auto& [status, code] : rows) BOOST_TEST(code_of(login::LoginStatus{status}) == code);
}

BOOST_AUTO_TEST_CASE(each_way_of_failing_has_its_code) {
  using Why = LoginFailed::Why;
  LoginFailed failure;
  failure.why = Why::connect;
  BOOST_TEST(code_of(failure) == kConnectionFailed);
  failure.why = Why::redirected_too_often;
  failure.status = login::kTargetMovedPermanently;
  BOOST_TEST(code_of(failure) == kTargetMovedPermanently);
  failure.why = Why::authentication;
  BOOST_TEST(code_of(failure) == kAuthenticationFailure);
  failure.why = Why::timed_out;
  BOOST_TEST(code_of(failure) == kLoginFailed);
  BOOST_TEST(code_of(CommandOutcome::completed, true) == 0u);
  BOOST_TEST(code_of(CommandOutcome::timed_out, true) == kSemTimeout);
  BOOST_TEST(code_of(CommandOutcome::connection_lost, false) == kTransportError);
  BOOST_TEST(code_of(CommandOutcome::refused, true) == kSessionBusy);
  BOOST_TEST(code_of(CommandOutcome::refused, false) == kNoConnectionAvailable);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(report_luns_data)

BOOST_AUTO_TEST_CASE(a_list_ends_where_its_length_or_its_bytes_end) {
  std::vector<std::byte> data(8 + 16);
  data[8 + 1] = std::byte{5};
  data[16 + 1] = std::byte{6};
  data[3] = std::byte{16};
  BOOST_TEST(lun_fields_of(data).size() == 2u);
  BOOST_TEST(lun_fields_of(data)[1] == 0x0006'0000'0000'0000u);
  data[3] = std::byte{8};
  BOOST_TEST(lun_fields_of(data).size() == 1u);
  data[0] = std::byte{0xFF};
  BOOST_TEST(lun_fields_of(data).size() == 2u);
  for (std::size_t size = 0; size < data.size(); ++size)
    BOOST_TEST(lun_fields_of(std::span(data).first(size)).size() <= 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(send_targets_records)

BOOST_AUTO_TEST_CASE(a_target_without_an_address_is_where_it_was_told_of) {
  const runtime::Endpoint portal{"10.0.0.1", 3260};
  const auto targets = targets_of({{"iqn.one", {}},
                                   {"iqn.two", {"[::1]:3261,2", "10.0.0.2,1", "10.0.0.3:99999"}},
                                   {"iqn.\xFF", {}}},
                                  portal);
  BOOST_TEST_REQUIRE(targets.size() == 2u);
  BOOST_TEST((targets[0].addresses == std::vector<runtime::Endpoint>{portal}));
  BOOST_TEST(
      (targets[1].addresses == std::vector<runtime::Endpoint>{{"::1", 3261}, {"10.0.0.2", 3260}}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(host_state)

BOOST_AUTO_TEST_CASE(isids_are_distinct_and_the_first_free_one_is_used_again) {
  initiator::testing::HostTestWorld world;
  HostState state(world, {});
  const UniqueId first = state.make_record("iqn.one", false)->id;
  const pdu::Isid isid = state.find_record(first)->isid;
  SessionRecord* second = state.make_record("iqn.one", false);
  BOOST_TEST((second->isid != isid));
  BOOST_TEST(second->os_target == 1u);
  state.forget_session(first);
  SessionRecord* third = state.make_record("iqn.two", false);
  BOOST_TEST((third->isid == isid));
  BOOST_TEST((third->id != first));
  BOOST_TEST(third->os_target == 0u);
}

BOOST_AUTO_TEST_CASE(free_numbers_are_given_out_from_the_lowest_on) {
  FreeNumbers numbers{1};
  BOOST_TEST(numbers.take_lowest() == 1u);
  numbers.take(4);
  BOOST_TEST(!numbers.is_free(4));
  BOOST_TEST(numbers.is_free(3));
  BOOST_TEST(numbers.is_free(5));
  for (const std::uint32_t next : {2u, 3u, 5u}) BOOST_TEST(numbers.take_lowest() == next);
  numbers.give_back(4);
  numbers.give_back(1);
  for (const std::uint32_t next : {1u, 4u, 6u}) BOOST_TEST(numbers.take_lowest() == next);
}

// Against the definition: what is free is asked of all sessions, one by one.
BOOST_AUTO_TEST_CASE(each_of_many_sessions_has_the_lowest_numbers_that_no_other_has) {
  SessionBook book(pdu::Isid{});
  std::vector<UniqueId> ids;
  const auto is_used = [&](auto number_of, std::uint32_t number) {
    for (const auto& [id, record] : book.all())
      if (number_of(*record) == number) return true;
    return false;
  };
  const auto lowest = [&](auto number_of, std::uint32_t number) {
    while (is_used(number_of, number)) ++number;
    return number;
  };
  const auto place = [](const SessionRecord& record) { return record.isid_place; };
  const auto target = [](const SessionRecord& record) { return record.os_target; };
  const auto device = [](const SessionRecord& record) {
    return record.units.empty() ? 0 : record.units[0].device_number;
  };
  for (std::uint32_t i = 0; i < 400; ++i) {
    const std::uint32_t place_due = lowest(place, 0), device_due = lowest(device, 1);
    std::uint32_t target_due = lowest(target, 0);
    std::optional<std::uint32_t> wish;
    if (i % 5 == 4 && !book.is_os_target_used(i / 2)) target_due = *(wish = i / 2);
    SessionRecord& record = book.add("iqn.us", i % 2 == 0 ? "iqn.even" : "iqn.odd", false, wish);
    if (i % 4 != 0) book.set_units(record, {ScannedUnit{}});
    ids.push_back(record.id);
    BOOST_TEST(record.isid_place == place_due);
    BOOST_TEST(record.os_target == target_due);
    BOOST_TEST(device(record) == (i % 4 != 0 ? device_due : 0u));
    if (i % 3 == 2) book.forget(ids[i * 7 % ids.size()]);
  }
  for (std::size_t i = 0; i < ids.size(); i += 2) book.forget(ids[i]);
  BOOST_TEST(!book.has_session_to("iqn.even"));
  BOOST_TEST(book.has_session_to("iqn.odd"));
  BOOST_TEST((book.find(ids[0]) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_target_is_found_in_any_case_and_has_the_addresses_of_all_portals) {
  initiator::testing::HostTestWorld world;
  HostState state(world, {});
  AddSendTargetPortal portal;
  portal.portal = {"", "10.0.0.1", 3260};
  state.store_portal(portal)->targets = {{"iqn.One", {{"a", 1}, {"b", 2}}}};
  portal.portal.address = "10.0.0.2";
  state.store_portal(portal)->targets = {{"iqn.One", {{"b", 2}, {"c", 3}}}, {"iqn.one", {}}};
  portal.portal.symbolic_name = "again";
  state.store_portal(portal);
  BOOST_TEST(state.portals().size() == 2u);
  BOOST_TEST(state.find_target("iqn.ONE")->name == "iqn.One");
  BOOST_TEST(state.find_target("iqn.ONE")->addresses.size() == 3u);
  BOOST_TEST(state.find_target("iqn.one")->name == "iqn.one");
  BOOST_TEST(!state.find_target("iqn.two").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_stored_is_bounded) {
  initiator::testing::HostTestWorld world;
  DirectHostConfig config;
  config.sessions_max = 2;
  config.portals_max = 1;
  HostState state(world, config);
  AddSendTargetPortal portal;
  portal.portal.address = "a";
  BOOST_TEST((state.store_portal(portal) != nullptr));
  portal.portal.address = "b";
  BOOST_TEST((state.store_portal(portal) == nullptr));
  state.make_record("x", false);
  state.make_record("x", false);
  BOOST_TEST((state.make_record("x", false) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
