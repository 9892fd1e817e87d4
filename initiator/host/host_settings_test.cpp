// What callers tell a host and get back: static targets, persistent logins and devices, names,
// secrets, servers, IPsec; and that it comes back from a HostConfiguration.
#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/host_test_world.hpp"
#include "initiator/host/random_isid.hpp"
#include "initiator/host/status_code.hpp"

using namespace lunsim;
using namespace lunsim::initiator;
using namespace lunsim::initiator::testing;
using namespace lunsim::initiator::status_code;
using namespace std::literals;

namespace {

struct SettingsFixture {
  HostTestWorld world;
  DirectHost host{world, config()};

  static DirectHostConfig config() {
    DirectHostConfig made;
    made.volumes = {{"E:", "iqn.fixed", 0},
                    {"C:\\Mounts\\Data\\", "IQN.FIXED", 0},
                    {"F:", "iqn.fixed", 7},
                    {"G:", "iqn.of-another", 0}};
    return made;
  }

  StatusCode code(Request request) { return host.call(std::move(request)).code; }
  template <class T>
  T told(Request request) {
    const Reply reply = host.call(std::move(request));
    BOOST_TEST_REQUIRE(reply.code == 0u);
    return std::get<T>(reply.data);
  }
  static AddStaticTarget fixed(const std::string& name = "iqn.fixed") {
    AddStaticTarget request;
    request.target_name = name;
    request.portal_group = {{"", "10.0.0.10", 3260}};
    return request;
  }
  static LoginTarget persistent(const std::string& name) {
    LoginTarget request;
    request.target_name = name;
    request.persistent = true;
    return request;
  }
  std::vector<std::string> targets() { return told<std::vector<std::string>>(ReportTargets{}); }
  TargetInformation about(std::uint32_t info_class, const std::string& mechanism) {
    return told<TargetInformation>(GetTargetInformation{"iqn.fixed", mechanism, info_class});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(host_settings)

// AST-R3 to R5, RST-R3
BOOST_FIXTURE_TEST_CASE(static_targets_are_merged_replaced_hidden_and_removed, SettingsFixture) {
  AddStaticTarget request = fixed();
  request.alias = "one";
  BOOST_TEST(code(request) == 0u);
  AddStaticTarget more;
  more.target_name = "iqn.fixed";
  more.target_flags = 0x04;
  more.portal_group = {{"", "10.0.0.11", 3260}};
  BOOST_TEST(code(more) == 0u);
  BOOST_TEST(about(1, "Static").text == "one");
  BOOST_TEST(about(3, "Static").portal_groups.at(0).size() == 2u);
  more.target_flags = 0x02;
  BOOST_TEST(code(more) == 0u);
  BOOST_TEST(about(1, "Static").text.empty());
  BOOST_TEST(about(6, "Static").number == 2u);
  BOOST_TEST(targets().empty());
  BOOST_TEST(code(RemoveStaticTarget{"iqn.FIXED"}) == 0u);
  BOOST_TEST(code(RemoveStaticTarget{"iqn.fixed"}) == kTargetNotFound);
  BOOST_TEST(code(GetTargetInformation{"iqn.fixed", "Static", 1}) == kTargetNotFound);
}

// GTI-R4, R6, R7
BOOST_FIXTURE_TEST_CASE(each_mechanism_tells_what_it_knows, SettingsFixture) {
  world.script.send_targets = "TargetName=iqn.fixed\0TargetAddress=10.0.0.12:3260,7\0"s;
  AddSendTargetPortal portal;
  portal.portal = {"", "10.0.0.10", 3260};
  BOOST_TEST(code(portal) == 0u);
  code(fixed());
  const auto mechanisms =
      told<TargetInformation>(GetTargetInformation{"iqn.fixed", std::nullopt, 2}).mechanisms;
  BOOST_TEST_REQUIRE(mechanisms.size() == 2u);
  BOOST_TEST(about(3, mechanisms[0]).portal_groups.at(0).at(0).address == "10.0.0.12");
  BOOST_TEST(about(3, mechanisms[1]).portal_groups.at(0).at(0).address == "10.0.0.10");
  BOOST_TEST(code(GetTargetInformation{"iqn.fixed", std::nullopt, 3}) ==
             kDiscoveryMechanismNotFound);
  BOOST_TEST(code(GetTargetInformation{"iqn.fixed", "iSNS", 3}) == kDiscoveryMechanismNotFound);
  BOOST_TEST(code(GetTargetInformation{"iqn.fixed", "Static", 8}) == kInvalidParameter);
  BOOST_TEST(code(GetTargetInformation{"iqn.fixed", "Static", 4}) == kTargetMappingUnavailable);
  ListTargetPortals of_tag{std::nullopt, "iqn.fixed", 7};
  BOOST_TEST(told<std::vector<Portal>>(of_tag).size() == 1u);
  of_tag.portal_group_tag.reset();
  BOOST_TEST(told<std::vector<Portal>>(of_tag).size() == 2u);
}

// LIT-R11, R22
BOOST_FIXTURE_TEST_CASE(a_static_target_is_logged_in_to_as_it_was_added, SettingsFixture) {
  AddStaticTarget nowhere;
  nowhere.target_name = "iqn.nowhere";
  code(nowhere);
  LoginTarget request;
  request.target_name = "iqn.nowhere";
  BOOST_TEST(code(request) == kNoPortalSpecified);
  AddStaticTarget somewhere = fixed();
  somewhere.mapping.emplace();
  somewhere.mapping->os_target = 9;
  code(somewhere);
  request.target_name = "iqn.fixed";
  BOOST_TEST(code(request) == 0u);
  const auto mappings = told<std::vector<MappingInfo>>(ListMappings{});
  BOOST_TEST(mappings.at(0).os_target == 9u);
  request.options.emplace();
  request.options->login_flags = 0x02;
  BOOST_TEST(code(request) == kTargetMappingExists);
  request.mapping.emplace();
  request.mapping->os_bus = 1;
  BOOST_TEST(code(request) == kTargetMappingOutOfRange);
}

BOOST_FIXTURE_TEST_CASE(a_portal_is_refreshed_and_removed_by_address_and_port, SettingsFixture) {
  AddSendTargetPortal portal;
  portal.portal = {"a", "10.0.0.10", 3260};
  portal.options.emplace();
  portal.options->username = "me";
  portal.options->password = "not to be told";
  code(portal);
  world.script.send_targets = "TargetName=iqn.new\0"s;
  RefreshSendTargetPortal refresh;
  refresh.portal = {"b", "10.0.0.10", 3260};
  BOOST_TEST(code(refresh) == 0u);
  BOOST_TEST(targets() == std::vector<std::string>{"iqn.new"}, boost::test_tools::per_element());
  const auto listed = told<std::vector<AddSendTargetPortal>>(ListSendTargetPortals{});
  BOOST_TEST(listed.at(0).options->username.value() == "me");
  BOOST_TEST(!listed.at(0).options->password.has_value());
  RemoveSendTargetPortal remove;
  remove.portal = refresh.portal;
  BOOST_TEST(code(remove) == 0u);
  BOOST_TEST(code(remove) == kPortalNotFound);
  BOOST_TEST(code(refresh) == kPortalNotFound);
  BOOST_TEST(targets().empty());
}

BOOST_FIXTURE_TEST_CASE(a_portal_may_be_removed_while_it_is_asked, SettingsFixture) {
  AddSendTargetPortal portal;
  portal.portal = {"", "10.0.0.10", 3260};
  const OperationId adding = host.start(portal);
  RemoveSendTargetPortal remove;
  remove.portal = portal.portal;
  BOOST_TEST(code(remove) == 0u);
  world.run_until([&] { return host.poll(adding); }, world.now() + std::chrono::minutes{1});
  BOOST_TEST(host.take(adding).code == 0u);
  BOOST_TEST(targets().empty());
}

// RPT-R3, R4, R6
BOOST_FIXTURE_TEST_CASE(persistent_logins_are_removed_by_what_is_named, SettingsFixture) {
  code(fixed());
  LoginTarget login = persistent("iqn.fixed");
  code(login);
  login.portal = {"", "10.0.0.10", 3260};
  code(login);
  BOOST_TEST(told<std::vector<LoginTarget>>(ListPersistentLogins{}).size() == 2u);
  RemovePersistentTarget remove;
  remove.target_name = "iqn.fixed";
  remove.initiator_port = 5;
  BOOST_TEST(code(remove) == kTargetNotFound);
  remove.initiator_port = kAnyInitiatorPort;
  remove.portal = login.portal;
  BOOST_TEST(code(remove) == 0u);
  BOOST_TEST(told<std::vector<LoginTarget>>(ListPersistentLogins{}).size() == 1u);
  remove.portal = Portal{"", "", 0};
  BOOST_TEST(code(remove) == 0u);
  BOOST_TEST(told<std::vector<LoginTarget>>(ListPersistentLogins{}).empty());
}

// APD-R2, R3, RPD-R2, SPD-R3
BOOST_FIXTURE_TEST_CASE(a_device_is_bound_if_its_login_is_persistent, SettingsFixture) {
  world.script.scsi = [](unsigned, const Bytes& cdb) {
    if (u8(cdb, 0) == 0xA0)
      return ScsiAnswer{
          0, Bytes{{}, {}, {}, std::byte{8}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}, {}};
    if (u8(cdb, 0) == 0x12)
      return ScsiAnswer{0, bytes_of("\0\0\6\2\37\0\0\0VENDOR  A PRODUCT       1.0 "s), {}};
    return ScsiAnswer{};
  };
  code(fixed());
  LoginTarget login = persistent("iqn.fixed");
  login.persistent = false;
  const UniqueId session = told<LoginReply>(login).session;
  const auto devices = told<std::vector<DeviceInfo>>(ListDevices{session});
  BOOST_TEST_REQUIRE(devices.size() == 1u);
  BOOST_TEST(devices[0].legacy_name == "\\\\.\\PhysicalDrive1");
  BOOST_TEST(devices[0].interface_name ==
             "\\\\?\\scsi#disk&ven_vendor&prod_a_product#1&1&0&000000#{53f56307-b6bf-11d0-94f2-"
             "00a0c91efb8b}");
  const std::string path = devices[0].interface_name;
  BOOST_TEST(code(AddPersistentDevice{path}) == kDeviceNotIscsiOrPersistent);
  code(persistent("iqn.fixed"));
  BOOST_TEST(code(AddPersistentDevice{path}) == 0u);
  BOOST_TEST(code(AddPersistentDevice{path}) == kDeviceAlreadyPersistentlyBound);
  // APD-R3: one device, whatever it is called.
  BOOST_TEST(code(AddPersistentDevice{devices[0].legacy_name}) == kDeviceAlreadyPersistentlyBound);
  BOOST_TEST(code(AddPersistentDevice{"e:\\"}) == kDeviceAlreadyPersistentlyBound);
  BOOST_TEST(code(RemovePersistentDevice{devices[0].legacy_name}) == 0u);
  BOOST_TEST(code(RemovePersistentDevice{path}) == kDeviceNotFound);
  // APD-R4: a drive letter or a mount point, of a unit that is there.
  for (const char* volume : {"E:", "E:\\", "e:", "C:\\Mounts\\Data", "c:\\mounts\\data\\"}) {
    BOOST_TEST(code(AddPersistentDevice{volume}) == 0u, volume);
    BOOST_TEST(told<std::vector<std::string>>(ListPersistentDevices{}).at(0) == volume);
    BOOST_TEST(code(AddPersistentDevice{path}) == kDeviceAlreadyPersistentlyBound);
    BOOST_TEST(code(RemovePersistentDevice{path}) == 0u);
  }
  for (const char* elsewhere : {"F:", "G:", "Q:", "E", "", "\\"})
    BOOST_TEST(code(AddPersistentDevice{elsewhere}) == kDeviceNotIscsiOrPersistent, elsewhere);
  BOOST_TEST(code(SetupPersistentDevices{}) == 0u);
  BOOST_TEST(told<std::vector<std::string>>(ListPersistentDevices{}).at(0) == path);
  BOOST_TEST(code(ClearPersistentDevices{}) == 0u);
  BOOST_TEST(told<std::vector<std::string>>(ListPersistentDevices{}).empty());
  BOOST_TEST(code(ListDevices{UniqueId{1, 2}}) == kInvalidSessionId);
}

BOOST_FIXTURE_TEST_CASE(a_unit_beyond_the_byte_of_a_scsi_address_is_no_other_units,
                        SettingsFixture) {
  world.script.scsi = [](unsigned, const Bytes& cdb) {
    if (u8(cdb, 0) == 0xA0) {  // REPORT LUNS: LUN 256, flat space addressing
      Bytes luns(16);
      luns[3] = std::byte{8};
      luns[8] = std::byte{0x41};
      return ScsiAnswer{0, luns, {}};
    }
    if (u8(cdb, 0) == 0x12)
      return ScsiAnswer{0, bytes_of("\0\0\6\2\37\0\0\0VENDOR  A PRODUCT       1.0 "s), {}};
    return ScsiAnswer{};
  };
  code(fixed());
  LoginTarget login = persistent("iqn.fixed");
  login.persistent = false;
  const auto devices = told<std::vector<DeviceInfo>>(ListDevices{told<LoginReply>(login).session});
  BOOST_TEST_REQUIRE(devices.size() == 1u);
  BOOST_TEST(devices[0].lun == 0xFFu);
  BOOST_TEST((devices[0].interface_name.find("&000100#") != std::string::npos));
}

// RFC 7143 §11.12.5
BOOST_FIXTURE_TEST_CASE(sessions_count_from_the_isid_that_was_kept, SettingsFixture) {
  HostConfiguration kept = host.persistent_configuration();
  BOOST_TEST(!kept.isid.has_value());
  kept.isid = {0x80, 0x12, 0x34, 0x56, 0, 0};
  host.configure(kept);
  BOOST_TEST((host.persistent_configuration() == kept));
  code(fixed());
  LoginTarget login = persistent("iqn.fixed");
  login.persistent = false;
  told<LoginReply>(login);
  BOOST_TEST(world.script.isids.back() == "\x80\x12\x34\x56\0\0"s);
}

BOOST_AUTO_TEST_CASE(a_random_isid_is_three_bytes_of_chance) {
  runtime::SeededEntropy chance(1), same(1);
  const pdu::Isid one = random_isid(chance), other = random_isid(chance);
  BOOST_TEST((one == random_isid(same)));
  BOOST_TEST((one != other));
  for (const pdu::Isid& isid : {one, other}) {
    BOOST_TEST((isid.bytes[0] == std::byte{0x80}));
    BOOST_TEST((isid.bytes[4] == std::byte{0} && isid.bytes[5] == std::byte{0}));
  }
}

// SINN-R3, R4
BOOST_FIXTURE_TEST_CASE(a_new_node_name_is_that_of_new_sessions, SettingsFixture) {
  code(fixed());
  LoginTarget login;
  login.target_name = "iqn.fixed";
  login.options.emplace();
  login.options->login_flags = 0x02;
  code(login);
  const std::string first = told<NodeName>(GetNodeName{}).name;
  BOOST_TEST(code(SetNodeName{"any name at all"}) == 0u);
  code(login);
  const auto sessions = told<std::vector<SessionInfo>>(ListSessions{});
  BOOST_TEST(sessions.at(0).initiator_name == first);
  BOOST_TEST(sessions.at(1).initiator_name == "any name at all");
  BOOST_TEST(code(SetNodeName{std::string(224, 'n')}) == kInvalidIscsiName);
  BOOST_TEST(code(SetNodeName{}) == 0u);
  BOOST_TEST(told<NodeName>(GetNodeName{}).name == first);
}

// SCS-R3 to R7, SRS-R3
BOOST_FIXTURE_TEST_CASE(secrets_have_their_lengths, SettingsFixture) {
  const auto of_size = [](std::size_t size) { return SetChapSecret{std::string(size, 's')}; };
  BOOST_TEST(code(of_size(0)) == kInvalidInitiatorChapSecret);
  BOOST_TEST(code(of_size(11)) == kShortChapSecret);
  BOOST_TEST(code(of_size(12)) == 0u);
  BOOST_TEST(code(of_size(16)) == 0u);
  BOOST_TEST(code(of_size(17)) == kInvalidInitiatorChapSecret);
  BOOST_TEST(host.state().config().initiator_chap_secret.value().size() == 16u);
  BOOST_TEST(code(SetChapSecret{}) == 0u);
  BOOST_TEST(!host.state().config().initiator_chap_secret.has_value());
  BOOST_TEST(code(SetRadiusSecret{std::string(21, 's')}) == kInvalidParameter);
  BOOST_TEST(code(SetRadiusSecret{std::string(22, 's')}) == 0u);
  BOOST_TEST(code(SetRadiusSecret{std::string(26, 's')}) == 0u);
  BOOST_TEST(code(SetRadiusSecret{std::string(27, 's')}) == kInvalidParameter);
}

// AISNS-R2 to R4, RISNS-R5, RFISNS-R4, R5
BOOST_FIXTURE_TEST_CASE(an_isns_server_is_kept_and_sought, SettingsFixture) {
  BOOST_TEST(code(RefreshIsnsServer{}) == 0u);
  BOOST_TEST(code(AddIsnsServer{"no such name"}) == kInvalidParameter);
  BOOST_TEST(code(AddIsnsServer{"10.0.0.20"}) == kConnectionRefused);
  world.script.listening.insert("10.0.0.21:3205");
  BOOST_TEST(code(AddIsnsServer{"10.0.0.21"}) == 0u);
  BOOST_TEST(world.attached() == 0u);
  BOOST_TEST(told<std::vector<std::string>>(ListIsnsServers{}).size() == 2u);
  BOOST_TEST(code(RefreshIsnsServer{"10.0.0.20"}) == kIsnsServerNotFound);
  BOOST_TEST(code(RefreshIsnsServer{"10.0.0.21"}) == kRequestNotSupported);
  BOOST_TEST(code(RefreshIsnsServer{"10.0.0.22"}) == kIsnsServerNotFound);
  BOOST_TEST(code(RemoveIsnsServer{"10.0.0.20"}) == 0u);
  BOOST_TEST(code(RemoveIsnsServer{"10.0.0.20"}) == kIsnsServerNotFound);
}

// ARS-R3, R4, RRS-R3
BOOST_FIXTURE_TEST_CASE(radius_servers_are_kept, SettingsFixture) {
  BOOST_TEST(code(AddRadiusAddress{""}) == kInvalidParameter);
  BOOST_TEST(code(AddRadiusAddress{"10.0.0.30"}) == 0u);
  BOOST_TEST(code(AddRadiusAddress{"10.0.0.30"}) == 0u);
  BOOST_TEST(told<std::vector<std::string>>(ListRadiusAddresses{}).size() == 1u);
  BOOST_TEST(code(RemoveRadiusAddress{"10.0.0.31"}) == kNotFound);
  BOOST_TEST(code(RemoveRadiusAddress{"10.0.0.30"}) == 0u);
}

// GIKE-R3, R4, R7, SIKE-R3, R4, R7
BOOST_FIXTURE_TEST_CASE(ike_settings_are_found_by_their_id, SettingsFixture) {
  SetIkeInfo set;
  set.authentication = {1, 0x12, 2, "host.example", "the key"};
  set.persist = true;
  BOOST_TEST(code(set) == 0u);
  GetIkeInfo get;
  get.selector = {1, 0, 2, "host.example", ""};
  BOOST_TEST(told<IkeAuthentication>(get).security_flags == 0x12u);
  BOOST_TEST(told<IkeAuthentication>(get).key.empty());
  get.selector.id = "another.example";
  BOOST_TEST(code(get) == kNoAuthInfoAvailable);
  set.authentication.id_type = 1;
  BOOST_TEST(code(set) == kIkeIdPayloadIncorrectSize);
  set.authentication.id_type = 9;
  BOOST_TEST(code(set) == kIkeIdPayloadTypeNotSupported);
  set.authentication.method = 2;
  BOOST_TEST(code(set) == kRequestNotSupported);
}

// AST-R6, SGK-R3, STM-R5
BOOST_FIXTURE_TEST_CASE(what_is_persistent_comes_back_and_the_rest_does_not, SettingsFixture) {
  world.script.send_targets = "TargetName=iqn.one\0"s;
  AddSendTargetPortal portal;
  portal.portal = {"", "10.0.0.10", 3260};
  code(portal);
  code(persistent("iqn.one"));
  AddStaticTarget passing = fixed("iqn.passing");
  AddStaticTarget kept = fixed("iqn.kept");
  kept.persist = true;
  code(passing);
  code(kept);
  SetTunnelOuterAddress tunnel;
  tunnel.destination_address = "10.0.0.1";
  tunnel.outer_address = "10.0.0.2";
  code(tunnel);
  tunnel.persist = true;
  tunnel.destination_address = "10.0.0.3";
  code(tunnel);
  code(SetGroupPresharedKey{"key", false});
  code(SetNodeName{"iqn.renamed"});
  code(SetChapSecret{"0123456789ab"});
  const HostConfiguration stored = host.persistent_configuration();
  BOOST_TEST(stored.static_targets.size() == 1u);
  BOOST_TEST(stored.tunnels.size() == 1u);
  BOOST_TEST(!stored.group_key.has_value());

  HostConfiguration older = stored;
  older.static_targets = {fixed("iqn.passing")};
  older.static_targets[0].persist = true;
  const HostConfiguration back = with_passing_part(older, host.configuration());
  BOOST_TEST_REQUIRE(back.static_targets.size() == 1u);  // its place is taken
  BOOST_TEST(back.static_targets[0].persist);
  BOOST_TEST(back.tunnels.size() == 2u);
  BOOST_TEST(back.group_key.has_value());

  DirectHost next(world, {});
  next.configure(stored);
  BOOST_TEST((next.persistent_configuration() == stored));
  BOOST_TEST(std::get<NodeName>(next.call(GetNodeName{}).data).name == "iqn.renamed");
  const OperationId restoring = next.restore_logins();
  world.run_until([&] { return next.poll(restoring); }, world.now() + std::chrono::minutes{1});
  BOOST_TEST(next.take(restoring).code == 0u);
  const auto sessions = std::get<std::vector<SessionInfo>>(next.call(ListSessions{}).data);
  BOOST_TEST_REQUIRE(sessions.size() == 1u);
  BOOST_TEST(sessions[0].initiator_name == "iqn.renamed");
}

BOOST_FIXTURE_TEST_CASE(a_key_is_kept_whole_or_refused, SettingsFixture) {
  for (const std::size_t bytes : {std::size_t{1}, kKeyBytesMax}) {
    BOOST_TEST(code(SetGroupPresharedKey{std::string(bytes, 'K'), true}) == 0u);
    BOOST_TEST(host.configuration().group_key->key->size() == bytes);
  }
  BOOST_TEST(code(SetGroupPresharedKey{std::string(kKeyBytesMax + 1, 'L'), true}) ==
             kInvalidParameter);
  BOOST_TEST(host.configuration().group_key->key->size() == kKeyBytesMax);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_change_the_configuration_does_not, SettingsFixture) {
  LoginTarget login;
  BOOST_TEST(!may_change_configuration(login));
  login.persistent = true;
  BOOST_TEST(may_change_configuration(login));
  for (const Request& request :
       {Request{ListSessions{}}, Request{ReportTargets{true}}, Request{SendScsi{}},
        Request{LogoutTarget{}}, Request{GetIkeInfo{}}, Request{RefreshSendTargetPortal{}}})
    BOOST_TEST(!may_change_configuration(request));
  for (const Request& request :
       {Request{AddSendTargetPortal{}}, Request{RemoveStaticTarget{}}, Request{SetNodeName{}},
        Request{SetChapSecret{}}, Request{SetupPersistentDevices{}}, Request{AddIsnsServer{}}})
    BOOST_TEST(may_change_configuration(request));
}

BOOST_AUTO_TEST_SUITE_END()
