// The host against a target of explicit bytes: discovery, login, the LUN scan, commands, loss and
// return, logout.
#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/host_test_world.hpp"
#include "initiator/host/status_code.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::testing;
using namespace std::literals;

namespace {

constexpr unsigned kReportLuns = 0xA0, kInquiry = 0x12, kTestUnitReady = 0x00, kReadCapacity = 0x25;
constexpr std::string_view kOneTarget = "TargetName=iqn.one\0TargetAddress=10.0.0.10:3260,1\0"sv;

Bytes octets(std::initializer_list<unsigned> values) {
  Bytes made;
  for (const unsigned value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}
const Bytes kUnitAttention =
    octets({0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0});  // SPC-4 table 48

/// Units 0 and 7 exist, 1 has no device behind it; each unit starts with two unit attentions.
struct Units {
  std::map<unsigned, int> attentions{{0, 2}, {7, 2}};
  std::vector<std::pair<unsigned, unsigned>> seen;  // unit, operation code

  ScsiAnswer operator()(unsigned lun, const Bytes& cdb) {
    const unsigned code = u8(cdb, 0);
    seen.emplace_back(lun, code);
    if (code == kReportLuns)
      return {0,
              octets({0, 0, 0, 24, 0, 0, 0, 0,  //
                      0, 0, 0, 0,  0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0}),
              {}};
    if (code == kInquiry) return {0, octets({lun == 1 ? 0x3Fu : 0x00u, 0, 6, 2, 0}), {}};
    if (attentions[lun] > 0) {
      --attentions[lun];
      return {2, {}, kUnitAttention};
    }
    if (code == kReadCapacity) return {0, octets({0, 1, 0xFF, 0xFF, 0, 0, 2, 0}), {}};
    return {};
  }
};

struct HostFixture {
  HostTestWorld world;
  Units units;
  DirectHost host;

  explicit HostFixture(DirectHostConfig config = {}) : host(world, std::move(config)) {
    world.script.send_targets = kOneTarget;
    world.script.scsi = [this](unsigned lun, const Bytes& cdb) { return units(lun, cdb); };
  }
  StatusCode discover() {
    AddSendTargetPortal request;
    request.portal = {"", "10.0.0.10", 3260};
    return host.call(request).code;
  }
  static LoginTarget login_request() {
    LoginTarget request;
    request.target_name = "iqn.one";
    return request;
  }
  Reply log_in(LoginTarget request = login_request()) { return host.call(std::move(request)); }
  UniqueId logged_in() {
    discover();
    return std::get<LoginReply>(log_in().data).session;
  }
  Reply read_capacity(const UniqueId& session, unsigned lun = 0) {
    SendScsi request;
    request.session = session;
    request.lun = lun;
    request.cdb = octets({kReadCapacity, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    request.data_in_bytes = 8;
    return host.call(request);
  }
  std::vector<SessionInfo> sessions() {
    return std::get<std::vector<SessionInfo>>(host.call(ListSessions{}).data);
  }
  std::vector<std::string> targets(bool force = false) {
    return std::get<std::vector<std::string>>(host.call(ReportTargets{force}).data);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(direct_host)

// ASTP-R1, LT-R6
BOOST_FIXTURE_TEST_CASE(a_portal_is_asked_for_its_targets, HostFixture) {
  BOOST_TEST(discover() == 0u);
  BOOST_TEST(targets() == std::vector<std::string>{"iqn.one"}, boost::test_tools::per_element());
  BOOST_TEST(world.script.logouts == 1u);
  BOOST_TEST(world.attached() == 0u);  // a discovery session leaves nothing behind
}

// ASTP-R6
BOOST_FIXTURE_TEST_CASE(a_portal_that_does_not_answer_is_stored_all_the_same, HostFixture) {
  world.script.listening.clear();
  BOOST_TEST(discover() == status_code::kConnectionFailed);
  BOOST_TEST(host.state().portals().size() == 1u);
  BOOST_TEST(targets().empty());
  world.script.listening.insert("10.0.0.10:3260");
  BOOST_TEST(targets(true).size() == 1u);
}

// ASTP-R7
BOOST_FIXTURE_TEST_CASE(a_portal_that_refuses_us_is_stored_all_the_same, HostFixture) {
  world.script.login_status = 0x0201;
  BOOST_TEST(discover() == status_code::kAuthenticationFailure);
  BOOST_TEST(host.state().portals().size() == 1u);
}

// LT-R5, R10
BOOST_FIXTURE_TEST_CASE(force_update_asks_all_portals_and_warns_when_some_fail, HostFixture) {
  discover();
  AddSendTargetPortal dead;
  dead.portal = {"", "10.9.9.9", 3260};
  host.call(dead);
  world.script.send_targets = "TargetName=iqn.two\0"s;
  const Reply reply = host.call(ReportTargets{true});
  BOOST_TEST(reply.code == status_code::kOperationNotAllSuccess);
  BOOST_TEST(std::get<std::vector<std::string>>(reply.data) == std::vector<std::string>{"iqn.two"},
             boost::test_tools::per_element());
  world.script.listening.clear();
  BOOST_TEST(host.call(ReportTargets{true}).code == status_code::kConnectionFailed);
  BOOST_TEST(targets().size() == 1u);  // what was known stays known
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_is_no_list_is_said_to_be_none, HostFixture) {
  world.script.send_targets = "TargetName=iqn one\0"s;  // a blank in a name
  BOOST_TEST(discover() == status_code::kInvalidSendTargetsText);
  BOOST_TEST(targets().empty());
}

// LIT-R1, R5, R8
BOOST_FIXTURE_TEST_CASE(a_login_finds_the_units_and_takes_their_unit_attentions, HostFixture) {
  discover();
  const Reply reply = log_in();
  BOOST_TEST(reply.code == 0u);
  const auto mappings = std::get<std::vector<MappingInfo>>(host.call(ListMappings{}).data);
  BOOST_TEST_REQUIRE(mappings.size() == 1u);
  BOOST_TEST(mappings[0].target_name == "iqn.one");
  BOOST_TEST((mappings[0].session == std::get<LoginReply>(reply.data).session));
  BOOST_TEST_REQUIRE(mappings[0].luns.size() == 2u);
  BOOST_TEST(!mappings[0].initiator_name.empty());
  BOOST_TEST(mappings[0].initiator_name == host.state().config().initiator_instance);
  BOOST_TEST(mappings[0].luns[0].os_lun == 0u);
  BOOST_TEST(mappings[0].luns[1].os_lun == 7u);
  BOOST_TEST(mappings[0].luns[1].target_lun == 7u);
  BOOST_TEST(mappings[0].luns[1].target_lun_raw == 0x0007'0000'0000'0000u);
  BOOST_TEST(units.attentions[0] == 0);
  BOOST_TEST(units.attentions[7] == 0);
  for (const auto& [lun, code] : units.seen)
    BOOST_TEST((code == kReportLuns || code == kInquiry || code == kTestUnitReady));
}

// LIT-R4, RATM-R19, SRC-R24, R26
BOOST_FIXTURE_TEST_CASE(an_informational_session_is_not_scanned_nor_mapped_but_takes_commands,
                        HostFixture) {
  discover();
  LoginTarget request = login_request();
  request.informational = true;
  const UniqueId id = std::get<LoginReply>(log_in(request).data).session;
  BOOST_TEST(units.seen.empty());
  BOOST_TEST(std::get<std::vector<MappingInfo>>(host.call(ListMappings{}).data).empty());
  BOOST_TEST(sessions().size() == 1u);
  const Reply reply = read_capacity(id);
  BOOST_TEST(reply.code == 0u);
  const ScsiReply& scsi = std::get<ScsiReply>(reply.data);
  BOOST_TEST(scsi.answered);
  BOOST_TEST(scsi.scsi_status == 2);
  BOOST_TEST((scsi.sense == kUnitAttention));
  BOOST_TEST(units.seen.size() == 1u);  // no hidden retry
}

// LIT-R3, R10, R12, R13, R6
BOOST_FIXTURE_TEST_CASE(logins_that_cannot_be_are_refused_before_the_wire, HostFixture) {
  BOOST_TEST(log_in().code == status_code::kTargetNotFound);
  discover();
  LoginTarget request = login_request();
  request.portal = Portal{"", "10.0.0.99", 3260};
  BOOST_TEST(log_in(request).code == status_code::kPortalNotFound);
  request = login_request();
  request.initiator_port = 0;
  BOOST_TEST(log_in(request).code == status_code::kInvalidPortNumber);
  request = login_request();
  request.target_name = "iqn one";
  BOOST_TEST(log_in(request).code == status_code::kInvalidIscsiName);
  BOOST_TEST(log_in().code == 0u);
  BOOST_TEST(log_in().code == status_code::kTargetAlreadyLoggedIn);
  request = login_request();
  request.options.emplace().login_flags = 0x02;  // MULTIPATH_ENABLED
  BOOST_TEST(log_in(request).code == 0u);
  const auto both = sessions();
  BOOST_TEST_REQUIRE(both.size() == 2u);
  BOOST_TEST((both[0].isid != both[1].isid));
  BOOST_TEST((both[0].id != both[1].id));
}

// LIT-R9, R24
BOOST_FIXTURE_TEST_CASE(an_unreachable_target_is_a_failed_connection_and_no_session, HostFixture) {
  discover();
  world.script.listening.clear();
  BOOST_TEST(log_in().code == status_code::kConnectionFailed);
  BOOST_TEST(sessions().empty());
  BOOST_TEST(world.attached() == 0u);
}

// LIT-R8
BOOST_FIXTURE_TEST_CASE(any_portal_of_the_target_will_do, HostFixture) {
  world.script.send_targets =
      "TargetName=iqn.one\0TargetAddress=10.0.0.8:3260,1\0TargetAddress=10.0.0.9:3261,2\0"s;
  discover();
  world.script.listening = {"10.0.0.9:3261"};
  BOOST_TEST(log_in().code == 0u);
  BOOST_TEST(sessions().at(0).connections.at(0).target_address == "10.0.0.9");
  BOOST_TEST(sessions().at(0).connections.at(0).target_port == 3261);
}

// LIT-R23
BOOST_FIXTURE_TEST_CASE(a_refused_login_has_the_code_of_its_status, HostFixture) {
  discover();
  world.script.login_status = 0x0203;
  BOOST_TEST(log_in().code == status_code::kNotFound);
  world.script.login_status = 0x0301;
  BOOST_TEST(log_in().code == status_code::kServiceUnavailable);
}

// LIT-R15
BOOST_FIXTURE_TEST_CASE(a_persistent_login_is_stored_and_opens_nothing, HostFixture) {
  discover();
  LoginTarget request = login_request();
  request.persistent = true;
  const Reply reply = log_in(request);
  BOOST_TEST(reply.code == 0u);
  BOOST_TEST((std::get<LoginReply>(reply.data).session == UniqueId{}));
  BOOST_TEST(sessions().empty());
  log_in(request);
  BOOST_TEST(host.state().stored_logins().size() == 1u);
}

// LIT-R15
BOOST_AUTO_TEST_CASE(a_persistent_login_that_cannot_be_stored_is_said_to_be_lost) {
  DirectHostConfig config;
  config.sessions_max = 1;
  HostFixture f(std::move(config));
  f.world.script.send_targets =
      "TargetName=iqn.one\0TargetAddress=10.0.0.10:3260,1\0"
      "TargetName=iqn.two\0TargetAddress=10.0.0.10:3260,1\0"s;
  f.discover();
  LoginTarget request = HostFixture::login_request();
  request.persistent = true;
  BOOST_TEST(f.log_in(request).code == 0u);
  BOOST_TEST(f.log_in(request).code == 0u);  // the same once more needs no room
  request.target_name = "iqn.two";
  BOOST_TEST(f.log_in(request).code == 0xEFFF0041u);
  BOOST_TEST(f.host.state().stored_logins().size() == 1u);
}

// LIT-R1, R13, GISL-R1
BOOST_FIXTURE_TEST_CASE(every_session_and_connection_has_an_id_of_its_own, HostFixture) {
  discover();
  LoginTarget request = login_request();
  request.options.emplace().login_flags = 0x02;  // MULTIPATH_ENABLED
  const LoginReply first = std::get<LoginReply>(log_in(request).data);
  const LoginReply second = std::get<LoginReply>(log_in(request).data);
  const std::vector<UniqueId> ids{first.session, first.connection, second.session,
                                  second.connection, UniqueId{}};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) BOOST_TEST((ids[i] != ids[j]));
  }
  for (const UniqueId& id : ids) {
    if (id != UniqueId{}) BOOST_TEST((id.adapter_unique != 0 && id.adapter_specific != 0));
  }
  const auto listed = sessions();
  BOOST_TEST_REQUIRE(listed.size() == 2u);
  BOOST_TEST((listed[0].connections.at(0).id == first.connection));
  BOOST_TEST((listed[1].connections.at(0).id == second.connection));
}

// GISL-R1, R23
BOOST_FIXTURE_TEST_CASE(a_session_is_listed_with_its_connection, HostFixture) {
  const UniqueId id = logged_in();
  const SessionInfo info = sessions().at(0);
  BOOST_TEST((info.id == id));
  BOOST_TEST(info.target_name == "iqn.one");
  BOOST_TEST(info.initiator_name == "iqn.2026-11.org.lunsim:host");
  BOOST_TEST(info.tsih == 0x42);
  BOOST_TEST_REQUIRE(info.connections.size() == 1u);
  BOOST_TEST(info.connections[0].initiator_address == "10.0.0.1");
  BOOST_TEST(info.connections[0].target_address == "10.0.0.10");
}

// SRC-R1, R21
BOOST_FIXTURE_TEST_CASE(a_command_brings_its_data, HostFixture) {
  const UniqueId id = logged_in();
  const Reply reply = read_capacity(id, 7);
  BOOST_TEST(reply.code == 0u);
  BOOST_TEST((std::get<ScsiReply>(reply.data).data_in == octets({0, 1, 0xFF, 0xFF, 0, 0, 2, 0})));
  BOOST_TEST(read_capacity({1, 2}).code == status_code::kInvalidSessionId);
}

// SRC-R25
BOOST_FIXTURE_TEST_CASE(a_command_without_an_answer_times_out, HostFixture) {
  const UniqueId id = logged_in();
  world.script.scsi = [](unsigned, const Bytes&) { return ScsiAnswer{0, {}, {}, true}; };
  BOOST_TEST(read_capacity(id).code == status_code::kSemTimeout);
}

// GISL-R22, SRC-R25
BOOST_FIXTURE_TEST_CASE(a_lost_session_comes_back_with_its_ids_and_its_isid, HostFixture) {
  const UniqueId id = logged_in();
  const std::string isid = world.script.isids.back();
  world.cut_all();
  BOOST_TEST_REQUIRE(sessions().size() == 1u);
  BOOST_TEST(sessions()[0].connections.empty());
  BOOST_TEST((sessions()[0].id == id));
  BOOST_TEST(read_capacity(id).code == status_code::kNoConnectionAvailable);
  world.run_for(3s);  // DefaultTime2Wait is 2 seconds
  BOOST_TEST(sessions()[0].connections.size() == 1u);
  BOOST_TEST((world.script.isids.back() == isid));
  BOOST_TEST(read_capacity(id).code == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_command_under_way_when_the_connection_breaks_is_a_transport_error,
                        HostFixture) {
  const UniqueId id = logged_in();
  world.script.scsi = [](unsigned, const Bytes&) { return ScsiAnswer{0, {}, {}, true}; };
  SendScsi request;
  request.session = id;
  request.cdb = octets({0, 0, 0, 0, 0, 0});
  const OperationId operation = host.start(request);
  world.run_for(1s);
  BOOST_TEST(!host.poll(operation));
  world.cut_all();
  BOOST_TEST_REQUIRE(host.poll(operation));
  BOOST_TEST(host.take(operation).code == status_code::kTransportError);
}

BOOST_AUTO_TEST_CASE(reconnecting_ends_after_the_configured_attempts) {
  DirectHostConfig config;
  config.reconnect.tries_max = 3;
  HostFixture f(std::move(config));
  const UniqueId id = f.logged_in();
  f.world.script.listening.clear();
  f.world.cut_all();
  const auto start = f.world.now();
  // Nothing is left to happen once the attempts are used up.
  f.world.run_until([] { return false; }, start + 1h);
  f.world.script.listening.insert("10.0.0.10:3260");
  f.world.run_for(1h);
  BOOST_TEST(f.sessions().at(0).connections.empty());
  BOOST_TEST(f.host.call(LogoutTarget{id}).code == 0u);
  BOOST_TEST(f.sessions().empty());
}

// LOT-R1, R5, LIT-R14
BOOST_FIXTURE_TEST_CASE(a_logout_ends_the_session_once, HostFixture) {
  const UniqueId id = logged_in();
  BOOST_TEST(host.call(LogoutTarget{id}).code == 0u);
  BOOST_TEST(world.script.logouts == 2u);  // the other was discovery's
  BOOST_TEST(sessions().empty());
  BOOST_TEST(host.call(LogoutTarget{id}).code == status_code::kInvalidSessionId);
  const UniqueId again = std::get<LoginReply>(log_in().data).session;
  BOOST_TEST((again != id));
}

BOOST_FIXTURE_TEST_CASE(a_scan_ends_when_a_target_does_not_answer_and_the_login_stands,
                        HostFixture) {
  discover();
  world.script.scsi = [](unsigned, const Bytes&) { return ScsiAnswer{0, {}, {}, true}; };
  BOOST_TEST(log_in().code == 0u);
  BOOST_TEST(std::get<std::vector<MappingInfo>>(host.call(ListMappings{}).data).at(0).luns.empty());
}

BOOST_FIXTURE_TEST_CASE(unit_attentions_without_end_do_not_hold_the_scan, HostFixture) {
  discover();
  units.attentions = {{0, 1'000'000}, {7, 1'000'000}};
  BOOST_TEST(log_in().code == 0u);
  BOOST_TEST(units.seen.size() == 1u + 3 + 2 * 8);
}

BOOST_FIXTURE_TEST_CASE(a_task_management_function_is_answered, HostFixture) {
  const UniqueId id = logged_in();
  ManageTask request;
  request.session = id;
  request.function = pdu::TaskManagementFunction::logical_unit_reset;
  const OperationId operation = host.start_management(request);
  world.run_until([&] { return host.poll(operation); }, world.now() + 10s);
  const Reply reply = host.take(operation);
  BOOST_TEST(reply.code == 0u);
  BOOST_TEST(std::get<ManagementReply>(reply.data).answered);
  BOOST_TEST(std::get<ManagementReply>(reply.data).response == 0);
}

BOOST_FIXTURE_TEST_CASE(an_operation_taken_too_early_is_abandoned, HostFixture) {
  discover();
  const OperationId operation = host.start(login_request());
  BOOST_TEST(host.take(operation).code == status_code::kSemTimeout);
  BOOST_TEST(world.attached() == 0u);
  BOOST_TEST(log_in().code == 0u);
}

BOOST_FIXTURE_TEST_CASE(commands_that_make_no_sense_are_invalid_parameters, HostFixture) {
  const UniqueId id = logged_in();
  SendScsi request;
  request.session = id;
  BOOST_TEST(host.call(request).code == status_code::kInvalidParameter);
  request.cdb = Bytes(17);
  BOOST_TEST(host.call(request).code == status_code::kInvalidParameter);
  request.cdb = Bytes(10);
  request.data_in_bytes = 0xFFFFFFFF;
  BOOST_TEST(host.call(request).code == status_code::kInvalidParameter);
}

BOOST_AUTO_TEST_CASE(a_host_that_dies_is_no_longer_current) {
  {
    HostFixture f;
    set_current_host(&f.host);
  }
  BOOST_TEST((current_host() == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
