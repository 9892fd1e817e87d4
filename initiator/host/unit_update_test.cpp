// Units that come and go behind a session, against a target of explicit bytes.
#include <boost/test/unit_test.hpp>

#include "initiator/host/direct_host.hpp"
#include "initiator/host/host_test_world.hpp"
#include "initiator/host/status_code.hpp"

using namespace std::literals;

namespace lunsim::initiator {

BOOST_AUTO_TEST_SUITE(unit_update)

namespace {

using namespace testing;

/// Plain LUNs below 256. The next command that is no INQUIRY and no REPORT LUNS meets the unit
/// attention of a change, once.
struct ChangingTarget {
  std::vector<unsigned> luns{0, 1};
  bool has_changed = false, is_silent = false;
  std::size_t report_luns = 0;

  ScsiAnswer operator()(unsigned, const Bytes& cdb) {
    if (is_silent) return {0, {}, {}, true};
    switch (u8(cdb, 0)) {
      case 0xA0: {
        ++report_luns;
        Bytes data(8 + 8 * luns.size());
        put_u32(data, 0, static_cast<std::uint32_t>(8 * luns.size()));
        for (std::size_t i = 0; i < luns.size(); ++i) data[9 + 8 * i] = std::byte(luns[i]);
        return {0, data, {}};
      }
      case 0x12:
        return {0, bytes_of("\0\0\6\2\37\0\0\0VENDOR  A PRODUCT       1.0 "s), {}};
      default:
        if (!std::exchange(has_changed, false)) return {};
        // SPC-4 table 48: fixed format, UNIT ATTENTION, REPORTED LUNS DATA HAS CHANGED
        return {2, {}, bytes_of("\x70\0\x06\0\0\0\0\x0A\0\0\0\0\x3F\x0E\0\0\0\0"s)};
    }
  }
};

struct Fixture {
  HostTestWorld world;
  ChangingTarget target;
  DirectHost host{world, {}};
  UniqueId session;

  Fixture() {
    world.script.send_targets = "TargetName=iqn.one\0TargetAddress=10.0.0.10:3260,1\0"s;
    world.script.scsi = [this](unsigned lun, const Bytes& cdb) { return target(lun, cdb); };
    AddSendTargetPortal portal;
    portal.portal = {"", "10.0.0.10", 3260};
    host.call(portal);
    LoginTarget request;
    request.target_name = "iqn.one";
    session = std::get<LoginReply>(host.call(request).data).session;
    target.report_luns = 0;
  }
  void change(std::vector<unsigned> luns) {
    target.luns = std::move(luns);
    target.has_changed = true;
    meet_attention();
  }
  void meet_attention() {
    SendScsi request;
    request.session = session;
    request.cdb = Bytes(6);  // TEST UNIT READY
    host.call(request);
  }
  /// LUN and device number of each.
  std::string devices() {
    std::string text;
    for (const DeviceInfo& one :
         std::get<std::vector<DeviceInfo>>(host.call(ListDevices{session}).data))
      text += std::to_string(one.lun) + ":" + std::to_string(one.device_number) + " ";
    return text;
  }
  std::size_t mapped_units() {
    return std::get<std::vector<MappingInfo>>(host.call(ListMappings{}).data).at(0).luns.size();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(units_that_come_and_go_are_listed_and_the_others_keep_their_numbers,
                        Fixture) {
  BOOST_TEST(devices() == "0:1 1:2 ");
  change({0, 1, 5});
  BOOST_TEST(devices() == "0:1 1:2 5:3 ");
  change({1, 5});
  BOOST_TEST(mapped_units() == 2u);
  BOOST_TEST(devices() == "1:2 5:3 ");
  change({7, 1, 5});
  BOOST_TEST(devices() == "7:1 1:2 5:3 ");
  BOOST_TEST(target.report_luns == 3u);  // one for each change
}

BOOST_FIXTURE_TEST_CASE(nobody_looks_again_before_the_target_says_so, Fixture) {
  target.luns = {0, 1, 2};
  BOOST_TEST(devices() == "0:1 1:2 ");
  BOOST_TEST(target.report_luns == 0u);
}

BOOST_FIXTURE_TEST_CASE(what_a_silent_target_has_is_what_it_had_until_it_speaks_again, Fixture) {
  change({0, 1, 2});
  target.is_silent = true;
  BOOST_TEST(devices() == "0:1 1:2 ");
  target.is_silent = false;
  host.call(ListSessions{});
  world.run_for(60s);  // the session comes back
  BOOST_TEST(devices() == "0:1 1:2 2:3 ");
}

BOOST_FIXTURE_TEST_CASE(a_session_that_is_away_keeps_its_devices, Fixture) {
  change({0, 1, 2});
  world.script.listening.clear();
  world.cut_all();
  BOOST_TEST(devices() == "0:1 1:2 ");
}

BOOST_FIXTURE_TEST_CASE(units_that_a_caller_chose_stay_those, Fixture) {
  LogoutTarget logout;
  logout.session = session;
  host.call(logout);
  LoginTarget request;
  request.target_name = "iqn.one";
  MappingInfo mapping;
  mapping.luns = {{9, 1, 0}, {3, 4, 0}};
  request.mapping = mapping;
  session = std::get<LoginReply>(host.call(request).data).session;
  BOOST_TEST(devices() == "9:1 ");
  change({0, 1, 4, 5});
  BOOST_TEST(devices() == "9:1 3:2 ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lunsim::initiator
