// Requests and replies there and back with every field set, and what happens to bytes that nobody
// wrote.
#include <boost/test/unit_test.hpp>

#include "initiator/remote/codec.hpp"

using namespace lunsim;
using namespace lunsim::initiator;

namespace {

std::vector<std::byte> some_bytes(std::size_t count) {
  std::vector<std::byte> made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<std::byte>(0xF0 + i);
  return made;
}

LoginOptions all_options() {
  LoginOptions options;
  options.version = 1;
  options.login_flags = 0x02;
  options.auth_type = 2;
  options.header_digest = 1;
  options.data_digest = 1;
  options.maximum_connections = 4;
  options.default_time2wait_s = 5;
  options.default_time2retain_s = 6;
  options.username = "alice";
  options.password = std::string("with\0a NUL", 10);
  return options;
}

const Portal kPortal{"array", "10.0.0.10", 3261};
const UniqueId kSession{0x1122'3344'5566'7788, 0x99AA'BBCC'DDEE'FF00};

std::vector<Request> every_request() {
  AddSendTargetPortal add{"ROOT\\ISCSIPRT\\0000_0", 7, all_options(), 0x8000'0000'0000'0001,
                          kPortal};
  LoginTarget login{
      "iqn.2026-01.com.example:\xC3\xA9", true, "instance", 3, kPortal, 5, all_options(), true};
  SendScsi send{kSession, 0x4001'0000'0000'0000, true, some_bytes(16), 4095, some_bytes(9), -1};
  return {add,
          AddSendTargetPortal{},
          ReportTargets{true},
          login,
          LoginTarget{},
          LogoutTarget{kSession},
          ListSessions{},
          ListMappings{},
          send,
          SendScsi{}};
}

std::vector<Reply> every_reply() {
  SessionInfo session{kSession, "iqn.i",
                      "iqn.t",  {1, 2, 3, 4, 5, 6},
                      0xABCD,   {{{1, 2}, "10.0.0.1", "10.0.0.10", 50000, 3260, 1}, {}}};
  MappingInfo mapping{"instance",
                      "iqn.t",
                      "\\device\\ScsiPort0",
                      kSession,
                      1,
                      2,
                      {{0, 0, 0}, {7, 7, 0x0007'0000'0000'0000}}};
  ScsiReply scsi{true, 0x02, some_bytes(8), some_bytes(18), 4, 5};
  return {Reply{0xEFFF0024, {}},
          Reply{0, LoginReply{kSession, {3, 4}}},
          Reply{0, std::vector<std::string>{"iqn.one", ""}},
          Reply{0, std::vector<SessionInfo>{session, SessionInfo{}}},
          Reply{0, std::vector<MappingInfo>{mapping, MappingInfo{}}},
          Reply{0xEFFF001D, scsi},
          Reply{0, ManagementReply{true, 5}}};
}

/// Everything that is shorter, longer or has one bit turned over: refused, or a value that is
/// written as it was read.
template <class Decode>
void attack(const std::vector<std::byte>& bytes, const Decode& decode) {
  const auto holds = [&](const std::vector<std::byte>& attacked) {
    const auto value = decode(attacked);
    return !value || remote::encode(*value) == attacked;
  };
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    BOOST_TEST((!decode(std::span(bytes).first(cut))));
  auto longer = bytes;
  longer.push_back(std::byte{0});
  BOOST_TEST((!decode(longer)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto turned = bytes;
    turned[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    BOOST_TEST(holds(turned));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(remote_codec)

BOOST_AUTO_TEST_CASE(every_request_comes_back_as_it_was) {
  std::vector<bool> seen(std::variant_size_v<Request>);
  for (const Request& request : every_request()) {
    const auto bytes = remote::encode(request);
    const auto back = remote::decode_request(bytes);
    BOOST_TEST_REQUIRE((back.has_value()));
    BOOST_TEST(back->index() == request.index());
    BOOST_TEST((remote::encode(*back) == bytes));
    seen[request.index()] = true;
  }
  for (std::size_t i = 0; i < seen.size(); ++i)
    BOOST_TEST(seen[i], "the test has no request of alternative " << i);
}

BOOST_AUTO_TEST_CASE(a_request_keeps_its_values) {
  const auto back = remote::decode_request(remote::encode(every_request()[3]));
  BOOST_TEST_REQUIRE((back.has_value()));
  const auto& login = std::get<LoginTarget>(*back);
  BOOST_TEST(login.target_name == "iqn.2026-01.com.example:\xC3\xA9");
  BOOST_TEST(login.informational);
  BOOST_TEST(*login.initiator_instance == "instance");
  BOOST_TEST(login.initiator_port == 3u);
  BOOST_TEST(login.portal->symbolic_name == "array");
  BOOST_TEST(login.portal->port == 3261);
  BOOST_TEST(login.security_flags == 5u);
  BOOST_TEST(*login.options->default_time2retain_s == 6u);
  BOOST_TEST(login.options->password->size() == 10u);
  BOOST_TEST(login.persistent);
}

BOOST_AUTO_TEST_CASE(every_reply_comes_back_as_it_was) {
  std::vector<bool> seen(std::variant_size_v<decltype(Reply::data)>);
  for (const Reply& reply : every_reply()) {
    const auto bytes = remote::encode(reply);
    const auto back = remote::decode_reply(bytes);
    BOOST_TEST_REQUIRE((back.has_value()));
    BOOST_TEST(back->code == reply.code);
    BOOST_TEST(back->data.index() == reply.data.index());
    BOOST_TEST((remote::encode(*back) == bytes));
    seen[reply.data.index()] = true;
  }
  for (std::size_t i = 0; i < seen.size(); ++i)
    BOOST_TEST(seen[i], "the test has no reply of alternative " << i);
}

BOOST_AUTO_TEST_CASE(the_bytes_are_little_endian_and_counted) {
  const auto bytes = remote::encode(Request{LogoutTarget{{0x0102, 0x0304}}});
  const std::vector<unsigned> wanted{4, 0, 2, 1, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0};
  BOOST_TEST_REQUIRE(bytes.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    BOOST_TEST(std::to_integer<unsigned>(bytes[i]) == wanted[i]);
}

BOOST_AUTO_TEST_CASE(bytes_that_nobody_wrote_are_refused) {
  for (const Request& request : every_request())
    attack(remote::encode(request), remote::decode_request);
  for (const Reply& reply : every_reply()) attack(remote::encode(reply), remote::decode_reply);
  attack(remote::encode(Host::Profile{}), remote::decode_profile);
}

BOOST_AUTO_TEST_CASE(a_count_beyond_the_bytes_costs_nothing) {
  // A reply with 2^32-1 sessions and none of them.
  std::vector<std::byte> bytes(4);  // code
  for (const unsigned octet : {4u, 0u, 255u, 255u, 255u, 255u})
    bytes.push_back(static_cast<std::byte>(octet));
  BOOST_TEST((!remote::decode_reply(bytes)));
}

BOOST_AUTO_TEST_SUITE_END()
