// Further connections of a session: a login with its TSIH and a CID of its own, and a logout of the
// connection alone.  RFC 7143 §6.3.4, §11.14
#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/host_test_world.hpp"
#include "initiator/host/status_code.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::testing;
using namespace lunsim::initiator::status_code;

namespace {

struct ConnectionsFixture {
  HostTestWorld world;
  DirectHost host{world, {}};
  UniqueId session, leading;

  ConnectionsFixture() {
    AddStaticTarget target;
    target.target_name = "iqn.one";
    target.portal_group = {{"", "10.0.0.10", 3260}};
    host.call(target);
    LoginTarget login;
    login.target_name = "iqn.one";
    login.options.emplace();
    login.options->maximum_connections = 3;
    const LoginReply ids = std::get<LoginReply>(host.call(login).data);
    session = ids.session;
    leading = ids.connection;
  }
  Reply add(AddConnection request = {}) {
    request.session = session;
    return host.call(std::move(request));
  }
  UniqueId added() { return std::get<LoginReply>(add().data).connection; }
  StatusCode remove(const UniqueId& connection) {
    return host.call(RemoveConnection{session, connection}).code;
  }
  std::vector<ConnectionInfo> connections() {
    return std::get<std::vector<SessionInfo>>(host.call(ListSessions{}).data).at(0).connections;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_operations)

// AIC-R12, R14, RIC-R1, R3 to R6
BOOST_FIXTURE_TEST_CASE(connections_come_and_go_within_the_limit, ConnectionsFixture) {
  BOOST_TEST(remove(leading) == kCantRemoveLastConnection);
  const std::size_t logins = world.script.login_texts.size();
  const UniqueId second = added(), third = added();
  BOOST_TEST((second != third));
  BOOST_TEST(add().code == kTooManyConnections);
  BOOST_TEST(world.script.login_texts.size() == 3 * logins);  // as many requests each
  const auto listed = connections();
  BOOST_TEST_REQUIRE(listed.size() == 3u);
  BOOST_TEST((listed[0].id == leading));
  BOOST_TEST(listed[1].cid == 2u);
  BOOST_TEST(listed[2].cid == 3u);
  BOOST_TEST(remove(leading) == kCannotRemoveLeadingConnection);
  BOOST_TEST(remove(UniqueId{1, 1}) == kInvalidConnectionId);
  BOOST_TEST(remove(second) == 0u);
  BOOST_TEST(remove(second) == kInvalidConnectionId);
  BOOST_TEST(connections().size() == 2u);
  BOOST_TEST((added() != second));
  BOOST_TEST(connections().at(2).cid == 2u);  // a number that is free again
  BOOST_TEST(host.call(RemoveConnection{UniqueId{1, 1}, second}).code == kInvalidSessionId);
}

// AIC-R5, R10, R13
BOOST_FIXTURE_TEST_CASE(what_makes_no_sense_is_refused_before_anything_is_sent,
                        ConnectionsFixture) {
  const std::size_t logins = world.script.login_texts.size();
  AddConnection request;
  request.security_flags = 0x01 | 0x04 | 0x08;
  BOOST_TEST(add(request).code == kInvalidParameter);
  request.security_flags = 0x04 | 0x08;  // not valid: ignored
  request.initiator_port = 7;
  BOOST_TEST(add(request).code == kInvalidPortNumber);
  request.initiator_port = kAnyInitiatorPort;
  request.portal = Portal{};
  BOOST_TEST(add(request).code == kNoPortalSpecified);
  request.portal = Portal{"", "10.0.0.99", 3260};
  BOOST_TEST(add(request).code == kConnectionFailed);
  BOOST_TEST(world.script.login_texts.size() == logins);
  host.call(LogoutTarget{session});
  BOOST_TEST(add().code == kInvalidSessionId);
}

BOOST_FIXTURE_TEST_CASE(a_connection_that_is_lost_is_listed_no_more, ConnectionsFixture) {
  added();
  world.script.listening.clear();
  world.cut_all();
  BOOST_TEST(connections().empty());
  BOOST_TEST(add().code == kNoConnectionAvailable);
  world.script.listening.insert("10.0.0.10:3260");
  world.run_for(std::chrono::seconds{10});
  BOOST_TEST(connections().size() == 1u);
  added();
  BOOST_TEST(connections().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_refused_connection_leaves_the_session_as_it_was, ConnectionsFixture) {
  world.script.login_status = 0x0206;
  BOOST_TEST(add().code == kTooManyConnections);
  world.script.login_status = 0;
  BOOST_TEST(connections().size() == 1u);
  BOOST_TEST(world.attached() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
