// LoginIScsiTarget, LogoutIScsiTarget, AddIScsiSendTargetPortal: what a caller's arguments become,
// and what comes back.
#include <boost/test/unit_test.hpp>
#include <string>

#include "initiator/api/api_test_doubles.hpp"

using namespace lunsim;
using namespace lunsim::api::testing;
using initiator::LoginTarget;
using initiator::Reply;

namespace {

Reply logged_in(const initiator::Request&) {
  return {0, initiator::LoginReply{{0xAA, 1}, {0xAA, 0x81}}};
}
Reply done(const initiator::Request&) { return {}; }

template <class Char>
void fill(Char* array, const char* text) {
  do *array++ = static_cast<Char>(*text);
  while (*text++ != '\0');
}

struct Ids {
  ISCSI_UNIQUE_SESSION_ID session{7, 7};
  ISCSI_UNIQUE_CONNECTION_ID connection{7, 7};
};

ISDSC_STATUS log_in(Ids& ids, const char16_t* name, ISCSI_LOGIN_OPTIONS* options = nullptr,
                    BOOLEAN persistent = 0) {
  std::u16string copy(name);
  return LoginIScsiTargetW(copy.data(), 0, nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0, nullptr,
                           options, 0, nullptr, persistent, &ids.session, &ids.connection);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login_face)

// LIT-R1
BOOST_AUTO_TEST_CASE(a_login_gives_both_ids) {
  FakeHost host(logged_in);
  Ids ids;
  BOOST_TEST(log_in(ids, u"iqn.one") == ERROR_SUCCESS);
  BOOST_TEST(ids.session.AdapterUnique == 0xAAu);
  BOOST_TEST(ids.session.AdapterSpecific == 1u);
  BOOST_TEST(ids.connection.AdapterUnique == 0xAAu);
  BOOST_TEST(ids.connection.AdapterSpecific == 0x81u);
  BOOST_TEST(host.last<LoginTarget>().target_name == "iqn.one");
}

// LIT-R2, R12
BOOST_AUTO_TEST_CASE(a_failed_login_leaves_the_ids_alone) {
  FakeHost host([](const auto&) { return Reply{ISDSC_TARGET_ALREADY_LOGGED_IN, {}}; });
  Ids ids;
  BOOST_TEST(log_in(ids, u"iqn.one") == ISDSC_TARGET_ALREADY_LOGGED_IN);
  const auto are_untouched = [&] {
    return ids.session.AdapterUnique == 7 && ids.session.AdapterSpecific == 7 &&
           ids.connection.AdapterUnique == 7 && ids.connection.AdapterSpecific == 7;
  };
  BOOST_TEST(are_untouched());
  // Not even if the failing host brings ids along.
  host.answer = [](const auto&) {
    return Reply{ISDSC_LOGIN_FAILED, initiator::LoginReply{{0xAA, 1}, {0xAA, 0x81}}};
  };
  BOOST_TEST(log_in(ids, u"iqn.one") == ISDSC_LOGIN_FAILED);
  BOOST_TEST(are_untouched());
}

// LIT-R15
BOOST_AUTO_TEST_CASE(a_persistent_login_zeroes_the_ids_and_needs_none) {
  FakeHost host([](const auto&) { return Reply{0, initiator::LoginReply{}}; });
  Ids ids;
  BOOST_TEST(log_in(ids, u"iqn.one", nullptr, 1) == ERROR_SUCCESS);
  BOOST_TEST(ids.session.AdapterUnique == 0u);
  BOOST_TEST(ids.connection.AdapterSpecific == 0u);
  BOOST_TEST(host.last<LoginTarget>().persistent);
  WCHAR name[] = u"iqn.one";
  BOOST_TEST(LoginIScsiTargetW(name, 0, nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0, nullptr,
                               nullptr, 0, nullptr, 1, nullptr, nullptr) == ERROR_SUCCESS);
}

BOOST_AUTO_TEST_CASE(null_pointers_that_must_not_be_are_invalid_parameters) {
  FakeHost host(logged_in);
  Ids ids;
  CHAR name[] = "iqn.one";
  const ULONG any = ISCSI_ANY_INITIATOR_PORT;
  BOOST_TEST(LoginIScsiTargetA(nullptr, 0, nullptr, any, nullptr, 0, nullptr, nullptr, 0, nullptr,
                               0, &ids.session, &ids.connection) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(LoginIScsiTargetA(name, 0, nullptr, any, nullptr, 0, nullptr, nullptr, 0, nullptr, 0,
                               nullptr, &ids.connection) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(LoginIScsiTargetA(name, 0, nullptr, any, nullptr, 0, nullptr, nullptr, 0, nullptr, 0,
                               &ids.session, nullptr) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(LoginIScsiTargetA(name, 0, nullptr, any, nullptr, 0, nullptr, nullptr, 5, nullptr, 0,
                               &ids.session, &ids.connection) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(host.requests.empty());
}

// LIT-R4, R6, R9, R10: all arguments reach the host, in both forms; the portal's arrays may be full
// and lie anywhere
BOOST_AUTO_TEST_CASE(every_argument_reaches_the_host) {
  FakeHost host(logged_in);
  Ids ids;
  ISCSI_TARGET_PORTALA portal{};
  fill(portal.SymbolicName, "front");
  fill(portal.Address, "10.0.0.10");
  portal.Socket = 3261;
  GuardedBytes memory(sizeof(portal));
  std::memcpy(memory.data(), &portal, sizeof(portal));
  CHAR name[] = "iqn.one", instance[] = "ROOT\\ISCSIPRT\\0000_0";
  BOOST_TEST(LoginIScsiTargetA(name, 5, instance, 0, memory.as<ISCSI_TARGET_PORTALA>(), 0x41,
                               nullptr, nullptr, 0, nullptr, 0, &ids.session,
                               &ids.connection) == ERROR_SUCCESS);
  const auto& request = host.last<LoginTarget>();
  BOOST_TEST(request.informational);
  BOOST_TEST(request.initiator_instance.value() == "ROOT\\ISCSIPRT\\0000_0");
  BOOST_TEST(request.initiator_port == 0u);
  BOOST_TEST(request.portal.value().symbolic_name == "front");
  BOOST_TEST(request.portal.value().address == "10.0.0.10");
  BOOST_TEST(request.portal.value().port == 3261);
  BOOST_TEST(request.security_flags == 0x41u);
  BOOST_TEST(!request.options.has_value());
}

BOOST_AUTO_TEST_CASE(an_address_array_without_a_nul_is_refused_and_read_to_its_end_only) {
  FakeHost host(done);
  ISCSI_TARGET_PORTALW portal;
  std::fill(std::begin(portal.SymbolicName), std::end(portal.SymbolicName), u'\xD800');  // garbage
  std::fill(std::begin(portal.Address), std::end(portal.Address), u'a');
  portal.Socket = 1;
  BOOST_TEST(AddIScsiSendTargetPortalW(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr, 0, &portal) ==
             ERROR_INVALID_PARAMETER);
  BOOST_TEST(host.requests.empty());
  portal.Address[255] = 0;
  BOOST_TEST(AddIScsiSendTargetPortalW(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr, 0, &portal) ==
             ERROR_SUCCESS);
  const auto& request = host.last<initiator::AddSendTargetPortal>();
  BOOST_TEST(request.portal.address == std::string(255, 'a'));
  BOOST_TEST(request.portal.symbolic_name == "");
}

BOOST_AUTO_TEST_CASE(a_symbolic_name_without_a_nul_is_left_out) {
  FakeHost host(done);
  ISCSI_TARGET_PORTALA portal{};
  fill(portal.Address, "::1");
  std::fill(std::begin(portal.SymbolicName), std::end(portal.SymbolicName), 'n');
  BOOST_TEST(AddIScsiSendTargetPortalA(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr, 0, &portal) ==
             ERROR_SUCCESS);
  BOOST_TEST(host.last<initiator::AddSendTargetPortal>().portal.symbolic_name == "");
}

// LIT-R18, R20
BOOST_AUTO_TEST_CASE(only_specified_options_count) {
  FakeHost host(logged_in);
  Ids ids;
  UCHAR user[] = {'a', 'b', 'c'}, secret[] = {'0', '1', '\0', '3'};
  ISCSI_LOGIN_OPTIONS options{};
  options.LoginFlags = ISCSI_LOGIN_FLAG_MULTIPATH_ENABLED;
  options.AuthType = ISCSI_CHAP_AUTH_TYPE;
  options.HeaderDigest = ISCSI_DIGEST_TYPE_CRC32C;
  options.MaximumConnections = 4;
  options.Username = user;
  options.UsernameLength = 2;
  options.Password = secret;
  options.PasswordLength = 4;
  log_in(ids, u"iqn.one", &options);
  BOOST_TEST(host.last<LoginTarget>().options.value().login_flags == 2u);
  BOOST_TEST(!host.last<LoginTarget>().options.value().auth_type.has_value());
  BOOST_TEST(!host.last<LoginTarget>().options.value().username.has_value());
  options.InformationSpecified = 0xFF;
  log_in(ids, u"iqn.one", &options);
  const initiator::LoginOptions& seen = host.last<LoginTarget>().options.value();
  BOOST_TEST(seen.auth_type.value() == 1u);
  BOOST_TEST(seen.header_digest.value() == 1u);
  BOOST_TEST(seen.data_digest.value() == 0u);
  BOOST_TEST(seen.maximum_connections.value() == 4u);
  BOOST_TEST(seen.username.value() == "ab");
  BOOST_TEST(seen.password.value() == std::string("01\0003", 4));
}

BOOST_AUTO_TEST_CASE(values_that_are_no_enumerators_reach_the_host_as_numbers) {
  FakeHost host(logged_in);
  Ids ids;
  ISCSI_LOGIN_OPTIONS options{};
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_AUTH_TYPE;
  const ULONG value = 0x1234;
  std::memcpy(&options.AuthType, &value, sizeof(value));
  log_in(ids, u"iqn.one", &options);
  BOOST_TEST(host.last<LoginTarget>().options.value().auth_type.value() == 0x1234u);
}

BOOST_AUTO_TEST_CASE(a_secret_with_a_length_and_no_place_is_an_invalid_parameter) {
  FakeHost host(logged_in);
  Ids ids;
  ISCSI_LOGIN_OPTIONS options{};
  options.InformationSpecified = ISCSI_LOGIN_OPTIONS_PASSWORD;
  options.PasswordLength = 12;
  BOOST_TEST(log_in(ids, u"iqn.one", &options) == ERROR_INVALID_PARAMETER);
  BOOST_TEST(host.requests.empty());
}

BOOST_AUTO_TEST_CASE(text_that_is_none_is_not_translated) {
  FakeHost host(logged_in);
  Ids ids;
  BOOST_TEST(log_in(ids, u"iqn.\xD800") == ERROR_NO_UNICODE_TRANSLATION);
  CHAR name[] = "iqn.\xFF";
  BOOST_TEST(LoginIScsiTargetA(name, 0, nullptr, ISCSI_ANY_INITIATOR_PORT, nullptr, 0, nullptr,
                               nullptr, 0, nullptr, 0, &ids.session,
                               &ids.connection) == ERROR_NO_UNICODE_TRANSLATION);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(logout_face)

// LOT-R1, R2, R5
BOOST_AUTO_TEST_CASE(it_passes_the_id_and_returns_the_code) {
  ISCSI_UNIQUE_SESSION_ID id{0xAA, 5};
  BOOST_TEST(LogoutIScsiTarget(&id) == ISDSC_SERVICE_NOT_RUNNING);
  FakeHost host(done);
  BOOST_TEST(LogoutIScsiTarget(&id) == ERROR_SUCCESS);
  BOOST_TEST((host.last<initiator::LogoutTarget>().session == initiator::UniqueId{0xAA, 5}));
  host.answer = [](const auto&) { return Reply{ISDSC_INVALID_SESSION_ID, {}}; };
  BOOST_TEST(LogoutIScsiTarget(&id) == ISDSC_INVALID_SESSION_ID);
  BOOST_TEST(LogoutIScsiTarget(nullptr) == ERROR_INVALID_PARAMETER);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(add_send_target_portal_face)

// ASTP-R1 to R5, R8, R9, R10
BOOST_AUTO_TEST_CASE(every_argument_reaches_the_host) {
  FakeHost host(done);
  ISCSI_TARGET_PORTALA portal{};
  fill(portal.Address, "::1");
  portal.Socket = 3260;
  BOOST_TEST(AddIScsiSendTargetPortalA(nullptr, ISCSI_ALL_INITIATOR_PORTS, nullptr, 0x40,
                                       &portal) == ERROR_SUCCESS);
  const auto request = host.last<initiator::AddSendTargetPortal>();
  BOOST_TEST(!request.initiator_instance.has_value());
  BOOST_TEST(request.initiator_port == 0xFFFFFFFFu);
  BOOST_TEST(request.security_flags == 0x40u);
  BOOST_TEST(request.portal.address == "::1");
  BOOST_TEST(request.portal.port == 3260);
  BOOST_TEST(AddIScsiSendTargetPortalA(nullptr, 0, nullptr, 0, nullptr) == ERROR_INVALID_PARAMETER);
  host.answer = [](const auto&) { return Reply{ISDSC_CONNECTION_FAILED, {}}; };
  BOOST_TEST(AddIScsiSendTargetPortalA(nullptr, 0, nullptr, 0, &portal) == ISDSC_CONNECTION_FAILED);
}

BOOST_AUTO_TEST_SUITE_END()
